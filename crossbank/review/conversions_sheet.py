"""The sheet `Conversions`: main products down, cross products across, as on the page.

Two blocks: how many of those who heard of a product took it, in colours; below, how many heard.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.review.charts import SMALL_N
from crossbank.review.heat import Cell, Heat, heat
from crossbank.review.sheets import Shown, beside, name_area, prepare_print, put
from crossbank.review.terms import Figures, Named
from crossbank.web.cells import wide

# ends at a middle shade: black figures stay readable on it
_COLD, _WARM, _HOT = "F7F4EC", "C4DFDD", "6FA8A6"
_CELL = 8  # signs across: "100.0 %"
_HEAD_SIGN = 6.4  # points that one sign of a heading standing on its end takes
_LEAST_HEAD, _MOST_HEAD = 60, 260  # points


def add_conversions(book: Workbook, figures: Figures, shown: Shown) -> None:
    """This will write both blocks; of a period in which nothing was presented, a sentence."""
    sheet, found = book.create_sheet(_("Conversions")), heat(figures)
    sheet.freeze_panes = "B2"
    sheet.print_title_cols = "A:A"
    if not found.rows:
        put(sheet["A1"], _("Nothing was presented in this period."), "cb text")
        sheet.column_dimensions["A"].width = 44
        prepare_print(sheet, book)
        return
    named = (*(main for main, _cells in found.rows), *found.crosses)
    look = beside(shown, named)
    sheet.column_dimensions["A"].width = 2 + max(wide(str(main)) for main, _cells in found.rows)
    for place in range(2, len(found.crosses) + 2):
        sheet.column_dimensions[get_column_letter(place)].width = _CELL
    below = _block(sheet, 1, _("Acceptance"), found, look, _rate)
    _color(sheet, found)
    last = _block(sheet, below + 1, _("Presented"), found, look, _count)
    put(sheet.cell(last + 1, 1), _little(), "cb text")
    name_area(
        book, sheet, name="Conversions", columns=len(found.crosses) + 1, last=len(found.rows) + 1
    )
    sheet.print_area = f"A1:{get_column_letter(len(found.crosses) + 1)}{last + 1}"
    prepare_print(sheet, book)


def _rate(cell: Cell) -> tuple[Any, str]:
    return cell.share, "cb little rate" if cell.is_small else "cb rate"


def _count(cell: Cell) -> tuple[Any, str]:
    return cell.n or None, "cb little" if cell.is_small else "cb number"


def _block(
    sheet: Worksheet,
    row: int,
    title: str,
    found: Heat,
    look: Callable[[str], tuple[str, int]],
    value_of: Callable[[Cell], tuple[Any, str]],
) -> int:
    """One line a main product under a heading of codes; gives the row after it."""
    put(sheet.cell(row, 1), title, "cb head")
    sheet.row_dimensions[row].height = _height(found.crosses)
    for place, cross in enumerate(found.crosses, start=2):
        _code(sheet, row, place, cross, look, "cb head up")
    for number, (main, cells) in enumerate(found.rows, start=row + 1):
        _code(sheet, number, 1, main, look, "cb text")
        for place, cell in enumerate(cells, start=2):
            put(sheet.cell(number, place), *value_of(cell))
    return row + len(found.rows) + 1


def _code(
    sheet: Worksheet,
    row: int,
    place: int,
    named: Named,
    look: Callable[[str], tuple[str, int]],
    style: str,
) -> None:
    cell = sheet.cell(row, place)
    put(cell, named.code, style)
    cell.number_format = look(named.code)[0]


def _height(crosses: Iterable[Named]) -> float:
    longest = max(wide(str(cross)) for cross in crosses)
    return min(_MOST_HEAD, max(_LEAST_HEAD, _HEAD_SIGN * (longest + 3)))


def _color(sheet: Worksheet, found: Heat) -> None:
    """From nobody to everybody, so that a shade says the same in every workbook; what few customers
    say gets none."""
    said = [
        f"{get_column_letter(place)}{row}"
        for row, (_main, cells) in enumerate(found.rows, start=2)
        for place, cell in enumerate(cells, start=2)
        if cell.n and not cell.is_small
    ]
    if said:
        scale = ColorScaleRule(
            start_type="num", start_value=0, start_color=_COLD,
            mid_type="num", mid_value=0.5, mid_color=_WARM,
            end_type="num", end_value=1, end_color=_HOT,
        )  # fmt: skip
        sheet.conditional_formatting.add(" ".join(said), scale)


def _little() -> str:
    return _(
        "Grey, without a colour: fewer than %(n)s customers heard of it, which says little."
    ) % {"n": SMALL_N}
