"""The life of a lead: what follows what, and by when."""

from datetime import date
from itertools import product

import pytest

from crossbank.engine.leads import (
    OPEN,
    Act,
    State,
    acts_from,
    after,
    cooling_days,
    due_on,
    last_day,
)
from crossbank.engine.workdays import Calendar

WEEK = Calendar(
    weekdays=frozenset(range(5)), holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)})
)
THURSDAY = date(2026, 4, 2)  # before Easter: Friday and Monday are closed

ALLOWED = {
    State.NEW: {
        Act.ACCEPT: State.ACCEPTED,
        Act.REJECT: State.REJECTED,
        Act.REASSIGN: State.NEW,
        Act.HAND_OVER: State.ACCEPTED,
    },
    State.ACCEPTED: {
        Act.CONTACT: State.CONTACTED,
        Act.QUALIFY: State.QUALIFIED,
        Act.LOSE: State.LOST,
        Act.REJECT: State.REJECTED,
        Act.REASSIGN: State.NEW,
        Act.HAND_OVER: State.ACCEPTED,
    },
    State.CONTACTED: {
        Act.QUALIFY: State.QUALIFIED,
        Act.LOSE: State.LOST,
        Act.REJECT: State.REJECTED,
        Act.REASSIGN: State.NEW,
        Act.HAND_OVER: State.CONTACTED,
    },
    State.QUALIFIED: {
        Act.UNQUALIFY: State.CONTACTED,
        Act.WIN: State.WON,
        Act.LOSE: State.LOST,
        Act.HAND_OVER: State.QUALIFIED,
    },
    State.WON: {Act.LOSE: State.LOST},
}


def test_every_act_from_every_state() -> None:
    for act, state in product(Act, State):
        assert after(act, state) == ALLOWED.get(state, {}).get(act), (act, state)
    assert {state: set(acts_from(state)) for state in State} == {
        state: set(ALLOWED.get(state, {})) for state in State
    }
    assert all(acts_from(state) for state in OPEN)


def test_coordination_connects_and_begins_no_work() -> None:
    away = {Act.QUALIFY, Act.LOSE}
    for state in (State.NEW, State.ACCEPTED, State.CONTACTED):
        assert set(acts_from(state, connects=True)) == set(ALLOWED[state]) - away
    # what began before stays finishable
    assert acts_from(State.QUALIFIED, connects=True) == acts_from(State.QUALIFIED)


@pytest.mark.parametrize(
    ("state", "contact_on", "due"),
    [
        (State.NEW, None, date(2026, 4, 7)),
        (State.NEW, date(2026, 4, 20), date(2026, 4, 7)),  # accepting does not wait
        (State.ACCEPTED, None, date(2026, 4, 8)),
        (State.ACCEPTED, date(2026, 4, 4), date(2026, 4, 7)),  # a closed day: the next open one
        (State.ACCEPTED, date(2026, 4, 20), date(2026, 4, 20)),
        (State.ACCEPTED, date(2026, 3, 1), THURSDAY),  # it has passed: today
        (State.CONTACTED, None, date(2026, 4, 13)),
        (State.QUALIFIED, None, date(2026, 5, 4)),  # how did it end?
        (State.WON, None, None),
        (State.REJECTED, None, None),
    ],
)
def test_due_day_across_holidays(state, contact_on, due) -> None:
    assert due_on(state, THURSDAY, WEEK, contact_on=contact_on) == due


def test_last_day_and_cooling() -> None:
    assert last_day(THURSDAY, WEEK) == date(2026, 4, 20)
    assert [cooling_days(n) for n in (None, 0, 7, 14, 30, 31, 90)] == [14, 14, 14, 15, 31, 32, 91]
