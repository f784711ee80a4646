"""`/matrix/<MAIN>/`: one row on one page, the same three as at the desk."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import formats, timezone

from crossbank.catalog.models import Product
from crossbank.desk.desk_sheet import compose
from crossbank.desk.print_runs import PrintRun, expiry, print_run
from crossbank.engine.advice import advise
from crossbank.engine.terms import CustomerKind, Picture, Rating
from crossbank.matrix import editions
from crossbank.matrix.services import publish_edition
from crossbank.offers import services as offers
from crossbank.offers.models import Offer
from crossbank.org import switches
from tests.engine.worlds import live, world
from tests.released import keep_only

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 18)
RUN = PrintRun(on=TODAY)
MAINS = [
    *("ACC-BAS", "ACC-SAL", "CRD-DEB", "CRD-CLA", "LON-CSH", "LON-CAR", "HOM-PUR", "SAV-INS"),
    *("SAV-TRM", "ACC-PLS", "ACC-PRM", "ACC-STU", "CRD-GLD", "INV-FND", "LON-REF"),
]


def names(page: str) -> list[str]:
    """The products on the three cards, in the order in which they are read."""
    cards = page.split('<ol class="cb-sheet-cards">')[1].split("</ol>")[0]
    return [name.strip() for name in re.findall(r"<h2>(.*?)<span", cards, re.DOTALL)]


def live_choices(*, main, at):
    """The offers beside a main product, for a customer nobody knows."""
    terms = offers.all_terms(at).values()
    unknown = CustomerKind.UNKNOWN
    return offers.choices(terms, main=main, customer_kind=unknown, at=at, zone=BERLIN)


def text(response):
    return " ".join(unescape(response.content.decode()).split())


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


@pytest.mark.parametrize("main", MAINS)
def test_the_three_are_those_of_the_advice_for_a_customer_nobody_knows(seller, main):
    now = timezone.now()
    snapshot = editions.current(now).snapshot
    choices = live_choices(main=main, at=now)
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
    choices = live_choices(main="LON-CAR", at=now)
    snapshot = editions.current(now).snapshot

    sheet = compose(snapshot, main=snapshot.product["LON-CAR"], choices=choices, run=RUN)

    offer = sheet.cards[0].offer
    assert (sheet.cards[0].product.code, offer.window, offer.last_day, sheet.expiry.day) == (
        "INS-MOT",
        "Policy start within 14 days of the loan",
        None,
        TODAY + timedelta(days=30),
    )


DAY = timedelta(days=1)
ENDS = [
    ("nothing ends: its age", {}, [], 30, "then print it again"),
    ("a far end: its age", {}, [TODAY + 90 * DAY], 30, "then print it again"),
    ("an offer", {}, [TODAY + 9 * DAY, TODAY + 4 * DAY], 4, "then an offer ends"),
    (
        "a product on it",
        {"last_days": {"A": TODAY + 3 * DAY, "ELSEWHERE": TODAY}},
        [TODAY + 4 * DAY],
        3,
        "then a product is no longer sold",
    ),
    (
        "the edition",
        {"edition_ends": TODAY + 2 * DAY, "last_days": {"A": TODAY + 3 * DAY}},
        [],
        2,
        "then the next edition starts",
    ),
]


@pytest.mark.parametrize(("sentence", "known", "offers_end", "days", "then"), ENDS)
def test_paper_is_right_until_the_first_thing_on_it_ends(sentence, known, offers_end, days, then):
    run = PrintRun(on=TODAY, **known)

    end = expiry(run, products=["M", "A"], offers_end=offers_end)

    assert (end.day, str(end.then)) == (TODAY + days * DAY, then), sentence


def test_the_sheet_ends_with_the_sale_of_a_product_on_it(seller):
    today = timezone.now().astimezone(BERLIN).date()
    Product.objects.filter(code="CRD-DEB").update(valid_until=today + 3 * DAY)

    last_day = formats.date_format(today + 2 * DAY)
    own, other = text(seller.get("/matrix/ACC-BAS/")), text(seller.get("/matrix/LON-CAR/"))
    assert f"use until {last_day}: then a product is no longer sold" in own
    assert f"use until {last_day}" not in other


def test_the_sheet_ends_the_day_before_the_next_edition(seller, person):
    now = timezone.now()
    noon = datetime.combine(now.astimezone(BERLIN).date() + 5 * DAY, time(12), tzinfo=BERLIN)
    Product.objects.filter(code="CRD-DEB").update(name="Card")
    publish_edition(effective_from=noon, approver=person("owner2"), at=now, by=person("owner"))
    edition = editions.current(now)

    page = text(seller.get("/matrix/LON-CAR/"))
    that_morning = print_run(edition, at=noon - timedelta(hours=1), zone=BERLIN)

    last_day = formats.date_format(noon.date() - DAY)
    assert f"use until {last_day}: then the next edition starts" in page
    assert (that_morning.on, that_morning.edition_ends) == (noon.date(), noon.date())


def test_the_paper_names_the_address_that_tells_whether_it_is_right(seller):
    page = text(seller.get("/matrix/ACC-BAS/"))

    assert "Is this paper still right?" in page
    assert ">testserver/matrix/ACC-BAS/?edition=1</a>" in page


def test_what_must_be_heard_stands_once_for_the_main_and_each_card():
    snapshot = world("A1 strong $, B1 good f, C1 good $", A1={"disclosure": "It costs 9."})

    sheet = compose(snapshot, main=snapshot.product["M"], choices={}, run=RUN)

    assert [product.code for product in sheet.disclosures] == ["A1"]


def test_products_outside_the_three_stand_below_with_their_offer():
    snapshot = world("A1 strong f, B1 good f, C1 good f, D1 possible $")
    choices = live(D1=5)

    sheet = compose(snapshot, main=snapshot.product["M"], choices=choices, run=RUN)

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
    assert "then an offer ends" not in page
    assert "then print it again" in page
    assert [q["sql"] for q in seen.captured_queries if "offers_" in q["sql"]] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_sheet_costs_the_same_queries_for_one_offer_and_for_three(seller, queries, count):
    kept = Offer.objects.filter(mains__code="ACC-BAS").values_list("code", flat=True)[:count]
    keep_only(list(kept))
    seller.get("/matrix/ACC-BAS/")  # an edition is loaded once

    with queries() as seen:
        seller.get("/matrix/ACC-BAS/")

    assert Offer.objects.count() == count
    # session, person, areas, edition, what is on sale, the next edition, offers
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
