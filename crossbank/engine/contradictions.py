"""Conditions that no customer can meet together, whoever he is.

Each attribute is looked at by itself, with every value it could have; the answer comes from the same
judgement that is made of a customer.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crossbank.engine.conditions import (
    AGE_BANDS,
    CUSTOMER_KINDS,
    Attribute,
    Condition,
    Facts,
    Operator,
    Outcome,
    outcome,
)

# Of the others there may always be one more that no condition names.
KNOWN: Mapping[Attribute, tuple[str, ...]] = {
    Attribute.CUSTOMER_KIND: CUSTOMER_KINDS,
    Attribute.AGE_BAND: AGE_BANDS,
    Attribute.CHANNEL: ("branch",),  # offers are used at a counter and nowhere else
}
_ANOTHER = "another than those that are named"


def contradicted(
    conditions: Iterable[Condition], *, mains: Iterable[str], cross: str
) -> tuple[Attribute, ...]:
    """This will give the attributes of which no value meets all conditions, in their order.

    `mains`: he has one of them, for he came for it. `cross`: what is offered he does not have yet.
    """
    by_attribute: dict[Attribute, list[Condition]] = {}
    for condition in conditions:
        by_attribute.setdefault(condition.attribute, []).append(condition)
    return tuple(
        attribute
        for attribute in Attribute
        if (own := by_attribute.get(attribute))
        and not any(_all_met(own, facts) for facts in _possible(attribute, own, mains, cross))
    )


def _all_met(conditions: Iterable[Condition], facts: Facts) -> bool:
    return all(outcome(condition, facts) is Outcome.MET for condition in conditions)


def _possible(
    attribute: Attribute, conditions: list[Condition], mains: Iterable[str], cross: str
) -> Iterator[Facts]:
    named = {value for condition in conditions for value in condition.values}
    if attribute is not Attribute.HOLDS:
        for value in KNOWN.get(attribute, (*sorted(named), _ANOTHER)):
            known: dict[str, Any] = {attribute.value: value}
            yield Facts(**known)
        return
    no = {v for one in conditions if one.operator is Operator.IS_NONE_OF for v in one.values}
    for (
        main
    ) in mains:  # and whatever else may help; of a new customer what is missing is known, too
        held = ({main} | (named - no)) - {cross}
        yield Facts(customer_kind="new", holds=tuple(sorted(held)))
