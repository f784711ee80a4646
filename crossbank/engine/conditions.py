"""Who may have a product, when it makes sense, and whether it serves him: three layers of conditions.

What nobody knows refuses nothing: it becomes a question to ask before the product is named.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class Layer(StrEnum):
    """In the order in which a refusal is told."""

    ELIGIBILITY = "eligibility"  # may have it
    APPLICABILITY = "applicability"  # makes sense now
    SUITABILITY = "suitability"  # is in the customer's interest


class Attribute(StrEnum):
    CUSTOMER_KIND = "customer_kind"  # new | existing
    AGE_BAND = "age_band"
    NEED = "need"  # need code
    HOLDS = "holds"  # product codes
    CHANNEL = "channel"
    BRANCH = "branch"
    REGION = "region"


class Operator(StrEnum):
    IS_ONE_OF = "is_one_of"
    IS_NONE_OF = "is_none_of"


# what the place of a conversation answers; a right is good in every place
PLACES = frozenset({Attribute.CHANNEL, Attribute.BRANCH, Attribute.REGION})
# Half-open by the birthday that ends them: a customer of 18 is in the second band.
AGE_BANDS = ("0-13", "14-17", "18-26", "27-64", "65+")
CHANNELS = ("branch", "phone", "online")
CUSTOMER_KINDS = ("new", "existing")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One line of one layer. `message`: why not, when it fails; `ask`: what to ask, "" for the
    usual question about its attribute."""

    layer: Layer
    attribute: Attribute
    operator: Operator
    values: tuple[str, ...]  # sorted
    message: str
    ask: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a customer and of where he is served; "" is not known.

    `holds`: what he is known to have. What is missing there is not known either, except of a new
    customer, who has nothing else.
    """

    customer_kind: str = ""
    age_band: str = ""
    need: str = ""
    holds: tuple[str, ...] = ()
    channel: str = ""
    branch: str = ""
    region: str = ""


class Outcome(StrEnum):
    MET = "met"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Shape: each condition that is not met, in the order of `told_order`; the met ones are in
    neither. A refusal counts whatever else is not known."""

    refused: tuple[Condition, ...] = ()
    unknown: tuple[Condition, ...] = ()

    @property
    def outcome(self) -> Outcome:
        if self.refused:
            return Outcome.REFUSED
        return Outcome.UNKNOWN if self.unknown else Outcome.MET


_LAYER_ORDER = {layer: place for place, layer in enumerate(Layer)}


def told_order(condition: Condition) -> tuple[int, str, str, str, str, tuple[str, ...]]:
    """This will sort conditions: by layer, then message, then whatever makes the order total."""
    return (
        _LAYER_ORDER[condition.layer],
        condition.message,
        condition.ask,
        condition.attribute.value,
        condition.operator.value,
        condition.values,
    )


def in_order(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """This will give each condition once, in the one order."""
    return tuple(sorted(set(conditions), key=told_order))


def judge(conditions: Iterable[Condition], facts: Facts) -> Verdict:
    """This will say which conditions refuse and which cannot be answered; total for any input."""
    outcomes = [(condition, outcome(condition, facts)) for condition in in_order(conditions)]
    return Verdict(
        refused=tuple(one for one, found in outcomes if found is Outcome.REFUSED),
        unknown=tuple(one for one, found in outcomes if found is Outcome.UNKNOWN),
    )


def outcome(condition: Condition, facts: Facts) -> Outcome:
    """This will answer one condition."""
    is_there = _is_there(condition, facts)
    if is_there is None:
        return Outcome.UNKNOWN
    wanted = condition.operator is Operator.IS_ONE_OF
    return Outcome.MET if is_there is wanted else Outcome.REFUSED


def _is_there(condition: Condition, facts: Facts) -> bool | None:
    """Is the customer's value among the condition's? None: nobody knows."""
    if condition.attribute is Attribute.HOLDS:
        if not {*facts.holds}.isdisjoint(condition.values):
            return True
        return False if facts.customer_kind == "new" else None
    value: str = getattr(facts, condition.attribute.value)
    return value in condition.values if value else None


def condition_to_plain(condition: Condition) -> dict[str, Any]:
    """This will write a condition as plain JSON values, every field named."""
    return {
        "layer": condition.layer.value,
        "attribute": condition.attribute.value,
        "operator": condition.operator.value,
        "values": list(condition.values),
        "message": condition.message,
        "ask": condition.ask,
    }


_READ: Mapping[str, Callable[[Any], Any]] = {
    "layer": Layer,
    "attribute": Attribute,
    "operator": Operator,
    "values": tuple,
}
_NAMES = frozenset(field.name for field in fields(Condition))


def condition_from_plain(plain: Mapping[str, Any]) -> Condition:
    """This will read what `condition_to_plain` wrote. Raises: TypeError or ValueError for others."""
    if unknown := sorted({*plain} - _NAMES):
        raise TypeError(f"not a field of a condition: {', '.join(unknown)}")
    return Condition(**{name: _READ.get(name, _as_is)(value) for name, value in plain.items()})


def _as_is(value: Any) -> Any:
    return value


def conditions_from_plain(plain: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """This will read a list of them, in its order."""
    return tuple(condition_from_plain(one) for one in plain)
