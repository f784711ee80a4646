"""Terms as they were on the card: a yes is never taken for another price."""

import pytest
from django.utils import timezone

from crossbank.desk.models import Consultation, ConsultationItem, Redemption
from crossbank.offers.models import Offer
from crossbank.offers.releases import archive
from tests.desk.test_uses import ALERTS, LOAN, errors, is_open
from tests.released import release

pytestmark = pytest.mark.django_db

SHOWN = {"offer-version-DIG-ALR": "1"}
GONE = ["This offer has ended; the product itself may still be taken at its own price."]
OTHER = ["This offer has other terms now: look at them, and ask the customer again."]


def dearer(mains: tuple[str, ...] = ()) -> None:
    """A second version is released."""
    Offer.objects.filter(code="OT-6").update(price_with_text="9.99 CU", price_with_minor=999)
    if mains:
        offer = Offer.objects.get(code="OT-6")
        offer.mains.set(offer.mains.model.objects.filter(code__in=mains))
    release("OT-6")


def drawn(client, **typed):
    page = client.post("/desk/CRD-DEB/", {"main": "CRD-DEB", "more": "1", **typed})
    (card,) = [one for one in page.context["panel"].drawn if one.code == "DIG-ALR"]
    return card, page.content.decode()


def test_card_says_which_version_it_shows(seller) -> None:
    before = drawn(seller)[1]
    dearer()
    after = drawn(seller)[1]

    assert 'name="offer-version-DIG-ALR" value="1"' in before
    assert 'name="offer-version-DIG-ALR" value="2"' in after


def test_version_on_the_card_that_holds_is_saved(seller, save, content) -> None:
    assert save(seller, content("CRD-DEB", **ALERTS) | SHOWN).status_code == 201
    assert Redemption.objects.get().terms["version"] == 1


@pytest.mark.parametrize("mains", [(), ("ACC-BAS",)])
def test_another_version_by_now_is_a_conflict_and_nothing_is_written(
    seller, save, content, mains
) -> None:
    dearer(mains)

    refused = save(seller, content("CRD-DEB", **ALERTS) | SHOWN)

    assert errors(refused) == (409, "offer_expired", {"offer-DIG-ALR": OTHER})
    assert (Consultation.objects.count(), Redemption.objects.count()) == (0, 0)


def test_who_names_no_version_is_judged_as_before(seller, save, content) -> None:
    dearer()

    assert save(seller, content("CRD-DEB", **ALERTS)).status_code == 201
    assert ConsultationItem.objects.get().offer_terms["version"] == 2


def test_version_of_an_offer_that_is_left_alone_says_nothing(seller, save, content) -> None:
    dearer()
    alone = {k: v for k, v in ALERTS.items() if not k.startswith("offer")}

    assert save(seller, content("CRD-DEB", **alone) | SHOWN).status_code == 201
    assert ConsultationItem.objects.get().offer is None


def test_yes_to_the_old_terms_is_no_yes_to_the_new_ones(seller) -> None:
    sent = {"item-DIG-ALR": "accepted", "consent-DIG-ALR": "1", "offer-DIG-ALR": "OT-6"}
    kept, _page = drawn(seller, **sent, **SHOWN)
    dearer()

    asked_again, _page = drawn(seller, **sent, **SHOWN)

    assert (kept.row.offer, kept.row.consent) == ("OT-6", "1")
    assert (asked_again.row.item, asked_again.row.offer, asked_again.row.consent) == (
        "accepted",
        "",
        "",
    )


def test_right_keeps_the_version_that_was_promised(give, save, content, seller2) -> None:
    grant = give()
    Offer.objects.filter(code="TL-1").update(benefit_text="Worse")
    release("TL-1")
    sent = content("ACC-SAL", right=grant.code, offer_LON_CSH="TL-1", **LOAN)

    answer = save(seller2, sent | {"offer-version-LON-CSH": "1"})

    item = ConsultationItem.objects.get(product_code="LON-CSH")
    assert (answer.status_code, is_open(grant)) == (201, False)
    assert item.offer_terms == grant.release.terms == Redemption.objects.get().terms


@pytest.mark.parametrize("version", ["0x1", "-1", "1" * 10, "one", "²"])
def test_what_is_no_version_is_said(seller, save, content, version) -> None:
    sent = content("CRD-DEB", **ALERTS) | {"offer-version-DIG-ALR": version}

    answer = save(seller, sent)
    panel = seller.post("/desk/consultations/", sent).context["panel"]

    told = {"offer-DIG-ALR": ["This is no version of an offer."]}
    assert errors(answer) == (422, "invalid", told)
    assert {card.code: list(card.errors) for card in panel.drawn if card.errors} == {
        "DIG-ALR": ["This is no version of an offer."]
    }
    assert panel.errors == {}


def test_same_save_with_its_version_twice_is_one(seller, save, content) -> None:
    sent = content("CRD-DEB", **ALERTS) | SHOWN
    first = save(seller, sent)
    dearer()

    assert (first.status_code, save(seller, sent).status_code) == (201, 200)
    assert Consultation.objects.count() == 1


# --- archived while on screen -------------------------------------------------------------------


def put_away(code: str, person) -> None:
    Offer.objects.filter(code=code).update(is_paused=True)
    archive(offer=Offer.objects.get(code=code), at=timezone.now(), by=person("owner"))


@pytest.mark.parametrize("shown", [{}, SHOWN])
def test_offer_archived_while_on_screen_has_ended(seller, save, content, person, shown) -> None:
    put_away("OT-6", person)

    refused = save(seller, content("CRD-DEB", **ALERTS) | shown)

    assert errors(refused) == (409, "offer_expired", {"offer-DIG-ALR": GONE})
    assert Consultation.objects.count() == 0


def test_right_to_an_archived_offer_is_good_on_a_cross_product(
    give, save, content, seller2, person
) -> None:
    grant = give()
    put_away("TL-1", person)

    answer = save(seller2, content("ACC-SAL", right=grant.code, offer_LON_CSH="TL-1", **LOAN))

    assert (answer.status_code, Redemption.objects.get().grant) == (201, grant)
