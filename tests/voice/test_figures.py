"""From five answers on, and twenty on a product's card; of the twelve months that are over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import formats, timezone

from crossbank.voice.figures import Pushed, Share, Wish, pushed, useful_share, wishes

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
FEBRUARY = date(2026, 2, 1)


def month_before() -> date:
    """The newest month that pages show."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.mark.parametrize(("count", "shown"), [(4, 0), (5, 1)])
def test_felt_pushed_is_counted_from_five_on(bank, answered, count, shown):
    answered(count - 1, felt_pushed="no")
    answered(1, felt_pushed="yes")
    answered(9, felt_pushed="")  # who would rather not say fills no cell
    answered(4, felt_pushed="no", branch="B02")
    answered(4, felt_pushed="no", month="2026-01")

    name = pushed(AT)[0].name if shown else ""
    assert pushed(AT) == (Pushed(month=FEBRUARY, branch="B01", name=name, n=5, yes=1),) * shown


def test_newest_month_first_then_branches(bank, answered):
    for month, branch in [("2026-01", "B02"), ("2026-02", "B02"), ("2026-02", "B01")]:
        answered(5, felt_pushed="yes", month=month, branch=branch)

    cells = [(cell.month.month, cell.branch, cell.share) for cell in pushed(AT)]
    assert cells == [(2, "B01", 1.0), (2, "B02", 1.0), (1, "B02", 1.0)]


def test_wishes_from_five_on(bank, answered):
    answered(5, next_need="HOME")
    answered(6, next_need="SAVE")
    answered(4, next_need="CAR")
    answered(7)

    found = wishes(AT)
    assert [wish.n for wish in found] == [6, 5]
    assert isinstance(found[0], Wish)


@pytest.mark.parametrize(("count", "hidden"), [(19, True), (20, False)])
def test_a_products_share_needs_twenty(bank, answered, count, hidden):
    answered(count - 12, useful="yes", products=("CRD-DEB",), month="2026-01")
    answered(12, useful="no", products=("CRD-DEB", "DIG-APP"), month="2025-12")
    answered(30, useful="", products=("CRD-DEB",))
    answered(30, useful="yes", products=("CRD-DEB-X",))
    answered(0, useful="yes", products=("CRD-DEB",))  # a month in which nobody answered

    share = useful_share("CRD-DEB", at=AT)
    assert share == (None if hidden else Share(n=20, yes=8, month=date(2026, 1, 1)))


@pytest.mark.parametrize(
    ("month", "shown"),
    [("2025-02", False), ("2025-03", True), ("2026-02", True), ("2026-03", False)],
)
def test_twelve_months_that_are_over_and_no_other(bank, answered, month, shown):
    """A seller who reads a running month before and after one customer would know his answer."""
    answered(20, useful="yes", felt_pushed="no", next_need="HOME", month=month)

    assert (useful_share("ACC-BAS", at=AT) is not None) is shown
    assert (len(pushed(AT)), len(wishes(AT))) == (shown, shown)


def test_a_month_is_over_when_it_is_over_in_the_bank(bank, answered, settings):
    """In a branch farther east it ended before; there the figure would still move."""
    settings.TIME_ZONE = "UTC"
    answered(20, useful="yes", month="2026-02")
    last = datetime(2026, 3, 1, tzinfo=UTC) - timedelta(microseconds=1)

    with timezone.override("Asia/Bangkok"):
        seen = [useful_share("ACC-BAS", at=at) for at in (last, last + timedelta(microseconds=1))]

    assert [share and share.n for share in seen] == [None, 20]


def test_the_knowledge_card_shows_it_with_n_and_month_only_when_asked(
    asking, sign_in, answered, queries
):
    day = month_before()
    answered(5, useful="no", products=("CRD-DEB",), month=f"{day:%Y-%m}")
    answered(14, useful="yes", products=("CRD-DEB",), month=f"{day:%Y-%m}")
    client = sign_in("seller")

    few = client.get("/products/CRD-DEB/").content.decode()
    answered(1, useful="yes", products=("CRD-DEB",), month=f"{day:%Y-%m}")
    page = client.get("/products/CRD-DEB/").content.decode()

    month = formats.date_format(day, "YEAR_MONTH_FORMAT")
    assert "customers say" not in few
    assert "75.0 % found a conversation with it useful" in page
    assert f"(n = 20, newest of {month})" in page


def test_the_page_of_conduct_and_of_nobody_in_the_branch_line(asking, sign_in, answered):
    month = f"{month_before():%Y-%m}"
    answered(5, felt_pushed="yes", month=month)
    answered(4, felt_pushed="yes", month=month, branch="B02")

    page = sign_in("conduct").get("/survey/pushed/").content.decode()

    table = page.split("<tbody>")[1].split("</tbody>")[0]
    assert table.count("<tr>") == 1
    assert "B01" in table
    assert "100.0 %" in table
    others = ("seller", "manager", "regional", "owner", "admin")
    assert [sign_in(who).get("/survey/pushed/").status_code for who in others] == [403] * 5
    menus = {who: "/survey/pushed/" in sign_in(who).get("/").content.decode() for who in PEOPLE}
    assert menus == {who: who in {"conduct", "auditor"} for who in PEOPLE}


PEOPLE = ("seller", "manager", "regional", "owner", "conduct", "auditor")


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_months(asking, sign_in, answered, queries, rows):
    month = f"{month_before():%Y-%m}"
    for branch in ("B01", "B02", "B03")[:rows]:
        answered(5, felt_pushed="no", next_need="HOME", month=month, branch=branch)
    client = sign_in("auditor")
    client.get("/survey/pushed/")

    with queries() as seen:
        page = client.get("/survey/pushed/").content.decode()

    assert page.count('<th scope="row">') == rows
    assert len(seen) == 7  # session, person, areas, cells, branches, wishes, needs
