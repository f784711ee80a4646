"""Intervals, tails and corrections against sums worked out exactly, with fractions."""

from fractions import Fraction
from math import comb, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.chance import Estimate, at_least, exact_share, holm, ratio, wilson

laws = settings(max_examples=150, deadline=None, derandomize=True)
counted = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def slow_tail(times: int, of: int, chance: Fraction) -> Fraction:
    return sum(
        (comb(of, n) * chance**n * (1 - chance) ** (of - n) for n in range(times, of + 1)),
        Fraction(0),
    )


@laws
@given(counted, st.integers(1, 99))
def test_tail_is_the_exact_sum(pair, percent):
    times, of = pair
    exact = float(slow_tail(times, of, Fraction(percent, 100)))

    assert at_least(times, of, percent / 100) == pytest.approx(exact, rel=1e-9, abs=1e-15)


def test_tail_of_very_many_is_found_at_once():
    assert at_least(501_000, 1_000_000, 0.5) == pytest.approx(0.02280, abs=5e-5)
    assert 0 < at_least(120, 1_000_000, 0.00001) < 1e-60


@pytest.mark.parametrize(
    ("times", "of", "chance", "tail"),
    [(0, 5, 0.3, 1.0), (6, 5, 0.3, 0.0), (1, 5, 0.0, 0.0), (5, 5, 1.0, 1.0), (3, 0, 0.5, 0.0)],
)
def test_tail_at_the_edges(times, of, chance, tail):
    assert at_least(times, of, chance) == tail


@pytest.mark.parametrize(
    ("times", "of", "low", "high"),
    # the published example (Newcombe 1998, table I: 81 of 263; 15 of 148; 0 of 20; 1 of 29)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_as_published(times, of, low, high):
    found = wilson(times, of)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.value == times / of


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == Estimate(value=0.0, low=0.0, high=1.0)


@laws
@given(counted)
def test_wilson_holds_its_share_and_mirrors(pair):
    times, of = pair
    found, mirrored = wilson(times, of), wilson(of - times, of)

    assert 0 <= found.low <= times / of <= found.high <= 1
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)
    assert (found.low == 0) == (times == 0)
    assert (found.high == 1) == (times == of)


@laws
@given(counted)
def test_exact_ends_have_their_tails(pair):
    times, of = pair
    found = exact_share(times, of)

    assert found.low <= times / of <= found.high
    if times:
        assert at_least(times, of, found.low) == pytest.approx(0.025, abs=1e-6)
    if times < of:
        assert 1 - at_least(times + 1, of, found.high) == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize(
    ("times", "of", "low", "high"), [(10, 30, 0.1729, 0.5281), (0, 10, 0, 0.3085)]
)
def test_exact_share_as_published(times, of, low, high):
    found = exact_share(times, of)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_exact_share_holds_the_truth_often_enough():
    """Over all outcomes of 40, weighted by their chance: never less than 95 of 100."""
    for percent in range(5, 100, 10):
        truth = percent / 100
        held = sum(
            comb(40, n) * truth**n * (1 - truth) ** (40 - n)
            for n in range(41)
            if exact_share(n, 40).low <= truth <= exact_share(n, 40).high
        )
        assert held >= 0.95


def test_ratio_is_of_odds():
    found = ratio(50, 100, 0.2)

    assert found.value == pytest.approx(4)  # 1:1 against 1:4
    assert found.low == pytest.approx(4 * exact_share(50, 100).low / (1 - exact_share(50, 100).low))
    assert ratio(12, 12, 0.1).value == ratio(12, 12, 0.1).high == inf
    assert 1 < ratio(12, 12, 0.1).low < inf


def test_holm_by_hand():
    found = {"a": 0.010, "b": 0.0125, "c": 0.04, "d": 0.2}

    assert holm(found, tests=4, level=0.05) == {"a", "b"}  # .0125, .0167, then .025 < .04
    assert holm(found, tests=5, level=0.05) == {"a", "b"}  # .01, .0125
    assert holm(found, tests=6, level=0.05) == frozenset()
    assert holm({}, tests=0, level=0.05) == frozenset()


@laws
@given(
    st.dictionaries(st.integers(0, 50), st.sampled_from([0.0, 1e-4, 1e-3, 0.01, 0.03, 0.2, 1.0])),
    st.integers(0, 30),
)
def test_holm_is_between_bonferroni_and_no_correction(found, more):
    tests = len(found) + more
    kept = holm(found, tests=tests, level=0.05)

    assert {key for key, p in found.items() if p <= 0.05 / max(tests, 1)} <= kept
    assert kept <= {key for key, p in found.items() if p <= 0.05}
    assert kept == holm(dict(reversed(found.items())), tests=tests, level=0.05)
