"""Conditions that nobody can meet: exactly those, in a small world."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.conditions import (
    AGE_BANDS,
    CUSTOMER_KINDS,
    Attribute,
    Condition,
    Facts,
    Layer,
    Operator,
)
from crossbank.engine.eligibility import judge
from crossbank.engine.offer_checks import CheckKind, Rivals, checks
from crossbank.engine.terms import CustomerKind, LiveOffer
from tests.engine.test_offer_checks import DAY, ONE, SHELF

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


def when(words: str) -> tuple[Condition, ...]:
    """`"channel is_one_of online; age_band is_none_of 0-13"`."""
    parts = [part.split() for part in words.split(";") if part.strip()]
    return tuple(
        Condition(
            layer=Layer.ELIGIBILITY,
            attribute=Attribute(attribute),
            operator=Operator(operator),
            values=tuple(values),
            message="no",
        )
        for attribute, operator, *values in parts
    )


@pytest.mark.parametrize(
    ("conditions", "status", "found"),
    [
        ("channel is_one_of online phone", "both", [("no_desk", "")]),
        ("channel is_none_of branch", "both", [("no_desk", "")]),
        ("channel is_none_of online", "both", []),
        ("customer_kind is_one_of new; customer_kind is_none_of new", "both", ["customer_kind"]),
        ("customer_kind is_one_of existing", "new", ["customer_kind"]),
        ("customer_kind is_none_of existing", "existing", ["customer_kind"]),
        ("customer_kind is_one_of existing", "existing", []),
        ("age_band is_none_of 0-13 14-17 18-26 27-64 65+", "both", ["age_band"]),
        ("age_band is_none_of 0-13 14-17 18-26 27-64", "both", []),
        ("age_band is_one_of 0-13; age_band is_one_of 14-17", "both", ["age_band"]),
        ("need is_one_of N O; need is_none_of N", "both", []),
        ("need is_one_of N; need is_none_of N O", "both", ["need"]),
        ("region is_none_of R; branch is_one_of B", "both", []),
        ("branch is_one_of B; branch is_one_of C", "both", ["branch"]),
        # he holds what he came for, and not yet what is offered
        ("holds is_none_of A", "both", ["holds"]),
        ("holds is_none_of X", "both", []),
        ("holds is_one_of X", "both", ["holds"]),
        ("holds is_one_of B C; holds is_none_of B", "new", []),
        ("holds is_one_of B; holds is_none_of B C", "both", ["holds"]),
    ],
)
def test_conditions_that_nobody_can_meet(conditions, status, found) -> None:
    terms = replace(ONE, customer_status=status, conditions=when(conditions))

    against = [(c.kind.value, c.subject) for c in checks(terms, Rivals([]), shelf=SHELF, day=DAY)]

    assert against == [one if isinstance(one, tuple) else ("no_customer", one) for one in found]


WORLD = [
    Facts(customer_kind=kind, age_band=age, need=need, holds=holds, channel="branch", branch=branch)
    for kind, age, need, holds, branch in product(
        CUSTOMER_KINDS, AGE_BANDS, "NOPQ", [("A",), ("A", "B"), ("A", "C"), ("A", "B", "C")], "BCD"
    )
]
CONDITIONS = [
    *when("customer_kind is_one_of new; customer_kind is_none_of new"),
    *when("age_band is_one_of 0-13; age_band is_one_of 0-13 65+; age_band is_none_of 0-13"),
    *when("need is_one_of N; need is_none_of N; need is_none_of O P"),
    *when("channel is_one_of online; channel is_none_of online; branch is_one_of B"),
    *when("branch is_none_of B; branch is_none_of C; holds is_one_of B C; holds is_one_of B"),
    *when("holds is_none_of B; holds is_none_of C; holds is_none_of A; holds is_one_of A"),
]


def is_met(condition: Condition, who: Facts) -> bool:
    """Of a customer of whom everything is known."""
    has = (
        {*who.holds}
        if condition.attribute is Attribute.HOLDS
        else {getattr(who, condition.attribute)}
    )
    return bool(has & {*condition.values}) is (condition.operator is Operator.IS_ONE_OF)


@given(st.sets(st.sampled_from(CONDITIONS), max_size=4), st.sampled_from(["both", *CUSTOMER_KINDS]))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_dead_offer_is_never_eligible_and_another_one_is(conditions, status) -> None:
    """Exactly where no customer of a small world meets it all."""
    terms = replace(ONE, customer_status=status, conditions=tuple(conditions))
    meant = [
        who
        for who in WORLD
        if status in ("both", who.customer_kind) and all(is_met(c, who) for c in conditions)
    ]
    against = {c.kind for c in checks(terms, Rivals([]), shelf=SHELF, day=DAY)}
    may = {"main": "A", "at": NOON, "zone": UTC}

    verdicts = [
        judge(terms, customer_kind=CustomerKind(who.customer_kind), facts=who, **may)
        for who in WORLD
    ]

    live = [who for who, one in zip(WORLD, verdicts, strict=True) if isinstance(one, LiveOffer)]
    sure = [one for one in verdicts if isinstance(one, LiveOffer) and one.ask is None]
    dead = against & {CheckKind.NO_DESK, CheckKind.NO_CUSTOMER}
    assert bool(dead) is not bool(meant)
    assert not (dead and sure)
    assert all(who in live for who in meant)
