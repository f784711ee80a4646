"""`/products/<CODE>/`: what an employee should know before he speaks of a product."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import formats, timezone

from crossbank.catalog.models import Family, Need, Product
from crossbank.desk.knowledge import Company, company, duties, sale_note
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import PairTerms, ProductTerms, Rating
from crossbank.offers.models import Offer
from crossbank.org import switches
from crossbank.org.models import Role
from tests.released import keep_only


def product(code, **fields):
    flags = {"is_main": True, "is_cross": True, **fields}
    return ProductTerms(code=code, name=f"The {code}", family="F", **flags)


def pair(main, cross, rating, **fields):
    return PairTerms(main=main, cross=cross, rating=Rating(rating), **fields)


SMALL = compile_snapshot(
    products=[
        product("A", desk_order=2),
        product("B", desk_order=1),
        product("H", row_inherits_from="A"),
        product("X"),
    ],
    pairs=[
        pair("A", "X", "good", say="a line", do_not_say="never this"),
        pair("B", "X", "good", say="b line"),
        pair("X", "A", "possible", rank=1),
        pair("X", "B", "strong", rank=3),
        pair("X", "H", "good", rank=2),
        pair("B", "A", "not_allowed", reason="debt", instead="save"),
    ],
    needs=(),
    rules=(),
    steps_up=(),
)


def told(partners):
    return [(partner.code, partner.rating) for partner in partners]


def test_the_company_is_read_from_both_ends_best_first():
    found = company(SMALL, "X")

    assert told(found.beside) == [("B", "strong"), ("H", "good")]
    assert told(found.leads_here) == [("B", "good"), ("A", "good"), ("H", "good")]
    assert found.never == ()


def test_lines_come_from_the_best_pairs_and_an_inherited_one_is_not_said_twice():
    assert [(line.code, line.say) for line in company(SMALL, "X").lines] == [
        ("B", "b line"),
        ("A", "a line"),
    ]


def test_a_forbidden_main_is_named_with_reason_and_way_out():
    never = company(SMALL, "A").never

    assert [(p.code, p.rating_label, p.reason, p.instead) for p in never] == [
        ("B", "Not allowed", "debt", "save")
    ]


def test_a_product_outside_the_edition_has_no_company():
    assert company(SMALL, "NEW") == Company()


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ()),
        ({"withdrawal_days": 14}, ("The customer may withdraw within 14 days, without a reason.",)),
        ({"withdrawal_days": 1}, ("The customer may withdraw within 1 day, without a reason.",)),
        ({"reflection_days": 7}, ("7 days to reflect before anything is signed.",)),
        ({"defer_days": 3}, ("Presented today, accepted from day 3 on at the earliest.",)),
        (
            {"needs_licence": True},
            ("Only a licensed adviser concludes it; at the desk it is a referral.",),
        ),
        ({"min_age": 14, "max_age": 26}, ("For customers from 14 to 26 years.",)),
        ({"min_age": 18}, ("For customers from 18 years.",)),
        ({"max_age": 26}, ("For customers up to 26 years.",)),
    ],
)
def test_days_and_ages_are_sentences(fields, sentences):
    assert duties(Product(code="P", **fields)) == sentences


def test_whether_it_is_sold_on_a_day():
    day = timezone.now().date()
    tomorrow = day + timedelta(days=1)

    assert sale_note(Product(), day) == ""
    assert sale_note(Product(valid_until=tomorrow), day) == ""
    assert sale_note(Product(valid_until=day), day) == "retired"
    assert sale_note(Product(valid_from=tomorrow), day) == "coming"


def test_the_card_tells_catalogue_matrix_and_offers(sign_in):
    card = Product.objects.prefetch_related("objections").get(code="INS-CRP")

    page = unescape(sign_in("seller").get("/products/INS-CRP/").content.decode())

    facts = [card.purpose, card.suits, card.not_for, card.say, card.disclosure, card.price_text]
    answers = [text for o in card.objections.all() for text in (o.objection, o.answer)]
    for words in (*facts, *answers, "From a partner: Fablegate Life", "Insurance"):
        assert words in page
    assert "The customer may withdraw within 30 days" in page
    assert "accepted from day 3 on" in page
    assert "No credit to protect" in page  # beside the basic account, where it is forbidden


def test_names_are_those_of_the_catalogue_and_ratings_those_of_the_edition(sign_in):
    Product.objects.filter(code="CRD-CLA").update(name="Renamed card")

    page = sign_in("seller").get("/products/CRD-CLA/").content.decode()

    assert "<h1>Renamed card</h1>" in page
    leads = page.split("Offer it to a customer who comes for")[1].split("</ul>")[0]
    assert leads.index("Salary account") < leads.index("Debit card")  # strong before good


def test_the_price_box_shows_alone_and_together(sign_in):
    page = sign_in("seller").get("/products/CRD-CLA/").content.decode()

    box = page.split('aria-labelledby="price"')[1].split("</section>")[0]
    assert "24.00 a year" in box
    assert "12.00 in the first year" in box
    assert 'href="/matrix/LON-CSH/"' in box
    assert "Needs a personal approval first." in box


def test_the_needs_are_those_in_use(sign_in):
    Need.objects.filter(code="TRAVEL").update(is_active=False)

    page = sign_in("seller").get("/products/CRD-CLA/").content.decode()

    needs = page.split("Needs it serves:")[1].split("</p>")[0]
    assert "Buy or run a car" in needs
    assert "Travel and pay abroad" not in needs


def test_a_retired_product_keeps_its_card_with_a_clear_word(sign_in):
    day = timezone.now().date() - timedelta(days=40)
    Product.objects.filter(code="CRD-SUP").update(valid_until=day)

    response = sign_in("seller").get("/products/CRD-SUP/")

    assert response.status_code == 200
    assert "No longer sold." in response.content.decode()
    assert f"Retired on {formats.date_format(day)}" in response.content.decode()


def test_without_the_offers_area_the_card_knows_no_offer(sign_in, queries):
    seller = sign_in("seller")
    assert "Offers on it" in seller.get("/products/CRD-CLA/").content.decode()
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    with queries() as seen:
        page = seller.get("/products/CRD-CLA/").content.decode()

    assert "Offers on it" not in page
    assert (
        "in the first year" not in page.split('aria-labelledby="price"')[1].split("</section>")[0]
    )
    assert [q["sql"] for q in seen.captured_queries if "offers_" in q["sql"]] == []


@pytest.mark.parametrize("count", [1, 3])
def test_one_offer_costs_as_many_queries_as_three(sign_in, queries, count):
    seller = sign_in("seller")
    kept = Offer.objects.filter(cross__code="CRD-CLA").values_list("code", flat=True)[:count]
    keep_only(list(kept))
    seller.get("/products/CRD-CLA/")  # an edition is loaded once

    with queries() as seen:
        seller.get("/products/CRD-CLA/")

    assert Offer.objects.count() == count
    # session, person, areas, product, edition, also taken, needs, objections, offers, names
    assert len(seen) == 10


@pytest.mark.django_db
def test_before_the_first_edition_the_catalogue_still_speaks(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="a", role=Role.AUDITOR))
    family = Family.objects.create(code="F", name="Family")
    Product.objects.create(code="NEW", name="New product", family=family, say="Hello there")

    page = client.get("/products/NEW/").content.decode()

    assert "Hello there" in page
    assert "No matrix has been published yet." in page


@pytest.mark.parametrize("code", ["XX", "crd-cla", "%00", "<b>"])
def test_an_unknown_product_is_not_found(sign_in, code):
    assert sign_in("seller").get(f"/products/{code}/").status_code == 404


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "ทดสอบ", "نص", "Текст & κείμενο"])
def test_any_script_in_a_product_is_only_text(sign_in, text):
    Product.objects.filter(code="CRD-CLA").update(name=text, say=text, purpose=text)

    page = sign_in("seller").get("/products/CRD-CLA/").content.decode()

    assert f"<h1>{text}</h1>" in unescape(page)
    assert "<script>alert" not in page
