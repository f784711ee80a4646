"""Why each product of the catalogue stands where it stands, as values.

Nothing is ranked here: the places are those that `advice` gave, and what is added is where a cell
came from and which rules lost it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crossbank.engine.advice import advise
from crossbank.engine.layers import REFUSED, first_refusal, reasons_of
from crossbank.engine.rules import Filled, Loser, Why
from crossbank.engine.terms import (
    Advice,
    OfferChoice,
    PairTerms,
    Picture,
    ProductTerms,
    Rating,
    Reason,
    ReasonKind,
    Snapshot,
    StepUp,
)


class Place(StrEnum):
    """Where a product stands, from the first card to what nobody sees."""

    CARD = "card"  # number: slot 1-3
    OFFER_LINE = "offer_line"  # number: place among the rest
    MORE = "more"  # number: place among the rest
    BETTER = "better"  # a better main product; number: place on the ladder
    BLOCKED = "blocked"  # a basket rule stands in the way
    REFUSED = "refused"  # a condition of the product is not met
    NOT_ALLOWED = "not_allowed"
    HELD = "held"
    RETIRED = "retired"
    NOT_RATED = "not_rated"
    ONLY_MAIN = "only_main"  # sold as a main product, never beside one
    ITSELF = "itself"


_SELDOM = {
    ReasonKind.HELD: Place.HELD,
    ReasonKind.RETIRED: Place.RETIRED,
    **dict.fromkeys(REFUSED, Place.REFUSED),
}
# where conditions no longer matter: nothing could be offered anyway
_SETTLED = {Place.HELD, Place.RETIRED, Place.NOT_ALLOWED, Place.ONLY_MAIN}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a cell came from.

    `rule`: the rule that wrote it, "" by hand. `heirs_of`: mains whose rows it was handed down
    from, the nearest first. `losers`: rules (or "" for the manual cell) that spoke and lost.
    """

    rule: str = ""
    heirs_of: tuple[str, ...] = ()
    losers: tuple[Loser, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One product, its place and the whole chain of reasons.

    `reasons` are the engine's own, as on the card; `why` says why it stands no higher, None on a
    card that nothing lifted. `choice`: all offers on it. `misses_need`: the stated need is another.
    `layers`: what its conditions say, every refusal and then what to ask first.
    """

    product: ProductTerms
    place: Place
    number: int = 0
    pair: PairTerms | None = None
    step: StepUp | None = None
    origin: Origin = field(default_factory=Origin)
    reasons: tuple[Reason, ...] = ()
    why: Reason | None = None
    choice: OfferChoice = field(default_factory=OfferChoice)
    layers: tuple[Reason, ...] = ()
    misses_need: bool = False


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What the desk shows, and the line of every product by (place, number, code)."""

    advice: Advice
    lines: tuple[Line, ...]


def explain(snapshot: Snapshot, picture: Picture, filled: Filled | None = None) -> Explanation:
    """This will say of every product of an edition where it stands and why.

    `filled`: how the cells of this very edition were written, where it is known. An unknown main
    gives no lines.
    """
    advice = advise(snapshot, picture)
    if picture.main not in snapshot.product:
        return Explanation(advice=advice, lines=())
    found = {line.product.code: line for line in _advised(advice, picture)}
    rest = (p for p in snapshot.products if p.code not in found)
    lines = [*found.values(), *(_unseen(product, snapshot, picture) for product in rest)]
    return Explanation(
        advice=advice,
        lines=tuple(
            sorted(
                (_with_origin(line, snapshot, picture, filled) for line in lines),
                key=lambda line: (_ORDER[line.place], line.number, line.product.code),
            )
        ),
    )


_RANKED = (Place.CARD, Place.OFFER_LINE, Place.MORE)
_ORDER = {place: n for n, place in enumerate(Place)}


def _advised(advice: Advice, picture: Picture) -> Iterator[Line]:
    """What advice speaks of."""
    passed = dict(advice.passed)
    forced = {why.subject for why in passed.values() if why.kind is ReasonKind.THIRD_FREE}
    answered = {*picture.presented, *picture.taken}
    line_code = advice.offer_line.code if advice.offer_line else ""
    for n, s in enumerate((*advice.cards, *advice.more), start=1):
        place, number, why = Place.CARD, n, None
        if n > len(advice.cards):
            number = n - len(advice.cards)
            place = Place.OFFER_LINE if s.code == line_code else Place.MORE
            kind = ReasonKind.ANSWERED if s.code in answered else ReasonKind.BELOW
            why = passed.get(s.code) or Reason(kind=kind)
        elif s.code in forced:
            why = Reason(kind=ReasonKind.THIRD_FREE, subject=s.code)
        yield Line(
            product=s.product, place=place, number=number, pair=s.pair, reasons=s.reasons, why=why
        )
    for refusal in advice.not_allowed:
        yield Line(
            product=refusal.product, place=Place.NOT_ALLOWED, pair=refusal.pair, why=refusal.reason
        )
    for refusal in advice.why_not:
        place = _SELDOM.get(refusal.reason.kind, Place.BLOCKED)
        yield Line(product=refusal.product, place=place, pair=refusal.pair, why=refusal.reason)


def _unseen(product: ProductTerms, snapshot: Snapshot, picture: Picture) -> Line:
    """A product that advice has no word for."""
    ladder = {s.better: (n, s) for n, s in enumerate(snapshot.ladders.get(picture.main, ()), 1)}
    if product.code == picture.main:
        return Line(product=product, place=Place.ITSELF)
    if product.code in picture.retired:
        return Line(product=product, place=Place.RETIRED, why=Reason(kind=ReasonKind.RETIRED))
    if product.code in picture.held:
        return Line(product=product, place=Place.HELD, why=Reason(kind=ReasonKind.HELD))
    if product.code in ladder:
        number, step = ladder[product.code]
        if why := first_refusal(reasons_of(product, picture, snapshot)):
            return Line(product=product, place=Place.REFUSED, step=step, why=why)
        return Line(product=product, place=Place.BETTER, number=number, step=step)
    return Line(product=product, place=Place.NOT_RATED if product.is_cross else Place.ONLY_MAIN)


def _with_origin(line: Line, snapshot: Snapshot, picture: Picture, filled: Filled | None) -> Line:
    need = snapshot.need.get(picture.need)
    return replace(
        line,
        origin=origin(snapshot, picture.main, line.product.code, filled),
        choice=picture.offers.get(line.product.code, OfferChoice()),
        layers=() if line.place in _SETTLED else reasons_of(line.product, picture, snapshot),
        misses_need=bool(need and line.place in _RANKED and line.product.code not in need.crosses),
    )


def origin(snapshot: Snapshot, main: str, cross: str, filled: Filled | None = None) -> Origin:
    """This will follow a cell up its inheritance to the hand or the rule that wrote it."""
    pair, heirs_of = snapshot.pair(main, cross), []
    losers = [*_losers(filled, (main, cross))]
    while pair and pair.inherited_from and pair.inherited_from not in heirs_of:
        losers += _unheard(filled, pair)
        heirs_of.append(pair.inherited_from)
        pair = snapshot.pair(pair.inherited_from, cross)
        losers += _losers(filled, (heirs_of[-1], cross))
    step = next((s for s in snapshot.ladders.get(main, ()) if s.better == cross), None)
    cell = pair or step
    return Origin(rule=cell.rule if cell else "", heirs_of=tuple(heirs_of), losers=tuple(losers))


def _losers(filled: Filled | None, name: tuple[str, str]) -> tuple[Loser, ...]:
    return filled.losers.get(name, ()) if filled else ()


def _unheard(filled: Filled | None, inherited: PairTerms) -> Iterator[Loser]:
    """A rule about the heir's own cell, which gives way to what a person wrote or forbade above."""
    forbidden = inherited.rating is Rating.NOT_ALLOWED
    for pair in filled.pairs if filled else ():
        if (pair.main, pair.cross) == (inherited.main, inherited.cross) and pair.rule:
            yield Loser(rule=pair.rule, why=Why.NOT_ALLOWED if forbidden else Why.MANUAL)
