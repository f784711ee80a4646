"""A partner's benefit at the desk: one quiet line, kept on the record, in no count."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.catalog.models import PartnerBenefit, Product
from crossbank.desk.models import Consultation, DaySheet
from crossbank.matrix import editions, services
from crossbank.matrix.models import Edition
from tests.desk.test_bundles import panel

pytestmark = pytest.mark.django_db

FUEL = {
    "code": "CAR-FUEL",
    "name": "Fuel discount for a year",
    "partner": "PT-FUEL",
    "partner_name": "Nearbend Fuel",
}
LINE = '<p class="cb-comes-with">'


def text(response) -> str:
    return unescape(response.content.decode())


def publish(person, *, by: str = "owner", approver: str = "owner2") -> Edition:
    now = timezone.now()
    published = services.publish_edition(
        note="", approver=person(approver), effective_from=now, at=now, by=person(by)
    )
    editions.forget()
    return published


def counted(record: Consultation) -> tuple[str, int, int]:
    return record.bucket, record.depth, record.presented


def test_one_line_stands_under_the_main_and_takes_no_key(sign_in, bank, person):
    client = sign_in("seller")
    with_line = panel(client, main="LON-CAR").content.decode()
    PartnerBenefit.objects.update(is_active=False)
    publish(person)

    without = panel(client, main="LON-CAR").content.decode()

    line = with_line.split(LINE)[1].split("</p>")[0]
    assert re.sub(r"<[^>]+>", "", line) == "Comes with it: Fuel discount for a year (Nearbend Fuel)"
    assert "data-key" not in line
    assert LINE not in without
    keys = re.compile(r'data-key="([^"]*)"|name="((?:item|consent|offer)-[^"]*)"')
    assert keys.findall(with_line) == keys.findall(without)


def test_other_mains_have_no_line(sign_in, bank):
    assert LINE not in panel(sign_in("seller"), main="ACC-BAS").content.decode()


def test_drawing_it_takes_no_query(sign_in, bank, queries, person):
    client = sign_in("seller")
    panel(client, main="LON-CAR")
    with queries() as with_line:
        panel(client, main="LON-CAR")
    PartnerBenefit.objects.update(is_active=False)
    publish(person)
    panel(client, main="LON-CAR")

    with queries() as without:
        panel(client, main="LON-CAR")

    assert len(with_line) == len(without)


@pytest.mark.parametrize("fields", [{}, {"item_INS_MOT": "accepted", "consent_INS_MOT": "1"}])
def test_the_record_keeps_it_and_counts_the_same(sign_in, save, content, person, queries, fields):
    client = sign_in("seller")
    first = content("LON-CAR", **fields)
    save(client, content("LON-CAR", **fields))  # everything is loaded
    with queries() as with_benefit:
        answer = save(client, first).json()
    sheet = DaySheet.objects.get().plus_one
    PartnerBenefit.objects.update(is_active=False)
    publish(person)

    second = content("LON-CAR", **fields, edition="2")
    save(client, content("LON-CAR", **fields, edition="2"))
    with queries() as without_benefit:
        other = save(client, second).json()

    kept, plain = (Consultation.objects.get(uuid=data["uuid"]) for data in (first, second))
    assert (kept.comes_with, plain.comes_with) == ([FUEL], [])
    assert counted(kept) == counted(plain)
    assert (answer["bucket"], answer["depth"]) == (other["bucket"], other["depth"])
    assert sheet == (2 if fields else 0)
    assert len(with_benefit) == len(without_benefit)


def test_who_left_without_the_main_got_nothing(sign_in, bank, save, content):
    data = content("LON-CAR", no_main="1")

    assert save(sign_in("seller"), data).status_code == 201

    assert Consultation.objects.get().comes_with == []


def test_a_line_of_the_paper_sheet_says_nothing_of_it(sign_in, bank):
    data = {"uuid": str(uuid4()), "main": "LON-CAR", "taken": "0", "at": "00:00"}

    assert sign_in("seller").post("/day/paper/", data).status_code == 302

    assert [row.comes_with for row in Consultation.objects.all()] == [[]]


def test_what_ended_or_has_not_begun_is_on_no_page(sign_in, bank, person, save, content):
    today = timezone.localdate()
    PartnerBenefit.objects.filter(code="CAR-FUEL").update(valid_until=today + timedelta(days=9))
    PartnerBenefit.objects.filter(code="GLD-LOUNGE").update(valid_from=today + timedelta(days=9))
    edition = publish(person)
    known = editions.load(edition.pk).snapshot

    given = [(known.comes_with(main, today + timedelta(days=days)) != ()) for main, days in DAYS]

    assert given == [True, False, False, True]
    assert "Comes with it" not in text(sign_in("seller").get("/matrix/CRD-GLD/"))
    assert "then a partner benefit ends" in text(sign_in("seller").get("/matrix/LON-CAR/"))


DAYS = [("LON-CAR", 8), ("LON-CAR", 9), ("CRD-GLD", 8), ("CRD-GLD", 9)]


def test_a_benefit_without_a_sold_main_is_left_out_of_the_draft(bank):
    Product.objects.filter(code="LON-CAR").update(valid_until=timezone.localdate())

    draft = services.compile_draft(at=timezone.now()).snapshot

    assert [one.code for one in draft.benefits] == ["GLD-LOUNGE"]


def test_pages_and_papers_tell_it(sign_in, bank, save, content):
    client, data = sign_in("seller"), content("LON-CAR")
    save(client, data)
    record = f"/desk/consultations/{data['uuid']}/"
    pages = {
        "/products/LON-CAR/": "3 cents less per litre",
        "/matrix/LON-CAR/": "3 cents less per litre",
        "/matrix/booklet/": "3 cents less per litre",
        f"{record}customer/": "Comes with it: Fuel discount for a year (Nearbend Fuel). 3 cents",
        record: "Fuel discount for a year (Nearbend Fuel)",
    }

    missing = [
        address for address, words in pages.items() if words not in text(client.get(address))
    ]

    assert missing == []


def test_a_record_prints_what_came_then_not_what_comes_now(sign_in, bank, save, content, person):
    client, data = sign_in("seller"), content("LON-CAR")
    save(client, data)
    PartnerBenefit.objects.update(name="Renamed")
    publish(person)

    record = f"/desk/consultations/{data['uuid']}/"

    for address in (record, f"{record}customer/"):
        page = text(client.get(address))
        assert "Fuel discount for a year (Nearbend Fuel)" in page
        assert "Renamed" not in page
