"""The sample bank's practice: a mix for B01, none for B02, and a note with an answer."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from crossbank.demo import practised
from crossbank.org.models import Branch, User
from crossbank.training import mix
from crossbank.training.models import BarrierCheck, CoachingNote, CoachingReply, PracticeDay

pytestmark = pytest.mark.django_db
ENDS = (date(2026, 3, 1), date(2026, 3, 12), date(2026, 3, 31), date(2028, 2, 29), date(2026, 1, 4))


@pytest.mark.parametrize("today", ENDS, ids=str)
def test_one_manager_sees_his_branch_and_the_other_nothing(bank, today):
    told = practised.play(today=today)

    at = datetime.combine(today, datetime.min.time(), tzinfo=timezone.get_default_timezone())
    at = at.replace(hour=13)
    b01, b02 = (Branch.objects.select_related("region").get(code=code) for code in ("B01", "B02"))
    manager, other = (User.objects.get(username=name) for name in ("manager", "manager2"))
    found = mix.of_branch(b01, reader=manager, at=at)
    assert (found.people, found.month.month) == (6, (today.month - 2) % 12 + 1)
    assert mix.of_region(b01.region, reader=manager, at=at).people == 6
    assert mix.of_branch(b02, reader=other, at=at) is None
    assert mix.of_region(b02.region, reader=other, at=at) is None
    assert told == {"self-checks": 11, "days of practice": 12, "coaching notes": 2}
    assert (BarrierCheck.objects.count(), PracticeDay.objects.count()) == (11, 12)
    assert not BarrierCheck.objects.filter(on__gte=today).exists()


def test_a_note_waits_for_the_seller_and_an_answer_for_the_manager(bank):
    practised.play(today=date(2026, 3, 12))

    notes = list(CoachingNote.objects.order_by("at"))
    assert [(note.by.username, note.to.username) for note in notes] == [("manager", "seller")] * 2
    assert [reply.note_id for reply in CoachingReply.objects.all()] == [notes[0].pk]


def test_a_note_is_about_no_barrier_that_its_reader_marked(bank):
    practised.play(today=date(2026, 3, 12))

    named = {note.barrier for note in CoachingNote.objects.exclude(barrier="")}
    marked = {
        code
        for marks in BarrierCheck.objects.filter(employee__username="seller").values_list(
            "marks", flat=True
        )
        for code in marks
    }
    assert named == {"objections"}
    assert named & marked == set()


def test_twice_the_same(bank):
    def rows() -> list[tuple[object, ...]]:
        return list(BarrierCheck.objects.order_by("pk").values_list("employee", "on", "marks"))

    practised.play(today=date(2026, 3, 12))
    first = rows()
    practised.play(today=date(2026, 3, 12))

    assert rows() == first
