"""Offers by the hundred, for figures and for counting queries."""

from datetime import timedelta

from django.utils import timezone

from crossbank.matrix.models import Pairing
from crossbank.offers.models import Offer
from crossbank.offers.placing import release_together
from tests.released import owners


def add_offers(count: int, *, prefix: str, ended: bool, wide: bool = False) -> None:
    """Spread over the rated pairs of the sample bank, released in batches.

    `wide`: each beside every main product that its cross product is rated with, as the offers of a
    bank are that has a few.
    """
    today = timezone.localdate()
    rated = Pairing.objects.exclude(rating__in=["", "not_allowed"]).order_by("rank", "pk")
    asked = list(rated.filter(main__code="CRD-DEB").values_list("main_id", "cross_id"))
    pairs = asked + list(rated.exclude(main__code="CRD-DEB").values_list("main_id", "cross_id"))
    first, until = (-60, -30) if ended else (-5, 5)
    rows = Offer.objects.bulk_create(
        Offer(
            code=f"{prefix}-{n}",
            name=f"offer {n}",
            kind="time_limited",
            cross_id=pairs[n % len(pairs)][1],
            benefit_type="text",
            benefit_text="words",
            window="fixed",
            from_on=today + timedelta(days=first),
            until_on=today + timedelta(days=until),
            priority=n,
        )
        for n in range(count)
    )
    through = Offer.mains.through
    through.objects.bulk_create(
        through(offer_id=row.pk, product_id=main)
        for n, row in enumerate(rows)
        for main, cross in pairs
        if (wide and cross == row.cross_id) or (main, cross) == pairs[n % len(pairs)]
    )
    author, approver = owners()
    people = {"author": author, "approver": approver}
    for start in range(0, count, 500):
        some = rows[start : start + 500]
        release_together(offers=some, note="Many", at=timezone.now(), **people)
