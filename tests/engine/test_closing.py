"""When a day closes by itself, and whose conversation comes first in the evening."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crossbank.engine.closing import (
    Case,
    DayState,
    clearest_first,
    first_day_to_sign,
    is_within_reach,
    last_day_to_sign,
    state_of,
)
from crossbank.engine.workdays import Calendar

WEEK = Calendar(weekdays=frozenset(range(5)), holidays=frozenset({date(2026, 3, 18)}))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (
    date(2026, 3, 16) + timedelta(days=n) for n in range(6)
)


@pytest.mark.parametrize(
    ("day", "reopened_on", "limit"),
    [
        (MONDAY, None, TUESDAY),
        (TUESDAY, None, THURSDAY),  # Wednesday is a holiday
        (FRIDAY, None, MONDAY + timedelta(days=7)),
        (SATURDAY, None, MONDAY + timedelta(days=7)),  # somebody came on a closed day
        (MONDAY, THURSDAY, FRIDAY),
        (MONDAY, MONDAY, TUESDAY),
    ],
)
def test_day_can_be_signed_until_the_end_of_the_next_business_day(day, reopened_on, limit) -> None:
    assert last_day_to_sign(day, WEEK, reopened_on=reopened_on) == limit


@pytest.mark.parametrize(
    ("is_signed", "reopened_on", "today", "state"),
    [
        (False, None, MONDAY, DayState.OPEN),
        (False, None, TUESDAY, DayState.OPEN),
        (False, None, WEDNESDAY, DayState.LAPSED),
        (True, None, FRIDAY, DayState.SIGNED),
        (False, THURSDAY, FRIDAY, DayState.OPEN),
        (False, THURSDAY, SATURDAY, DayState.LAPSED),
    ],
)
def test_state_follows_from_signature_and_day(is_signed, reopened_on, today, state) -> None:
    found = state_of(
        MONDAY, is_signed=is_signed, reopened_on=reopened_on, today=today, calendar=WEEK
    )

    assert found is state


@pytest.mark.parametrize("calendar", [WEEK, Calendar(), Calendar(weekdays=frozenset({2}))])
@pytest.mark.parametrize("ago", range(9))
def test_what_lies_before_the_first_day_to_sign_closed_by_itself(calendar, ago) -> None:
    for today in (MONDAY + timedelta(days=n) for n in range(9)):
        day = today - timedelta(days=ago)
        is_lapsed = state_of(day, is_signed=False, today=today, calendar=calendar) == "lapsed"
        assert (day < first_day_to_sign(today, calendar)) is is_lapsed


@pytest.mark.parametrize(
    ("today", "within"),
    [(MONDAY, True), (date(2026, 3, 24), True), (date(2026, 3, 25), False), (SATURDAY, True)],
)
def test_five_business_days_back_is_within_reach(today, within) -> None:
    assert is_within_reach(MONDAY, today=today, calendar=WEEK) is within
    assert not is_within_reach(today + timedelta(days=1), today=today, calendar=WEEK)


NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def case(number: int, *, strong=0, good=0, nothing=False, minute=0) -> Case:
    at = NOON + timedelta(minutes=minute)
    return Case(number=number, strong=strong, good=good, nothing_offered=nothing, at=at)


@pytest.mark.parametrize(
    ("why", "cases", "order"),
    [
        ("most strong ones missed", [case(1, strong=1, good=5), case(2, strong=2)], [2, 1]),
        ("then good ones", [case(1, strong=1), case(2, strong=1, good=1)], [2, 1]),
        ("then nothing offered", [case(1, minute=9), case(2, nothing=True)], [2, 1]),
        ("then the latest", [case(1, minute=1), case(2, minute=9)], [2, 1]),
        ("then the later number", [case(1), case(2)], [2, 1]),
        ("nobody", [], []),
    ],
)
def test_clearest_cases_come_first(why, cases, order) -> None:
    assert [one.number for one in clearest_first(cases)] == order
    assert [one.number for one in clearest_first(reversed(cases))] == order, why
