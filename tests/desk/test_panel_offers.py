"""The panel that is drawn alone reads only its own offers, and shows what all panels show."""

import re

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.card_offers import Ended
from crossbank.desk.models import Consultation
from crossbank.desk.panels import Panel
from crossbank.offers import services as offers
from crossbank.offers.models import Offer, OfferCount, Placement
from tests.released import LONG_AGO, release

REDRAW = {"headers": {"HX-Request": "true"}}


def shown(panel: Panel) -> list[tuple[str, str]]:
    line = [panel.offer_line] if panel.offer_line else []
    found = [*panel.drawn, *line]
    return [(card.code, card.offer.code if card.offer else "") for card in found]


def test_panel_alone_shows_the_offers_of_all_panels(sign_in) -> None:
    seller = sign_in("seller")

    together = {p.main.code: shown(p) for p in seller.get("/desk/panels/").context["panels"]}
    alone = {code: shown(seller.get(f"/desk/{code}/").context["panel"]) for code in together}

    assert alone == together
    assert [code for cards in together.values() for _, code in cards if code] != []


def test_only_the_offers_beside_one_main_are_read(bank) -> None:
    now = timezone.now()
    everything = offers.all_terms(now)
    beside = {pk: terms for pk, terms in everything.items() if "ACC-SAL" in terms.mains}

    assert offers.terms_beside("ACC-SAL", now) == beside
    assert 0 < len(beside) < len(everything)


# --- an offer that ends while it is on the screen -------------------------------------------------

TICKED = {
    "item-DIG-ALR": "accepted",
    "consent-DIG-ALR": "1",
    "offer-DIG-ALR": "OT-6",
}


def alerts_card(client, **typed):
    page = client.post("/desk/ACC-BAS/", {**TICKED, **typed}, **REDRAW)
    return next(card for card in page.context["panel"].drawn if card.code == "DIG-ALR")


def test_ticked_offer_that_holds_is_drawn_ticked(sign_in) -> None:
    card = alerts_card(sign_in("seller"))

    assert (card.offer.code, card.row.offer, card.row.consent, card.ended) == (
        "OT-6",
        "OT-6",
        "1",
        None,
    )
    assert card.answer == "accepted"


def paused() -> None:
    Offer.objects.filter(code="OT-6").update(is_paused=True)


def archived() -> None:
    Offer.objects.filter(code="OT-6").update(archived_at=LONG_AGO)
    Placement.objects.filter(offer__code="OT-6").delete()


def used_up() -> None:
    Offer.objects.filter(code="OT-6").update(max_total=1)
    release("OT-6")
    OfferCount.objects.create(offer=Offer.objects.get(code="OT-6"), scope="total", used=1)


@pytest.mark.parametrize(
    ("happens", "name", "why"),
    [
        (paused, "Alerts: 3 months at 0.00", "This offer has ended."),
        (archived, "", "This offer has ended."),
        (used_up, "Alerts: 3 months at 0.00", "This offer does not apply: nothing is left of it."),
    ],
)
def test_ticked_offer_that_ended_says_what_still_holds_and_asks_again(
    sign_in, happens, name, why
) -> None:
    happens()

    card = alerts_card(sign_in("seller"))

    words = f"{why} What still holds: SMS and push alerts, 1.00 a month."
    assert (card.offer, card.ended) == (None, Ended(name=name, words=words))
    assert (card.row.item, card.row.offer, card.row.consent, card.answer) == (
        "accepted",
        "",
        "",
        "asking",
    )


def test_next_offer_is_what_still_holds(sign_in) -> None:
    Offer.objects.filter(code="OT-6").update(is_paused=True)
    second = Offer.objects.get(code="OT-2")
    Offer.objects.filter(pk=second.pk).update(
        cross=Product.objects.get(code="DIG-ALR"), name="Half price"
    )
    second.mains.set(Product.objects.filter(code="ACC-BAS"))
    release("OT-2")

    card = alerts_card(sign_in("seller"))

    assert (card.offer.code, card.row.offer, card.row.consent) == ("OT-2", "", "")
    assert card.ended.words == "This offer has ended. What still holds: “Half price”."


def test_refused_save_draws_the_ended_offer_and_a_second_enter_is_refused(sign_in, content) -> None:
    client = sign_in("seller")
    Offer.objects.filter(code="OT-6").update(is_paused=True)

    refused = client.post("/desk/consultations/", content() | TICKED)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "This offer has ended. What still holds: SMS and push alerts, 1.00 a month." in page
    assert 'name="offer-DIG-ALR"' not in page
    assert re.search(r'id="DIG-ALR-e" disabled', page)
    drawn = dict(re.findall(r'name="((?:item|consent)-DIG-ALR)"[^>]*value="(\w+)" checked', page))
    assert drawn == {"item-DIG-ALR": "accepted"}
    again = client.post(
        "/desk/consultations/", content() | drawn, headers={"accept": "application/json"}
    )
    assert (again.status_code, set(again.json()["errors"])) == (422, {"consent-DIG-ALR"})
    assert Consultation.objects.count() == 0
