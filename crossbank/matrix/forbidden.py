"""The pairs that the matrix does not allow, and all it rates, for rooms that may not read it."""

from collections.abc import Iterator
from datetime import datetime

from crossbank.engine.terms import Rating, Snapshot
from crossbank.matrix import editions, working_copy


def not_allowed(at: datetime) -> Iterator[tuple[str, str]]:
    """By hand, handed down or by a rule: in the edition in force, and in the next as it stands."""
    for snapshot in _snapshots(at):
        for pair in snapshot.pairs:
            if pair.rating is Rating.NOT_ALLOWED:
                yield pair.main, pair.cross


def rated(at: datetime) -> Iterator[tuple[str, str]]:
    """Every pair with a rating, in the edition in force and in the next as it stands."""
    for snapshot in _snapshots(at):
        yield from ((pair.main, pair.cross) for pair in snapshot.pairs)


def _snapshots(at: datetime) -> Iterator[Snapshot]:
    yield working_copy.read(at=at).compiled()
    try:
        yield editions.current(at).snapshot
    except editions.NoEdition:
        return
