"""A no is kept: the law of the quiet list against a plainer way of saying it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.advice import advise
from crossbank.engine.silence import Said, quiet_until
from crossbank.engine.terms import ReasonKind
from tests.engine.editions import CODES, editions, pictures

TODAY = date(2026, 6, 1)
DAYS = 90


def said(ago: int, reason: str = "", response: str = "declined", product: str = "P") -> Said:
    return Said(on=TODAY - timedelta(days=ago), product=product, response=response, reason=reason)


@pytest.mark.parametrize(
    ("history", "back_in"),
    [
        ([], None),
        ([said(5)], None),  # one refusal without a word of why
        ([said(5, "too_expensive")], None),
        ([said(5, "no_need")], 85),
        ([said(0, "no_need")], 90),
        ([said(89, "no_need")], 1),
        ([said(90, "no_need")], None),  # the day on which it may come back
        ([said(50), said(10, "not_now")], 80),
        ([said(10), said(10)], 80),  # two talks on one day
        ([said(100), said(10)], 80),
        ([said(101), said(10)], None),  # further apart than 90 days
        ([said(5, response="accepted"), said(4, response="interested"), said(3)], None),
        ([said(5, "no_need", response="follow_up")], None),
        ([said(30, "no_need"), said(10)], 80),  # the second within 90 days, by itself reason enough
        ([said(-1, "no_need")], None),  # not said yet
        ([said(170), said(85), said(84, product="Q")], 5),
    ],
)
def test_quiet_as_decision_14_says(history, back_in) -> None:
    expected = {} if back_in is None else {"P": TODAY + timedelta(days=back_in)}

    assert quiet_until(history, on=TODAY, days=DAYS) == expected


HISTORIES = st.lists(
    st.builds(
        Said,
        on=st.integers(-40, 3).map(lambda n: TODAY + timedelta(days=n)),
        product=st.sampled_from("AB"),
        response=st.sampled_from(["declined", "accepted", "follow_up"]),
        reason=st.sampled_from(["", "no_need", "not_now"]),
    ),
    max_size=8,
)
LENGTHS = st.integers(0, 15)


def plainly(history: list[Said], product: str, on: date, days: int) -> bool:
    """Is it quiet on this day? Every refusal is asked, with every other one before it."""
    no = [one for one in history if one.product == product and one.response == "declined"]
    for place, one in enumerate(no):
        if not one.on <= on < one.on + timedelta(days=days):
            continue
        others = [other for n, other in enumerate(no) if n != place and other.on <= one.on]
        if one.reason == "no_need" or any((one.on - o.on).days <= days for o in others):
            return True
    return False


@given(HISTORIES, LENGTHS)
def test_quiet_is_what_every_refusal_asked_one_by_one_says(history, days) -> None:
    found = quiet_until(history, on=TODAY, days=days)

    assert set(found) == {p for p in "AB" if plainly(history, p, TODAY, days)}


@given(HISTORIES, LENGTHS, st.randoms(use_true_random=False))
def test_order_of_the_records_never_matters(history, days, random) -> None:
    shuffled = random.sample(history, len(history))

    assert quiet_until(shuffled, on=TODAY, days=days) == quiet_until(history, on=TODAY, days=days)


@given(HISTORIES, LENGTHS)
def test_it_may_come_back_on_the_day_that_is_named_and_not_before(history, days) -> None:
    known = [one for one in history if one.on <= TODAY]  # nothing more is said meanwhile
    for product, back_on in quiet_until(known, on=TODAY, days=days).items():
        eve = back_on - timedelta(days=1)
        assert product in quiet_until(known, on=eve, days=days)
        assert product not in quiet_until(known, on=back_on, days=days)
        assert back_on <= TODAY + timedelta(days=days)


@given(HISTORIES, LENGTHS)
def test_more_refusals_never_make_it_louder(history, days) -> None:
    before = quiet_until(history, on=TODAY, days=days)
    after = quiet_until(
        [*history, Said(on=TODAY, product="A", response="declined")], on=TODAY, days=days
    )

    assert all(after[product] >= back_on for product, back_on in before.items())


@settings(max_examples=200, deadline=None)
@given(editions, pictures(), st.sets(st.sampled_from(CODES)))
def test_silenced_product_is_suggested_nowhere_unless_it_was_answered(edition, seen, codes) -> None:
    back_on = TODAY + timedelta(days=DAYS)
    answered = {*seen.presented, *seen.taken, *(code for _, code in seen.kept)}
    loud, quiet = (
        advise(edition, seen),
        advise(edition, replace(seen, silenced=dict.fromkeys(codes, back_on))),
    )

    shown = {s.code for s in (*quiet.cards, *quiet.more)}
    line = {quiet.offer_line.code} if quiet.offer_line else set()
    named = {
        r.product.code: r.reason.day for r in quiet.why_not if r.reason.kind is ReasonKind.QUIET
    }
    assert shown & codes <= answered
    assert line & codes == set()
    assert shown == {s.code for s in (*loud.cards, *loud.more)} - set(named)
    assert set(named) <= codes - answered
    assert set(named.values()) <= {back_on}
