"""Counts -> the geometry of a drawing. Pure; templates only print it.

Every coordinate is a finished text: with a point in every language, because SVG knows no comma.
Across, places are percentages and nothing is scaled, so that words keep their size on a phone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crossbank.engine.tally import Counts
from crossbank.review.results import Group, Span
from crossbank.review.terms import Named

SMALL_N = 10  # fewer customers than this say little; such bars are hatched, such points hollow
COLUMN_HEIGHT = 120.0
TREND_HEIGHT = 96.0
_HEAD = 16.0  # room for a number above the tallest column or point
_KINDS = ("main-only", "plus-one", "plus-two")
_LABELS = 6  # dates that fit side by side on a phone
_DIGIT_OF_BAR = 5.0  # per cent of a bar that one digit inside it takes, and again for the edges
_DIGIT_SHARE = 1.5  # per cent of the plot that one digit over a column takes
_WIDEST_COLUMN = 9.0
_RULES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One rectangle of a stack, with the number that stands in it (or an empty text)."""

    kind: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line: its whole length is its own total, so people are not compared by volume."""

    key: Named
    counts: Counts
    blocks: tuple[Block, ...]
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Label:
    x: str
    anchor: str
    span: Span


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One day or week; its total stands at `top`, or nowhere when it would touch the next one."""

    span: Span
    middle: str
    top: str
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Columns:
    stacks: tuple[Stack, ...]
    labels: tuple[Label, ...]
    height: str
    foot: str


@dataclass(frozen=True, kw_only=True)
class Point:
    span: Span
    x: str
    y: str
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Stroke:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A line across at a round share."""

    y: str
    percent: str


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Points where there is a rate, joined only where both neighbours have one."""

    points: tuple[Point, ...]
    strokes: tuple[Stroke, ...]
    rules: tuple[Rule, ...]
    labels: tuple[Label, ...]
    height: str


def bars(groups: Iterable[Group]) -> tuple[Bar, ...]:
    """This will draw each group as one full line; a group without a total is an empty line."""
    return tuple(
        Bar(
            key=group.key,
            counts=group.counts,
            blocks=tuple(_lying(group.counts)),
            is_small=group.counts.total < SMALL_N,
        )
        for group in groups
    )


def _three(counts: Counts) -> tuple[tuple[str, int], ...]:
    numbers = (counts.main_only, counts.plus_one, counts.plus_two)
    return tuple(zip(_KINDS, numbers, strict=True))


def _lying(counts: Counts) -> Iterable[Block]:
    start = 0.0
    for kind, number in _three(counts):
        if number:
            width = 100 * number / counts.total
            yield Block(
                kind=kind,
                x=percent(start),
                y="0",
                width=percent(width),
                height="100%",
                middle=percent(start + width / 2),
                text=str(number) if width >= _DIGIT_OF_BAR * (1 + len(str(number))) else "",
            )
            start += width


def columns(spans: Sequence[Span]) -> Columns:
    """This will draw the days side by side, as high as they had customers."""
    tallest = max((span.counts.total for span in spans), default=0) or 1
    scale = (COLUMN_HEIGHT - _HEAD) / tallest
    fits = len(str(tallest)) * _DIGIT_SHARE * len(spans) <= 100
    return Columns(
        stacks=tuple(
            _stack(span, (place + 0.5) * 100 / len(spans), scale, _width(len(spans)), fits=fits)
            for place, span in enumerate(spans)
            if span.counts.total
        ),
        labels=_labels(spans),
        height=pixels(COLUMN_HEIGHT),
        foot=pixels(COLUMN_HEIGHT - 0.5),
    )


def _width(places: int) -> float:
    return min(70 / places, _WIDEST_COLUMN)


def _stack(span: Span, middle: float, scale: float, width: float, *, fits: bool) -> Stack:
    blocks, foot = [], COLUMN_HEIGHT
    for kind, number in _three(span.counts):
        if number:
            height = number * scale
            foot -= height
            blocks.append(
                Block(
                    kind=kind,
                    x=percent(middle - width / 2),
                    y=pixels(foot),
                    width=percent(width),
                    height=pixels(height),
                    middle=percent(middle),
                )
            )
    return Stack(
        span=span,
        middle=percent(middle),
        top=pixels(foot - 4),
        text=str(span.counts.total) if fits else "",
        blocks=tuple(blocks),
    )


def trend(spans: Sequence[Span]) -> Trend:
    """This will draw the cross rate over the same places as `columns`, with gaps where none is."""
    rates = [span.counts.cross_rate for span in spans]
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    top = next(limit for limit in _RULES[1:] if highest <= limit)
    height_of = _height_of(top)
    points = [
        None
        if rate is None
        else Point(
            span=span,
            x=percent((place + 0.5) * 100 / len(spans)),
            y=pixels(height_of(rate)),
            is_small=span.counts.total < SMALL_N,
        )
        for place, (span, rate) in enumerate(zip(spans, rates, strict=True))
    ]
    return Trend(
        points=tuple(point for point in points if point),
        strokes=tuple(
            Stroke(x1=one.x, y1=one.y, x2=two.x, y2=two.y)
            for one, two in pairwise(points)
            if one and two
        ),
        rules=tuple(
            Rule(y=pixels(height_of(share)), percent=f"{100 * share:.0f} %")
            for share in _RULES
            if share <= top
        ),
        labels=_labels(spans),
        height=pixels(TREND_HEIGHT),
    )


def _height_of(top: float) -> Callable[[float], float]:
    room = TREND_HEIGHT - _HEAD - 4
    return lambda share: _HEAD + room * (1 - share / top)


def _labels(spans: Sequence[Span]) -> tuple[Label, ...]:
    """As many dates as fit, at even distances, the first one always."""
    step = max(1, -(-len(spans) // _LABELS))
    return tuple(
        Label(x=percent((place + 0.5) * 100 / len(spans)), anchor="middle", span=spans[place])
        for place in range(0, len(spans), step)
    )


@dataclass(frozen=True, kw_only=True)
class Hour:
    hour: int
    times: int
    x: str
    y: str
    width: str
    height: str
    middle: str


STRIP_HEIGHT = 64.0


def strip(hours: Sequence[tuple[int, int]]) -> tuple[Hour, ...]:
    """This will draw the hours of a day side by side, as high as they were busy."""
    busiest = max((times for _hour, times in hours), default=0) or 1
    scale = (STRIP_HEIGHT - _HEAD) / busiest
    width = _width(len(hours)) if hours else 0.0
    return tuple(
        Hour(
            hour=hour,
            times=times,
            x=percent((place + 0.5) * 100 / len(hours) - width / 2),
            y=pixels(STRIP_HEIGHT - times * scale),
            width=percent(width),
            height=pixels(times * scale),
            middle=percent((place + 0.5) * 100 / len(hours)),
        )
        for place, (hour, times) in enumerate(hours)
    )


def percent(value: float) -> str:
    return f"{value:.3f}%"


def pixels(value: float) -> str:
    return f"{value:.1f}"
