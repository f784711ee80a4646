"""A branch's week on one sheet: whose it is, what stands on it, and that it names nobody."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from crossbank.org.models import Holiday, OpeningHours, Role
from crossbank.review import scope as scopes
from crossbank.review import week
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

WEEK = "week=2026-W10"  # of MONDAY


@pytest.fixture
def at(monkeypatch):
    """at(2026, 3, 9) -> it is noon of that day, everywhere."""

    def noon(*day: int) -> None:
        moment = datetime(*day, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return noon


def test_numbers_are_those_of_review(twelve, shelf, ask, read_page):
    friday = MONDAY - timedelta(days=3)
    world.consultation(shelf=shelf, employee=twelve["anna.zx"], day=friday)

    sheet = read_page(ask("mia", f"branch=B01&{WEEK}", page="week/"))

    review = read_page(ask("mia", "branch=B01&from=2026-03-02&until=2026-03-08"))
    assert {name: review.get(name, text) for name, text in sheet.items()} == sheet
    day = {n: sheet[f"span:{MONDAY}:{MONDAY}:{n}"] for n in ("main_only", "plus_one", "plus_two")}
    assert day == {"main_only": "2", "plus_one": "2", "plus_two": "1"}
    assert (sheet[f"span:{MONDAY}:{MONDAY}:no_main"], sheet["no_main"]) == ("1", "1")
    assert (sheet["total"], sheet["before:total"]) == ("7", "1")
    table = read_page(ask("mia", "branch=B01&from=2026-03-02&until=2026-03-08", page="table/"))
    spans = {name: text for name, text in table.items() if name.startswith("span:")}
    assert {name: sheet.get(name, text) for name, text in spans.items()} == spans
    assert {"cross_rate", "depth", "coverage", "acceptance"} <= set(sheet)
    missed = [name for name in sheet if name.startswith("missed:")]
    assert len(missed) == week.TOP


def test_every_number_leads_to_its_rows(twelve, ask, read_page):
    page = ask("mia", f"branch=B01&{WEEK}", page="week/")
    links = re.findall(
        r'data-figure="([^"]+)" href="/review/([^"]+)">(\d+)<', page.content.decode()
    )

    assert len(links) > 10
    for name, address, text in links:
        where, _, query = address.replace("&amp;", "&").partition("?")
        assert read_page(ask("mia", query, page=where))["rows"] == text, name


def test_it_names_nobody(twelve, ask):
    page = ask("mia", f"branch=B01&{WEEK}", page="week/")

    assert (page.context["figures"].by_staff, page.context["figures"].people) == ((), ())
    text = page.content.decode()
    assert [name for name in ("Anna", "Zxavia", "Bruno", "Qvist") if name in text] == []
    sheet = text[text.index("<article") : text.index("</article>")]
    assert "Mia" not in sheet
    assert "What the team takes up next week" in sheet
    assert "Those who declined it said most often: " in sheet


@pytest.mark.parametrize(
    ("username", "query", "status", "words"),
    [
        ("mia", "branch=B02", 404, ""),
        ("mia", "branch=B02&week=rubbish", 404, ""),
        ("rita", f"branch=B02&{WEEK}", 404, ""),
        ("carl", "branch=B99", 404, ""),
        ("anna.zx", "", 403, ""),
        ("adam", "", 403, ""),
        ("mia", "week=rubbish", 422, "“rubbish” is not a week. Write it like 2026-W48."),
        ("mia", "week=2026-W54", 422, "“2026-W54” is not a week."),
        ("mia", "week=2025-W53", 422, "“2025-W53” is not a week."),
        ("mia", "week=٢٠٢٦-W10", 422, "is not a week."),
        ("mia", "week=2099-W10", 422, "This week has not begun yet."),
        ("mia", "week=2020-W53", 200, "Nothing was recorded here in this period."),
        ("mia", "", 200, "B01 Harbour"),
        ("carl", WEEK, 200, "Choose a branch."),
        ("carl", f"branch=B02&{WEEK}", 200, "B02 River"),
    ],
)
def test_whose_week_and_which(twelve, ask, username, query, status, words):
    response = ask(username, query, page="week/")

    assert response.status_code == status
    assert words in response.content.decode()


def test_it_begins_with_the_newest_week_that_is_over(twelve, ask, at):
    at(2026, 3, 8)  # a Sunday: that week is not over
    assert "Week 9, 2026" in ask("mia", page="week/").content.decode()
    at(2026, 3, 9)
    assert "Week 10, 2026" in ask("mia", page="week/").content.decode()


def test_one_walks_by_weeks_and_not_into_the_future(twelve, ask, at):
    at(2026, 3, 4)
    now = ask("carl", f"branch=B01&{WEEK}", page="week/").content.decode()
    before = ask("carl", "branch=B01&week=2026-W09", page="week/").content.decode()

    assert 'rel="prev" href="/review/week/?branch=B01&amp;week=2026-W09"' in now
    assert 'rel="next"' not in now
    assert "The week so far" in now
    assert 'rel="next" href="/review/week/?branch=B01&amp;week=2026-W10"' in before


def test_days_to_come_are_left_to_write_and_closed_ones_out(twelve, ask, at, harbour, read_page):
    OpeningHours.objects.bulk_create(
        OpeningHours(branch=harbour, weekday=day) for day in (0, 2, 3, 4)
    )
    Holiday.objects.create(branch=harbour, on=date(2026, 3, 5), name="A feast")
    at(2026, 3, 4)

    response = ask("mia", WEEK, page="week/")

    text = response.content.decode()
    days = re.findall(r'<th scope="row">(\w+ \d+ \w+)', text)
    assert days == ["Mon 2 Mar", "Tue 3 Mar", "Wed 4 Mar", "Fri 6 Mar"]
    assert "Tue 3 Mar <span" in text  # closed, and somebody came
    found = read_page(response)
    assert found["span:2026-03-04:2026-03-04:total"] == "0"
    assert "span:2026-03-06:2026-03-06:total" not in found


def test_a_merged_branch_counts_with_its_successor(twelve, shelf, ask, read_page, harbour):
    old = world.branch("B07", region=harbour.region, time_zone="Europe/Berlin")
    old.merged_into = harbour
    old.save()
    gone = world.person("old.timer", Role.SELLER, branch=old)
    world.consultation(shelf=shelf, employee=gone, day=MONDAY)

    assert read_page(ask("mia", WEEK, page="week/"))["total"] == "8"
    assert read_page(ask("mia", f"branch=B07&{WEEK}", page="week/"))["total"] == "1"


@pytest.mark.parametrize(
    ("username", "query", "expected"),
    [
        ("mia", "", "week=2026-W10"),
        ("mia", "staff=anna.zx&main=ACC", "week=2026-W10"),
        ("carl", "branch=B02", "branch=B02&amp;week=2026-W10"),
        ("rita", "", "week=2026-W10"),
        ("olga", "region=R-EAST", "branch=B02&amp;week=2026-W10"),
        ("carl", "", None),
    ],
)
def test_review_of_one_branch_leads_there(twelve, ask, username, query, expected):
    page = ask(username, f"from={MONDAY}&until={TUESDAY}&{query}").content.decode()

    assert re.findall(r'href="/review/week/\?([^"]+)"', page) == ([expected] if expected else [])


@pytest.fixture
def merged(twelve, shelf, people):
    """B07 of the east went on as B01 of the north; B08 of the north as well."""
    for n, place in enumerate(("chai.wj", "mia")):
        old = world.branch(f"B0{7 + n}", region=people[place].branch.region, time_zone="UTC")
        old.merged_into = people["mia"].branch
        old.save()
        gone = world.person(f"old.timer{n}", Role.SELLER, branch=old)
        world.consultation(shelf=shelf, employee=gone, day=MONDAY)


@pytest.mark.parametrize(
    ("username", "query", "leads"),
    [
        ("mia", "", True),
        ("mia", "branch=B01", True),
        ("mia", "branch=B07", True),
        ("mia", "region=R-EAST", True),  # B07 alone
        ("mia", "region=R-NORTH", False),  # B01 and B08, without B07
        ("rita", "", True),
        ("rita", "branch=B01", True),
        ("carl", "region=R-NORTH", False),
        ("carl", "region=R-EAST", False),
        ("carl", "branch=B08", True),
        ("carl", "region=R-EAST&branch=B07", True),
        ("carl", "region=R-EAST&branch=B01", False),
    ],
)
def test_the_sheet_counts_what_its_page_counts(merged, ask, read_page, username, query, leads):
    page = ask(username, f"from={MONDAY}&until=2026-03-08&{query}")
    links = re.findall(r'href="/review/week/\?([^"]+)"', page.content.decode())

    assert bool(links) is leads
    for link in links:
        sheet = read_page(ask(username, link.replace("&amp;", "&"), page="week/"))
        assert sheet["total"] == read_page(page)["total"]


def test_a_period_to_come_leads_to_no_week(twelve, people):
    scope = scopes.of(people["mia"])
    asked = scopes.narrow(scope, since=date(2026, 3, 9), last=date(2026, 3, 20))

    assert week.address(asked, scope, today=TUESDAY) == ""
    assert week.address(asked, scope, today=date(2026, 3, 10)) == "week=2026-W11"
