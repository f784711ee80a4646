"""Offers of one group exclude each other, on whatever products they are."""

import re

import pytest

from crossbank.desk.models import Consultation, Redemption
from crossbank.offers.models import Grant, Offer
from tests.released import release

pytestmark = pytest.mark.django_db

ALERTS = {"item_DIG_ALR": "accepted", "consent_DIG_ALR": "1", "offer_DIG_ALR": "OT-6"}
CARD = {"item_CRD_CLA": "accepted", "consent_CRD_CLA": "1", "offer_CRD_CLA": "OT-2"}


@pytest.fixture
def grouped(bank):
    """This will put offers into one group, with these priorities."""

    def together(**priorities: int) -> None:
        for code, priority in priorities.items():
            offer = Offer.objects.filter(code=code.replace("_", "-"))
            offer.update(exclusion_group="ONE", priority=priority)
        release(*(code.replace("_", "-") for code in priorities))

    return together


def offers_on_cards(client, main: str, **typed) -> dict[str, str]:
    sent = {"more": "1", **{name.replace("_", "-"): value for name, value in typed.items()}}
    page = client.post(f"/desk/{main}/", sent, headers={"HX-Request": "true"})
    return {c.code: c.offer.code for c in page.context["panel"].drawn if c.offer}


def test_two_offers_of_a_group_in_one_record_are_refused(sign_in, save, content, grouped) -> None:
    grouped(OT_6=10, OT_2=20)
    seller = sign_in("seller")

    both = save(seller, content("CRD-DEB", **ALERTS, **CARD))
    one = save(seller, content("CRD-DEB", **{**ALERTS, "offer_DIG_ALR": ""}, **CARD))

    winner = Offer.objects.get(code="OT-2").name
    assert (both.status_code, both.json()["errors"]) == (
        422, {"offer-DIG-ALR": [f"not together with “{winner}”"]},
    )  # fmt: skip
    assert (one.status_code, Redemption.objects.get().offer.code) == (201, "OT-2")


def test_right_used_on_the_main_excludes_its_group_and_is_excluded(
    sign_in, save, content, grouped
) -> None:
    seller = sign_in("seller")
    save(seller, content("CRD-DEB"))
    right = Grant.objects.get()
    card = {**CARD, "offer_CRD_CLA": "OT-3"}
    told = []
    for own, other in ((5, 1), (5, 9)):
        grouped(TL_1=own, OT_3=other)
        Grant.objects.update(release=Offer.objects.get(code="TL-1").release)
        answer = save(seller, content("LON-CSH", right=right.code, **card))
        told.append((answer.status_code, set(answer.json()["errors"])))

    assert told == [(422, {"offer-CRD-CLA"}), (422, {"right"})]
    assert (Consultation.objects.count(), Redemption.objects.count()) == (1, 0)
    not_used = save(seller, content("LON-CSH", right=right.code, no_main="1"))
    assert not_used.status_code == 201


def test_offers_without_a_group_go_together(sign_in, save, content) -> None:
    Offer.objects.filter(code__in=["OT-2", "OT-6"]).update(exclusion_group="")
    release("OT-2", "OT-6")

    assert save(sign_in("seller"), content("CRD-DEB", **ALERTS, **CARD)).status_code == 201
    assert Redemption.objects.count() == 2


def test_ticked_offer_turns_its_group_off_on_the_other_cards(sign_in, grouped) -> None:
    grouped(OT_6=10, OT_2=20)
    seller = sign_in("seller")

    nothing = offers_on_cards(seller, "CRD-DEB")
    alerts = offers_on_cards(seller, "CRD-DEB", **ALERTS)
    both = offers_on_cards(seller, "CRD-DEB", **ALERTS, **CARD)

    assert {"DIG-ALR", "CRD-CLA"} <= {*nothing}
    assert {code: alerts.get(code) for code in ("DIG-ALR", "CRD-CLA")} == {
        "DIG-ALR": "OT-6",
        "CRD-CLA": None,
    }
    assert {code: both.get(code) for code in ("DIG-ALR", "CRD-CLA")} == {
        "DIG-ALR": None,
        "CRD-CLA": "OT-2",
    }


def test_right_ticked_for_the_main_turns_its_group_off(sign_in, save, content, grouped) -> None:
    grouped(TL_1=1, OT_3=9)
    seller = sign_in("seller")
    save(seller, content("CRD-DEB"))

    assert "CRD-CLA" in offers_on_cards(seller, "LON-CSH")
    assert "CRD-CLA" not in offers_on_cards(seller, "LON-CSH", right=Grant.objects.get().code)


@pytest.mark.parametrize(("group", "is_shared"), [("ONE", True), ("OTHER", False), ("", False)])
def test_right_for_the_main_draws_the_cards_of_its_group_again(
    sign_in, save, content, grouped, group, is_shared
) -> None:
    grouped(TL_1=1, OT_3=9)
    Offer.objects.filter(code="TL-1").update(exclusion_group=group)
    release("TL-1")
    seller = sign_in("seller")
    save(seller, content("CRD-DEB"))
    grant = Grant.objects.get()

    page = seller.post("/desk/LON-CSH/", {"more": "1", "right": grant.code})

    tag = re.search(rf'<input[^>]*id="right-{grant.code}"[^>]*>', page.content.decode())[0]
    assert ("checked" in tag, "data-shared" in tag) == (True, is_shared)
