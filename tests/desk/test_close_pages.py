"""The pages around the end of a day: three steps, the manager's list, the morning after."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.desk import closing, services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, DayClose, DaySheet, LateEntry, Reflection
from crossbank.desk.proof import drift
from crossbank.matrix import editions
from crossbank.org.models import OpeningHours, Region, User

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
TUESDAY, THURSDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)
CLOSE = "/day/2026-03-16/close/"


@pytest.fixture
def now(monkeypatch):
    """What the clock says to the pages: Monday, until a test moves it."""

    def move(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    move(MONDAY)
    return move


@pytest.fixture
def record(person):
    def recorded(at=MONDAY, who="seller", **fields) -> Consultation:
        user = person(who)
        entry = Entry(**{"uuid": uuid4(), "main": "ACC-BAS", "edition": 1, **fields})
        services.record(entry=entry, branch=user.branch, at=at, by=user)
        return Consultation.objects.get(uuid=entry.uuid)

    return recorded


def taken(*codes: str) -> tuple[Answer, ...]:
    return tuple(Answer(code=code, response="accepted") for code in codes)


def text(response) -> str:
    return unescape(response.content.decode())


def answer(client, one: Consultation, said: str, **more):
    return client.post(f"{CLOSE}reflect/", {"consultation": one.uuid, "answer": said, **more})


def sign(client, seen: str, address: str = CLOSE):
    return client.post(f"{address}sign/", {"seen": seen})


def test_whole_way_without_a_script(sign_in, record, now) -> None:
    one = record()
    client = sign_in("seller")
    assert 'href="/day/close/" data-key="c"' in text(client.get("/day/"))

    assert client.post("/day/close/", {})["Location"] == f"{CLOSE}?step=2"
    page = text(client.get(f"{CLOSE}?step=2"))
    say = editions.current(MONDAY).snapshot.pair("ACC-BAS", "CRD-DEB").say
    assert f"“{say}”" in page
    assert answer(client, one, "CRD-DEB 0")["Location"] == f"{CLOSE}?step=2#cb-next"
    page = text(client.get(f"{CLOSE}?step=3"))
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    assert (seen, f"“{say}”" in page) == ("1-0-0-0-0-0", True)
    assert sign(client, seen)["Location"] == "/day/2026-03-16/"

    day = text(client.get("/day/"))
    assert "Signed by Lena H., 16 March 2026, 17:00: 1 main only, 0 main + 1, 0 main + 2" in day
    assert "Close the day" not in day
    sheet = text(client.get("/day/?print=1"))
    assert f"Debit card</strong> – “{say}”" in sheet
    assert 'class="cb-sheet__sign"' in sheet


def test_draft_goes_on_where_it_stood_after_a_new_sign_in(sign_in, record, now) -> None:
    one, other = record(), record(main="CRD-DEB")
    client = sign_in("seller")
    client.post(CLOSE, {"paper_main_only": "3", "paper_plus_one": "0", "paper_plus_two": "0",
                        "paper_note": "One line twice"})  # fmt: skip
    answer(client, one, "none")

    page = text(sign_in("seller").get("/day/close/"))

    assert 'aria-current="step"><a href="/day/2026-03-16/close/?step=2"' in page
    assert page.count("cb-answer") == 1
    assert f'id="case-{other.uuid}"' in page
    assert "On paper: 3 main only, 0 main + 1, 0 main + 2. “One line twice”" in text(
        sign_in("seller").get(f"{CLOSE}?step=3")
    )


def test_signing_twice_says_whose_signature_stands(sign_in, record, now) -> None:
    record()
    client = sign_in("seller")
    sign(client, "1-0-0-0-0-0")
    now(MONDAY + timedelta(minutes=9))

    again = sign(client, "1-0-0-0-0-0")

    words = "Signed already by Lena H. on 16 March 2026, 17:00: 1 main only"
    assert words in text(client.get(again["Location"]))
    assert words in text(client.get(client.get(CLOSE)["Location"]))
    assert DayClose.objects.get().signed_at == MONDAY


def test_a_save_of_another_tab_is_told_with_the_figures_of_now(sign_in, record, now) -> None:
    record()
    client = sign_in("seller")
    record(answers=taken("DIG-APP"))

    late = sign(client, "1-0-0-0-0-0")

    assert late.status_code == 409
    assert "Another save came in meanwhile" in text(late)
    assert 'name="seen" value="1-1-0-0-1-1"' in text(late)
    assert DaySheet.objects.get().closed_at is None
    assert sign(client, "1-1-0-0-1-1").status_code == 303


@pytest.mark.parametrize("seen", ["", "1", "1-2-3-4-5-x", "1-0-0-0-0-0-0", "9999999-0-0-0-0-0"])
def test_nothing_is_signed_unseen(sign_in, record, now, seen) -> None:
    record()

    assert sign(sign_in("seller"), seen).status_code == 422
    assert not DayClose.objects.exists()


def test_difference_that_came_after_the_count_is_asked_about(sign_in, record, now) -> None:
    record()
    client = sign_in("seller")
    paper = {"paper_main_only": "1", "paper_plus_one": "0", "paper_plus_two": "0"}
    assert client.post(CLOSE, paper).status_code == 303
    record()

    late = sign(client, "2-0-0-0-0-0")

    assert (late.status_code, late.context["step"]) == (422, 1)
    assert '<a href="#id_paper_note">' in text(late)
    assert "Say in a few words where the difference comes from." in text(late)
    assert '<details class="cb-card cb-narrow" open>' in text(late)
    assert 'name="paper_main_only" value="1"' in text(late)
    assert DaySheet.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"paper_main_only": "1"}, "all three columns"),
        ({"paper_main_only": "-1"}, "Main only: Type 0 or more."),
        ({"paper_plus_two": "10000"}, "Main + 2: Type 9999 or less."),
        ({"paper_main_only": "x"}, "Main only: Enter a whole number."),
        ({"paper_note": "call 0171 555 1234"}, "Leave numbers and addresses of customers out"),
        (
            {"paper_note": "x" * 201},
            "Why the paper differs: Write at most 200 characters; these are 201.",
        ),
        (
            {"paper_main_only": "9", "paper_plus_one": "0", "paper_plus_two": "0"},
            "Why the paper differs: Say in a few words",
        ),
    ],
)
def test_count_on_paper_says_what_is_wrong_and_keeps_what_was_typed(
    sign_in, record, now, fields, said
) -> None:
    record()

    page = sign_in("seller").post(CLOSE, fields)

    assert page.status_code == 422
    assert said in text(page)
    for value in fields.values():
        assert f'value="{value}"' in text(page)
    assert '<details class="cb-card cb-narrow" open>' in text(page)
    assert "<title>Error: Close the day" in text(page)
    assert not DayClose.objects.exists()


@pytest.mark.parametrize(
    ("said", "more", "status"),
    [
        ("CRD-DEB 0", {}, 303),
        ("CRD-DEB 9", {}, 422),
        ("ACC-PRM 0", {}, 422),  # nobody could have offered it beside this one
        ("DIG-APP 0", {}, 422),  # it was offered
        ("CRD-DEB own", {"own-CRD-DEB": "Shall I show you the card?"}, 303),
        ("own", {"own-CRD-DEB": "Shall I show you the card?"}, 303),
        ("CRD-DEB own", {"own-CRD-DEB": ""}, 422),
        ("own", {}, 422),
        ("CRD-DEB own", {"own-CRD-DEB": "Mrs X, 4711 0815 12"}, 422),
        ("CRD-DEB own", {"own-CRD-DEB": "write to a@b.example"}, 422),
        ("CRD-DEB own", {"own-CRD-DEB": "x" * 301}, 422),
        ("CRD-DEB own", {"own-CRD-DEB": "abc\u202e"}, 422),
        ("", {}, 422),
        ("none", {}, 303),
    ],
)
def test_one_tap_is_an_answer_or_says_why_not(sign_in, record, now, said, more, status) -> None:
    one = record(answers=(Answer(code="DIG-APP", response="declined"),))

    page = answer(sign_in("seller"), one, said, **more)

    assert page.status_code == status, text(page)
    assert Reflection.objects.count() == (status == 303)


def test_own_words_that_are_refused_stay_where_they_were_typed(sign_in, record, now) -> None:
    one, other = record(), record()
    client, words = sign_in("seller"), 'ring 0171 555 1234 "soon"'

    page = text(answer(client, one, "CRD-DEB own", **{"own-CRD-DEB": words}))

    fields = re.findall(r'<input [^>]*name="own-[^>]*>', page)
    assert [words in field and str(one.uuid) in field for field in fields].count(True) == 1
    assert [words in field for field in fields].count(True) == 1
    assert page.count(f'name="pick-{one.uuid}" open') == 1
    assert f'name="pick-{other.uuid}" open' not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 819, "My own words: Write at most 300 characters; these are 819."),
        ("", "My own words: Type what you will say, or choose a line."),
        ("ring 0171 555 1234", "My own words: Leave numbers and addresses of customers out"),
    ],
)
def test_own_words_that_are_refused_are_named(sign_in, record, now, typed, said) -> None:
    page = text(answer(sign_in("seller"), record(), "CRD-DEB own", **{"own-CRD-DEB": typed}))

    assert said in page


def test_own_words_and_change(sign_in, record, now) -> None:
    one = record()
    client = sign_in("seller")
    answer(client, one, "own", **{"own-CRD-DEB": "Shall I show you the card?", "own-DIG-APP": ""})
    kept = Reflection.objects.get()
    assert (kept.product_code, kept.product_name, kept.line) == (
        "CRD-DEB", "Debit card", "Shall I show you the card?",
    )  # fmt: skip

    client.post(f"{CLOSE}reflect/", {"consultation": one.uuid, "take_back": "1"})

    assert not Reflection.objects.exists()


def test_customers_of_a_colleague_and_of_main_plus_two_are_not_asked_about(
    sign_in, record, now
) -> None:
    full = record(answers=taken("CRD-DEB", "DIG-APP"))
    theirs = record(who="manager")
    client = sign_in("seller")

    assert [answer(client, one, "none").status_code for one in (full, theirs)] == [422, 422]
    assert "No customer left with half a solution" in text(client.get(f"{CLOSE}?step=2"))


def test_three_clearest_first_and_the_others_on_demand(sign_in, record, now) -> None:
    records = [record(answers=(Answer(code="DIG-APP", response="declined"),)) for _ in range(3)]
    clear = [record(), record()]
    client = sign_in("seller")

    page = text(client.get(f"{CLOSE}?step=2"))
    everybody = text(client.get(f"{CLOSE}?step=2&all=1"))

    def cases(html: str) -> list[str]:
        return re.findall(r'id="case-([^"]*)"', html)

    assert cases(page) == [str(one.uuid) for one in (*clear[::-1], records[2])]
    assert "More customers (2)" in page
    assert len(cases(everybody)) == 5
    after = client.post(
        f"{CLOSE}reflect/?all=1", {"consultation": records[2].uuid, "answer": "none"}
    )
    assert after["Location"] == f"{CLOSE}?step=2&all=1#case-{records[1].uuid}"


def test_close_page_asks_as_often_for_one_customer_as_for_three(
    sign_in, record, now, queries
) -> None:
    client, counts = sign_in("seller"), []
    for _ in range(2):
        answer(client, record(), "CRD-DEB 0")
        with queries() as seen:
            client.get(f"{CLOSE}?step=2")
        counts.append(len(seen))
        record()

    assert counts[0] == counts[1] == 10


def test_yesterday_can_be_signed_until_tonight_and_then_not(sign_in, record, now) -> None:
    record()
    client = sign_in("seller")
    now(TUESDAY)
    assert f'href="{CLOSE}" data-key="c"' in text(client.get("/day/2026-03-16/"))
    now(TUESDAY + timedelta(days=1))

    page, signed = client.get(CLOSE), sign(client, "1-0-0-0-0-0")

    assert "Nobody signed this day, so it closed by itself" in text(page)
    assert signed.status_code == 409
    assert "This day is closed; a manager can reopen it." in text(signed)
    assert "Closed by itself, unsigned" in text(client.get("/day/2026-03-16/"))
    assert client.get("/desk/").status_code == 200


def test_reopened_day_that_nobody_signed_again_is_not_called_signed(sign_in, signed, now) -> None:
    sign_in("manager").post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "One is missing"})
    now(THURSDAY)
    client = sign_in("seller")

    page, late = client.get(CLOSE), sign(client, "1-0-0-0-0-0")

    assert (page.status_code, late.status_code) == (200, 409)
    for one in (page, late):
        assert "This day was reopened and nobody signed it again" in text(one)
        assert "Signed already" not in text(one)


def test_answer_about_a_voided_customer_is_neither_shown_nor_printed(
    sign_in, record, person, now
) -> None:
    one, client = record(), sign_in("seller")
    answer(client, one, "CRD-DEB own", **{"own-CRD-DEB": "Shall I show you the card?"})
    pages = [f"{CLOSE}?step=3", "/day/?print=1"]
    assert ["Shall I show" in text(client.get(page)) for page in pages] == [True, True]

    services.void(consultation=one, reason="Twice", at=MONDAY, by=person("seller"))

    assert ["Shall I show" in text(client.get(page)) for page in pages] == [False, False]


def test_days_that_are_none_cannot_be_closed(sign_in, now) -> None:
    client = sign_in("seller")

    assert client.get("/day/2026-03-17/close/").status_code == 404
    assert client.get("/day/1999-12-31/close/").status_code == 404


# ---- late entries --------------------------------------------------------------------------


def form(**fields) -> dict[str, str]:
    return {"uuid": str(uuid4()), "main": "ACC-BAS", "edition": "1", "item-DIG-APP": "accepted",
            **fields}  # fmt: skip


@pytest.fixture
def signed(record, person, now):
    record()
    seller = person("seller")
    return services.close_day(
        employee=seller, branch=seller.branch, business_date=MONDAY.date(), at=MONDAY, by=seller
    )


def test_refused_save_can_be_handed_in_with_what_was_typed(sign_in, signed) -> None:
    client, sent = sign_in("seller"), form(note="at six")

    page = client.post("/desk/consultations/", sent)
    assert page.status_code == 409
    assert 'formaction="/day/late/"' in text(page)
    handed = client.get(client.post("/day/late/", sent)["Location"])

    assert "Handed in as a late entry: the manager decides on it." in text(handed)
    assert "Late entry (Basic current account, 17:00) waits for the manager" in text(handed)
    late = LateEntry.objects.get()
    assert (str(late.uuid), late.entry["note"]) == (sent["uuid"], "at six")
    assert 'formaction="/day/late/"' not in text(client.get("/desk/ACC-BAS/"))


def test_script_gets_json(sign_in, signed, person) -> None:
    client, sent = sign_in("seller"), form()
    headers = {"accept": "application/json"}

    first = client.post("/day/late/", sent, headers=headers)
    again = client.post("/day/late/", sent, headers=headers)

    assert [first.status_code, again.status_code] == [201, 201]
    assert first.json() == {"uuid": sent["uuid"], "late": True}
    other = form(drawn_for=str(person("manager").pk))
    assert client.post("/day/late/", other, headers=headers).json()["code"] == "other_user"
    assert LateEntry.objects.count() == 1


def test_open_day_takes_no_late_entry(sign_in, record, now) -> None:
    record()

    refused = sign_in("seller").post("/day/late/", form(), headers={"accept": "application/json"})

    assert (refused.status_code, refused.json()["code"]) == (409, "day_open")


def test_paper_of_a_past_day_waits(sign_in, record, now) -> None:
    client = sign_in("seller")
    now(THURSDAY)
    assert "your manager decides" in text(client.get("/day/2026-03-16/"))
    sent = {"uuid": str(uuid4()), "on": "2026-03-16", "main": "ACC-BAS", "taken": "1",
            "at": "10:00"}  # fmt: skip

    client.post("/day/paper/", sent)

    late = LateEntry.objects.get()
    assert (str(late.business_date), late.recorded_at.hour) == ("2026-03-16", 9)
    assert not DaySheet.objects.exists()
    now(MONDAY + timedelta(days=8))
    assert "Enter a customer from the paper" not in text(client.get("/day/2026-03-16/"))
    sent["uuid"] = str(uuid4())
    assert client.post("/day/paper/", sent).status_code == 409


def test_paper_of_a_signed_today_waits_too(sign_in, signed) -> None:
    sent = {"uuid": str(uuid4()), "main": "ACC-BAS", "taken": "1", "at": "10:00"}

    page = sign_in("seller").post("/day/paper/", sent, follow=True)

    assert "Handed in as a late entry" in text(page)
    assert DaySheet.objects.get().plus_one == 0


def test_manager_accepts_and_the_day_says_so(sign_in, signed) -> None:
    sign_in("seller").post("/day/late/", form())
    late, manager = LateEntry.objects.get(), sign_in("manager")
    page = text(manager.get("/day/sheets/"))
    assert "Lena H." in page
    assert "Online and mobile banking (taken)" in page

    manager.post(f"/day/late/{late.pk}/decide/", {"decision": "accept"})

    day = text(sign_in("seller").get("/day/"))
    assert "Signed by Lena H., 16 March 2026, 17:00: 1 main only, 0 main + 1" in day
    assert "Since then +1 Main + 1 by a late entry (Basic current account), accepted by" in day
    assert 'data-figure="plus_one">1<' in day
    assert "since then 1 late entry<" in text(manager.get("/day/sheets/"))
    again = manager.post(f"/day/late/{late.pk}/decide/", {"decision": "refuse", "note": "x"})
    assert again.status_code == 409
    assert drift() == []


def test_note_and_reason_that_are_refused_stay_where_they_were_typed(sign_in, signed) -> None:
    sign_in("seller").post("/day/late/", form())
    late, manager = LateEntry.objects.get(), sign_in("manager")
    long = "Said on the telephone. " * 10

    page = manager.post(f"/day/late/{late.pk}/decide/", {"decision": "refuse", "note": long})
    assert (page.status_code, f'name="note" maxlength="200" value="{long}"' in text(page)) == (
        422,
        True,
    )
    page = manager.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": long})
    assert (page.status_code, f'required value="{long}"' in text(page)) == (422, True)


def test_late_correction_is_told_as_one_though_the_sums_are_the_same(
    sign_in, record, signed
) -> None:
    first, seller = Consultation.objects.get(), sign_in("seller")
    sent = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1"}
    seller.post("/day/late/", {**sent, "replaces": str(first.uuid), "replace_reason": "Mistyped"})
    manager = sign_in("manager")
    assert "since then" not in text(manager.get("/day/sheets/"))

    manager.post(f"/day/late/{LateEntry.objects.get().pk}/decide/", {"decision": "accept"})

    assert "since then 1 late entry<" in text(manager.get("/day/sheets/"))
    for address in ("/day/", "/day/?print=1"):
        page = text(seller.get(address))
        assert "a late correction (Debit card): Main only in place of Main only, accepted" in page
        assert "+1 Main only" not in page


def test_refusing_without_a_word_is_asked_about(sign_in, signed) -> None:
    sign_in("seller").post("/day/late/", form())
    late, regional = LateEntry.objects.get(), sign_in("regional")

    page = regional.post(f"/day/late/{late.pk}/decide/", {"decision": "refuse"})

    assert page.status_code == 422
    assert "Say in a few words why it is refused." in text(page)
    regional.post(f"/day/late/{late.pk}/decide/", {"decision": "refuse", "note": "Counted"})
    day = text(sign_in("seller").get("/day/"))
    assert re.search(r"refused by [^,<]+, 16 March 2026, 17:00: “Counted”", day)


def test_late_entry_stands_under_the_signature_it_came_after(sign_in, signed, now) -> None:
    seller, manager = sign_in("seller"), sign_in("manager")
    for n in (1, 2):
        seller.post("/day/late/", form(main="ACC-BAS" if n == 1 else "CRD-DEB"))
    first, second = LateEntry.objects.order_by("pk")
    now(MONDAY + timedelta(minutes=5))
    manager.post(f"/day/late/{first.pk}/decide/", {"decision": "accept"})
    manager.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "Look once more"})
    now(MONDAY + timedelta(minutes=10))
    waits = "Late entries are not in this sum"
    assert waits in text(seller.get(f"{CLOSE}?step=1"))
    sign(seller, "1-1-0-0-1-1")

    day, sheet = (text(seller.get(address)) for address in ("/day/", "/day/?print=1"))
    told = ["17:00: 1 main only", "Since then +1 Main + 1", "17:10: 1 main only", "waits for the"]
    assert sorted(told, key=day.index) == told
    assert "Since then" not in sheet

    now(MONDAY + timedelta(minutes=15))
    manager.post(f"/day/late/{second.pk}/decide/", {"decision": "accept"})
    day, sheet = (text(seller.get(address)) for address in ("/day/", "/day/?print=1"))
    assert (day.count("Since then"), sheet.count("Since then")) == (2, 1)
    assert day.index("17:10: 1 main only") < day.index("(Debit card), accepted")
    manager.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "And again"})
    assert waits not in text(seller.get(f"{CLOSE}?step=1"))


def test_record_of_a_closed_day_offers_nothing_that_cannot_be(sign_in, signed) -> None:
    one, manager = Consultation.objects.get(), sign_in("manager")
    closed = "This day is closed; a manager can reopen it."

    for client in (sign_in("seller"), manager):
        page = text(client.get(one.get_absolute_url()))
        assert (closed in page, "Void it" in page, "Correct it" in page) == (True, False, False)

    manager.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "x"})
    page = text(sign_in("seller").get(one.get_absolute_url()))
    assert (closed in page, "Void it" in page, "Correct it" in page) == (False, True, True)


def test_other_branch_sees_and_decides_nothing(sign_in, signed) -> None:
    sign_in("seller").post("/day/late/", form(note="leak-canary"))
    late, manager2 = LateEntry.objects.get(), sign_in("manager2")

    page = text(manager2.get("/day/sheets/"))

    assert "leak-canary" not in page
    assert "Lena H." not in page
    decided = manager2.post(f"/day/late/{late.pk}/decide/", {"decision": "accept"})
    reopened = manager2.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "x"})
    assert (decided.status_code, reopened.status_code) == (404, 404)
    assert manager2.get("/day/sheets/?branch=B01").status_code == 404
    assert sign_in("regional").get("/day/sheets/?branch=B02").status_code == 404


def test_region_sees_sheets_without_names(sign_in, signed) -> None:
    page = text(sign_in("regional").get("/day/sheets/"))

    assert f"Sheet no. {signed.pk}" in page
    assert "Lena" not in page
    assert f"Sheet no. {signed.pk}" in text(sign_in("seller").get("/day/"))


def test_order_of_sheets_without_names_is_not_that_of_the_names(sign_in, record, now) -> None:
    people = User.objects.filter(role="seller", branch__code="B01").order_by("-first_name")[:3]
    for one in people:
        record(who=one.username)
    numbers = [f"Sheet no. {sheet.pk}" for sheet in DaySheet.objects.order_by("pk")]

    page = text(sign_in("regional").get("/day/sheets/"))
    named = text(sign_in("manager").get("/day/sheets/"))

    assert re.findall(r"Sheet no\. \d+", page) == numbers
    names = [one.display_name for one in people]
    assert sorted(names, key=named.index) == names[::-1]


def test_region_without_a_branch_has_no_sheets(sign_in, person, now) -> None:
    nowhere = Region.objects.create(code="R-NEW", name="New")
    User.objects.filter(username="regional").update(region=nowhere)

    page = sign_in("regional").get("/day/sheets/")

    assert page.status_code == 200
    assert "No sheet in these days." in text(page)


def test_branch_that_opens_once_a_week_has_a_page_of_its_own(sign_in, person, now) -> None:
    hours = OpeningHours.objects.filter(branch=person("manager").branch)
    hours.exclude(weekday=0).delete()
    now(TUESDAY)

    page = sign_in("manager").get("/day/sheets/")

    assert page.status_code == 200
    assert 'name="from" value="2026-02-15"' in text(page)


def test_reopening_needs_a_reason_and_shows_both_signatures(sign_in, signed) -> None:
    manager, address = sign_in("manager"), f"/day/sheets/{signed.pk}/reopen/"

    assert manager.post(address, {"reason": " "}).status_code == 422
    assert DaySheet.objects.get().closed_at is not None
    assert manager.post(address, {"reason": "Two are missing"}).status_code == 303
    assert manager.post(address, {"reason": "again"}).status_code == 409

    client = sign_in("seller")
    day = text(client.get("/day/"))
    assert "Signed by Lena H., 16 March 2026, 17:00" in day
    assert "“Two are missing”" in day
    assert "Close the day" in day
    sign(client, "1-0-0-0-0-0")
    assert text(client.get("/day/")).count("Signed by Lena H.") == 2
    assert "Signed with 1 / 0 / 0, reopened" in text(manager.get("/day/sheets/"))


def test_day_out_of_reach_is_not_reopened(sign_in, signed, now) -> None:
    now(MONDAY + timedelta(days=8))

    page = sign_in("manager").post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "x"})

    assert page.status_code == 409
    assert "last five business days" in text(page)


def test_sheets_cost_the_same_queries_for_one_and_three(sign_in, record, queries, now) -> None:
    manager, counts = sign_in("manager"), []
    names = [u.username for u in User.objects.filter(role="seller", branch__code="B01")[:3]]
    for people in (names[:1], names[1:]):
        for who in people:
            record(who=who)
        with queries() as seen:
            manager.get("/day/sheets/")
        counts.append(len(seen))

    assert counts == [9, 9]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=x", "Enter a valid date."),
        ("from=2026-03-16&until=2026-03-01", "The last day lies before the first."),
        ("from=2026-01-01", "Choose at most 31 days."),
    ],
)
def test_period_that_is_none_is_told(sign_in, now, query, said) -> None:
    page = sign_in("manager").get(f"/day/sheets/?{query}")

    assert (page.status_code, said in text(page)) == (422, True)


def test_manager_mends_a_record_of_a_reopened_past_day(sign_in, record, signed, now) -> None:
    one, manager = Consultation.objects.get(), sign_in("manager")
    now(THURSDAY)
    assert "Void it" not in text(manager.get(one.get_absolute_url()))
    manager.post(f"/day/sheets/{signed.pk}/reopen/", {"reason": "x"})
    assert "Void it" in text(manager.get(one.get_absolute_url()))

    manager.post(f"{one.get_absolute_url()}void/", {"reason": "Entered twice"})

    assert DaySheet.objects.get().main_only == 0
    assert drift() == []


# ---- the next morning and the first two days -------------------------------------------------


def test_morning_begins_with_what_was_resolved_until_the_first_save(
    sign_in, record, now, queries
) -> None:
    one, client = record(), sign_in("seller")
    answer(client, one, "CRD-DEB own", **{"own-CRD-DEB": "Shall I show you the card?"})
    sign(client, "1-0-0-0-0-0")
    now(TUESDAY)

    with queries() as morning:
        page = text(client.get("/desk/"))

    line = re.search(r'id="cb-morning">(.*?)</p>', page, re.DOTALL)[1]
    assert "Debit card</strong> – “Shall I show you the card?”" in line
    assert '<a href="/matrix/ACC-BAS/">Basic current account → Debit card</a>' in line
    record(at=TUESDAY)
    with queries() as later:
        assert "cb-morning" not in text(client.get("/desk/"))
    assert len(morning) == len(later) + 1


def test_morning_says_nothing_of_what_was_corrected_after_the_signature(
    sign_in, record, person, now
) -> None:
    one, client = record(), sign_in("seller")
    answer(client, one, "CRD-DEB own", **{"own-CRD-DEB": "Shall I show you the card?"})
    sign(client, "1-0-0-0-0-0")
    client.post("/day/late/", form(replaces=str(one.uuid), replace_reason="He took it"))
    late = LateEntry.objects.get()
    sign_in("manager").post(f"/day/late/{late.pk}/decide/", {"decision": "accept"})
    now(TUESDAY)

    page = text(client.get("/desk/"))

    assert 'id="cb-morning"' in page
    assert "Shall I show you the card?" not in page
    assert "Shall I show" not in text(client.get("/day/2026-03-16/"))


def test_reopened_answers_do_not_come_twice_and_old_days_are_history(sign_in, record, now) -> None:
    one, client = record(), sign_in("seller")
    answer(client, one, "CRD-DEB 0")
    now(TUESDAY)
    record(at=TUESDAY)  # a day without an answer
    now(THURSDAY)

    page = text(client.get("/desk/"))

    line = re.search(r'id="cb-morning">(.*?)</p>', page, re.DOTALL)[1]
    assert "From your last day" not in line
    assert "To practise today" in line


def test_first_two_days_are_the_exercise_with_the_difference_on_the_second_evening(
    sign_in, record, now
) -> None:
    client = sign_in("seller")
    assert "Your first day with the sheet" in text(client.get("/day/"))
    record()
    record(answers=taken("DIG-APP"))
    first = text(client.get("/day/"))
    assert "Your first day with the sheet" in first
    assert "An exercise for these two days" in first
    assert "Offer only what fits, and a “no” ends it." in first
    assert "at least three" not in first  # nobody's quota
    assert "Your first two days" not in text(client.get("/day/close/?step=3"))

    now(TUESDAY)
    assert "Your second day with the sheet" in text(client.get("/day/"))
    record(at=TUESDAY, answers=taken("DIG-APP"))
    record(at=TUESDAY, answers=taken("DIG-APP", "CRD-DEB"))
    page = text(client.get("/day/close/?step=3"))
    rows = re.findall(r'data-row="(\w+)">.*?</tr>', page, re.DOTALL)
    figures = re.findall(r'cb-num">([+-]?\d+)</td>', page)
    assert rows == ["main_only", "plus_one", "plus_two", "presented"]
    assert figures == ["1", "0", "-1", "1", "1", "0", "0", "1", "+1", "1", "3", "+2"]

    now(TUESDAY + timedelta(days=1))
    assert "day with the sheet" not in text(client.get("/day/"))


def test_signed_answers_are_those_of_the_draft(record, person, now) -> None:
    one, seller = record(), person("seller")
    closing.reflect(
        consultation=one, branch=seller.branch, product=None, line="", at=MONDAY, by=seller
    )

    services.close_day(
        employee=seller, branch=seller.branch, business_date=MONDAY.date(), at=MONDAY, by=seller
    )

    assert Reflection.objects.get().close == DayClose.objects.get(signed_at=MONDAY)


def test_every_form_that_is_sent_carries_its_token(sign_in, record, now) -> None:
    one, client = record(), sign_in("seller")
    pages = [text(client.get(f"{CLOSE}?step={n}")) for n in (1, 2, 3)]
    answer(client, one, "none")
    sign(client, "1-0-0-0-0-0")
    client.post("/day/late/", form())
    pages.append(text(sign_in("manager").get("/day/sheets/")))

    for page in pages:
        forms = page.count('method="post"')
        assert (forms >= 2, page.count("csrfmiddlewaretoken")) == (True, forms)
