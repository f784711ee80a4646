"""Promises move to days that a branch works."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.workdays import (
    Calendar,
    add_months,
    add_workdays,
    on_or_after,
    on_or_before,
    workdays_between,
)

WEEK = Calendar(weekdays=frozenset(range(5)))
EASTER = Calendar(
    weekdays=frozenset(range(5)), holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)})
)
CLOSED = Calendar(
    weekdays=frozenset(range(5)),
    holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800)),
)


@pytest.mark.parametrize(
    ("day", "calendar", "kept_on"),
    [
        (date(2026, 4, 2), EASTER, date(2026, 4, 2)),
        (date(2026, 4, 3), EASTER, date(2026, 4, 7)),  # Good Friday, weekend, Easter Monday
        (date(2026, 4, 4), WEEK, date(2026, 4, 6)),
        (date(2026, 4, 4), Calendar(), date(2026, 4, 4)),  # no hours are known: every day
        (date(2026, 3, 1), CLOSED, date(2026, 3, 1)),
    ],
)
def test_promise_is_kept_on_an_open_day(day, calendar, kept_on) -> None:
    assert on_or_after(day, calendar) == kept_on


@pytest.mark.parametrize(
    ("deadline", "calendar", "kept_on"),
    [
        (date(2026, 4, 2), EASTER, date(2026, 4, 2)),
        (date(2026, 4, 6), EASTER, date(2026, 4, 2)),  # Easter Monday, weekend, Good Friday
        (date(2026, 4, 5), WEEK, date(2026, 4, 3)),
        (date(2026, 4, 4), Calendar(), date(2026, 4, 4)),
        (date(2027, 3, 1), CLOSED, date(2027, 3, 1)),
    ],
)
def test_what_must_be_asked_in_time_is_never_asked_later(deadline, calendar, kept_on) -> None:
    assert on_or_before(deadline, calendar) == kept_on


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 4, 2), 0, date(2026, 4, 2)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 2), 5, date(2026, 4, 13)),
        (date(2026, 4, 4), 0, date(2026, 4, 7)),
        (date(2026, 4, 4), 1, date(2026, 4, 7)),
    ],
)
def test_workdays_are_counted_after_the_day(day, count, due) -> None:
    assert add_workdays(day, count, EASTER) == due


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 18), 0, date(2026, 3, 18)),
    ],
)
def test_month_without_that_day_ends_earlier(day, count, then) -> None:
    assert add_months(day, count) == then


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    Calendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2020, 1, 1), date(2020, 2, 28)), max_size=30),
)


@given(DAYS, st.integers(1, 15), CALENDARS)
def test_counting_forth_and_back_agree(day, count, calendar) -> None:
    due = add_workdays(day, count, calendar)

    assert calendar.is_open(due)
    assert workdays_between(day, due, calendar) == count
    assert workdays_between(due, day, calendar) == -count
