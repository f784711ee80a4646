"""Published editions as the engine reads them. Immutable, so a loaded one is never stale."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crossbank.engine import snapshot as snapshots
from crossbank.engine.terms import Snapshot
from crossbank.matrix.models import Edition


class NoEdition(Exception):
    """The bank has not published a matrix yet, or not that number."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One edition: its number and row id, since when it is in force, and what it says."""

    pk: int
    number: int
    effective_from: datetime
    snapshot: Snapshot


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The edition in force at a moment, and the one that was shown.

    `superseded_at`: when the shown one stopped being in force; None while it is.
    """

    current: Loaded
    shown: Loaded
    superseded_at: datetime | None = None


@lru_cache(maxsize=32)
def _load(pk: int) -> Loaded:
    edition = Edition.objects.get(pk=pk)
    return Loaded(
        pk=edition.pk,
        number=edition.number,
        effective_from=edition.effective_from,
        snapshot=snapshots.from_json(edition.snapshot),
    )


def load(pk: int) -> Loaded:
    """One edition by row id, from memory after the first time."""
    return _load(pk)


def forget() -> None:
    """This will empty the memory; only tests need it, where row ids come again."""
    _load.cache_clear()


def current(at: datetime) -> Loaded:
    """The edition in force at a moment: one small query. Raises NoEdition."""
    pk = (
        Edition.objects.filter(effective_from__lte=at)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    if pk is None:
        raise NoEdition
    return load(pk)


def in_force(*, number: int, at: datetime) -> InForce:
    """The current edition beside the one a seller was shown, in one query.

    Raises NoEdition when that number does not exist or is not in force yet.
    """
    rows = list(
        Edition.objects.filter(effective_from__lte=at, number__gte=number)
        .order_by("number")
        .values_list("pk", "number", "effective_from")
    )
    if not rows or rows[0][1] != number:
        raise NoEdition
    shown, newest = rows[0], rows[-1]
    return InForce(
        current=load(newest[0]),
        shown=load(shown[0]),
        superseded_at=rows[1][2] if len(rows) > 1 else None,
    )
