"""Offers with dates of one's choice."""

from datetime import date

import pytest

from crossbank.catalog.models import Family, Product
from crossbank.offers.models import Offer
from tests.released import release


@pytest.fixture
def draft(db):
    """This will write an offer on CRD beside ACC, fixed from March to August unless said."""
    family = Family.objects.create(code="F", name="Family")
    products = {
        code: Product.objects.create(code=code, name=name, family=family)
        for code, name in [("CRD", "Card"), ("ACC", "Account"), ("LON", "Loan")]
    }

    def make(code="OFF", *, cross="CRD", mains=("ACC",), **fields):
        values = {
            "name": f"Offer {code}",
            "kind": "time_limited",
            "benefit_type": "text",
            "benefit_text": "something",
            "window": "fixed",
            "priority": 10,
            **fields,
        }
        if values["window"] == "fixed":
            values = {"from_on": date(2026, 3, 1), "until_on": date(2026, 9, 1), **values}
        made = Offer.objects.create(code=code, cross=products[cross], **values)
        made.mains.set(products[main] for main in mains)
        return made

    return make


@pytest.fixture
def offer(draft):
    """The same, released."""

    def make(code="OFF", **fields):
        made = draft(code, **fields)
        release(made)
        made.refresh_from_db()
        return made

    return make
