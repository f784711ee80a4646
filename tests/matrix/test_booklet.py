"""`/matrix/booklet/`: every desk sheet on a page of its own, behind a cover that lists them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import formats, timezone

from crossbank.catalog.models import Product
from crossbank.desk.booklet import ON_COVER, ON_PAGE, bind
from crossbank.desk.desk_sheet import STEPS, compose
from crossbank.desk.print_runs import PrintRun
from crossbank.matrix import editions, tables
from crossbank.matrix.models import Pairing
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Offer
from tests.engine.worlds import world

BERLIN = ZoneInfo("Europe/Berlin")
SNAPSHOT = world("A1 strong $, B1 good f, C1 good $")


def sheet(run=None, **fields):
    """A sheet of one main and its three."""
    run = run or PrintRun(on=date(2026, 3, 18))
    main = replace(SNAPSHOT.product["M"], **fields)
    return compose(SNAPSHOT, main=main, choices={}, run=run)


def text(response):
    return " ".join(unescape(response.content.decode()).split())


def contents(page):
    """The contents as (address, name, page)."""
    pattern = r'<li><a href="#([^"]+)">(.*?)</a><span>(\d+)</span></li>'
    return [(code, name, int(at)) for code, name, at in re.findall(pattern, page)]


def articles(page):
    """The sheets in order: code -> what stands on it."""
    found = re.findall(r'<article [^>]*id="([^"]+)">(.*?)</article>', page)
    return dict(found)


@pytest.fixture
def seller(sign_in):
    return sign_in("seller")


def test_the_contents_name_every_main_and_the_page_its_sheet_says(seller):
    mains = tables.mains_in_desk_order(editions.current(timezone.now()).snapshot)

    page = text(seller.get("/matrix/booklet/"))

    assert contents(page) == [(p.code, p.name, n) for n, p in enumerate(mains, start=2)]
    found = articles(page)
    assert list(found) == [p.code for p in mains]
    for number, main in enumerate(mains, start=2):
        assert f"<h1>{main.name}</h1>" in found[main.code]
        assert f"page {number} of 16" in found[main.code]
        assert f"/matrix/{main.code}/?edition=1" in found[main.code]


def test_a_sheet_of_the_booklet_says_what_the_single_one_says(seller):
    single = text(seller.get("/matrix/LON-CAR/")).split("<article")[1].split("</article>")[0]

    bound = articles(text(seller.get("/matrix/booklet/")))["LON-CAR"]

    body = bound.split("<footer")[0]
    assert body in single
    assert 'class="cb-sheet-cards"' in body


def test_the_cover_says_which_edition_and_until_when(seller):
    today = timezone.now().astimezone(BERLIN).date()
    last_day = min(
        Offer.objects.filter(window="fixed", until_on__gt=today).values_list("until_on", flat=True)
    ) - timedelta(days=1)

    cover = text(seller.get("/matrix/booklet/")).split("cb-sheet-contents")[0]

    assert "<dd><b>1</b>, in force since" in cover
    assert f"<dt>Printed on</dt><dd>{formats.date_format(today)} · B01</dd>" in cover
    assert f"<b>{formats.date_format(last_day)}</b>: then an offer ends." in cover


def test_a_main_that_is_no_longer_sold_is_left_out(seller):
    Product.objects.filter(code="ACC-BAS").update(valid_until=timezone.now().date())

    page = text(seller.get("/matrix/booklet/"))

    assert len(contents(page)) == 14
    assert "ACC-BAS" not in articles(page)
    assert contents(page)[0][0] == "ACC-SAL"


@pytest.mark.parametrize("kept", [1, 3, 15])
def test_the_booklet_costs_the_same_queries_for_one_main_and_for_all(seller, queries, kept):
    mains = Product.objects.filter(is_main=True).order_by("code").values_list("pk", flat=True)
    gone = list(mains)[kept:]
    Product.objects.filter(pk__in=gone).update(valid_until=timezone.now().date())
    seller.get("/matrix/booklet/")  # an edition is loaded once

    with queries() as seen:
        page = text(seller.get("/matrix/booklet/"))

    assert len(articles(page)) == kept
    # session, person, areas, edition, what is on sale, the next edition, offers
    assert len(seen) == 7


@pytest.mark.parametrize("address", ["/matrix/", "/matrix/ACC-BAS/"])
def test_the_booklet_is_one_link_away(seller, elements, address):
    links = [a for tag, a, _around in elements(seller.get(address)) if tag == "a"]

    assert [a["href"] for a in links].count("/matrix/booklet/") == 1


@pytest.mark.django_db
def test_without_an_edition_and_without_a_main_there_is_a_kind_word(client, django_user_model):
    auditor = django_user_model.objects.create(username="a", role="auditor")
    client.force_login(auditor)
    assert "No matrix has been published yet." in text(client.get("/matrix/booklet/"))


def test_when_nothing_is_sold_the_booklet_is_a_cover(seller):
    Product.objects.update(valid_until=timezone.now().date())

    page = text(seller.get("/matrix/booklet/"))

    assert "No main product of this edition is on sale." in page
    assert articles(page) == {}


@pytest.mark.parametrize(
    ("sheets", "lists", "first"),
    [
        (0, [0], None),
        (1, [1], 2),
        (ON_COVER, [ON_COVER], 2),
        (ON_COVER + 1, [ON_COVER, 1], 3),
        (ON_COVER + ON_PAGE, [ON_COVER, ON_PAGE], 3),
        (ON_COVER + ON_PAGE + 1, [ON_COVER, ON_PAGE, 1], 4),
    ],
)
def test_pages_are_numbered_behind_all_pages_of_contents(sheets, lists, first):
    booklet = bind([sheet()] * sheets)

    assert [len(part) for part in booklet.contents] == lists
    assert [leaf.page for part in booklet.contents for leaf in part] == [
        leaf.page for leaf in booklet.leaves
    ]
    assert next((leaf.page for leaf in booklet.leaves), None) == first
    assert booklet.pages == len(lists) + sheets


def test_the_booklet_ends_with_the_sheet_that_ends_first():
    early, late = (PrintRun(on=date(2026, 3, day)) for day in (3, 18))

    booklet = bind([sheet(late), sheet(early), sheet(late)])

    assert booklet.expiry.day == date(2026, 4, 2)
    assert bind([]).expiry is None


def test_more_text_is_set_smaller_step_by_step():
    short = sheet(purpose_question="")
    letters = sum(map(len, short._texts()))
    densities = [
        sheet(purpose_question="x" * (step - letters + extra)).density
        for step in STEPS
        for extra in (0, 1)
    ]

    assert densities == [0, 1, 1, 2, 2, 3]


def test_names_in_any_script_are_only_text(person, seller):
    name = '"><img src=x onerror=alert(1)>'
    Product.objects.filter(code="ACC-BAS").update(name=name)
    Pairing.objects.filter(main__code="ACC-BAS").update(say=name)
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))

    page = seller.get("/matrix/booklet/").content.decode()

    assert "<img" not in page
    assert "&lt;img" in page
