"""Races, on PostgreSQL, each with a control that fails when the lock is taken out."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crossbank.calls.models import Task
from crossbank.conduct.models import AuditEntry
from crossbank.desk import closing, counters, late, services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, DayClose, DaySheet, Receipt
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict
from crossbank.desk.signing import reopen_day
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
    slipped = 0
    for _ in range(ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE kept_outcome, desk_redemption, desk_issuedright, desk_consultationitem, "
                "desk_consultation, desk_receipt, desk_daysheet, desk_dayclose, "
                "desk_reflection, desk_lateentry, desk_approval"
            )
        results = at_once([*[lambda: record(seller, entry())] * 4, close])
        assert [
            r for r in results if isinstance(r, Exception) and not isinstance(r, Conflict)
        ] == []
        signed = DayClose.objects.get(signed_at__isnull=False)
        assert signed.plus_one == results[-1].plus_one  # the signature is what was counted
        slipped += Consultation.objects.count() - signed.plus_one
    return slipped


def test_nothing_is_counted_after_the_close(person) -> None:
    seller = person("seller")
    record(seller, entry())

    assert _race_with_closing(seller, lambda: _close(seller)) == 0
    assert drift() == []


def test_with_a_look_before_the_insert_records_slip_in_after_the_close(person, monkeypatch) -> None:
    """The control: ask whether the sheet is closed, then add without a condition."""
    seller = person("seller")
    record(seller, entry())
    blind = counters._ADD.replace("WHERE desk_daysheet.closed_at IS NULL", "")
    assert blind != counters._ADD
    monkeypatch.setattr(counters, "_ADD", blind)
    add = counters.add

    def look_then_add(*, employee_id, business_date, **given):
        sheets = DaySheet.objects.filter(employee=employee_id, business_date=business_date)
        if sheets.filter(closed_at__isnull=False).exists():
            return None
        return add(employee_id=employee_id, business_date=business_date, **given)

    monkeypatch.setattr(counters, "add", look_then_add)

    assert _race_with_closing(seller, lambda: _close(seller)) > 0


def test_two_tabs_that_sign_leave_one_signature(person) -> None:
    seller = person("seller")
    record(seller, entry())

    results = at_once([lambda: _close(seller)] * 4)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert len({r.closed_at for r in results}) == 1
    assert DayClose.objects.count() == 1
    assert AuditEntry.objects.filter(action="day_closed").count() == 1


def test_of_two_managers_one_accepts_a_late_entry(person) -> None:
    seller, manager, regional = (person(name) for name in ("seller", "manager", "regional"))
    record(seller, entry())
    _close(seller)

    for _ in range(5):
        what = replace(entry(), client_saved_at=timezone.now())
        kept = late.hand_in(entry=what, branch=seller.branch, at=timezone.now(), by=seller)
        results = at_once(
            [
                lambda kept=kept, who=who: late.accept(
                    late=kept, note="", at=timezone.now(), by=who
                )
                for who in (manager, regional, manager)
            ]
        )
        assert sorted(type(r).__name__ for r in results) == ["Conflict", "Conflict", "Consultation"]

    assert DaySheet.objects.get().plus_one == 6
    assert DayClose.objects.get().plus_one == 1  # as it was signed
    assert drift() == []


def test_a_late_entry_and_a_reopening_at_once_lose_nothing(person) -> None:
    seller, manager = person("seller"), person("manager")
    record(seller, entry())

    for n in range(10):
        sheet = _close(seller)
        what = replace(entry(), client_saved_at=timezone.now())
        kept = late.hand_in(entry=what, branch=seller.branch, at=timezone.now(), by=seller)
        results = at_once(
            [
                lambda kept=kept: late.accept(late=kept, note="", at=timezone.now(), by=manager),
                lambda sheet=sheet: reopen_day(
                    sheet=sheet, reason="x", at=timezone.now(), by=manager
                ),
            ]
        )
        assert [r for r in results if isinstance(r, Exception)] == [], n
        assert drift() == []

    assert DaySheet.objects.get().plus_one == 11


def test_an_answer_and_a_void_at_once_do_not_wait_in_a_circle(person) -> None:
    seller, manager = person("seller"), person("manager")
    record(seller, entry())

    for n in range(ROUNDS):
        what = entry()
        record(seller, what)
        written = Consultation.objects.select_related("employee").get(uuid=what.uuid)
        results = at_once(
            [
                lambda written=written: closing.reflect(
                    consultation=written, branch=seller.branch, product=None, line="",
                    at=timezone.now(), by=seller,
                ),
                lambda written=written: services.void(
                    consultation=written, reason="twice", at=timezone.now(), by=manager
                ),
            ]
        )  # fmt: skip
        assert [
            r for r in results if isinstance(r, Exception) and not isinstance(r, Conflict)
        ] == [], n

    assert drift() == []
    assert not _close(seller).closes.get().reflections.exists()


def test_two_employees_of_one_branch_do_not_wait_for_each_other(person) -> None:
    names = ["seller", "manager"]
    people = [person(name) for name in names]

    results = at_once([lambda who=who: record(who, entry()) for who in people * 3])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert sorted(DaySheet.objects.values_list("plus_one", flat=True)) == [3, 3]


def test_one_customer_at_three_counters_is_promised_one_call(person) -> None:
    """A promise, an answer and an undo at once: nobody waits in a circle, one call at most stays."""
    seller, manager, seller2 = (person(name) for name in ("seller", "manager", "seller2"))
    today = seller.branch.local_day(timezone.now())

    def said(response: str, ref: str) -> Entry:
        due = today if response == "follow_up" else None
        answer = Answer(code="CRD-DEB", response=response, due_on=due)
        return Entry(
            uuid=uuid.uuid4(), main="ACC-BAS", edition=1, customer_ref=ref, answers=(answer,)
        )

    for n in range(ROUNDS):
        ref = f"{n:064x}"
        first = said("follow_up", ref)
        record(seller, first)
        written = Consultation.objects.get(uuid=first.uuid)
        results = at_once(
            [
                lambda ref=ref: record(manager, said("follow_up", ref)),
                lambda ref=ref: record(seller2, said("accepted", ref)),
                lambda written=written: services.void(
                    consultation=written, reason="mistyped", at=timezone.now(), by=seller
                ),
            ]
        )
        assert [r for r in results if isinstance(r, Exception)] == []
        assert Task.objects.open().filter(customer_ref=ref).count() <= 1

    assert drift() == []
