"""Native charts of the first sheet, that a reader can restyle: three columns, eight weeks, hours.

Each stands under the table that it draws. Axes are kept: LibreOffice drops them unless told.
"""

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from crossbank.review.sheets import ACCENT, INK

# Light to dark, so that a grey print keeps the order; the same three as on the page.
_SHADES = (("C9CFCB", INK), ("6FA8A6", INK), (ACCENT, "FFFFFF"))
_WIDTH = 24.0  # centimetres, as the tables
_ROW = 0.53  # centimetres that a line takes
_RATE_COLUMN = 7


def add_bars(sheet: Worksheet, head: int, row: int, lines: int) -> int:
    """The three columns as stacked bars; gives the row below it."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    _fill(chart, sheet, head, lines, columns=(2, 4))
    for series, (shade, ink) in zip(chart.series, _SHADES, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=shade)
        series.graphicalProperties.line.solidFill = "FFFFFF"
        series.dLbls = _values(ink)
    chart.x_axis.scaling.orientation = "maxMin"  # the first line of the table on top
    chart.y_axis.majorGridlines = None
    chart.y_axis.crosses = "max"  # with the order turned round, that is the foot
    chart.y_axis.number_format = "0"
    chart.legend.position = "b"
    return _place(sheet, chart, row, height=2.6 + 0.62 * lines)


def add_trend(sheet: Worksheet, head: int, row: int, lines: int) -> int:
    """The cross rate week by week as a line; gives the row below it."""
    chart = LineChart()
    _fill(chart, sheet, head, lines, columns=(_RATE_COLUMN, _RATE_COLUMN))
    (series,) = chart.series
    series.smooth = False  # between two weeks nothing is known
    series.graphicalProperties.line.solidFill = ACCENT
    series.graphicalProperties.line.width = 28_000
    series.marker = Marker(symbol="circle", size=7, spPr=GraphicalProperties(solidFill=ACCENT))
    series.dLbls = _values(INK)
    series.dLbls.position = "t"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.majorUnit = 0.25
    chart.y_axis.number_format = "0 %"
    chart.legend = None
    _name(chart, str(sheet.cell(head, _RATE_COLUMN).value))
    return _place(sheet, chart, row, height=7.0)


def add_hours(sheet: Worksheet, head: int, row: int, lines: int) -> int:
    """Customers by hour as columns; gives the row below it."""
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 45
    _fill(chart, sheet, head, lines, columns=(2, 2))
    (series,) = chart.series
    series.graphicalProperties = GraphicalProperties(solidFill=_SHADES[1][0])
    series.dLbls = _values(INK)
    chart.y_axis.majorGridlines = None
    chart.y_axis.number_format = "0"
    chart.legend = None
    _name(chart, str(sheet.cell(head, 1).value))
    return _place(sheet, chart, row, height=6.0)


def _fill(
    chart: BarChart | LineChart, sheet: Worksheet, head: int, lines: int, columns: tuple[int, int]
) -> None:
    first, last = columns
    chart.add_data(
        Reference(sheet, min_col=first, max_col=last, min_row=head, max_row=head + lines),
        titles_from_data=True,
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=head + lines))
    chart.x_axis.delete = chart.y_axis.delete = False


def _name(chart: BarChart | LineChart, title: str) -> None:
    chart.title = title
    chart.title.overlay = False


def _values(ink: str) -> DataLabelList:
    """The value alone: each of these is shown unless it is switched off."""
    return DataLabelList(
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        showLeaderLines=False,
        txPr=_ink(ink),
    )


def _ink(color: str) -> RichText:
    properties = CharacterProperties(sz=900, solidFill=color)
    return RichText(
        p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)]
    )


def _place(sheet: Worksheet, chart: BarChart | LineChart, row: int, *, height: float) -> int:
    chart.width, chart.height = _WIDTH, height
    sheet.add_chart(chart, f"A{row}")
    return row + 2 + round(height / _ROW)
