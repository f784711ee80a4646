"""The first sheet: what a director reads when he opens nothing else."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.engine.tally import Counts
from crossbank.review import measures, words
from crossbank.review.measures import Measure
from crossbank.review.results import Figures, Span
from crossbank.review.sheets import (
    COUNT_STYLES,
    MOMENT,
    count_values,
    prepare_print,
    put,
)
from crossbank.review.summary_charts import add_bars, add_hours, add_trend
from crossbank.web.cells import lines_in

_CHARTED = 40  # more bars than this are a smear, not a chart
_WIDTHS = (38, 15, 15, 15, 15, 15, 15, 15, 3, 28, 40)
_SIDE = 10
_TOP = 14  # the row under the big numbers
_BAND = 8  # big numbers side by side
_PAPER_ROWS = 44  # on the first sheet of paper
_LATER_ROWS = 56  # on those after it, which have no big numbers
_DRAWN = 16  # rows that a drawing takes, with its heading and the gaps

_Table = tuple[str, list[tuple[str, Counts]]]


def add_summary(book: Workbook, figures: Figures) -> None:
    """This will write the sheet `Summary`, the one the workbook opens on."""
    sheet = book.active
    sheet.title = _("Summary")
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _head(sheet, figures)
    served = _tiles(measures.served(figures))
    _big_numbers(sheet, 5, _tiles(measures.tally(figures)))
    _big_numbers(sheet, 8, served[:_BAND])
    _big_numbers(sheet, 11, served[_BAND:])
    row = _side(sheet, _TOP, _("Filters used"), _filters(figures))
    for title, name_of, reasons in (
        (_("Declined, because"), words.reason, figures.reasons),
        (_("Nothing offered, because"), words.nothing_offered, figures.nothing_offered),
    ):
        if reasons:
            row = _side(sheet, row + 1, title, [(name_of(code), n) for code, n in reasons])
    row = _TOP
    for number, (title, lines) in enumerate(_tables(figures)):
        if number and row + len(lines) > _PAPER_ROWS > row:
            sheet.row_breaks.append(Break(id=row - 1))  # no heading without its lines
        head, row = row, _table(sheet, row, title, lines)
        if number == 0 and 0 < len(lines) <= _CHARTED:
            row = add_bars(sheet, head, row, len(lines))
    if figures.is_empty:
        put(sheet.cell(_TOP + 1, 1), _("Nothing was recorded here in this period."), "cb text")
    else:
        row = _courses(sheet, row, figures)
    sheet.print_area = f"A1:{get_column_letter(len(_WIDTHS))}{max(row, sheet.max_row)}"
    prepare_print(sheet, book)


def _courses(sheet: Worksheet, row: int, figures: Figures) -> int:
    """The eight weeks and the hours, each with its drawing; gives the row after them."""
    _keep_together(sheet, row, len(figures.trend) + _DRAWN)
    head, row = row, _table(sheet, row, _("Eight weeks"), _weeks(figures.trend))
    row = add_trend(sheet, head, row, len(figures.trend))
    if not figures.hours:
        return row
    _keep_together(sheet, row, len(figures.hours) + _DRAWN)
    head, row = row, _hours(sheet, row, figures)
    return add_hours(sheet, head, row, len(figures.hours))


def _keep_together(sheet: Worksheet, row: int, rows: int) -> None:
    """What does not fit any more begins a new sheet of paper."""
    breaks = sheet.row_breaks.brk
    used = row - 1 - (breaks[-1].id if breaks else 0)
    if used + rows > (_LATER_ROWS if breaks else _PAPER_ROWS):
        sheet.row_breaks.append(Break(id=row - 1))


def _weeks(spans: Iterable[Span]) -> list[tuple[str, Counts]]:
    return [(words.period(week.since, week.last), week.counts) for week in spans]


def _hours(sheet: Worksheet, row: int, figures: Figures) -> int:
    """One line an hour, on the clocks of the branches; gives the row after a gap."""
    put(sheet.cell(row, 1), _("Customers by hour"), "cb head")
    put(sheet.cell(row, 2), _("Customers"), "cb head end")
    sheet.row_dimensions[row].height = 20
    for row, (hour, times) in enumerate(figures.hours, start=row + 1):  # noqa: B020 - as above
        put(sheet.cell(row, 1), f"{hour:02}:00", "cb text")
        put(sheet.cell(row, 2), times, "cb number")
    return row + 2


def _head(sheet: Worksheet, figures: Figures) -> None:
    asked = figures.asked
    put(sheet["A1"], words.place(asked), "cb title")
    put(sheet["A2"], words.period(asked.since, asked.last), "cb section")
    for place in range(2, 9):
        put(sheet.cell(2, place), "", "cb section")
    put(sheet["A3"], str(words.PURPOSE), "cb quiet")
    sheet.merge_cells("A3:H3")
    sheet.row_dimensions[1].height = 32
    sheet.row_dimensions[3].height = 34


def _tiles(measured: Iterable[Measure]) -> list[tuple[str, Any, str]]:
    return [(one.label, one.value, one.kind) for one in measured]


def _big_numbers(sheet: Worksheet, row: int, numbers: Iterable[tuple[str, Any, str]]) -> None:
    tiles = [*numbers, *[("", "", "number")] * _BAND][:_BAND]  # it goes on over the whole table
    for place, (label, value, kind) in enumerate(tiles, start=1):
        put(sheet.cell(row, place), label, "cb big label")
        put(sheet.cell(row + 1, place), value, f"cb big {kind}")
    sheet.row_dimensions[row].height = 6 + 13 * max(2, _most(label for label, *_more in tiles))
    sheet.row_dimensions[row + 1].height = 34


def _most(texts: Iterable[str], spare: int = 0) -> int:
    """Lines of the longest, each in its column. `spare`: signs that bold letters cost."""
    return max(lines_in(one, width - spare) for one, width in zip(texts, _WIDTHS, strict=False))


def _filters(figures: Figures) -> list[tuple[str, Any]]:
    made_at = figures.made_at
    return [
        *words.filters(figures.asked),
        (_("Made by"), figures.made_by),
        (_("Made at"), made_at.replace(tzinfo=None, second=0, microsecond=0)),
        (_("Time zone"), str(made_at.tzinfo)),
    ]


def _side(sheet: Worksheet, row: int, title: str, lines: Iterable[tuple[str, Any]]) -> int:
    """A list beside the tables; gives the row after it."""
    put(sheet.cell(row, _SIDE), title, "cb section")
    put(sheet.cell(row, _SIDE + 1), "", "cb section")
    for label, value in lines:
        row += 1
        put(sheet.cell(row, _SIDE), label, "cb prose")
        cell = sheet.cell(row, _SIDE + 1)
        put(cell, value, "cb prose")
        if hasattr(value, "hour"):
            cell.number_format = MOMENT
    return row + 1


def _tables(figures: Figures) -> Iterable[_Table]:
    if figures.asked.by_person:
        yield _("By employee"), [(g.key.name, g.counts) for g in figures.by_staff]
    else:
        yield _("By branch"), [(str(g.key), g.counts) for g in figures.by_branch]
    if len(figures.by_region) > 1:
        yield _("By region"), [(str(g.key), g.counts) for g in figures.by_region]
    if figures.tally:
        yield _("By week"), _weeks(figures.by_week)


def _table(sheet: Worksheet, row: int, title: str, lines: list[tuple[str, Counts]]) -> int:
    """One line each, headings above; gives the row after a gap."""
    headings = (title, *words.count_headings())
    for place, heading in enumerate(headings, start=1):
        put(sheet.cell(row, place), heading, "cb head" if place == 1 else "cb head end")
    sheet.row_dimensions[row].height = 5 + 15 * _most(headings, spare=2)
    for row, (name, counts) in enumerate(lines, start=row + 1):  # noqa: B020 - goes on from it
        put(sheet.cell(row, 1), name, "cb text")
        for place, (value, style) in enumerate(
            zip(count_values(counts), COUNT_STYLES, strict=True), start=2
        ):
            put(sheet.cell(row, place), value, f"cb {style}")
    return row + 2
