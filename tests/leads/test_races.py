"""Two accept one lead, on PostgreSQL; the control shows what the row lock is for."""

from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from crossbank.leads import services
from crossbank.leads.ledger import state_drift
from crossbank.leads.models import Lead, LeadEvent, Unit
from crossbank.leads.refusals import AlreadyTaken
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def accept_together(person, hand_on) -> list[object]:
    lead = hand_on(at=timezone.now())
    people = [person("marie.w"), person("kanya.t")]
    return at_once(
        [lambda who=who: services.accept(lead=lead, at=timezone.now(), by=who) for who in people]
    )


def test_of_two_who_accept_one_has_it_and_the_other_hears_so(person, hand_on) -> None:
    found = [accept_together(person, hand_on) for _n in range(ROUNDS)]

    kinds = [sorted(type(one).__name__ for one in pair) for pair in found]
    assert kinds == [["AlreadyTaken", "Lead"]] * ROUNDS
    assert all(isinstance(one, Lead | AlreadyTaken) for pair in found for one in pair)
    assert LeadEvent.objects.filter(act="accept").count() == ROUNDS
    assert state_drift() == []


def test_without_the_lock_both_have_it(person, hand_on, monkeypatch) -> None:
    """The control: both find it free, and both are told that it is theirs."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)

    found = [accept_together(person, hand_on) for _n in range(ROUNDS)]

    assert any(all(isinstance(one, Lead) for one in pair) for pair in found)


def test_same_press_from_two_tabs_is_one_lead(person) -> None:
    seller, unit = person("seller"), Unit.objects.get(code="MORTGAGE")

    for _n in range(ROUNDS):
        key, now = uuid4(), timezone.now()
        found = at_once(
            [
                lambda key=key, now=now: services.hand_on(
                    uuid=key, unit=unit, said="Lease ends", at=now, by=seller
                )
            ]
            * 4
        )
        assert len({one.pk for one in found}) == 1

    assert Lead.objects.count() == LeadEvent.objects.count() == ROUNDS
