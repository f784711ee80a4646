"""A workbook of outcomes: rows matched by number or code, the others counted, no number kept."""

import io
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from crossbank.conduct.models import AuditEntry
from crossbank.kept.models import Outcome
from crossbank.org import switches
from crossbank.org.models import Upload
from tests.kept.conftest import book, code_of, confirm, send, state_of, today
from tests.offers.test_approvals import everything_stored

pytestmark = pytest.mark.django_db
CANARY = "CANARY-778899"


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


def report(page) -> list[tuple[int, str]]:
    return [(one.row, one.words) for one in page.context["left_out"]]


def test_rows_are_matched_by_number_by_code_or_by_both(manager, sell):
    by_number, by_code, by_both = sell(reference="4711"), sell(), sell(reference="4712")
    day = by_number.consultation.business_date
    page = send(
        manager,
        book(
            (4711, "", "INS-TRV", "open", today()),
            ("", code_of(by_code).lower(), "INS-TRV", "Closed", day + timedelta(days=60)),
            ("4712", code_of(by_both), "INS-TRV", "withdrawn", f"{day + timedelta(days=3)}"),
        ),
    )

    assert (page.status_code, report(page), Outcome.objects.count()) == (200, [], 0)
    assert confirm(manager, page).status_code == 303
    sold = (by_number, by_code, by_both)
    assert [state_of(one) for one in sold] == ["kept", "closed_early", "withdrawn"]
    assert set(Outcome.objects.values_list("source", "by__username")) == {("workbook", "manager")}
    assert not Upload.objects.exists()


def test_unmatched_rows_are_reported_counted_and_need_a_yes(manager, sell):
    sell(reference="4711")
    sell(reference="4711")  # the same product twice: nobody guesses
    one, other = sell(reference="4712"), sell(reference="4713")
    sell(reference="4714", product="CRD-DEB")
    elsewhere = sell(reference="4715", who="seller2")
    page = send(
        manager,
        book(
            ("4711", "", "INS-TRV", "open", today()),
            ("4712", "", "INS-TRV", "open", today()),
            ("4712", code_of(other), "INS-TRV", "open", today()),
            ("4714", "", "INS-TRV", "open", today()),
            ("4715", "", "INS-TRV", "open", today()),
            ("", code_of(elsewhere), "INS-TRV", "open", today()),
            (CANARY, "", "INS-TRV", "open", today()),
        ),
    )

    none, several = "This fits no sale of this branch.", "This fits several sales"
    assert [(row, words.split(":")[0]) for row, words in report(page)] == [
        (2, several), (4, none), (5, none), (6, none), (7, none), (8, none),
    ]  # fmt: skip
    assert confirm(manager, page).status_code == 422
    assert not Outcome.objects.exists()
    assert confirm(manager, page, without="1").status_code == 303
    assert list(Outcome.objects.values_list("item", "mark")) == [(one.pk, "open")]
    line = AuditEntry.objects.get(action="sale_outcomes_taken_over")
    assert line.detail == {"rows": 1, "unmatched": 6}
    assert CANARY not in everything_stored()


def test_one_bad_row_stands_against_all_and_none_says_what_stood_in_it(manager, sell):
    good = sell(reference="4711")
    bad = [
        ("4711", "", "INS-TRV", "gone", today()),
        ("4711", "", "INS-TRV", "open", "soon"),
        ("", "", "INS-TRV", "open", today()),
        ("!!", "", "INS-TRV", "open", today()),
        ("", "K7Q-F3M-2XX", "INS-TRV", "open", today()),
        ("4711", "", "", "open", today()),
        ("=1+1", "", "INS-TRV", "open", today()),
        (47.5, "", "INS-TRV", "open", today()),
    ]
    for row in bad:
        page = send(manager, book(("4711", "", "INS-TRV", "open", today()), row))
        assert page.status_code == 422, row
        assert [number for number, _words in report(page)] == [3]
        assert re.fullmatch(r"[A-Z].*\.", report(page)[0][1])
        assert not Upload.objects.exists()

    page = send(manager, book(("4711", "", "INS-TRV", "withdrawn", today())))
    assert report(page)[0][1].startswith("The last day to withdraw was")
    assert state_of(good) == "not_known"
    page = send(manager, book((CANARY, "", CANARY, CANARY, CANARY)))
    assert CANARY not in page.content.decode() + everything_stored()


def test_rows_that_fit_no_sale_are_all_named_and_what_is_new_is_counted_by_state(manager, sell):
    for number in ("4711", "4712", "4713"):
        sell(reference=number)
    day = today() - timedelta(days=10)
    good = [
        ("4711", "", "INS-TRV", "open", today()),
        ("4712", "", "INS-TRV", "closed", day),
        ("4713", "", "INS-TRV", "closed", day),
    ]
    stray = [(f"99{n}", "", "INS-TRV", "open", today()) for n in range(120)]
    unknown = ("4711", "", "INS-TRX", "open", today())

    page = send(manager, book(*stray[:1], *good, *stray[1:], unknown))

    assert "rows 2, 6–125" in page.text
    assert dict(re.findall(r'([^<>]+): <span data-figure="(?:\w+)">(\d+)', page.text)) == {
        "The customer has it": "1",
        "Ended afterwards": "2",
    }
    assert page.context["plan"].unmatched[-1].words == "There is no product with this code."
    page = send(manager, book(stray[0], ("4711", "", "INS-TRV", "gone", today())))
    assert (page.status_code, "row 2<" in page.text) == (422, True)


def test_empty_workbook_is_read_as_it_is_given_and_names_the_states(manager, sell):
    item = sell(reference="4711")
    assert 'href="/kept/import/template/"' in manager.get("/kept/import/").text
    given = load_workbook(io.BytesIO(manager.get("/kept/import/template/").content))

    outcomes, states = given.worksheets
    assert [row[0].value for row in states.rows] == ["open", "withdrawn", "closed"]
    assert [outcomes.column_dimensions[one].number_format for one in "AE"] == ["@", "yyyy-mm-dd"]
    outcomes.append(["4711", None, "INS-TRV", "open", today()])
    filled = io.BytesIO()
    given.save(filled)
    assert confirm(manager, send(manager, filled.getvalue())).status_code == 303
    assert state_of(item) == "kept"

    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    given = load_workbook(io.BytesIO(manager.get("/kept/import/template/").content))
    assert [cell.value for cell in given.worksheets[0][1]] == ["receipt", "product", "state", "day"]


def test_text_file_is_told_what_to_send_instead(manager):
    page = send(manager, b"reference;product\n4711;INS-TRV\n")

    assert page.status_code == 422
    assert "This file is no workbook. Save it as .xlsx and send that file." in page.text


def test_the_same_sale_twice_stands_against_all(manager, sell):
    item = sell(reference="4711")
    rows = [
        ("4711", "", "INS-TRV", "open", today()),
        ("", code_of(item), "INS-TRV", "closed", today()),
    ]

    page = send(manager, book(*rows))

    assert (page.status_code, report(page)) == (422, [(3, "This is the same sale as row 2.")])
    assert not Outcome.objects.exists()


def test_a_workbook_again_says_nothing_new(manager, sell):
    sell(reference="4711")
    content = book(("4711", "", "INS-TRV", "open", today()))
    confirm(manager, send(manager, content))

    page = send(manager, content)

    assert (page.context["plan"].told, page.context["plan"].known) == ((), 1)
    assert confirm(manager, page).status_code == 409
    assert Outcome.objects.count() == 1


def test_what_moved_meanwhile_takes_all_of_it_back(manager, sell, note):
    first, second = sell(reference="4711"), sell(reference="4712")
    rows = [(number, "", "INS-TRV", "open", today()) for number in ("4711", "4712")]
    page = send(manager, book(*rows))
    note(second, "closed", 20)

    assert confirm(manager, page).status_code == 409
    assert (state_of(first), state_of(second)) == ("not_known", "closed_early")


def test_another_workbook_than_the_one_seen_is_not_taken_over(manager, sell):
    sell(reference="4711")
    old = send(manager, book(("4711", "", "INS-TRV", "open", today())))
    send(manager, book(("4711", "", "INS-TRV", "closed", today())))

    assert confirm(manager, old).status_code == 409
    assert not Outcome.objects.exists()


def test_rows_of_a_branch_that_was_merged_into_this_one_are_matched(manager, sell, merged):
    by_number, by_code = sell(reference="4711", who="seller2"), sell(who="seller2")
    rows = [
        ("4711", "", "INS-TRV", "open", today()),
        ("", code_of(by_code), "INS-TRV", "open", today()),
    ]

    assert confirm(manager, send(manager, book(*rows))).status_code == 303
    assert [state_of(one) for one in (by_number, by_code)] == ["kept", "kept"]


def test_a_day_has_come_by_the_clock_of_the_sales_branch(manager, sell, merged, monkeypatch):
    sell(reference="4711")
    sell(reference="4712", who="seller2")
    at = datetime.combine(today(), time(18), tzinfo=UTC)  # tomorrow in Bangkok, today in Berlin
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: at)

    rows = [(number, "", "INS-TRV", "open", tomorrow) for number in ("4711", "4712")]

    assert report(send(manager, book(*rows))) == [(2, "This day has not come yet.")]


def test_what_was_called_a_mistake_comes_back_by_hand_alone(manager, sell, note):
    item = sell(reference="4711")
    day = item.consultation.business_date
    content = book(("4711", "", "INS-TRV", "closed", day + timedelta(days=40)))
    confirm(manager, send(manager, content))
    note(item, "mistaken", 95)

    again = send(manager, content).context["plan"]
    assert (again.told, again.known) == ((), 1)
    later = send(manager, book(("4711", "", "INS-TRV", "closed", day + timedelta(days=41))))
    assert len(later.context["plan"].told) == 1
    note(item, "closed", 40)
    assert state_of(item) == "closed_early"


def test_where_the_bank_keeps_no_number_the_workbook_knows_none(manager, sell):
    item, other = sell(reference="4711"), sell(reference="4712")
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    rows = [
        ("4712", code_of(item), "INS-TRV", "open", today()),  # what stands there is not even read
        ("4712", "", "INS-TRV", "open", today()),
    ]

    asks = manager.get("/kept/import/").text
    page = send(manager, book(*rows))

    assert ("<code>reference" in asks, "customer number" in asks) == (False, False)
    assert report(page) == [(3, "There is no code.")]
    refused = send(
        manager, book(("4712", "INS-TRV"), heads=("reference", "product", "state", "day"))
    )
    assert refused.status_code == 422
    assert "There is no column receipt." in refused.text
    assert confirm(manager, send(manager, book(rows[0]))).status_code == 303
    assert [state_of(one) for one in (item, other)] == ["kept", "not_known"]


@pytest.mark.parametrize(
    "heads",
    [("reference", "product", "state"), ("product", "state", "day"), ("reference", "state", "day")],
)
def test_a_missing_column_is_named(manager, heads):
    page = send(manager, book(("4711", "INS-TRV", "open"), heads=heads))

    assert page.status_code == 422
    assert "There is no column" in page.content.decode()


def test_columns_stand_in_any_order(manager, sell):
    item = sell(reference="4711")
    heads = ("Day", "State", "anything", "PRODUCT", "Reference")

    page = send(manager, book((today(), "open", "x", "INS-TRV", "4711"), heads=heads))

    confirm(manager, page)
    assert state_of(item) == "kept"


def test_a_long_list_takes_few_queries(manager, sell, queries):
    items = [sell(reference=str(5000 + n)) for n in range(5)]
    rows = [(str(5000 + n), "", "INS-TRV", "open", today()) for n in range(len(items))]
    many = [(str(9000 + n), "", "INS-TRV", "open", today()) for n in range(400)]
    send(manager, book(*rows))
    with queries() as few:
        send(manager, book(*rows))
    with queries() as all_of_them:
        page = send(manager, book(*rows, *many))

    assert len(page.context["plan"].unmatched) == 400
    assert len(few) == len(all_of_them)
