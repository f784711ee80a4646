"""The workbook, read back by a second reader, against the figures and against the page."""

import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from crossbank.review import excel, sheets
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.results import DataRow, Figures
from tests.review import world
from tests.review.expected import HEADINGS, Expected
from tests.review.world import MONDAY, TUESDAY

AT = datetime(2026, 3, 4, 8, tzinfo=UTC)
PERIOD = f"from={MONDAY}&until={TUESDAY}"
FILTERS = [
    ("carl", PERIOD),
    ("carl", f"{PERIOD}&branch=B01"),
    ("mia", f"{PERIOD}&staff=anna.zx"),
    ("rita", f"{PERIOD}&main=LON"),
    ("olga", f"from={TUESDAY}&until={TUESDAY}&region=R-EAST"),
    ("mia", "from=2026-04-01&until=2026-04-28"),
]


def count(since: date = MONDAY, last: date = TUESDAY, **asked: str) -> Figures:
    asked_for = scopes.narrow(scopes.whole_bank(), since=since, last=last, **asked)
    return figures(asked_for, made_by="=1+1 Test", made_at=AT, with_data=True)


def blank(value: Any) -> Any:
    return "" if value is None else value


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"branch": "B01"},
        {"staff": "anna.zx"},
        {"main": "LON"},
        {"region": "R-EAST"},
        {"since": TUESDAY + timedelta(days=9), "last": TUESDAY + timedelta(days=36)},
    ],
)
def test_read_back_it_equals_the_figures(twelve, read_book, asked):
    found = count(**asked)

    book = read_book(excel.workbook(found))

    assert list(book) == ["Summary", "Tally", "Pairings", "Missed", "Changes", "Data", "About"]
    for name, headings in HEADINGS.items():
        assert book[name][0] == headings.split(", "), name
    assert book["Tally"][1:] == [
        [
            row.day,
            row.region.code,
            row.branch.code,
            row.staff.code,
            *(blank(value) for value in sheets.count_values(row.counts)),
        ]
        for row in found.tally
    ]
    assert book["Pairings"][1:] == [
        [
            row.main.code,
            row.cross.code,
            row.rating,
            row.presented,
            row.accepted,
            row.declined,
            row.interested,
            row.follow_up,
            blank(row.acceptance),
        ]
        for row in found.pairings
    ]
    assert book["Missed"][1:] == [
        [
            row.main.code,
            row.cross.code,
            row.rating,
            row.not_presented,
            row.declined,
            row.top_reason,
        ]
        for row in found.missed
    ]
    assert [DataRow(*row) for row in book["Data"][1:]] == list(found.data)


@pytest.mark.parametrize(("username", "query"), FILTERS)
def test_every_number_on_the_page_is_the_workbooks(
    twelve, ask, read_page, read_book, username, query
):
    page = read_page(ask(username, query))
    book = read_book(ask(username, f"{query}&export=xlsx").content)

    expected = Expected(book)
    if "2026-04" in query:
        assert page == {}  # the empty state has no numbers, and neither have the sheets
        assert [len(book[name]) for name in HEADINGS] == [1, 1, 1, 1]
        assert expected.total("total") == "0"
        assert expected.total("cross_rate") == "–"
        return
    assert len(page) > 30
    assert page == {name: expected.of(name) for name in page}


def test_the_summary_says_what_was_asked_and_by_whom(twelve, read_book):
    summary = read_book(excel.workbook(count(branch="B01", main="ACC")))["Summary"]

    flat = {row[9]: row[10] for row in summary if row[9]}
    assert flat["Branch"] == "B01 Harbour"
    assert flat["Region"] == "R-NORTH North"
    assert flat["Main product"] == "ACC Account"
    assert flat["Employee"] == "All"
    assert flat["Made by"] == "=1+1 Test"
    assert flat["Made at"] == datetime(2026, 3, 4, 8, 0)  # noqa: DTZ001


def test_the_summarys_tables_add_up_to_the_tally(twelve, read_book):
    summary = read_book(excel.workbook(count()))["Summary"]

    for title in ("By branch", "By region", "By week"):
        start = next(n for n, row in enumerate(summary) if row[0] == title)
        rows = []
        for row in summary[start + 1 :]:
            if not row[0]:
                break
            rows.append(row)
        assert [sum(row[place] for row in rows) for place in range(1, 6)] == [4, 3, 2, 1, 9], title


def test_text_stays_text(people):
    """A name that a spreadsheet would calculate, a sign that XML cannot hold."""
    anna = people["anna.zx"]
    anna.first_name = '=HYPERLINK("http://x")'
    anna.save()
    shelf = world.shelf(author=people["olga"], names={**world.NAMES, "CRD": "@SUM(A1)\x0b end"})
    for price in ("=1+1", "+1", "-1", "@A1"):
        world.consultation(
            shelf=shelf,
            employee=anna,
            day=MONDAY,
            answers={"CRD": "declined"},
            price_shown=price,
        )

    content = excel.workbook(count(branch="B01"))

    with zipfile.ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                assert b"<f>" not in parts.read(name), name
    data = load_workbook(BytesIO(content))["Data"]
    cells = [row[11] for row in data.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["=1+1", "+1", "-1", "@A1"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    about = [cell.value for cell in load_workbook(BytesIO(content))["About"]["B"]]
    assert "@SUM(A1) end" in about
    assert '=HYPERLINK("http://x") Zxavia' in about


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\x00b\x0bc\x1fd", "abcd"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("half \ud83d pair", "half  pair"),
        ("\ufffe\uffff", ""),
        ("ไทย 中文 Ελληνικά", "ไทย 中文 Ελληνικά"),
        ("x" * 40_000, "x" * 32_767),
        ("😀" * 20_000, "😀" * 16_383),  # two units each, and no half of one at the end
    ],
)
def test_what_a_cell_can_hold(value, kept):
    assert sheets.text(value) == kept


def test_cells_hold_codes_and_show_names(twelve):
    book = load_workbook(BytesIO(excel.workbook(count())))

    tally, missed = book["Tally"], book["Missed"]
    assert (tally["C2"].value, tally["C2"].number_format) == ("B02", '@"  River"')
    assert (missed["C2"].value, missed["C2"].number_format) == (
        "good",
        'General;General;General;"Good"',
    )


def test_no_more_formats_than_excel_can_open():
    shown = sheets.Shown()

    formats = {shown.beside(f"P{number}", f"Name {number}") for number in range(1000)}

    assert len(formats) == 151
    assert shown.beside("P0", "Name 0") == '@"  Name 0"'
    assert shown.beside("P999", "Name 999") == "@"
    assert sheets.Shown().beside("Q", 'Say "yes"') == '@"  Say ”yes”"'


def test_it_is_pleasant_to_open_and_to_print(twelve):
    book = load_workbook(BytesIO(excel.workbook(count(branch="B01"))))

    assert book.active.title == "Summary"
    assert len(book["Summary"]._charts) == 3
    for name, headings in HEADINGS.items():
        sheet = book[name]
        columns = len(headings.split(", "))
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows == "$1:$1"
        assert [table.ref for table in sheet.tables.values()] == [sheet.dimensions]
        assert sheet.auto_filter.ref is None  # the table brings its own; two damage the file
        assert all(sheet.cell(1, n).fill.fgColor.rgb == "000F5F66" for n in range(1, columns + 1))
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["Tally"]["A2"].is_date
    assert (book["Tally"]["J2"].number_format, book["Tally"]["K2"].number_format) == (
        "0.0 %",
        "0.000",
    )
    assert book.properties.title.startswith("Crossbank · B01 Harbour · ")


def test_an_empty_period_opens_without_damage(twelve):
    empty = count(since=TUESDAY + timedelta(days=9), last=TUESDAY + timedelta(days=9))

    book = load_workbook(BytesIO(excel.workbook(empty)))

    assert all(len(book[name].tables) == 0 for name in HEADINGS)
    assert book["Summary"]._charts == []


def test_figures_without_their_rows_are_refused(twelve):
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)
    without = figures(asked, made_by="test", made_at=AT)

    with pytest.raises(ValueError, match="without their data rows"):
        excel.workbook(without)


def test_the_chart_shows_values_and_nothing_else(twelve):
    content = excel.workbook(count(branch="B01"))

    with zipfile.ZipFile(BytesIO(content)) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert re.findall(r'<(?:c:)?overlap val="(\d+)"', chart) == ["100"]
    assert re.findall(r'<(?:c:)?delete val="(\d)"', chart) == ["0", "0"]
    for name in ("showSerName", "showCatName", "showLegendKey"):
        assert set(re.findall(rf'<(?:c:)?{name} val="(\d)"', chart)) == {"0"}, name
    assert set(re.findall(r'<(?:c:)?showVal val="(\d)"', chart)) == {"1"}


def test_file_name_says_where_and_when(twelve):
    assert excel.file_name(count()) == "crossbank_bank_2026-03-02_2026-03-03.xlsx"
    assert excel.file_name(count(branch="B01")) == "crossbank_B01_2026-03-02_2026-03-03.xlsx"
