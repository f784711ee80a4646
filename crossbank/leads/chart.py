"""Periods -> the geometry of a drawing. Pure; the template only prints it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crossbank.leads.programme import Period

_CHART = 120.0
_HEAD = 18.0  # room for a number above the tallest bar


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar with its number above; places across are percentages, heights pixels."""

    kind: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    top: str
    number: int
    label: str = ""  # of its period, under the first of its bars
    label_at: str = ""


def bars(periods: Iterable[Period]) -> tuple[Bar, ...]:
    """This will draw leads and people side by side, on one scale, as finished texts."""
    told = list(periods)
    tallest = max((max(one.leads, one.people) for one in told), default=0) or 1
    room, width = 100 / max(len(told), 1), 26 / max(len(told), 1)
    found: list[Bar] = []
    for place, one in enumerate(told):
        middle = room * place + room / 2
        first = _bar("leads", one.leads, middle - width, width, tallest)
        found += [
            replace(first, label=one.short, label_at=f"{middle:.3f}%"),
            _bar("people", one.people, middle, width, tallest),
        ]
    return tuple(found)


def _bar(kind: str, number: int, left: float, width: float, tallest: int) -> Bar:
    height = number * (_CHART - _HEAD) / tallest
    top = _CHART - height
    return Bar(
        kind=kind,
        x=f"{left:.3f}%",
        y=f"{top:.1f}",
        width=f"{width:.3f}%",
        height=f"{height:.1f}",
        middle=f"{left + width / 2:.3f}%",
        top=f"{top - 4:.1f}",
        number=number,
    )
