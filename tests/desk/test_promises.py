"""A follow-up with a day becomes a call, with its record, and goes with it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.calls.models import Task
from crossbank.conduct.references import reference_hash, unseal
from crossbank.desk.models import Consultation, DaySheet, Receipt
from crossbank.desk.promises import quick_days_of
from crossbank.engine.workdays import Calendar, add_workdays, on_or_after
from crossbank.org import switches
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Holiday

pytestmark = pytest.mark.django_db
CANARY = "+49 151 2345 6789"


@pytest.fixture
def day(person):
    """The n-th open day of B01 after today."""
    branch = person("seller").branch
    return lambda n: add_workdays(branch.local_day(timezone.now()), n, calendar_of(branch))


def follow_up(content, on: date, **more) -> dict[str, str]:
    data = content(item_CRD_DEB="follow_up", due_CRD_DEB=on.isoformat())
    return {**data, **more}


def test_follow_up_with_a_day_is_on_the_due_list(sign_in, save, content, person, day) -> None:
    data = follow_up(content, day(3), customer_ref="A 77")
    data["contact-CRD-DEB"] = CANARY

    assert save(sign_in("seller"), data).status_code == 201

    task, record = Task.objects.get(), Consultation.objects.get()
    assert (task.kind, task.due_on, task.asked_on) == ("follow_up", day(3), day(3))
    assert (task.employee, task.branch) == (person("seller"), person("seller").branch)
    assert (task.product_name, task.main_name) == ("Debit card", "Basic current account")
    assert (task.origin, task.origin_uuid) == (f"consultation:{record.pk}", record.uuid)
    assert task.customer_ref == reference_hash("A 77")
    assert task.say
    assert unseal(task.contact) == CANARY
    assert CANARY not in task.contact


def test_call_falls_on_a_working_day_over_easter(sign_in, save, content, person, day) -> None:
    branch = person("seller").branch
    on = day(2)
    Holiday.objects.create(branch=branch, on=on, name="Easter Monday")

    save(sign_in("seller"), follow_up(content, on))

    task = Task.objects.get()
    assert (task.asked_on, task.due_on) == (on, on_or_after(on, calendar_of(branch)))
    assert task.due_on > on


def test_follow_up_without_a_day_promises_nothing(sign_in, save, content, queries) -> None:
    client = sign_in("seller")
    save(client, content())

    with queries() as seen:
        save(client, content(item_CRD_DEB="follow_up"))

    assert Task.objects.count() == 0
    assert len(seen) == 9  # as a save without a follow-up


def test_no_call_where_the_bank_uses_none(sign_in, save, content, day) -> None:
    switches.turn(key=switches.CALLS, on=False, at=timezone.now(), by="admin")
    client = sign_in("seller")
    data = follow_up(content, day(1))

    assert save(client, data).status_code == 201
    refused = save(client, {**data, "uuid": str(uuid4()), "contact-CRD-DEB": CANARY})

    assert refused.status_code == 422
    assert refused.json()["errors"] == {"contact-CRD-DEB": ["This bank keeps no numbers to call."]}
    assert Task.objects.count() == 0
    for address in ("/desk/panels/", "/desk/ACC-BAS/"):
        page = client.get(address).content.decode()
        assert [word for word in ("due-", "contact-", "data-days") if word in page] == []


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"contact-CRD-DEB": "1"},
            {"contact-CRD-DEB": ["A number to call belongs to “follow up” with a day."]},
        ),
        (
            {"item-CRD-DEB": "declined", "contact-CRD-DEB": "1"},
            {"contact-CRD-DEB": ["A number to call belongs to “follow up” with a day."]},
        ),
        (
            {"due-CRD-DEB": "2999-01-04", "contact-CRD-DEB": "1" * 41},
            {"contact-CRD-DEB": ["A number has at most 40 signs."]},
        ),
        (
            {"due-CRD-DEB": "2999-01-04"},
            {"due-CRD-DEB": ["This day is more than ten years away."]},
        ),
        ({"due-CRD-DEB": "2027-02-31"}, {"due-CRD-DEB": ["Write the day as 2026-03-31."]}),
        ({"due-CRD-DEB": "2020-02-03"}, {"due-CRD-DEB": ["This day has passed."]}),
    ],
)
def test_what_cannot_be_promised_is_said_and_not_saved(
    sign_in, save, content, fields, errors
) -> None:
    reply = save(sign_in("seller"), {**content(item_CRD_DEB="follow_up"), **fields})

    assert (reply.status_code, reply.json()["errors"]) == (422, errors)
    assert (Task.objects.count(), Consultation.objects.count(), Receipt.objects.count()) == (0,) * 3


def test_sign_that_turns_text_around_is_no_number(sign_in, save, content, day) -> None:
    data = follow_up(content, day(1), **{"contact-CRD-DEB": "0151\u202e7"})

    reply = save(sign_in("seller"), data)

    assert reply.status_code == 422
    assert list(reply.json()["errors"]) == ["contact-CRD-DEB"]


def test_same_save_again_makes_no_second_call_and_another_number_is_other_content(
    sign_in, save, content, day
) -> None:
    client = sign_in("seller")
    data = follow_up(content, day(1), **{"contact-CRD-DEB": CANARY})

    replies = [save(client, data), save(client, data)]
    other = save(client, {**data, "contact-CRD-DEB": "0800 1"})

    assert [reply.status_code for reply in (*replies, other)] == [201, 200, 422]
    assert other.json()["code"] == "uuid_reused"
    assert Task.objects.count() == 1


def test_fingerprint_of_a_save_without_a_number_is_what_it_was() -> None:
    """Receipts are kept for 90 days: an update must not turn a replay into a conflict."""
    from uuid import UUID

    from crossbank.desk.entries import Answer, Entry

    entry = Entry(
        uuid=UUID(int=1),
        main="ACC-BAS",
        edition=1,
        answers=(Answer(code="A", response="declined"),),
    )

    assert entry.fingerprint() == FINGERPRINT


FINGERPRINT = "c72f6bbbf36e3a95c565f566c07092af95abbc3c0089163a9bd77f799d28e2b4"


def test_number_is_nowhere_in_clear(sign_in, save, content, day, caplog) -> None:
    """A canary through a save, a refusal, a correction; then every row of every table."""
    from django.apps import apps

    client = sign_in("seller")
    data = follow_up(content, day(1), **{"contact-CRD-DEB": CANARY})
    save(client, data)
    save(client, {**data, "uuid": str(uuid4()), "no_main": "nonsense"})
    save(client, {**data, "uuid": str(uuid4()), "replaces": data["uuid"]})

    rows = [
        row
        for model in apps.get_models()
        for row in map(repr, model._base_manager.values_list())
        if CANARY in row or "2345 6789" in row
    ]
    assert rows == []
    assert "2345" not in caplog.text
    assert [unseal(task.contact) for task in Task.objects.all()] == [CANARY, CANARY]


def test_undo_withdraws_the_call(sign_in, save, content, day) -> None:
    client, data = sign_in("seller"), follow_up(content, day(1))
    save(client, data)

    client.post(f"/desk/consultations/{data['uuid']}/void/")

    assert not Task.objects.open().exists()
    assert Task.objects.get().withdrawn_at is not None


def test_correction_takes_the_call_along_and_its_undo_brings_the_old_one_back(
    sign_in, save, content, day
) -> None:
    client = sign_in("seller")
    first = follow_up(content, day(1), **{"contact-CRD-DEB": CANARY})
    save(client, first)
    old = Task.objects.get()

    second = follow_up(content, day(3), replaces=first["uuid"])
    assert save(client, second).status_code == 201
    (new,) = Task.objects.open()
    assert (new.due_on, unseal(new.contact), new.pk != old.pk) == (day(3), CANARY, True)

    client.post(f"/desk/consultations/{second['uuid']}/void/")

    assert list(Task.objects.open()) == [old]


def test_correction_without_the_follow_up_leaves_no_call(sign_in, save, content, day) -> None:
    client, first = sign_in("seller"), follow_up(content, day(1))
    save(client, first)

    save(client, content(item_CRD_DEB="accepted", replaces=first["uuid"]))

    assert not Task.objects.open().exists()


def test_call_that_was_kept_stays_when_its_record_is_voided(sign_in, save, content, day) -> None:
    client, data = sign_in("seller"), follow_up(content, day(1))
    save(client, data)
    client.post(f"/calls/{Task.objects.get().pk}/outcome/", {"outcome": "reached_yes"})

    client.post(f"/desk/consultations/{data['uuid']}/void/")

    task = Task.objects.get()
    assert (task.outcome, task.withdrawn_at) == ("reached_yes", None)


def test_record_on_a_closed_day_promises_nothing(sign_in, save, content, person, day) -> None:
    client = sign_in("seller")
    save(client, content())
    DaySheet.objects.update(closed_at=timezone.now(), closed_by=person("seller"))

    reply = save(client, follow_up(content, day(1)))

    assert (reply.status_code, Task.objects.count()) == (409, 0)


def test_refused_save_without_a_script_gives_day_and_number_back(sign_in, content, day) -> None:
    data = follow_up(content, day(1), **{"contact-CRD-DEB": CANARY, "no_main": "nonsense"})

    page = sign_in("seller").post("/desk/consultations/", data).content.decode()

    assert f'name="due-CRD-DEB" id="CRD-DEB-u" value="{day(1)}"' in page
    assert CANARY in page


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-03-18", "2026-03-19 2026-03-25 2026-04-20 2026-06-18"),
        # over Easter: Good Friday to Easter Monday are closed
        ("2026-04-02", "2026-04-07 2026-04-09 2026-05-04 2026-07-02"),
        ("2026-11-30", "2026-12-01 2026-12-07 2026-12-30 2027-03-01"),  # no 30 February
    ],
)
def test_quick_days_are_open_ones(today, days) -> None:
    calendar = Calendar(
        weekdays=frozenset(range(5)), holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)})
    )

    assert " ".join(map(str, quick_days_of(date.fromisoformat(today), calendar))) == days


def test_panels_name_the_days_behind_the_keys(sign_in, person) -> None:
    branch = person("seller").branch
    today = branch.local_day(timezone.now())
    tomorrow = on_or_after(today + timedelta(days=1), calendar_of(branch))

    page = sign_in("seller").get("/desk/panels/").content.decode()

    assert f'data-days="{tomorrow} ' in page
