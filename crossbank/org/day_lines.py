"""What other rooms say on somebody's day, where his own page of it is drawn: one quiet line each.

The desk draws the page and knows no neighbour; a room adds what it has to say, and nothing is asked
of a room that the bank does not use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crossbank.org.models import User


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """Words that lead to a page; `icon`: of lucide."""

    words: str
    url: str
    icon: str


Source = Callable[[User, datetime], DayLine | None]
_sources: dict[str, Source] = {}


def add_source(area: str, source: Source) -> None:
    """This will ask a room, while its area is on, what it has to say to somebody today."""
    _sources[area] = source


def lines(user: User, *, areas: Mapping[str, bool], at: datetime) -> list[DayLine]:
    """This will gather what the rooms in use have to say, in the order in which they were added."""
    found = (source(user, at) for area, source in _sources.items() if areas[area])
    return [line for line in found if line]
