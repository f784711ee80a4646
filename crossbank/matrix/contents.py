"""What an edition holds, as it is stored: plain JSON values and their digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossbank.catalog.models import Product
from crossbank.engine import snapshot as snapshots
from crossbank.engine.problems import Problem
from crossbank.engine.terms import Snapshot

Plain = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """One candidate: `plain` and `digest` go into the row, `snapshot` is the same as values."""

    plain: Plain
    digest: str
    snapshot: Snapshot
    problems: tuple[Problem, ...]

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)


def written(snapshot: Snapshot, problems: Iterable[Problem]) -> Contents:
    """A draft as it would be stored."""
    plain = snapshots.to_json(snapshot)
    return Contents(
        plain=plain,
        digest=snapshots.digest_of_json(plain),
        snapshot=snapshot,
        problems=tuple(problems),
    )


def stored(plain: Plain, digest: str) -> Contents:
    """An old edition, looked at as if it were to be published today.

    It keeps its very text and digest, whatever terms have learned since. Products that are not
    sold any more are no problem: desks leave them out by themselves.
    """
    snapshot = snapshots.from_json(plain)
    parts = {part: list(getattr(snapshot, part)) for part in snapshots.PARTS}
    return Contents(
        plain=plain, digest=digest, snapshot=snapshot, problems=snapshots.problems(**parts)
    )


def no_longer_sold(snapshot: Snapshot, *, at: datetime) -> list[str]:
    """The codes an edition names that are not on sale at a moment (UTC day): desks drop them."""
    rows = Product.objects.filter(code__in=[product.code for product in snapshot.products])
    sold = {product.code for product in rows if product.is_on_sale(at.date())}
    return [product.code for product in snapshot.products if product.code not in sold]
