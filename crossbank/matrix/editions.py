"""Published editions as the engine reads them. Immutable, so a loaded one is never stale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db.models import Min
from django.utils.translation import get_language

from crossbank.engine import snapshot as snapshots
from crossbank.engine.succession import Standing, standing
from crossbank.engine.terms import Snapshot
from crossbank.matrix.models import Edition

KEPT = 32  # editions in memory: desks use one or two, the review of some weeks a few more
_kept: dict[int, "Loaded"] = {}
_lock = Lock()


class NoEdition(Exception):
    """The bank has not published a matrix yet, or not that number."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One edition: its number and row id, since when it is in force, and what it says."""

    pk: int
    number: int
    effective_from: datetime
    snapshot: Snapshot

    @property
    def for_reader(self) -> Snapshot:
        """What it says, in the language of the request. Pages show this; records judge by the
        snapshot itself."""
        return in_reader_language(self.snapshot)


def in_reader_language(snapshot: Snapshot) -> Snapshot:
    return snapshot.in_language(get_language() or "")


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The edition in force at a moment, and the one that was shown.

    `superseded_at`: when the shown one stopped being in force; None while it is.
    """

    current: Loaded
    shown: Loaded
    superseded_at: datetime | None = None


def _read(edition: Edition) -> Loaded:
    return Loaded(
        pk=edition.pk,
        number=edition.number,
        effective_from=edition.effective_from,
        snapshot=snapshots.from_json(edition.snapshot),
    )


def load_many(pks: Iterable[int]) -> dict[int, Loaded]:
    """Editions by row id: from memory, and those not there yet in one query.

    Shape: row id -> edition; an id without a row is absent.
    """
    wanted = set(pks)
    found = {pk: loaded for pk in wanted if (loaded := _kept.get(pk))}
    if missing := wanted - found.keys():
        rows = Edition.objects.filter(pk__in=missing).order_by("number")  # the newest stay longest
        fresh = {row.pk: _read(row) for row in rows}
        _keep(fresh)
        found |= fresh
    return found


def _keep(fresh: dict[int, Loaded]) -> None:
    with _lock:
        _kept.update(fresh)
        for pk in list(_kept)[:-KEPT]:
            del _kept[pk]


def load(pk: int) -> Loaded:
    """One edition by row id, from memory after the first time. Raises Edition.DoesNotExist."""
    try:
        return load_many((pk,))[pk]
    except KeyError:
        raise Edition.DoesNotExist from None


def forget() -> None:
    """This will empty the memory; only tests need it, where row ids come again."""
    with _lock:
        _kept.clear()


def each(*, first: int, last: int) -> Iterator[Loaded]:
    """The editions of a span of numbers, one after the other, in one query and little memory."""
    rows = Edition.objects.filter(number__gte=first, number__lte=last).order_by("number")
    return (_read(row) for row in rows.iterator(chunk_size=10))


def current(at: datetime) -> Loaded:
    """The edition in force at a moment: one small query. Raises NoEdition.

    Of those whose moment has come the highest number (`engine.succession` says why).
    """
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

    Raises NoEdition when that number does not exist, is not in force yet, or never was because a
    higher one started first: nobody was shown it.
    """
    rows = list(
        Edition.objects.filter(effective_from__lte=at, number__gte=number)
        .order_by("number")
        .values_list("pk", "number", "effective_from")
    )
    if not rows or rows[0][1] != number:
        raise NoEdition
    shown, newest = rows[0], rows[-1]
    # not the next number's start: a higher one may have started before it
    superseded_at = min((starts for _pk, _number, starts in rows[1:]), default=None)
    if superseded_at is not None and superseded_at <= shown[2]:
        raise NoEdition
    loaded = load_many((newest[0], shown[0]))
    return InForce(current=loaded[newest[0]], shown=loaded[shown[0]], superseded_at=superseded_at)


def next_start(edition: Loaded) -> datetime | None:
    """When the edition in force will be replaced, as far as is published: one small query."""
    rows = Edition.objects.filter(number__gt=edition.number)
    return rows.aggregate(starts=Min("effective_from"))["starts"]


def called_off_by(*, starts: datetime, at: datetime) -> list[Edition]:
    """The scheduled editions that a new one with this start would overtake: they never start."""
    later = Edition.objects.filter(effective_from__gt=at, effective_from__gte=starts)
    rows = later.with_higher_starts().defer("snapshot").order_by("number")
    return [
        row
        for row in rows
        if standing(effective_from=row.effective_from, higher_starts=row.higher_starts, at=at)
        is Standing.SCHEDULED
    ]
