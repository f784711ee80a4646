"""Races, on PostgreSQL, each with a control that fails when the lock is taken out."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crossbank.desk import counters, services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.judgement import Conflict
from crossbank.desk.models import Consultation, DaySheet, Receipt
from crossbank.desk.proof import drift
from crossbank.org.models import User

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 25


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """This will start all jobs at the same moment, each on its own connection."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            results[place] = job()
        except Exception as trouble:
            results[place] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def entry(key: uuid.UUID | None = None) -> Entry:
    return Entry(
        uuid=key or uuid.uuid4(),
        main="ACC-BAS",
        edition=1,
        answers=(Answer(code="DIG-APP", response="accepted"),),
    )


def record(seller: User, what: Entry):
    return services.record(entry=what, branch=seller.branch, at=timezone.now(), by=seller)


def test_six_senders_of_one_save_make_one_record(person) -> None:
    seller = person("seller")
    record(seller, entry())  # the edition is in memory from here on
    replays = 0

    for _ in range(ROUNDS):
        what = entry(uuid.uuid4())
        results = at_once([lambda what=what: record(seller, what)] * 6)
        assert [r for r in results if isinstance(r, Exception)] == []
        replays += sum(r.replayed for r in results)

    assert replays == ROUNDS * 5
    assert Consultation.objects.count() == Receipt.objects.count() == ROUNDS + 1
    assert DaySheet.objects.get().plus_one == ROUNDS + 1
    assert drift() == []


def test_without_the_unique_receipt_one_save_counts_twice(person, monkeypatch) -> None:
    """The control: look first, insert later - and the race is there."""
    seller = person("seller")
    record(seller, entry())

    def look_then_insert(**_given) -> bool:
        return not Consultation.objects.filter(uuid=_given["uuid"]).exists()

    monkeypatch.setattr(counters, "insert_receipt", look_then_insert)
    for _ in range(ROUNDS):
        what = entry(uuid.uuid4())
        at_once([lambda what=what: record(seller, what)] * 6)

    assert Consultation.objects.count() > ROUNDS + 1


def _close(seller: User):
    now = timezone.now()
    return services.close_day(
        employee=seller,
        branch=seller.branch,
        business_date=seller.branch.local_day(now),
        at=now,
        by=seller,
    )


def _race_with_closing(seller: User, close: Callable[[], object]) -> int:
    """How many records entered a sheet after its closing had counted, over all rounds."""
    late = 0
    for _ in range(ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE desk_consultationitem, desk_consultation, desk_receipt, desk_daysheet"
            )
        results = at_once([*[lambda: record(seller, entry())] * 4, close])
        assert [
            r for r in results if isinstance(r, Exception) and not isinstance(r, Conflict)
        ] == []
        signed = results[-1].plus_one
        late += Consultation.objects.count() - signed
    return late


def test_nothing_is_counted_after_the_close(person) -> None:
    seller = person("seller")
    record(seller, entry())

    assert _race_with_closing(seller, lambda: _close(seller)) == 0
    assert drift() == []


def test_without_the_condition_records_slip_in_after_the_close(person, monkeypatch) -> None:
    """The control: an upsert that does not ask whether the sheet is closed."""
    seller = person("seller")
    record(seller, entry())
    blind = counters._ADD.replace("WHERE desk_daysheet.closed_at IS NULL", "")
    assert blind != counters._ADD
    monkeypatch.setattr(counters, "_ADD", blind)

    assert _race_with_closing(seller, lambda: _close(seller)) > 0


def test_two_employees_of_one_branch_do_not_wait_for_each_other(person) -> None:
    names = ["seller", "manager"]
    people = [person(name) for name in names]

    results = at_once([lambda who=who: record(who, entry()) for who in people * 3])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert sorted(DaySheet.objects.values_list("plus_one", flat=True)) == [3, 3]
