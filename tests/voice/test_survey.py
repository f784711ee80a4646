"""Three questions, one use, nobody's answer."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from crossbank.catalog.models import Need
from crossbank.desk.models import Consultation
from crossbank.org.models import Branch
from crossbank.voice import survey
from crossbank.voice.models import AnswerCount, NeedProfile, Ticket, year_before
from tests.pictures import read_picture
from tests.voice.conftest import UUID

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
DAY = date(2026, 3, 18)
SAID = {"useful": "yes", "felt_pushed": "no", "next_need": "HOME"}
COUNTED = {
    **{("useful", code, "yes"): 1 for code in ("ACC-BAS", "CRD-DEB", "DIG-APP")},
    ("felt_pushed", "B01", "no"): 1,
    ("next_need", "", "HOME"): 1,
}


def issued(conversation: str = "1", *, at: datetime = NOON) -> str:
    return survey.issue(
        conversation=conversation,
        branch=Branch.objects.get(code="B01"),
        main="ACC-BAS",
        presented=["DIG-APP", "CRD-DEB"],
        day=at.date(),
        at=at,
    )


def token_in(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


# --- the service --------------------------------------------------------------------------------


def test_an_answer_is_counted_and_the_ticket_forgets(bank, counted):
    token = issued()

    survey.answer(token=token, **SAID, at=NOON)

    assert counted() == COUNTED
    assert set(AnswerCount.objects.values_list("month", flat=True)) == {"2026-03"}
    ticket = Ticket.objects.values().get()
    assert [len(str(ticket.pop(key))) for key in ("about", "token_hash")] == [64, 64]
    assert ticket == {
        "id": ticket["id"],
        "asked_on": DAY,
        "expires_at": None,  # it would tell the minute
        "is_used": True,
        "branch_code": "",
        "main_code": "",
        "presented": [],
    }
    assert len(token) >= 43  # 256 bits
    assert token not in str(list(Ticket.objects.values()))


def test_answers_of_many_add_up_month_by_month(bank):
    said = [("yes", "no", "HOME"), ("yes", "yes", ""), ("", "no", "HOME"), ("no", "", "SAVE")]
    for n, (useful, felt_pushed, need) in enumerate(said):
        given = {"useful": useful, "felt_pushed": felt_pushed, "next_need": need}
        survey.answer(token=issued(str(n)), **given, at=NOON)
    april = NOON + timedelta(days=14)
    survey.answer(token=issued("in april", at=april), **SAID, at=april)

    march = AnswerCount.objects.filter(month="2026-03", n__gt=0)
    assert {(row.question, row.about, row.said): row.n for row in march} == {
        ("useful", "ACC-BAS", "yes"): 2, ("useful", "ACC-BAS", "no"): 1,
        ("useful", "CRD-DEB", "yes"): 2, ("useful", "CRD-DEB", "no"): 1,
        ("useful", "DIG-APP", "yes"): 2, ("useful", "DIG-APP", "no"): 1,
        ("felt_pushed", "B01", "no"): 2, ("felt_pushed", "B01", "yes"): 1,
        ("next_need", "", "HOME"): 2, ("next_need", "", "SAVE"): 1,
    }  # fmt: skip
    assert AnswerCount.objects.filter(month="2026-04", n=1).count() == len(COUNTED)


def test_a_token_serves_once_and_a_conversation_too(bank, counted):
    token = issued()
    survey.answer(token=token, **SAID, at=NOON)

    with pytest.raises(survey.Answered):
        survey.answer(token=token, **SAID, at=NOON)
    with pytest.raises(survey.Answered):
        issued()
    assert counted() == COUNTED


def test_an_unanswered_ticket_is_given_out_again_and_the_old_token_ends(bank):
    first, second = issued(), issued()

    with pytest.raises(survey.NoSuchTicket):
        survey.check(token=first, at=NOON)
    assert survey.check(token=second, at=NOON).main_code == "ACC-BAS"
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(("after", "late"), [(15 * 60 - 1, False), (15 * 60, True)])
def test_the_time_ends_after_fifteen_minutes(bank, counted, after, late):
    token = issued()
    when = NOON + timedelta(seconds=after)

    if late:
        with pytest.raises(survey.TooLate):
            survey.answer(token=token, **SAID, at=when)
    else:
        survey.answer(token=token, **SAID, at=when)
    assert counted() == ({} if late else COUNTED)


def test_old_tickets_go(bank):
    issued("old")
    issued("new", at=NOON + timedelta(days=3))

    assert Ticket.objects.count() == 1


def test_the_database_refuses_a_ticket_that_remembers(bank):
    issued()
    forgotten = {"branch_code": "", "main_code": "", "presented": []}
    for kept in ({}, {"expires_at": None}, forgotten):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ticket.objects.update(is_used=True, **kept)


def test_every_night_what_is_older_than_a_year_goes(bank, answered, person):
    day = timezone.localdate()
    month = year_before(day.replace(day=1))
    answered(7, useful="yes", month=f"{month - timedelta(days=1):%Y-%m}")
    answered(7, useful="yes", month=f"{month:%Y-%m}")
    issued()
    need, by = Need.objects.get(code="SAVE"), person("seller")
    for ref, on in [("old", year_before(day) - timedelta(days=1)), ("new", year_before(day))]:
        NeedProfile.objects.create(customer_ref=ref, need=need, horizon="now", asked_on=on, by=by)

    call_command("forget_answers", stdout=(told := StringIO()))

    assert AnswerCount.objects.get().month == f"{month:%Y-%m}"
    assert NeedProfile.objects.get().customer_ref == "new"
    assert Ticket.objects.count() == 0
    assert told.getvalue() == "1 counts of answers and 1 plans deleted.\n"


# --- the turned screen --------------------------------------------------------------------------


def test_three_taps_on_the_turned_screen(asking, served, counted):
    client = served()

    first = client.post("/survey/turned/")
    token = token_in(first.content.decode())
    said, statuses = {}, []
    for name, value in SAID.items():
        said[name] = value
        answer = client.post("/survey/answers/", {"token": token, **said})
        statuses.append(answer.status_code)

    assert "Was this conversation useful to you?" in first.content.decode()
    assert statuses == [200, 200, 303]
    assert answer["Location"] == "/survey/thanks/"
    assert client.get("/survey/thanks/").status_code == 200
    assert counted() == COUNTED
    assert "checked" not in first.content.decode()
    assert "cb-nav" not in first.content.decode()  # no menu before a customer


def test_rather_not_say_is_one_tap_as_well(asking, served, counted):
    client = served()
    token = token_in(client.post("/survey/turned/").content.decode())
    skipped = dict.fromkeys(SAID, "skip")

    assert client.post("/survey/answers/", {"token": token, **skipped}).status_code == 303
    assert counted() == {}
    assert Ticket.objects.get().is_used


def test_a_second_use_is_refused_in_words(asking, served, counted):
    client = served()
    token = token_in(client.post("/survey/turned/").content.decode())
    client.post("/survey/answers/", {"token": token, **SAID})

    again = client.post("/survey/answers/", {"token": token, **SAID})
    opened = client.post("/survey/turned/")

    assert [again.status_code, opened.status_code] == [409, 409]
    assert "answered already" in again.content.decode()
    assert counted() == COUNTED


def test_late_wrong_and_forged_answers_leave_nothing(asking, served, counted):
    client = served()
    token = token_in(client.post("/survey/turned/").content.decode())

    def sent(**data) -> int:
        return client.post("/survey/answers/", {"token": token, **SAID, **data}).status_code

    assert [sent(token="x" * 43), sent(token=""), sent(token="\x00")] == [404, 404, 404]
    assert [sent(useful="very"), sent(felt_pushed="1"), sent(next_need="NOPE")] == [422] * 3
    Ticket.objects.update(expires_at=timezone.now())
    late = client.post("/survey/answers/", {"token": token, **SAID})
    assert late.status_code == 409
    assert "The time for these questions is over." in late.content.decode()
    assert counted() == {}


def test_it_is_about_the_last_conversation_of_the_person_who_turns_the_screen(
    asking, served, counted
):
    served("seller2", 2, main="SAV-INS", **{"item-CRD-DEB": "", "item-DIG-APP": ""})
    client = served()

    survey.answer(
        token=token_in(client.post("/survey/turned/").content.decode()), **SAID, at=timezone.now()
    )

    assert counted() == COUNTED


def test_without_a_conversation_there_is_nothing_to_ask_about(asking, sign_in):
    client = sign_in("manager")

    for answer in (client.get("/survey/turned/"), client.post("/survey/turned/")):
        assert answer.status_code == 200
        assert "Nothing was recorded today yet." in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_opening_the_page_writes_nothing(asking, served):
    page = served().get("/survey/turned/")

    assert f"“{Consultation.objects.get().main_name}”" in page.content.decode()
    assert Ticket.objects.count() == 0


# --- the customer's own telephone ---------------------------------------------------------------


def test_by_qr_only_where_the_bank_has_a_public_address(asking, served, client, settings, counted):
    settings.PUBLIC_ADDRESS = ""
    inside = served()
    page = inside.post("/survey/turned/").content.decode()
    token = token_in(page)

    assert "on your own telephone" not in page
    assert client.get(f"/survey/{token}/").status_code == 302
    assert client.post(f"/survey/{token}/", SAID).status_code == 302
    assert counted() == {}

    settings.PUBLIC_ADDRESS = "https://bank.example/"
    page = inside.post("/survey/turned/").content.decode()
    token = token_in(page)
    assert "on your own telephone" in page
    asked = client.get(f"/survey/{token}/")
    assert asked.status_code == 200
    assert "no-store" in asked["Cache-Control"]
    assert 'name="token"' not in asked.content.decode()
    assert client.post(f"/survey/{token}/", SAID).status_code == 303
    assert client.get("/survey/thanks/").status_code == 200
    assert client.get(f"/survey/{token}/").status_code == 409
    assert client.get("/survey/never-given-out/").status_code == 404
    assert counted() == COUNTED


def test_the_picture_leads_to_the_public_address(asking, served, settings):
    settings.PUBLIC_ADDRESS = "https://bank.example"
    page = served().post("/survey/turned/")

    text = read_picture(page.context["qr"])
    assert text == f"https://bank.example/survey/{token_in(page.content.decode())}/"


# --- off ----------------------------------------------------------------------------------------


def test_off_by_default_no_page_menu_or_query_knows_it(served, sign_in, queries, answered):
    client = served()

    def look():
        with queries() as seen:
            pages = [
                client.get(address).content.decode()
                for address in ("/desk/", f"/desk/?saved={UUID.format(1)}", "/day/",
                                "/products/CRD-DEB/", "/desk/panels/",
                                f"/desk/consultations/{UUID.format(1)}/customer/")
            ]  # fmt: skip
        assert [q["sql"] for q in seen.captured_queries if "voice_" in q["sql"]] == []
        quiet = r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|seconds-left="\d+"|uuid" value="[-\w]+"'
        return [re.sub(quiet, "", page) for page in pages], len(seen)

    look()
    before = look()
    day = timezone.localdate().replace(day=1) - timedelta(days=1)
    answered(30, useful="yes", products=("CRD-DEB",), month=f"{day:%Y-%m}")

    assert look() == before
    assert [page for page in before[0] if "survey" in page] == []
    addresses = ["turned", "thanks", "abc"]
    assert [client.get(f"/survey/{a}/").status_code for a in addresses] == [404] * 3
    assert client.post("/survey/answers/").status_code == 404
    assert sign_in("conduct").get("/survey/pushed/").status_code == 404
    assert "survey" not in sign_in("conduct").get("/").content.decode().lower()


def test_a_corrected_record_is_the_same_conversation(asking, served, counted):
    client = served()
    token = token_in(client.post("/survey/turned/").content.decode())
    served(n=2, replaces=UUID.format(1), **{"item-SAV-GOL": "declined"})

    assert client.post("/survey/answers/", {"token": token, **SAID}).status_code == 303
    served(n=3, replaces=UUID.format(2))

    assert client.post("/survey/turned/").status_code == 409
    assert (counted(), Ticket.objects.count()) == (COUNTED, 1)


def test_asked_after_a_correction_it_is_about_what_was_corrected(asking, served, counted):
    client = served()
    old = token_in(client.post("/survey/turned/").content.decode())
    served(n=2, replaces=UUID.format(1), **{"item-DIG-APP": ""})
    token = token_in(client.post("/survey/turned/").content.decode())

    assert client.post("/survey/answers/", {"token": old, **SAID}).status_code == 404
    assert client.post("/survey/answers/", {"token": token, **SAID}).status_code == 303
    assert counted() == {key: n for key, n in COUNTED.items() if key[1] != "DIG-APP"}


def test_a_door_stands_with_who_was_served_last_and_with_nobody_else(asking, served, queries):
    served()
    client = served(n=2, main="CRD-DEB", **{"item-CRD-DEB": ""})
    door = '<a class="{}" href="/survey/turned/">Let the customer answer</a>'
    papers = [f"/desk/consultations/{UUID.format(n)}/customer/" for n in (1, 2)]

    day, first, last = (client.get(address).content.decode() for address in ("/day/", *papers))

    assert [page.count('href="/survey/turned/"') for page in (day, first, last)] == [1, 0, 1]
    assert door.format("btn btn-outline-secondary") in last
    lines = day.split('<li class="cb-line')
    [with_it] = [line for line in lines if "/survey/turned/" in line]
    assert UUID.format(2) in with_it
    with queries() as seen:
        client.get("/day/")
    assert [q["sql"] for q in seen.captured_queries if "voice_" in q["sql"]] == []
    Consultation.objects.update(source="paper")
    assert "/survey/turned/" not in client.get("/day/").content.decode()


def test_on_the_toast_and_the_saved_line_have_it(asking, served):
    page = served().get(f"/desk/?saved={UUID.format(1)}").content.decode()

    assert page.count('action="/survey/turned/"') == 2
    assert 'data-key="t"' in page


def test_doors_once_it_is_on(asking, sign_in, client):
    def opened(address: str) -> dict[str, int]:
        roles = ("seller", "manager", "regional", "owner", "conduct", "auditor", "admin")
        return {role: sign_in(role).get(address).status_code for role in roles}

    front = {"seller": 200, "manager": 200}
    closed = dict.fromkeys(("regional", "owner", "conduct", "auditor", "admin"), 403)
    assert opened("/survey/turned/") == {**closed, **front}
    watch = {"conduct": 200, "auditor": 200}
    assert opened("/survey/pushed/") == {**closed, "seller": 403, "manager": 403, **watch}
    inside = ("/survey/turned/", "/survey/pushed/", "/survey/unknown-token/")
    assert [client.get(address).status_code for address in inside] == [302] * 3
