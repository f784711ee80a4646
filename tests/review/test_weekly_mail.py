"""The weekly workbook by mail: the page's own figures, to one's own address, once."""

from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from io import StringIO

import pytest
from django.conf import settings as conf
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.org.models import Branch, Role, User
from crossbank.review import weekly
from crossbank.review.models import SavedView, WeeklyMail
from crossbank.review.weekly import Job
from tests.desk.test_races import at_once
from tests.review import world
from tests.review.world import MONDAY

WEEK = f"from={MONDAY}&until={MONDAY + timedelta(days=6)}"
State = WeeklyMail.State


@pytest.fixture
def now(monkeypatch):
    """It is Monday after the week of the twelve records; now(9, 13) -> the ninth, at one."""

    def set_to(day: int, hour: int = 7) -> None:
        moment = datetime(2026, 3, day, hour, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(9)
    return set_to


@pytest.fixture(autouse=True)
def server(settings) -> None:
    settings.SENDS_MAIL = True


@pytest.fixture
def broken(monkeypatch):
    """broken(True) -> the mail server refuses; broken(False) -> it works again."""
    send = EmailBackend.send_messages
    is_broken = False

    def refuse(self, messages):
        if is_broken:
            raise OSError("mailbox\nunavailable")
        return send(self, messages)

    def turn(to: bool) -> None:
        nonlocal is_broken
        is_broken = to

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    return turn


def wants(person: User, **fields) -> SavedView:
    person.email = f"{person.username}@bank.example"
    person.save()
    return SavedView.objects.create(
        **{"by": person, "name": "Mine", "period": "days28", "is_weekly": True, **fields}
    )


def run(*args: str) -> str:
    out = StringIO()
    call_command("weekly_mail", *args, stdout=out, stderr=out)
    return out.getvalue()


def run_badly(*args: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("weekly_mail", *args, stdout=out, stderr=out)
    return out.getvalue() + str(refused.value)


def book_of(message) -> tuple[str, bytes]:
    [(name, content, kind)] = message.attachments
    assert kind.endswith("spreadsheetml.sheet")
    return name, content


@pytest.mark.parametrize("period", ["days28", "last_month", "fixed"])
def test_the_file_is_the_pages_workbook_of_the_week_that_is_over(
    twelve, ask, now, read_book, period
):
    days = {"first_day": date(2026, 1, 5), "last_day": date(2026, 1, 6)}
    wants(twelve["mia"], period=period, filter="main=ACC", **(days if period == "fixed" else {}))

    run()

    [message] = mail.outbox
    assert message.to == message.recipients() == ["mia@bank.example"]
    name, content = book_of(message)
    page = ask("mia", f"{WEEK}&main=ACC&export=xlsx")
    assert f'filename="{name}"' in page["Content-Disposition"]
    assert read_book(content) == read_book(page.content)
    assert len(read_book(content)["Data"]) == 9 + 1


def test_every_sending_is_in_the_trail_like_a_download(twelve, now):
    wants(twelve["mia"])

    run()

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.at) == ("export", "mia", timezone.now())
    assert entry.subject == "crossbank_B01_2026-03-02_2026-03-08.xlsx"
    assert entry.detail == {"filter": WEEK, "rows": 11, "mail": True, "try": 1}


def test_no_line_in_the_trail_no_mail(twelve, now, monkeypatch):
    wants(twelve["mia"])

    def fail(**fields):
        raise RuntimeError("no trail")

    monkeypatch.setattr(weekly, "record", fail)

    assert "RuntimeError: no trail" in run_badly()
    assert (mail.outbox, AuditEntry.objects.count()) == ([], 0)


def test_once_a_week_for_each_view(twelve, now):
    view = wants(twelve["mia"])
    wants(twelve["mia"], name="Other", filter="staff=anna.zx")
    wants(twelve["carl"])

    run()
    assert len(mail.outbox) == 3
    assert run("--on", "2026-03-09").count("was sent or tried before") == 3
    now(13)  # a Friday
    run()
    assert len(mail.outbox) == 3
    now(16)
    SavedView.objects.exclude(pk=view.pk).update(is_weekly=False)
    run()
    assert len(mail.outbox) == 4
    weeks = WeeklyMail.objects.filter(view=view).order_by("week").values_list("week", "state")
    assert list(weeks) == [(MONDAY, "sent"), (date(2026, 3, 9), "sent")]


def test_a_week_is_over_on_the_clock_of_the_branch(twelve, now):
    boss = world.person("boss", Role.MANAGER, branch=Branch.objects.get(code="B02"))  # Bangkok
    wants(boss)
    wants(twelve["mia"])

    now(8, 18)  # Sunday in Berlin, one o'clock on Monday in Bangkok
    run()

    weeks = dict(WeeklyMail.objects.values_list("view__by__username", "week"))
    assert weeks == {"boss": MONDAY, "mia": MONDAY - timedelta(days=7)}


def test_no_day_makes_a_week_over_where_it_still_lasts(twelve, now):
    """It would be claimed, and never sent when it is over."""
    Branch.objects.filter(code="B02").update(time_zone="America/New_York")
    wants(world.person("boss", Role.MANAGER, branch=Branch.objects.get(code="B02")))
    wants(twelve["mia"])

    now(9, 1)  # Monday on the server and in Berlin, Sunday evening in New York
    run("--on", "2026-03-09")

    weeks = dict(WeeklyMail.objects.values_list("view__by__username", "week"))
    assert weeks == {"boss": MONDAY - timedelta(days=7), "mia": MONDAY}


def test_what_failed_is_tried_again_by_later_runs_and_not_for_ever(twelve, now, broken):
    wants(twelve["mia"])
    wants(twelve["carl"])
    broken(True)

    said = run_badly()

    assert "mia, Mine, 2026-W10: not sent (OSError: mailbox unavailable)" in said
    assert "2 could not be sent" in said
    assert mail.outbox == []
    broken(False)
    now(16)  # a week later both weeks are owed
    run()
    assert len(mail.outbox) == 4
    broken(True)
    now(23)
    for _ in range(WeeklyMail.MOST_TRIES):
        assert "2 could not be sent" in run_badly()
    broken(False)
    assert "0 sent." in run()
    assert len(mail.outbox) == 4
    last = WeeklyMail.objects.filter(week=date(2026, 3, 16)).values_list("state", "tries", "reason")
    assert set(last) == {("failed", 5, "OSError: mailbox unavailable")}


def test_one_failure_keeps_nobody_else_from_his_mail(twelve, now, monkeypatch):
    wants(twelve["carl"])
    wants(twelve["mia"])
    letter = weekly.letter

    def some(found, *, view, to):
        if to.username == "carl":
            raise ValueError("this one")
        return letter(found, view=view, to=to)

    monkeypatch.setattr(weekly, "letter", some)

    assert "1 could not be sent" in run_badly()
    assert [message.to for message in mail.outbox] == [["mia@bank.example"]]


def test_after_a_crash_nobody_gets_two(twelve, now, monkeypatch):
    wants(twelve["mia"])

    def stop(self, *args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(EmailBackend, "send_messages", stop)
        with pytest.raises(KeyboardInterrupt):
            run()
    run()  # a second cron, at the same time: the first may still be at it
    assert mail.outbox == []
    now(9, 9)
    assert "it may have left and is not sent again" in run_badly()
    assert "0 sent." in run()
    assert mail.outbox == []
    assert WeeklyMail.objects.get().state == State.UNCLEAR


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, "the account is not active"),
        ({"role": Role.SELLER}, "the role does not see Review"),
        ({"email": ""}, "the account has no e-mail address"),
        ({"email": "mia@bank.example\nBcc: all@x.example"}, "has no e-mail address"),
        ({"email": "mia@bank.example, all@x.example"}, "has no e-mail address"),
        ({"branch": "B02"}, "out of sight"),
    ],
)
def test_rights_are_those_of_the_moment_of_sending(twelve, now, change, why):
    wants(twelve["mia"], filter="branch=B01")
    if "branch" in change:
        change = {"branch": Branch.objects.get(code="B02")}
    User.objects.filter(username="mia").update(**change)

    said = run()

    assert why in said
    assert (mail.outbox, WeeklyMail.objects.count(), AuditEntry.objects.count()) == ([], 0, 0)


def test_who_moved_gets_the_figures_of_his_new_place_alone(twelve, now, read_book, read_table):
    wants(twelve["mia"])
    User.objects.filter(username="mia").update(branch=Branch.objects.get(code="B02"))

    run()

    rows = read_table(read_book(book_of(mail.outbox[0])[1])["Data"])
    assert {row["branch"] for row in rows} == {"B02"}


@pytest.mark.parametrize(("username", "has_names"), [("mia", True), ("rita", False)])
def test_names_by_right(twelve, now, read_book, read_table, username, has_names):
    wants(twelve[username])

    run()

    rows = read_table(read_book(book_of(mail.outbox[0])[1])["Data"])
    assert ("anna.zx" in {row["staff"] for row in rows}) is has_names


@pytest.mark.parametrize("address", ["", "https://crossbank.example/"])
def test_too_long_is_said_with_a_way_to_it(twelve, now, settings, monkeypatch, address):
    settings.STAFF_ADDRESS = address
    monkeypatch.setattr("crossbank.review.figures.ROW_LIMIT", 10)
    monkeypatch.setattr("crossbank.review.weekly_letter.ROW_LIMIT", 10)
    wants(twelve["mia"], filter="branch=B01")

    run()

    [message] = mail.outbox
    assert message.attachments == []
    assert "it would be 11 rows, and a workbook holds 10" in message.body
    link = f"https://crossbank.example/review/?{WEEK}&branch=B01"
    assert (link in message.body.split("\n\n")) is bool(address)
    assert AuditEntry.objects.get().detail["too_long"] is True


def test_no_name_reaches_the_head_of_a_mail_as_a_line(twelve, now):
    nasty = "Mine\nBcc: all@x.example\r\n\r\nBody\u2028x"
    Branch.objects.filter(code="B01").update(name="Harbour\nBcc: all@x.example")
    wants(twelve["mia"], name=nasty)

    run()

    [message] = mail.outbox
    sent = message.message()
    assert sent["Bcc"] is None
    assert message.recipients() == ["mia@bank.example"]
    assert str(make_header(decode_header(sent["Subject"].replace("\n", "")))) == (
        "Mine Bcc: all@x.example Body x: B01 Harbour Bcc: all@x.example, "
        "2 March 2026 – 8 March 2026"
    )


def test_in_the_language_of_the_person(twelve, now):
    twelve["mia"].language = "ru"
    wants(twelve["mia"])

    run()

    assert "2 марта 2026" in mail.outbox[0].subject


def test_a_dry_run_tells_and_does_nothing(twelve, now, settings):
    settings.SENDS_MAIL = False
    wants(twelve["mia"])

    said = run("--dry-run")

    assert "mia, Mine, 2026-W10: would be sent" in said
    assert (mail.outbox, WeeklyMail.objects.count(), AuditEntry.objects.count()) == ([], 0, 0)


def test_without_a_mail_server_it_refuses(twelve, now, settings):
    settings.SENDS_MAIL = False
    wants(twelve["mia"])

    assert "No mail server is set. Set EMAIL_URL" in run_badly()
    assert WeeklyMail.objects.count() == 0


def test_no_week_before_it_is_over(twelve, now):
    wants(twelve["mia"])

    assert "--on lies in the future" in run_badly("--on", "2026-03-16")
    assert "“monday” is not a day. Write it like 2026-11-23." in run_badly("--on", "monday")
    run("--on", "2026-03-08")
    assert WeeklyMail.objects.get().week == MONDAY - timedelta(days=7)


def test_what_went_out_is_forgotten_after_a_year_and_never_sent_again(twelve, now):
    view = wants(twelve["mia"])
    young, old = (MONDAY - timedelta(weeks=n) for n in (51, 52))
    for week in (young, old):
        WeeklyMail.objects.create(view=view, week=week, tried_at=timezone.now(), state=State.SENT)

    run("--dry-run")
    assert WeeklyMail.objects.count() == 2
    run()
    run("--on", str(young + timedelta(days=7)))
    assert set(WeeklyMail.objects.values_list("week", flat=True)) == {MONDAY, young}
    assert "--on lies too far back" in run_badly("--on", str(old + timedelta(days=7)))
    assert len(mail.outbox) == 1


def test_it_goes_with_the_account(people, now):
    view = wants(people["carl"])
    WeeklyMail.objects.create(view=view, week=MONDAY, tried_at=timezone.now())

    people["carl"].delete()

    assert WeeklyMail.objects.count() == 0


def test_a_failing_insert_is_of_the_same_week_only(twelve, now):
    """The claim stands in a block of its own: a caller's transaction goes on after it."""
    view = wants(twelve["mia"])

    with transaction.atomic():
        first = weekly.claim(view, MONDAY, at=timezone.now())
        second = weekly.claim(view, MONDAY, at=timezone.now())
        other = weekly.claim(view, MONDAY + timedelta(days=7), at=timezone.now())

    assert (first.week, second, other.tries) == (MONDAY, None, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_crons_at_once_send_one(twelve, now):
    view = wants(twelve["mia"])
    job = Job(view=view.pk, week=MONDAY)
    at = timezone.now()
    connection.close()

    done = at_once([lambda: weekly.send(job, at=at)] * 4)

    assert sorted(result.outcome.value for result in done) == [
        "sent", "was sent or tried before", "was sent or tried before", "was sent or tried before",
    ]  # fmt: skip
    assert len(mail.outbox) == AuditEntry.objects.count() == 1
    WeeklyMail.objects.update(state=State.FAILED)
    assert sorted(
        result.outcome.name for result in at_once([lambda: weekly.send(job, at=at)] * 4)
    ) == ["ALREADY", "ALREADY", "ALREADY", "SENT"]
    assert conf.EMAIL_BACKEND.endswith("locmem.EmailBackend")
