"""Two managers at once on one sale, on PostgreSQL: one is noted, the other is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.kept import refusals, services
from crossbank.kept.models import Outcome
from crossbank.kept.services import Told
from tests.desk.test_races import at_once
from tests.kept.conftest import today

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


def test_of_several_at_once_one_is_noted(sell, person) -> None:
    by, item, seen = person("manager"), sell(100), 0
    for n in range(ROUNDS):
        told = [
            Told(item=item.pk, mark=mark, on=today() - timedelta(days=60 - n), seen=seen)
            for mark in ("closed", "open", "closed", "open")
        ]
        note = partial(services.note_outcome, at=timezone.now(), by=by)
        found = at_once([partial(note, told=one) for one in told])
        made = [one for one in found if isinstance(one, Outcome)]
        assert len(made) == 1, found
        others = [one for one in found if not isinstance(one, Outcome)]
        assert {type(one) for one in others} == {refusals.Moved}
        seen = made[0].pk

    assert Outcome.objects.count() == ROUNDS
    assert Outcome.objects.standing().get().pk == seen
    assert AuditEntry.objects.filter(action="sale_outcome_noted").count() == ROUNDS


def test_a_workbook_and_a_hand_at_once_leave_no_half(sell, person) -> None:
    by = person("manager")
    for _n in range(ROUNDS):
        items = [sell(100) for _item in range(3)]
        told = [Told(item=one.pk, mark="open", on=today(), seen=0) for one in items]
        hand = Told(item=items[-1].pk, mark="closed", on=today(), seen=0)
        now = timezone.now()
        at_once(
            [
                partial(services.take_over, told=told, unmatched=0, at=now, by=by),
                partial(services.note_outcome, told=hand, at=now, by=by),
            ]
        )
        rows = Outcome.objects.filter(item__in=items)
        assert sorted(rows.values_list("source", flat=True)) in (["hand"], ["workbook"] * 3)
