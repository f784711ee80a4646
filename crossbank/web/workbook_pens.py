"""How the cells of a workbook to be edited look; styles are found once, because there are many."""

from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet as Sheet

from crossbank.web.cells import (
    ACCENT,
    EDGE,
    INK,
    QUIET,
    STARTS_FORMULA,
    prepare_print,
    text,
    wide,
)

_HEAD_ROW, _NAME_ROW = 22, 48
_LINE, _TALLEST = 15.5, 400.0  # points; Excel knows no taller row than 409
_PAPER = 175  # signs side by side on paper that can still be read
_TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)


def _styles() -> tuple[NamedStyle, ...]:
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    ink = {"name": "Calibri", "size": 11}
    return (
        NamedStyle("cb title", font=Font(name="Calibri", size=20, bold=True, color=ACCENT)),
        NamedStyle(
            "cb head",
            font=Font(bold=True, color="FFFFFF", **ink),
            fill=PatternFill("solid", fgColor=ACCENT),
            alignment=middle,
        ),
        NamedStyle("cb code", font=Font(bold=True, color=ACCENT, **ink), alignment=left),
        NamedStyle(
            "cb key", font=Font(bold=True, color=ACCENT, **ink), alignment=_TOP, border=EDGE
        ),
        NamedStyle("cb name", font=Font(color=QUIET, **ink), alignment=left, border=EDGE),
        NamedStyle("cb choice", font=Font(color=INK, **ink), alignment=middle, border=EDGE),
        NamedStyle(
            "cb text",
            font=Font(color=INK, **ink),
            alignment=_TOP,
            border=EDGE,
        ),
        NamedStyle("cb pale", font=Font(italic=True, color=QUIET, **ink), alignment=middle),
        NamedStyle("cb closed", fill=PatternFill("solid", fgColor="E8E4DA")),
        NamedStyle("cb plain"),
        NamedStyle(
            "cb money",
            font=Font(color=INK, **ink),
            number_format="0.00",
            alignment=_TOP,
            border=EDGE,
        ),
        NamedStyle(
            "cb day",
            font=Font(color=INK, **ink),
            number_format="yyyy-mm-dd",
            alignment=_TOP,
            border=EDGE,
        ),
    )


class Pens:
    """Writes cells in the styles of the workbook; text stays text, whatever it begins with."""

    def __init__(self, book: Workbook) -> None:
        self._styles: dict[tuple[str, bool], Any] = {}
        for style in _styles():
            book.add_named_style(style)

    def _write(self, sheet: Sheet, value: Any, style: str) -> WriteOnlyCell:
        is_text = isinstance(value, str)
        cell = WriteOnlyCell(sheet, value=text(value) if is_text else value)
        is_quoted = is_text and value.startswith(STARTS_FORMULA)
        if is_text:
            cell.data_type = "s"
        key = (style, is_quoted)
        if key not in self._styles:
            cell.style = style
            if is_quoted:
                cell.quotePrefix = True
            self._styles[key] = copy(cell._style)
        cell._style = self._styles[key]
        return cell

    def title(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb title")

    def head(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb head")

    def code(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb code")

    def key(self, sheet: Sheet, value: Any) -> WriteOnlyCell:
        """What names a row of a list."""
        return self._write(sheet, value, "cb key")

    def name(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb name")

    def pale(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb pale")

    def plain(self, sheet: Sheet, value: str) -> WriteOnlyCell:
        return self._write(sheet, value, "cb plain")

    def closed(self, sheet: Sheet) -> WriteOnlyCell:
        """A product beside itself."""
        return self._write(sheet, None, "cb closed")

    def value(self, sheet: Sheet, value: Any, *, is_centred: bool = False) -> WriteOnlyCell:
        if isinstance(value, Decimal):
            return self._write(sheet, value, "cb money")
        if hasattr(value, "isoformat"):
            return self._write(sheet, value, "cb day")
        return self._write(sheet, value, "cb choice" if is_centred else "cb text")


def dress(sheet: Sheet, book: Workbook, *, widths: list[int], freeze: str) -> None:
    """Widths, frozen heads, and paper: as many pages side by side as keep the text readable."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    prepare_print(sheet, book)
    sheet.sheet_view.showGridLines = bool(freeze)
    if freeze:
        sheet.freeze_panes = freeze
        sheet.row_dimensions[1].height = _HEAD_ROW
        sheet.row_dimensions[2].height = _NAME_ROW
        sheet.print_title_rows = "1:2"
        sheet.print_title_cols = f"A:{chr(ord(freeze[0]) - 1)}"
        sheet.page_setup.fitToWidth = max(1, round(sum(widths) / _PAPER))


def set_height(sheet: Sheet, row: int, widths: list[int], values: Iterable[Any]) -> None:
    """This will make room for wrapped texts: not every program does when it opens a file."""
    lines = [
        sum(-(-wide(part) // width) or 1 for part in str(value).split("\n"))
        for width, value in zip(widths, values, strict=False)
        if value not in (None, "")
    ]
    sheet.row_dimensions[row].height = min(_TALLEST, _LINE * max(lines, default=1) + 4)
