"""The demo's lead programme: a life that the product's own rules allow, growing as the real one."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import ExtractYear

from crossbank.demo import leads as demo
from crossbank.engine import leads as engine
from crossbank.leads import ledger
from crossbank.leads.models import Badge, Lead, LeadEvent, PointEntry, State
from crossbank.leads.programme import HALF, programme
from crossbank.org import switches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march_bank")]

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def points_on(march_bank) -> None:
    switches.turn(key=switches.POINTS, on=True, at=NOW, by="admin")


def rows(seed: int) -> list[tuple]:
    """What was played, without the numbers that the database gives; nothing stays."""
    with transaction.atomic():
        demo.play(today=TODAY, seed=seed)
        found = list(
            LeadEvent.objects.order_by("lead__created_at", "lead__uuid", "number").values_list(
                *("lead__uuid", "lead__said", "lead__state", "lead__due_on", "lead__seen_at"),
                *("lead__value_estimate_minor", "number", "at", "act", "by", "unit", "note"),
            )
        )
        transaction.set_rollback(True)
    return found


def test_same_seed_tells_the_same_and_another_one_something_else() -> None:
    assert rows(1) == rows(1) != rows(2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_lead_is_one_that_the_rules_allow(seed) -> None:
    demo.play(today=TODAY, seed=seed)

    assert ledger.state_drift() == []
    leads = Lead.objects.select_related("to_unit__branch", "from_branch").prefetch_related(
        "events__unit"
    )
    for lead in leads:
        lead.clean_fields()
        state, before = None, None
        for event in lead.events.all():
            event.clean_fields()
            if before:
                connects = before.unit.is_coordination
                assert engine.after(engine.Act(event.act), state, connects=connects)
                assert (event.from_state, event.at > before.at) == (state, True)
                assert event.by_id != lead.from_employee_id
            state, before = engine.State(event.to_state), event
            assert event.at < NOW
        assert not lead.to_unit.members.filter(pk=lead.from_employee_id).exists()
        is_open = lead.state in engine.OPEN
        assert (lead.due_on is not None) is is_open
        assert not (lead.to_unit.is_coordination and lead.state == State.QUALIFIED)


def test_nothing_of_points_while_they_are_off() -> None:
    demo.play(today=TODAY, seed=1)

    assert (PointEntry.objects.count(), Badge.objects.count()) == (0, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_programme_grows_and_somebody_reaches_silver(points_on, seed) -> None:
    told = demo.play(today=TODAY, seed=seed)

    years = Lead.objects.values(year=ExtractYear("handed_on")).order_by("year")
    leads, people = zip(
        *years.values_list(Count("pk"), Count("from_employee", distinct=True)), strict=True
    )
    assert leads[0] * 2 < leads[1]
    assert sorted(set(people)) == list(people)
    assert told == {"leads": sum(leads), "people": people[-1]}
    assert ledger.drift(at=NOW) == ledger.Drift(missing=(), surplus=())
    found = programme(months=HALF, at=NOW)
    running = found.badges[0]
    assert (running.year, running.silver) == (2026, 1)
    assert running.bronze >= 2
    assert [badge.gold for badge in found.badges[1:]] == [1, 1]
    assert found.potential_minor > 0
    assert [role.began is not None for role in found.roles if role.label == "Seller"] == [True]
