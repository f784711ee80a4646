"""Raw data as a workbook: nothing but the rows of `Data`, as many as there are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from crossbank.review import raw_rows, words
from crossbank.review.data_sheet import KINDS
from crossbank.review.figures import ROW_LIMIT
from crossbank.review.raw_rows import Month, Tell
from crossbank.review.results import DataRow
from crossbank.review.terms import Filter
from crossbank.web.row_cells import Kind
from crossbank.web.row_package import Properties, RowColumn, RowSheet
from crossbank.web.row_writer import MOST_ROWS, workbook

_WIDTHS = {"consultation": 38, "staff": 18, "price_shown": 18}
_KIND_WIDTHS = {Kind.DAY: 13, Kind.MOMENT: 17}
COLUMNS = tuple(
    RowColumn(
        heading=name, kind=kind, width=_WIDTHS.get(name, _KIND_WIDTHS.get(kind, len(name) + 5))
    )
    for name, kind in zip(DataRow._fields, KINDS, strict=True)
)


def raw_book(
    asked: Filter,
    *,
    months: Sequence[Month],
    made_by: str,
    made_at: datetime,
    tell: Tell | None = None,
) -> Iterator[bytes]:
    """This will give the file piece by piece, in the language of the moment.

    `months` was counted from what is read here, in one transaction that stands still. Shape: one
    sheet; of several months with more than ROW_LIMIT rows, one each.
    """
    period = words.period(asked.since, asked.last)
    return workbook(
        _sheets(asked, months, tell),
        properties=Properties(
            title=f"Crossbank · {words.place(asked)} · {period}",
            subject=_("Raw data"),
            made_by=made_by,
            made_at=made_at,
        ),
    )


def file_name(asked: Filter) -> str:
    return f"crossbank_{asked.scope}_{asked.since:%Y-%m-%d}_{asked.last:%Y-%m-%d}_raw.xlsx"


def total(months: Sequence[Month]) -> int:
    return sum(month.rows for month in months)


def _sheets(asked: Filter, months: Sequence[Month], tell: Tell | None) -> list[RowSheet]:
    if len(months) <= 1 or total(months) <= ROW_LIMIT:
        return _parts(_("Data"), raw_rows.rows(asked, tell=tell), total(months))
    return [
        sheet
        for month in months
        for sheet in _parts(
            f"{_('Data')} {month.first:%Y-%m}",
            raw_rows.rows(raw_rows.of_month(asked, month.first), tell=tell),
            month.rows,
        )
    ]


def _parts(title: str, rows: Iterator[DataRow], count: int) -> list[RowSheet]:
    """One sheet, and as many more as the rows need: they go on where the one before ended."""
    needed = max(1, -(-count // MOST_ROWS))
    return [
        RowSheet(
            title=title if part == 1 else f"{title} ({part})",
            columns=COLUMNS,
            # the last takes all that is left: too many would be refused, never dropped
            rows=islice(rows, MOST_ROWS) if part < needed else rows,
        )
        for part in range(1, needed + 1)
    ]
