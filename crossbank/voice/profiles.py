"""What customers plan: asked, kept with its day, forgotten when they say so. Off by default.

A customer is known here by the keyed hash of his number alone.
"""

from datetime import date, datetime

from django.db import transaction

from crossbank.catalog.models import Need
from crossbank.conduct import services as conduct
from crossbank.engine.terms import SaidNeed
from crossbank.org.models import User
from crossbank.voice.models import NeedProfile, year_before


class NoSuchNeed(Exception):
    """Nobody is asked for this need any more."""


@transaction.atomic
def keep(*, customer_ref: str, need: str, horizon: str, at: datetime, by: User) -> NeedProfile:
    """This will keep what a customer named; said again, it takes the new day and horizon.

    Raises NoSuchNeed.
    """
    found = Need.objects.filter(code=need, is_active=True).first()
    if found is None:
        raise NoSuchNeed
    said, _is_new = NeedProfile.objects.update_or_create(
        customer_ref=customer_ref,
        need=found,
        defaults={"horizon": horizon, "asked_on": by.branch.local_day(at), "by": by},
    )
    conduct.record(action="need_asked", subject=need, detail={"horizon": horizon}, at=at, by=by)
    return said


@transaction.atomic
def forget(*, customer_ref: str, need: str, at: datetime, by: User) -> int:
    """This will delete what a customer named, and return how many rows that were (0 or 1)."""
    gone, _by_model = NeedProfile.objects.of(customer_ref).filter(need__code=need).delete()
    if gone:
        conduct.record(action="need_forgotten", subject=need, at=at, by=by)
    return gone


def forget_old(*, day: date) -> int:
    """This will delete what was named more than a year ago, and say how many rows that were.

    Of exactly a year: tomorrow, since a branch may still be a day behind.
    """
    gone, _by_model = NeedProfile.objects.filter(asked_on__lt=year_before(day)).delete()
    return gone


def said(*, customer_ref: str, day: date) -> tuple[SaidNeed, ...]:
    """This will read what orders the cards: fresh needs, the soonest horizon first."""
    rows = NeedProfile.objects.of(customer_ref).fresh(day).soonest_first()
    return tuple(
        SaidNeed(need=code, on=on) for code, on in rows.values_list("need__code", "asked_on")
    )
