"""Which offer applies here and now, and why the others do not.

Every state follows from the terms and the moment; nothing is switched on by a job. The zone is the
branch's and comes in as a value, so that the cellar reads no zone files.
"""

from bisect import bisect_left
from calendar import isleap
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from crossbank.engine.terms import (
    BenefitType,
    CustomerKind,
    LiveOffer,
    LosingOffer,
    OfferChoice,
    OfferKind,
    OfferTerms,
    Reason,
    ReasonKind,
    Trigger,
    WindowKind,
)

_DAY = timedelta(days=1)


class OfferState(StrEnum):
    """Where an offer stands for everybody, before main product and customer are known."""

    NOW = "now"
    SOON = "soon"
    ENDED = "ended"
    PAUSED = "paused"


_STATE_OF = {
    ReasonKind.NOT_YET: OfferState.SOON,
    ReasonKind.ENDED: OfferState.ENDED,
    ReasonKind.PAUSED: OfferState.PAUSED,
}
# What must happen before the offer, and is not known at the desk until grants exist.
_WAITS_FOR = {
    Trigger.APPROVAL: ReasonKind.NEEDS_APPROVAL,
    Trigger.DRAWDOWN: ReasonKind.AFTER_DRAWDOWN,
}


def local_day(at: datetime, zone: tzinfo) -> date:
    """This will give the day on the wall of a branch.

    Raises: ValueError for a naive moment, which would silently mean the server's own zone.
    """
    if at.utcoffset() is None:
        raise ValueError("a moment needs its zone: got a naive datetime")
    return at.astimezone(zone).date()


def day_starts(day: date, zone: tzinfo) -> datetime:
    """This will give the first moment (UTC) that has this or a later local day.

    Source: decision 7. Midnight is not always there: clocks spring over it in Cairo and Santiago,
    and Samoa left out a whole day. Where midnight comes twice (Havana) the first one counts.
    """
    midnight = datetime.combine(day, time.min)
    early, late = sorted(midnight.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1))
    if local_day(early, zone) >= day:
        return early
    # a gap: PEP 495 gives one moment on each side of it, the day starts between them
    seconds = range(int((late - early).total_seconds()) + 1)
    passed = bisect_left(
        seconds, x=True, key=lambda s: local_day(early + timedelta(seconds=s), zone) >= day
    )
    return early + timedelta(seconds=passed)


def window_days(terms: OfferTerms, day: date) -> tuple[date, date] | None:
    """This will give the half-open local days of the occurrence that holds `day`, else the next.

    Shape: None without dates; a missing side is date.min or date.max. A window that is over and
    does not repeat is given as it was. A yearly one starts in the year of its first date.
    """
    if terms.from_on is None and terms.until_on is None:
        return None
    if terms.repeats_yearly and terms.from_on and terms.until_on:
        return _occurrence(terms.from_on, terms.until_on, day)
    return terms.from_on or date.min, terms.until_on or date.max


def _occurrence(first: date, until: date, day: date) -> tuple[date, date]:
    last = until - _DAY
    span = last.year - first.year  # 1 for a window that crosses New Year
    year = max(first.year, day.year - span)
    if _last_in(last, year + span) < day:
        year += 1
    return _first_in(first, year), _last_in(last, year + span) + _DAY


def _first_in(first: date, year: int) -> date:
    """Where 29 February is missing a window starts after it and ends before it."""
    return first.replace(year=year) if _has(first, year) else date(year, 3, 1)


def _last_in(last: date, year: int) -> date:
    return last.replace(year=year) if _has(last, year) else date(year, 2, 28)


def _has(day: date, year: int) -> bool:
    return (day.month, day.day) != (2, 29) or isleap(year)


def state(terms: OfferTerms, at: datetime, zone: tzinfo) -> OfferState:
    """This will say now, soon, ended or paused. A fixed window without dates is not open yet."""
    reason = _closed(terms, local_day(at, zone))
    return _STATE_OF[reason.kind] if reason else OfferState.NOW


def _closed(terms: OfferTerms, day: date) -> Reason | None:
    if terms.is_paused:
        return Reason(kind=ReasonKind.PAUSED)
    window = window_days(terms, day)
    if window is None:
        return Reason(kind=ReasonKind.NOT_YET) if terms.window is WindowKind.FIXED else None
    first, until = window
    if day < first:
        return Reason(kind=ReasonKind.NOT_YET, day=first)
    if day >= until:
        return Reason(kind=ReasonKind.ENDED, day=until - _DAY)
    return None


def judge(
    terms: OfferTerms, *, main: str, customer_kind: CustomerKind, at: datetime, zone: tzinfo
) -> LiveOffer | Reason:
    """This will say whether one offer may be used in this consultation, else the first reason."""
    day = local_day(at, zone)
    if main not in terms.mains:
        return Reason(kind=ReasonKind.WRONG_MAIN)
    return (
        _closed(terms, day)
        or _wrong_customer(terms, customer_kind)
        or _waiting(terms)
        or _live(terms, day, zone)
    )


def _wrong_customer(terms: OfferTerms, customer_kind: CustomerKind) -> Reason | None:
    if terms.customer_status in ("both", customer_kind):
        return None
    # an approval is personal: who it is for is asked when there is one, so it is named first
    if customer_kind == CustomerKind.UNKNOWN and terms.trigger in _WAITS_FOR:
        return None
    return Reason(kind=ReasonKind.CUSTOMER_STATUS, subject=terms.customer_status)


def _waiting(terms: OfferTerms) -> Reason | None:
    kind = _WAITS_FOR.get(terms.trigger)
    return Reason(kind=kind) if kind else None


def _live(terms: OfferTerms, day: date, zone: tzinfo) -> LiveOffer:
    last_day = _last_day(terms, day)
    if terms.kind is OfferKind.ONE_TIME or terms.window is WindowKind.CONSULTATION:
        return LiveOffer(terms=terms, only_now=True)
    if last_day is None:
        return LiveOffer(terms=terms, only_now=False)
    ends_at = day_starts(last_day + _DAY, zone)
    return LiveOffer(terms=terms, only_now=False, last_day=last_day, ends_at=ends_at)


def _last_day(terms: OfferTerms, day: date) -> date | None:
    if terms.window is WindowKind.RELATIVE:
        return day + timedelta(days=terms.days_after or 0)
    window = window_days(terms, day)
    return None if window is None or window[1] == date.max else window[1] - _DAY


def choose(
    offers: Iterable[OfferTerms],
    *,
    main: str,
    customer_kind: CustomerKind,
    at: datetime,
    zone: tzinfo,
) -> OfferChoice:
    """This will judge the offers of one cross product: at most one applies.

    Shape: the highest priority wins, then the code; losers in the same order. Offers for another
    main are no alternative and are left out.
    """
    live: LiveOffer | None = None
    losing: list[LosingOffer] = []
    for terms in sorted(offers, key=lambda o: (-o.priority, o.code)):
        verdict = judge(terms, main=main, customer_kind=customer_kind, at=at, zone=zone)
        if isinstance(verdict, LiveOffer):
            if live is None:
                live = verdict
                continue
            verdict = _beaten(terms, live.terms)
        if verdict.kind is not ReasonKind.WRONG_MAIN:
            losing.append(LosingOffer(terms=terms, reason=verdict))
    return OfferChoice(live=live, losing=tuple(losing))


def _beaten(loser: OfferTerms, winner: OfferTerms) -> Reason:
    same_group = loser.exclusion_group and loser.exclusion_group == winner.exclusion_group
    two_prices = BenefitType.TEXT not in (loser.benefit_type, winner.benefit_type)
    one_price = two_prices and not same_group
    kind = ReasonKind.ONE_PRICE_BENEFIT if one_price else ReasonKind.LOWER_PRIORITY
    return Reason(kind=kind, subject=winner.code)


class OfferBook:
    """Offers sorted once, so that advice asks only those of its main product.

    Verdicts follow from the local day, so a day's are worked out once per main and customer kind.
    """

    def __init__(self, offers: Iterable[OfferTerms]) -> None:
        self._by_main: dict[str, list[OfferTerms]] = {}
        for terms in offers:
            for main in terms.mains:
                self._by_main.setdefault(main, []).append(terms)
        self._day: tuple[date, tzinfo] | None = None
        self._known: dict[tuple[str, CustomerKind], dict[str, OfferChoice]] = {}

    def choices(
        self, *, main: str, customer_kind: CustomerKind, at: datetime, zone: tzinfo
    ) -> dict[str, OfferChoice]:
        """As the function `choices`. The answer is shared: read it, do not change it."""
        day = (local_day(at, zone), zone)
        if day != self._day:
            self._day, self._known = day, {}
        asked = (main, customer_kind)
        if asked not in self._known:
            self._known[asked] = choices(
                self._by_main.get(main, ()),
                main=main,
                customer_kind=customer_kind,
                at=at,
                zone=zone,
            )
        return self._known[asked]


def choices(
    offers: Iterable[OfferTerms],
    *,
    main: str,
    customer_kind: CustomerKind,
    at: datetime,
    zone: tzinfo,
) -> dict[str, OfferChoice]:
    """This will judge all offers, by cross product in code order; a cross without any is absent."""
    by_cross: dict[str, list[OfferTerms]] = {}
    for terms in offers:
        if main in terms.mains:
            by_cross.setdefault(terms.cross, []).append(terms)
    return {
        cross: choose(by_cross[cross], main=main, customer_kind=customer_kind, at=at, zone=zone)
        for cross in sorted(by_cross)
    }
