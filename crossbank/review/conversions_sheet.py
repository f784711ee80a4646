"""The sheet `Conversions`: main products down, cross products across.

Three blocks: how many of those who heard of a product took it, in colours, as on the page; below,
how many heard; and what the matrix in force says of each pair, spoken of or not.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.review import words
from crossbank.review.charts import SMALL_N
from crossbank.review.heat import Cell, Heat, heat
from crossbank.review.results import Figures, Ratings
from crossbank.review.sheets import Shown, beside, name_area, prepare_print, put
from crossbank.review.terms import Named
from crossbank.web.cells import RATING_FILLS, wide

_Look = Callable[[str], tuple[str, int]]
_Lines = Iterable[tuple[Named, list[tuple[Any, str]]]]  # a main product, its values and styles

# ends at a middle shade: black figures stay readable on it
_COLD, _WARM, _HOT = "F7F4EC", "C4DFDD", "6FA8A6"
_CELL = 12  # signs across, unless a rating is longer
_HEAD_SIGN = 6.4  # points that one sign of a heading standing on its end takes
_LEAST_HEAD, _MOST_HEAD = 60, 260  # points


def add_conversions(book: Workbook, figures: Figures, shown: Shown) -> None:
    """This will write the blocks; where nothing was presented, a sentence in place of the first two."""
    sheet, found, ratings = book.create_sheet(_("Conversions")), heat(figures), figures.ratings
    rated = sorted(ratings.pairs, key=_codes) if ratings else []
    mains = [main for main, _cells in found.rows]
    named = {*mains, *found.crosses, *(one for pair in rated for one in pair)}
    look = beside(shown, named)
    sheet.freeze_panes = "B2" if found.rows else "B1"
    sheet.print_title_cols = "A:A"
    sheet.column_dimensions["A"].width = 2 + max((wide(str(one)) for one in named), default=42)
    if found.rows:
        row = _conversions(book, sheet, found, look)
    else:
        put(sheet["A1"], _("Nothing was presented in this period."), "cb text")
        row = 2
    across = len(found.crosses)
    if ratings and rated:
        across = max(across, _ratings(sheet, row + 1, ratings, look, shown))
    width = max(_CELL, *(1 + wide(words.rating(code)) for code in RATING_FILLS))
    for place in range(2, across + 2):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.print_area = f"A1:{get_column_letter(across + 1)}{sheet.max_row}"
    prepare_print(sheet, book)


def _codes(pair: tuple[Named, Named]) -> tuple[str, str]:
    return pair[0].code, pair[1].code


def _conversions(book: Workbook, sheet: Worksheet, found: Heat, look: _Look) -> int:
    """What customers heard of and took; gives the row after it."""
    below = _block(sheet, 1, _("Acceptance"), found.crosses, _cells(found, _rate), look)
    _color(sheet, found)
    last = _block(sheet, below + 1, _("Presented"), found.crosses, _cells(found, _count), look)
    put(sheet.cell(last + 1, 1), _little(), "cb text")
    name_area(
        book, sheet, name="Conversions", columns=len(found.crosses) + 1, last=len(found.rows) + 1
    )
    return last + 2


def _ratings(sheet: Worksheet, row: int, ratings: Ratings, look: _Look, shown: Shown) -> int:
    """Every pair of the matrix in force; gives how many products stand across."""
    mains = sorted({main for main, _cross in ratings.pairs}, key=lambda one: one.code)
    crosses = sorted({cross for _main, cross in ratings.pairs}, key=lambda one: one.code)
    lines = (
        (main, [(ratings.pairs.get((main, cross)), "cb text") for cross in crosses])
        for main in mains
    )
    title = _("Matrix, edition %(number)s") % {"number": ratings.edition}
    last = _block(sheet, row, title, crosses, lines, look)
    area = f"B{row + 1}:{get_column_letter(len(crosses) + 1)}{last - 1}"
    for cells in sheet[area]:
        for cell in cells:
            if cell.value:
                cell.number_format = shown.instead(cell.value, words.rating(cell.value))
    for code, color in RATING_FILLS.items():
        fill = PatternFill("solid", bgColor=color)
        sheet.conditional_formatting.add(area, CellIsRule("equal", [f'"{code}"'], fill=fill))
    return len(crosses)


def _rate(cell: Cell) -> tuple[Any, str]:
    return cell.share, "cb little rate" if cell.is_small else "cb rate"


def _count(cell: Cell) -> tuple[Any, str]:
    return cell.n or None, "cb little" if cell.is_small else "cb number"


def _cells(found: Heat, value_of: Callable[[Cell], tuple[Any, str]]) -> _Lines:
    return ((main, [value_of(cell) for cell in cells]) for main, cells in found.rows)


def _block(
    sheet: Worksheet, row: int, title: str, crosses: Sequence[Named], lines: _Lines, look: _Look
) -> int:
    """One line a main product under a heading of codes; gives the row after it."""
    put(sheet.cell(row, 1), title, "cb head")
    sheet.row_dimensions[row].height = _height(crosses)
    for place, cross in enumerate(crosses, start=2):
        _code(sheet, row, place, cross, look, "cb head up")
    for row, (main, cells) in enumerate(lines, start=row + 1):  # noqa: B020 - goes on from it
        _code(sheet, row, 1, main, look, "cb text")
        for place, (value, style) in enumerate(cells, start=2):
            put(sheet.cell(row, place), value, style)
    return row + 1


def _code(
    sheet: Worksheet,
    row: int,
    place: int,
    named: Named,
    look: _Look,
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
