"""Pairs that may not be: whoever knows of them says so here, and neighbours need not know each other."""

from collections.abc import Callable, Iterable
from datetime import datetime

Pair = tuple[str, str]  # codes of the main and the cross product
Source = Callable[[datetime], Iterable[Pair]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """This will let an upper room forbid pairs; `admin.py` files call it while loading."""
    _sources.append(source)


def forbidden(*, at: datetime) -> set[Pair]:
    """Every pair that some room does not allow at this moment."""
    return {pair for source in _sources for pair in source(at)}
