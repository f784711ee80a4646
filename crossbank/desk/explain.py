"""What the desk shows and why, for a moment, a branch and a customer of one's choice, in words.

The places are the engine's, the picture is the desk's own: nothing here decides anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.models import Product
from crossbank.desk.forms import Row as Answer
from crossbank.desk.origins import written
from crossbank.desk.pictures import Draft, picture, retired_codes
from crossbank.desk.where import facts_at
from crossbank.desk.words import reason_words
from crossbank.engine import snapshot as snapshots
from crossbank.engine.advice import advise
from crossbank.engine.explain import Explanation, Line, Place, explain
from crossbank.engine.layers import REFUSED
from crossbank.engine.offer_choice import OfferBook
from crossbank.engine.rules import Filled
from crossbank.engine.terms import OfferTerms, Picture, Reason, ReasonKind, Snapshot
from crossbank.matrix import editions, services
from crossbank.matrix.models import Edition, Rating
from crossbank.org.models import Branch

DRAFT = "draft"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`edition`: "" the one in force at that moment, "draft" or a number. Codes sorted."""

    main: str
    need: str = ""
    customer_kind: str = ""
    branch: Branch
    at: datetime
    edition: str = ""
    taken: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What is asked: an edition (`number`) or the draft (0).

    `filled`: which rules lost; known of the draft, and of the edition that equals it.
    """

    number: int
    snapshot: Snapshot
    filled: Filled | None = None


def matrix_of(asked: Asked, *, now: datetime) -> Matrix:
    """This will find the matrix that was asked for. Raises NoEdition.

    The draft is compiled for the moment asked, so that rules with dates hold as they would then.
    """
    if asked.edition == DRAFT:
        draft = services.compile_draft(at=asked.at)
        said = editions.in_reader_language(draft.snapshot)
        return Matrix(number=0, snapshot=said, filled=draft.filled)
    if asked.edition:
        pk = Edition.objects.filter(number=asked.edition).values_list("pk", flat=True).first()
        if pk is None:
            raise editions.NoEdition
        loaded = editions.load(pk)
    else:
        loaded = editions.current(asked.at)
    filled = None
    newest = Edition.objects.order_by("-number").values_list("number", "digest").first()
    if newest and newest[0] == loaded.number:
        draft = services.compile_draft(at=now)
        if snapshots.digest(draft.snapshot) == newest[1]:
            filled = draft.filled
    return Matrix(number=loaded.number, snapshot=loaded.for_reader, filled=filled)


def picture_of(asked: Asked, matrix: Matrix, known: Iterable[OfferTerms]) -> Picture:
    """The desk's own picture; what was taken from a card keeps the card's place, as it does there."""
    told = {
        "snapshot": matrix.snapshot,
        "offers": OfferBook(known),
        "retired": retired_codes(matrix.snapshot, asked.branch.local_day(asked.at)),
        "facts": facts_at(asked.branch),
        "at": asked.at,
        "zone": asked.branch.zone,
    }
    values = {"need": asked.need, "customer_kind": asked.customer_kind}
    held = {code: Answer(held="1") for code in asked.held}
    before = picture(Draft(main=asked.main, values=values, rows=held), **told)
    if not asked.taken:
        return before
    cards = tuple(card.code for card in advise(matrix.snapshot, before).cards)
    taken = {code: Answer(item="accepted") for code in asked.taken}
    return picture(Draft(main=asked.main, values=values, rows=held | taken, slots=cards), **told)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One product: its place, and the whole chain of reasons as sentences."""

    code: str
    name: str
    place: str
    number: int
    label: str
    rating: str
    rating_label: str | Promise
    chain: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Shown, lower, blocked or hidden, with its products in order."""

    key: str
    title: Promise
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """The answer to one question. `is_retired`: the main product is not sold on that day."""

    name: str
    matrix: Matrix
    explanation: Explanation
    sections: tuple[Section, ...]
    is_retired: bool

    @property
    def cards(self) -> tuple[Row, ...]:
        rows = self.sections[0].rows if self.sections else ()
        return tuple(row for row in rows if row.place == Place.CARD)


_STATES: Mapping[str, tuple[Promise, frozenset[str]]] = {
    "shown": (gettext_lazy("Shown"), frozenset({Place.CARD, Place.OFFER_LINE, Place.BETTER})),
    "lower": (gettext_lazy("Lower, behind a key"), frozenset({Place.MORE})),
    "blocked": (
        gettext_lazy("Blocked"),
        frozenset({Place.BLOCKED, Place.REFUSED, Place.NOT_ALLOWED}),
    ),
    "hidden": (gettext_lazy("Hidden"), frozenset()),
}
_ABSENT = "absent"  # in the catalogue, not in the edition
_PLACES: Mapping[str, Promise] = {
    Place.CARD: gettext_lazy("Card %(number)d"),
    Place.OFFER_LINE: gettext_lazy("Offer line, number %(number)d behind the cards"),
    Place.MORE: gettext_lazy("Number %(number)d behind the cards"),
    Place.BETTER: gettext_lazy("Better main product"),
    Place.BLOCKED: gettext_lazy("Blocked by a basket rule"),
    Place.REFUSED: gettext_lazy("A condition is not met"),
    Place.NOT_ALLOWED: gettext_lazy("Not allowed"),
    Place.HELD: gettext_lazy("Has it already"),
    Place.RETIRED: gettext_lazy("Not sold on that day"),
    Place.NOT_RATED: gettext_lazy("Not rated"),
    Place.ONLY_MAIN: gettext_lazy("Only a main product"),
    Place.ITSELF: gettext_lazy("The main product itself"),
    _ABSENT: gettext_lazy("Not in this edition"),
}


def tell(asked: Asked, matrix: Matrix, known: Iterable[OfferTerms]) -> Told:
    """This will answer one question; `known` are all offers. An unknown main gives no sections."""
    seen = picture_of(asked, matrix, known)
    explanation = explain(matrix.snapshot, seen, matrix.filled)
    rows = [_row(line, seen, matrix) for line in explanation.lines]
    if rows:
        rows += _absent(matrix.snapshot, day=asked.branch.local_day(asked.at))
    main = matrix.snapshot.product.get(asked.main)
    return Told(
        name=main.name if main else asked.main,
        matrix=matrix,
        explanation=explanation,
        sections=_sections(rows),
        is_retired=asked.main in seen.retired,
    )


def _state(place: str) -> str:
    return next((key for key, (_title, places) in _STATES.items() if place in places), "hidden")


def _sections(rows: Iterable[Row]) -> tuple[Section, ...]:
    order = {key: n for n, key in enumerate(_STATES)}
    by_state = sorted(rows, key=lambda row: order[_state(row.place)])
    return tuple(
        Section(key=key, title=_STATES[key][0], rows=tuple(group))
        for key, group in groupby(by_state, key=lambda row: _state(row.place))
    )


def _row(line: Line, seen: Picture, matrix: Matrix) -> Row:
    return Row(
        code=line.product.code,
        name=line.product.name,
        place=line.place.value,
        number=line.number,
        label=str(_PLACES[line.place]) % {"number": line.number},
        rating=line.pair.rating.value if line.pair else "",
        rating_label=Rating(line.pair.rating.value).label if line.pair else "",
        chain=tuple(_chain(line, seen, matrix)),
    )


def _absent(snapshot: Snapshot, *, day: date) -> Iterator[Row]:
    """Products that the catalogue has and the edition has not."""
    for product in Product.objects.exclude(code__in=snapshot.product).order_by("code"):
        sold = product.is_on_sale(day)
        yield Row(
            code=product.code,
            name=product.name,
            place=_ABSENT,
            number=0,
            label=str(_PLACES[_ABSENT]),
            rating="",
            rating_label="",
            chain=(
                _("it is sold on that day, but this matrix was made without it")
                if sold
                else _("it is not sold on that day"),
            ),
        )


# by the rating, by the lines about offers and by those about conditions
_SAID = (ReasonKind.RATING, ReasonKind.ASK_FIRST, ReasonKind.OFFER, ReasonKind.ASK)


def _chain(line: Line, seen: Picture, matrix: Matrix) -> Iterator[str]:
    """From the rating to the place: who rated it, what fits, which offer, what stood higher."""
    snapshot = matrix.snapshot
    yield from written(line, snapshot)
    for reason in line.reasons:
        if reason.kind not in _SAID:
            yield reason_words(reason, snapshot)
    for reason in line.layers:
        yield reason_words(reason, snapshot)
    if line.misses_need:
        yield _("not among the products for “%(need)s”") % {"need": snapshot.need[seen.need].name}
    if live := line.choice.live:
        words = {"offer": live.terms.name, "benefit": live.terms.benefit_text}
        yield _("the offer “%(offer)s” applies: %(benefit)s") % words
    for losing in line.choice.losing:
        words = {"offer": losing.terms.name, "why": reason_words(losing.reason, snapshot)}
        yield _("the offer “%(offer)s” does not apply: %(why)s") % words
    if line.why and line.why.kind not in REFUSED:
        yield _why(line, line.why, snapshot)


def _why(line: Line, why: Reason, snapshot: Snapshot) -> str:
    if why.kind is ReasonKind.NOT_ALLOWED and line.pair:
        return _("instead: %(instead)s") % {"instead": line.pair.instead}
    if why.kind is ReasonKind.THIRD_FREE and why.subject == line.product.code:
        return _("it comes third because one of three cards must cost nothing")
    return reason_words(why, snapshot)
