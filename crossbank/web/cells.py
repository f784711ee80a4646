"""How a cell is written: text stays text, sheets print well. For every workbook of the product."""

import re
from textwrap import wrap
from typing import Any

from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Border, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

INK, QUIET, LINE = "1C2529", "58615F", "DFD9CC"
ACCENT, SOFT = "0F5F66", "DFEDEC"
RATING_FILLS = {"strong": "CFE6D8", "good": "E4F0E4", "possible": "FBF0D3", "not_allowed": "F6D9D0"}
EDGE = Border(bottom=Side(style="thin", color=LINE))
TEXT_LIMIT = 32_767  # UTF-16 units; a longer text makes Excel call the file damaged
STARTS_FORMULA = ("=", "+", "-", "@")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def text(value: str) -> str:
    """This will give what XML and Excel can hold: no control signs or halves of pairs, not too long."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value).replace("\ufffe", "").replace("\uffff", "")
    clean = _LOOKS_ESCAPED.sub("_x005F_", clean)  # else programs would read _x0041_ as A
    units = clean.encode("utf-16-le", "ignore")[: 2 * TEXT_LIMIT]
    return units.decode("utf-16-le", "ignore")


def put(cell: Cell, value: Any, style: str = "") -> None:
    """This will write a value as what it is; text stays text, whatever sign it begins with."""
    if isinstance(value, str):
        cell.value = text(value)
        cell.data_type = "s"
    else:
        cell.value = value
    if style:
        cell.style = style
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        cell.quotePrefix = True  # stays text also when a person edits the cell


def wide(value: str) -> int:
    """Signs as columns see them: those of Chinese and Japanese take two."""
    if value.isascii():
        return len(value)
    return sum(2 if sign >= "\u2e80" else 1 for sign in value)


def lines_in(value: str, width: int) -> int:
    """How many lines a text takes in a column of so many signs."""
    seen = value if value.isascii() else "".join(sign * wide(sign) for sign in value)
    return max(1, len(wrap(seen, width)))


def prepare_print(sheet: Worksheet, book: Workbook) -> None:
    """A4 across, as wide as the page, title and page number on each sheet of paper."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.oddHeader.left.text = f"{book.properties.title} · {sheet.title}".replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"
    sheet.sheet_view.showGridLines = False
