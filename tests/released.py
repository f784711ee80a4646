"""Offers as desks see them: what tests write holds only once two people released it."""

from collections.abc import Collection
from datetime import UTC, datetime

from crossbank.offers.models import Offer, OfferRelease, Placement
from crossbank.offers.placing import release_together
from crossbank.org.models import Role, User

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def release(*offers: Offer | str, at: datetime = LONG_AGO) -> list[OfferRelease]:
    """This will let these offers (rows or codes; all without any) hold as they are written now."""
    codes = [offer if isinstance(offer, str) else offer.code for offer in offers]
    rows = Offer.objects.filter(code__in=codes) if codes else Offer.objects.all()
    author, approver = owners()
    return release_together(offers=rows, note="In a test", author=author, approver=approver, at=at)


def owners() -> list[User]:
    """Author and approver: of the sample bank, else made."""
    fields = {"role": Role.OWNER}
    return [
        User.objects.get_or_create(username=name, defaults=fields)[0]
        for name in ("owner", "owner2")
    ]


def keep_only(codes: Collection[str] = ()) -> None:
    """This will leave these offers alone in the bank, as if no other was ever written."""
    others = list(Offer.objects.exclude(code__in=list(codes)).values_list("pk", flat=True))
    Offer.objects.filter(pk__in=others).update(release=None)
    Placement.objects.filter(offer__in=others).delete()
    # rows that nobody may delete, which no bank ever does
    releases = OfferRelease.objects.filter(offer__in=others)
    releases._raw_delete(releases.db)
    Offer.objects.filter(pk__in=others).delete()


def hold_none() -> None:
    """This will leave the bank without offers."""
    keep_only()
