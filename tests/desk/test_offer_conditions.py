"""The three layers of an offer: refused with a reason, or asked first."""

from uuid import uuid4

import pytest

from crossbank.offers.models import Grant, Offer, OfferCondition, OfferReview
from tests.released import release

pytestmark = pytest.mark.django_db

REDRAW = {"headers": {"HX-Request": "true"}}


def condition(code: str = "OT-2", **fields) -> None:
    defaults = {
        "offer": Offer.objects.get(code=code),
        "layer": "eligibility",
        "attribute": "branch",
        "operator": "is_one_of",
        "values": "B01",
        "message": "Only in the north",
    }
    OfferCondition.objects.create(**{**defaults, **fields})
    release(code)


def offers_on_cards(client, main: str = "CRD-DEB", **typed) -> dict[str, str]:
    page = client.post(f"/desk/{main}/", {"main": main, "more": "1", **typed}, **REDRAW)
    return {card.offer.code: card.offer.ask for card in page.context["panel"].drawn if card.offer}


def test_offer_of_one_branch_is_none_in_another(sign_in, save, content) -> None:
    condition()

    here, there = offers_on_cards(sign_in("seller")), offers_on_cards(sign_in("seller2"))

    assert "OT-2" in here
    assert "OT-2" not in there
    taken = {"item-CRD-CLA": "accepted", "consent-CRD-CLA": "1", "offer-CRD-CLA": "OT-2"}
    refused = save(sign_in("seller2"), content("CRD-DEB") | taken)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["offer-CRD-CLA"])
    assert "Only in the north" in refused.json()["errors"]["offer-CRD-CLA"][0]
    assert save(sign_in("seller"), content("CRD-DEB") | taken).status_code == 201


def test_unknown_age_is_one_line_to_ask_and_hides_nothing(sign_in) -> None:
    condition(attribute="age_band", values="18-26, 27-64, 65+", ask="Are you 18 or older?")

    assert "Are you 18 or older?" in offers_on_cards(sign_in("seller"))["OT-2"]


def test_right_asks_first_where_it_is_handed_out_and_where_it_is_used(sign_in) -> None:
    """Given unasked, as nobody knows; then never silently used. Its place was judged when given."""
    condition("TL-1", attribute="age_band", values="18-26", ask="Are you under 27?")
    condition("TL-1", attribute="branch", values="B01")
    condition("TL-1", attribute="customer_kind", values="existing")
    data = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1", "customer_ref": "4711"}
    sign_in("seller").post("/desk/consultations/", data)
    code, there = Grant.objects.get().code, sign_in("seller2")
    number = {"customer_ref": "4711"}
    both = "Are you under 27? Is the customer with us already?"

    paper = there.get(f"/rights/{code}/").content.decode()
    found = there.post("/rights/", number).content.decode()
    as_main = there.post("/desk/LON-CSH/", {**number, "customer_kind": "existing"}).content.decode()
    asks = offers_on_cards(there, "ACC-PRM", **number, **{"asked-LON-CSH": "1"})

    assert f"Ask first: {both}</p>" in paper
    assert f"ask first: {both}</p>" in found
    assert "ask first: Are you under 27?</span>" in as_main  # he said that he is a customer
    assert asks["TL-1"] == f"ask first: {both}"


@pytest.mark.parametrize(
    ("layer", "fields", "typed", "is_live"),
    [
        ("applicability", {"attribute": "need", "values": "TRAVEL"}, {"need": "TRAVEL"}, True),
        ("applicability", {"attribute": "need", "values": "TRAVEL"}, {"need": "HOME"}, False),
        (
            "suitability",
            {"attribute": "holds", "operator": "is_none_of", "values": "LON-REF"},
            {"held-LON-REF": "1"},
            False,
        ),
        (
            "eligibility",
            {"attribute": "customer_kind", "values": "new"},
            {"customer_kind": "existing"},
            False,
        ),
    ],
)
def test_each_layer_speaks_for_itself(sign_in, layer, fields, typed, is_live) -> None:
    condition(layer=layer, message="Not for this", **fields)

    assert ("OT-2" in offers_on_cards(sign_in("seller"), **typed)) is is_live


def test_condition_holds_only_once_it_is_released(sign_in) -> None:
    OfferCondition.objects.create(
        offer=Offer.objects.get(code="OT-2"),
        layer="eligibility",
        attribute="branch",
        values="B02",
        message="Only in the east",
    )

    assert "OT-2" in offers_on_cards(sign_in("seller"))
    page = sign_in("owner").get("/admin/offers/release/")
    (draft,) = page.context["drafts"]
    assert [(c.label, c.new) for c in draft.changes] == [
        ("Conditions", "May have it: Branch is one of B02")
    ]
    sign_in("owner").post("/admin/offers/release/", {"offers": "OT-2", "note": "East only"})
    review = OfferReview.objects.get()
    sign_in("owner2").post(
        "/admin/offers/release/", {"review": review.pk, "decision": "approve", "answer": ""}
    )
    assert "OT-2" not in offers_on_cards(sign_in("seller"))
