"""Correction, undo and voiding: both records stay, the tally moves by the difference."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.desk.models import Consultation, DaySheet
from crossbank.desk.proof import drift
from crossbank.desk.services import close_day

pytestmark = pytest.mark.django_db


def void(client, uuid: str, reason: str = ""):
    return client.post(
        f"/desk/consultations/{uuid}/void/",
        {"reason": reason},
        headers={"accept": "application/json"},
    )


def sheet() -> tuple[int, int, int, int, int, int]:
    row = DaySheet.objects.get()
    return (
        row.main_only, row.plus_one, row.plus_two, row.no_main, row.presented, row.taken,
    )  # fmt: skip


def age(uuid: str, **delta) -> None:
    """The record was saved that long ago."""
    Consultation.objects.filter(uuid=uuid).update(received_at=timezone.now() - timedelta(**delta))


def test_correction_takes_the_place_of_the_first(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content(item_DIG_APP="accepted", item_CRD_DEB="accepted")
    save(client, first)

    response = save(
        client, content(item_DIG_APP="declined", replaces=first["uuid"], replace_reason="mistyped")
    )

    assert response.status_code == 201
    assert sheet() == (1, 0, 0, 0, 1, 0)
    old, new = Consultation.objects.order_by("pk")
    assert (old.is_standing, new.is_standing) == (False, True)
    assert (new.replaces, new.source, new.recorded_at) == (old, "correction", old.recorded_at)
    assert drift() == []


def test_correction_by_a_plain_form_leads_back_to_my_day(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content(item_DIG_APP="accepted")
    plain = client.post("/desk/consultations/", first)

    corrected = client.post(
        "/desk/consultations/", content(item_DIG_APP="declined", replaces=first["uuid"])
    )

    assert (plain.status_code, plain["Location"]) == (303, f"/desk/?saved={first['uuid']}")
    assert (corrected.status_code, corrected["Location"]) == (303, "/day/")
    assert "Saved: Main only." in client.get("/day/").content.decode()


def test_record_page_speaks_in_names(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(
        "CRD-DEB",
        item_DIG_ALR="accepted",
        consent_DIG_ALR="1",
        offer_DIG_ALR="OT-6",
        held_SAV_INS="1",
    )
    save(client, data)

    page = client.get(f"/desk/consultations/{data['uuid']}/").content.decode()

    for name in ("SMS and push alerts", "Instant savings", "Alerts: 3 months at 0.00", "Edition 1"):
        assert name in page
    assert re.findall(r">[^<]*(?:DIG-ALR|SAV-INS|CRD-DEB|OT-6)[^<]*<", page) == []


def test_corrected_record_cannot_be_corrected_again(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content()
    save(client, first)
    save(client, content(replaces=first["uuid"]))

    again = save(client, content(replaces=first["uuid"]))

    assert again.status_code == 422
    assert set(again.json()["errors"]) == {"replaces"}
    assert sheet() == (1, 0, 0, 0, 0, 0)


def test_correction_sent_twice_is_one(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content()
    save(client, first)
    correction = content(item_DIG_APP="accepted", replaces=first["uuid"])

    answers = [save(client, correction).status_code for _ in range(2)]

    assert answers == [201, 200]
    assert sheet() == (0, 1, 0, 0, 1, 1)
    assert drift() == []


def test_yesterday_is_not_corrected(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content()
    save(client, first)
    day = timezone.now().date() - timedelta(days=2)
    Consultation.objects.update(business_date=day)
    DaySheet.objects.update(business_date=day)

    response = save(client, content(replaces=first["uuid"]))

    assert response.status_code == 409
    assert response.json()["code"] == "day_closed"
    assert Consultation.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("seller", 201), ("manager", 201), ("seller2", 422)])
def test_who_may_correct(sign_in, save, content, name, status) -> None:
    first = content()
    save(sign_in("seller"), first)

    response = save(sign_in(name), content(item_DIG_APP="accepted", replaces=first["uuid"]))

    assert response.status_code == status
    if status == 201:
        record = Consultation.objects.standing().select_related("employee", "entered_by").get()
        assert (record.employee.username, record.entered_by.username) == ("seller", name)
        assert sheet() == (0, 1, 0, 0, 1, 1)


def test_undo_needs_no_reason_for_ten_seconds(sign_in, save, content) -> None:
    client = sign_in("seller")
    first, second = content(item_DIG_APP="accepted"), content()
    save(client, first)
    save(client, second)
    age(second["uuid"], seconds=11)

    answers = [void(client, first["uuid"]).status_code, void(client, second["uuid"]).status_code]

    assert answers == [200, 422]
    assert sheet() == (1, 0, 0, 0, 0, 0)
    assert not AuditEntry.objects.filter(action="consultation_voided").exists()
    assert drift() == []


def test_void_with_a_reason_stays_in_the_trail(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_APP="accepted")
    save(client, data)
    age(data["uuid"], minutes=5)

    answers = [void(client, data["uuid"], "wrong customer").status_code for _ in range(2)]

    assert answers == [200, 200]
    assert sheet() == (0, 0, 0, 0, 0, 0)
    entry = AuditEntry.objects.get(action="consultation_voided")
    assert (entry.action, entry.subject, entry.detail) == (
        "consultation_voided", data["uuid"], {"reason": "wrong customer"},
    )  # fmt: skip


def test_undoing_a_correction_puts_the_first_back(sign_in, save, content) -> None:
    client = sign_in("seller")
    first = content(item_DIG_APP="accepted")
    correction = content(replaces=first["uuid"])
    save(client, first)
    save(client, correction)

    assert void(client, correction["uuid"]).status_code == 200

    assert sheet() == (0, 1, 0, 0, 1, 1)
    assert str(Consultation.objects.standing().get().uuid) == first["uuid"]
    again = save(client, content(replaces=first["uuid"]))
    assert again.status_code == 201
    assert drift() == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("seller2", 404), ("manager", 200), ("manager2", 404), ("regional", 403), ("auditor", 403),
     ("conduct", 403), ("owner", 403), ("admin", 403)],
)  # fmt: skip
def test_who_may_void(sign_in, save, content, name, status) -> None:
    data = content()
    save(sign_in("seller"), data)

    assert void(sign_in(name), data["uuid"], "because").status_code == status
    assert sheet()[0] == (0 if status == 200 else 1)


def test_closed_day_is_not_voided(sign_in, save, content, person) -> None:
    client, seller = sign_in("seller"), person("seller")
    data = content()
    save(client, data)
    day = seller.branch.local_day(timezone.now())
    close_day(
        employee=seller, branch=seller.branch, business_date=day, at=timezone.now(), by=seller
    )

    response = void(client, data["uuid"])

    assert response.status_code == 409
    assert Consultation.objects.get().is_standing


def test_opening_a_correction_shows_the_answers(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(
        item_DIG_APP="accepted",
        item_SAV_TRM="declined",
        asked_SAV_TRM="1",
        held_CRD_DEB="1",
        note="n1",
    )
    save(client, data)

    page = client.get(f"/desk/ACC-BAS/?replaces={data['uuid']}").content.decode()

    assert 'id="DIG-APP-a" value="accepted" checked' in page
    assert 'id="SAV-TRM-d" value="declined" checked' in page
    assert 'name="held-CRD-DEB"' in page
    assert f'name="replaces" value="{data["uuid"]}"' in page
    assert len(re.findall(r"<input[^>]* checked[ >]", page)) == 3


def test_paper_customer_is_voided_and_entered_again_never_corrected(sign_in, save, content) -> None:
    """It holds a number of products and no names: a form would lose the tally."""
    client = sign_in("seller")
    data = {"uuid": str(uuid4()), "main": "ACC-BAS", "taken": "2", "at": "00:00"}
    client.post("/day/paper/", data)

    page = client.get(f"/desk/consultations/{data['uuid']}/").content.decode()
    opened = client.get(f"/desk/ACC-BAS/?replaces={data['uuid']}")
    response = save(client, content(replaces=data["uuid"]))

    assert "?replaces=" not in page
    assert "void it and enter it again" in page
    assert opened.status_code == 404
    assert (response.status_code, set(response.json()["errors"])) == (422, {"replaces"})
    assert [(r.bucket, r.is_standing) for r in Consultation.objects.all()] == [("plus_two", True)]
    assert drift() == []
