"""What became of a sale: a table, the days around it, and codes that lead back to it."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine import receipt_codes, right_codes
from crossbank.engine.keeping import (
    Fault,
    Mark,
    Noted,
    State,
    cancel_by,
    check_day,
    fault,
    says_more,
    state,
)

SOLD = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("mark", "age", "expected"),
    [
        (Mark.OPEN, 0, State.NOT_KNOWN),
        (Mark.OPEN, 89, State.NOT_KNOWN),
        (Mark.OPEN, 90, State.KEPT),
        (Mark.OPEN, 400, State.KEPT),
        (Mark.WITHDRAWN, 0, State.WITHDRAWN),
        (Mark.WITHDRAWN, 14, State.WITHDRAWN),
        (Mark.CLOSED, 15, State.CLOSED_EARLY),
        (Mark.CLOSED, 89, State.CLOSED_EARLY),
        (Mark.CLOSED, 90, State.CLOSED_EARLY),  # that evening he did not have it any more
        (Mark.CLOSED, 91, State.KEPT),
        (Mark.MISTAKEN, 0, State.NOT_KNOWN),
        (Mark.MISTAKEN, 95, State.NOT_KNOWN),
    ],
)
def test_state_by_the_mark_that_stands(mark, age, expected):
    assert state(Noted(mark=mark, age=age)) is expected


def test_silence_is_not_known_however_old():
    assert state(None) is State.NOT_KNOWN


def test_days_of_a_sale():
    assert cancel_by(SOLD, 14) == date(2026, 3, 16)
    assert [cancel_by(SOLD, none) for none in (0, None)] == [None, None]
    assert check_day(SOLD) == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("mark", "after", "days", "expected"),
    [
        (Mark.OPEN, -1, 14, Fault.BEFORE_SALE),
        (Mark.OPEN, 0, 14, None),
        (Mark.OPEN, 100, 14, None),
        (Mark.OPEN, 101, 14, Fault.NOT_YET),
        (Mark.WITHDRAWN, 14, 14, None),
        (Mark.WITHDRAWN, 15, 14, Fault.TOO_LATE),
        (Mark.WITHDRAWN, 1, 0, Fault.NO_WITHDRAWAL),
        (Mark.WITHDRAWN, 1, None, Fault.NO_WITHDRAWAL),
        (Mark.CLOSED, 1, 14, None),
        (Mark.CLOSED, 101, 0, Fault.NOT_YET),
    ],
)
def test_marks_that_cannot_be_true(mark, after, days, expected):
    found = fault(
        mark,
        on=SOLD + timedelta(days=after),
        sold_on=SOLD,
        withdrawal_days=days,
        today=SOLD + timedelta(days=100),
    )

    assert found is expected


def noted(mark: Mark, age: int) -> Noted:
    return Noted(mark=mark, age=age)


@pytest.mark.parametrize(
    ("mark", "age", "than", "expected"),
    [
        (Mark.OPEN, 95, None, True),
        (Mark.MISTAKEN, 95, None, False),
        (Mark.OPEN, 95, noted(Mark.OPEN, 30), True),
        (Mark.OPEN, 30, noted(Mark.OPEN, 95), False),
        (Mark.OPEN, 95, noted(Mark.OPEN, 95), False),
        (Mark.OPEN, 30, noted(Mark.CLOSED, 100), False),
        (Mark.OPEN, 95, noted(Mark.CLOSED, 40), True),  # the earlier mark was wrong
        (Mark.CLOSED, 40, noted(Mark.OPEN, 95), True),
        (Mark.CLOSED, 40, noted(Mark.CLOSED, 40), False),
        (Mark.CLOSED, 20, noted(Mark.CLOSED, 40), True),
        (Mark.WITHDRAWN, 5, noted(Mark.CLOSED, 5), True),
        (Mark.MISTAKEN, 3, noted(Mark.CLOSED, 40), True),
        (Mark.MISTAKEN, 9, noted(Mark.MISTAKEN, 3), False),
        (Mark.OPEN, 1, noted(Mark.MISTAKEN, 3), True),
    ],
)
def test_what_adds_to_what_stands(mark, age, than, expected):
    assert says_more(mark, age=age, than=than) is expected


def test_nothing_adds_to_itself():
    for mark, age in product(Mark, (0, 14, 90, 91)):
        assert not says_more(mark, age=age, than=noted(mark, age))


@given(st.uuids())
def test_code_leads_back_to_its_number(number):
    code = receipt_codes.code_of(number)

    first, last = receipt_codes.numbers_of(right_codes.spoken(code).lower())
    assert first <= number <= last
    assert receipt_codes.code_of(first) == receipt_codes.code_of(last) == code


@given(st.uuids())
def test_neighbours_have_another_code(number):
    first, last = receipt_codes.numbers_of(receipt_codes.code_of(number))

    outside = [UUID(int=n) for n in (first.int - 1, last.int + 1) if 0 <= n < 1 << 128]
    assert receipt_codes.code_of(number) not in [receipt_codes.code_of(one) for one in outside]


@pytest.mark.parametrize("typed", ["", "12", "K7Q-F3M-2X!", "ZZZ-ZZZ-ZZZ", "0" * 9, "2" * 300])
def test_what_is_no_code_leads_nowhere(typed):
    assert receipt_codes.numbers_of(typed) is None


def test_a_slip_of_one_sign_shows():
    code = receipt_codes.code_of(UUID("7d8f2a10-9c1b-4e0d-8a3f-000000000001"))
    slips = [
        code[:n] + sign + code[n + 1 :]
        for n in range(len(code))
        for sign in right_codes.SIGNS
        if sign != code[n]
    ]

    assert [slip for slip in slips if receipt_codes.numbers_of(slip)] == []
