"""From a record straight to the due list: it matures, is renewed, ends, is looked at together."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.calls import services as calls
from crossbank.calls.models import Task
from crossbank.conduct.references import reference_hash
from crossbank.desk import promises
from crossbank.desk.models import Consultation
from crossbank.desk.scene import Conflict
from crossbank.org import switches

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposit(sign_in, save, content):
    """A term deposit that was just recorded, with the banking app beside it."""

    def made(**more) -> Consultation:
        said = {"item_DIG_APP": "accepted", "customer_ref": "A 1", **more}
        data = content("SAV-TRM", **said)
        assert save(sign_in("seller"), data).status_code == 201
        return Consultation.objects.get(uuid=data["uuid"])

    return made


def agree(client, record: Consultation, *, days: int = 30, **more):
    day = record.branch.local_day(timezone.now()) + timedelta(days=days)
    data = {"kind": "maturity", "product": "SAV-TRM", "day": day.isoformat(), **more}
    return client.post(f"{record.get_absolute_url()}call/", data)


def test_deposit_gets_its_maturity_call(sign_in, deposit, person) -> None:
    client, record = sign_in("seller"), deposit()

    reply = agree(client, record)

    assert (reply.status_code, reply["Location"]) == (303, record.get_absolute_url())
    task = Task.objects.get()
    assert (task.kind, task.product.code, task.main_name) == ("maturity", "SAV-TRM", "")
    assert (task.origin, task.origin_uuid) == (f"consultation:{record.pk}", record.uuid)
    assert (task.employee, task.customer_ref) == (person("seller"), reference_hash("A 1"))
    assert task.asked_on == record.business_date + timedelta(days=30)
    assert "n the list for" in client.get(record.get_absolute_url()).content.decode()


def test_page_offers_what_the_customer_has_from_it(sign_in, deposit) -> None:
    page = sign_in("seller").get(deposit().get_absolute_url())

    assert list(page.context["call"].products) == ["SAV-TRM", "DIG-APP"]
    assert f'action="{page.request["PATH_INFO"]}call/"' in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": ""}, "This field is required."),
        ({"kind": "follow_up"}, "Select a valid choice."),
        ({"product": "CRD-DEB"}, "Select a valid choice."),
        ({"day": "2027-02-31"}, "There is no such day."),
        ({"days": -1}, "This day is past"),
        ({"days": 4000}, "more than ten years away"),
    ],
)
def test_what_cannot_be_promised_is_said_in_words(sign_in, deposit, fields, error) -> None:
    reply = agree(sign_in("seller"), deposit(), **fields)

    assert (reply.status_code, Task.objects.count()) == (422, 0)
    assert error in reply.content.decode()


def test_void_withdraws_it_and_promises_no_other(sign_in, deposit) -> None:
    client, record = sign_in("seller"), deposit()
    agree(client, record)
    client.post(f"{record.get_absolute_url()}void/")

    reply = agree(client, record, kind="review_talk")

    assert (reply.status_code, Task.objects.count()) == (409, 1)
    assert list(Task.objects.open()) == []


def test_correction_takes_it_along_for_what_he_still_has(sign_in, deposit, person) -> None:
    client, record = sign_in("seller"), deposit()
    agree(client, record)
    agree(client, record, kind="review_talk", product="DIG-APP")

    corrected = deposit(item_DIG_APP="declined", replaces=str(record.uuid))

    (task,) = Task.objects.open()
    assert (task.kind, task.origin_uuid) == ("maturity", corrected.uuid)
    assert (task.asked_on, task.employee) == (
        record.business_date + timedelta(days=30),
        person("seller"),
    )
    client.post(f"{corrected.get_absolute_url()}void/")
    assert set(Task.objects.open().values_list("origin_uuid", flat=True)) == {record.uuid}
    assert Task.objects.open().count() == 2


def test_manager_puts_it_on_his_own_list_and_readers_on_none(sign_in, deposit, person) -> None:
    record = deposit()

    agree(sign_in("manager"), record)
    others = [agree(sign_in(name), record).status_code for name in ("seller2", "regional")]

    assert Task.objects.get().employee == person("manager")
    assert others == [404, 403]
    assert "call" not in sign_in("regional").get(record.get_absolute_url()).context


def test_area_that_is_off_asks_for_nothing(sign_in, deposit) -> None:
    record = deposit()
    switches.turn(key=switches.CALLS, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")

    assert agree(client, record).status_code == 404
    assert "call" not in client.get(record.get_absolute_url()).context
    assert Task.objects.count() == 0


def test_agreed_anew_it_moves_to_the_new_day(sign_in, deposit) -> None:
    client, record = sign_in("seller"), deposit()
    agree(client, record, days=300)

    assert agree(client, record, days=30).status_code == 303

    assert Task.objects.get().asked_on == record.business_date + timedelta(days=30)


def test_call_that_is_over_is_not_said_to_be_promised(sign_in, deposit, person) -> None:
    client, record = sign_in("seller"), deposit()
    agree(client, record)
    calls.note_outcome(
        task=Task.objects.get(), outcome="reached_no", at=timezone.now(), by=person("seller")
    )

    reply = agree(client, record, days=90)

    assert (reply.status_code, Task.objects.open().count()) == (409, 0)
    assert "This call is over" in reply.content.decode()


def test_record_voided_a_moment_ago_promises_nothing(sign_in, deposit, person) -> None:
    record = deposit()
    seen = Consultation.objects.get(pk=record.pk)
    sign_in("seller").post(f"{record.get_absolute_url()}void/")

    with pytest.raises(Conflict):
        promises.agree(
            seen, kind="maturity", product=seen.main, day=record.business_date + timedelta(days=9),
            at=timezone.now(), by=person("seller"),
        )  # fmt: skip

    assert Task.objects.count() == 0
