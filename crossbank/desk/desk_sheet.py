"""The desk sheet: one row of the matrix on one A5 page, with the offers of its day."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crossbank.desk.print_runs import Expiry, PrintRun, expiry
from crossbank.desk.where import NOWHERE
from crossbank.desk.words import question_words, reason_words
from crossbank.engine.advice import advise
from crossbank.engine.conditions import Facts
from crossbank.engine.layers import reasons_of
from crossbank.engine.offer_choice import OfferBook
from crossbank.engine.terms import (
    BenefitTerms,
    CustomerKind,
    LiveOffer,
    OfferChoice,
    OfferTerms,
    Picture,
    ProductTerms,
    Reason,
    ReasonKind,
    Refusal,
    Snapshot,
    Suggestion,
    WindowKind,
)
from crossbank.matrix.models import Rating

# Letters beyond which a sheet is set one step smaller, so that it stays one A5 page. Measured in
# a browser; more than some 4,000 letters take a second page rather than a magnifying glass.
STEPS = (1850, 2300, 3050)


@dataclass(frozen=True, kw_only=True)
class SheetOffer:
    """An offer on paper: a last day only where it is the same for everybody who reads the sheet."""

    name: str
    price_with: str
    price_alone: str
    benefit: str
    say: str
    window: str  # "only now", or days after something, in the offer's own words
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class SheetCard:
    product: ProductTerms
    rating: str
    rating_label: str | Promise
    reason: str
    benefit: str
    say: str
    do_not_say: str
    ask: str  # what to find out first, because a condition depends on it
    may_accept: bool
    offer: SheetOffer | None


@dataclass(frozen=True, kw_only=True)
class NotNow:
    """A product that is not offered beside the main, or only later, and why."""

    code: str
    name: str
    why: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One main product's row, as it is printed."""

    main: ProductTerms
    ask: str  # what to find out first of the main product itself
    comes_with: tuple[BenefitTerms, ...]
    is_retired: bool
    cards: tuple[SheetCard, ...]
    also: tuple[SheetCard, ...]
    later: tuple[NotNow, ...]
    never: tuple[NotNow, ...]
    disclosures: tuple[ProductTerms, ...]
    expiry: Expiry

    @property
    def density(self) -> int:
        """How many steps smaller it is printed: 0 to 3."""
        return bisect_left(STEPS, sum(map(len, self._texts())))

    def _texts(self) -> Iterator[str]:
        yield from (self.main.purpose_question, self.ask)
        for benefit in self.comes_with:
            yield from (benefit.name, benefit.partner_name, benefit.text)
        for card in self.cards:
            yield from (card.product.name, card.reason, card.benefit, card.say, card.do_not_say)
        for card in (*self.cards, *self.also):
            yield from (card.product.name, card.product.price_text, card.ask)
            if card.product.partner_name:
                yield f"· from {card.product.partner_name}"
            if card.offer:
                yield from (card.offer.name, card.offer.price_with, card.offer.window)
        for refusal in (*self.later, *self.never):
            yield from (refusal.name, refusal.why, refusal.instead)
        for product in self.disclosures:
            yield from (product.name, product.disclosure)


def compose(
    snapshot: Snapshot,
    *,
    main: ProductTerms,
    choices: dict[str, OfferChoice],
    run: PrintRun,
    facts: Facts = NOWHERE,
) -> Sheet:
    """This will put on paper what advice says to a customer nobody knows anything about yet.

    `facts`: the branch it is printed for; NOWHERE leaves its conditions to be asked.
    """
    seen = Picture(main=main.code, offers=choices, retired=run.retired, day=run.on, facts=facts)
    advice = advise(snapshot, seen)
    cards = tuple(map(_card, advice.cards))
    also = tuple(map(_card, advice.more))
    shown = (*cards, *also)
    given = snapshot.comes_with(main.code, run.on)
    return Sheet(
        main=main,
        ask=_ask(reasons_of(main, seen, snapshot)),
        comes_with=given,
        is_retired=main.code in run.retired,
        cards=cards,
        also=also,
        later=tuple(
            _not_now(refusal, snapshot)
            for refusal in advice.why_not
            if refusal.product.code not in run.retired
        ),
        never=tuple(_not_now(refusal, snapshot) for refusal in advice.not_allowed),
        disclosures=tuple(p for p in (main, *(c.product for c in cards)) if p.disclosure),
        expiry=expiry(
            run,
            products=(main.code, *(card.product.code for card in shown)),
            benefits_end=[b.valid_until for b in given if b.valid_until],
            offers_end=[c.offer.last_day for c in shown if c.offer and c.offer.last_day],
        ),
    )


def sheets(
    snapshot: Snapshot,
    *,
    mains: Iterable[ProductTerms],
    offers: Iterable[OfferTerms],
    run: PrintRun,
    facts: Facts = NOWHERE,
    at: datetime,
    zone: tzinfo,
) -> list[Sheet]:
    """This will compose a sheet for each main product, for a customer nobody knows."""
    book, nobody = OfferBook(offers), CustomerKind.UNKNOWN
    return [
        compose(
            snapshot,
            main=main,
            choices=book.choices(main=main.code, customer_kind=nobody, at=at, zone=zone),
            run=run,
            facts=facts,
        )
        for main in mains
    ]


def _card(suggestion: Suggestion) -> SheetCard:
    pair = suggestion.pair
    return SheetCard(
        product=suggestion.product,
        rating=pair.rating.value,
        rating_label=Rating(pair.rating).label,
        reason=pair.reason,
        benefit=pair.benefit,
        say=pair.say,
        do_not_say=pair.do_not_say,
        ask=_ask(suggestion.reasons),
        may_accept=suggestion.may_accept,
        offer=_offer(suggestion.offer) if suggestion.offer else None,
    )


def _ask(reasons: Iterable[Reason]) -> str:
    return " ".join(question_words(why) for why in reasons if why.kind is ReasonKind.ASK)


def _offer(live: LiveOffer) -> SheetOffer:
    terms = live.terms
    # a window after an event is counted from each customer's own day: no date for paper
    is_dated = terms.window is WindowKind.FIXED
    return SheetOffer(
        name=terms.name,
        price_with=terms.price_with_text,
        price_alone=terms.price_alone_text,
        benefit=terms.benefit_text,
        say=terms.say,
        window="" if is_dated else terms.window_text or _("only in this conversation"),
        last_day=live.last_day if is_dated else None,
    )


def _not_now(refusal: Refusal, snapshot: Snapshot) -> NotNow:
    return NotNow(
        code=refusal.product.code,
        name=refusal.product.name,
        why=reason_words(refusal.reason, snapshot),
        instead=refusal.pair.instead,
    )
