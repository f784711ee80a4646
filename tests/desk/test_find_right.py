"""A right is found by its code or the customer's number, in every branch, and told in words."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from crossbank.desk.models import Consultation, Redemption
from crossbank.engine.right_codes import spoken
from crossbank.offers.models import Grant
from crossbank.org import switches
from tests.pictures import read_picture

pytestmark = pytest.mark.django_db

PAGE = "/rights/"


@pytest.fixture
def grant(sign_in) -> Grant:
    data = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1", "customer_ref": "4711"}
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    return Grant.objects.get()


def found(client, **typed) -> list[str]:
    return [one.code for one in client.post(PAGE, typed).context["rights"]]


def test_found_in_every_branch_by_code_and_by_number(sign_in, grant) -> None:
    there = sign_in("seller2")

    assert found(there, code=f" {spoken(grant.code).lower()} ") == [grant.code]
    assert found(there, customer_ref=" 47 11") == [grant.code]
    assert found(there, customer_ref="4712") == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Type what stands on the customer’s paper."),
        ({"code": "123"}, "This code has a typing mistake: read it once more."),
        ({"code": "11111111A"}, "This code has a typing mistake: read it once more."),
        ({"code": "111111111"}, "There is no right with this code."),
    ],
)
def test_what_cannot_be_found_is_said(sign_in, grant, typed, words) -> None:
    page = sign_in("seller").post(PAGE, typed)

    assert page.status_code == 422
    assert words in page.content.decode()


def test_picture_on_paper_is_the_code_and_nothing_else(sign_in, grant) -> None:
    right = sign_in("seller2").get(f"{PAGE}{grant.code}/").context["right"]
    record = Consultation.objects.get()
    page = sign_in("seller").get(f"/desk/consultations/{record.uuid}/customer/").context["page"]

    assert [read_picture(one.qr) for one in (right, *page.rights)] == [grant.code, grant.code]


def test_number_is_not_asked_where_the_bank_keeps_none(sign_in, grant) -> None:
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    seller = sign_in("seller")

    assert "customer_ref" not in seller.get(PAGE).content.decode()
    assert seller.post(PAGE, {"customer_ref": "4711"}).status_code == 422


def test_correction_looks_up_no_number_where_the_bank_keeps_none(
    sign_in, grant, save, content
) -> None:
    """Beside the debit card the offer holds by itself, too: it is used, and no right of his."""
    seller, sent = sign_in("seller2"), content("CRD-DEB", customer_ref="4711")
    assert save(seller, sent).status_code == 201
    address = f"/desk/CRD-DEB/?replaces={sent['uuid']}"
    with_number = seller.get(address).context["panel"].rights
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")

    without = seller.get(address).context["panel"].rights
    loan = {"item_LON_CSH": "accepted", "consent_LON_CSH": "1", "asked_LON_CSH": "1"}
    fields = {"offer_LON_CSH": "TL-1", "replaces": sent["uuid"], "replace_reason": "mistyped"}
    saved = save(seller, content("CRD-DEB", **loan, **fields))

    grant.refresh_from_db()
    assert (grant.code in [one.code for one in with_number], without) == (True, ())
    assert (saved.status_code, Redemption.objects.get().grant, grant.used_at) == (201, None, None)


def test_what_a_record_used_stays_offered_where_no_number_is_kept(
    sign_in, grant, save, content
) -> None:
    seller, sent = sign_in("seller2"), content("LON-CSH", right=grant.code)
    assert save(seller, sent).status_code == 201
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")

    panel = seller.get(f"/desk/LON-CSH/?replaces={sent['uuid']}").context["panel"]

    assert [(one.code, one.chosen) for one in panel.rights] == [(grant.code, True)]


def test_paper_names_nobody_and_says_when_it_was_used(sign_in, grant) -> None:
    address = f"{PAGE}{grant.code}/"
    assert grant.customer_ref not in sign_in("seller2").get(address).content.decode()

    Grant.objects.update(used_at=timezone.now())

    assert "This right was used already." in sign_in("seller2").get(address).content.decode()
    assert sign_in("seller").get(f"{PAGE}NOSUCHONE/").status_code == 404


@pytest.mark.parametrize(
    ("gives", "reads", "here"),
    [
        ("seller", "seller", ""),  # Berlin
        ("seller", "seller2", ""),  # over in Bangkok on the next morning
        ("seller2", "seller2", ""),
        ("seller2", "seller", ", here until {moment}"),  # over in Berlin before the day is
    ],
)
def test_right_has_one_last_day_for_every_reader(sign_in, person, gives, reads, here) -> None:
    data = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1", "customer_ref": "4711"}
    sign_in(gives).post("/desk/consultations/", data)
    grant, reader = Grant.objects.get(), person(reads)
    day = grant.issued_on + timedelta(days=30)
    local = grant.until.astimezone(reader.branch.zone)
    told = f"until {date_format(day, 'SHORT_DATE_FORMAT')}" + here.format(
        moment=date_format(local, "SHORT_DATETIME_FORMAT")
    )
    client = sign_in(reads)

    found = client.post(PAGE, {"customer_ref": "4711"}).content.decode()
    loan = client.post("/desk/LON-CSH/", {"customer_ref": "4711"}).content.decode()
    beside = client.post("/desk/ACC-SAL/", {"customer_ref": "4711", "asked-LON-CSH": "1"})
    paper = client.get(f"{PAGE}{grant.code}/").content.decode()

    card = next(c for c in beside.context["panel"].drawn if c.code == "LON-CSH")
    assert [" ".join(told.split()) in " ".join(p.split()) for p in (found, loan)] == [True, True]
    assert (("here until" in found), ("Here until" in paper)) == (bool(here), bool(here))
    assert (card.offer.last_day, card.offer.ends_here) == (day, grant.until if here else None)
    assert f"Good until {date_format(day)}, end of the day where it was given" in paper


def test_number_in_an_address_is_not_looked_up_and_not_shown(sign_in, grant) -> None:
    seller = sign_in("seller")

    named = seller.get("/desk/LON-CSH/?customer_ref=4711")
    typed = seller.post("/desk/LON-CSH/", {"customer_ref": "4711"})
    coded = seller.get(f"/desk/LON-CSH/?right={grant.code}")

    assert [len(page.context["panel"].rights) for page in (named, typed, coded)] == [0, 1, 1]
    assert "4711" not in named.content.decode()


def test_right_to_a_product_that_is_not_rated_is_asked_for_and_ticked(sign_in, grant) -> None:
    """Without a script, too: the label ticks the product, the card has the offer."""
    seller, number = sign_in("seller"), {"customer_ref": "4711"}

    shown = seller.post("/desk/ACC-PRM/", number).content.decode()
    asked = seller.post("/desk/ACC-PRM/", {**number, "asked-LON-CSH": "1"}).content.decode()

    assert '<label class="btn btn-outline-secondary btn-sm" for="asked-LON-CSH">Show its' in shown
    assert 'id="asked-LON-CSH"' in shown
    assert 'name="offer-LON-CSH" id="LON-CSH-o" value="TL-1"' in asked


def test_right_that_may_be_used_on_the_main_is_one_choice_among_all(sign_in, grant) -> None:
    data = {"uuid": str(uuid4()), "main": "SAV-TRM", "edition": "1", "customer_ref": "4711"}
    seller = sign_in("seller")
    seller.post("/desk/consultations/", data)
    other = Grant.objects.exclude(pk=grant.pk).get()

    alone = seller.post("/desk/LON-CSH/", {"customer_ref": "4711"})
    page = seller.post("/desk/LON-CSH/", {"customer_ref": "4711", "right": other.code})

    def fields(response) -> list[tuple[str, str, str]]:
        field = r'<input type="(\w+)"[^>]* name="right"[^>]* value="(\w*)"( checked)?'
        return re.findall(field, response.content.decode())

    assert fields(alone) == [("checkbox", grant.code, "")]
    assert fields(page) == [
        ("radio", grant.code, ""),
        ("radio", other.code, " checked"),
        ("radio", "", ""),
    ]


def test_same_queries_for_one_right_and_three(sign_in, grant, queries) -> None:
    client = sign_in("seller")
    client.post(PAGE, {"customer_ref": "4711"})
    with queries() as one:
        client.post(PAGE, {"customer_ref": "4711"})
    for main in ("SAV-TRM", "LON-CAR"):
        data = {"uuid": str(uuid4()), "main": main, "edition": "1", "customer_ref": "4711"}
        client.post("/desk/consultations/", data)
    with queries() as three:
        page = client.post(PAGE, {"customer_ref": "4711"})

    assert len(page.context["rights"]) == 3
    assert len(one) == len(three)


def test_right_that_ends_within_a_week_stands_on_the_list_of_its_branch(sign_in, grant) -> None:
    here, there = sign_in("seller"), sign_in("seller2")
    assert spoken(grant.code) not in here.get("/calls/").content.decode()

    Grant.objects.update(until=timezone.now() + timedelta(days=6))

    assert spoken(grant.code) in here.get("/calls/").content.decode()
    assert spoken(grant.code) not in there.get("/calls/").content.decode()
    Grant.objects.update(used_at=timezone.now())
    assert spoken(grant.code) not in here.get("/calls/").content.decode()
