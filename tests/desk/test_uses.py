"""Offers that are used and rights that travel: given with a record, used once, given back with it.

Long because a right is given, used and taken back on every way that a record can go.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash
from crossbank.desk import afterwards, given_rights, services
from crossbank.desk.entries import Entry
from crossbank.desk.models import Consultation, ConsultationItem, IssuedRight, Redemption
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict
from crossbank.engine import right_codes
from crossbank.engine.eligibility import day_starts
from crossbank.offers.models import Grant, Offer, OfferCount, OfferRelease
from crossbank.org.models import Branch
from tests.released import release

pytestmark = pytest.mark.django_db

LOAN = {"item_LON_CSH": "accepted", "consent_LON_CSH": "1", "asked_LON_CSH": "1"}
ALERTS = {"item_DIG_ALR": "accepted", "consent_DIG_ALR": "1", "offer_DIG_ALR": "OT-6"}
NUMBER = "DE 4711"


def void(client, uuid: str, reason: str = "mistyped"):
    return client.post(
        f"/desk/consultations/{uuid}/void/",
        {"reason": reason},
        headers={"accept": "application/json"},
    )


def errors(answer) -> tuple[int, str, dict]:
    body = answer.json()
    return answer.status_code, body["code"], body["errors"]


def is_open(grant: Grant) -> bool:
    return Grant.objects.open(timezone.now()).filter(pk=grant.pk).exists()


def limit(code: str, **limits) -> None:
    Offer.objects.filter(code=code).update(**limits)
    release(code)


def used_counts(code: str) -> list[tuple[str, str, int]]:
    rows = OfferCount.objects.filter(offer__code=code).order_by("scope", "key")
    return list(rows.values_list("scope", "key", "used"))


# --- given --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("username", "code"), [("seller", "B01"), ("seller2", "B02")])
def test_debit_card_gives_a_right_to_the_end_of_the_thirtieth_day_of_its_branch(
    sign_in, save, content, username, code
) -> None:
    branch = Branch.objects.get(code=code)

    save(sign_in(username), content("CRD-DEB", customer_ref=NUMBER))

    record, grant = Consultation.objects.get(), Grant.objects.get()
    assert right_codes.read(grant.code) == grant.code
    assert grant.until == day_starts(record.business_date + timedelta(days=31), branch.zone)
    assert (grant.until - timedelta(microseconds=1)).astimezone(
        branch.zone
    ).date() == record.business_date + timedelta(days=30)
    assert (grant.branch, grant.issued_on, grant.issued_at) == (
        branch,
        record.business_date,
        record.recorded_at,
    )
    assert grant.release == Offer.objects.get(code="TL-1").release
    assert grant.customer_ref == record.customer_ref == reference_hash(NUMBER)
    assert IssuedRight.objects.get().consultation == record
    assert given_rights.rights_given(record) == [grant]
    assert (record.bucket, drift()) == ("main_only", [])


@pytest.mark.parametrize("fields", [{"no_main": "1"}, {"main": "ACC-BAS"}])
def test_without_the_debit_card_there_is_no_right(seller, save, content, fields) -> None:
    fields = {"main": "CRD-DEB", **fields}

    assert save(seller, content(fields.pop("main"), **fields)).status_code == 201

    assert Grant.objects.count() == 0


def test_paper_sheet_gives_no_right(person) -> None:
    seller, now = person("seller"), timezone.now()
    ticked = Entry(uuid=uuid4(), main="CRD-DEB", edition=1, paper_taken=1, started_at=now)

    services.record(entry=ticked, branch=seller.branch, at=now, by=seller)

    assert (Consultation.objects.count(), Grant.objects.count()) == (1, 0)


def test_who_uses_the_offer_at_once_gets_no_right_to_it(seller, save, content) -> None:
    answer = save(seller, content("CRD-DEB", offer_LON_CSH="TL-1", **LOAN))

    assert answer.status_code == 201
    assert (Grant.objects.count(), Redemption.objects.get().grant) == (0, None)


def test_paused_offer_gives_no_right(seller, save, content) -> None:
    Offer.objects.filter(code="TL-1").update(is_paused=True)

    save(seller, content("CRD-DEB"))

    assert (Consultation.objects.count(), Grant.objects.count()) == (1, 0)


def test_same_save_twice_gives_one_right(seller, save, content) -> None:
    sent = content("CRD-DEB")

    first, again = save(seller, sent), save(seller, sent)

    assert (first.status_code, again.status_code, Grant.objects.count()) == (201, 200, 1)


# --- used ---------------------------------------------------------------------------------------


def test_right_is_used_on_the_main_product_in_another_branch(give, use) -> None:
    grant = give()

    answer, uuid = use(grant)

    record = Consultation.objects.get(uuid=uuid)
    used = Redemption.objects.get()
    grant.refresh_from_db()
    assert (answer.status_code, record.branch.code, record.bucket) == (201, "B02", "main_only")
    assert (used.consultation, used.item, used.product.code) == (record, None, "LON-CSH")
    assert (used.offer.code, used.grant, used.terms) == ("TL-1", grant, grant.release.terms)
    assert grant.used_at == used.at == record.recorded_at
    assert drift() == []


def test_right_is_used_on_a_cross_product_beside_another_main(give, use) -> None:
    grant = give()

    answer, uuid = use(grant, "ACC-SAL", offer_LON_CSH="TL-1", **LOAN)

    used, item = Redemption.objects.get(), ConsultationItem.objects.get()
    assert (answer.status_code, used.item, used.grant) == (201, item, grant)
    assert (used.consultation.uuid, used.terms) == (item.consultation.uuid, item.offer_terms)
    assert str(item.consultation.uuid) == uuid
    assert not is_open(grant)


def test_right_that_is_shown_and_not_used_stays_open(give, use) -> None:
    grant = give()

    answer, _uuid = use(grant, "ACC-SAL")

    assert (answer.status_code, Redemption.objects.count(), is_open(grant)) == (201, 0, True)


def test_right_is_read_as_people_type_it(give, save, content, seller2) -> None:
    grant = give()

    answer = save(seller2, content("LON-CSH", right=f" {right_codes.spoken(grant.code).lower()} "))

    assert (answer.status_code, Redemption.objects.get().grant) == (201, grant)


def test_second_use_is_refused_and_names_no_branch(give, use, save, content, seller) -> None:
    grant = give()
    use(grant)

    again = save(seller, content("LON-CSH", right=grant.code))

    assert errors(again) == (409, "offer_exhausted", {"right": ["This right was used already."]})
    assert "B0" not in again.content.decode()
    assert (Redemption.objects.count(), Consultation.objects.count()) == (1, 2)
    assert drift() == []


def test_right_that_has_ended_is_refused(give, use) -> None:
    grant = give()
    Grant.objects.update(until=timezone.now())

    answer, _uuid = use(grant)

    told = ["This right has ended; the product itself may still be taken."]
    assert errors(answer) == (409, "offer_expired", {"right": told})
    assert (Redemption.objects.count(), Consultation.objects.count()) == (0, 1)
    assert Grant.objects.get().used_at is None


def test_code_with_one_sign_wrong_and_a_code_of_nobody(give, save, content, seller2) -> None:
    grant = give()
    wrong = ("2" if grant.code[0] == "1" else "1") + grant.code[1:]
    nobodys = right_codes.code_of([1, 2, 3, 4, 5, 6, 7, 8])

    answers = [save(seller2, content("LON-CSH", right=code)) for code in (wrong, nobodys)]

    assert [errors(answer) for answer in answers] == [
        (422, "invalid", {"right": ["This code has a typing mistake: read it once more."]}),
        (422, "invalid", {"right": ["There is no right with this code."]}),
    ]
    assert (Consultation.objects.count(), is_open(grant)) == (1, True)


def test_right_is_found_by_the_customer_number(give, save, content, seller2) -> None:
    grant = give(customer_ref=NUMBER)
    sent = {"offer_LON_CSH": "TL-1", **LOAN}

    other = save(seller2, content("ACC-SAL", customer_ref="DE 4712", **sent))
    own = save(seller2, content("ACC-SAL", customer_ref=" de4711", **sent))

    assert (other.status_code, set(other.json()["errors"])) == (422, {"offer-LON-CSH"})
    assert own.status_code == 201
    assert (Redemption.objects.get().grant, is_open(grant)) == (grant, False)


def test_of_two_rights_to_one_offer_the_sooner_end_goes_first_unless_a_code_is_said(
    give, use, save, content, seller2
) -> None:
    late, soon, said = (give(customer_ref=NUMBER) for _ in range(3))
    Grant.objects.filter(pk=soon.pk).update(until=timezone.now() + timedelta(days=1))
    sent = {"customer_ref": NUMBER, "offer_LON_CSH": "TL-1", **LOAN}

    use(said, "ACC-SAL", **sent)
    save(seller2, content("ACC-SAL", **sent))

    assert [one.grant for one in Redemption.objects.order_by("pk")] == [said, soon]
    assert is_open(late)


def test_use_keeps_the_terms_as_they_were_given(give, use, content, save, seller) -> None:
    grant = give()
    before = grant.release.terms
    save(seller, content("CRD-DEB", **ALERTS))
    alerts = Redemption.objects.get(offer__code="OT-6")
    Offer.objects.filter(code__in=["TL-1", "OT-6"]).update(benefit_text="Worse")
    release("TL-1", "OT-6")

    answer, _uuid = use(grant)

    used = Redemption.objects.get(grant=grant)
    alerts.refresh_from_db()
    assert OfferRelease.objects.get(offer__code="TL-1", number=2).terms["benefit_text"] == "Worse"
    assert (answer.status_code, used.terms, used.terms["version"]) == (201, before, 1)
    assert (alerts.terms["version"], alerts.terms["benefit_text"] != "Worse") == (1, True)


def test_offer_that_is_free_first_says_from_when_it_costs(seller, save, content) -> None:
    save(seller, content("CRD-DEB", **ALERTS))

    used = Redemption.objects.get()
    assert used.charged_from == used.consultation.business_date + timedelta(days=90)


# --- limits -------------------------------------------------------------------------------------


def test_offer_of_which_nothing_is_left_is_a_conflict(seller, seller2, save, content) -> None:
    limit("OT-6", max_total=1)
    first = save(seller, content("CRD-DEB", **ALERTS))

    second = save(seller2, content("CRD-DEB", **ALERTS))

    told = ["Nothing is left of this offer; the product itself may still be taken."]
    assert first.status_code == 201
    assert errors(second) == (409, "offer_exhausted", {"offer-DIG-ALR": told})
    assert (Consultation.objects.count(), Redemption.objects.count()) == (1, 1)
    assert Grant.objects.count() == 1  # the refused record gave none
    assert used_counts("OT-6") == [("total", "", 1)]
    assert drift() == []


def test_limit_of_a_branch_is_its_own(seller, seller2, save, content) -> None:
    limit("OT-6", max_per_branch=1)

    codes = [save(who, content("CRD-DEB", **ALERTS)).status_code for who in (seller, seller2) * 2]

    assert codes == [201, 201, 409, 409]
    assert used_counts("OT-6") == [("branch", "B01", 1), ("branch", "B02", 1)]


def test_limit_of_a_customer_needs_his_number(seller, seller2, save, content) -> None:
    limit("OT-6", max_per_customer=1)

    def said(who, **fields):
        return save(who, content("CRD-DEB", **ALERTS, **fields))

    nobody = said(seller)
    his, again = said(seller, customer_ref=NUMBER), said(seller2, customer_ref=NUMBER.lower())
    other = said(seller2, customer_ref="DE 4712")

    assert (nobody.status_code, set(nobody.json()["errors"])) == (422, {"offer-DIG-ALR"})
    assert [his.status_code, again.status_code, other.status_code] == [201, 409, 201]
    assert sorted(used_counts("OT-6")) == sorted(
        [("customer", reference_hash(number), 1) for number in (NUMBER, "DE 4712")]
    )


def test_right_to_the_main_product_needs_the_number_where_its_offer_does(give, use) -> None:
    limit("TL-1", max_per_customer=1)
    grants = [give(), give()]

    nobody, _uuid = use(grants[0])
    his = [use(grant, customer_ref=number)[0] for grant, number in zip(grants, "12", strict=True)]

    assert errors(nobody)[:2] == (422, "invalid")
    assert set(nobody.json()["errors"]) == {"right"}
    assert [answer.status_code for answer in his] == [201, 201]


# --- given back ---------------------------------------------------------------------------------


def test_undo_gives_right_and_place_back(give, use, seller2) -> None:
    limit("TL-1", max_total=1)
    grant = give()
    _answer, uuid = use(grant)
    taken = used_counts("TL-1")

    undone = void(seller2, uuid, reason="")

    used = Redemption.objects.get()
    assert (undone.status_code, used.given_back_at is None, is_open(grant)) == (200, False, True)
    assert (taken, used_counts("TL-1")) == ([("total", "", 1)], [("total", "", 0)])
    assert use(grant)[0].status_code == 201
    assert Redemption.objects.standing().get().grant == grant
    assert drift() == []


def test_voided_record_takes_its_unused_right_back(give, use, seller) -> None:
    grant = give()

    void(seller, str(Consultation.objects.get().uuid))
    answer, _uuid = use(grant)

    told = ["This right was taken back with the record that gave it."]
    assert errors(answer) == (409, "offer_expired", {"right": told})


def test_right_that_was_used_stays_used_when_its_record_is_voided(give, use, seller) -> None:
    grant = give()
    first = str(Consultation.objects.get().uuid)
    use(grant)

    assert void(seller, first).status_code == 200

    grant.refresh_from_db()
    assert (grant.used_at is None, grant.withdrawn_at) == (False, None)
    assert Redemption.objects.standing().count() == 1


def test_correction_keeps_the_code_on_the_customer_s_paper(give, correct, seller) -> None:
    grant = give()
    first = Consultation.objects.get()

    second = correct(seller, first.uuid, "CRD-DEB", item_DIG_APP="accepted")
    third = correct(seller, second, "CRD-DEB")

    assert (Grant.objects.get(), is_open(grant)) == (grant, True)
    assert given_rights.rights_given(Consultation.objects.get(uuid=third)) == [grant]


def test_correction_to_another_main_takes_the_right_back_until_it_is_voided(
    give, correct, seller
) -> None:
    grant = give()
    first = Consultation.objects.get()

    corrected = correct(seller, first.uuid, "ACC-BAS")
    between = is_open(grant)
    void(seller, corrected)

    assert (between, is_open(grant)) == (False, True)
    assert given_rights.rights_given(first) == [grant]


def test_right_comes_back_along_a_chain_of_corrections(give, correct, seller) -> None:
    """The first correction kept it, the second took it back, and is voided."""
    grant = give()
    kept = correct(seller, Consultation.objects.get().uuid, "CRD-DEB", item_DIG_APP="declined")
    other = correct(seller, kept, "ACC-BAS")
    between = is_open(grant)

    void(seller, other)

    assert (between, is_open(grant)) == (False, True)
    assert given_rights.rights_given(Consultation.objects.get(uuid=kept)) == [grant]


def test_voiding_a_correction_brings_no_right_back_that_an_earlier_one_took(
    give, correct, seller
) -> None:
    taken = give()
    account = correct(seller, Consultation.objects.get().uuid, "ACC-BAS")
    card = correct(seller, account, "CRD-DEB")
    between = is_open(taken)
    void(seller, card)

    assert (between, is_open(taken)) == (True, False)
    assert not Grant.objects.exclude(pk=taken.pk).exists()


def test_correction_gives_back_what_it_no_longer_uses_and_its_void_takes_it_again(
    give, use, correct, seller2
) -> None:
    limit("TL-1", max_total=1)
    grant = give()
    _answer, uuid = use(grant)

    corrected = correct(seller2, uuid, "LON-CSH")
    between = (is_open(grant), used_counts("TL-1"), Redemption.objects.standing().count())
    answer = void(seller2, corrected)

    used = Redemption.objects.get()
    assert between == (True, [("total", "", 0)], 0)
    assert (answer.status_code, is_open(grant), used.given_back_at) == (200, False, None)
    assert (str(used.consultation.uuid), used_counts("TL-1")) == (uuid, [("total", "", 1)])
    assert drift() == []


def test_correction_may_use_the_same_right_and_the_last_place_again(
    give, use, correct, seller2
) -> None:
    limit("TL-1", max_total=1)
    grant = give()
    _answer, uuid = use(grant)

    corrected = correct(seller2, uuid, "LON-CSH", right=grant.code, note="Second look")

    used = Redemption.objects.standing().get()
    assert (str(used.consultation.uuid), used.grant) == (corrected, grant)
    assert (used_counts("TL-1"), is_open(grant)) == ([("total", "", 1)], False)


def test_void_of_a_correction_is_refused_when_the_right_was_used_meanwhile(
    give, use, correct, save, content, seller, seller2
) -> None:
    grant = give()
    _answer, uuid = use(grant)
    corrected = correct(seller2, uuid, "LON-CSH")
    assert save(seller, content("LON-CSH", right=grant.code)).status_code == 201

    refused = void(seller2, corrected)

    assert errors(refused)[:2] == (409, "offer_exhausted")
    assert "B01" not in refused.content.decode()
    assert Consultation.objects.get(uuid=corrected).is_standing
    assert not Consultation.objects.get(uuid=uuid).is_standing
    assert Redemption.objects.standing().get().consultation.branch.code == "B01"
    assert drift() == []


# --- the customer withdraws ---------------------------------------------------------------------


@pytest.mark.parametrize("frees", [False, True])
def test_withdrawal_frees_the_right_only_where_the_terms_say_so(give, use, person, frees) -> None:
    limit("TL-1", max_total=1, frees_on_reversal=frees)
    grant = give()
    use(grant)
    now = timezone.now()

    done = afterwards.reverse(Redemption.objects.get(), at=now, by=person("seller2"))

    assert (done.reversed_at, done.reversed_by.username) == (now, "seller2")
    assert (done.given_back_at, is_open(grant)) == (None, frees)
    assert used_counts("TL-1") == [("total", "", 0 if frees else 1)]
    entry = AuditEntry.objects.get(action="offer_use_reversed")
    assert entry.detail == {"offer": "TL-1", "freed": frees}
    with pytest.raises(Conflict):
        afterwards.reverse(done, at=now, by=person("seller2"))
    assert use(grant)[0].status_code == (201 if frees else 409)


def test_withdrawal_is_noted_until_its_days_are_over(give, use, person) -> None:
    use(give())
    used = Redemption.objects.get()
    day = used.consultation.branch.zone
    last = day_starts(used.consultation.business_date + timedelta(days=15), day)

    with pytest.raises(Conflict):
        afterwards.reverse(used, at=last, by=person("seller2"))
    done = afterwards.reverse(used, at=last - timedelta(microseconds=1), by=person("seller2"))

    assert done.reversed_at == last - timedelta(microseconds=1)


def test_what_was_withdrawn_stays_so_through_a_correction_and_its_void(
    save, content, correct, person, seller
) -> None:
    """Two uses in one record: one was withdrawn, the other is given back and taken again."""
    card = {"item_INS_CRD": "accepted", "consent_INS_CRD": "1", "offer_INS_CRD": "TL-7"}
    sent = content("CRD-DEB", **ALERTS, **card)
    assert save(seller, sent).status_code == 201
    first, second = Redemption.objects.order_by("offer__code")  # OT-6, TL-7
    afterwards.reverse(second, at=timezone.now(), by=person("seller"))

    corrected = correct(seller, sent["uuid"], "CRD-DEB")
    first.refresh_from_db()
    between = first.given_back_at is None
    void(seller, corrected)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (between, first.given_back_at) == (False, None)
    assert (second.given_back_at, second.reversed_at is None) == (None, False)
