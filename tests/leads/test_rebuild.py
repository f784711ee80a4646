"""Random histories of leads through the services: the ledger rebuilt from them is the stored one."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossbank.engine.badges import Rules
from crossbank.engine.leads import MOVES, Act
from crossbank.leads import ledger, services
from crossbank.leads.models import Badge, Lead, PointEntry, Unit
from crossbank.leads.own_points import own_points
from crossbank.leads.refusals import Refused
from crossbank.org.models import User
from tests.leads.conftest import DAY, MONDAY

pytestmark = pytest.mark.django_db

LOW = Rules(bronze=1, silver=2, kept_bound=0.7, least_known=1)  # short histories reach everything
SENDERS, UNITS = ("seller", "seller2", "manager"), ("MORTGAGE", "INVEST", "CONNECT")
END = MONDAY + 900 * DAY
ACT = {
    Act.ACCEPT: services.accept,
    Act.CONTACT: services.note_contact,
    Act.QUALIFY: services.qualify,
    Act.UNQUALIFY: services.take_back_qualified,
    Act.WIN: services.win,
    Act.LOSE: services.lose,
    Act.REJECT: services.reject,
    Act.REASSIGN: services.reassign,
    Act.HAND_OVER: services.hand_over,
}
# (act, days after the last one, turnover kept, which unit or colleague)
_STEP = st.tuples(
    st.sampled_from(sorted(ACT)),
    st.sampled_from([0, 1, 5, 14, 20, 60, 400]),
    st.integers(0, 3),
    st.integers(0, 2),
)
_BEGUN = ((Act.ACCEPT, 0, 0, 0), (Act.QUALIFY, 1, 0, 0))
_STEPS = st.tuples(st.sampled_from([(), _BEGUN]), st.lists(_STEP, max_size=6)).map(
    lambda parts: (*parts[0], *parts[1])
)
PLANS = st.lists(
    st.tuples(st.sampled_from(SENDERS), st.sampled_from(UNITS), _STEPS), min_size=1, max_size=7
)
RICH = [  # two points and what they bring; wins taken back in their cooling-off, after it, after gold
    ("seller", "MORTGAGE", (*_BEGUN, (Act.WIN, 1, 3, 0), (Act.LOSE, 420, 0, 0))),
    ("seller", "MORTGAGE", (*_BEGUN, (Act.WIN, 1, 2, 0), (Act.LOSE, 3, 0, 0))),
    ("seller", "MORTGAGE", (*_BEGUN, (Act.WIN, 1, 1, 0), (Act.LOSE, 60, 0, 0))),
    ("seller2", "MORTGAGE", (*_BEGUN, (Act.WIN, 1, 3, 0))),  # less, and later more
    ("manager", "INVEST", (*_BEGUN, (Act.UNQUALIFY, 30, 0, 0))),
    ("seller", "CONNECT", ((Act.ACCEPT, 0, 0, 0), (Act.REASSIGN, 0, 0, 0), *_BEGUN,
                           (Act.HAND_OVER, 1, 0, 0), (Act.WIN, 1, 2, 0))),
]  # fmt: skip


def play(plan, looks) -> None:
    """This will act in the order of time, and settle at the moments of the looks and at the end."""
    acts: list[tuple[datetime, int, tuple]] = []
    for n, (_who, _unit, steps) in enumerate(plan):
        at = MONDAY + n * timedelta(minutes=1)
        acts.append((at, n, ()))
        for step in steps:
            at += step[1] * DAY + timedelta(seconds=1)
            acts.append((at, n, step))
    moments = sorted(MONDAY + day * DAY for day in looks)
    leads: dict[int, Lead] = {}
    for at, n, step in sorted(acts, key=lambda one: one[:2]):
        while moments and moments[0] <= at:
            ledger.settle(at=moments.pop(0), rules=LOW)
        if step:
            with suppress(Refused):  # what its state does not allow, or too late
                act(leads[n], step, at)
        else:
            leads[n] = hand_on(*plan[n][:2], at)
    for at in (*moments, END):
        ledger.settle(at=at, rules=LOW)


def hand_on(who: str, unit: str, at: datetime) -> Lead:
    return services.hand_on(
        uuid=uuid4(),
        unit=Unit.objects.get(code=unit),
        said="x",
        at=at,
        by=User.objects.get(username=who),
    )


def act(lead: Lead, step: tuple, at: datetime) -> None:
    name, _days, kept, which = step
    lead.refresh_from_db()
    members = list(lead.to_unit.members.order_by("pk"))
    given = {} if name is Act.ACCEPT else {"note": "because"}
    if name is Act.WIN:
        given["kept_minor"] = kept
    elif name is Act.REASSIGN:
        given["unit"] = Unit.objects.get(code=UNITS[which])
    elif name is Act.HAND_OVER:
        given["colleague"] = members[which % len(members)]
    ACT[name](lead=lead, **given, at=at, by=lead.assignee or members[0])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=PLANS, looks=st.lists(st.integers(0, 500), min_size=1, max_size=4))
def test_rebuilt_ledger_equals_the_stored_one(person, plan, looks) -> None:
    with transaction.atomic():
        play(plan, looks)

        assert ledger.drift(at=END, rules=LOW) == ledger.Drift(missing=(), surplus=())
        assert ledger.settle(at=END, rules=LOW) == 0
        entries, lives = ledger.derived(at=END, rules=LOW)
        assert PointEntry.objects.count() == len(entries)
        assert Badge.objects.count() == len(lives)
        assert ledger.state_drift() == []
        day = MONDAY + 280 * DAY
        kept = PointEntry.objects.filter(at__lte=day, year=2026)
        assert {who: own_points(person(who), at=day).vested for who in SENDERS} == {
            who: sum(kept.filter(employee__username=who).values_list("change", flat=True))
            for who in SENDERS
        }
        transaction.set_rollback(True)


def test_such_histories_reach_every_badge_and_pause(person) -> None:
    play(RICH, [10, 40, 340, 400])

    lives = set(Badge.objects.values_list("employee__username", "level", "change"))
    assert {(level, change) for who, level, change in lives if who == "seller"} == {
        *product(("bronze", "silver"), ("earned", "paused", "resumed")),
        ("gold", "earned"),
        ("gold", "paused"),
    }
    assert ("manager", "bronze", "revoked") in lives
    assert ledger.drift(at=END, rules=LOW) == ledger.Drift(missing=(), surplus=())


def test_act_table_is_whole() -> None:
    assert set(ACT) == set(MOVES)
