"""Closing a day: until when it can be signed, and whose conversation to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from crossbank.engine.workdays import Calendar, add_workdays, on_or_before, workdays_between

_DAY = timedelta(days=1)
REOPENED_DAYS = 5  # business days back that a day may still be reopened or get a late entry


class DayState(StrEnum):
    """A day that nobody signed in time counts as closed, unsigned; no job makes it so."""

    OPEN = "open"
    SIGNED = "signed"
    LAPSED = "lapsed"


def last_day_to_sign(day: date, calendar: Calendar, *, reopened_on: date | None = None) -> date:
    """This will name the next business day, at whose end a day closes by itself.

    A reopened day gets the same time again, counted from its reopening.
    """
    return add_workdays(max(day, reopened_on or day), 1, calendar)


def first_day_to_sign(today: date, calendar: Calendar) -> date:
    """This will name the last business day before today: what lies before it closed by itself."""
    return on_or_before(today - _DAY, calendar)


def state_of(
    day: date,
    *,
    is_signed: bool,
    reopened_on: date | None = None,
    today: date,
    calendar: Calendar,
) -> DayState:
    """This will say how a day stands on `today`, the branch's local day."""
    if is_signed:
        return DayState.SIGNED
    limit = last_day_to_sign(day, calendar, reopened_on=reopened_on)
    return DayState.OPEN if today <= limit else DayState.LAPSED


def is_within_reach(day: date, *, today: date, calendar: Calendar) -> bool:
    """Whether a day is today or at most five business days back."""
    return day <= today and workdays_between(day, today, calendar) <= REOPENED_DAYS


@dataclass(frozen=True, kw_only=True)
class Case:
    """One customer who may have left with half a solution. `number` tells equal ones apart."""

    number: int
    strong: int
    good: int
    nothing_offered: bool
    at: datetime


def clearest_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """This will order cases: most strong crosses missed, then good ones, nothing offered, latest.

    Total and stable: of two that are equal in all that, the later number comes first.
    """
    return tuple(
        sorted(
            cases,
            key=lambda c: (-c.strong, -c.good, not c.nothing_offered, -c.at.timestamp(), -c.number),
        )
    )
