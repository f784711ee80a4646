"""What happens to a record on later days: the loan is paid out, the customer withdraws in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash
from crossbank.desk.models import Consultation, IssuedRight, Redemption
from crossbank.engine.eligibility import day_starts
from crossbank.offers.models import Grant, Offer, OfferCondition
from crossbank.org import switches
from crossbank.org.models import User
from tests.desk.test_uses import ALERTS, NUMBER
from tests.released import release

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(save, content, seller):
    """This will save a conversation in B01 as it was some days ago."""

    def one(main: str, *, days: int = 40, **fields) -> Consultation:
        sent = content(main, **fields)
        assert save(seller, sent).status_code == 201
        long = timedelta(days=days)
        record = Consultation.objects.get(uuid=sent["uuid"])
        record.recorded_at -= long
        record.business_date -= long
        record.save(update_fields=["recorded_at", "business_date"])
        return record

    return one


@pytest.fixture
def colleague(sign_in):
    """Another seller of B01."""
    others = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")
    return lambda: sign_in(others.order_by("pk")[0].username)


def door(record: Consultation) -> str:
    return f"/desk/consultations/{record.uuid}/"


def pay_out(client, record: Consultation, on):
    return client.post(f"{door(record)}drawdown/", {"paid_out_on": on})


def listed(client, **typed) -> list[Consultation]:
    return [one.record for one in client.post("/rights/", typed).context["later"]]


def page(client, record: Consultation) -> str:
    return " ".join(client.get(f"{door(record)}later/").content.decode().split())


def told(answer) -> list[str]:
    assert answer.status_code == 422
    assert Grant.objects.count() == 0
    return answer.context["drawdown"].errors["paid_out_on"]


# --- the loan is paid out -----------------------------------------------------------------------


def test_right_begins_weeks_later_at_a_colleague_of_the_branch(saved, colleague) -> None:
    loan, client = saved("HOM-PUR", customer_ref=NUMBER), colleague()
    paid_on = loan.business_date + timedelta(days=30)

    found = listed(client, customer_ref=NUMBER)
    done = pay_out(client, loan, paid_on)

    grant = Grant.objects.get()
    assert found == [loan]
    assert (done.status_code, done["Location"]) == (303, f"{door(loan)}later/")
    assert grant.until == day_starts(paid_on + timedelta(days=181), loan.branch.zone)
    assert (grant.customer_ref, grant.issued_on) == (reference_hash(NUMBER), paid_on)
    assert IssuedRight.objects.get().consultation == loan
    entry = AuditEntry.objects.get(action="drawdown_recorded")
    assert entry.detail == {"on": paid_on.isoformat(), "offers": ["TL-5"]}
    assert f"/rights/{grant.code}/" in page(client, loan)
    assert listed(client, customer_ref=NUMBER) == []
    assert pay_out(client, loan, paid_on).status_code == 409
    assert Grant.objects.count() == 1


def test_other_branch_has_no_door_to_it(saved, seller2, sign_in) -> None:
    loan = saved("HOM-PUR", customer_ref=NUMBER)

    for client in (seller2, sign_in("manager2")):
        assert listed(client, customer_ref=NUMBER) == []
        assert client.get(f"{door(loan)}later/").status_code == 404
        assert pay_out(client, loan, loan.business_date).status_code == 404
    assert Grant.objects.count() == 0


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (-1, "a loan is paid out later."),
        (41, "This day is still to come."),
        (2, "That long ago the right would have ended by now: nothing begins."),
    ],
)
def test_day_of_the_pay_out_is_refused_at_its_field(saved, seller, after, words) -> None:
    Offer.objects.filter(code="TL-5").update(days_after=20)
    release("TL-5")
    loan = saved("HOM-PUR")

    answer = pay_out(seller, loan, loan.business_date + timedelta(days=after))

    assert [words in one for one in told(answer)] == [True]
    assert 'aria-describedby="id_paid_out_on-error"' in answer.content.decode()
    assert told(pay_out(seller, loan, "31.02.")) == ["Enter a valid date."]


@pytest.mark.parametrize(("after", "status"), [(19, 422), (20, 303)])
def test_right_that_is_good_for_its_last_day_still_begins(saved, seller, after, status) -> None:
    """20 days after the pay-out: with one 20 days ago today is the last."""
    Offer.objects.filter(code="TL-5").update(days_after=20)
    release("TL-5")
    loan = saved("HOM-PUR")

    answer = pay_out(seller, loan, loan.business_date + timedelta(days=after))

    assert answer.status_code == status


def test_record_that_gave_another_right_still_waits(saved, seller) -> None:
    Offer.objects.get(code="TL-1").mains.add(Product.objects.get(code="HOM-PUR"))
    release("TL-1")
    loan = saved("HOM-PUR")

    shown = page(seller, loan)
    pay_out(seller, loan, loan.business_date)

    assert "His right begins" in shown
    assert sorted(g.release.terms["code"] for g in Grant.objects.all()) == ["TL-1", "TL-5"]


def condition(**fields) -> None:
    offer = Offer.objects.get(code="TL-5")
    OfferCondition.objects.create(offer=offer, layer="eligibility", message="No", **fields)
    release("TL-5")


def test_right_is_judged_by_the_record_when_it_begins(saved, seller) -> None:
    Offer.objects.filter(code="TL-5").update(customer_status="new")
    condition(attribute="holds", operator="is_none_of", values="ACC-PRM")
    kinds = [{"customer_kind": "existing"}, {"customer_kind": "new", "held_ACC_PRM": "1"}]
    refused = [saved("HOM-PUR", **fields) for fields in kinds]
    good = saved("HOM-PUR", customer_kind="new")

    answers = [pay_out(seller, loan, loan.business_date).status_code for loan in (*refused, good)]

    assert answers == [409, 409, 303]
    assert IssuedRight.objects.get().consultation == good
    assert [
        why in page(seller, loan)
        for why, loan in zip(("new customers only", "cannot have it: No"), refused, strict=True)
    ] == [True, True]


def test_what_nobody_knows_is_asked_first(saved, seller) -> None:
    condition(attribute="age_band", values="18-26, 27-64, 65+", ask="Are you 18 or older?")
    loan = saved("HOM-PUR")

    assert "Are you 18 or older?" in page(seller, loan)
    assert pay_out(seller, loan, loan.business_date).status_code == 303


@pytest.mark.parametrize("fields", [{"no_main": "1"}, {"main": "ACC-BAS"}])
def test_without_the_loan_nothing_waits(saved, seller, fields) -> None:
    fields = {"main": "HOM-PUR", **fields}
    record = saved(fields.pop("main"), customer_ref=NUMBER, **fields)

    assert listed(seller, customer_ref=NUMBER) == []
    assert pay_out(seller, record, record.business_date).status_code == 409


# --- the customer withdraws ---------------------------------------------------------------------


NEW_ALERTS = {**ALERTS, "edition": "2"}


@pytest.mark.usefixtures("within_14")
def test_withdrawal_is_noted_on_a_later_day_by_a_colleague(saved, colleague) -> None:
    record = saved("CRD-DEB", days=10, customer_ref=NUMBER, **NEW_ALERTS)
    client = colleague()
    used = Redemption.objects.get()

    found = listed(client, customer_ref=NUMBER)
    done = client.post(f"{door(record)}reverse/{used.pk}/")

    used.refresh_from_db()
    assert found == [record]
    assert (done.status_code, used.reversed_at is None) == (303, False)
    assert "withdrawn in time" in page(client, record)
    assert listed(client, customer_ref=NUMBER) == []
    assert client.post(f"{door(record)}reverse/{used.pk}/").status_code == 409


@pytest.mark.usefixtures("within_14")
@pytest.mark.parametrize("today", [3, 30, None])
def test_day_on_the_paper_holds_whatever_the_catalogue_says_since(saved, seller, today) -> None:
    record = saved("CRD-DEB", days=10, customer_ref=NUMBER, **NEW_ALERTS)
    Product.objects.filter(code="DIG-ALR").update(withdrawal_days=today)
    last = record.business_date + timedelta(days=14)

    taken = seller.get(f"{door(record)}later/").context["later"].until
    noted = seller.post(f"{door(record)}reverse/{Redemption.objects.get().pk}/")

    assert (list(taken.values()), noted.status_code) == ([last], 303)


def test_from_a_product_without_such_days_nobody_withdraws(saved, seller) -> None:
    record = saved("CRD-DEB", days=0, customer_ref=NUMBER, **ALERTS)

    noted = seller.post(f"{door(record)}reverse/{Redemption.objects.get().pk}/")

    assert "The customer withdrew in time" not in page(seller, record)
    assert (noted.status_code, Redemption.objects.get().reversed_at) == (409, None)
    assert "Nobody withdraws from this product." in noted.content.decode()


@pytest.mark.usefixtures("within_14")
def test_after_its_days_nobody_is_asked_to_note_it(saved, seller) -> None:
    record = saved("CRD-DEB", days=15, customer_ref=NUMBER, **NEW_ALERTS)
    Product.objects.filter(code="DIG-ALR").update(withdrawal_days=30)

    late = seller.post(f"{door(record)}reverse/{Redemption.objects.get().pk}/")

    assert listed(seller, customer_ref=NUMBER) == []
    assert "The customer withdrew in time" not in page(seller, record)
    assert (late.status_code, Redemption.objects.get().reversed_at) == (409, None)


def test_paper_of_a_used_right_leads_to_where_it_was_used(give, use, seller2, seller) -> None:
    grant = give()
    _answer, uuid = use(grant)

    answer = seller2.post("/rights/", {"code": grant.code})

    assert answer.status_code == 422  # it is used: that is said as before
    assert [str(one.record.uuid) for one in answer.context["later"]] == [uuid]
    assert listed(seller, code=grant.code) == []  # nothing waits where it was given


def test_paper_leads_to_the_correction_of_the_record_that_gave_it(
    saved, save, content, correct, seller
) -> None:
    Offer.objects.get(code="TL-1").mains.add(Product.objects.get(code="HOM-PUR"))
    release("TL-1")
    sent = content("HOM-PUR")
    save(seller, sent)
    corrected = correct(seller, sent["uuid"], "HOM-PUR", note="Second look")

    found = listed(seller, code=Grant.objects.get().code)

    assert [str(record.uuid) for record in found] == [corrected]


def test_day_of_the_past_leads_to_what_came_later(saved, seller) -> None:
    loan = saved("HOM-PUR")

    shown = seller.get(f"/day/{loan.business_date}/").content.decode()

    assert f"{door(loan)}later/" in shown
    assert "His right begins" in page(seller, loan)


@pytest.mark.usefixtures("within_14")
def test_same_queries_for_few_records_and_many(saved, seller, queries) -> None:

    def two() -> None:
        saved("HOM-PUR", customer_ref=NUMBER, item_INS_HOM="accepted", consent_INS_HOM="1")
        saved("CRD-DEB", days=1, customer_ref=NUMBER, **NEW_ALERTS)

    two()
    listed(seller, customer_ref=NUMBER)
    with queries() as few:
        assert len(listed(seller, customer_ref=NUMBER)) == 2
    two()
    two()
    with queries() as many:
        assert len(listed(seller, customer_ref=NUMBER)) == 6

    assert len(many) == len(few)


def test_nothing_of_it_where_the_bank_uses_no_offers(saved, seller) -> None:
    loan = saved("HOM-PUR")
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    assert seller.get(f"{door(loan)}later/").status_code == 404
    assert "later/" not in seller.get(f"/day/{loan.business_date}/").content.decode()
