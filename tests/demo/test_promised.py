"""The demo's due list: out of its own history, the same however often."""

import pytest

from crossbank.calls.models import Task
from crossbank.demo import history, promised
from crossbank.desk.models import ConsultationItem

pytestmark = pytest.mark.django_db


def test_branch_of_the_walk_has_late_and_coming_calls(bank, person) -> None:
    from django.utils import timezone

    today = history.today_at(timezone.now())
    history.play(today=today, days_back=28, seed=1)

    made = promised.play(today=today)
    again = promised.play(today=today)

    tasks = list(Task.objects.select_related("branch", "employee", "product"))
    assert made == again == len(tasks) > 5
    assert {task.branch.code for task in tasks} == {"B01"}
    own = sorted(task.asked_on for task in tasks if task.employee == person("seller"))
    assert own[0] < today
    assert today in own
    assert any(task.employee is None for task in tasks)
    items = set(
        ConsultationItem.objects.filter(response="follow_up").values_list(
            "product_id", "due_on", "consultation__uuid"
        )
    )
    assert {(t.product_id, t.asked_on, t.origin_uuid) for t in tasks} <= items
    assert {task.contact for task in tasks} == {""}
