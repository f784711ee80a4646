"""Sold and kept: of what was taken in a period, how much is known 90 days later, and how much is kept.

The period is that of the sale. What nobody has said is not known, and never kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Max, QuerySet

from crossbank.desk.models import ConsultationItem
from crossbank.kept import sales
from crossbank.review.facts import conditions
from crossbank.review.terms import Filter, Named

LEAST = 20  # of fewer no share is told


@dataclass(frozen=True, kw_only=True)
class Kept:
    """`sold` products; `withdrawn` and `closed_early` are known not to be kept."""

    sold: int = 0
    kept: int = 0
    withdrawn: int = 0
    closed_early: int = 0

    def __add__(self, more: "Kept") -> "Kept":
        names = (one.name for one in fields(Kept))
        return Kept(**{name: getattr(self, name) + getattr(more, name) for name in names})

    @property
    def known(self) -> int:
        return self.kept + self.withdrawn + self.closed_early

    @property
    def not_known(self) -> int:
        return self.sold - self.known

    @property
    def known_share(self) -> float | None:
        """None where too few were sold to speak of a share."""
        return self.known / self.sold if self.sold >= LEAST else None

    @property
    def kept_rate(self) -> float | None:
        """Of what is known; None where that is too little."""
        return self.kept / self.known if self.known >= LEAST else None


@dataclass(frozen=True, kw_only=True)
class KeptRow:
    """One product, pair or branch. `cross` stands in a pair alone."""

    key: Named
    kept: Kept
    cross: Named | None = None


@dataclass(frozen=True, kw_only=True)
class KeptTable:
    """Shape: the most sold first, then by code; branches by code."""

    total: Kept
    by_product: tuple[KeptRow, ...]
    by_pair: tuple[KeptRow, ...]
    by_branch: tuple[KeptRow, ...]


_SUMS = {
    "sold": Count("pk"),
    "kept": Count("pk", filter=sales.KEPT),
    "withdrawn": Count("pk", filter=sales.WITHDRAWN),
    "closed_early": Count("pk", filter=sales.CLOSED_EARLY),
}


def _sold(asked: Filter) -> QuerySet[ConsultationItem]:
    return sales.with_what_stands(sales.sold().filter(**conditions(asked, "consultation__")))


def kept_table(asked: Filter) -> KeptTable:
    """This will count what was sold in the filter's period and what became of it, in all and by
    product, pair and branch, in one query."""
    keys = ("consultation__branch_id", "consultation__main_code", "product_code")
    names = {"main_name": Max("consultation__main_name"), "name": Max("product_name")}
    rows = list(_sold(asked).order_by().values(*keys).annotate(**names, **_SUMS))
    places = {place.pk: place.named for place in asked.places}

    def branch(row: dict[str, Any]) -> tuple[Named, Named | None]:
        return places[row["consultation__branch_id"]], None

    by_branch = _folded(rows, branch)
    return KeptTable(
        total=sum((_of(row) for row in rows), Kept()),
        by_product=_folded(rows, lambda row: (_product(row), None)),
        by_pair=_folded(rows, lambda row: (_main(row), _product(row))),
        by_branch=tuple(sorted(by_branch, key=lambda row: row.key.code)),
    )


def _of(row: dict[str, Any]) -> Kept:
    return Kept(**{name: row[name] for name in _SUMS})


def _product(row: dict[str, Any]) -> Named:
    return Named(code=row["product_code"], name=row["name"])


def _main(row: dict[str, Any]) -> Named:
    return Named(code=row["consultation__main_code"], name=row["main_name"])


def _folded(
    rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], tuple[Named, Named | None]]
) -> tuple[KeptRow, ...]:
    """Rows with equal codes added up; a product that was renamed meanwhile is one product."""
    sums: dict[tuple[str, str], Kept] = {}
    named: dict[tuple[str, str], tuple[Named, Named | None]] = {}
    for row in rows:
        first, second = key(row)
        codes = (first.code, second.code if second else "")
        sums[codes] = sums.get(codes, Kept()) + _of(row)
        named[codes] = max(named.get(codes, (first, second)), (first, second), key=str)
    ordered = sorted(sums, key=lambda codes: (-sums[codes].sold, codes))
    return tuple(
        KeptRow(key=named[codes][0], cross=named[codes][1], kept=sums[codes]) for codes in ordered
    )
