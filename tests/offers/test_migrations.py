"""What held before releases were kept holds after, as each offer's version 1."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from crossbank.catalog.models import Product
from crossbank.offers.models import Offer, OfferRelease, Placement
from crossbank.offers.releases import differs
from crossbank.offers.services import all_terms, offer_terms
from tests.released import LONG_AGO

pytestmark = pytest.mark.django_db
step = import_module("crossbank.offers.migrations.0003_release_what_holds")


def test_every_offer_becomes_its_version_one(draft) -> None:
    fixed = draft("A", say="Look", mains=("ACC", "LON"))
    draft("B", cross="LON", mains=("ACC",), window="consultation", kind="one_time")
    paused = draft("C", cross="ACC", mains=("LON",), repeats_yearly=True, is_paused=True)

    step.release(apps, None)

    offers = {offer.code: offer for offer in Offer.objects.with_terms()}
    known = all_terms(LONG_AGO)
    assert sorted(terms.code for terms in known.values()) == ["A", "B", "C"]
    assert [differs(offer) for offer in offers.values()] == [False] * 3
    made = OfferRelease.objects.get(offer=fixed)
    assert (made.number, made.author, made.approver) == (1, None, None)
    assert known[fixed.pk].say == "Look"
    assert known[paused.pk].is_paused is True
    assert offer_terms(offers["C"]).is_paused is True
    places = Placement.objects.order_by("offer__code", "main__code")
    assert list(places.values_list("offer__code", "main__code", "until")) == [
        ("A", "ACC", date(2026, 9, 1)),
        ("A", "LON", date(2026, 9, 1)),
        ("B", "ACC", date.max),
        ("C", "LON", date.max),
    ]


def test_what_is_released_already_is_left_alone(draft, offer) -> None:
    offer("A")
    Offer.objects.update(name="Written since")
    Product.objects.filter(code="ACC").update(name="Other")

    step.release(apps, None)

    assert OfferRelease.objects.get().terms["name"] == "Offer A"
