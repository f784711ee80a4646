"""Packages and bundles beside their parts: the honest comparison with buying them apart.

A package is one product that contains others, and counts as one; a bundle is several products at
one price, and each of them counts. Prices are compared per month, in minor units; a year is twelve
months, rounded half up. Source: market.md idea 12 (bundle honesty), sample-bank.md 5.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crossbank.engine.terms import Advice, BundleTerms, ProductTerms, Snapshot

_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the products. `monthly`: what it costs alone; None without a fixed price."""

    product: ProductTerms
    monthly: int | None
    is_wanted: bool


@dataclass(frozen=True, kw_only=True)
class Together:
    """One price beside its parts.

    `monthly`: that price. `apart`: all parts bought alone; `wanted_apart`: only those the customer
    wants; None when a part that counts has no fixed price.
    """

    parts: tuple[Part, ...]
    monthly: int | None
    apart: int | None
    wanted_apart: int | None

    @property
    def saving(self) -> int | None:
        """What the whole saves against all parts; negative when it is dearer."""
        return None if self.apart is None or self.monthly is None else self.apart - self.monthly

    @property
    def dearer_by(self) -> int:
        """How much dearer the whole is than the parts the customer wants; 0 when it is not."""
        if self.monthly is None or self.wanted_apart is None or not self._some_wanted:
            return 0
        return max(0, self.monthly - self.wanted_apart)

    @property
    def _some_wanted(self) -> bool:
        return any(part.is_wanted for part in self.parts)


def monthly(product: ProductTerms) -> int | None:
    """This will give a product's price per month; None when it has no fixed one, or is paid once."""
    return 0 if product.is_free else _by_month(product.price_minor, product.price_period)


def _by_month(minor: int | None, period: str) -> int | None:
    months = _MONTHS.get(period)
    return None if minor is None or months is None else (2 * minor + months) // (2 * months)


def package(snapshot: Snapshot, code: str, *, wanted: Iterable[str]) -> Together | None:
    """This will compare a package with its parts; None for a product that contains nothing.

    `wanted`: products this customer takes, asked for or needs.
    """
    product = snapshot.product.get(code)
    if product is None or not any(part in snapshot.product for part in product.parts):
        return None
    return _beside(snapshot, product.parts, monthly(product), wanted)


def bundle_beside(snapshot: Snapshot, bundle: BundleTerms, *, wanted: Iterable[str]) -> Together:
    """This will compare a bundle with its parts, in the order of the parts."""
    price = _by_month(bundle.price_minor, bundle.price_period)
    return _beside(snapshot, bundle.parts, price, wanted)


def bundles_in(snapshot: Snapshot, advice: Advice) -> tuple[BundleTerms, ...]:
    """This will find the bundles of which every part may be taken in this conversation."""
    open_now = {s.code for s in (*advice.cards, *advice.more) if s.may_accept}
    return tuple(bundle for bundle in snapshot.bundles if open_now.issuperset(bundle.parts))


def _beside(
    snapshot: Snapshot, codes: Iterable[str], price: int | None, wanted: Iterable[str]
) -> Together:
    known = (snapshot.product[code] for code in codes if code in snapshot.product)
    chosen = set(wanted)
    parts = tuple(
        Part(product=part, monthly=monthly(part), is_wanted=part.code in chosen) for part in known
    )
    return Together(
        parts=parts,
        monthly=price,
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
