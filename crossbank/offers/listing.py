"""The offers page as values: which run, which come, which ended, each explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crossbank.catalog.models import Product
from crossbank.engine import eligibility
from crossbank.engine.eligibility import OfferState
from crossbank.engine.terms import OfferKind, Trigger, WindowKind
from crossbank.offers.models import Offer
from crossbank.offers.services import offer_terms

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A product to link to."""

    code: str
    name: str

    @classmethod
    def of(cls, product: Product) -> "Named":
        return cls(code=product.code, name=product.name)


@dataclass(frozen=True, kw_only=True)
class Rival:
    """An offer of the same group, of which only one can apply."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One offer as everybody may read it. `seconds_left` only where a last day is known.

    `first_day`, `last_day`: of the occurrence that runs or comes next, both inclusive.
    """

    code: str
    name: str
    state: OfferState
    cross: Named
    mains: tuple[Named, ...]
    is_one_time: bool
    benefit_text: str
    price_with_text: str
    price_alone_text: str
    say: str
    window_text: str
    waits_for: str | Promise
    first_day: date | None
    last_day: date | None
    seconds_left: int | None
    countdown: str
    customer_status: str
    customers: str | Promise
    group: str
    priority: int
    beats: tuple[Rival, ...]
    yields_to: tuple[Rival, ...]
    needs_second_consent: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    state: OfferState
    cards: tuple[Card, ...]


def countdown(seconds: int) -> str:
    """“2 d 03:12” while days remain, then “03:12:09”: what `app.js` goes on counting."""
    minutes, second = divmod(max(seconds, 0), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        sign = pgettext("days, one letter", "d")
        return f"{days} {sign} {hour:02}:{minute:02}"
    return f"{hour:02}:{minute:02}:{second:02}"


def sections(offers: Iterable[Offer], *, at: datetime, zone: tzinfo) -> tuple[Section, ...]:
    """This will sort the offers by their state at a moment, in a branch's own day.

    Shape: now, soon, paused, ended, always all four; inside, what ends (or starts) first comes
    first, then by code. `cross` must be joined and `mains` prefetched.
    """
    everything = tuple(offers)
    cards = [_card(offer, everything, at=at, zone=zone) for offer in everything]
    order = (OfferState.NOW, OfferState.SOON, OfferState.PAUSED, OfferState.ENDED)
    return tuple(
        Section(
            state=state, cards=tuple(sorted((c for c in cards if c.state is state), key=_place))
        )
        for state in order
    )


def _place(card: Card) -> tuple[date, str]:
    if card.state is OfferState.SOON:
        return card.first_day or date.max, card.code
    if card.state is OfferState.ENDED:  # the latest first
        return date.min + (date.max - (card.last_day or date.min)), card.code
    return card.last_day or date.max, card.code


def _card(offer: Offer, offers: tuple[Offer, ...], *, at: datetime, zone: tzinfo) -> Card:
    terms = offer_terms(offer)
    state = eligibility.state(terms, at, zone)
    first_day, last_day = _days(eligibility.window_days(terms, eligibility.local_day(at, zone)))
    left = None
    if state is OfferState.NOW and last_day:
        left = int((eligibility.day_starts(last_day + _DAY, zone) - at).total_seconds())
    rivals = _rivals(offer, offers)
    return Card(
        code=offer.code,
        name=offer.name,
        state=state,
        cross=Named.of(offer.cross),
        mains=tuple(sorted(map(Named.of, offer.mains.all()), key=lambda m: (m.name, m.code))),
        is_one_time=terms.kind is OfferKind.ONE_TIME,
        benefit_text=offer.benefit_text,
        price_with_text=offer.price_with_text,
        price_alone_text=offer.price_alone_text,
        say=offer.say,
        window_text=offer.window_text or _window_in_words(offer),
        waits_for=_waits_for(offer),
        first_day=first_day,
        last_day=last_day,
        seconds_left=left,
        countdown="" if left is None else countdown(left),
        customer_status=offer.customer_status,
        customers=offer.get_customer_status_display(),
        group=offer.exclusion_group,
        priority=offer.priority,
        beats=tuple(_rival(o) for o in rivals if _rank(o) > _rank(offer)),
        yields_to=tuple(_rival(o) for o in rivals if _rank(o) < _rank(offer)),
        needs_second_consent=offer.needs_second_consent,
    )


def _days(window: tuple[date, date] | None) -> tuple[date | None, date | None]:
    """Half-open to inclusive; a side that is open stays None."""
    if window is None:
        return None, None
    first, until = window
    return None if first == date.min else first, None if until == date.max else until - _DAY


def _rank(offer: Offer) -> tuple[int, str]:
    """Smaller goes first: the same order as `eligibility.choose`."""
    return -offer.priority, offer.code


def _rival(offer: Offer) -> Rival:
    return Rival(code=offer.code, name=offer.name)


def _rivals(offer: Offer, offers: tuple[Offer, ...]) -> list[Offer]:
    """Offers that can meet this one: the same product, main product and customer."""
    others = (o for o in offers if o.pk != offer.pk and o.cross_id == offer.cross_id)
    return sorted((o for o in others if _may_meet(offer, o)), key=_rank)


def _may_meet(one: Offer, other: Offer) -> bool:
    statuses = {one.customer_status, other.customer_status}
    same_customer = len(statuses) == 1 or Offer.Status.BOTH in statuses
    return same_customer and not {m.pk for m in one.mains.all()}.isdisjoint(
        m.pk for m in other.mains.all()
    )


def _window_in_words(offer: Offer) -> str:
    if offer.window == WindowKind.CONSULTATION:
        return _("Only while the main product is being registered")
    if offer.window == WindowKind.RELATIVE:
        return _("%(days)s days after: %(event)s") % {
            "days": offer.days_after,
            "event": offer.get_trigger_event_display(),
        }
    return ""


def _waits_for(offer: Offer) -> str:
    if offer.trigger_event == Trigger.APPROVAL:
        return _("Needs a personal approval first.")
    if offer.trigger_event == Trigger.DRAWDOWN:
        return _("Only after the loan is paid out.")
    return ""
