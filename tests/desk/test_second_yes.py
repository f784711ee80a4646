"""Free, then paid: asked again a week before, charged only after a yes, ended by silence."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.calls import services as calls
from crossbank.calls.models import Task
from crossbank.desk.models import Consultation, Redemption
from crossbank.engine.workdays import on_or_before
from crossbank.offers.models import Offer
from crossbank.org.calendars import calendar_of
from tests.released import release

pytestmark = pytest.mark.django_db


def take_alerts(client, edition: str = "1") -> Consultation:
    data = {
        "uuid": str(uuid4()),
        "main": "ACC-BAS",
        "edition": edition,
        "item-DIG-ALR": "accepted",
        "consent-DIG-ALR": "1",
        "offer-DIG-ALR": "OT-6",
    }
    assert client.post("/desk/consultations/", data).status_code == 303
    return Consultation.objects.get()


def page(client, record: Consultation) -> str:
    return " ".join(client.get(record.get_absolute_url()).content.decode().split())


def test_customer_is_asked_a_week_before_the_first_charge(sign_in) -> None:
    record = take_alerts(sign_in("seller"))

    used, task = Redemption.objects.get(), Task.objects.get()
    week_before = record.business_date + timedelta(days=90 - 7)
    asked_on = on_or_before(week_before, calendar_of(record.branch))
    assert used.charged_from == record.business_date + timedelta(days=90)
    assert (task.kind, task.asked_on) == ("second_yes", asked_on)
    assert task.due_on == asked_on  # an open day, and never less than a week before
    assert (task.employee, task.product.code) == (record.employee, "DIG-ALR")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("reached_yes", "second yes given, charged from"),
        ("reached_no", "then it ends unless he says yes again"),
        ("", "then it ends unless he says yes again"),
    ],
)
def test_only_a_yes_lets_it_cost_something(sign_in, person, outcome, words) -> None:
    client = sign_in("seller")
    record = take_alerts(client)

    if outcome:
        task = Task.objects.get()
        calls.note_outcome(task=task, outcome=outcome, at=timezone.now(), by=person("seller"))

    assert words in page(client, record)


def test_undone_record_asks_nobody(sign_in) -> None:
    client = sign_in("seller")
    record = take_alerts(client)

    assert client.post(f"{record.get_absolute_url()}void/").status_code == 303

    assert list(Task.objects.open()) == []


@pytest.mark.usefixtures("within_14")
def test_customer_who_withdrew_in_time_is_not_asked(sign_in) -> None:
    client = sign_in("seller")
    record = take_alerts(client, "2")
    used = Redemption.objects.get()

    client.post(f"{record.get_absolute_url()}reverse/{used.pk}/")

    used.refresh_from_db()
    assert used.reversed_by.username == "seller"
    assert list(Task.objects.open()) == []


@pytest.mark.usefixtures("within_14")
def test_correction_and_its_void_ask_nobody_who_withdrew(sign_in, save, content) -> None:
    client = sign_in("seller")
    record = take_alerts(client, "2")
    client.post(f"{record.get_absolute_url()}reverse/{Redemption.objects.get().pk}/")
    sent = content(
        edition="2",
        replaces=str(record.uuid),
        item_DIG_ALR="accepted",
        consent_DIG_ALR="1",
        offer_DIG_ALR="OT-6",
    )

    corrected = save(client, sent)
    asked = [Task.objects.open().count()]
    voided = client.post(f"/desk/consultations/{sent['uuid']}/void/", {"reason": "mistyped"})
    asked.append(Task.objects.open().count())

    assert (corrected.status_code, voided.status_code, asked) == (201, 303, [0, 0])
    assert Redemption.objects.standing().get().consultation == record


def test_old_offer_that_is_free_for_decades_is_asked_for_within_ten_years(sign_in) -> None:
    """Released before there was a limit: the desk saves it, and the list reaches ten years."""
    Offer.objects.filter(code="OT-6").update(free_days=32_000)
    release("OT-6")

    record = take_alerts(sign_in("seller"))

    furthest = record.business_date + timedelta(days=3660)
    assert Task.objects.get().asked_on == on_or_before(furthest, calendar_of(record.branch))
    assert Redemption.objects.get().charged_from == record.business_date + timedelta(days=32_000)
