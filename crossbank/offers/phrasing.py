"""The offers' texts that phrase rules look at."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct import phrases
from crossbank.conduct.phrases import Found, Text
from crossbank.engine import eligibility
from crossbank.engine.eligibility import OfferState
from crossbank.offers.models import Offer
from crossbank.offers.services import offer_terms
from crossbank.org import switches
from crossbank.org.models import User

_SAID = {OfferState.NOW, OfferState.SOON}


def offer_texts(offer: Offer) -> Iterable[Text]:
    """What is said of an offer; "free" needs what it costs later, in the same words."""
    return _fields(offer).keys()


def _fields(offer: Offer) -> dict[Text, str]:
    """text -> the field that holds it"""
    return {
        Text(
            words=words,
            place=f"offer {offer.code} {name}",
            label=f"{offer.code}, {Offer._meta.get_field(name).verbose_name}",
            row=("admin:offers_offer_change", offer.pk),
            is_free=offer.cross.charge_kind == Product.ChargeKind.FREE,
            is_said=not offer.is_paused,
        ): name
        for name in ("benefit_text", "say")
        if (words := getattr(offer, name))
    }


def state_of(offer: Offer, *, at: datetime) -> OfferState:
    """Where the offer stands, in the time zone of the person who looks."""
    return eligibility.state(offer_terms(offer), at, timezone.get_current_timezone())


@phrases.add_source
def offers(at: datetime) -> Iterator[Text]:
    """Those that hold or will hold, and the paused ones, which wait; an ended one is history."""
    if not switches.is_on(switches.OFFERS):
        return
    for offer in Offer.objects.select_related("cross").prefetch_related("mains"):
        if state_of(offer, at=at) is not OfferState.ENDED:
            yield from offer_texts(offer)


def refused(offer: Offer, *, at: datetime, by: User | None) -> list[tuple[str, Found]]:
    """The fields and severe lines for which this offer may not go live; empty when it does not.

    An offer is said from the moment it is saved, so a second person comes before that.
    """
    if state_of(offer, at=at) not in _SAID:
        return []
    fields = _fields(offer)
    return [(fields[one.text], one) for one in phrases.blocking(fields, by=by)]
