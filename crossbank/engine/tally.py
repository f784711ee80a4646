"""Counting: the tally sheet's columns, their sums, what was missed, and hands-on time."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from crossbank.engine.basket import excluded
from crossbank.engine.terms import Bucket, Rating, Snapshot

# A longer gap between two keys is the conversation, not the typing.
_IDLE_MS = 15_000


def bucket_of(accepted: Iterable[str], *, no_main: bool) -> tuple[Bucket, int]:
    """This will derive the column and the depth: distinct accepted cross products.

    Source: decision 5. Without the main product there is nothing to add to: depth 0.
    """
    if no_main:
        return Bucket.NO_MAIN, 0
    depth = len(set(accepted))
    return (Bucket.MAIN_ONLY, Bucket.PLUS_ONE, Bucket.PLUS_TWO)[min(depth, 2)], depth


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a person, branch or day adds up to. Differences may be negative (corrections)."""

    main_only: int = 0
    plus_one: int = 0
    plus_two: int = 0
    no_main: int = 0
    presented: int = 0
    taken: int = 0

    @classmethod
    def of(cls, bucket: Bucket, *, presented: int = 0, taken: int = 0) -> Self:
        return cls(**{bucket.value: 1}, presented=presented, taken=taken)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(
            **{f.name: getattr(self, f.name) - getattr(other, f.name) for f in fields(self)}
        )

    @property
    def total(self) -> int:
        """The three columns; who left without the main product is in none of them."""
        return self.main_only + self.plus_one + self.plus_two

    @property
    def cross_rate(self) -> float | None:
        return (self.plus_one + self.plus_two) / self.total if self.total else None

    @property
    def depth(self) -> float | None:
        return (self.plus_one + 2 * self.plus_two) / self.total if self.total else None


def fold(counts: Iterable[Counts]) -> Counts:
    """This will add up, in any order; nothing adds up to Counts()."""
    return sum(counts, start=Counts())


def offerable(snapshot: Snapshot, *, main: str, held: Iterable[str], quiet: Iterable[str]) -> int:
    """This will count the crosses that may be offered beside the main: rated and allowed, neither
    held by the customer nor quiet for him."""
    closed = {*held, *quiet}
    return sum(
        pair.rating is not Rating.NOT_ALLOWED and cross not in closed
        for cross, pair in snapshot.rows.get(main, {}).items()
    )


def hands_on_ms(gaps: Iterable[int]) -> int:
    """This will add up the gaps between desk keys (milliseconds) that are shorter than 15 s.

    A negative gap is a clock that was set back, and counts as nothing.
    """
    return sum(gap for gap in gaps if 0 <= gap < _IDLE_MS)


def missed(
    snapshot: Snapshot,
    *,
    main: str,
    presented: Iterable[str],
    held: Iterable[str],
    taken: Iterable[str],
) -> tuple[str, ...]:
    """This will list the strong and good crosses of the main's row that were not presented.

    Held ones and those excluded by what was taken are not missed; an unmet requirement is no
    excuse, because the seller may offer both. Row order.
    """
    basket = tuple(taken)
    done = {*presented, *held, *basket, *excluded(snapshot, basket)}
    return tuple(
        cross
        for cross, pair in snapshot.rows.get(main, {}).items()
        if pair.rating in (Rating.STRONG, Rating.GOOD) and cross not in done
    )
