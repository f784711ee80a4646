"""Pairs that may not be, and pairs that are spoken of: whoever knows says so here.

So neighbours on one floor need not know each other.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

Pair = tuple[str, str]  # codes of the main and the cross product
Source = Callable[[datetime], Iterable[Pair]]
_sources: list[Source] = []
_rated: list[Source] = []


def add_source(source: Source) -> None:
    """This will let an upper room forbid pairs; `admin.py` files call it while loading."""
    _sources.append(source)


def add_rated(source: Source) -> None:
    """This will let an upper room name the pairs that desks speak of."""
    _rated.append(source)


def rated(*, at: datetime) -> set[Pair]:
    """Every pair that some room rates at this moment, forbidden ones too."""
    return {pair for source in _rated for pair in source(at)}


def forbidden(*, at: datetime) -> set[Pair]:
    """Every pair that some room does not allow at this moment."""
    return {pair for source in _sources for pair in source(at)}
