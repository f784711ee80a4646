"""Recording: what stands afterwards, what is refused, and that nothing half is written."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet, Receipt
from crossbank.desk.proof import drift
from crossbank.desk.services import close_day
from crossbank.matrix.models import Edition, Pairing
from crossbank.matrix.services import publish_edition
from crossbank.offers.models import Offer
from tests.released import release

pytestmark = pytest.mark.django_db

ZERO = {"main_only": 0, "plus_one": 0, "plus_two": 0, "no_main": 0}


def nothing_written() -> bool:
    return not (
        Consultation.objects.exists() or Receipt.objects.exists() or DaySheet.objects.exists()
    )


@pytest.mark.parametrize(
    ("answers", "bucket", "depth"),
    [
        ({}, "main_only", 0),
        ({"item_DIG_APP": "declined"}, "main_only", 0),
        ({"item_DIG_APP": "accepted"}, "plus_one", 1),
        ({"item_DIG_APP": "accepted", "item_CRD_DEB": "accepted"}, "plus_two", 2),
        (
            {"item_DIG_APP": "accepted", "item_CRD_DEB": "accepted", "item_SAV_INS": "accepted"},
            "plus_two",
            3,
        ),
        ({"no_main": "1", "item_DIG_APP": "interested"}, "no_main", 0),
    ],
)
def test_tally_follows_what_was_taken(sign_in, save, content, answers, bucket, depth) -> None:
    client = sign_in("seller")
    data = content(**answers)

    response = save(client, data)

    assert response.status_code == 201
    assert response.json() == {
        "uuid": data["uuid"],
        "bucket": bucket,
        "depth": depth,
        "day": {**ZERO, bucket: 1},
    }
    record = Consultation.objects.get()
    assert (record.bucket, record.depth, record.main_code) == (bucket, depth, "ACC-BAS")
    assert drift() == []


def test_record_keeps_what_was_shown(sign_in, save, content) -> None:
    data = content(
        "CRD-DEB",
        item_CRD_CLA="accepted",
        consent_CRD_CLA="1",
        offer_CRD_CLA="OT-2",
        item_DIG_APP="declined",
        reason_DIG_APP="not_now",
        held_DIG_ALR="1",
        need="TRAVEL",
        customer_kind="existing",
        customer_ref="  DE 12 ab ",
        note="Ждёт зарплату · กขค · 中文 · Ελληνικά · مرحبا",
    )

    assert save(sign_in("seller"), data).status_code == 201

    record = Consultation.objects.select_related("need").get()
    assert record.need.code == "TRAVEL"
    assert record.note == data["note"]
    assert record.held == ["DIG-ALR"]
    assert len(record.customer_ref) == 64
    assert "12AB" not in record.customer_ref
    item = ConsultationItem.objects.get(product_code="CRD-CLA")
    assert (item.rating, item.response, item.price_minor) == ("good", "accepted", 0)
    assert item.offer_terms["code"] == "OT-2"
    assert item.offer_terms["priority"] == 20
    assert item.consent_at == record.recorded_at
    Offer.objects.filter(code="OT-2").update(name="Renamed")
    release("OT-2")
    item.refresh_from_db()
    assert item.offer_terms["name"] != "Renamed"
    other = ConsultationItem.objects.get(product_code="DIG-APP")
    assert (other.reason, other.consent_at, other.offer) == ("not_now", None, None)


def test_equal_reference_gives_equal_hash(sign_in, save, content) -> None:
    client = sign_in("seller")

    save(client, content(customer_ref="de12 AB"))
    save(client, content(customer_ref="DE 12ab"))

    first, second = Consultation.objects.values_list("customer_ref", flat=True)
    assert first == second


REFUSED = [
    ("unknown main", {"main": "NO-SUCH"}, {"main"}),
    ("a cross is no main", {"main": "DIG-APP"}, {"main"}),
    ("unknown cross", {"item_NO_SUCH": "declined"}, {"item-NO-SUCH"}),
    ("the main itself", {"item_ACC_BAS": "declined"}, {"item-ACC-BAS"}),
    ("forbidden pair accepted", {"item_LON_CSH": "accepted", "consent_LON_CSH": "1"}, {"item-LON-CSH"}),
    ("no yes for a paid one", {"item_DIG_ALR": "accepted"}, {"consent-DIG-ALR"}),
    ("licence", {"item_PEN_VOL": "accepted", "consent_PEN_VOL": "1"}, {"item-PEN-VOL"}),
    ("not rated, not asked", {"item_SAV_TRM": "declined"}, {"asked-SAV-TRM"}),
    ("taken without the main", {"no_main": "1", "item_DIG_APP": "accepted"}, {"item-DIG-APP"}),
    ("odd answer", {"item_DIG_APP": "maybe"}, {"item-DIG-APP"}),
    ("odd reason", {"item_DIG_APP": "declined", "reason_DIG_APP": "bad"}, {"reason-DIG-APP"}),
    ("reason alone", {"reason_DIG_APP": "not_now"}, {"reason-DIG-APP"}),
    ("held and presented", {"held_DIG_APP": "1", "item_DIG_APP": "declined"}, {"held-DIG-APP"}),
    ("held unknown", {"held_NO_SUCH": "1"}, {"held-NO-SUCH"}),
    ("unknown need", {"need": "NO-SUCH"}, {"need"}),
    ("odd kind", {"customer_kind": "friend"}, {"customer_kind"}),
    ("long note", {"note": "x" * 5000}, {"note"}),
    ("control sign", {"note": "a\x00b"}, {"note"}),
    ("direction override", {"note": "a\u202eb"}, {"note"}),
    ("future edition", {"edition": "2"}, {"edition"}),
    ("edition no number", {"edition": "one"}, {"edition"}),
    ("huge edition", {"edition": "9" * 30}, {"edition"}),
    ("no uuid", {"uuid": ""}, {"uuid"}),
    ("odd uuid", {"uuid": "42"}, {"uuid"}),
    ("day without follow up", {"item_DIG_APP": "declined", "due_DIG_APP": "2099-01-01"}, {"due-DIG-APP"}),
    ("no such day", {"item_DIG_APP": "follow_up", "due_DIG_APP": "2026-02-30"}, {"due-DIG-APP"}),
    ("day passed", {"item_DIG_APP": "follow_up", "due_DIG_APP": "2020-01-01"}, {"due-DIG-APP"}),
    ("offer of another product", {"item_DIG_APP": "accepted", "offer_DIG_APP": "OT-6"}, {"offer-DIG-APP"}),
    ("offer of another main", {"item_CRD_CLA": "accepted", "consent_CRD_CLA": "1", "offer_CRD_CLA": "OT-1"}, {"offer-CRD-CLA"}),
    ("offer needs approval", {"item_CRD_CLA": "accepted", "consent_CRD_CLA": "1", "offer_CRD_CLA": "TL-2"}, {"offer-CRD-CLA"}),
    ("offer beside a no", {"item_DIG_ALR": "interested", "offer_DIG_ALR": "OT-6"}, {"offer-DIG-ALR"}),
    ("unknown offer", {"item_DIG_APP": "accepted", "offer_DIG_APP": "ZZ-9"}, {"offer-DIG-APP"}),
    (
        "two unsecured credits",
        {
            "item_CRD_CLA": "accepted",
            "consent_CRD_CLA": "1",
            "item_LON_OVD": "accepted",
            "consent_LON_OVD": "1",
        },
        {"item-CRD-CLA", "item-LON-OVD"},
    ),
    (
        "card without host",
        {"item_CRD_SUP": "accepted", "consent_CRD_SUP": "1", "asked_CRD_SUP": "1"},
        {"item-CRD-SUP"},
    ),
    ("nothing offered, yet presented", {"nothing_offered": "forgot", "item_DIG_APP": "declined"}, {"nothing_offered"}),
    ("corrects nothing", {"replaces": str(uuid.uuid4())}, {"replaces"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "named"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_refused_content_names_its_fields(sign_in, save, content, fields, named) -> None:
    response = save(sign_in("seller"), content(**fields))

    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert set(response.json()["errors"]) & named
    assert set(response.json()["errors"]) <= named
    assert nothing_written()


def test_same_key_twice_is_refused(sign_in, save) -> None:
    body = f"uuid={uuid.uuid4()}&main=ACC-BAS&edition=1&item-DIG-APP=declined&item-DIG-APP=accepted"

    response = sign_in("seller").post(
        "/desk/consultations/",
        body,
        content_type="application/x-www-form-urlencoded",
        headers={"accept": "application/json"},
    )

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"item-DIG-APP"}
    assert nothing_written()


def test_deferred_cover_is_not_taken_today(sign_in, save, content) -> None:
    data = content("LON-CSH", item_INS_CRP="accepted", consent_INS_CRP="1")

    response = save(sign_in("seller"), data)

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"item-INS-CRP"}


def test_adviser_may_conclude_what_needs_a_licence(sign_in, save, content, person) -> None:
    seller = person("seller")
    seller.is_adviser = True
    seller.save(update_fields=["is_adviser"])

    response = save(
        sign_in("seller"), content(item_PEN_VOL="accepted", consent_PEN_VOL="1", asked_PEN_VOL="1")
    )

    assert response.status_code == 201


@pytest.mark.parametrize(
    ("who", "fields", "status"),
    [("seller", {}, 422), ("seller", {"no_main": "1"}, 201), ("marie.w", {}, 201)],
)
def test_licensed_main_is_concluded_by_advisers_only(
    sign_in, save, content, who, fields, status
) -> None:
    response = save(sign_in(who), content("INV-FND", **fields))

    assert response.status_code == status
    assert Consultation.objects.count() == (status == 201)
    if status == 422:
        assert list(response.json()["errors"]) == ["main"]
        assert nothing_written()


def test_desk_offers_the_yes_that_the_server_accepts(sign_in, save, content) -> None:
    """Beside a licensed product, as main and as cross: the page and the answer say the same."""
    for who, may in (("seller", False), ("marie.w", True)):
        client = sign_in(who)
        asked = client.post("/desk/ACC-BAS/", content(asked_PEN_VOL="1")).context["panel"]
        ranked = client.get("/desk/INV-FND/").context["panel"]

        assert next(c.may_accept for c in asked.drawn if c.code == "PEN-VOL") is may
        assert [c.may_accept for c in ranked.drawn if c.code in ("PEN-VOL", "INV-BRK")] == [may] * 2
        assert ("hand it on (l), then save" in ranked.main_for_adviser) is not may
        sent = content(item_PEN_VOL="accepted", consent_PEN_VOL="1", asked_PEN_VOL="1")
        assert save(client, sent).status_code == (201 if may else 422)


def test_asked_product_outside_the_row_is_recorded(sign_in, save, content) -> None:
    response = save(sign_in("seller"), content(item_SAV_TRM="accepted", asked_SAV_TRM="1"))

    assert response.status_code == 201
    item = ConsultationItem.objects.get()
    assert (item.rating, item.asked) == ("", True)


def test_asked_for_and_left_unanswered_is_no_answer(sign_in, save, content) -> None:
    response = save(sign_in("seller"), content(asked_SAV_TRM="1"))

    assert response.status_code == 201
    assert ConsultationItem.objects.count() == 0


def test_retired_since_is_refused(sign_in, save, content) -> None:
    client = sign_in("seller")
    Product.objects.filter(code="DIG-APP").update(
        valid_until=timezone.now().date() - timedelta(days=2)
    )

    response = save(client, content(item_DIG_APP="accepted"))

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"item-DIG-APP"}


def test_forbidden_since_is_refused_but_may_be_noted(sign_in, save, content, person) -> None:
    client = sign_in("seller")
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="SAV-INS").update(
        rating="not_allowed", instead="Open it on its own."
    )
    publish_edition(
        at=timezone.now() - timedelta(hours=1), approver=person("owner2"), by=person("owner")
    )

    refused = save(client, content(item_SAV_INS="accepted"))
    noted = save(client, content(item_SAV_INS="declined"))

    assert (refused.status_code, noted.status_code) == (422, 201)
    assert set(refused.json()["errors"]) == {"item-SAV-INS"}
    assert Consultation.objects.get().edition.number == 1


@pytest.mark.parametrize(("hours", "status"), [(71, 201), (73, 409)])
def test_edition_is_stale_after_three_days(sign_in, save, content, person, hours, status) -> None:
    client = sign_in("seller")
    publish_edition(
        at=timezone.now() - timedelta(hours=hours), approver=person("owner2"), by=person("owner")
    )

    response = save(client, content())

    assert response.status_code == status
    if status == 409:
        assert response.json()["code"] == "stale_edition"
        assert nothing_written()


def test_edition_that_is_not_in_force_yet_is_unknown(sign_in, save, content, person) -> None:
    client, now = sign_in("seller"), timezone.now()
    two = {"approver": person("owner2"), "by": person("owner")}
    publish_edition(effective_from=now + timedelta(days=9), at=now - timedelta(hours=1), **two)
    publish_edition(at=now - timedelta(hours=1), **two)

    answers = {n: save(client, content(edition=str(n))).status_code for n in (1, 2, 3)}

    assert answers == {1: 201, 2: 422, 3: 201}


def test_offer_that_ended_since_is_a_conflict(sign_in, save, content) -> None:
    client = sign_in("seller")
    today = timezone.now().date()
    Offer.objects.filter(code="TL-7").update(
        from_on=today - timedelta(days=9), until_on=today - timedelta(days=1)
    )
    release("TL-7")

    response = save(
        client,
        content("CRD-DEB", item_INS_CRD="accepted", consent_INS_CRD="1", offer_INS_CRD="TL-7"),
    )

    assert response.status_code == 409
    assert response.json()["code"] == "offer_expired"
    assert set(response.json()["errors"]) == {"offer-INS-CRD"}
    assert nothing_written()


def test_same_save_twice_is_one_record(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_APP="accepted")
    save(client, data)
    save(client, content())

    again = save(client, {**data, "client_saved_at": timezone.now().isoformat()})

    assert again.status_code == 200
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["bucket"] == "plus_one"
    assert again.json()["day"] == {**ZERO, "main_only": 1, "plus_one": 1}
    assert Consultation.objects.count() == 2
    assert drift() == []


def test_same_uuid_with_other_content_is_refused(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_APP="accepted")
    save(client, data)

    again = save(client, {**data, "item-DIG-APP": "declined"})

    assert again.status_code == 422
    assert again.json()["code"] == "uuid_reused"
    assert Consultation.objects.get().bucket == "plus_one"


def test_another_author_with_an_equal_uuid_is_independent(sign_in, save, content) -> None:
    data = content()

    answers = [save(sign_in(name), data).status_code for name in ("seller", "seller2", "manager")]

    assert answers == [201, 201, 201]
    assert Consultation.objects.count() == 3


def test_refused_save_leaves_no_receipt_and_may_be_mended(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_ALR="accepted")
    assert save(client, data).status_code == 422

    mended = save(client, {**data, "consent-DIG-ALR": "1"})

    assert mended.status_code == 201


def test_closed_day_takes_nothing(sign_in, save, content, person) -> None:
    client = sign_in("seller")
    seller = person("seller")
    save(client, content())
    today = seller.branch.local_day(timezone.now())
    close_day(
        employee=seller, branch=seller.branch, business_date=today, at=timezone.now(), by=seller
    )

    response = save(client, content())

    assert response.status_code == 409
    assert response.json()["code"] == "day_closed"
    assert (Consultation.objects.count(), Receipt.objects.count()) == (1, 1)
    assert DaySheet.objects.get().main_only == 1


@pytest.mark.parametrize(
    ("minutes", "trusted"), [(-4, True), (4, True), (-6, False), (6, False), (-60 * 24 * 10, False)]
)
def test_client_clock_is_trusted_within_five_minutes(
    sign_in, save, content, minutes, trusted
) -> None:
    said = timezone.now() + timedelta(minutes=minutes)

    save(sign_in("seller"), content(client_saved_at=said.isoformat()))

    record = Consultation.objects.get()
    assert record.clock_suspect is not trusted
    assert (record.recorded_at == said) is trusted


def test_forged_fields_have_no_effect(sign_in, save, content, person) -> None:
    data = content(
        author="1", branch="B02", business_date="2020-01-01", depth="2", bucket="plus_two",
        closed_at="2020-01-01", employee=str(person("seller2").pk), voided_at="2020-01-01",
        source="import",
    )  # fmt: skip

    assert save(sign_in("seller"), data).status_code == 201

    record = Consultation.objects.select_related("branch", "employee").get()
    assert (record.employee.username, record.branch.code) == ("seller", "B01")
    assert (record.bucket, record.depth, record.source) == ("main_only", 0, "desk")
    assert record.is_standing


def test_without_token_nothing_is_written(sign_in, save, content) -> None:
    response = save(sign_in("seller", enforce_csrf_checks=True), content())

    assert response.status_code == 403
    assert response.json()["code"] == "csrf"
    assert nothing_written()


def test_signed_out_script_is_told_so(client, save, content) -> None:
    response = save(client, content())

    assert response.status_code == 401
    assert response.json()["code"] == "signed_out"


@pytest.mark.parametrize("role", ["regional", "owner", "conduct", "auditor", "admin"])
def test_other_roles_may_not_record(sign_in, save, content, role) -> None:
    response = save(sign_in(role), content())

    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"
    assert nothing_written()


def test_plain_browser_gets_its_filled_form_back(sign_in, content) -> None:
    data = content(item_DIG_ALR="accepted", note="keep <me>", need="EVERYDAY", customer_ref="77")

    response = sign_in("seller").post("/desk/consultations/", data)

    page = response.content.decode()
    assert response.status_code == 422
    assert "keep &lt;me&gt;" in page
    assert data["uuid"] in page
    assert 'value="77"' in page
    assert 'id="DIG-ALR-a" value="accepted" checked' in page
    assert "tick that the customer said yes" in page


def test_plain_browser_goes_back_to_the_desk(sign_in, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_APP="accepted")

    response = client.post("/desk/consultations/", data)

    assert response.status_code == 303
    assert response["Location"] == f"/desk/?saved={data['uuid']}"
    assert "Saved: Main + 1" in client.get(response["Location"]).content.decode()


def test_renamed_product_keeps_its_old_name_in_history(sign_in, save, content) -> None:
    save(sign_in("seller"), content(item_DIG_APP="accepted"))

    Product.objects.filter(code__in=["ACC-BAS", "DIG-APP"]).update(name="Renamed")

    assert Consultation.objects.get().main_name == "Basic current account"
    assert ConsultationItem.objects.get().product_name == "Online and mobile banking"


def test_stays_within_its_query_budget(sign_in, save, content, queries) -> None:
    client = sign_in("seller")
    # loads the edition and the offers into memory, as any running server has them
    for main in ("ACC-BAS", "CRD-DEB"):
        save(client, content(main))
    plain = content(
        item_DIG_APP="accepted", item_CRD_DEB="declined", need="EVERYDAY", held_SAV_INS="1"
    )
    with_offer = content(
        "CRD-DEB", item_DIG_ALR="accepted", consent_DIG_ALR="1", offer_DIG_ALR="OT-6"
    )

    with queries() as first:
        assert save(client, plain).status_code == 201
    with queries() as second:
        assert save(client, with_offer).status_code == 201
    with queries() as replay:
        assert save(client, plain).status_code == 200

    # first: session, person, receipt, edition, products, need, record, items, which offers begin
    # here, day sheet; second: no need, but areas, the offer, its use, the right it gives, and the
    # call that asks again before it costs something (areas, calendar, look, call)
    assert (len(first), len(second), len(replay)) == (10, 20, 5)


def test_edition_is_immutable() -> None:
    from crossbank.conduct.models import FrozenError

    with pytest.raises(FrozenError):
        Edition.objects.update(number=7)


def test_page_drawn_for_somebody_else_saves_nothing(sign_in, save, content, person) -> None:
    client, other = sign_in("manager"), sign_in("seller")
    data = content(item_DIG_APP="accepted", drawn_for=str(person("seller").pk))

    refused = save(client, data)
    plain = client.post("/desk/consultations/", data)

    assert (refused.status_code, refused.json()["code"], set(refused.json()["errors"])) == (
        409, "other_user", {"__all__"},
    )  # fmt: skip
    assert plain.status_code == 409
    assert f'name="drawn_for" value="{person("seller").pk}"' in plain.content.decode()
    assert Consultation.objects.count() == 0
    assert save(other, data).status_code == 201
