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

_NAMES = ("benefit_text", "say")


def offer_texts(offer: Offer) -> Iterable[Text]:
    """What its owner has written; "free" needs what it costs later, in the same words."""
    return _fields(offer).keys()


def _fields(offer: Offer) -> dict[Text, str]:
    """text -> the field that holds it"""
    return {_text(offer, name, words): name for name in _NAMES if (words := getattr(offer, name))}


def _text(offer: Offer, name: str, words: str) -> Text:
    """Said is only what was released; a draft waits."""
    released = offer.release.terms if offer.release else {}
    return Text(
        words=words,
        place=f"offer {offer.code} {name}",
        label=f"{offer.code}, {Offer._meta.get_field(name).verbose_name}",
        row=("admin:offers_offer_change", offer.pk),
        is_free=offer.cross.charge_kind == Product.ChargeKind.FREE,
        is_said=words == released.get(name) and not offer.is_paused,
    )


def _still_said(offer: Offer) -> Iterator[Text]:
    """What was released and is written otherwise since: desks go on saying it."""
    for name, words in (offer.release.terms if offer.release else {}).items():
        if name in _NAMES and words and words != getattr(offer, name):
            yield _text(offer, name, words)


def state_of(offer: Offer, *, at: datetime) -> OfferState:
    """Where the offer stands, in the time zone of the person who looks."""
    return eligibility.state(offer_terms(offer), at, timezone.get_current_timezone())


@phrases.add_source
def offers(at: datetime) -> Iterator[Text]:
    """Those that hold or will hold, and the paused ones, which wait; an ended one is history."""
    if not switches.is_on(switches.OFFERS):
        return
    for offer in Offer.objects.kept().with_terms().select_related("cross", "release"):
        if state_of(offer, at=at) is not OfferState.ENDED:
            yield from offer_texts(offer)
            yield from _still_said(offer)


def refused(offers: Iterable[Offer], *, by: User | None) -> dict[int, list[tuple[str, Found]]]:
    """The fields and severe lines for which offers may not be released by this person.

    Shape: row id -> field and line; an offer without any is absent. In one look for all.
    """
    fields = {text: (offer.pk, name) for offer in offers for text, name in _fields(offer).items()}
    found: dict[int, list[tuple[str, Found]]] = {}
    for one in phrases.blocking(fields, by=by):
        pk, name = fields[one.text]
        found.setdefault(pk, []).append((name, one))
    return found
