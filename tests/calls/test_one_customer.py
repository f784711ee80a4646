"""One customer, one call about one thing: whoever promises it, two attempts are all."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from crossbank.calls import forgetting, promising, refusals, services
from crossbank.calls.models import Attempt, Task
from crossbank.catalog.models import Product
from crossbank.conduct.references import unseal
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
MARY, JOHN = "a" * 64, "b" * 64
LATER = date(2026, 3, 26)


def note(task, outcome, by):
    return services.note_outcome(task=task, outcome=outcome, at=NOON, by=by)


def test_second_promise_takes_the_place_of_the_first_with_its_attempts(person, promised) -> None:
    first = promised(customer_ref=MARY, contact="0151 77")
    note(first, "not_reached", person("seller"))

    second = promised("manager", customer_ref=MARY, day=LATER)

    assert list(Task.objects.open()) == [second]
    assert (second.employee, second.due_on, second.attempts) == (person("manager"), LATER, 1)
    assert unseal(second.contact) == "0151 77"
    assert [(one.number, one.by.username) for one in second.tries.all()] == [(1, "seller")]
    first.refresh_from_db()
    assert (first.settled_at, first.settled_by) == (NOON, second.origin)
    with pytest.raises(refusals.Ended, match="answered meanwhile"):
        note(first, "reached_yes", person("seller"))
    assert note(second, "not_reached", person("manager")).outcome == "silent"


@pytest.mark.parametrize(
    "other",
    [
        {"customer_ref": JOHN},
        {"customer_ref": ""},
        {"customer_ref": MARY, "code": "DIG-APP"},
        {"customer_ref": MARY, "kind": "review_talk"},
        {"customer_ref": MARY, "product": None},
    ],
)
def test_another_customer_product_or_kind_is_another_call(promised, other) -> None:
    first = promised(customer_ref=MARY)

    second = promised(**other)

    assert list(Task.objects.open().order_by("pk")) == [first, second]


def test_calls_of_nobody_in_particular_stand_beside_each_other(promised) -> None:
    both = [promised(), promised()]

    assert list(Task.objects.open().order_by("pk")) == both


def test_same_promise_asked_again_settles_nothing(promised) -> None:
    first = promised(origin="o", customer_ref=MARY)
    note_settled = promised(origin="p", customer_ref=MARY)

    again = promised(origin="o", customer_ref=MARY)

    assert again == first
    assert list(Task.objects.open()) == [note_settled]


def test_withdrawing_the_second_puts_the_first_back(promised) -> None:
    first = promised(origin="o", customer_ref=MARY)
    promised(origin="p", customer_ref=MARY)

    promising.withdraw(origin="p", customer_ref=MARY, at=NOON)
    assert list(Task.objects.open()) == [first]

    promising.bring_back(origin="p", customer_ref=MARY, at=NOON)
    assert list(Task.objects.open()) == [Task.objects.get(origin="p")]


def test_first_does_not_come_back_beside_a_third(promised) -> None:
    promised(origin="o", customer_ref=MARY)
    promised(origin="p", customer_ref=MARY)
    third = promised(origin="q", customer_ref=MARY)

    promising.withdraw(origin="p", customer_ref=MARY, at=NOON)

    assert list(Task.objects.open()) == [third]


def test_no_on_the_telephone_settles_his_other_calls_on_the_product(person, promised) -> None:
    task = promised(customer_ref=MARY)
    talk = promised("seller2", customer_ref=MARY, kind="review_talk")
    stay = [
        promised(customer_ref=MARY, kind="card_renewal"),  # a date of what he has
        promised(customer_ref=MARY, code="DIG-APP"),
        promised(customer_ref=JOHN),
    ]

    note(task, "reached_no", person("seller"))

    assert list(Task.objects.open().order_by("pk")) == stay
    talk.refresh_from_db()
    assert talk.settled_by == f"call:{task.pk}"


def test_yes_on_the_telephone_settles_nothing(person, promised) -> None:
    talk = promised("seller2", customer_ref=MARY, kind="review_talk")

    note(promised(customer_ref=MARY), "reached_yes", person("seller"))

    assert list(Task.objects.open()) == [talk]


def test_settle_asks_for_a_customer_and_products(promised) -> None:
    task = promised()
    product = Product.objects.get(code="CRD-DEB").pk

    found = [
        promising.settle(customer_ref="", products=[product], origin="o", at=NOON),
        promising.settle(customer_ref=MARY, products=[], origin="o", at=NOON),
    ]

    assert (found, list(Task.objects.open())) == ([0, 0], [task])


def test_number_of_a_settled_call_is_erased_as_that_of_an_ended_one(promised) -> None:
    first = promised(customer_ref=MARY, contact="0151 77")
    promised(customer_ref=MARY)

    assert forgetting.erase_due(at=NOON + timedelta(days=30)) == 1

    first.refresh_from_db()
    assert first.contact == ""
    assert unseal(Task.objects.open().get().contact) == "0151 77"


@pytest.mark.parametrize(
    "wrong",
    [
        {"settled_at": NOON},
        {"settled_by": "o"},
        {"settled_at": NOON, "settled_by": "o", "closed_at": NOON, "outcome": "silent"},
    ],
)
def test_database_refuses_what_is_half_settled(promised, wrong) -> None:
    promised()

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.update(**wrong)


# --- a correction ------------------------------------------------------------------------------


def test_correction_carries_what_was_tried_and_who_calls(person, promised) -> None:
    old = promised(origin="old", contact="0151 77")
    note(old, "not_reached", person("seller"))
    services.hand_over(task=old, to=person("manager"), at=NOON, by=person("seller"))
    promising.withdraw(origin="old", at=NOON)

    new = promised(origin="new", instead_of="old")

    assert (new.employee, new.attempts, new.due_on) == (person("manager"), 1, date(2026, 3, 20))
    assert new.tries.get().outcome == "not_reached"
    assert unseal(new.contact) == "0151 77"
    assert new.is_last_attempt


def test_correction_with_another_day_is_due_on_that_day(person, promised) -> None:
    note(promised(origin="old"), "not_reached", person("seller"))
    promising.withdraw(origin="old", at=NOON)

    new = promised(origin="new", instead_of="old", day=LATER)

    assert (new.attempts, new.due_on) == (1, LATER)


@pytest.mark.parametrize("outcome", ["reached_yes", "reached_no"])
def test_correction_of_a_call_that_ended_promises_no_new_one(person, promised, outcome) -> None:
    note(promised(origin="old", contact="0151 77"), outcome, person("seller"))
    promising.withdraw(origin="old", at=NOON)

    new = promised(origin="new", instead_of="old", day=LATER, contact="0800")

    assert list(Task.objects.open()) == []
    assert (new.closed_at, new.outcome, new.contact) == (NOON, outcome, "")
    assert Attempt.objects.filter(task=new).count() == 1


def test_correction_that_gives_it_to_the_branch_does(person, promised) -> None:
    services.hand_over(
        task=promised(origin="old"), to=person("manager"), at=NOON, by=person("seller")
    )

    assert promised(origin="new", instead_of="old", employee=None).employee is None
