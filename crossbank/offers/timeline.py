"""When offers hold, as bars on one scale of days, with what stands against them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crossbank.engine.offer_checks import Check, Rivals, Shelf, checks, occurrences
from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import Offer
from crossbank.offers.release_words import check_words
from crossbank.offers.services import offer_terms, thawed

BEFORE, AFTER = timedelta(days=30), timedelta(days=150)
WIDTH = 1000  # of the drawing, whatever it is shown at


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One window on the scale: `x` and `width` of `WIDTH`, as text that no locale changes."""

    x: str
    width: str
    first: date | None
    last: date | None
    is_open: bool  # no days of its own: whenever the main product is


@dataclass(frozen=True, kw_only=True)
class Month:
    x: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Days from `first` to `until`; the months that begin in it; where today stands."""

    first: date
    until: date
    months: tuple[Month, ...]
    today: str

    def x(self, day: date) -> float:
        inside = min(max(day, self.first), self.until)
        return WIDTH * (inside - self.first).days / (self.until - self.first).days


@dataclass(frozen=True, kw_only=True)
class Line:
    """One offer: its bars, and what was found."""

    terms: OfferTerms
    bars: tuple[Bar, ...]
    checks: tuple[Check, ...]

    @property
    def is_blocked(self) -> bool:
        return any(check.blocking for check in self.checks)


def scale(today: date) -> Scale:
    """This will lay out the days around today."""
    first, until = today - BEFORE, today + AFTER
    days = (first + timedelta(days=n) for n in range((until - first).days))
    bare = Scale(first=first, until=until, months=(), today="")
    months = tuple(Month(x=_text(bare.x(day)), on=day) for day in days if day.day == 1)
    return Scale(first=first, until=until, months=months, today=_text(bare.x(today)))


def line(terms: OfferTerms, checks: Iterable[Check], on: Scale) -> Line:
    """This will draw one offer's windows that touch the scale."""
    bars = tuple(
        _bar(first, until, on)
        for first, until in occurrences(terms, on.first)
        if first < on.until and until > on.first
    )
    return Line(terms=terms, bars=bars, checks=tuple(checks))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the timeline in words."""

    line: Line
    product: str
    remarks: list[str]
    holds: bool


def rows(offers: Iterable[Offer], names: Mapping[str, str], shelf: Shelf, today: date) -> list[Row]:
    """What holds, as released, and what never did, as written; by product, then by code.

    `names`: product code -> name.
    """
    holds = {(thawed(o.release.terms) if o.release else offer_terms(o)): o.release for o in offers}
    on, rivals = scale(today), Rivals(holds)
    found = [(terms, checks(terms, rivals, shelf=shelf, day=today)) for terms in holds]
    return sorted(
        (
            Row(
                line=line(terms, against, on),
                product=names.get(terms.cross, terms.cross),
                remarks=[check_words(one, names) for one in against],
                holds=holds[terms] is not None,
            )
            for terms, against in found
        ),
        key=lambda row: (row.product, row.line.terms.code),
    )


def _bar(first: date, until: date, on: Scale) -> Bar:
    left, right = on.x(first), on.x(until)
    return Bar(
        x=_text(left),
        width=_text(max(right - left, 3)),  # one day must be seen
        first=None if first == date.min else first,
        last=None if until == date.max else until - timedelta(days=1),
        is_open=(first, until) == (date.min, date.max),
    )


def _text(number: float) -> str:
    return f"{number:.1f}"
