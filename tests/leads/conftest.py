"""Leads of the sample bank: Marie W. takes mortgages in B01, Niran C. investments in B02."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crossbank.catalog.models import Product
from crossbank.leads import services
from crossbank.leads.models import Lead, Unit

MONDAY = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hand_on(person):
    """This will hand a need on as somebody."""

    def handed_on(who: str = "seller", unit: str = "MORTGAGE", *, at=MONDAY, **fields) -> Lead:
        product = fields.pop("product", "")
        return services.hand_on(
            **{
                "uuid": uuid4(),
                "unit": Unit.objects.get(code=unit),
                "said": "Lease ends in May",
                "product": Product.objects.get(code=product) if product else None,
                **fields,
            },
            at=at,
            by=person(who),
        )

    return handed_on


@pytest.fixture
def walk(hand_on, person):
    """This will hand on and take the lead through acts of its unit, an hour apart."""

    def walked(*acts: str, taker: str = "marie.w", at=MONDAY, **fields) -> Lead:
        lead, by = hand_on(at=at, **fields), person(taker)
        for n, act in enumerate(acts, start=1):
            words = {} if act == "accept" else {"note": "because"}
            getattr(services, act)(lead=lead, **words, at=at + n * HOUR, by=by)
        lead.refresh_from_db()
        return lead

    return walked


@pytest.fixture
def form():
    """Fields of one handing on, as the page sends them."""

    def filled(unit: str = "MORTGAGE", **fields) -> dict[str, str]:
        return {"uuid": str(uuid4()), "said": "Lease ends in May", "unit": unit, **fields}

    return filled
