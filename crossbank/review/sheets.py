"""How a cell, a heading and a table are written: what every sheet of a workbook shares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl.cell import Cell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.engine.tally import Counts
from crossbank.review.terms import Named
from crossbank.web.cells import (
    ACCENT,
    EDGE,
    INK,
    QUIET,
    SOFT,
    prepare_print,
    put,
    text,
    wide,
)

BAR = "9CC7C4"
RATE, DEPTH, SECONDS, DAY, MOMENT = "0.0 %", "0.000", "0.0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_WIDEST = 44
_LITTLE = Font(name="Calibri", size=11, italic=True, color=QUIET)  # too few to say much
_HEADS = {f"cb {kind}": "cb head filter" for kind in ("number", "rate", "depth")}


def styles() -> tuple[NamedStyle, ...]:
    plain = {"font": Font(name="Calibri", size=11, color=INK), "border": EDGE}
    start, end = Alignment(horizontal="left"), Alignment(horizontal="right")
    return (
        NamedStyle("cb text", **plain),
        NamedStyle("cb number", number_format="0", **plain),
        NamedStyle("cb rate", number_format=RATE, alignment=end, **plain),
        NamedStyle("cb depth", number_format=DEPTH, alignment=end, **plain),
        NamedStyle("cb seconds", number_format=SECONDS, alignment=end, **plain),
        NamedStyle("cb day", number_format=DAY, alignment=start, **plain),
        NamedStyle("cb moment", number_format=MOMENT, alignment=start, **plain),
        NamedStyle("cb little", number_format="0", font=_LITTLE, border=EDGE),
        NamedStyle("cb little rate", number_format=RATE, alignment=end, font=_LITTLE, border=EDGE),
        NamedStyle("cb after number", alignment=Alignment(horizontal="left", indent=1), **plain),
        # the raw data: thousands of cells, so only what they cannot do without
        NamedStyle("cb raw day", number_format=DAY, alignment=start),
        NamedStyle("cb raw moment", number_format=MOMENT, alignment=start),
        NamedStyle("cb raw number", number_format="0", alignment=start),
        *(
            NamedStyle(
                name,
                font=Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
                fill=PatternFill("solid", fgColor=ACCENT),
                alignment=Alignment(
                    horizontal=side, vertical="center", indent=indent, wrap_text=True
                ),
            )
            # in a table Excel puts the arrow of the filter over the end of the heading
            for name, side, indent in (
                ("cb head", "left", 0),
                ("cb head end", "right", 0),
                ("cb head filter", "right", 2),
            )
        ),
        NamedStyle(
            "cb head up",  # as wide as what stands below it
            font=Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
            fill=PatternFill("solid", fgColor=ACCENT),
            alignment=Alignment(horizontal="center", vertical="bottom", text_rotation=90),
        ),
        NamedStyle("cb title", font=Font(name="Calibri", size=20, bold=True, color=ACCENT)),
        NamedStyle(
            "cb section", font=Font(name="Calibri", size=13, bold=True, color=ACCENT), border=EDGE
        ),
        NamedStyle(
            "cb quiet",
            font=Font(name="Calibri", size=11, color=QUIET),
            alignment=Alignment(vertical="top", wrap_text=True),
        ),
        NamedStyle(
            "cb prose",
            font=Font(name="Calibri", size=11, color=INK),
            alignment=Alignment(horizontal="left", vertical="top", wrap_text=True),
            border=EDGE,
        ),
        *(
            NamedStyle(
                f"cb big {kind}",
                font=Font(name="Calibri", size=22, bold=True, color=INK),
                fill=PatternFill("solid", fgColor=SOFT),
                alignment=Alignment(horizontal="left", vertical="center"),
                number_format=number_format,
            )
            for kind, number_format in (
                ("number", "0"),
                ("rate", RATE),
                ("depth", DEPTH),
                ("seconds", SECONDS),
            )
        ),
        NamedStyle(
            "cb big label",
            font=Font(name="Calibri", size=10, color=QUIET),
            fill=PatternFill("solid", fgColor=SOFT),
            alignment=Alignment(vertical="bottom", wrap_text=True),
        ),
    )


COUNT_STYLES = ("number",) * 5 + ("rate", "depth")


def count_values(counts: Counts) -> tuple[int | float | None, ...]:
    """The seven numbers that make a tally; without a total there is no rate."""
    return (
        counts.main_only,
        counts.plus_one,
        counts.plus_two,
        counts.no_main,
        counts.total,
        counts.cross_rate,
        counts.depth,
    )


class Shown:
    """Number formats that show a name while the cell keeps the code.

    Formulas, filters and other programs read the same codes in every language; people read names.
    """

    _LIMIT = 150  # Excel refuses a workbook with more than some 200 formats of its own

    def __init__(self) -> None:
        self._formats: dict[tuple[str, str], str] = {}

    def beside(self, code: str, name: str) -> str:
        """The code, then the name."""
        return self._format(code, f'@"  {self._quoted(name)}"' if name else "@")

    def instead(self, code: str, name: str) -> str:
        """Only the name."""
        return self._format(code, f'General;General;General;"{self._quoted(name)}"')

    @staticmethod
    def _quoted(name: str) -> str:
        # a format holds 255 signs, and nothing escapes a quote inside quotes
        return " ".join(text(name)[:80].replace('"', "”").split())

    def _format(self, code: str, number_format: str) -> str:
        if (code, number_format) not in self._formats and len(self._formats) >= self._LIMIT:
            return "@"
        return self._formats.setdefault((code, number_format), number_format)


def beside(shown: Shown, named: Iterable[Named]) -> Callable[[str], tuple[str, int]]:
    """What a reader sees of a code: the code and the name."""
    names = {one.code: one.name for one in named}

    def look(code: str) -> tuple[str, int]:
        name = names.get(code, "")
        return shown.beside(code, name), wide(f"{code} {name}")

    return look


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: its heading, how a cell looks, and what a reader sees of a code."""

    heading: str
    style: str = "cb text"
    has_bars: bool = False
    shown: Callable[[Any], tuple[str, int]] | None = None  # value -> (number format, width)


def table_sheet(
    book: Workbook,
    *,
    title: str,
    name: str,
    columns: tuple[Column, ...],
    rows: Iterable[Any],
    freeze: str = "A2",
) -> Worksheet:
    """This will add a sheet with one table: headings in row 1, one row each below.

    Shape: an empty table is a plain heading row, because Excel calls a table without rows damaged.
    """
    sheet = book.create_sheet(title)
    widths = [wide(column.heading) + 4 for column in columns]
    for place, column in enumerate(columns, start=1):
        put(sheet.cell(1, place), column.heading, _HEADS.get(column.style, "cb head"))
    number = 1
    for number, row in enumerate(rows, start=2):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            cell = sheet.cell(number, place + 1)
            put(cell, value, column.style)
            widths[place] = max(widths[place], _dress(cell, column, value))
    _finish(book, sheet, name=name, columns=columns, widths=widths, last=number, freeze=freeze)
    return sheet


def _finish(
    book: Workbook,
    sheet: Worksheet,
    *,
    name: str,
    columns: tuple[Column, ...],
    widths: list[int],
    last: int,
    freeze: str,
) -> None:
    """What a table looks like around its rows, whoever writes them."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(width + 1, _WIDEST)
    sheet.row_dimensions[1].height = 22
    sheet.freeze_panes = freeze
    sheet.print_title_rows = "1:1"
    name_area(book, sheet, name=name, columns=len(columns), last=last)
    if last > 1:
        sheet.add_table(_table(name, [column.heading for column in columns], last))
        _add_bars(sheet, columns, last)
    prepare_print(sheet, book)


def name_area(book: Workbook, sheet: Worksheet, *, name: str, columns: int, last: int) -> None:
    """What is printed, and what formulas of one's own can name in every language."""
    area = f"A1:{get_column_letter(columns)}{last}"
    sheet.print_area = area
    named = f"crossbank_{name.lower()}"
    where = f"{quote_sheetname(sheet.title)}!{absolute_coordinate(area)}"
    book.defined_names[named] = DefinedName(named, attr_text=where)


def _table(name: str, headings: list[str], last: int) -> Table:
    """With its columns named here: openpyxl would make every cell of the area to read its head."""
    area = f"A1:{get_column_letter(len(headings))}{last}"
    table = Table(displayName=name, ref=area, autoFilter=AutoFilter(ref=area))
    table.tableColumns = [
        TableColumn(id=place, name=heading) for place, heading in enumerate(headings, start=1)
    ]
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight15", showRowStripes=True)
    return table


def long_sheet(
    book: Workbook,
    *,
    title: str,
    name: str,
    columns: tuple[Column, ...],
    widths: list[int],
    count: int,
    freeze: str,
) -> Worksheet:
    """This will add a sheet whose `count` rows are put in when the workbook is written.

    `widths`: of what stands below each heading, in signs.
    """
    sheet = book.create_sheet(title)
    for place, column in enumerate(columns, start=1):
        put(sheet.cell(1, place), column.heading, _HEADS.get(column.style, "cb head"))
    widths = [
        max(width, len(column.heading) + 4) for width, column in zip(widths, columns, strict=True)
    ]
    _finish(book, sheet, name=name, columns=columns, widths=widths, last=count + 1, freeze=freeze)
    return sheet


def _add_bars(sheet: Worksheet, columns: tuple[Column, ...], last: int) -> None:
    for place, column in enumerate(columns, start=1):
        if column.has_bars:
            letter = get_column_letter(place)
            rule = DataBarRule("num", 0, "max", color=BAR)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _dress(cell: Cell, column: Column, value: Any) -> int:
    """The width of what is seen, in signs."""
    if column.shown and value:
        cell.number_format, width = column.shown(value)
        return width
    if isinstance(value, datetime):
        return len(MOMENT)
    if isinstance(value, date):
        return len(DAY)
    return wide(value) if isinstance(value, str) else 6
