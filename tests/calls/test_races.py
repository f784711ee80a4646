"""Two people on one call, on PostgreSQL, with a control that fails when the lock is taken out."""

import pytest
from django.db import IntegrityError

from crossbank.calls import promising, refusals, services
from crossbank.calls.models import Attempt, Task
from crossbank.catalog.models import Product
from tests.conftest import NOON
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 25


def second_attempt_at_once(person, promised, *, outcome: str) -> list[list[object]]:
    """Each round: a call of the whole branch, tried once; then two people note at the same time."""
    seller, manager = person("seller"), person("manager")
    rounds = []
    for _ in range(ROUNDS):
        task = promised(employee=None)
        services.note_outcome(task=task, outcome="not_reached", at=NOON, by=seller)

        def note(by, task=task):
            return services.note_outcome(task=task, outcome=outcome, at=NOON, by=by)

        rounds.append(at_once([lambda n=note: n(seller), lambda n=note: n(manager)]))
    return rounds


def kinds(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


@pytest.mark.parametrize("outcome", ["not_reached", "reached_yes"])
def test_one_of_two_notes_the_second_attempt(person, promised, outcome) -> None:
    rounds = second_attempt_at_once(person, promised, outcome=outcome)

    assert [kinds(results) for results in rounds] == [["Ended", "Task"]] * ROUNDS
    refusals = [str(r) for results in rounds for r in results if isinstance(r, Exception)]
    assert all(words.startswith("This call has ended: ") for words in refusals)
    assert Attempt.objects.count() == 2 * ROUNDS
    assert Task.objects.filter(attempts=2, closed_at=NOON).count() == ROUNDS


def test_without_the_lock_both_write(person, promised, monkeypatch) -> None:
    """The control: read the row without holding it; only the database's numbers stop the second."""

    def unlocked(task: Task, at) -> Task:
        row = Task.objects.select_related("branch", "employee").get(pk=task.pk)
        if not row.is_open:
            raise refusals.Ended
        return row

    monkeypatch.setattr(services, "_locked", unlocked)

    rounds = second_attempt_at_once(person, promised, outcome="not_reached")

    collided = [r for results in rounds for r in results if isinstance(r, IntegrityError)]
    assert collided != []


def test_one_promise_at_once_from_six_makes_one_call(person, promised) -> None:
    assert Product.objects.exists()
    for n in range(ROUNDS):
        results = at_once([lambda n=n: promised(origin=f"race:{n}")] * 6)
        assert len({task.pk for task in results}) == 1

    assert Task.objects.count() == ROUNDS


def test_outcome_and_withdrawal_never_both_stand(person, promised) -> None:
    seller = person("seller")
    for n in range(ROUNDS):
        task = promised(origin=f"race:{n}")
        at_once(
            [
                lambda t=task: services.note_outcome(
                    task=t, outcome="reached_no", at=NOON, by=seller
                ),
                lambda n=n: promising.withdraw(origin=f"race:{n}", at=NOON),
            ]
        )

    ended = Task.objects.filter(closed_at__isnull=False, withdrawn_at__isnull=True).count()
    withdrawn = Task.objects.filter(closed_at__isnull=True, withdrawn_at__isnull=False).count()
    assert ended + withdrawn == ROUNDS


def test_two_who_promise_the_same_customer_make_one_open_call(person, promised) -> None:
    person("manager")
    for n in range(ROUNDS):
        ref = f"{n:064x}"
        at_once([lambda by=by, ref=ref: promised(by, customer_ref=ref) for by in PROMISERS])

    assert Task.objects.open().count() == ROUNDS
    assert Task.objects.filter(settled_at__isnull=False).count() == ROUNDS * (len(PROMISERS) - 1)


def test_without_holding_the_customer_both_stay_open(person, promised, monkeypatch) -> None:
    """The control: nobody is held, and two promise before either can see the other's."""
    monkeypatch.setattr(promising, "hold", lambda ref: None)
    person("manager")
    for n in range(ROUNDS):
        ref = f"{n:064x}"
        at_once([lambda by=by, ref=ref: promised(by, customer_ref=ref) for by in PROMISERS])

    assert Task.objects.open().count() > ROUNDS


PROMISERS = ("seller", "manager", "seller2", "manager2")


def test_noes_and_promises_of_one_customer_never_wait_for_each_other(person, promised) -> None:
    """Calls on two products, settled in either order while others are promised: no deadlock."""
    seller = person("seller")
    pks = list(Product.objects.filter(code__in=["CRD-DEB", "DIG-APP"]).values_list("pk", flat=True))
    for n in range(ROUNDS):
        ref = f"{n:064x}"
        own = promised(customer_ref=ref)
        promised("manager", customer_ref=ref, code="DIG-APP")

        def no(own=own):
            return services.note_outcome(task=own, outcome="reached_no", at=NOON, by=seller)

        def settle(order, ref=ref, n=n):
            return promising.settle(customer_ref=ref, products=order, origin=f"answer:{n}", at=NOON)

        results = at_once(
            [
                no,
                lambda settle=settle: settle(pks),
                lambda settle=settle: settle(pks[::-1]),
                lambda ref=ref: promised("manager", customer_ref=ref, code="DIG-APP"),
            ]
        )
        troubles = [r for r in results if isinstance(r, Exception)]
        assert [type(r) for r in troubles] in ([], [refusals.Ended])
    assert Task.objects.open().filter(product__code="CRD-DEB").count() == 0
