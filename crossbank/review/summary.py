"""The first sheet: what a director reads when he opens nothing else."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.engine.tally import Counts
from crossbank.review import words
from crossbank.review.sheets import (
    ACCENT,
    COUNT_STYLES,
    INK,
    MOMENT,
    count_values,
    prepare_print,
    put,
)
from crossbank.review.terms import Figures

# Light to dark, so that a grey print keeps the order; the same three as on the page.
_SHADES = (("C9CFCB", INK), ("6FA8A6", INK), (ACCENT, "FFFFFF"))
_CHARTED = 40  # more bars than this are a smear, not a chart
_WIDTHS = (34, 14, 14, 14, 14, 14, 14, 14, 3, 22, 40)
_SIDE = 10
_TOP = 11  # the row under the big numbers
_PAPER_ROWS = 44  # on the first sheet of paper

_Table = tuple[str, list[tuple[str, Counts]]]


def add_summary(book: Workbook, figures: Figures) -> None:
    """This will write the sheet `Summary`, the one the workbook opens on."""
    sheet = book.active
    sheet.title = _("Summary")
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _head(sheet, figures)
    _big_numbers(sheet, 5, _first_numbers(figures))
    _big_numbers(sheet, 8, _second_numbers(figures))
    row = _side(sheet, _TOP, _("Filters used"), _filters(figures))
    if figures.nothing_offered:
        reasons = [(words.nothing_offered(code), n) for code, n in figures.nothing_offered]
        _side(sheet, row + 1, _("Nothing offered, because"), reasons)
    row = _TOP
    for number, (title, lines) in enumerate(_tables(figures)):
        if number and row + len(lines) > _PAPER_ROWS > row:
            sheet.row_breaks.append(Break(id=row - 1))  # no heading without its lines
        head, row = row, _table(sheet, row, title, lines)
        if number == 0 and 0 < len(lines) <= _CHARTED:
            row = _chart(sheet, head, row, len(lines))
    if figures.is_empty:
        put(sheet.cell(_TOP + 1, 1), _("Nothing was recorded here in this period."), "cb text")
    prepare_print(sheet, book)


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


def _first_numbers(figures: Figures) -> Iterable[tuple[str, Any, str]]:
    totals = figures.totals
    yield _("Total"), totals.total, "number"
    yield _("Main only"), totals.main_only, "number"
    yield _("Main + 1"), totals.plus_one, "number"
    yield _("Main + 2"), totals.plus_two, "number"
    yield _("No main"), totals.no_main, "number"
    yield _("Cross rate"), totals.cross_rate, "rate"
    yield _("Depth"), totals.depth, "depth"


def _second_numbers(figures: Figures) -> Iterable[tuple[str, Any, str]]:
    yield str(words.LIVE), figures.live, "number"
    yield _("Something presented"), figures.offered, "number"
    yield _("Coverage"), figures.coverage, "rate"
    yield _("Products presented"), figures.totals.presented, "number"
    yield _("Products accepted"), figures.totals.taken, "number"
    yield _("Acceptance"), figures.acceptance, "rate"


def _big_numbers(sheet: Worksheet, row: int, numbers: Iterable[tuple[str, Any, str]]) -> None:
    tiles = [*numbers, *[("", "", "number")] * 8][:8]  # the band goes on over the whole table
    for place, (label, value, kind) in enumerate(tiles, start=1):
        put(sheet.cell(row, place), label, "cb big label")
        put(sheet.cell(row + 1, place), value, f"cb big {kind}")
    sheet.row_dimensions[row].height = 32
    sheet.row_dimensions[row + 1].height = 34


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
        yield (
            _("By week"),
            [(words.period(week.since, week.last), week.counts) for week in figures.by_week],
        )


def _table(sheet: Worksheet, row: int, title: str, lines: list[tuple[str, Counts]]) -> int:
    """One line each, headings above; gives the row after a gap."""
    for place, heading in enumerate((title, *words.count_headings()), start=1):
        put(sheet.cell(row, place), heading, "cb head" if place == 1 else "cb head end")
    sheet.row_dimensions[row].height = 20
    for row, (name, counts) in enumerate(lines, start=row + 1):  # noqa: B020 - goes on from it
        put(sheet.cell(row, 1), name, "cb text")
        for place, (value, style) in enumerate(
            zip(count_values(counts), COUNT_STYLES, strict=True), start=2
        ):
            put(sheet.cell(row, place), value, f"cb {style}")
    return row + 2


def _chart(sheet: Worksheet, head: int, row: int, lines: int) -> int:
    """The three columns as stacked bars that can be restyled; gives the row below it."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    chart.add_data(
        Reference(sheet, min_col=2, max_col=4, min_row=head, max_row=head + lines),
        titles_from_data=True,
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=head + lines))
    for series, (shade, ink) in zip(chart.series, _SHADES, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=shade)
        series.graphicalProperties.line.solidFill = "FFFFFF"
        # the value alone: each of these is shown unless it is switched off
        series.dLbls = DataLabelList(
            showVal=True,
            showSerName=False,
            showCatName=False,
            showLegendKey=False,
            showPercent=False,
            showLeaderLines=False,
            txPr=_ink(ink),
        )
    chart.x_axis.scaling.orientation = "maxMin"  # the first line of the table on top
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.crosses = "max"  # with the order turned round, that is the foot
    chart.y_axis.number_format = "0"
    chart.legend.position = "b"
    chart.width, chart.height = 24.0, 2.6 + 0.62 * lines
    sheet.add_chart(chart, f"A{row}")
    return row + 2 + round(chart.height / 0.53)


def _ink(color: str) -> RichText:
    properties = CharacterProperties(sz=900, solidFill=color)
    return RichText(
        p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)]
    )
