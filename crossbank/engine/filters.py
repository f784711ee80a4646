"""Which products a rule speaks about: a filter, and what main and cross ask of each other."""

from collections.abc import Hashable
from dataclasses import dataclass

from crossbank.engine.terms import ProductTerms

TIERS = ("basic", "mid", "premium")
FLAGS = ("is_credit", "is_insurance", "needs_licence")


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """Which products: every field that is set must hold; inside one field any value is enough.

    `flags`: all of them, "!is_credit" = not set. `attributes`: "key=value"; every key that is
    named must hold with one of its values. Prices in minor units: over (exclusive), up to
    (inclusive); a product without a price is in no price range.
    """

    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    charge_kinds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    price_over_minor: int | None = None
    price_up_to_minor: int | None = None

    @property
    def is_open(self) -> bool:
        """Nothing is set: it lets every product through."""
        return self == ProductFilter()


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the shown product must be, seen from the main product it stands beside."""

    family: str = ""  # "" | same | other
    same_attributes: tuple[str, ...] = ()  # keys; both products must have them
    tier_steps: int | None = None  # 1: exactly one tier higher
    price_more_minor: int | None = None  # costs at least this much more


def matches(wanted: ProductFilter, product: ProductTerms, of_needs: set[str]) -> bool:
    """This will say whether a product passes a filter; `of_needs`: codes its needs lead to."""
    named: tuple[tuple[tuple[str, ...], str], ...] = (
        (wanted.codes, product.code),
        (wanted.families, product.family),
        (wanted.tiers, product.tier),
        (wanted.providers, product.provider),
        (wanted.partners, product.partner),
        (wanted.charge_kinds, product.charge_kind.value),
    )
    return (
        all(not values or value in values for values, value in named)
        and all(_has(product, flag) for flag in wanted.flags)
        and (not wanted.needs or product.code in of_needs)
        and _has_attributes(wanted.attributes, product.attributes)
        and _in_price_range(wanted, product.price_minor)
    )


def _has(product: ProductTerms, flag: str) -> bool:
    wanted = not flag.startswith("!")
    return bool(getattr(product, flag.removeprefix("!"))) is wanted


def _has_attributes(wanted: tuple[str, ...], having: tuple[str, ...]) -> bool:
    keys = {text.partition("=")[0] for text in wanted}
    held = {text.partition("=")[0] for text in wanted if text in having}
    return keys == held


def _in_price_range(wanted: ProductFilter, price: int | None) -> bool:
    over, up_to = wanted.price_over_minor, wanted.price_up_to_minor
    if over is None and up_to is None:
        return True
    return (
        price is not None and (over is None or price > over) and (up_to is None or price <= up_to)
    )


def common(beside: Beside, product: ProductTerms, *, steps: int = 0) -> Hashable:
    """This will give what main and cross must have in common, to sort candidates by.

    Of the main ask with `steps`, the tiers that the shown product stands higher.
    """
    attributes = {text.partition("=")[0]: text for text in product.attributes}
    values = tuple(attributes.get(key) for key in beside.same_attributes)
    if None in values:
        return ("nothing in common", product.code, steps)
    return (
        product.family if beside.family == "same" else "",
        values,
        _tier(product) + steps if beside.tier_steps is not None else 0,
    )


def _tier(product: ProductTerms) -> int:
    return TIERS.index(product.tier) if product.tier in TIERS else -len(TIERS)


def stands_beside(beside: Beside, main: ProductTerms, cross: ProductTerms) -> bool:
    """This will check what no common value can say: another family, and how much dearer."""
    if beside.family == "other" and cross.family == main.family:
        return False
    if beside.price_more_minor is None:
        return True
    if main.price_minor is None or cross.price_minor is None:
        return False
    return cross.price_minor - main.price_minor >= beside.price_more_minor
