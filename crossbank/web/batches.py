"""So many at a time: no statement takes any number of values."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[n : n + size] for n in range(0, len(things), size))
