"""Counting: additive, in any order, and equal to a count made as slowly and plainly as possible."""

from collections import Counter
from itertools import product as every

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.chance import wilson
from crossbank.engine.evidence import (
    AlsoTaken,
    PairCounts,
    PairFigures,
    Said,
    Talk,
    also_taken,
    pair_figures,
)
from tests.engine.counting import count, fold

laws = settings(max_examples=100, deadline=None, derandomize=True)
CODES = ("A", "B", "C", "D")
EMPTY = PairCounts(customers={}, answers={}, together={})

answers = st.sampled_from(["accepted", "declined", "interested", "follow_up"])
ratings = st.sampled_from(["", "strong", "good"])


@st.composite
def talks(draw) -> Talk:
    main = draw(st.sampled_from(CODES))
    crosses = draw(st.sets(st.sampled_from([code for code in CODES if code != main])))
    no_main = draw(st.booleans())
    return Talk(
        main=main,
        edition=draw(st.integers(1, 2)),
        no_main=no_main,
        said=tuple(
            Said(x, draw(ratings), "declined" if no_main else draw(answers))
            for x in sorted(crosses)
        ),
    )


histories = st.lists(talks(), max_size=12)


def slowly(history: list[Talk]) -> PairCounts:
    """Every question asked of every consultation anew."""

    def took(talk: Talk) -> set[str]:
        return {talk.main, *(said.cross for said in talk.said if said.response == "accepted")}

    def times(condition) -> int:
        return sum(1 for talk in history if condition(talk))

    customers = {
        (m, e): times(lambda t, m=m, e=e: (t.main, t.edition) == (m, e) and not t.no_main)
        for m, e in every(CODES, (1, 2))
    }
    together = {
        (a, b): times(lambda t, a=a, b=b: not t.no_main and {a, b} <= took(t))
        for a, b in every(CODES, CODES)
        if a <= b
    }
    said = {
        (m, x, rating, response): times(
            lambda t, m=m, answer=(x, rating, response): t.main == m and answer in t.said
        )
        for m, x in every(CODES, CODES)
        for rating in ("", "strong", "good")
        for response in ("accepted", "declined", "interested", "follow_up")
    }
    return PairCounts(
        **{
            name: {key: n for key, n in found.items() if n}
            for name, found in (("customers", customers), ("answers", said), ("together", together))
        }
    )


@laws
@given(histories)
def test_counts_are_those_of_the_slow_way(history):
    assert count(history) == slowly(history)


@laws
@given(histories, st.randoms(use_true_random=False))
def test_no_order_matters(history, dice):
    assert count(dice.sample(history, len(history))) == count(history)


@laws
@given(st.lists(histories, max_size=4), st.randoms(use_true_random=False))
def test_days_add_up(days, dice):
    everything = count(talk for day in days for talk in day)
    counted = [count(day) for day in days]

    assert fold(counted) == everything
    assert fold(dice.sample(counted, len(counted))) == everything
    assert fold([everything, EMPTY]) == everything


@laws
@given(histories)
def test_taken_together_is_at_most_taken(history):
    together = count(history).together

    for (one, other), times in together.items():
        assert one <= other
        assert times <= min(together[one, one], together[other, other])


def test_figures_of_a_pair_by_hand():
    counts = PairCounts(
        customers={},
        answers={
            ("A", "B", "strong", "accepted"): 12,
            ("A", "B", "good", "declined"): 6,
            ("A", "B", "good", "follow_up"): 2,
            ("A", "C", "", "interested"): 19,
        },
        together={},
    )

    both = PairFigures(main="A", cross="B", accepted=12, declined=6, follow_up=2)
    few = PairFigures(main="A", cross="C", interested=19)
    assert pair_figures(counts) == (both, few)
    assert both.acceptance == wilson(12, 20)
    assert few.acceptance is None  # 19: one too few
    assert pair_figures(counts, rating="good") == (
        PairFigures(main="A", cross="B", declined=6, follow_up=2),
    )


@pytest.mark.parametrize(
    ("times", "n", "words"), [(31, 100, 31), (1, 21, 5), (5, 1000, 1), (4, 1000, 0), (20, 20, 100)]
)
def test_of_hundred_is_rounded_half_up(times, n, words):
    assert AlsoTaken(product="A", other="B", times=times, n=n).of_hundred == words


def test_also_taken_reads_both_ways_and_hides_the_few():
    together = Counter(
        {("A", "A"): 20, ("A", "B"): 5, ("A", "C"): 5, ("C", "C"): 19, ("B", "C"): 3}
    )
    counts = PairCounts(customers={}, answers={}, together=together)

    assert also_taken(counts, "A") == (
        AlsoTaken(product="A", other="B", times=5, n=20),
        AlsoTaken(product="A", other="C", times=5, n=20),
    )
    assert also_taken(counts, "C") == ()
    assert also_taken(counts, "Z") == ()
