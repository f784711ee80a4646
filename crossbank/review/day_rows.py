"""Day sheets -> the rows of the sheet `Days`: how each day stands, who signed it when, its counters."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from crossbank.desk.models import DaySheet
from crossbank.desk.sheet_states import sheet_counts, state
from crossbank.engine.closing import DayState
from crossbank.engine.tally import fold
from crossbank.org.calendars import calendars_of
from crossbank.review.results import DayRow
from crossbank.review.terms import Filter, Named, Place

# The least far along first: a branch's day is signed when all of its sheets are.
_ORDER = (DayState.OPEN, DayState.LAPSED, DayState.SIGNED)


def read(asked: Filter, *, at: datetime) -> tuple[DayRow, ...]:
    """This will read the day sheets of the filter, in four queries.

    A sheet counts a whole day, so a main product chosen in the filter narrows nothing here. Without
    the right to names the sheets of a branch come together: alone, one of two would be somebody's.
    """
    sheets = DaySheet.objects.filter(
        branch__in=[place.pk for place in asked.places],
        business_date__gte=asked.since,
        business_date__lt=asked.until,
    ).select_related("branch", "employee")
    if asked.staff:
        sheets = sheets.filter(employee__username=asked.staff.code)
    rows = _rows(asked, sheets, at)
    return rows if asked.names else _together(rows)


def _rows(asked: Filter, sheets: Iterable[DaySheet], at: datetime) -> tuple[DayRow, ...]:
    places = {place.pk: place for place in asked.places}
    found = list(sheets)
    calendars = calendars_of({sheet.branch for sheet in found})
    rows = (
        _row(
            sheet,
            places[sheet.branch_id],
            state=state(
                sheet,
                day=sheet.business_date,
                branch=sheet.branch,
                at=at,
                calendar=calendars[sheet.branch_id],
            ),
        )
        for sheet in found
    )
    return tuple(sorted(rows, key=lambda r: (r.day, r.region.code, r.branch.code, r.staff.code)))


def _row(sheet: DaySheet, place: Place, *, state: DayState) -> DayRow:
    who, signed = sheet.employee, sheet.closed_at
    return DayRow(
        day=sheet.business_date,
        region=place.region,
        branch=place.named,
        staff=Named(code=who.username, name=who.display_name),
        counts=sheet_counts(sheet),
        state=state.value,
        signed_at=_on_the_wall(signed, sheet) if signed else None,
    )


def _on_the_wall(moment: datetime, sheet: DaySheet) -> datetime:
    """The branch's clock, to the second: Excel has no zones."""
    return moment.astimezone(sheet.branch.zone).replace(tzinfo=None, microsecond=0)


def _together(rows: Iterable[DayRow]) -> tuple[DayRow, ...]:
    days: dict[tuple[date, Named, Named], list[DayRow]] = defaultdict(list)
    for row in rows:
        days[row.day, row.region, row.branch].append(row)
    return tuple(
        DayRow(
            day=day,
            region=region,
            branch=branch,
            staff=Named(),
            counts=fold(row.counts for row in found),
            state=min((row.state for row in found), key=_ORDER.index),
        )
        for (day, region, branch), found in days.items()
    )
