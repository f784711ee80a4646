"""A promise is kept on its day, twice at most, and forgotten afterwards."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from crossbank.calls import forgetting, promising, refusals, services
from crossbank.calls.models import Attempt, Task
from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.conduct.references import unseal
from crossbank.org.models import Holiday, User
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
CANARY = "+49 151 2345 6789"


def note(task, outcome, by, **more):
    return services.note_outcome(task=task, outcome=outcome, at=NOON, by=by, **more)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday, the weekend, Easter Monday
        (date(2026, 4, 4), date(2026, 4, 7)),
        (date(2026, 4, 6), date(2026, 4, 7)),
        (date(2026, 4, 8), date(2026, 4, 8)),
    ],
)
def test_promise_over_easter_is_due_on_the_next_open_day(person, promised, said, due) -> None:
    branch = person("seller").branch
    for day in (date(2026, 4, 3), date(2026, 4, 6)):
        Holiday.objects.get_or_create(branch=branch, on=day, defaults={"name": "Easter"})

    task = promised(day=said)

    assert (task.asked_on, task.due_on) == (said, due)


def test_promise_is_made_once_per_origin_kind_and_product(promised) -> None:
    first = promised(origin="consultation:55", contact=CANARY)

    again = promised(origin="consultation:55", day=date(2026, 3, 20), contact="other")
    other = promised(origin="consultation:55", code="DIG-APP")
    without = [promised(origin="x", product=None, product_name="") for _ in range(2)]

    assert again == first
    assert again.due_on == date(2026, 3, 18)
    assert unseal(again.contact) == CANARY
    assert other != first
    assert without[0] == without[1]
    assert Task.objects.count() == 3


@pytest.mark.parametrize("day", [date(2026, 3, 17), date(2036, 12, 31), date(9999, 12, 31)])
def test_day_that_is_past_or_far_away_is_refused(promised, day) -> None:
    with pytest.raises(refusals.WrongDay):
        promised(day=day)

    assert Task.objects.count() == 0


def test_today_is_the_branch_s_own(promised) -> None:
    late_evening = datetime(2026, 3, 18, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    task = promised("seller2", at=late_evening, day=date(2026, 3, 19))

    assert task.due_on == date(2026, 3, 19)
    with pytest.raises(refusals.WrongDay):  # in Bangkok it is the 19th already
        promised("seller2", at=late_evening, day=date(2026, 3, 18))


@pytest.mark.parametrize("outcome", ["reached_yes", "reached_no"])
def test_yes_or_no_ends_it_at_once(person, promised, outcome) -> None:
    task = note(promised(), outcome, person("seller"))

    assert (task.outcome, task.closed_at, task.attempts) == (outcome, NOON, 1)
    assert not Task.objects.open().exists()


def test_two_attempts_then_silence(person, promised) -> None:
    seller = person("seller")
    task = promised()

    first = note(task, "not_reached", seller)
    assert (first.due_on, first.outcome, first.is_open) == (date(2026, 3, 20), "", True)
    second = note(task, "not_reached", seller)

    assert (second.outcome, second.closed_at, second.attempts) == ("silent", NOON, 2)
    tries = list(task.tries.order_by("number").values_list("number", "outcome", "next_on"))
    assert tries == [(1, "not_reached", date(2026, 3, 20)), (2, "not_reached", None)]
    with pytest.raises(refusals.Ended, match="Not reached twice"):
        note(task, "reached_yes", seller)
    assert Attempt.objects.count() == 2


def test_another_day_moves_to_an_open_one_and_only_once(person, promised) -> None:
    seller = person("seller")
    task = promised()

    moved = note(task, "later", seller, next_on=date(2026, 3, 21))  # a Saturday

    assert moved.due_on == date(2026, 3, 23)
    with pytest.raises(refusals.WrongDay, match="second attempt"):
        note(task, "later", seller, next_on=date(2026, 3, 24))
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("day", [None, date(2026, 3, 17)])
def test_another_day_needs_a_day_to_come(person, promised, day) -> None:
    task = promised()

    with pytest.raises(refusals.WrongDay):
        note(task, "later", person("seller"), next_on=day)

    assert Attempt.objects.count() == 0


def test_what_was_noted_meanwhile_is_looked_at_first(person, promised) -> None:
    seller = person("seller")
    task = promised()
    note(task, "not_reached", seller, seen=0)

    with pytest.raises(refusals.NotedMeanwhile):  # a double click
        note(task, "not_reached", seller, seen=0)

    assert Task.objects.get().is_open


def test_nobody_else_notes_or_reads(person, promised) -> None:
    task = promised(contact=CANARY)

    for name in ("manager", "seller2", "manager2", "owner"):
        with pytest.raises(refusals.NotTheOwner):
            note(task, "reached_yes", person(name))
        with pytest.raises(refusals.NotTheOwner):
            services.reveal(task=task, at=NOON, by=person(name))

    assert Attempt.objects.count() == 0
    assert not AuditEntry.objects.filter(action="contact_shown").exists()


def test_each_view_of_the_number_is_in_the_trail(person, promised) -> None:
    task = promised(employee=None, contact=CANARY)

    shown = [services.reveal(task=task, at=NOON, by=person(name)) for name in ("seller", "manager")]

    assert shown == [CANARY, CANARY]
    entries = AuditEntry.objects.filter(action="contact_shown").order_by("pk")
    assert list(entries.values_list("actor", "subject", "detail")) == [
        ("seller", f"call {task.pk}", {}),
        ("manager", f"call {task.pk}", {}),
    ]


def test_number_is_not_shown_when_the_trail_cannot_be_written(
    person, promised, monkeypatch
) -> None:
    task = promised(contact=CANARY)

    def broken(**_given):
        raise OSError("the trail is full")

    monkeypatch.setattr("crossbank.conduct.services.record", broken)
    with pytest.raises(OSError, match="trail is full"):
        services.reveal(task=task, at=NOON, by=person("seller"))


def test_number_of_an_ended_call_is_shown_to_nobody(person, promised, settings) -> None:
    seller = person("seller")
    task = promised(contact=CANARY)
    other = promised(contact="")
    foreign = promised(contact=CANARY)
    note(task, "reached_no", seller)

    with pytest.raises(refusals.Ended):
        services.reveal(task=task, at=NOON, by=seller)
    with pytest.raises(refusals.NoNumber):
        services.reveal(task=other, at=NOON, by=seller)
    settings.REFERENCE_KEY = "another key"
    with pytest.raises(refusals.NoNumber, match="another key"):
        services.reveal(task=foreign, at=NOON, by=seller)


def test_withdrawn_calls_come_back_and_kept_ones_stay(person, promised) -> None:
    seller = person("seller")
    kept = note(promised(origin="o"), "reached_yes", seller)
    waiting = promised(origin="o", code="DIG-APP")

    assert promising.withdraw(origin="o", at=NOON) == 1
    assert not Task.objects.open().exists()
    with pytest.raises(refusals.Ended, match="withdrawn"):
        note(waiting, "reached_yes", seller)
    assert promising.bring_back(origin="o", at=NOON) == 1

    assert list(Task.objects.open()) == [waiting]
    kept.refresh_from_db()
    assert (kept.withdrawn_at, kept.outcome) == (None, "reached_yes")


def test_hand_over_moves_the_number_with_it(person, promised) -> None:
    colleague = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")[0]
    task = promised(contact=CANARY)

    services.hand_over(task=task, to=colleague, at=NOON, by=person("manager"))

    assert services.reveal(task=task, at=NOON, by=colleague) == CANARY
    with pytest.raises(refusals.NotTheOwner):
        services.reveal(task=task, at=NOON, by=person("seller"))
    services.hand_over(task=task, to=None, at=NOON, by=colleague)
    assert Task.objects.get().employee is None
    entry = AuditEntry.objects.filter(action="call_handed_over").order_by("pk")[0]
    assert entry.detail == {"from": "seller", "to": colleague.username}


@pytest.mark.parametrize("name", ["seller2", "regional", "owner"])
def test_nobody_outside_the_counter_of_the_branch_takes_it_over(person, promised, name) -> None:
    task = promised()

    with pytest.raises(refusals.WrongColleague):
        services.hand_over(task=task, to=person(name), at=NOON, by=person("seller"))
    with pytest.raises(refusals.NotTheOwner):
        services.hand_over(task=task, to=None, at=NOON, by=person("manager2"))


def test_number_is_erased_thirty_days_after_the_end(person, promised) -> None:
    seller = person("seller")
    ended = note(promised(contact=CANARY), "reached_no", seller)
    gone = promised(origin="o", contact=CANARY)
    promising.withdraw(origin="o", at=NOON)
    waiting = promised(contact=CANARY)
    almost, then = NOON + timedelta(days=30, microseconds=-1), NOON + timedelta(days=30)

    runs = [forgetting.erase_due(at=at) for at in (almost, then, then)]

    assert runs == [0, 2, 0]
    for task in (ended, gone):
        task.refresh_from_db()
        assert (task.contact, task.contact_erased_at) == ("", then)
    waiting.refresh_from_db()
    assert unseal(waiting.contact) == CANARY
    assert waiting.contact_erased_at is None


def test_command_erases_and_says_how_many(promised, person, capsys) -> None:
    from django.core.management import call_command

    task = promised(contact=CANARY)
    note(task, "reached_no", person("seller"))  # at NOON, long before the clock of now

    call_command("erase_contacts")

    assert capsys.readouterr().out == (
        "0 calls ended as never made, 30 days overdue.\n"
        "1 contact numbers erased, 30 days after the call ended.\n"
    )
    task.refresh_from_db()
    assert task.contact == ""


def test_number_goes_on_to_the_call_that_takes_its_place(promised) -> None:
    promised(origin="old", contact=CANARY)

    carried = promised(origin="new", instead_of="old")
    given = promised(origin="newer", instead_of="old", contact="0800")
    other = promised(origin="newest", instead_of="old", code="DIG-APP")

    assert [unseal(task.contact) for task in (carried, given, other)] == [CANARY, "0800", ""]


def test_attempts_are_written_once(person, promised) -> None:
    note(promised(), "not_reached", person("seller"))

    with pytest.raises(FrozenError):
        Attempt.objects.get().save()
    with pytest.raises(FrozenError):
        Attempt.objects.update(outcome="reached_yes")


@pytest.mark.parametrize(
    "wrong",
    [
        {"closed_at": NOON},
        {"outcome": "silent"},
        {"attempts": 2},
        {"attempts": 3, "closed_at": NOON, "outcome": "silent"},
        {"closed_at": NOON, "outcome": "silent", "withdrawn_at": NOON},
        {"contact_erased_at": NOON},
        {"due_on": date(2026, 3, 17)},
    ],
)
def test_database_refuses_half_a_state(promised, wrong) -> None:
    promised(contact=CANARY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.update(**wrong)


def test_promise_writes_no_clear_number_into_its_own_words() -> None:
    words = repr(
        promising.Promise(
            kind="follow_up", branch=None, day=date(2026, 3, 18), origin="o", contact=CANARY
        )
    )

    assert CANARY not in words
    assert Product.objects.count() == 0
