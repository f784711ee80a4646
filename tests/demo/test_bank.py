"""The data files become the whole bank, once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from crossbank.catalog.models import Need, Product
from crossbank.demo import bank
from crossbank.engine.eligibility import OfferState, judge, state
from crossbank.engine.terms import CustomerKind, LiveOffer, Rating
from crossbank.matrix import editions
from crossbank.matrix.models import BasketRule, Edition, Pairing
from crossbank.matrix.services import compile_draft
from crossbank.offers.models import Offer
from crossbank.offers.services import holding_terms
from crossbank.org.models import Branch, Holiday, User

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = {
    "seller": ("seller", "B01", None),
    "seller2": ("seller", "B02", None),
    "manager": ("manager", "B01", None),
    "manager2": ("manager", "B02", None),
    "regional": ("regional", None, "R-NORTH"),
    "owner": ("owner", None, None),
    "owner2": ("owner", None, None),
    "conduct": ("conduct", None, None),
    "auditor": ("auditor", None, None),
    "admin": ("admin", None, None),
}


def test_edition_has_every_rated_pair(march_bank):
    edition = Edition.objects.get()

    snapshot = editions.load(edition.pk).snapshot

    assert len(snapshot.products) == 32
    assert Counter(pair.rating for pair in snapshot.pairs).total() == 195
    assert sum(not pair.inherited_from for pair in snapshot.pairs) == 167 + 4  # the overrides
    assert [(s.main, s.better) for s in snapshot.steps_up] == [
        ("ACC-BAS", "ACC-PLS"),
        ("ACC-PLS", "ACC-PRM"),
        ("CRD-CLA", "CRD-GLD"),
    ]
    assert snapshot.pair("ACC-PLS", "DIG-ALR").rating is Rating.NOT_ALLOWED
    assert (edition.author.username, edition.approver.username) == ("owner", "owner2")
    assert [rule.code for rule in snapshot.rules] == [
        "BR-DOUBLE-COVER",
        "BR-GOLD",
        "BR-ONE-CREDIT-LINE",
        "BR-SUPPLEMENTARY",
    ]
    assert compile_draft(at=datetime(2026, 3, 12, tzinfo=UTC)).blocking == ()


def test_links_are_those_of_the_files(march_bank):
    need = Need.objects.get(code="TRAVEL")
    rule = BasketRule.objects.get(code="BR-GOLD")
    offer = Offer.objects.get(code="TL-7")

    def codes(field):
        return sorted(field.values_list("code", flat=True))

    assert codes(need.mains) == ["ACC-PRM", "CRD-CLA"]
    assert codes(need.crosses) == ["CRD-GLD", "CRD-SUP", "DIG-ALR", "DIG-APP", "INS-TRV"]
    assert (codes(rule.subjects), codes(rule.others)) == (["CRD-GLD"], ["CRD-CLA", "INS-TRV"])
    assert codes(offer.mains) == ["ACC-BAS", "CRD-CLA", "CRD-DEB"]
    assert Product.objects.get(code="CRD-GLD").row_inherits_from.code == "CRD-CLA"


def test_every_row_passes_its_own_validation(march_bank):
    for model in (Product, Pairing, Offer, User, Branch, Holiday):
        for row in model.objects.order_by("pk"):
            row.full_clean()


def test_loading_again_adds_nothing_and_leaves_changes(march_bank, thursday):
    Product.objects.filter(code="DIG-APP").update(name="Our own name")
    before = {model: model.objects.count() for model in (Product, Pairing, Offer, User, Holiday)}

    added = bank.load(today=thursday + timedelta(days=40))

    assert set(added.values()) == {0}
    assert {model: model.objects.count() for model in before} == before
    assert Product.objects.get(code="DIG-APP").name == "Our own name"
    assert bank.publish(effective_from=datetime.now(UTC), at=datetime.now(UTC)) is None
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("username", PEOPLE)
def test_demo_person_can_sign_in(march_bank, username):
    request = RequestFactory().post("/accounts/login/")

    user = authenticate(request, username=username, password="crossbank-demo")

    assert user is not None
    place = (user.branch.code if user.branch else None, user.region.code if user.region else None)
    assert (user.role, *place) == PEOPLE[username]


def test_there_are_enough_sellers(march_bank):
    branches = Counter(User.objects.filter(role="seller").values_list("branch__code", flat=True))

    assert branches.total() >= 16
    assert branches["B01"] >= 8
    assert set(branches) == {"B01", "B02", "B03", "B04"}


@pytest.mark.parametrize(
    ("days", "found"), [(-21, "soon"), (-20, "now"), (9, "now"), (10, "ended")]
)
def test_a_countdown_runs_from_twenty_days_before_to_the_ninth_after(
    march_bank, thursday, days, found
):
    offer = next(terms for terms in holding_terms().values() if terms.code == "TL-7")
    late = datetime.combine(thursday + timedelta(days=days), datetime.max.time(), tzinfo=BERLIN)

    assert state(offer, late, BERLIN) is OfferState(found)


@pytest.mark.parametrize("main", ["ACC-BAS", "CRD-DEB", "CRD-CLA"])
def test_the_countdown_shows_its_last_day(march_bank, thursday, main):
    offer = next(terms for terms in holding_terms().values() if terms.code == "TL-7")
    noon = datetime.combine(thursday, datetime.min.time().replace(hour=12), tzinfo=BERLIN)

    live = judge(offer, main=main, customer_kind=CustomerKind.UNKNOWN, at=noon, zone=BERLIN)

    assert isinstance(live, LiveOffer)
    assert live.last_day == thursday + timedelta(days=9)


@pytest.mark.parametrize(
    ("day", "found"),
    [("2026-05-31", "soon"), ("2026-06-01", "now"), ("2026-08-31", "now"), ("2026-09-01", "soon")],
)
def test_the_summer_offer_comes_every_year(march_bank, day, found):
    offer = next(terms for terms in holding_terms().values() if terms.code == "TL-3")
    noon = datetime.combine(
        date.fromisoformat(day), datetime.min.time().replace(hour=12), tzinfo=BERLIN
    )

    assert state(offer, noon, BERLIN) is OfferState(found)
