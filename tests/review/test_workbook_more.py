"""What a workbook has beside its rows: areas with names, and the sheets that one asks for."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crossbank.conduct.models import AuditEntry
from crossbank.desk.models import Consultation, DaySheet
from crossbank.review import excel
from crossbank.review.heat import heat
from crossbank.review.terms import CONVERSIONS, SHEETS
from tests.review import world
from tests.review.expected import HEADINGS
from tests.review.test_workbook import blank, count
from tests.review.world import MONDAY, TUESDAY


@pytest.fixture
def many(twelve, shelf):
    """Ten more who heard of the card, so that one pair says something: eight took it."""
    for number in range(10):
        world.consultation(
            shelf=shelf,
            employee=twelve["anna.zx"],
            day=TUESDAY,
            answers={"CRD": "accepted" if number < 8 else "declined"},
        )
    return twelve


def opened(**asked):
    return load_workbook(BytesIO(excel.workbook(count(**asked), more=[CONVERSIONS])))


def test_big_tables_have_names_in_every_language(twelve):
    book = opened()

    names = {name: area.attr_text for name, area in book.defined_names.items()}
    assert names == {
        f"crossbank_{name}": f"'{sheet}'!$A$1:${letter}${book[sheet].max_row}"
        for name, sheet, letter in (
            ("tally", "Tally", "K"),
            ("pairings", "Pairings", "I"),
            ("missed", "Missed", "F"),
            ("data", "Data", "O"),
        )
    } | {"crossbank_conversions": "'Conversions'!$A$1:$E$3"}
    for name in HEADINGS:
        area = names[f"crossbank_{name.lower()}"]
        assert book[name].print_area == area, name


def test_an_empty_table_has_its_name_too(twelve):
    book = opened(since=TUESDAY + timedelta(days=9), last=TUESDAY + timedelta(days=9))

    assert book.defined_names["crossbank_data"].attr_text == "'Data'!$A$1:$O$1"
    assert book["Conversions"]["A1"].value == "Nothing was presented in this period."


def test_conversions_are_those_of_the_figures(many, read_book):
    found = count()
    table = heat(found)

    rows = read_book(excel.workbook(found, more=[CONVERSIONS]))["Conversions"]

    crosses = [cross.code for cross in table.crosses]
    shares = [[main.code, *(blank(cell.share) for cell in cells)] for main, cells in table.rows]
    counts = [[main.code, *(cell.n or "" for cell in cells)] for main, cells in table.rows]
    assert rows[:-2] == [
        ["Acceptance", *crosses],
        *shares,
        [""] * (len(crosses) + 1),
        ["Presented", *crosses],
        *counts,
    ]
    assert [rows[1][0], rows[1][1 + crosses.index("CRD")]] == ["ACC", 11 / 14]
    assert rows[-1][0].startswith("Grey, without a colour: fewer than 10 ")


def test_only_what_many_say_is_coloured(many):
    sheet = opened()["Conversions"]

    (scale,) = sheet.conditional_formatting
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "CRD")
    assert str(scale.sqref) == f"{column}2"
    (rule,) = scale.rules
    assert [one.val for one in rule.colorScale.cfvo] == [0, 0.5, 1]
    assert {
        cell.style
        for row in sheet["B2:E3"]
        for cell in row
        if cell.value is not None and cell.coordinate != f"{column}2"
    } == {"cb little rate"}
    assert (sheet[f"{column}2"].style, sheet.freeze_panes) == ("cb rate", "B2")
    assert sheet["A2"].number_format == '@"  Account"'
    assert (sheet.print_title_rows, sheet.print_title_cols) == (None, "$A:$A")


def areas(content: bytes) -> list[list[str]]:
    """What each drawing of the first sheet reads: headings, categories, values."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        drawings = [parts.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2, 3)]
    for drawing in drawings:
        assert re.findall(r'<(?:c:)?delete val="(\d)"', drawing) == ["0", "0"]
    return [re.findall(r"<(?:c:)?f>'Summary'!([^<]+)<", drawing) for drawing in drawings]


def test_eight_weeks_and_hours_are_drawn_from_their_tables(twelve):
    found = count(branch="B01")
    content = excel.workbook(found)

    _bars, weeks, hours = areas(content)

    sheet = load_workbook(BytesIO(content))["Summary"]
    head, line, rates = ([cell for (cell,) in _cells(sheet, area)] for area in weeks)
    assert head == ["Cross rate"]
    assert line[-1] == "25 February 2026 – 3 March 2026"
    assert rates == [week.counts.cross_rate for week in found.trend]
    head, line, times = ([cell for (cell,) in _cells(sheet, area)] for area in hours)
    assert head == ["Customers"]
    assert list(zip(line, times, strict=True)) == [
        (f"{hour:02}:00", times) for hour, times in found.hours
    ]
    last = max(int(row) for row in re.findall(r"\d+", " ".join(hours)))
    assert int(sheet.print_area.split("$")[-1]) > last + 10  # the drawing below it is printed too


def _cells(sheet, area):
    found = sheet[area.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [[cell.value for cell in row] for row in rows]


SIGNED = datetime(2026, 3, 3, 17, 5, tzinfo=UTC)
PERIOD = f"from={MONDAY}&until={TUESDAY}"
DAYS = "Date, Region, Branch, Staff, State, Signed at, Main only, Main + 1, Main + 2, No main, "
DAYS += "Presented, Taken"


def sign(person, day):
    DaySheet.objects.filter(employee=person, business_date=day).update(
        closed_at=SIGNED, closed_by=person
    )


def days(answer, read_book):
    return read_book(answer.content)["Days"]


def test_the_day_sheets_say_how_each_day_stands(twelve, ask, read_book):
    sign(twelve["anna.zx"], MONDAY)

    head, *rows = days(ask("carl", f"{PERIOD}&export=xlsx&sheets=days"), read_book)

    lapsed = "lapsed"  # nobody signed in March, and it is later than that by far
    wall = datetime(2026, 3, 3, 18, 5)  # noqa: DTZ001 - the clock in Berlin
    assert head == DAYS.split(", ")
    assert rows == [
        [MONDAY, "R-EAST", "B02", "chai.wj", lapsed, "", 1, 0, 0, 0, 2, 0],
        [MONDAY, "R-NORTH", "B01", "anna.zx", "signed", wall, 1, 2, 1, 0, 4, 4],
        [MONDAY, "R-NORTH", "B01", "bruno.qv", lapsed, "", 1, 0, 0, 1, 2, 0],
        [TUESDAY, "R-EAST", "B02", "chai.wj", lapsed, "", 0, 1, 0, 0, 1, 1],
        [TUESDAY, "R-NORTH", "B01", "anna.zx", lapsed, "", 1, 0, 0, 0, 1, 0],
        [TUESDAY, "R-NORTH", "B01", "bruno.qv", lapsed, "", 0, 0, 1, 0, 2, 2],
    ]


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("branch=B01", ["anna.zx", "bruno.qv"]),
        ("branch=B02", ["chai.wj"]),
        ("staff=bruno.qv", ["bruno.qv"]),
        ("main=LON", ["chai.wj", "anna.zx", "bruno.qv"]),  # a sheet counts a whole day
        (f"until={MONDAY}", ["chai.wj", "anna.zx", "bruno.qv"]),
    ],
)
def test_the_day_sheets_are_those_of_the_filter(twelve, ask, read_book, query, who):
    since = TUESDAY if "until" not in query else MONDAY

    answer = ask("carl", f"from={since}&until={TUESDAY}&{query}&export=xlsx&sheets=days")

    assert [row[3] for row in days(answer, read_book)[1:]] == who


@pytest.mark.parametrize(("everyone", "state"), [(False, "lapsed"), (True, "signed")])
def test_without_names_a_branch_stands_together(twelve, ask, read_book, everyone, state):
    for name in ("anna.zx", "bruno.qv") if everyone else ("anna.zx",):
        sign(twelve[name], MONDAY)

    for reader in ("rita", "olga"):
        answer = ask(reader, f"{PERIOD}&branch=B01&export=xlsx&sheets=days")
        rows = days(answer, read_book)[1:]

        assert rows == [
            [MONDAY, "R-NORTH", "B01", "", state, "", 2, 2, 1, 1, 6, 4],
            [TUESDAY, "R-NORTH", "B01", "", "lapsed", "", 1, 0, 1, 0, 3, 2],
        ]
        flat = str(read_book(answer.content))
        assert not [word for word in ("anna", "Zxavia", "Qvist") if word in flat]


def test_who_has_only_a_day_sheet_is_named_too(twelve, ask, read_book):
    """All he recorded was voided, so no other sheet knows him."""
    Consultation.objects.filter(employee=twelve["chai.wj"]).update(
        voided_at=SIGNED, voided_by=twelve["chai.wj"], void_reason="A trial"
    )

    book = read_book(ask("carl", f"{PERIOD}&export=xlsx&sheets=days").content)

    assert ["chai.wj", "Chai Wjong"] in [row[:2] for row in book["About"]]


def test_only_what_was_ticked_is_added(twelve, ask, read_book):
    usual = ["Summary", "Tally", "Pairings", "Missed", "Changes", "Data", "About"]
    both = ["Summary", "Tally", "Days", "Pairings", "Missed", "Conversions", *usual[4:]]
    for query, names, told in (
        ("", usual, None),
        ("&sheets=days&sheets=conversions", both, ["days", "conversions"]),
        ("&sheets=conversions", [n for n in both if n != "Days"], ["conversions"]),
    ):
        assert list(read_book(ask("mia", f"{PERIOD}&export=xlsx{query}").content)) == names
        assert AuditEntry.objects.latest("pk").detail.get("sheets") == told


@pytest.mark.parametrize("query", ["sheets=all", "sheets=", "export=xlsx&sheets=days&sheets=Days"])
def test_a_sheet_that_is_not_there_is_not_found(twelve, ask, query):
    assert ask("mia", f"{PERIOD}&{query}").status_code == 404
    assert not AuditEntry.objects.filter(action="export").exists()


def test_the_page_offers_them_unticked_and_keeps_the_filter(twelve, ask):
    page = ask("mia", f"{PERIOD}&main=ACC").content.decode()

    form = re.search(r'<details class="cb-more-sheets">.*?</details>', page, re.DOTALL)[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', form)
    assert dict(fields) == {
        "from": str(MONDAY),
        "until": str(TUESDAY),
        "main": "ACC",
        "export": "xlsx",
    }
    boxes = re.findall(r'<input [^>]*type="checkbox"[^>]*>', form)
    assert [re.search(r'value="(\w+)"', box)[1] for box in boxes] == list(SHEETS)
    assert "checked" not in form
    assert ask("mia", f"{PERIOD}&main=ACC&export=xlsx&sheets=days").status_code == 200
