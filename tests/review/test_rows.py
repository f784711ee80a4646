"""Every figure leads to the rows it counts; nobody sees rows that his figures do not count."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from crossbank.review import rollup
from crossbank.web.templatetags.house import decimals, share
from tests.review import world
from tests.review.conftest import figures_on
from tests.review.world import MONDAY, TUESDAY

PERIOD = f"from={MONDAY}&until={TUESDAY}"
AT = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)
# share -> what stands below the line
SHARES = {
    "cross_rate": "total",
    "coverage": "live",
    "acceptance": "presented",
    "three_rate": "roomy",
    "silent_rate": "roomy",
}


def links(page) -> dict[str, str]:
    """figure -> address of its rows."""
    found = re.findall(r'data-figure="([^"]+)" href="([^"]+)"', page.content.decode())
    return {name: unescape(href) for name, href in found}


def tables(page) -> set[str]:
    return set(map(unescape, re.findall(r'href="(/review/table/[^"]+)"', page.content.decode())))


class Crawler:
    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.known: dict[str, int] = {}

    def rows(self, href: str) -> int:
        if href not in self.known:
            page = self.client.get(href)
            assert page.status_code == 200, href
            n = int(figures_on(page)["rows"])
            shown = page.content.decode().count("<tr>")
            assert shown == n + bool(n), href  # few enough to stand on one page, under a heading
            self.known[href] = n
        return self.known[href]


@pytest.fixture
def more(twelve, shelf, people):
    """What the twelve lack: time on keys, customers of the days before, a later hour."""
    for day, seconds in ((MONDAY, 7), (MONDAY, 9), (TUESDAY, 12)):
        world.consultation(
            shelf=shelf,
            employee=people["anna.zx"],
            day=day,
            answers={"CRD": "accepted", "APP": "declined", "SAV": "interested"},
            hands_on_ms=seconds * 1000,
            at=datetime(2026, 3, day.day, 15, 30, tzinfo=UTC),
        )
    for day in (26, 27):
        world.consultation(
            shelf=shelf, employee=people["anna.zx"], day=MONDAY.replace(month=2, day=day)
        )
    world.consultation(
        shelf=shelf,
        employee=people["bruno.qv"],
        day=MONDAY.replace(month=2, day=28),
        answers={"CRD": "accepted"},
    )
    return twelve


@pytest.mark.parametrize("are_rolled_up", [False, True])
@pytest.mark.parametrize(
    ("username", "query"),
    [
        ("mia", PERIOD),
        ("mia", f"{PERIOD}&staff=anna.zx"),
        ("rita", f"{PERIOD}&main=ACC"),
        ("olga", PERIOD),
        ("carl", f"{PERIOD}&region=R-EAST"),
    ],
)
def test_every_figure_counts_its_rows(more, people, username, query, are_rolled_up, monkeypatch):
    monkeypatch.setattr("crossbank.review.rows._AT_ONCE", 2)  # more than one reading of records
    if are_rolled_up:
        rollup.catch_up(at=AT)
    crawler = Crawler(people[username])
    page = crawler.client.get(f"/review/?{query}")
    pages = [page, *(crawler.client.get(address) for address in sorted(tables(page)))]
    pages.append(crawler.client.get(f"/review/conversions/?{query}"))
    assert len(pages) > 4
    checked = 0
    for one in pages:
        figures, addresses = figures_on(one), links(one)
        # whatever leads nowhere counts nothing, or is no number
        plain = {name: text for name, text in figures.items() if name not in addresses}
        assert set(plain.values()) <= {"0", "–", ""} | {
            text for name, text in plain.items() if name.endswith(":top_reason")
        }
        for name, href in addresses.items():
            assert figures[name] == expected(name, crawler, addresses, href), name
            checked += 1
    assert checked > 60


def expected(name: str, crawler: Crawler, addresses: dict[str, str], href: str) -> str:
    """What must stand there, made of nothing but numbers of rows."""
    line, _, what = name.rpartition(":")
    n = crawler.rows(href)
    if what in SHARES:
        below = re.sub(r"of=[^&]+", f"of={SHARES[what]}", href)
        if line.startswith("pair:"):
            below = href.replace("accepted", "presented")
        return share(n / crawler.rows(below))
    if what == "depth":
        one, two, total = (
            crawler.rows(re.sub(r"of=[^&]+", f"of={of}", href))
            for of in ("plus_one", "plus_two", "total")
        )
        return decimals((one + 2 * two) / total, 3)
    if what == "median_seconds":
        assert n == 3
        return "9.0" if n else "–"
    return str(n)


@pytest.mark.parametrize(
    ("username", "query", "status"),
    [
        ("anna.zx", f"{PERIOD}&of=total", 403),
        ("adam", f"{PERIOD}&of=total", 403),
        ("mia", PERIOD, 200),  # all consultations
        ("mia", f"{PERIOD}&of=", 404),
        ("mia", f"{PERIOD}&of=customer_ref", 404),
        ("mia", f"{PERIOD}&of=pair:ACC:CRD", 404),
        ("mia", f"{PERIOD}&of=pair:ACC:CRD:note", 404),
        ("mia", f"{PERIOD}&of=hour:25", 404),
        ("mia", f"{PERIOD}&of=hour:²", 404),
        ("mia", f"{PERIOD}&of=reason:because", 404),
        ("mia", f"{PERIOD}&of=pair:%00:CRD:presented", 404),
        ("mia", f"{PERIOD}&of=total&branch=B02", 404),
        ("mia", f"{PERIOD}&of=total&staff=chai.wj", 404),
        ("olga", f"{PERIOD}&of=total&staff=anna.zx", 404),
        ("mia", "from=gestern&of=total", 422),
        ("mia", f"{PERIOD}&of=total&page=zwei", 200),
        ("mia", f"{PERIOD}&of=total&page=999999999999", 200),
        ("mia", f"{PERIOD}&of=pair:NIX:NIX:missed", 200),  # counts nothing
    ],
)
def test_doors(twelve, ask, username, query, status):
    assert ask(username, query, page="rows/").status_code == status


@pytest.mark.parametrize("username", ["olga", "rita"])
def test_rows_name_nobody_who_is_not_named_in_figures(twelve, ask, username):
    page = ask(username, f"{PERIOD}&of=records", page="rows/").content.decode()

    assert "Account" in page
    assert [name for name in ("anna.zx", "Zxavia", "Qvist", "Wjong") if name in page] == []
    assert ("/desk/consultations/" in page) == (username == "rita")


def test_more_than_a_page(people, shelf, ask):
    for _ in range(120):
        world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    seen = [
        ask("mia", f"{PERIOD}&of=total&page={n}", page="rows/").content.decode() for n in (1, 2, 3)
    ]

    assert [page.count("<tr>") - 1 for page in seen] == [50, 50, 20]
    assert ['rel="next"' in page for page in seen] == [True, True, False]
    uuids = [set(re.findall(r"/consultations/([0-9a-f-]{36})/", page)) for page in seen]
    assert len(set.union(*uuids)) == 120
    for number in ("4", "9999"):  # beyond the end: the last one
        page = ask("mia", f"{PERIOD}&of=total&page={number}", page="rows/").content.decode()
        assert set(re.findall(r"/consultations/([0-9a-f-]{36})/", page)) == uuids[2]
        assert ('rel="next"' in page, "page=2" in page) == (False, True)


@pytest.mark.parametrize(
    ("username", "sees_counters"), [("mia", True), ("rita", False), ("olga", False)]
)
def test_single_sheets_show_no_counters_to_who_sees_no_names(twelve, ask, username, sees_counters):
    """A branch of two: whose sheet has how many would be told by who sits there."""
    page = ask(username, f"{PERIOD}&of=unsigned&branch=B01", page="rows/")

    assert figures_on(page)["rows"] == "4"
    assert page.content.decode().count("<tr>") == 5
    assert ("Main + 1</th>" in page.content.decode()) is sees_counters


def test_the_clock_is_the_branch_s_whoever_reads(people, shelf, ask):
    """Nine in UTC; ten where it was, in Berlin, and sixteen in Bangkok."""
    for who, minute in (("anna.zx", 41), ("chai.wj", 42)):
        at = datetime(2026, 3, 2, 9, minute, tzinfo=UTC)
        world.consultation(shelf=shelf, employee=people[who], day=MONDAY, at=at)

    for reader, wanted in (("mia", {"10:41"}), ("rita", {"10:41"}), ("olga", {"10:41", "16:42"})):
        page = ask(reader, f"{PERIOD}&of=records", page="rows/").content.decode()
        assert set(re.findall(r"\b\d\d:4\d\b", page)) == wanted


def test_no_page_goes_deeper_than_somebody_reads(people, shelf, ask, monkeypatch):
    monkeypatch.setattr("crossbank.review.rows.DEEPEST", 100)
    monkeypatch.setattr("crossbank.review.rows._AT_ONCE", 7)
    for n in range(120):  # two at each moment, so that a reading may end between equal ones
        at = datetime(2026, 3, 2, 9, n // 2 % 60, tzinfo=UTC)
        world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY, at=at)

    for of in ("records", "pair:ACC:CRD:missed"):
        pages = [
            ask("mia", f"{PERIOD}&of={of}&page={n}", page="rows/").content.decode()
            for n in (1, 2, 3, 9999)
        ]
        uuids = [re.findall(r"/consultations/([0-9a-f-]{36})/", page) for page in pages]
        assert [len(set(found)) for found in uuids] == [50, 50, 50, 50]
        assert uuids[1] == uuids[2] == uuids[3]
        assert len({*uuids[0], *uuids[1]}) == 100
        assert ['rel="next"' in page for page in pages] == [True, False, False, False]


def test_what_was_missed_reads_no_record_after_the_last_that_counts(
    people, shelf, ask, queries, monkeypatch
):
    monkeypatch.setattr("crossbank.review.rows._AT_ONCE", 10)
    for n in range(100):
        at = datetime(2026, 3, 2, 9, n % 60, n // 60, tzinfo=UTC)
        held = ["CRD"] if n % 60 < 59 else []  # the newest minute alone lacks the card
        world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY, at=at, held=held)

    with queries() as seen:
        page = ask("mia", f"{PERIOD}&of=pair:ACC:CRD:missed", page="rows/")

    assert figures_on(page)["rows"] == "1"
    texts = (query["sql"] for query in seen)
    read = [sql for sql in texts if sql.endswith("LIMIT 10") and "recorded_at" in sql]
    assert len(read) == 1
