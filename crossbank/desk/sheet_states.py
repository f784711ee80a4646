"""How a day stands: open, signed, or closed by itself because nobody signed it in time."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from crossbank.desk.counters import COLUMNS
from crossbank.desk.models import DayClose, DaySheet
from crossbank.desk.scene import Conflict
from crossbank.engine.closing import DayState, is_within_reach, state_of
from crossbank.engine.tally import Counts
from crossbank.engine.workdays import Calendar
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User


def sheet_counts(sheet: DaySheet | DayClose | None) -> Counts:
    """A sheet's counters, or those of its signature, as Counts; nothing when there is none yet."""
    if sheet is None:
        return Counts()
    return Counts(**{name: getattr(sheet, name) for name in COLUMNS})


def state(
    sheet: DaySheet | None, *, day: date, branch: Branch, at: datetime, calendar: Calendar
) -> DayState:
    """How a day stands at a moment; a day without a sheet closes by itself like any other."""
    reopened_at = sheet.reopened_at if sheet else None
    return state_of(
        day,
        is_signed=bool(sheet and sheet.closed_at),
        reopened_on=branch.local_day(reopened_at) if reopened_at else None,
        today=branch.local_day(at),
        calendar=calendar,
    )


def state_now(employee: User, *, day: date, branch: Branch, at: datetime) -> DayState:
    """The same from the rows; today's needs no calendar."""
    sheet = DaySheet.objects.filter(employee=employee, business_date=day).first()
    if day >= branch.local_day(at):
        return DayState.SIGNED if sheet and sheet.closed_at else DayState.OPEN
    return state(sheet, day=day, branch=branch, at=at, calendar=calendar_of(branch))


def is_reopened(employee: User, *, day: date, branch: Branch, at: datetime) -> bool:
    """Whether a manager opened this day again and nobody has closed it since."""
    sheet = DaySheet.objects.filter(
        employee=employee, business_date=day, reopened_at__isnull=False
    ).first()
    if sheet is None:
        return False
    now = state(sheet, day=day, branch=branch, at=at, calendar=calendar_of(branch))
    return now is DayState.OPEN


def is_signed(employee: User, *, day: date) -> bool:
    """Whether somebody closed this day: nothing enters it and nothing of it changes."""
    return DaySheet.objects.filter(
        employee=employee, business_date=day, closed_at__isnull=False
    ).exists()


def may_still_change(employee: User, *, day: date, branch: Branch, at: datetime) -> bool:
    """Whether records of a day may be corrected or voided: today's, and those of a reopened day.

    That an open sheet is still open is found by the statement that moves it.
    """
    if day == branch.local_day(at):
        return True
    return is_reopened(employee, day=day, branch=branch, at=at)


def refuse_out_of_reach(day: date, *, branch: Branch, at: datetime, calendar: Calendar) -> None:
    """Raises Conflict for days that nobody reopens or adds to any more."""
    if not is_within_reach(day, today=branch.local_day(at), calendar=calendar):
        raise Conflict(
            "too_late", _("Only today and the last five business days can still be changed.")
        )


def day_closed() -> Conflict:
    return Conflict("day_closed", _("This day is closed; a manager can reopen it."))


def refuse_lapsed(employee: User, *, day: date, branch: Branch, at: datetime) -> None:
    """Raises Conflict for a past day that closed by itself; nothing is asked about today."""
    if day >= branch.local_day(at):
        return
    if state_now(employee, day=day, branch=branch, at=at) is DayState.LAPSED:
        raise day_closed()
