"""An employee's private mirrors: why offering fails, seen in his own last weeks and by him alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

FEWEST = 20  # cases: below it a share says more about chance than about somebody
HOURS = 3  # of the day that are looked at as one
_HALF = (1, 2)
_FIELD = (4, 5)  # of what is presented: a second family is an exception


class Cause(StrEnum):
    """Why offering fails; pay has a mirror without a figure, because no pay is known here."""

    FOCUS = "focus"
    FIELD = "field"
    SKIPPED = "skipped"
    PAY = "pay"
    EFFORT = "effort"


class Kind(StrEnum):
    """What a figure is about; hours are the first of three, in two digits."""

    PRODUCT = "product"
    FAMILY = "family"
    MAIN = "main"
    HOURS = "hours"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A product that was presented."""

    code: str
    family: str


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One customer at the desk. `hour`: 0 to 23 on the clock of the branch.

    `cards`: what came first for him; empty where nobody counts it, as for one who took two more.
    `missed`: those of them that were not presented. `hands_on_ms`: time at the keys, None when
    unknown.
    """

    main: str
    hour: int
    shown: tuple[Shown, ...] = ()
    cards: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    hands_on_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`part` of `of` cases, about one subject.

    `is_seen`: the sign of the cause is there. `rest_part`, `rest_of`: the same of all other cases,
    where a figure means nothing without them.
    """

    kind: Kind
    subject: str
    part: int
    of: int
    is_seen: bool
    rest_part: int = 0
    rest_of: int = 0

    @property
    def share(self) -> float:
        return self.part / self.of

    @property
    def rest_share(self) -> float | None:
        return self.rest_part / self.rest_of if self.rest_of else None


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Nothing to see without figures: fewer cases than `FEWEST`, or none of the kind."""

    cause: Cause
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What somebody does beside one main product; `hands_on_ms`: the median where it is known."""

    main: str
    customers: int
    presented: int
    hands_on_ms: int | None

    @property
    def each(self) -> float:
        return self.presented / self.customers


def mirrors(talks: Iterable[Talk]) -> tuple[Mirror, ...]:
    """This will hold up five mirrors to one person's own talks, whatever order they come in.

    Shape: one of each cause, in the order of `Cause`. Effort has up to two figures, the main
    product first, then the hours. Ties go to more cases, then by code.
    """
    own = tuple(talks)
    shown = [one for talk in own for one in talk.shown]
    found = {
        Cause.FOCUS: [_most(Kind.PRODUCT, (one.code for one in shown), over=_HALF)],
        Cause.FIELD: [_most(Kind.FAMILY, (one.family for one in shown), over=_FIELD)],
        Cause.SKIPPED: [_skipped(own)],
        Cause.PAY: [],
        Cause.EFFORT: [
            _least(Kind.MAIN, own, lambda talk: talk.main),
            _least(Kind.HOURS, own, _hours),
        ],
    }
    return tuple(
        Mirror(cause=cause, figures=tuple(one for one in found[cause] if one)) for cause in Cause
    )


def efforts(talks: Iterable[Talk]) -> tuple[Effort, ...]:
    """This will list the main products with enough customers, by code: a table, not a ranking."""
    groups = _groups(talks, lambda talk: talk.main)
    return tuple(
        Effort(
            main=main,
            customers=len(group),
            presented=_presented(group),
            hands_on_ms=_median([t.hands_on_ms for t in group if t.hands_on_ms is not None]),
        )
        for main, group in sorted(groups.items())
        if len(group) >= FEWEST
    )


def _most(kind: Kind, subjects: Iterable[str], *, over: tuple[int, int]) -> Figure | None:
    """The subject with the largest part of all; its sign is a larger part than `over`."""
    counts = Counter(subjects)
    total = counts.total()
    if total < FEWEST:
        return None
    subject, part = min(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    numerator, denominator = over
    is_seen = part * denominator > total * numerator
    return Figure(kind=kind, subject=subject, part=part, of=total, is_seen=is_seen)


def _skipped(talks: Sequence[Talk]) -> Figure | None:
    """The card that was most often passed over, of the customers for whom it came first."""
    missed = Counter(code for talk in talks for code in talk.missed)
    cards = Counter(code for talk in talks for code in talk.cards)
    known = [code for code in missed if cards[code] >= FEWEST]
    if not known:
        return None
    code = min(known, key=lambda code: (-missed[code], -cards[code], code))
    part, of = missed[code], cards[code]
    return Figure(kind=Kind.PRODUCT, subject=code, part=part, of=of, is_seen=part * 2 > of)


def _least(kind: Kind, talks: Sequence[Talk], subject: Callable[[Talk], str]) -> Figure | None:
    """Where the fewest products are presented to a customer, beside all other customers.

    Its sign: less than half of what the others hear of. A group needs enough customers, and so do
    the others; both are one person's own.
    """
    total = _presented(talks)
    figures = [
        _beside(kind, name, group, customers=len(talks), presented=total)
        for name, group in _groups(talks, subject).items()
        if len(group) >= FEWEST and len(talks) - len(group) >= FEWEST
    ]
    return min(figures, key=lambda one: (one.share, -one.of, one.subject), default=None)


def _hours(talk: Talk) -> str:
    # three at a time: few people serve twenty customers in one and the same hour of 28 days
    return f"{talk.hour // HOURS * HOURS:02}"


def _beside(
    kind: Kind, name: str, group: Sequence[Talk], *, customers: int, presented: int
) -> Figure:
    part, of = _presented(group), len(group)
    rest_part, rest_of = presented - part, customers - of
    return Figure(
        kind=kind,
        subject=name,
        part=part,
        of=of,
        is_seen=2 * part * rest_of < rest_part * of,
        rest_part=rest_part,
        rest_of=rest_of,
    )


def _groups(talks: Iterable[Talk], subject: Callable[[Talk], str]) -> dict[str, list[Talk]]:
    groups: dict[str, list[Talk]] = {}
    for talk in talks:
        groups.setdefault(subject(talk), []).append(talk)
    return groups


def _presented(talks: Iterable[Talk]) -> int:
    return sum(len(talk.shown) for talk in talks)


def _median(times: Sequence[int]) -> int | None:
    return int(median(times)) if len(times) >= FEWEST else None
