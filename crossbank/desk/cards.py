"""One card as values: the product, why, what to say, its offer, and what was answered so far."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crossbank.desk.bundles import bundle_of
from crossbank.desk.card_offers import Ended, OfferLine, ended, offer_line
from crossbank.desk.forms import Row
from crossbank.desk.pictures import Draft
from crossbank.desk.words import reason_words
from crossbank.engine.conditions import Facts
from crossbank.engine.layers import FIRM
from crossbank.engine.offer_choice import OfferBook
from crossbank.engine.terms import (
    BundleTerms,
    OfferChoice,
    PairTerms,
    ProductTerms,
    Rating,
    Reason,
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
    """What every panel of a branch shares at one moment: edition, offers, retired codes, clock,
    and what its place says to conditions."""

    loaded: Loaded
    offers: OfferBook
    retired: tuple[str, ...]
    facts: Facts
    at: datetime
    zone: ZoneInfo
    silenced: Mapping[str, date] = field(default_factory=dict)  # of this one customer
    hands_on: bool = False  # this bank hands needs on to units
    is_adviser: bool = False  # who sits there may conclude what needs a licence

    @property
    def snapshot(self) -> Snapshot:
        return self.loaded.for_reader


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
    partner: str  # whose product it is; "" for the bank's own
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
    ended: Ended | None = None
    blocked_by: tuple[str, ...] = ()
    bundle: BundleTerms | None = None
    fact: str = ""
    objections: tuple[tuple[str, str], ...] = ()  # what customers say -> what may honestly be said
    errors: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """What stands on the card: the response, held, or asking: taken, and his yes is missing."""
        if self.row.held and not self.row.item:
            return "held"
        asks = self.needs_consent and self.may_accept and not self.row.consent
        return "asking" if asks and self.row.item == "accepted" else self.row.item

    @property
    def spoken_of(self) -> bool:
        """Asked for or answered: it stays in sight, wherever the ranking puts it."""
        return self.asked or bool(self.row.item)


def card_of(
    suggestion: Suggestion, draft: Draft, counter: Counter, *, shared: Collection[str]
) -> Card:
    """`shared`: groups of offers that exclude each other across cards."""
    snapshot, product, pair = counter.snapshot, suggestion.product, suggestion.pair
    bundle = bundle_of(product.code, draft, snapshot)  # its price takes the place of an offer
    cannot = _cannot(product, counter)
    choice = OfferChoice(live=suggestion.offer, losing=suggestion.losing_offers)
    card = Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value,
        rating_label=str(RatingLabel(pair.rating.value).label),
        why=pair.reason,
        say=pair.say,
        do_not_say=pair.do_not_say,
        price=product.price_text,
        partner=product.partner_name,
        needs_consent=product.needs_consent,
        may_accept=not cannot,
        cannot_accept_because=cannot,
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        reasons=tuple(
            reason_words(reason, snapshot)
            for reason in suggestion.reasons
            if reason.kind not in _QUIET
        ),
        row=draft.rows.get(product.code, Row()),
        asked=bool(draft.rows.get(product.code, Row()).asked),
        blocked_by=_in_the_way(product.code, snapshot),
        bundle=bundle,
    )
    return card if bundle else _with_offer(card, choice, product, counter, shared)


def _with_offer(
    card: Card,
    choice: OfferChoice,
    product: ProductTerms,
    counter: Counter,
    shared: Collection[str],
) -> Card:
    """What was agreed at the price of an offer that does not hold any more, or has other terms now, is
    to be asked again.
    """
    snapshot, live, row = counter.snapshot, choice.live, card.row
    over = ended(row.offer, choice, product, snapshot)
    is_other = live and row.offer and row.offer_version not in ("", str(live.terms.version))
    return replace(
        card,
        offer=offer_line(live, snapshot, at=counter.at, zone=counter.zone, shared=shared)
        if live
        else None,
        losing=tuple(
            f"{losing.terms.name}: {reason_words(losing.reason, snapshot)}"
            for losing in choice.losing
        ),
        ended=over,
        row=replace(row, offer="", consent="") if over or is_other else row,
    )


def asked_card(
    product: ProductTerms,
    draft: Draft,
    counter: Counter,
    *,
    layers: tuple[Reason, ...],
    choice: OfferChoice,
    shared: Collection[str],
) -> Card:
    """A product the customer asked for; a forbidden one says so and can't be taken.

    `layers`: what its conditions say. What merely makes no sense now may be taken all the same.
    `choice`: an offer to it, as his own right is one beside every main product.
    """
    snapshot = counter.snapshot
    pair = snapshot.pair(draft.main, product.code)
    forbidden = pair is not None and pair.rating is Rating.NOT_ALLOWED
    firm = next((reason_words(why, snapshot) for why in layers if why.kind in FIRM), "")
    cannot = firm or _cannot(product, counter)
    card = Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value if pair else "",
        rating_label=str(RatingLabel(pair.rating.value).label) if pair else _("Not rated"),
        why=_asked_why(pair),
        say=pair.say if pair and not forbidden else "",
        instead=pair.instead if pair and forbidden else "",
        do_not_say=pair.do_not_say if pair else "",
        price=product.price_text,
        partner=product.partner_name,
        needs_consent=product.needs_consent,
        may_accept=not (forbidden or cannot),
        cannot_accept_because=pair.reason if forbidden and pair else cannot,
        reasons=tuple(reason_words(why, snapshot) for why in layers if why.kind not in FIRM),
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        row=draft.rows[product.code],
        asked=True,
        blocked_by=_in_the_way(product.code, snapshot),
    )
    return _with_offer(card, choice, product, counter, shared) if card.may_accept else card


def _asked_why(pair: PairTerms | None) -> str:
    if pair is None:
        return _("The customer asked for it.")
    # a forbidden one says its reason where the yes would be
    return "" if pair.rating is Rating.NOT_ALLOWED else pair.reason


def _cannot(product: ProductTerms, counter: Counter) -> str:
    """Why it is not concluded at the desk today; empty when it may be."""
    if product.needs_licence and not counter.is_adviser:
        if counter.hands_on:
            return _("An adviser concludes it: hand it on (l), or note interest.")
        return _("An adviser concludes it: note interest or a follow-up.")
    if product.defer_days:
        return _("May be accepted from day %(day)d on: note a follow-up.") % {
            "day": product.defer_days
        }
    return ""


def main_for_adviser(main: ProductTerms, counter: Counter) -> str:
    """What to do with a main product that only an adviser concludes; empty when he may."""
    if not main.needs_licence or counter.is_adviser:
        return ""
    if counter.hands_on:
        return _("An adviser concludes it: hand it on (l), then save “left without it” (x).")
    return _("An adviser concludes it: save “left without it” (x).")


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
