"""Whose product it is, wherever it is named: at the desk, on paper, on the record, in his hands."""

import re
from html import unescape

import pytest

from crossbank.catalog.models import Partner, Product
from crossbank.desk.models import Consultation
from tests.desk.test_comes_with import publish

pytestmark = pytest.mark.django_db

MAIN = "LON-CAR"


@pytest.fixture
def partners(bank) -> dict[str, str]:
    """code -> partner, of every product on sale; "" for the bank's own."""
    found = Product.objects.select_related("partner")
    return {one.code: one.partner.name if one.partner else "" for one in found}


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def parts(page: str, start: str, end: str) -> list[str]:
    """The pieces of a page between two marks."""
    return [piece.split(end)[0] for piece in page.split(start)[1:]]


def told(pieces: list[str]) -> list[str]:
    """From whom, as each piece says it; "" where it says nothing."""
    found = (re.search(r"[Ff]rom ([A-Z]\w+(?: [A-Z]\w+)+)", plain(piece)) for piece in pieces)
    return [hit[1] if hit else "" for hit in found]


def test_every_card_of_the_desk_says_it(sign_in, partners):
    reply = sign_in("seller").post(f"/desk/{MAIN}/", {}, headers={"HX-Request": "true"})

    cards = reply.context["panel"].drawn
    assert {card.code: card.partner for card in cards} == {
        card.code: partners[card.code] for card in cards
    }
    articles = parts(reply.content.decode(), "<article ", "</article>")
    codes = [re.search(r'data-card="([-A-Z]+)"', piece)[1] for piece in articles]
    lines = [parts(piece, '<p class="cb-pc__why">', "</p>")[0] for piece in articles]
    assert told(lines) == [partners[code] for code in codes]
    assert {bool(partners[code]) for code in codes} == {True, False}  # of both kinds


def test_the_sheet_says_it(sign_in, partners):
    reply = sign_in("seller").get(f"/matrix/{MAIN}/")

    sheet, page = reply.context["sheet"], reply.content.decode()
    also = page.split('<ul class="cb-sheet-also">')[1].split("</ul>")[0]
    assert told(parts(page, '<li class="cb-sheet-card">', "</li>")) == [
        partners[card.product.code] for card in sheet.cards
    ]
    assert told(parts(also, "<li>", "</li>")[: len(sheet.also)]) == [
        partners[card.product.code] for card in sheet.also
    ]


def test_the_record_and_the_customers_page_say_it(sign_in, save, content, partners):
    client, data = sign_in("seller"), content("ACC-BAS")
    for code in ("CRD-DEB", "INS-CRD"):
        data |= {f"item-{code}": "accepted", f"consent-{code}": "1"}
    assert save(client, data).status_code == 201
    record = Consultation.objects.get()

    rows = parts(client.get(record.get_absolute_url()).content.decode(), "<tr>", "</th><td>")
    page = client.get(f"{record.get_absolute_url()}customer/").content.decode()

    codes = [item.product_code for item in record.items.all()]
    expected = [partners[code] for code in codes]
    assert sorted(map(bool, expected)) == [False, True]
    assert told(rows[1:]) == expected  # the first row is the heading
    assert told(parts(page, '<p class="cb-paper__name">', "</p>")) == ["", *expected]


def test_a_main_product_of_a_partner_is_one_too(sign_in, save, content, person):
    partner = Partner.objects.get(code="PT-LIFE")
    Product.objects.filter(code=MAIN).update(provider="partner", partner=partner)
    edition, client = publish(person), sign_in("seller")
    data = {**content(MAIN), "edition": str(edition.number)}
    assert save(client, data).status_code == 201
    record = Consultation.objects.get()

    page = client.get(f"{record.get_absolute_url()}customer/").content.decode()

    heading = parts(client.get(record.get_absolute_url()).content.decode(), "<h1>", "</h1>")
    assert plain(heading[0].split("<span")[0]) == f"{record.main_name} from {partner.name}"
    assert told(parts(page, '<p class="cb-paper__name">', "</p>"))[:1] == [partner.name]
