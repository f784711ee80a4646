"""Scarce offers: each use takes its place by one conditional update, in the caller's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F

from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import OfferCount
from crossbank.offers.services import limit_of

_SCOPES = OfferCount.Scope


class Exhausted(Exception):
    """Nothing is left; `scope` says of what."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


@dataclass(frozen=True, kw_only=True)
class Use:
    """One use of a released offer: in which branch, for whom (hash of the number, or "")."""

    offer_id: int
    terms: OfferTerms
    branch: str
    customer: str = ""


def take(use: Use) -> None:
    """This will count a use, or raise Exhausted; the caller's transaction then writes nothing.

    Counters are taken in one order (in all, branch, customer), so that two uses never wait for
    each other. Of many at once the database lets exactly as many pass as the limit says.
    """
    counted = list(_counted(use))
    OfferCount.objects.bulk_create(
        [OfferCount(offer_id=use.offer_id, scope=scope, key=key) for scope, key, _ in counted],
        ignore_conflicts=True,
    )
    for scope, key, limit in counted:
        rows = OfferCount.objects.filter(offer=use.offer_id, scope=scope, key=key)
        if not rows.filter(used__lt=limit).update(used=F("used") + 1):
            raise Exhausted(scope)


def give_back(use: Use) -> None:
    """This will free the place of a use that did not stand. What was never counted stays at 0."""
    for scope, key, _ in _counted(use):
        rows = OfferCount.objects.filter(offer=use.offer_id, scope=scope, key=key, used__gt=0)
        rows.update(used=F("used") - 1)


def _counted(use: Use) -> Iterator[tuple[str, str, int]]:
    keys = {_SCOPES.TOTAL: "", _SCOPES.BRANCH: use.branch, _SCOPES.CUSTOMER: use.customer}
    for scope, key in keys.items():
        limit = limit_of(use.terms, scope)
        if limit is not None:
            yield scope, key, limit
