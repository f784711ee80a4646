"""One page for the customer: what he took, until when he may undo it, and what he left."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import formats, timezone

from crossbank.calls import services as calls
from crossbank.calls.models import Task
from crossbank.catalog.models import Product
from crossbank.desk import customer_page
from crossbank.desk.models import Consultation, ConsultationItem, Redemption
from crossbank.matrix import editions
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.org.models import OpeningHours

pytestmark = pytest.mark.django_db

FIELDS = {
    "item_CRD_DEB": "accepted",
    "item_INS_CRD": "accepted",
    "consent_INS_CRD": "1",
    "item_CRD_CLA": "declined",
    "reason_CRD_CLA": "too_expensive",
    "item_DIG_ALR": "interested",
    "customer_ref": "CANARY-77",
    "note": "a private note",
}


@pytest.fixture
def saved(sign_in, save, content):
    def record(who: str = "seller", main: str = "ACC-BAS", **fields):
        client, data = sign_in(who), content(main, **fields)
        response = save(client, data)
        assert response.status_code == 201, response.content
        row = Consultation.objects.get(uuid=data["uuid"])
        return client, row, f"/desk/consultations/{row.uuid}/customer/"

    return record


def paper(response) -> str:
    return unescape(response.content.decode().split("<article")[1].split("</article>")[0])


def test_it_says_what_he_took_its_price_and_until_when_he_may_cancel(saved):
    due = timezone.localdate() + timedelta(days=10)
    client, row, address = saved(**FIELDS, item_SAV_GOL="follow_up", due_SAV_GOL=due.isoformat())

    response = client.get(address)

    page, text = response.context["page"], paper(response)
    terms = editions.load(row.edition_id).snapshot.product["INS-CRD"]
    last = row.business_date + timedelta(days=terms.withdrawal_days)
    assert [(one.name, one.price, one.cancel_by) for one in page.taken] == [
        (row.main_name, "no charge", None),
        ("Debit card", "no charge", None),
        (terms.name, terms.price_text, last),
    ]
    assert f"You may cancel until {formats.date_format(last, 'DATE_FORMAT')}" in text
    assert f"we talk again on {formats.date_format(due, 'DATE_FORMAT')}" in text
    assert [one.name for one in page.left] == ["Classic credit card"]
    assert "Nothing was decided for you" in text
    assert "Harbour Square" in text
    assert "Monday to Friday" in text


def test_it_names_nobody_and_nothing_that_is_the_banks_own(saved, person):
    client, row, address = saved(**FIELDS)

    text = paper(client.get(address))

    seller = person("seller")
    secrets = [
        seller.first_name, seller.username, str(seller), "CANARY", row.customer_ref,
        "private note", "too expensive", "Strong", "Main + 2", str(row.uuid), row.branch.code,
    ]  # fmt: skip
    assert [secret for secret in secrets if secret in text] == []


def test_days_to_reflect_and_a_bundle_are_said(saved):
    _client, row, _address = saved(**FIELDS)
    shown = editions.load(row.edition_id).snapshot
    row.bundle_terms = {"parts": ["INS-CRD"], "name": "Safe pair"}
    shown.product["CRD-DEB"].__dict__["reflection_days"] = 7

    try:
        page = customer_page.customer_page(row, shown)
    finally:
        editions.forget()

    taken = {one.name: one for one in page.taken}
    assert taken["Debit card"].sign_from == row.business_date + timedelta(days=7)
    assert taken["Debit card"].reflect_days == 7
    assert [one.bundle for one in page.taken] == ["", "", "Safe pair"]
    assert page.rights == ()


def test_who_left_without_the_main_product_reads_that(saved):
    client, row, address = saved(no_main="1", item_CRD_DEB="declined")

    text = paper(client.get(address))

    assert f"You came for “{row.main_name}” and did not take it." in text
    assert "What you took</h2>" not in text


def test_hours_are_told_in_runs(saved, person):
    branch = person("seller").branch
    _client, row, _address = saved()
    OpeningHours.objects.filter(branch=branch, weekday=2).update(closes_at="13:00")
    OpeningHours.objects.filter(branch=branch, weekday=3).delete()

    runs = customer_page.customer_page(row, editions.load(row.edition_id).snapshot).hours

    assert [(run.first, run.last, f"{run.closes_at:%H}") for run in runs] == [
        ("Monday", "Tuesday", "18"),
        ("Wednesday", "", "13"),
        ("Friday", "", "18"),
    ]


def test_whose_it_is(saved, sign_in):
    client, row, address = saved(**FIELDS)

    seen = {
        who: sign_in(who).get(address).status_code
        for who in ("manager", "seller2", "manager2", "regional", "conduct", "owner", "admin")
    }

    assert seen == {
        "manager": 200, "seller2": 404, "manager2": 404,
        "regional": 403, "conduct": 403, "owner": 403, "admin": 403,
    }  # fmt: skip
    Consultation.objects.update(business_date=row.business_date - timedelta(days=1))
    assert client.get(address).status_code == 404
    assert sign_in("manager").get(address).status_code == 200


def test_what_was_voided_or_corrected_is_nobodys_paper(saved):
    client, row, address = saved(**FIELDS)
    client.post(f"/desk/consultations/{row.uuid}/void/")

    assert client.get(address).status_code == 404
    assert client.get("/desk/last/").status_code == 404


def test_last_leads_to_what_was_saved_last_today(saved, sign_in, save, content):
    client, first, _address = saved()
    _client, _other, _elsewhere = saved("seller2")
    _client, second, _address = saved(**FIELDS)

    assert client.get("/desk/last/").status_code == 302
    assert client.get("/desk/last/")["Location"] == f"/desk/consultations/{second.uuid}/customer/"
    replacing = content(replaces=str(second.uuid))
    assert save(client, replacing).status_code == 201
    assert replacing["uuid"] in client.get("/desk/last/")["Location"]
    Consultation.objects.exclude(pk=first.pk).update(
        business_date=first.business_date - timedelta(days=1)
    )
    assert str(first.uuid) in client.get("/desk/last/")["Location"]
    Consultation.objects.update(source="paper")
    assert client.get("/desk/last/").status_code == 404


def test_the_desk_and_my_day_lead_there(saved):
    client, row, address = saved()

    toast = client.get("/desk/").content.decode().split('id="cb-toast"')[1].split("</div>")[0]
    assert 'href="/desk/last/"' in toast
    assert 'data-key="c"' in toast
    assert f'href="{address}"' in client.get(f"/desk/?saved={row.uuid}").content.decode()
    assert f'href="{address}"' in client.get("/day/").content.decode()
    assert client.get(f"{address}?print=1").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_was_presented(saved, queries, count):
    codes = ["CRD_DEB", "DIG_APP", "SAV_GOL"][:count]
    client, _row, address = saved(**{f"item_{code}": "accepted" for code in codes})
    client.get(address)

    with queries() as seen:
        client.get(address)

    assert ConsultationItem.objects.count() == count
    # session, person, record, items, hours, areas, offers used, rights
    assert len(seen) == 8


def test_a_free_offer_tells_what_comes_after_it(saved, person):
    client, row, address = saved(item_DIG_ALR="accepted", consent_DIG_ALR="1", offer_DIG_ALR="OT-6")
    last = formats.date_format(row.business_date + timedelta(days=89), "DATE_FORMAT")

    text = paper(client.get(address))
    terms = ConsultationItem.objects.get().offer_terms
    assert f"With the offer “{terms['name']}”: {terms['benefit_text']}" in text
    assert f"Free until {last}. Then it ends by itself, unless you say yes to 1.00 a month." in text

    task, at = Task.objects.get(), timezone.now()
    calls.note_outcome(task=task, outcome="reached_yes", at=at, by=person("seller"))
    text = paper(client.get(address))
    assert f"Free until {last}, then 1.00 a month: you said yes to that." in text
    assert "ends by itself" not in text


def test_a_right_used_on_the_main_product_stands_with_it(saved):
    client, first, _address = saved(main="CRD-DEB", customer_ref="C1")
    grant = Grant.objects.get()
    client, row, address = saved(main="LON-CSH", customer_ref="C1", right=grant.code)
    terms = grant.release.terms

    page, text = (reply := client.get(address)).context["page"], paper(reply)

    assert (page.taken[0].name, page.taken[0].price) == (row.main_name, terms["price_with_text"])
    assert f"With the offer “{terms['name']}”: {terms['benefit_text']}" in text
    assert grant.code not in {right.code for right in page.rights}  # it is used
    Redemption.objects.update(reversed_at=timezone.now(), reversed_by=first.employee)
    assert client.get(address).context["page"].taken[0].offer is None


def test_rights_of_earlier_visits_stand_there_once_the_soonest_end_first(saved, queries):
    _client, _first, _address = saved("seller2", main="CRD-DEB", customer_ref="C1")
    _client, _other, _address = saved("seller2", main="CRD-DEB", customer_ref="somebody else")
    client, _row, address = saved(main="CRD-DEB", customer_ref=" c 1 ")
    mine = list(Grant.objects.filter(customer_ref=_row.customer_ref).order_by("-pk"))
    Grant.objects.filter(pk=mine[0].pk).update(until=timezone.now() + timedelta(days=3))
    client.get(address)

    with queries() as seen:
        page = client.get(address).context["page"]

    assert [right.code for right in page.rights] == [grant.code for grant in mine]
    assert len(mine) == 2
    # session, person, record, items, areas, offers used, of this record, of his number, names, hours
    assert len(seen) == 10
    switches.turn(key=switches.CUSTOMER_REFERENCE, on=False, at=timezone.now(), by="admin")
    assert [one.code for one in client.get(address).context["page"].rights] == [mine[0].code]


def test_with_offers_off_the_page_asks_for_none(saved, queries):
    client, _row, address = saved(
        item_DIG_ALR="accepted", consent_DIG_ALR="1", offer_DIG_ALR="OT-6", customer_ref="C1"
    )
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    with queries() as seen:
        text = paper(client.get(address))

    sql = " ".join(query["sql"] for query in seen.captured_queries)
    assert [name for name in ("desk_redemption", "offers_grant") if name in sql] == []
    assert "offer" not in text


def test_a_name_is_only_text(saved):
    Product.objects.filter(code="CRD-DEB").update(name="<b>x</b>")
    client, _row, address = saved(**FIELDS)
    ConsultationItem.objects.filter(product_code="CRD-DEB").update(product_name="<script>x")

    assert "<script>x" not in client.get(address).content.decode()
