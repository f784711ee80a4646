"""One card as values: the product, why, what to say, its offer, and what was answered so far."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crossbank.desk.bundles import bundle_of
from crossbank.desk.forms import Row
from crossbank.desk.pictures import Draft
from crossbank.desk.words import reason_words
from crossbank.engine.eligibility import OfferBook
from crossbank.engine.terms import (
    BundleTerms,
    LiveOffer,
    PairTerms,
    ProductTerms,
    Rating,
    ReasonKind,
    Snapshot,
    Suggestion,
)
from crossbank.matrix.editions import Loaded
from crossbank.matrix.models import Rating as RatingLabel

# said elsewhere on the card: the chip, the price, the offer line
_QUIET = {
    ReasonKind.RATING,
    ReasonKind.FREE,
    ReasonKind.OFFER,
    ReasonKind.ASK_FIRST,
    ReasonKind.OTHER_FAMILY,
    ReasonKind.ADVISER_ONLY,
    ReasonKind.DEFERRED,
    ReasonKind.SEASON,  # a tie-break is the bank's business, not the customer's
}


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What every panel of a branch shares at one moment: edition, offers, retired codes, clock."""

    loaded: Loaded
    offers: OfferBook
    retired: tuple[str, ...]
    at: datetime
    zone: ZoneInfo

    @property
    def snapshot(self) -> Snapshot:
        return self.loaded.for_reader


@dataclass(frozen=True, kw_only=True)
class OfferLine:
    """An offer on a card: what it gives, and its clock as the server sees it."""

    code: str
    name: str
    only_now: bool
    benefit: str
    say: str
    price_with: str
    price_alone: str
    last_day: date | None
    seconds_left: int | None


@dataclass(frozen=True, kw_only=True)
class Card:
    """One product that may be presented; `row` is what was answered so far."""

    code: str
    name: str
    rating: str
    rating_label: str
    why: str
    say: str
    do_not_say: str
    price: str
    needs_consent: bool
    may_accept: bool
    cannot_accept_because: str
    disclosure: str
    withdrawal_days: int | None
    reasons: tuple[str, ...] = ()
    offer: OfferLine | None = None
    losing: tuple[str, ...] = ()
    row: Row = field(default_factory=Row)
    asked: bool = False
    instead: str = ""
    key: str = ""
    blocked_by: tuple[str, ...] = ()
    bundle: BundleTerms | None = None
    fact: str = ""
    objections: tuple[tuple[str, str], ...] = ()  # what customers say -> what may honestly be said
    errors: tuple[str, ...] = ()

    @property
    def spoken_of(self) -> bool:
        """Asked for or answered: it stays in sight, wherever the ranking puts it."""
        return self.asked or bool(self.row.item)


def card_of(suggestion: Suggestion, draft: Draft, counter: Counter) -> Card:
    snapshot, product, pair = counter.snapshot, suggestion.product, suggestion.pair
    bundle = bundle_of(product.code, draft, snapshot)  # its price takes the place of an offer
    return Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value,
        rating_label=str(RatingLabel(pair.rating.value).label),
        why=pair.reason,
        say=pair.say,
        do_not_say=pair.do_not_say,
        price=product.price_text,
        needs_consent=product.needs_consent,
        may_accept=suggestion.may_accept,
        cannot_accept_because=_cannot(product),
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        reasons=tuple(
            reason_words(reason, snapshot)
            for reason in suggestion.reasons
            if reason.kind not in _QUIET
        ),
        offer=_offer_line(suggestion.offer, counter) if suggestion.offer and not bundle else None,
        losing=tuple(
            f"{losing.terms.name}: {reason_words(losing.reason, snapshot)}"
            for losing in suggestion.losing_offers
        ),
        row=draft.rows.get(product.code, Row()),
        blocked_by=_in_the_way(product.code, snapshot),
        bundle=bundle,
    )


def asked_card(product: ProductTerms, row: Row, draft: Draft, snapshot: Snapshot) -> Card:
    """A product the customer asked for; a forbidden one says so and can't be taken."""
    pair = snapshot.pair(draft.main, product.code)
    forbidden = pair is not None and pair.rating is Rating.NOT_ALLOWED
    return Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value if pair else "",
        rating_label=str(RatingLabel(pair.rating.value).label) if pair else _("Not rated"),
        why=_asked_why(pair),
        say=pair.say if pair and not forbidden else "",
        instead=pair.instead if pair and forbidden else "",
        do_not_say=pair.do_not_say if pair else "",
        price=product.price_text,
        needs_consent=product.needs_consent,
        may_accept=not forbidden and not product.needs_licence and not product.defer_days,
        cannot_accept_because=pair.reason if forbidden and pair else _cannot(product),
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        row=row,
        asked=True,
        blocked_by=_in_the_way(product.code, snapshot),
    )


def _asked_why(pair: PairTerms | None) -> str:
    if pair is None:
        return _("The customer asked for it.")
    # a forbidden one says its reason where the yes would be
    return "" if pair.rating is Rating.NOT_ALLOWED else pair.reason


def _cannot(product: ProductTerms) -> str:
    """Why it is not concluded at the desk today; empty when it may be."""
    if product.needs_licence:
        return _("An adviser concludes it: note interest or a follow-up.")
    if product.defer_days:
        return _("May be accepted from day %(day)d on: note a follow-up.") % {
            "day": product.defer_days
        }
    return ""


def _in_the_way(code: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Products that cannot be taken together with this one: the page greys them at once."""
    found: set[str] = set()
    for rule in snapshot.rules:
        if rule.kind == "at_most_one" and code in rule.subjects:
            found.update(rule.subjects)
        elif rule.kind == "excludes" and code in rule.subjects:
            found.update(rule.objects)
        elif rule.kind == "excludes" and code in rule.objects:
            found.update(rule.subjects)
    return tuple(sorted(found - {code}))


def _offer_line(live: LiveOffer, counter: Counter) -> OfferLine:
    """The clock runs on seconds left, as the server counts them (branch PCs are often wrong).

    A countdown is for a window that closes for everybody; a right that begins today shows its
    last day instead.
    """
    terms = live.terms
    counts_down = live.ends_at is not None and terms.window == "fixed"
    left = int((live.ends_at - counter.at).total_seconds()) if live.ends_at else None
    return OfferLine(
        code=terms.code,
        name=terms.name,
        only_now=live.only_now,
        benefit=terms.benefit_text,
        say=terms.say,
        price_with=terms.price_with_text,
        price_alone=terms.price_alone_text,
        last_day=live.last_day,
        seconds_left=left if counts_down else None,
    )
