"""Released versions as rows, and where the one that holds stands beside main products."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from crossbank.engine.snapshot import digest_of_json
from crossbank.offers.models import Offer, OfferRelease, Placement
from crossbank.offers.services import frozen, offer_terms
from crossbank.org.models import User


@transaction.atomic
def release_together(
    *, offers: Iterable[Offer], note: str, author: User, approver: User, at: datetime
) -> list[OfferRelease]:
    """This will release many offers as their next version, in a few statements, unchecked.

    For the demo bank and tests, which vouch for the second person's consent and for the terms.
    """
    drafts = list(
        Offer.objects.with_terms()
        .filter(pk__in=[offer.pk for offer in offers])
        .annotate(newest=Max("releases__number"))
        .order_by("code")
    )
    made = OfferRelease.objects.bulk_create(
        draft_release(o, (o.newest or 0) + 1, note=note, author=author, approver=approver, at=at)
        for o in drafts
    )
    for offer, release in zip(drafts, made, strict=True):
        offer.release = release
    Offer.objects.bulk_update(drafts, ["release"])
    Placement.objects.filter(offer__in=drafts).delete()
    Placement.objects.bulk_create(placements(drafts))
    return made


def draft_release(
    offer: Offer, number: int, *, note: str, author: User, approver: User | None, at: datetime
) -> OfferRelease:
    """The next version of an offer as it is written, unsaved."""
    terms = frozen(replace(offer_terms(offer), is_paused=False, version=number))
    return OfferRelease(
        offer=offer,
        number=number,
        terms=terms,
        digest=digest_of_json(terms),
        released_at=at,
        author=author,
        approver=approver,
        note=note,
    )


def place(offer: Offer) -> None:
    """This will put the release that holds beside its main products, and nothing else of the offer."""
    offer.placements.all().delete()
    if offer.archived_at is None and offer.release:
        Placement.objects.bulk_create(placements([offer]))


def placements(offers: Iterable[Offer]) -> list[Placement]:
    """The places of released offers, unsaved; `mains` must be what was released."""
    return [
        Placement(offer=offer, release=offer.release, main=main, until=_until(offer))
        for offer in offers
        for main in offer.mains.all()
    ]


def _until(offer: Offer) -> date:
    """Dates bind windows of every kind; only one that has a beginning comes back every year."""
    comes_back = offer.repeats_yearly and offer.from_on
    return date.max if comes_back else offer.until_on or date.max
