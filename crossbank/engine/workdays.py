"""Which days a branch works. Days are local days; nothing here knows a clock."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_LOOK_AHEAD = 366  # a branch closed for a whole year has no next working day


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Open weekdays (Monday 0 … Sunday 6) and closed days. No weekday at all: every day is open."""

    weekdays: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        return day not in self.holidays and (not self.weekdays or day.weekday() in self.weekdays)


def on_or_after(day: date, calendar: Calendar) -> date:
    """This will move a promise to the day on which it can be kept: that day, else the next open one.

    A year without an open day gives the day itself: better on a closed day than never.
    """
    return next(_open_days(day, calendar), day)


def on_or_before(day: date, calendar: Calendar) -> date:
    """This will find the last open day up to a deadline; the day itself where a year has none."""
    before = (day - n * _DAY for n in range(_LOOK_AHEAD))
    return next((one for one in before if calendar.is_open(one)), day)


def add_workdays(day: date, count: int, calendar: Calendar) -> date:
    """This will count `count` >= 0 open days after `day`, which does not count itself.

    0 gives `on_or_after(day)`: something due at once is due on an open day.
    """
    if count == 0:
        return on_or_after(day, calendar)
    for _ in range(count):
        day = on_or_after(day + _DAY, calendar)
    return day


def workdays_between(first: date, last: date, calendar: Calendar) -> int:
    """This will count the open days in (first, last]; negative when `last` comes before."""
    if last < first:
        return -workdays_between(last, first, calendar)
    return sum(calendar.is_open(first + n * _DAY) for n in range(1, (last - first).days + 1))


def add_months(day: date, count: int) -> date:
    """This will give the same day so many months later, or the last of that month if it is short."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _open_days(day: date, calendar: Calendar) -> Iterator[date]:
    return (candidate for n in range(_LOOK_AHEAD) if calendar.is_open(candidate := day + n * _DAY))
