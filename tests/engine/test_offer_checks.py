"""Dead offers, ties and overlaps, seen before a promise is made."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.offer_checks import Check, CheckKind, Rivals, Shelf, checks, overlap
from crossbank.engine.terms import (
    BenefitType,
    OfferKind,
    OfferTerms,
    Trigger,
    WindowKind,
)

DAY = date(2026, 3, 18)
ALWAYS = (date.min, date.max)
SHELF = Shelf(
    sold={
        "A": ALWAYS,
        "B": ALWAYS,
        "X": ALWAYS,
        "GONE": (date.min, DAY),
        "SOON": (date(2026, 4, 1), date.max),
        "LAST": (date.min, date(2026, 4, 1)),
    },
    forbidden=frozenset({("B", "Y")}),
    rated=frozenset({("A", "X"), ("B", "X")}),
    alone={"X": 2400},
)
ONE = OfferTerms(
    code="ONE", name="One", kind=OfferKind.ONE_TIME, cross="X", mains=("A",), priority=10
)

AFTER = replace(ONE, kind=OfferKind.TIME_LIMITED, window=WindowKind.RELATIVE, days_after=30)


def fixed(first: date, until: date, **more) -> OfferTerms:
    return replace(
        ONE,
        kind=OfferKind.TIME_LIMITED,
        window=WindowKind.FIXED,
        from_on=first,
        until_on=until,
        **more,
    )


def kinds(terms, *others):
    return [
        (c.kind.value, c.blocking, c.subject)
        for c in checks(terms, Rivals(others), shelf=SHELF, day=DAY)
    ]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (ONE, []),
        (replace(ONE, mains=()), [("no_mains", True, "")]),
        (replace(ONE, cross="Z"), [("cross_not_sold", True, "Z"), ("not_rated", False, "")]),
        (replace(ONE, mains=("A", "GONE")), [("mains_not_sold", False, "")]),
        (replace(ONE, mains=("GONE",)), [("mains_not_sold", True, "")]),
        (
            replace(ONE, mains=("B",), cross="Y"),
            [("not_allowed", True, ""), ("cross_not_sold", True, "Y")],
        ),
        (fixed(date(2026, 1, 1), DAY), [("window_past", True, "")]),
        (fixed(date(2026, 1, 1), DAY + timedelta(days=1)), []),
        (fixed(date(2025, 1, 1), date(2025, 2, 1), repeats_yearly=True), []),
        (replace(ONE, needs_second_consent=True), [("no_free_days", True, "")]),
        (replace(ONE, needs_second_consent=True, free_days=90), []),
        # dates bind windows of every kind
        (replace(ONE, from_on=date(2026, 1, 1), until_on=DAY), [("window_past", True, "")]),
        (replace(ONE, until_on=DAY + timedelta(days=1)), []),
        # sold on some day of the window, or not
        (replace(ONE, mains=("SOON", "A")), [("not_rated", False, "")]),
        (
            fixed(date(2026, 3, 1), date(2026, 4, 1), mains=("SOON",)),
            [("mains_not_sold", True, "")],
        ),
        (fixed(date(2026, 3, 1), date(2026, 4, 2), mains=("SOON",)), [("not_rated", False, "")]),
        (
            fixed(date(2026, 4, 1), date(2026, 5, 1), mains=("LAST",)),
            [("mains_not_sold", True, "")],
        ),
        (fixed(date(2026, 3, 31), date(2026, 5, 1), mains=("LAST",)), [("not_rated", False, "")]),
        # it waits for an event, and gives nobody a right
        (replace(ONE, trigger=Trigger.APPROVAL), [("no_right", True, "")]),
        (fixed(DAY, date(2026, 5, 1), trigger=Trigger.DRAWDOWN), [("no_right", True, "")]),
        (replace(AFTER, trigger=Trigger.APPROVAL), []),
        (replace(AFTER, trigger=Trigger.MAIN_RECORDED), []),
        (replace(ONE, trigger=Trigger.MAIN_RECORDED), []),
        # never dearer, never below zero
        (replace(ONE, price_with_minor=2400), []),
        (replace(ONE, price_with_minor=2401), [("dearer", True, "X")]),
        (replace(ONE, benefit_type=BenefitType.PERCENT, benefit_value="-100 %"), []),
        (
            replace(ONE, benefit_type=BenefitType.PERCENT, benefit_value="100,5 %"),
            [("below_zero", True, "")],
        ),
        (replace(ONE, benefit_type=BenefitType.PRICE, benefit_value="24.01"), []),  # a price
        (replace(ONE, benefit_type=BenefitType.PRICE, benefit_value="-24.00"), []),
        (
            replace(ONE, benefit_type=BenefitType.PRICE, benefit_value="\u221224.01"),
            [("below_zero", True, "")],
        ),
        (replace(ONE, benefit_type=BenefitType.RATE, benefit_value="-1.0 pp"), []),
    ],
)
def test_what_stands_against_one_offer(terms, found) -> None:
    assert sorted(kinds(terms)) == sorted(found)


def test_equal_priority_on_one_pair_is_a_tie_whatever_the_group() -> None:
    other = replace(ONE, code="TWO", exclusion_group="ELSE")

    assert kinds(ONE, other) == [("tie", True, "TWO")]
    assert kinds(ONE, replace(other, mains=("B",))) == []
    assert kinds(ONE, replace(other, cross="Y")) == []
    assert (
        kinds(replace(ONE, customer_status="new"), replace(other, customer_status="existing")) == []
    )
    assert kinds(ONE, replace(ONE)) == []  # itself


def test_overlap_names_the_days_and_who_wins() -> None:
    mine = fixed(date(2026, 3, 1), date(2026, 4, 1))
    other = fixed(date(2026, 3, 25), date(2026, 6, 1), code="TWO", priority=20)

    (check,) = checks(mine, Rivals([other]), shelf=SHELF, day=DAY)

    assert check == Check(
        kind=CheckKind.OVERLAP,
        blocking=False,
        subject="TWO",
        subjects=("A",),
        first=date(2026, 3, 25),
        last=date(2026, 3, 31),
        wins=False,
    )
    assert kinds(mine, fixed(date(2026, 4, 1), date(2026, 6, 1), code="TWO")) == []


OFFERS = st.builds(
    lambda price, kind, value: replace(
        ONE, price_with_minor=price, benefit_type=kind, benefit_value=value
    ),
    st.none() | st.integers(0, 5000),
    st.sampled_from(BenefitType),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "-"]),
        st.integers(0, 200),
        st.sampled_from(["", " %"]),
    ),
)


@given(OFFERS, st.none() | st.integers(0, 3000))
def test_what_may_be_released_leaves_a_price_between_nothing_and_the_usual_one(
    terms, alone
) -> None:
    shelf = replace(SHELF, alone={} if alone is None else {"X": alone})
    against = {check.kind for check in checks(terms, Rivals([]), shelf=shelf, day=DAY)}
    number = int(terms.benefit_value.strip("- %"))
    is_share, is_less = "%" in terms.benefit_value, terms.benefit_value.startswith("-")
    below = {
        BenefitType.PERCENT: is_share and number > 100,
        BenefitType.PRICE: is_less and not is_share and alone is not None and 100 * number > alone,
    }

    assert (CheckKind.DEARER in against) is (
        alone is not None and (terms.price_with_minor or 0) > alone
    )
    assert (CheckKind.BELOW_ZERO in against) is below.get(terms.benefit_type, False)


def test_yearly_windows_meet_years_later() -> None:
    summer = fixed(date(2024, 6, 1), date(2024, 9, 1), repeats_yearly=True)
    later = fixed(date(2027, 8, 1), date(2027, 8, 10), code="TWO")

    assert overlap(summer, later, day=DAY) == (date(2027, 8, 1), date(2027, 8, 9))
    assert overlap(summer, ONE, day=DAY) == (date(2026, 6, 1), date(2026, 8, 31))
    assert overlap(ONE, replace(ONE, code="TWO"), day=DAY) == (DAY, None)


def test_dates_bind_a_consultation_s_window_too() -> None:
    spring = replace(ONE, until_on=date(2026, 6, 1))
    summer = replace(ONE, code="TWO", from_on=date(2026, 6, 1), until_on=date(2026, 9, 1))

    assert kinds(spring, summer) == []
    assert kinds(spring, replace(summer, from_on=date(2026, 5, 31))) == [("tie", True, "TWO")]


WINDOWS = st.builds(
    lambda start, length, yearly: fixed(
        date(2025, 1, 1) + timedelta(days=start),
        date(2025, 1, 1) + timedelta(days=start + length),
        repeats_yearly=yearly,
    ),
    st.integers(0, 700),
    st.integers(1, 120),
    st.booleans(),
)


@given(WINDOWS, WINDOWS)
def test_meeting_is_the_same_from_both_sides(one, other) -> None:
    assert overlap(one, other, day=DAY) == overlap(other, one, day=DAY)
