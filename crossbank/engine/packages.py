"""Packages: a product that contains others, and the honest comparison with buying them apart.

Prices are compared per month, in minor units; a year is twelve months, rounded half up. A package
counts as one product. Source: market.md idea 12 (bundle honesty), sample-bank.md 5.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crossbank.engine.terms import ProductTerms, Snapshot

_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One product of a package. `monthly`: what it costs alone; None without a fixed price."""

    product: ProductTerms
    monthly: int | None
    is_wanted: bool


@dataclass(frozen=True, kw_only=True)
class PackageTerms:
    """A package beside its parts.

    `apart`: all parts bought alone; `wanted_apart`: only those the customer wants; None when a
    part that counts has no fixed price. `monthly`: the package's own price.
    """

    product: ProductTerms
    parts: tuple[Part, ...]
    monthly: int | None
    apart: int | None
    wanted_apart: int | None

    @property
    def saving(self) -> int | None:
        """What the whole package saves against all parts; negative when it is dearer."""
        return None if self.apart is None or self.monthly is None else self.apart - self.monthly

    @property
    def dearer_by(self) -> int:
        """How much dearer the package is than the parts the customer wants; 0 when it is not."""
        if self.monthly is None or self.wanted_apart is None or not self._some_wanted:
            return 0
        return max(0, self.monthly - self.wanted_apart)

    @property
    def _some_wanted(self) -> bool:
        return any(part.is_wanted for part in self.parts)


def monthly(product: ProductTerms) -> int | None:
    """This will give a product's price per month; None when it has no fixed one, or is paid once."""
    if product.is_free:
        return 0
    months = _MONTHS.get(product.price_period)
    if product.price_minor is None or months is None:
        return None
    return (2 * product.price_minor + months) // (2 * months)


def package(snapshot: Snapshot, code: str, *, wanted: Iterable[str]) -> PackageTerms | None:
    """This will compare a package with its parts; None for a product that contains nothing.

    `wanted`: products this customer takes or asked for.
    """
    product = snapshot.product.get(code)
    known = (
        [snapshot.product[part] for part in product.parts if part in snapshot.product]
        if product
        else []
    )
    if product is None or not known:
        return None
    chosen = set(wanted)
    parts = tuple(
        Part(product=part, monthly=monthly(part), is_wanted=part.code in chosen) for part in known
    )
    return PackageTerms(
        product=product,
        parts=parts,
        monthly=monthly(product),
        apart=_sum(parts),
        wanted_apart=_sum(part for part in parts if part.is_wanted),
    )


def _sum(parts: Iterable[Part]) -> int | None:
    total = 0
    for part in parts:
        if part.monthly is None:
            return None
        total += part.monthly
    return total
