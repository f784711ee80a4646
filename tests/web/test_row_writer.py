# ruff: noqa: DTZ001 - cells have no zones
"""The row writer, read back by others: what goes in comes out, whatever a spreadsheet would make of it."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import load_workbook as second_reader

from crossbank.web import cells, row_writer
from crossbank.web.row_cells import Kind
from crossbank.web.row_package import Properties, RowColumn, RowSheet
from crossbank.web.row_writer import TooLong, workbook

ABOUT = Properties(
    title="Rows <&>", subject="Test", made_by="=1+1", made_at=datetime(2026, 3, 4, 8, tzinfo=UTC)
)
NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    " both ends ",
    "tab\tand\nline",
    "<b>&amp;</b> ]]> \"quoted\" 'so'",
    "_x0041_",
    "007",
    "1e5",
    "2026-03-04",
    "TRUE",
    "#N/A",
    "ไทย 中文 Ελληνικά 😀",
    "a\x00b\x0bc\x1fd",
    "half \ud83d pair",
    "\ufffe\uffff",
    "x" * 40_000,
    "😀" * 20_000,
    "",
)
COLUMNS = (
    RowColumn(heading="text"),
    RowColumn(heading="number", kind=Kind.INT),
    RowColumn(heading="day", kind=Kind.DAY),
    RowColumn(heading="moment", kind=Kind.MOMENT, width=20),
    RowColumn(heading="rate", kind=Kind.DECIMAL),
)
ROWS = (
    ("one", 1, date(2026, 3, 4), datetime(2026, 3, 4, 9, 5, 59), 0.1),
    (None, None, None, None, None),
    ("three", -3, date(1900, 3, 1), datetime(2099, 12, 31, 23, 59, 59), Decimal("12345.6789")),
    ("four", 0, date(2024, 2, 29), datetime(2026, 1, 1), 1e-9),
)


def sheet(rows: Any, *columns: RowColumn, title: str = "Data") -> RowSheet:
    return RowSheet(title=title, columns=columns or COLUMNS, rows=rows)


def made(*sheets: RowSheet) -> bytes:
    return b"".join(workbook(sheets, properties=ABOUT))


def texts(values: Any) -> RowSheet:
    return sheet(((value,) for value in values), RowColumn(heading="text"))


def test_openpyxl_reads_every_kind_back():
    read = load_workbook(BytesIO(made(sheet(ROWS))))["Data"]

    rows = [[cell.value for cell in row] for row in read.iter_rows(min_row=2)]
    assert rows == [
        ["one", 1, datetime(2026, 3, 4), datetime(2026, 3, 4, 9, 5, 59), 0.1],
        [None] * 5,
        ["three", -3, datetime(1900, 3, 1), datetime(2099, 12, 31, 23, 59, 59), 12345.6789],
        ["four", 0, datetime(2024, 2, 29), datetime(2026, 1, 1), 1e-9],
    ]
    assert [type(row[1]) for row in (rows[0], rows[2], rows[3])] == [int, int, int]
    assert [cell.number_format for cell in read[2]] == [
        "General", "0", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm", "General",
    ]  # fmt: skip


def test_a_second_reader_reads_the_same():
    rows = second_reader(BytesIO(made(sheet(ROWS)))).get_sheet_by_name("Data").to_python()

    assert rows == [
        ["text", "number", "day", "moment", "rate"],
        ["one", 1, date(2026, 3, 4), datetime(2026, 3, 4, 9, 5, 59), 0.1],
        ["", "", "", "", ""],
        ["three", -3, date(1900, 3, 1), datetime(2099, 12, 31, 23, 59, 59), 12345.6789],
        ["four", 0, date(2024, 2, 29), date(2026, 1, 1), 1e-9],  # midnight
    ]


def test_text_stays_text_exactly_as_in_every_other_workbook():
    content = made(texts(NASTY))

    read = load_workbook(BytesIO(content))["Data"]
    cells_read = [read.cell(number, 1) for number in range(2, len(NASTY) + 2)]
    # openpyxl hands the escape on that programs undo
    assert [cell.value or "" for cell in cells_read] == [cells.text(value) for value in NASTY]
    assert {cell.data_type for cell in cells_read if cell.value} == {"s"}
    assert [cell.value for cell in cells_read if cell.quotePrefix] == list(NASTY[:5])
    with zipfile.ZipFile(BytesIO(content)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in written
    assert written.count('<t xml:space="preserve">') == 2  # else programs drop what is at the ends
    second = second_reader(BytesIO(content)).get_sheet_by_name("Data").to_python()
    # an empty text is an empty cell, and a reader stops after the last that holds something
    told = [cells.text(value).replace("_x005F_", "_") for value in NASTY]
    assert [row[0] for row in second[1:]] == told[:-1]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.text(st.characters(codec="utf-8"), max_size=40) | st.text("Aa09 ._-:/=+@<&x", max_size=9))
def test_any_text_comes_out_as_every_other_workbook_writes_it(value):
    read = load_workbook(BytesIO(made(texts(["above", value]))))["Data"]["A3"]

    assert (read.value or "") == cells.text(value)
    assert read.data_type == ("s" if cells.text(value) else "n")
    assert read.quotePrefix == cells.text(value).startswith(cells.STARTS_FORMULA)


def test_sheets_open_as_people_want_them():
    book = load_workbook(BytesIO(made(sheet(ROWS), sheet([], title="It's <empty> & done"))))

    assert book.sheetnames == ["Data", "It's <empty> & done"]
    data, empty = book.worksheets
    assert (data.freeze_panes, empty.freeze_panes) == ("A2", "A2")
    assert (data.auto_filter.ref, empty.auto_filter.ref) == ("A1:E5", None)
    assert (data.print_title_rows, empty.print_title_rows) == ("$1:$1", "$1:$1")
    assert [cell.value for cell in empty[1]] == ["text", "number", "day", "moment", "rate"]
    assert all(cell.font.bold and cell.fill.fgColor.rgb == "FF0F5F66" for cell in data[1])
    assert (data.column_dimensions["A"].width, data.column_dimensions["D"].width) == (14, 20)
    assert (data.page_setup.orientation, data.page_setup.paperSize) == ("landscape", 9)
    about = book.properties
    assert (about.title, about.subject, about.creator) == ("Rows <&>", "Test", "=1+1")
    assert about.created == datetime(2026, 3, 4, 8)


def test_first_bytes_come_before_the_first_row():
    asked = []

    def rows() -> Iterator[tuple[str]]:
        for number in range(100_000):
            asked.append(number)
            yield (f"row {number}",)

    pieces = workbook([sheet(rows(), RowColumn(heading="text"))], properties=ABOUT)

    assert next(pieces).startswith(b"PK")
    assert asked == []
    next(pieces)
    assert 0 < len(asked) < 50_000
    pieces.close()  # somebody went away: no more rows are read
    assert len(asked) < 50_000


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        (Kind.MOMENT, datetime(2026, 3, 4, tzinfo=UTC), "still has its zone"),
        (Kind.DAY, datetime(2026, 3, 4), "a moment stands in a column of days"),
        (Kind.DECIMAL, float("nan"), "has no end"),
        (Kind.DECIMAL, float("inf"), "has no end"),
    ],
)
def test_what_no_cell_can_hold_is_refused(kind, value, why):
    with pytest.raises(ValueError, match=why):
        made(sheet([(value,)], RowColumn(heading="x", kind=kind)))


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="argument"):
        made(sheet([("a", "b")], RowColumn(heading="x")))


def test_what_numbers_and_days_cannot_hold_stays_text():
    rows = [(2**53 + 1, date(1900, 2, 28), True)]
    columns = [RowColumn(heading=kind.value, kind=kind) for kind in (Kind.INT, Kind.DAY, Kind.INT)]

    read = load_workbook(BytesIO(made(sheet(rows, *columns))))["Data"]

    assert [cell.value for cell in read[2]] == ["9007199254740993", "1900-02-28", 1]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    assert row_writer.MOST_ROWS == 1_048_575
    monkeypatch.setattr(row_writer, "MOST_ROWS", 3)

    assert len(made(texts("abc"))) > 0
    with pytest.raises(TooLong):
        made(texts("abcd"))


def test_more_text_than_an_archive_holds_is_refused(monkeypatch):
    monkeypatch.setattr(row_writer, "_MOST_BYTES", 100_000)

    with pytest.raises(TooLong):
        made(texts("x" * 1000 for _ in range(300)))
