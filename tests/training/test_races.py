"""Many at once, on PostgreSQL: every person is counted once, and a press is one note."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from crossbank.conduct.models import AuditEntry
from crossbank.training import coaching, services
from crossbank.training.barriers import BARRIERS
from crossbank.training.models import BarrierCheck, CoachingNote
from tests.desk.test_races import at_once
from tests.training.conftest import MARCH, TEXT

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def test_colleagues_at_once_are_all_counted(sellers, counted):
    people = sellers("B01", 8)
    codes = [barrier.code for barrier in BARRIERS]
    for n in range(ROUNDS):
        at, is_odd = MARCH + timedelta(days=n), n % 2
        jobs = [
            partial(services.answer, marks=codes[: k + 1] if is_odd else codes[k:], at=at, by=who)
            for k, who in enumerate(people)
        ]
        found = at_once(jobs)
        assert [one for one in found if not isinstance(one, BarrierCheck)] == []

    # the last round was odd: the k-th of them marked the first k + 1
    assert counted() == {("B01", ""): 8} | {("B01", code): 8 - k for k, code in enumerate(codes)}


def test_one_person_at_once_is_counted_once(sellers, counted):
    (who,) = sellers("B01", 1)
    for n in range(ROUNDS):
        marks = ["whim", "effort"][: n % 2 + 1]
        at = MARCH + timedelta(days=n)
        jobs = [partial(services.answer, marks=marks, at=at, by=who)] * 6
        found = at_once(jobs)
        assert [one for one in found if not isinstance(one, BarrierCheck)] == []

    assert counted() == {("B01", ""): 1, ("B01", "whim"): 1, ("B01", "effort"): 1}
    assert BarrierCheck.objects.filter(counts_in__isnull=False).count() == 1


def test_deleting_while_answering_leaves_the_count_that_the_rows_have(sellers, counted):
    (who,) = sellers("B01", 1)
    for _n in range(ROUNDS):
        at_once(
            [
                lambda: services.answer(marks=["whim"], at=MARCH, by=who),
                lambda: services.forget(at=MARCH, by=who),
            ]
            * 3
        )
        standing = BarrierCheck.objects.filter(counts_in__isnull=False).count()
        assert counted().get(("B01", ""), 0) == standing


def test_one_press_at_once_is_one_note(person):
    to, by = person("seller"), person("manager")
    for _n in range(ROUNDS):
        data = {"uuid": uuid4(), "to": to, "text": TEXT, "at": MARCH, "by": by}
        notes = at_once([lambda data=data: coaching.write_note(**data)] * 6)
        assert len({note.pk for note in notes}) == 1

    assert CoachingNote.objects.count() == ROUNDS
    assert AuditEntry.objects.filter(action="coaching_note_written").count() == ROUNDS
