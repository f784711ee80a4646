"""`/matrix/<MAIN>/`: one row on one page, the same three as at the desk."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import formats, timezone

from crossbank.catalog.models import Product
from crossbank.desk.desk_sheet import compose, live_choices
from crossbank.engine.advice import advise
from crossbank.engine.terms import Picture, Rating
from crossbank.matrix import editions
from crossbank.offers.models import Offer
from crossbank.org import switches
from tests.engine.worlds import live, world

BERLIN = ZoneInfo("Europe/Berlin")
MAINS = [
    *("ACC-BAS", "ACC-SAL", "CRD-DEB", "CRD-CLA", "LON-CSH", "LON-CAR", "HOM-PUR", "SAV-INS"),
    *("SAV-TRM", "ACC-PLS", "ACC-PRM", "ACC-STU", "CRD-GLD", "INV-FND", "LON-REF"),
]


def names(page: str) -> list[str]:
    """The products on the three cards, in the order in which they are read."""
    cards = page.split('<ol class="cb-sheet-cards">')[1].split("</ol>")[0]
    return [name.strip() for name in re.findall(r"<h2>(.*?)<span", cards, re.DOTALL)]


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


@pytest.mark.parametrize("main", MAINS)
def test_the_three_are_those_of_the_advice_for_a_customer_nobody_knows(seller, main):
    now = timezone.now()
    snapshot = editions.current(now).snapshot
    choices = live_choices(main=main, at=now, zone=BERLIN)
    advice = advise(snapshot, Picture(main=main, offers=choices))

    page = unescape(seller.get(f"/matrix/{main}/").content.decode())

    assert names(page) == [card.product.name for card in advice.cards]
    for card in advice.cards:
        assert f"“{card.pair.say}”" in page
        assert f"</b> {card.pair.do_not_say}</p>" in page
    never = page.split('class="cb-sheet-never"')[1].split("</section>")[0]
    refused = [p for p in snapshot.rows[main].values() if p.rating is Rating.NOT_ALLOWED]
    assert re.findall(r"<b>✕ (.*?)</b>", never) == [snapshot.product[p.cross].name for p in refused]
    for pair in refused:
        assert f"{pair.reason}. <span>Instead: {pair.instead}</span>" in never


def test_every_main_of_the_bank_was_looked_at(bank):
    snapshot = editions.current(timezone.now()).snapshot

    assert sorted(MAINS) == [product.code for product in snapshot.products if product.is_main]


def test_the_sheet_says_which_edition_and_until_when(seller):
    day = timezone.now().astimezone(BERLIN).date()
    card_cover_ends = Offer.objects.get(code="TL-7").until_on - timedelta(days=1)

    page = " ".join(seller.get("/matrix/ACC-BAS/").content.decode().split())

    assert "<b>Edition 1</b>, in force since" in page
    assert f"printed {formats.date_format(day)}" in page
    last_day = formats.date_format(card_cover_ends)
    assert f"use until {last_day}: then an offer ends" in page
    assert f"0.00 in the first month · until {last_day}" in page


def test_a_window_after_an_event_has_no_date_on_paper(bank):
    now = timezone.now()
    choices = live_choices(main="LON-CAR", at=now, zone=BERLIN)
    snapshot = editions.current(now).snapshot

    sheet = compose(snapshot, main=snapshot.product["LON-CAR"], choices=choices)

    offer = sheet.cards[0].offer
    assert (sheet.cards[0].product.code, offer.window, offer.last_day, sheet.valid_until) == (
        "INS-MOT",
        "Policy start within 14 days of the loan",
        None,
        None,
    )


def test_what_must_be_heard_stands_once_for_the_main_and_each_card():
    snapshot = world("A1 strong $, B1 good f, C1 good $", A1={"disclosure": "It costs 9."})

    sheet = compose(snapshot, main=snapshot.product["M"], choices={})

    assert [product.code for product in sheet.disclosures] == ["A1"]


def test_products_outside_the_three_stand_below_with_their_offer():
    snapshot = world("A1 strong f, B1 good f, C1 good f, D1 possible $")
    choices = live(D1=5)

    sheet = compose(snapshot, main=snapshot.product["M"], choices=choices)

    assert [(card.product.code, card.rating_label) for card in sheet.also] == [("D1", "Ask first")]
    assert sheet.also[0].offer.name == choices["D1"].live.terms.name
    assert [card.offer for card in sheet.cards] == [None, None, None]


def test_a_product_retired_since_the_edition_is_not_on_the_sheet(seller):
    Product.objects.filter(code="CRD-DEB").update(valid_until=timezone.now().date())

    page = seller.get("/matrix/ACC-BAS/").content.decode()

    assert "Debit card" not in page
    assert len(names(page)) == 3


def test_the_sheet_of_a_retired_main_says_not_to_use_it(seller):
    Product.objects.filter(code="ACC-BAS").update(valid_until=timezone.now().date())

    assert "Do not use this sheet." in seller.get("/matrix/ACC-BAS/").content.decode()


def test_without_the_offers_area_no_offer_is_shown_or_asked_for(seller, queries):
    assert "cb-sheet-offer" in seller.get("/matrix/CRD-DEB/").content.decode()
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    with queries() as seen:
        page = seller.get("/matrix/CRD-DEB/").content.decode()

    assert "cb-sheet-offer" not in page
    assert "use until" not in page
    assert [q["sql"] for q in seen.captured_queries if "offers_offer" in q["sql"]] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_costs_the_same_queries_for_one_offer_and_for_three(seller, queries, count):
    kept = Offer.objects.filter(mains__code="ACC-BAS").values_list("code", flat=True)[:count]
    Offer.objects.exclude(code__in=list(kept)).delete()
    seller.get("/matrix/ACC-BAS/")  # an edition is loaded once

    with queries() as seen:
        seller.get("/matrix/ACC-BAS/")

    assert Offer.objects.count() == count
    # session, person, areas, edition, what is on sale, offers, their mains
    assert len(seen) == 7


def test_a_product_nobody_comes_for_has_no_sheet_and_the_page_says_so(seller):
    response = seller.get("/matrix/CRD-SUP/")

    assert response.status_code == 404
    assert "Nobody comes for “Supplementary card”" in response.content.decode()


@pytest.mark.parametrize("code", ["XX", "acc-bas", "%00", "<b>"])
def test_an_unknown_code_has_no_sheet(seller, code):
    response = seller.get(f"/matrix/{code}/")

    assert response.status_code == 404
    assert "no product of this code" in response.content.decode()
