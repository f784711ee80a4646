"""The offers page as values: which run, which come, which ended, each explained."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crossbank.engine import eligibility
from crossbank.engine.offer_checks import Rivals
from crossbank.engine.offer_groups import rank
from crossbank.engine.terms import OfferKind, OfferTerms, Trigger, WindowKind
from crossbank.offers.life import Stage, stage
from crossbank.offers.models import Offer

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A product to link to."""

    code: str
    name: str


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
    state: Stage
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
    """`more`: how many ended ones are not shown."""

    state: Stage
    cards: tuple[Card, ...]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.cards) + self.more

    @property
    def is_shown(self) -> bool:
        """Paused and used-up ones are spoken of only where there are any."""
        return bool(self.cards) or self.state not in (Stage.PAUSED, Stage.EXHAUSTED)


def countdown(seconds: int) -> str:
    """“2 d 03:12” while days remain, then “03:12:09”: what `app.js` goes on counting."""
    minutes, second = divmod(max(seconds, 0), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        sign = pgettext("days, one letter", "d")
        return f"{days} {sign} {hour:02}:{minute:02}"
    return f"{hour:02}:{minute:02}:{second:02}"


_ORDER = (Stage.ACTIVE, Stage.SCHEDULED, Stage.PAUSED, Stage.EXHAUSTED, Stage.ENDED)


def sections(
    offers: Iterable[OfferTerms],
    names: Mapping[str, str],
    *,
    at: datetime,
    zone: tzinfo,
    used_up: Collection[str] = (),
    more_ended: int = 0,
) -> tuple[Section, ...]:
    """This will sort released offers by where they stand at a moment, in a branch's own day.

    Shape: now, soon, paused, used up, ended, always all five; inside, what ends (or starts) first
    comes first, then by code. `names`: product code -> name.
    """
    stages = [(one, stage(one, at=at, zone=zone, used_up=used_up)) for one in offers]
    rivals = Rivals(one for one, stands in stages if stands is not Stage.ENDED)
    cards = [_card(one, stands, rivals, names, at=at, zone=zone) for one, stands in stages]
    return tuple(
        Section(
            state=state,
            cards=tuple(sorted((c for c in cards if c.state is state), key=_place)),
            more=more_ended if state is Stage.ENDED else 0,
        )
        for state in _ORDER
    )


def _place(card: Card) -> tuple[date, str]:
    if card.state is Stage.SCHEDULED:
        return card.first_day or date.max, card.code
    if card.state is Stage.ENDED:  # the latest first
        return date.min + (date.max - (card.last_day or date.min)), card.code
    return card.last_day or date.max, card.code


def _card(
    offer: OfferTerms,
    state: Stage,
    rivals: Rivals,
    names: Mapping[str, str],
    *,
    at: datetime,
    zone: tzinfo,
) -> Card:
    first_day, last_day = _days(eligibility.window_days(offer, eligibility.local_day(at, zone)))
    left = None
    if state is Stage.ACTIVE and last_day:
        left = int((eligibility.day_starts(last_day + _DAY, zone) - at).total_seconds())
    met = () if state is Stage.ENDED else sorted(rivals.of(offer), key=rank)
    return Card(
        code=offer.code,
        name=offer.name,
        state=state,
        cross=_named(offer.cross, names),
        mains=tuple(
            sorted((_named(m, names) for m in offer.mains), key=lambda m: (m.name, m.code))
        ),
        is_one_time=offer.kind is OfferKind.ONE_TIME,
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
        customers=Offer.Status(offer.customer_status).label,
        group=offer.exclusion_group,
        priority=offer.priority,
        beats=tuple(_rival(o) for o in met if rank(o) > rank(offer)),
        yields_to=tuple(_rival(o) for o in met if rank(o) < rank(offer)),
        needs_second_consent=offer.needs_second_consent,
    )


def _days(window: tuple[date, date] | None) -> tuple[date | None, date | None]:
    """Half-open to inclusive; a side that is open stays None."""
    if window is None:
        return None, None
    first, until = window
    return None if first == date.min else first, None if until == date.max else until - _DAY


def _named(code: str, names: Mapping[str, str]) -> Named:
    return Named(code=code, name=names.get(code, code))


def _rival(offer: OfferTerms) -> Rival:
    return Rival(code=offer.code, name=offer.name)


def _window_in_words(offer: OfferTerms) -> str:
    if offer.window is WindowKind.CONSULTATION:
        return _("Only while the main product is being registered")
    if offer.window is WindowKind.RELATIVE:
        return _("%(days)s days after: %(event)s") % {
            "days": offer.days_after,
            "event": Offer.Trigger(offer.trigger).label,
        }
    return ""


def _waits_for(offer: OfferTerms) -> str:
    if offer.trigger is Trigger.APPROVAL:
        return _("Needs a personal approval first.")
    if offer.trigger is Trigger.DRAWDOWN:
        return _("Only after the loan is paid out.")
    return ""
