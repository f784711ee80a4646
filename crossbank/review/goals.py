"""What writes goals of teams: a manager proposes, conduct agrees or sends back, either withdraws.

    waiting -> agreed | sent back | withdrawn;   agreed -> withdrawn

That an agreed one runs and is over follows from its days; nothing is written for it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

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

    Raises NotYours, UnfitDays, GoneBranch, SmallTeam, Presses, Overlaps; ValidationError for what cannot be a
    goal at all.
    """
    if by.role != Role.MANAGER:
        raise _not_yours()
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
    _refuse_small(by.branch)
    _refuse_pressing(reason)
    _lock(by.branch_id)
    _refuse_overlap(goal)
    goal.validate_constraints()
    goal.save(force_insert=True)
    terms = {"least": least, "since": since.isoformat(), "last": goal.last.isoformat()}
    _record("goal_proposed", goal, terms, at=at, by=by)
    return goal


def _not_yours() -> refusals.NotYours:
    return refusals.NotYours(
        _("A goal is proposed by the manager of its branch and decided by conduct.")
    )


def _refuse_days(since: date, until: date, *, today: date) -> None:
    length = (until - since).days
    if since < today:
        raise refusals.UnfitDays(_("This day is over: a goal begins today or later."), "since")
    if (since - today).days > LONGEST:
        raise refusals.UnfitDays(_("A goal begins within a year."), "since")
    if length <= 0:
        raise refusals.UnfitDays(_("The last day lies before the first."), "last")
    if length < SHORTEST:
        raise refusals.UnfitDays(_("A goal runs for four weeks at least."), "last")
    if length > LONGEST:
        raise refusals.UnfitDays(_("A goal runs for a year at most."), "last")


def large_enough(branches: Iterable[Branch]) -> set[int]:
    """This will say by row id which of these branches have a team large enough for a goal."""
    staff = User.objects.filter(branch__in=list(branches), role__in=FRONT, is_active=True)
    teams = staff.filter(branch__merged_into=None).order_by().values_list("branch")
    return {branch for branch, n in teams.annotate(n=Count("pk")) if n >= TEAM}


def _refuse_small(branch: Branch) -> None:
    if branch.merged_into_id:
        raise refusals.GoneBranch(_("This branch was merged into another one, which goes on."))
    if branch.pk not in large_enough([branch]):
        raise refusals.SmallTeam(
            _(
                "Fewer than %(least)d people serve customers in this branch: a goal would be "
                "somebody’s own, and nobody has one."
            )
            % {"least": TEAM}
        )


def _refuse_pressing(reason: str) -> None:
    if finding := pressing.first_finding(reason):
        raise refusals.Presses(
            _("“%(quote)s” puts pressure on people. Say what customers have from it instead.")
            % {"quote": finding.quote}
        )


@transaction.atomic
def agree(*, goal: Goal, note: str = "", at: datetime, by: User) -> Goal:
    """This will let a goal hold, as it was proposed.

    Raises NotYours, OwnGoal, Moved, GoneBranch, SmallTeam, Overlaps.
    """
    return _decide(goal, Goal.Decision.AGREED, note, at=at, by=by)


@transaction.atomic
def send_back(*, goal: Goal, note: str, at: datetime, by: User) -> Goal:
    """This will say no to a goal, and why; its manager may propose another one.

    Raises NotYours, OwnGoal, Moved; ValidationError without a note.
    """
    return _decide(goal, Goal.Decision.SENT_BACK, note, at=at, by=by)


def _decide(goal: Goal, decision: Goal.Decision, note: str, *, at: datetime, by: User) -> Goal:
    if by.role != Role.CONDUCT:
        raise _not_yours()
    if by.pk == goal.proposed_by_id:  # a manager then, with conduct today
        raise refusals.OwnGoal(
            _("You proposed this goal, so somebody else of conduct decides on it.")
        )
    locked = _locked(goal, (Goal.State.WAITING,), at=at)
    if decision == Goal.Decision.AGREED:
        _refuse_small(locked.branch)
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
        raise _not_yours()
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
        raise refusals.Moved(
            _("Nothing was changed: this goal stands at “%(state)s” meanwhile.")
            % {"state": state.label}
        )
    return found


def _refuse_overlap(goal: Goal) -> None:
    same = Goal.objects.standing().filter(branch=goal.branch_id, measure=goal.measure)
    if other := same.exclude(pk=goal.pk).over(goal.since, goal.until).order_by("since").first():
        since, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (other.since, other.last))
        raise refusals.Overlaps(
            _("For some of these days there is a goal already: “%(goal)s”, %(since)s to %(last)s.")
            % {"goal": other.title, "since": since, "last": last}
        )


def _change(goal: Goal, **values: Any) -> None:
    for name, value in values.items():
        setattr(goal, name, value)
    goal.clean_fields(exclude=_ROWS)
    goal.validate_constraints()
    goal.save(update_fields=list(values))


def _record(action: str, goal: Goal, more: dict[str, Any], *, at: datetime, by: User) -> None:
    told = {"branch": goal.branch.code, "measure": goal.measure}
    conduct.record(action=action, subject=str(goal), detail={**told, **more}, at=at, by=by)
