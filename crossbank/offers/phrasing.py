"""The offers' texts that phrase rules look at."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct.phrases import Text, add_source
from crossbank.engine import eligibility
from crossbank.engine.eligibility import OfferState
from crossbank.offers.models import Offer
from crossbank.offers.services import offer_terms
from crossbank.org import switches


def offer_texts(offer: Offer) -> Iterator[Text]:
    """What is said of an offer; "free" needs what it costs later, in the same words."""
    for name in ("benefit_text", "say"):
        if words := getattr(offer, name):
            yield Text(
                words=words,
                place=f"offer {offer.code} {name}",
                label=f"{offer.code}, {Offer._meta.get_field(name).verbose_name}",
                row=("admin:offers_offer_change", offer.pk),
                is_free=offer.cross.charge_kind == Product.ChargeKind.FREE,
            )


@add_source
def offers(at: datetime) -> Iterator[Text]:
    """Those that hold or will hold; an ended or paused one is said by nobody."""
    if not switches.is_on(switches.OFFERS):
        return
    for offer in Offer.objects.select_related("cross").prefetch_related("mains"):
        state = eligibility.state(offer_terms(offer), at, timezone.get_current_timezone())
        if state in {OfferState.NOW, OfferState.SOON}:
            yield from offer_texts(offer)
