"""What offers did in a period: used with a conversation, by a right of another day or at once.

A right joins two days: the one on which it was given, and the one on which it was used, perhaps in
another branch. Each day's tally stays as it was; only here the two are told together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from crossbank.desk.models import Consultation, Redemption
from crossbank.offers.models import Grant, Offer
from crossbank.review.facts import conditions
from crossbank.review.terms import Filter, Named


@dataclass(frozen=True, kw_only=True)
class OfferUse:
    """One offer. `used` in these places; `by_right` and `on_main` are parts of it.

    `given`: rights that these places gave in the period; of them `redeemed` were used since,
    wherever; the rest is open or has ended. `from_lists`: they came out of lists of approvals, which
    no branch gives.
    """

    offer: Named
    from_lists: bool = False
    used: int = 0
    by_right: int = 0
    on_main: int = 0
    withdrawn: int = 0
    given: int = 0
    redeemed: int = 0

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Name and number of each figure, in the order of the page."""
        names = ("used", "by_right", "on_main", "withdrawn", "given", "redeemed")
        return tuple((name, getattr(self, name)) for name in names)


def offer_uses(asked: Filter) -> tuple[OfferUse, ...]:
    """This will count standing uses and rights given, by the offer's code, in three queries."""
    uses = _by_offer(
        Redemption.objects.standing()
        .filter(consultation__in=_standing(asked))
        .values("offer_id")
        .annotate(
            used=Count("pk"),
            by_right=Count("grant"),
            on_main=Count("pk", filter=Q(item=None)),
            withdrawn=Count("reversed_at"),
        )
    )
    rights = _given(asked, branch__in=[place.pk for place in asked.places])
    offers = Offer.objects.filter(pk__in={*uses, *rights}).order_by("code")
    return tuple(
        OfferUse(offer=Named(code=code, name=name), **uses.get(pk, {}), **rights.get(pk, {}))
        for pk, code, name in offers.values_list("pk", "code", "name")
    )


def list_rights(asked: Filter) -> tuple[OfferUse, ...]:
    """The same of rights out of lists, for who looks at the whole bank, in two queries."""
    rights = _given(asked, from_list__isnull=False)
    offers = Offer.objects.filter(pk__in=rights).order_by("code")
    return tuple(
        OfferUse(offer=Named(code=code, name=name), from_lists=True, **rights[pk])
        for pk, code, name in offers.values_list("pk", "code", "name")
    )


def _given(asked: Filter, **whose: Any) -> dict[int, dict[str, int]]:
    return _by_offer(
        Grant.objects.filter(
            issued_on__gte=asked.since, issued_on__lt=asked.until, withdrawn_at=None, **whose
        )
        .values("release__offer_id")
        .annotate(given=Count("pk"), redeemed=Count("used_at"))
    )


def _standing(asked: Filter) -> Any:
    return Consultation.objects.standing().filter(**conditions(asked))


def _by_offer(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, int]]:
    found = {}
    for row in rows:
        key = row.pop("offer_id", None) or row.pop("release__offer_id")
        found[key] = row
    return found
