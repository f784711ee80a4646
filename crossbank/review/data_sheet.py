"""The sheet `Data`, for pivots of one's own: column keys and values are codes in every language.

Up to twenty thousand rows, so openpyxl makes the sheet and the row writer its rows.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from crossbank.review.results import DataRow
from crossbank.review.sheets import DAY, MOMENT, Column, long_sheet
from crossbank.web.cells import wide
from crossbank.web.row_cells import Kind, lines
from crossbank.web.row_splice import look, spliced
from crossbank.web.row_writer import packed

_KINDS = {"business_date": Kind.DAY, "recorded_at": Kind.MOMENT, "edition": Kind.INT}
KINDS = tuple(_KINDS.get(name, Kind.TEXT) for name in DataRow._fields)
_STYLES = {
    Kind.DAY: "cb raw day",
    Kind.MOMENT: "cb raw moment",
    Kind.INT: "cb raw number",
    Kind.TEXT: "",
}
_NUMBER = 6  # signs that a number is given room for


def add_data(book: Workbook, data: Sequence[DataRow]) -> Callable[[bytes], bytes]:
    """This will add the sheet with its heading, and give what puts the rows into the saved file."""
    sheet = long_sheet(
        book,
        title=_("Data"),
        name="Data",
        columns=tuple(
            Column(heading=name, style=_STYLES[kind])
            for name, kind in zip(DataRow._fields, KINDS, strict=True)
        ),
        widths=[_width(values) for values in zip(*data, strict=True)] or [0] * len(KINDS),
        count=len(data),
        freeze="B2",
    )
    # before the file is saved: it keeps the styles that were asked for
    found = look(
        sheet, number=_STYLES[Kind.INT], day=_STYLES[Kind.DAY], moment=_STYLES[Kind.MOMENT]
    )
    return partial(
        spliced,
        part=f"xl/worksheets/sheet{book.index(sheet) + 1}.xml",
        area=f"A1:{get_column_letter(len(KINDS))}{len(data) + 1}",
        rows=packed(lines(KINDS, data, first=2, look=found)),
    )


def _width(values: tuple[Any, ...]) -> int:
    """Most values of a column are the same few."""
    if isinstance(values[0], datetime):
        return len(MOMENT)
    if isinstance(values[0], date):
        return len(DAY)
    return max(wide(value) if isinstance(value, str) else _NUMBER for value in set(values))
