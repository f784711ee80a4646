"""Rows put into openpyxl's sheet: what it made stays, and every reader finds the rows."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import NamedStyle
from python_calamine import load_workbook as second_reader

from crossbank.web.row_cells import Kind, lines
from crossbank.web.row_splice import look, spliced
from crossbank.web.row_writer import packed

PART = "xl/worksheets/sheet2.xml"


def book() -> Workbook:
    made = Workbook()
    for name, number_format in (("n", "0"), ("d", "yyyy-mm-dd"), ("m", "hh:mm")):
        made.add_named_style(NamedStyle(name, number_format=number_format))
    made.active["A1"] = "stays"
    made.create_sheet("Rows").append(["day", "text"])
    return made


def saved(made: Workbook, rows: list[tuple[date, str]]) -> bytes:
    styles = look(made["Rows"], number="n", day="d", moment="m")
    out = BytesIO()
    made.save(out)
    found = packed(lines([Kind.DAY, Kind.TEXT], rows, first=2, look=styles))
    return spliced(out.getvalue(), part=PART, area=f"A1:B{len(rows) + 1}", rows=found)


def test_rows_stand_below_the_heading_in_the_styles_of_the_book():
    read = load_workbook(BytesIO(saved(book(), [(date(2026, 3, 4), "=1+1")])))

    assert read["Sheet"]["A1"].value == "stays"
    day, text = read["Rows"][2]
    assert (day.value.date(), day.number_format, day.style) == (date(2026, 3, 4), "yyyy-mm-dd", "d")
    assert (text.value, text.data_type, text.quotePrefix) == ("=1+1", "s", True)


def test_readers_that_stream_and_second_readers_find_every_row():
    content = saved(book(), [(date(2026, 3, 4), f"row {number}") for number in range(1000)])

    rows = list(load_workbook(BytesIO(content), read_only=True)["Rows"].values)
    second = second_reader(BytesIO(content)).get_sheet_by_name("Rows").to_python()
    assert (len(rows), rows[-1][1]) == (1001, "row 999")
    assert (len(second), second[-1]) == (1001, [date(2026, 3, 4), "row 999"])


def test_the_other_parts_keep_their_content():
    made = book()
    plain = BytesIO()
    made.save(plain)

    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    before, after = parts(plain.getvalue()), parts(saved(made, []))
    same = {name for name in before if before[name] == after[name]}
    # the styles that rows need, and the moment of saving
    assert before.keys() - same <= {PART, "xl/styles.xml", "docProps/core.xml"}
    assert before.keys() == after.keys()


def test_a_part_without_place_for_rows_is_refused():
    with pytest.raises(ValueError, match="has no place for rows"):
        spliced(saved(book(), []), part="xl/workbook.xml", area="A1", rows=[])
