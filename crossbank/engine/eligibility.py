"""Which offer applies here and now, and why the others do not.

Every state follows from the terms and the moment; nothing is switched on by a job. The zone is the
branch's and comes in as a value, so that the cellar reads no zone files.
"""

from bisect import bisect_left
from calendar import isleap
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from crossbank.engine.conditions import PLACES, Facts
from crossbank.engine.conditions import judge as judge_conditions
from crossbank.engine.layers import first_refusal, question, told
from crossbank.engine.terms import (
    CustomerKind,
    LiveOffer,
    OfferKind,
    OfferTerms,
    Reason,
    ReasonKind,
    Right,
    Trigger,
    WindowKind,
)

_DAY = timedelta(days=1)
NOTHING = Facts()  # nobody knows anything: every condition is a question


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
# What must happen before the offer: it gives the customer a right, and only with that he has it.
WAITS_FOR = {
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


def judge_right(right: Right, *, at: datetime, facts: Facts = NOTHING) -> LiveOffer | Reason:
    """This will say whether a customer's right still holds; its clock is all that counts.

    Main product, branch, customer status and a pause since then change nothing: it was promised.
    What its conditions left open then is asked now, before it is used.
    """
    if at >= right.until:
        return Reason(kind=ReasonKind.ENDED, day=right.last_day)
    return LiveOffer(
        terms=right.terms,
        only_now=False,
        last_day=right.last_day,
        ends_at=right.until,
        right=right,
        ask=asked_first(right.terms, facts),
    )


def asked_first(terms: OfferTerms, facts: Facts = NOTHING) -> Reason | None:
    """This will say what the conditions of a right leave to be asked of the customer, if anything."""
    his = tuple(one for one in terms.conditions if one.attribute not in PLACES)
    return question(_told(replace(terms, conditions=his), facts)) if his else None


def ends_early(last_day: date, until: datetime, zone: tzinfo) -> bool:
    """This will say whether a right is over in a zone before its last day is over there."""
    return until < day_starts(last_day + _DAY, zone)


def right_until(terms: OfferTerms, *, at: datetime, zone: tzinfo) -> datetime:
    """This will give the end of a right that begins now: the Nth local day's, as one moment.

    Source: decision 7: the issuing branch's days count. Raises: ValueError without `days_after`.
    """
    if terms.days_after is None:
        raise ValueError(f"{terms.code} has no days after its event")
    return day_starts(local_day(at, zone) + timedelta(days=terms.days_after + 1), zone)


def judge(
    terms: OfferTerms,
    *,
    main: str,
    customer_kind: CustomerKind,
    at: datetime,
    zone: tzinfo,
    facts: Facts = NOTHING,
    event: Trigger = Trigger.NONE,
) -> LiveOffer | Reason:
    """This will say whether one offer may be used in this consultation, else the first reason.

    `facts`: what its conditions are judged by; what is not known there is to be asked first.
    `event`: what has just happened; an offer that waits for it waits no more.
    """
    day = local_day(at, zone)
    if main not in terms.mains:
        return Reason(kind=ReasonKind.WRONG_MAIN)
    return (
        _closed(terms, day)
        or _wrong_customer(terms, customer_kind)
        or (None if terms.trigger is event else _waiting(terms))
        or _conditioned(terms, _live(terms, day, zone), facts)
    )


def _conditioned(terms: OfferTerms, live: LiveOffer, facts: Facts) -> LiveOffer | Reason:
    """The three layers: a refusal with its reason, or what is to be asked first."""
    reasons = _told(terms, facts)
    return (first_refusal(reasons) or replace(live, ask=question(reasons))) if reasons else live


def _told(terms: OfferTerms, facts: Facts) -> tuple[Reason, ...]:
    """What the conditions say; he does not have what he is taking just now."""
    if not terms.conditions:
        return ()
    others = replace(facts, holds=tuple(code for code in facts.holds if code != terms.cross))
    return told(judge_conditions(terms.conditions, others))


def _wrong_customer(terms: OfferTerms, customer_kind: CustomerKind) -> Reason | None:
    if terms.customer_status in ("both", customer_kind):
        return None
    # an approval is personal: who it is for is asked when there is one, so it is named first
    if customer_kind == CustomerKind.UNKNOWN and terms.trigger in WAITS_FOR:
        return None
    return Reason(kind=ReasonKind.CUSTOMER_STATUS, subject=terms.customer_status)


def _waiting(terms: OfferTerms) -> Reason | None:
    kind = WAITS_FOR.get(terms.trigger)
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
