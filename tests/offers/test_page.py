"""`/offers/`: what everybody may read."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from crossbank.offers.models import Offer, OfferCount
from crossbank.org import switches
from crossbank.org.models import Branch, Region, Role


@pytest.fixture
def reader(client, django_user_model):
    """This will sign in somebody of a branch in that zone."""

    def signed_in(zone="Europe/Berlin", *, role=Role.SELLER):
        region = Region.objects.get_or_create(code="R", defaults={"name": "R"})[0]
        branch = Branch.objects.create(
            code=f"B{Branch.objects.count()}", name="B", region=region, time_zone=zone
        )
        person = django_user_model.objects.create(username=branch.code, role=role, branch=branch)
        client.force_login(person)
        return client

    return signed_in


def section(page: str, state: str) -> str:
    return page.split(f'<section id="{state}"')[1].split("</section>")[0]


def test_an_offer_stands_in_its_section_with_price_links_and_clock(offer, reader):
    today = timezone.now().date()
    offer(
        "OFF",
        from_on=today - timedelta(days=9),
        until_on=today + timedelta(days=9),
        price_with_text="0.00 in year one",
        price_alone_text="24.00 a year",
        exclusion_group="FEE",
    )

    now = section(reader().get("/offers/").content.decode(), "now")

    for words in (
        'href="/products/CRD/"',
        'href="/matrix/ACC/"',
        "0.00 in year one",
        "24.00 a year",
        'role="timer"',
        "For new and existing customers",
    ):
        assert words in now
    seconds = int(now.split('data-seconds-left="')[1].split('"')[0])
    assert 7 * 86400 < seconds <= 10 * 86400


@pytest.mark.parametrize(("role", "shown"), [(Role.SELLER, False), (Role.OWNER, True)])
def test_codes_and_ranks_are_for_those_who_keep_them(offer, reader, role, shown):
    # without days: of those that ended the page shows two months
    always = {"window": "consultation", "kind": "one_time", "is_paused": True}
    offer("OFF-A", exclusion_group="FEE", **always)
    offer("OFF-B", exclusion_group="FEE", priority=20, **always)

    client = reader(role=role)
    pages = [client.get(at).content.decode() for at in ("/offers/", "/products/CRD/")]

    text = unescape(re.sub(r"<[^>]*>", " ", pages[0]))
    assert "Goes before: Offer OFF-A" in " ".join(text.split())
    plain = text.replace("Offer OFF-", "")
    assert ("OFF-A" in plain, "group FEE, priority 20" in plain) == (shown, shown)
    assert ("priority" in pages[1]) is False  # paused offers are not on the product's own page


def test_the_day_is_that_of_the_reader_s_branch(offer, reader):
    """Kiritimati is always a day ahead of Midway, whatever the hour."""
    ahead = timezone.now().astimezone(Branch(time_zone="Pacific/Kiritimati").zone).date()
    offer("OFF", from_on=ahead, until_on=ahead + timedelta(days=3))

    assert "Offer OFF" in section(
        reader("Pacific/Kiritimati").get("/offers/").content.decode(), "now"
    )
    assert "Offer OFF" in section(reader("Pacific/Midway").get("/offers/").content.decode(), "soon")


def test_a_paused_offer_is_marked(offer, reader):
    offer("OFF", window="consultation", kind="one_time", is_paused=True)

    page = reader().get("/offers/").content.decode()

    assert "Paused: do not promise it" in section(page, "paused")
    assert "No offer runs today." in section(page, "now")


@pytest.mark.parametrize(
    ("scope", "branch", "state"),
    [("total", None, "exhausted"), ("branch", "own", "exhausted"), ("branch", "other", "now")],
)
def test_a_used_up_offer_is_marked_where_nothing_is_left(offer, reader, scope, branch, state):
    limit = {"max_total": 2} if scope == "total" else {"max_per_branch": 2}
    made = offer("OFF", window="consultation", kind="one_time", **limit)
    client = reader()
    key = {None: "", "own": Branch.objects.get().code, "other": "ELSEWHERE"}[branch]
    OfferCount.objects.create(offer=made, scope=scope, key=key, used=2)

    page = client.get("/offers/").content.decode()

    assert "Offer OFF" in section(page, state)
    assert ("Used up: do not promise it" in page) is (state == "exhausted")
    assert ("Offer OFF" in client.get("/products/CRD/").content.decode()) is (state == "now")


def test_of_what_ended_the_latest_are_shown_and_the_others_counted(offer, reader):
    today = timezone.now().date()
    for number in range(23):
        end = today - timedelta(days=number + 3)
        offer(f"E-{number:02}", from_on=end - timedelta(days=9), until_on=end, mains=("ACC", "LON"))
    client = reader()

    found = client.get("/offers/").context["sections"][-1]
    page = section(client.get("/offers/").content.decode(), "ended")

    assert [card.code for card in found.cards] == [f"E-{number:02}" for number in range(20)]
    assert (found.more, found.count) == (3, 23)
    assert "and 3 more that ended" in page


def test_without_offers_every_section_says_so(db, reader):
    page = reader().get("/offers/").content.decode()

    for words in ("No offer runs today.", "No offer is coming up.", "No offer has ended."):
        assert words in page
    assert 'id="paused"' not in page


def test_an_area_that_is_off_is_on_no_page_and_in_no_query(offer, reader, queries):
    offer("OFF", window="consultation", kind="one_time")
    client = reader()
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    with queries() as seen:
        response = client.get("/offers/")

    assert response.status_code == 404
    assert "Offer OFF" not in response.content.decode()
    assert [q["sql"] for q in seen.captured_queries if "offers_" in q["sql"]] == []


@pytest.mark.parametrize("count", [1, 3])
def test_one_offer_costs_as_many_queries_as_three(offer, reader, queries, count):
    for number in range(count):
        offer(f"OFF-{number}", window="consultation", kind="one_time", mains=("ACC", "LON"))
    client = reader()
    client.get("/offers/")

    with queries() as seen:
        client.get("/offers/")

    assert Offer.objects.count() == count
    # session, person, areas, offers that hold, how many ended, which ones, names of products
    assert len(seen) == 7


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "ลดราคา 15 %", "خصم على البطاقة", "Скидка & Έκπτωση"]
)
def test_any_script_in_an_offer_is_only_text(offer, reader, text):
    offer("OFF", name=text, say=text, window="consultation", kind="one_time")

    page = reader().get("/offers/").content.decode()

    assert text in unescape(page)
    assert "<script>alert" not in page
