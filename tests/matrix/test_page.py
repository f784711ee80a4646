"""`/matrix/`: the whole edition, cell by cell."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from crossbank.catalog.models import Family, Product
from crossbank.matrix import editions
from crossbank.matrix.models import Edition, Pairing, Rating
from crossbank.matrix.services import publish_edition
from crossbank.org.models import Role

HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


def test_the_page_holds_every_rated_pair_of_the_edition_and_no_other(seller, cells):
    pairs = editions.current(timezone.now()).snapshot.pairs

    found = cells(seller.get("/matrix/"))

    assert len(found) == 195
    classes = {at: link["class"].split()[0] for at, link in found.items()}
    assert classes == {(p.main, p.cross): f"cb-heat--{p.rating}" for p in pairs}


def test_a_forbidden_cell_is_grey_and_gives_its_reason(seller, cells):
    cell = cells(seller.get("/matrix/"))["ACC-BAS", "INS-CRP"]

    assert (cell["class"], cell["title"], cell["aria-label"]) == (
        "cb-heat--not_allowed",
        "No credit to protect",
        "Credit protection cover beside Basic current account: Not allowed",
    )


def test_only_cells_of_inherited_rows_carry_the_mark(seller, cells):
    found = cells(seller.get("/matrix/"))

    marked = {main for (main, _), link in found.items() if "cb-heat--inherited" in link["class"]}
    assert marked == {"ACC-PLS", "CRD-GLD"}
    assert found["ACC-PLS", "INS-TRV"]["class"] == "cb-heat--not_allowed"  # its own cell


def test_the_page_stays_light_and_carries_no_inline_style(seller, elements):
    found = elements(seller.get("/matrix/"))

    assert len(found) <= 1500
    assert [attributes for _, attributes, _ in found if "style" in attributes] == []


def test_the_head_names_the_edition(seller):
    page = seller.get("/matrix/").content.decode()

    assert "Edition 1, in force since" in page
    assert "195 rated pairs" in page


def test_a_cell_opens_its_pair_without_a_script(seller):
    page = seller.get("/matrix/?main=ACC-BAS&cross=INS-CRP").content.decode()

    panel = page.split('<section id="cell"')[1].split("</section>")[0]
    pair = Pairing.objects.get(main__code="ACC-BAS", cross__code="INS-CRP")
    for words in (pair.reason, pair.instead, "/matrix/ACC-BAS/", "/products/INS-CRP/"):
        assert words in panel


def test_a_script_gets_the_pair_alone_and_it_is_the_same(seller):
    address = "/matrix/?main=ACC-BAS&cross=CRD-DEB"

    alone = seller.get(address, headers={"HX-Request": "true"})
    whole = seller.get(address)

    assert alone.content.decode().strip() in whole.content.decode()
    assert "<table" not in alone.content.decode()
    assert "HX-Request" in alone.headers["Vary"]


def test_a_link_of_a_filtered_table_keeps_the_filter(seller, cells):
    found = cells(seller.get("/matrix/?need=HOME&rating=strong"))

    assert set(found) == {("HOM-PUR", "INS-HOM"), ("HOM-PUR", "INS-LIF"), ("HOM-PUR", "DIG-BIL")}
    query = parse_qs(urlsplit(found["HOM-PUR", "INS-LIF"]["href"]).query)
    assert query == {
        "main": ["HOM-PUR"],
        "cross": ["INS-LIF"],
        "need": ["HOME"],
        "rating": ["strong"],
    }


def test_a_filter_that_does_not_exist_is_told_and_shows_everything(seller, cells):
    response = seller.get("/matrix/?family=NOTHING")

    assert response.status_code == 422
    assert "Cross products of: Select a valid choice." in response.content.decode()
    assert len(cells(response)) == 195


def test_a_filter_that_does_not_exist_leaves_the_others_to_work(seller, cells):
    response = seller.get("/matrix/?provider=PT-NOBODY&main_family=HOME&rating=strong")

    assert response.status_code == 422
    assert "Provided by: Select a valid choice." in response.content.decode()
    assert {main for main, _cross in cells(response)} == {"HOM-PUR"}


def test_a_filter_by_partner_shows_its_products_and_counts_them(seller, cells):
    pairs = editions.current(timezone.now()).snapshot.pairs
    cover = {"INS-HOM", "INS-MOT", "INS-TRV", "INS-CRD"}
    wanted = {(p.main, p.cross): p.rating for p in pairs if p.cross in cover}

    response = seller.get("/matrix/?provider=PT-COVER")

    assert set(cells(response)) == set(wanted)
    page = " ".join(response.content.decode().split())
    assert f"{len(wanted)} of 195 rated pairs" in page
    for line in ("Strong", "Good", "Ask first", "Not allowed"):
        count = sum(Rating(rating).label == line for rating in wanted.values())
        assert f'{line} <span class="cb-quiet">{count}</span>' in page
    assert "cb-choice-words" in page
    assert "Provided by: " in page.split("cb-choice-words")[1].split("</p>")[0]


def test_every_filter_survives_the_link_of_a_cell(seller, cells):
    chosen = {
        "main_family": "HOME",
        "family": "PROTECTION",
        "provider": "partner",
        "need": "HOME",
        "rating": "strong",
    }

    found = cells(seller.get("/matrix/", chosen))

    assert set(found) == {("HOM-PUR", "INS-HOM"), ("HOM-PUR", "INS-LIF")}
    for (main, cross), link in found.items():
        query = parse_qs(urlsplit(link["href"]).query)
        assert query == {name: [v] for name, v in {"main": main, "cross": cross, **chosen}.items()}
    opened = seller.get(found["HOM-PUR", "INS-LIF"]["href"])
    assert set(cells(opened)) == set(found)


def test_a_filter_that_fits_nothing_says_so(seller, cells):
    response = seller.get("/matrix/?need=CAR&rating=not_allowed")

    assert "No pair of this edition is like that." in response.content.decode()
    assert cells(response) == {}


@pytest.mark.parametrize(
    "query",
    [
        "main=ACC-BAS",
        "cross=ACC-BAS",
        "main=ACC-BAS&cross=XX",
        "main=%00&cross=%00",
        "main=A&cross=A",
    ],
)
def test_a_pair_that_cannot_be_is_not_found(seller, query):
    assert seller.get(f"/matrix/?{query}").status_code == 404


def test_the_page_costs_the_same_queries_for_a_small_and_a_whole_table(seller, queries):
    seller.get("/matrix/")

    for address in ("/matrix/", "/matrix/?need=HOME"):
        with queries() as seen:
            seller.get(address)
        assert len(seen) == 5  # session, person, edition, families, areas


@pytest.mark.django_db
def test_before_the_first_edition_there_is_a_kind_word(client, django_user_model):
    auditor = django_user_model.objects.create(username="a", role=Role.AUDITOR)
    client.force_login(auditor)

    for address in ("/matrix/", "/matrix/?main=A&cross=B", "/matrix/ACC-BAS/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "No matrix has been published yet." in response.content.decode()


@pytest.mark.parametrize("text", [HOSTILE, "บัตรเดบิต", "بطاقة ائتمان", "Карта & Κάρτα"])
def test_any_script_in_names_and_reasons_is_only_text(person, sign_in, cells, text):
    Product.objects.filter(code="CRD-DEB").update(name=text)
    Family.objects.filter(code="CARDS").update(name=text)
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").update(
        reason=text, say=text
    )
    now = timezone.now()
    publish_edition(at=now, by=person("owner"), approver=person("owner2"))

    response = sign_in("seller").get("/matrix/?main=ACC-BAS&cross=CRD-DEB")

    assert Edition.objects.count() == 2
    assert cells(response)["ACC-BAS", "CRD-DEB"]["title"] == text
    assert "<img" not in response.content.decode()
