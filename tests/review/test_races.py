"""Two at once on one team's goal, on PostgreSQL: one is heard, the other is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.org.models import Role, User
from crossbank.review import goal_refusals, goals
from crossbank.review.models import Goal
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def propose(person):
    def proposed(n: int = 0) -> Goal:
        now = timezone.now()
        since = now.date() + timedelta(days=2 + n)
        terms = {"measure": "coverage", "least": 60, "since": since, "reason": "Fair words."}
        until = since + timedelta(days=28)
        return goals.propose(**terms, until=until, at=now, by=person("manager"))

    return proposed


def officers(person) -> list[User]:
    more = User.objects.create(username="conduct2", role=Role.CONDUCT)
    return [person("conduct"), more]


def test_of_several_answers_at_once_one_stands(propose, person) -> None:
    now, both = timezone.now(), officers(person)
    for _n in range(ROUNDS):
        goal = propose()
        jobs = [partial(goals.agree, goal=goal, at=now, by=one) for one in both * 2]
        jobs.append(partial(goals.send_back, goal=goal, note="Too high.", at=now, by=both[0]))
        found = at_once(jobs)
        heard = [one for one in found if isinstance(one, Goal)]
        told = {type(one) for one in found if not isinstance(one, Goal)}
        assert (len(heard), told) == (1, {goal_refusals.Moved}), found
        stands = Goal.objects.get(pk=goal.pk)
        assert (stands.decision, stands.decided_by) == (heard[0].decision, heard[0].decided_by)
        if stands.decision == Goal.Decision.AGREED:
            goals.withdraw(goal=goal, reason="Next round.", at=now, by=both[0])

    answers = AuditEntry.objects.filter(action__in=["goal_agreed", "goal_sent_back"])
    assert answers.count() == ROUNDS


def test_of_several_proposals_at_once_one_is_written(propose, person) -> None:
    by = officers(person)[0]
    for _n in range(ROUNDS):
        found = at_once([partial(propose, n) for n in range(4)])
        made = [one for one in found if isinstance(one, Goal)]
        told = {type(one) for one in found if not isinstance(one, Goal)}
        assert (len(made), told) == (1, {goal_refusals.Overlaps}), found
        goals.withdraw(goal=made[0], reason="Next round.", at=timezone.now(), by=by)

    assert Goal.objects.count() == ROUNDS


def test_without_the_lock_two_proposals_are_written(propose, person, monkeypatch) -> None:
    """The control: look first, write later, and the race is there."""
    by = officers(person)[0]
    monkeypatch.setattr(goals, "_lock", lambda _branch: None)
    most = 0
    for _n in range(ROUNDS):
        found = at_once([partial(propose, n) for n in range(4)])
        made = [one for one in found if isinstance(one, Goal)]
        most = max(most, len(made))
        for goal in made:
            goals.withdraw(goal=goal, reason="Next round.", at=timezone.now(), by=by)

    assert most > 1
