"""Offer rows as the engine's terms, and which of them apply."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from crossbank.catalog.models import Product
from crossbank.engine import eligibility, terms
from crossbank.offers.models import Offer


def offer_terms(offer: Offer) -> terms.OfferTerms:
    """One row as terms; `cross` must be joined and `mains` prefetched. A new row has no mains yet."""
    return terms.OfferTerms(
        code=offer.code,
        name=offer.name,
        kind=terms.OfferKind(offer.kind),
        cross=offer.cross.code,
        mains=tuple(sorted(main.code for main in offer.mains.all())) if offer.pk else (),
        customer_status=offer.customer_status,
        benefit_type=terms.BenefitType(offer.benefit_type),
        benefit_value=offer.benefit_value,
        benefit_text=offer.benefit_text,
        price_with_minor=offer.price_with_minor,
        price_with_text=offer.price_with_text,
        price_alone_text=offer.price_alone_text,
        say=offer.say,
        window=terms.WindowKind(offer.window),
        window_text=offer.window_text,
        trigger=terms.Trigger(offer.trigger_event),
        days_after=offer.days_after,
        from_on=offer.from_on,
        until_on=offer.until_on,
        repeats_yearly=offer.repeats_yearly,
        priority=offer.priority,
        exclusion_group=offer.exclusion_group,
        needs_second_consent=offer.needs_second_consent,
        is_paused=offer.is_paused,
    )


def _joined() -> QuerySet[Offer]:
    mains = Prefetch("mains", Product.objects.only("code"))
    return Offer.objects.select_related("cross").prefetch_related(mains).order_by("code")


def all_terms() -> dict[int, terms.OfferTerms]:
    """Every offer by row id, in two queries."""
    return {offer.pk: offer_terms(offer) for offer in _joined()}


def terms_beside(main: str) -> dict[int, terms.OfferTerms]:
    """The offers that apply beside one main product by row id, in two queries."""
    return {offer.pk: offer_terms(offer) for offer in _joined().filter(mains__code=main)}


def terms_of(codes: Iterable[str]) -> dict[int, terms.OfferTerms]:
    """The offers with these codes by row id, in two queries; unknown codes are absent."""
    return {offer.pk: offer_terms(offer) for offer in _joined().filter(code__in=codes)}


def choices(
    offers: Iterable[terms.OfferTerms],
    *,
    main: str,
    customer_kind: terms.CustomerKind,
    at: datetime,
    zone: ZoneInfo,
) -> dict[str, terms.OfferChoice]:
    """cross -> which offer applies beside `main` at this moment in this branch, and which lose."""
    return eligibility.choices(offers, main=main, customer_kind=customer_kind, at=at, zone=zone)


def frozen(offer: terms.OfferTerms) -> dict[str, Any]:
    """Terms as they are kept on the record that used them: plain JSON, dates as ISO text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(offer).items()
    }
