"""The due list, one call, the slip, the calendar file; what other people may not."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from icalendar import Calendar

from crossbank.calls import services
from crossbank.calls.models import Attempt, Task
from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash, unseal
from crossbank.engine.workdays import add_workdays, on_or_after
from crossbank.org import switches
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

pytestmark = pytest.mark.django_db
CANARY = "+49 151 2345 6789"


@pytest.fixture
def workday(person):
    """The n-th open day of B01 from the clock's today on."""

    def day(n: int) -> date:
        branch = person("seller").branch
        return add_workdays(branch.local_day(timezone.now()), n, calendar_of(branch))

    return day


@pytest.fixture
def call(promised, workday):
    """One call due on the n-th open day from now."""

    def make(n: int = 0, by: str = "seller", **fields) -> Task:
        return promised(by, **{"at": timezone.now(), "day": workday(n), **fields})

    return make


@pytest.fixture
def late(call):
    """A call that was due some weeks ago."""

    def make(**fields) -> Task:
        at = timezone.now() - timedelta(days=21)
        return call(**{"at": at, "day": at.date() + timedelta(days=1), **fields})

    return make


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_list_has_late_today_and_the_next_five_open_days(sign_in, call, late, workday) -> None:
    late(product_name="L-late")
    today = call(0, product_name="T-today")
    for n in (1, 5, 6):
        call(n, product_name=f"S-{n}")

    due = sign_in("seller").get("/calls/").context["due"]

    assert [line.task.product_name for day in due.late for line in day.lines] == ["L-late"]
    shown_today = [line.task.product_name for line in due.due]
    soon = [line.task.product_name for day in due.soon for line in day.lines]
    if today.due_on == due.today:  # the branch works today
        assert (shown_today, soon) == (["T-today"], ["S-1", "S-5"])
    else:
        assert (shown_today, soon) == ([], ["T-today", "S-1", "S-5"])
    assert [line.task.product_name for day in due.later for line in day.lines] == ["S-6"]
    assert [line.key for line in due.due] + [line.key for day in due.soon for line in day.lines] == [
        "2", "3", "4",
    ]  # fmt: skip


def test_seller_sees_his_own_and_the_branch_s_manager_all_by_name(sign_in, person, call) -> None:
    names = ["seller", *_colleagues("seller")[:2]]
    for name in reversed(names):
        call(1, employee=person(name), product_name=f"of {name}")
    call(1, employee=None, product_name="of anybody")
    call(1, by="seller2", product_name="elsewhere")

    seen = {who: _names(sign_in(who).get("/calls/")) for who in ("seller", "manager")}

    assert seen["seller"] == ["of seller", "of anybody"]
    by_name = sorted(names, key=lambda name: str(person(name)))
    assert seen["manager"] == [*(f"of {name}" for name in by_name), "of anybody"]
    assert "elsewhere" not in text_of(sign_in("manager").get("/calls/"))


def _colleagues(username: str) -> list[str]:
    found = User.objects.filter(role="seller", branch__code="B01").exclude(username=username)
    return list(found.order_by("pk").values_list("username", flat=True))


def _names(response) -> list[str]:
    due = response.context["due"]
    lines = [*due.due, *(line for day in due.soon for line in day.lines)]
    return [line.task.product_name for line in lines]


@pytest.mark.parametrize("address", ["/calls/", "/day/"])
def test_pages_ask_as_often_for_one_call_as_for_three(sign_in, person, call, queries, address):
    client = sign_in("manager")
    seen = []
    for rows in (1, 3):
        for name in _colleagues("")[Task.objects.count() : rows]:
            task = call(1, employee=person(name))
            services.note_outcome(
                task=task, outcome="not_reached", at=timezone.now(), by=person(name)
            )
        client.get(address)
        with queries() as counted:
            assert client.get(address).status_code == 200
        seen.append(len(counted))

    assert seen[0] == seen[1]


def test_call_shows_five_lines_and_its_keys(sign_in, call) -> None:
    task = call(1, say="With the app you see it <b>at once</b>.")

    page = sign_in("seller").get(f"/calls/{task.pk}/")

    words = text_of(page)
    assert len(page.context["lines"]) == 5
    assert "With the app you see it &lt;b&gt;at once&lt;/b&gt;." in words
    assert "The price of Debit card:" in words
    assert words.count("<li>“") == 5
    for key in "1234":
        assert f'data-key="{key}"' in words
    assert 'data-key="s"' not in words  # no number was left


@pytest.mark.parametrize("kind", Task.Kind.values)
def test_every_kind_has_its_five_lines(sign_in, call, kind) -> None:
    task = call(1, kind=kind, product=None, product_name="", main_name="")

    lines = sign_in("seller").get(f"/calls/{task.pk}/").context["lines"]

    assert len(lines) == 5
    assert all(lines)


def test_outcome_is_noted_by_one_button(sign_in, call) -> None:
    task = call(1)

    reply = sign_in("seller").post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_no"})

    assert (reply.status_code, reply["Location"]) == (303, "/calls/")
    assert Task.objects.get().outcome == "reached_no"


def test_second_attempt_offers_no_third(sign_in, call, workday) -> None:
    client, task = sign_in("seller"), call(1)
    address = f"/calls/{task.pk}/outcome/"
    client.post(address, {"outcome": "not_reached", "seen": "0"})

    page = text_of(client.get(f"/calls/{task.pk}/"))
    assert "This is the second attempt." in page
    assert 'name="next_on"' not in page
    refused = client.post(address, {"outcome": "later", "next_on": workday(3).isoformat()})
    assert refused.status_code == 422
    assert "nobody calls again" in text_of(refused)
    client.post(address, {"outcome": "not_reached", "seen": "1"})

    ended = client.post(address, {"outcome": "reached_yes"})
    assert ended.status_code == 409
    assert "This call has ended: Not reached twice: silence." in text_of(ended)
    assert 'name="outcome"' not in text_of(ended)
    assert Attempt.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose what came of the call."),
        ({"outcome": "pushed"}, "This is not an outcome of a call."),
        ({"outcome": "later"}, "Which day did the customer say?"),
        ({"outcome": "later", "next_on": "2027-02-31"}, "There is no such day."),
        ({"outcome": "later", "next_on": "2020-02-03"}, "This day is past"),
        ({"outcome": "reached_no", "seen": "9"}, "less than or equal"),
    ],
)
def test_bad_outcome_is_answered_in_words(sign_in, call, data, words) -> None:
    task = call(1)

    reply = sign_in("seller").post(f"/calls/{task.pk}/outcome/", data)

    assert reply.status_code == 422
    assert words in text_of(reply)
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize("who", ["seller2", "manager2", "colleague"])
@pytest.mark.parametrize("path", ["", "?print=1", "outcome/", "number/", "hand-over/"])
def test_call_of_somebody_else_does_not_exist(sign_in, call, who, path) -> None:
    task = call(1, contact=CANARY)
    client = sign_in(_colleagues("seller")[0] if who == "colleague" else who)
    address = f"/calls/{task.pk}/{path}"

    reply = (
        client.post(address, {"outcome": "reached_no"}) if path[-1:] == "/" else client.get(address)
    )

    assert reply.status_code == 404
    assert CANARY not in text_of(reply)
    assert Task.objects.get().is_open


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_call_that_never_was_does_not_exist(sign_in, pk) -> None:
    assert sign_in("manager").get(f"/calls/{pk}/").status_code == 404


def test_manager_reads_a_colleague_s_call_but_not_its_number(sign_in, call) -> None:
    task = call(1, contact=CANARY)
    client = sign_in("manager")

    page = client.get(f"/calls/{task.pk}/")
    number = client.post(f"/calls/{task.pk}/number/")
    noted = client.post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_no"})

    assert [page.status_code, number.status_code, noted.status_code] == [200, 403, 403]
    assert CANARY not in text_of(page) + text_of(number)
    assert "under seal; only who calls may see it" in text_of(page)
    assert "belongs to somebody else" in text_of(number)
    assert not AuditEntry.objects.filter(action="contact_shown").exists()


def test_owner_sees_the_number_once_by_his_own_press(sign_in, call) -> None:
    task = call(1, contact=CANARY)
    client = sign_in("seller")

    before = client.get(f"/calls/{task.pk}/")
    shown = client.post(f"/calls/{task.pk}/number/")
    after = client.get(f"/calls/{task.pk}/")
    slip = client.get(f"/calls/{task.pk}/?print=1")

    assert CANARY not in text_of(before) + text_of(after) + text_of(slip)
    assert CANARY in text_of(shown)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert AuditEntry.objects.filter(action="contact_shown").count() == 1


def test_number_is_nowhere_in_clear(sign_in, workday, caplog) -> None:
    """A canary through the whole room, then every text of every row of every table."""
    from django.apps import apps

    client = sign_in("seller")
    data = new_call(workday(1), contact=CANARY, customer_ref="REF-CANARY-77")
    client.post("/calls/new/", data)
    task = Task.objects.get()
    client.post(f"/calls/{task.pk}/number/")
    client.post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_no"})

    rows = [
        repr(row)
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        if any(secret in repr(row) for secret in (CANARY, "REF-CANARY-77", "2345 6789"))
    ]
    assert rows == []
    assert CANARY not in caplog.text
    assert unseal(task.contact) == CANARY
    assert task.customer_ref == reference_hash("REF-CANARY-77")
    for address in ("/calls/calendar.ics", f"/calls/{task.pk}/", "/calls/", "/day/"):
        assert "2345" not in client.get(address).content.decode()


def new_call(day: date, **fields) -> dict[str, str]:
    return {
        "uuid": str(uuid4()),
        "kind": "maturity",
        "product": "SAV-TRM",
        "day": day.isoformat(),
        "whose": "me",
        **fields,
    }


def test_call_is_put_on_the_list_by_hand_once(sign_in, person, workday) -> None:
    client, data = sign_in("seller"), new_call(workday(2))

    replies = [client.post("/calls/new/", data) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [303, 303]
    task = Task.objects.get()
    assert (task.kind, task.due_on, task.employee) == ("maturity", workday(2), person("seller"))
    assert task.contact == task.customer_ref == ""


def test_day_on_which_the_branch_is_closed_moves_and_says_so(sign_in, person) -> None:
    branch = person("seller").branch
    today = branch.local_day(timezone.now())
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    due_on = on_or_after(saturday, calendar_of(branch))
    data = new_call(saturday, whose="branch", kind="review_talk")

    client = sign_in("seller")
    client.post("/calls/new/", data)
    page = client.get("/calls/")

    task = Task.objects.get()
    assert (task.asked_on, task.due_on, task.employee) == (saturday, due_on, None)
    assert "the branch is closed: on the list for" in text_of(page)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2027-02-31"}, "There is no such day."),
        ({"day": "2020-03-02"}, "This day is past"),
        ({"day": "2999-03-02"}, "more than ten years away"),
        ({"day": ""}, "This field is required."),
        ({"kind": "follow_up"}, "Select a valid choice."),
        ({"product": "NO-SUCH"}, "Select a valid choice."),
        ({"contact": "1" * 41}, "at most 40 characters"),
        ({"contact": "0151\u202e"}, "cannot be stored"),
        ({"uuid": "nonsense"}, "Put it on the list"),
    ],
)
def test_bad_call_is_answered_in_words_and_nothing_is_kept(sign_in, workday, fields, words) -> None:
    reply = sign_in("seller").post("/calls/new/", {**new_call(workday(1)), **fields})

    assert reply.status_code == 422
    assert words in text_of(reply)
    assert Task.objects.count() == 0


def test_call_is_handed_over_to_a_colleague_by_the_manager(sign_in, person, call) -> None:
    task, colleague = call(1), person(_colleagues("seller")[0])
    client = sign_in("manager")

    wrong = client.post(f"/calls/{task.pk}/hand-over/", {"to": str(person("seller2").pk)})
    right = client.post(f"/calls/{task.pk}/hand-over/", {"to": str(colleague.pk)})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert Task.objects.get().employee == colleague


def test_calendar_file_holds_own_calls_and_nothing_of_the_customer(sign_in, call, person) -> None:
    task = call(1, contact=CANARY, customer_ref="f" * 64, product_name="Card, gold; " + "ä" * 60)
    call(1, employee=None)
    call(1, employee=person("manager"))

    reply = sign_in("seller").get("/calls/calendar.ics")

    body = reply.content
    assert reply["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"BEGIN:VALARM" not in body
    assert b"ffff" not in body
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["uid"]) == f"call-{task.pk}@crossbank"
    assert event["dtstart"].dt == task.due_on
    assert event["dtend"].dt == task.due_on + timedelta(days=1)
    assert str(event["summary"]) == f"Call: {task.product_name}"
    assert str(event["url"]) == f"http://testserver/calls/{task.pk}/"


def test_my_day_says_how_many_calls_are_due(sign_in, call, late) -> None:
    late()
    late(employee=None)
    call(3)
    late(by="seller2")

    words = text_of(sign_in("seller").get("/day/"))

    assert "Calls due: 2" in words
    assert 'href="/calls/"' in words


def test_area_that_is_off_is_nowhere(sign_in, call, late) -> None:
    task = late(contact=CANARY)
    switches.turn(key=switches.CALLS, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    gets = ["", "new/", "calendar.ics", f"{task.pk}/", f"{task.pk}/?print=1"]
    posts = ["new/", f"{task.pk}/outcome/", f"{task.pk}/number/", f"{task.pk}/hand-over/"]

    assert {client.get(f"/calls/{path}").status_code for path in gets} == {404}
    assert {client.post(f"/calls/{path}").status_code for path in posts} == {404}
    for address in ("/day/", "/desk/", "/desk/panels/", "/desk/ACC-BAS/"):
        assert "call" not in client.get(address).content.decode().lower().replace("call it", "")


# --- a branch that was merged into another -----------------------------------------------------


@pytest.fixture
def merged(person):
    """B01 goes on in B02, and everybody of it moves there."""
    went_on = Branch.objects.get(code="B02")

    def merge() -> None:
        User.objects.filter(branch__code="B01").update(branch=went_on)
        Branch.objects.filter(code="B01").update(merged_into=went_on)

    return merge


def test_who_goes_on_for_a_branch_keeps_what_was_promised_there(
    sign_in, call, person, merged
) -> None:
    own, anybodys = call(product_name="L-own"), call(employee=None, product_name="L-any")
    before = text_of(sign_in("seller2").get("/calls/"))
    assert [name for name in ("L-own", "L-any") if name in before] == []

    merged()

    assert "L-own" in text_of(sign_in("seller").get("/calls/"))
    assert "L-own" in sign_in("seller").get("/calls/calendar.ics").content.decode()
    colleague = text_of(sign_in("seller2").get("/calls/"))
    assert "L-any" in colleague
    assert "L-own" not in colleague
    all_of_it = text_of(sign_in("manager2").get("/calls/"))
    assert [name for name in ("L-own", "L-any") if name not in all_of_it] == []
    answer = sign_in("seller2").post(f"/calls/{anybodys.pk}/outcome/", {"outcome": "reached_yes"})
    assert answer.status_code == 303
    to = person("seller2").pk
    assert sign_in("manager2").post(f"/calls/{own.pk}/hand-over/", {"to": to}).status_code == 303
    own.refresh_from_db()
    assert own.employee == person("seller2")
    assert sign_in("kanya.t").get(f"/calls/{own.pk}/").status_code == 404


def test_nobody_without_a_branch_sees_calls_of_branches_that_stand(call, person) -> None:
    call()
    assert person("owner").branch_id is None

    assert not Task.objects.visible_to(person("owner")).exists()
    assert not Task.objects.owned_by(person("owner")).exists()
