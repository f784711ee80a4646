"""What writes goals of teams: a manager proposes, conduct agrees or sends back, either withdraws.

    waiting -> agreed | sent back | withdrawn;   agreed -> withdrawn

That an agreed one runs and is over follows from its days; nothing is written for it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crossbank.conduct import services as conduct
from crossbank.org.access import FRONT, visible_branches
from crossbank.org.models import Branch, Role, User
from crossbank.review import goal_refusals as refusals
from crossbank.review.models import Goal
from crossbank.training import pressing

SHORTEST, LONGEST = 28, 366  # days: a shorter goal presses, a longer one is forgotten
TEAM = 3  # people at the counters; of fewer a goal would be one person's
_ROWS = {"branch", "proposed_by", "decided_by", "withdrawn_by"}


@transaction.atomic
def propose(
    *, measure: str, least: int, since: date, until: date, reason: str, at: datetime, by: User
) -> Goal:
    """This will propose a goal for the manager's own branch; it holds when conduct has agreed.

    Raises NotYours, UnfitDays, SmallTeam, Presses, Overlaps; ValidationError for what cannot be a
    goal at all.
    """
    if by.role != Role.MANAGER:
        raise refusals.NotYours
    goal = Goal(
        branch=by.branch,
        measure=measure,
        least=least,
        since=since,
        until=until,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    goal.clean_fields(exclude=_ROWS)
    _refuse_days(since, until, today=by.branch.local_day(at))
    if User.objects.filter(branch=by.branch, role__in=FRONT, is_active=True).count() < TEAM:
        raise refusals.SmallTeam(TEAM)
    if finding := pressing.first_finding(reason):
        raise refusals.Presses(finding)
    _lock(by.branch_id)
    _refuse_overlap(goal)
    goal.validate_constraints()
    goal.save(force_insert=True)
    terms = {"least": least, "since": since.isoformat(), "last": goal.last.isoformat()}
    _record("goal_proposed", goal, terms, at=at, by=by)
    return goal


def _refuse_days(since: date, until: date, *, today: date) -> None:
    length = (until - since).days
    if since < today:
        raise refusals.UnfitDays("since", _("This day is over: a goal begins today or later."))
    if (since - today).days > LONGEST:
        raise refusals.UnfitDays("since", _("A goal begins within a year."))
    if length <= 0:
        raise refusals.UnfitDays("last", _("The last day lies before the first."))
    if length < SHORTEST:
        raise refusals.UnfitDays("last", _("A goal runs for four weeks at least."))
    if length > LONGEST:
        raise refusals.UnfitDays("last", _("A goal runs for a year at most."))


@transaction.atomic
def agree(*, goal: Goal, note: str = "", at: datetime, by: User) -> Goal:
    """This will let a goal hold, as it was proposed. Raises NotYours, OwnGoal, Moved, Overlaps."""
    return _decide(goal, Goal.Decision.AGREED, note, at=at, by=by)


@transaction.atomic
def send_back(*, goal: Goal, note: str, at: datetime, by: User) -> Goal:
    """This will say no to a goal, and why; its manager may propose another one.

    Raises NotYours, OwnGoal, Moved; ValidationError without a note.
    """
    return _decide(goal, Goal.Decision.SENT_BACK, note, at=at, by=by)


def _decide(goal: Goal, decision: Goal.Decision, note: str, *, at: datetime, by: User) -> Goal:
    if by.role != Role.CONDUCT:
        raise refusals.NotYours
    if by.pk == goal.proposed_by_id:  # a manager then, with conduct today
        raise refusals.OwnGoal
    locked = _locked(goal, (Goal.State.WAITING,), at=at)
    if decision == Goal.Decision.AGREED:
        _refuse_overlap(locked)
    _change(locked, decision=decision, decided_by=by, decided_at=at, decision_note=note)
    _record(f"goal_{decision}", locked, {}, at=at, by=by)
    return locked


@transaction.atomic
def withdraw(*, goal: Goal, reason: str, at: datetime, by: User) -> Goal:
    """This will end a goal before its days are over, for all to read why.

    Raises NotYours, Moved; ValidationError without a reason.
    """
    if not may_withdraw(goal, by):
        raise refusals.NotYours
    locked = _locked(goal, Goal.OPEN, at=at)
    _change(locked, withdrawn_by=by, withdrawn_at=at, withdrawal_reason=reason)
    _record("goal_withdrawn", locked, {}, at=at, by=by)
    return locked


def may_withdraw(goal: Goal, by: User) -> bool:
    """Conduct, and whoever manages the branch by now."""
    is_manager = by.role == Role.MANAGER
    return by.role == Role.CONDUCT or (
        is_manager and visible_branches(by).filter(pk=goal.branch_id).exists()
    )


def _lock(branch: int) -> None:
    """One after another in a branch: of two at once, the second finds what the first has written.

    Not as for a change of the key: recording at the desk refers to the same row and goes on.
    """
    list(Branch.objects.select_for_update(of=("self",), no_key=True).filter(pk=branch))


def _locked(goal: Goal, states: Iterable[Goal.State], *, at: datetime) -> Goal:
    """The goal as it is now. Raises Moved where it stands at something else."""
    _lock(goal.branch_id)
    found = Goal.objects.select_related("branch").get(pk=goal.pk)
    state = found.state_on(found.branch.local_day(at))
    if state not in states:
        raise refusals.Moved(state.label)
    return found


def _refuse_overlap(goal: Goal) -> None:
    same = Goal.objects.standing().filter(branch=goal.branch_id, measure=goal.measure)
    if other := same.exclude(pk=goal.pk).over(goal.since, goal.until).order_by("since").first():
        raise refusals.Overlaps(other)


def _change(goal: Goal, **values: Any) -> None:
    for name, value in values.items():
        setattr(goal, name, value)
    goal.clean_fields(exclude=_ROWS)
    goal.validate_constraints()
    goal.save(update_fields=list(values))


def _record(action: str, goal: Goal, more: dict[str, Any], *, at: datetime, by: User) -> None:
    told = {"branch": goal.branch.code, "measure": goal.measure}
    conduct.record(action=action, subject=str(goal), detail={**told, **more}, at=at, by=by)
