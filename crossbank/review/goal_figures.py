"""Goals -> what is known of them so far: the same figures as on the pages of review.

Of a branch and never of a person; of fewer than LEAST nothing is said.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.desk.models import COUNTED_ONLY, Consultation, DaySheet
from crossbank.engine.closing import first_day_to_sign
from crossbank.kept import sales
from crossbank.org import switches
from crossbank.org.calendars import calendars_of
from crossbank.org.day_lines import DayLine
from crossbank.org.models import Role, User
from crossbank.review.goals import large_enough
from crossbank.review.keeping import CHECK
from crossbank.review.models import Goal
from crossbank.review.numbers import LEAST
from crossbank.review.scope import place_of
from crossbank.review.terms import ONE_DAY, Filter

_BEGUN = (Goal.State.RUNNING, Goal.State.OVER)

Span = tuple[date, date]  # half-open
Days = Mapping[tuple[int, date], tuple[int, int]]  # branch, day -> (as wished, of how many)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a goal stands. `n`: what its share is a share of, None before anything is counted.

    `is_small`: of so few people nothing is told. `asked`: the same figure on the pages of review,
    None where they have none.
    """

    goal: Goal
    state: Goal.State
    share: float | None = None
    n: int | None = None
    is_small: bool = False
    asked: Filter | None = None

    @property
    def is_open(self) -> bool:
        return self.state in Goal.OPEN


def standings(goals: Iterable[Goal], *, at: datetime) -> tuple[Standing, ...]:
    """This will say how goals stand, in their order, in a number of queries that depends on what
    they measure and not on how many they are.

    The goals come with their branch and its region (`in_order`).
    """
    found = list(goals)
    states = {goal: goal.state_on(goal.branch.local_day(at)) for goal in found}
    begun = [goal for goal in found if states[goal] in _BEGUN]
    teams = large_enough({goal.branch for goal in begun})
    counted = _counted([goal for goal in begun if goal.branch_id in teams], at)

    def standing(goal: Goal) -> Standing:
        state = states[goal]
        if state not in _BEGUN:
            return Standing(goal=goal, state=state)
        if goal not in counted:
            return Standing(goal=goal, state=state, is_small=True)
        good, n, asked = counted[goal]
        share = good / n if n >= LEAST else None
        return Standing(goal=goal, state=state, share=share, n=n, asked=asked)

    return tuple(standing(goal) for goal in found)


def _counted(goals: Iterable[Goal], at: datetime) -> dict[Goal, tuple[int, int, Filter | None]]:
    by_measure: dict[str, list[Goal]] = defaultdict(list)
    for goal in goals:
        by_measure[goal.measure].append(goal)
    found = {}
    for measure, together in by_measure.items():
        spans, days = _READ[measure](together, at)
        for goal in together:
            since, until = spans[goal]
            per_day = [
                days.get((goal.branch_id, since + n * ONE_DAY), (0, 0))
                for n in range((until - since).days)
            ]
            good, n = (sum(one[part] for one in per_day) for part in (0, 1))
            found[goal] = good, n, _asked(goal, since, until)
    return found


def _asked(goal: Goal, since: date, until: date) -> Filter | None:
    """Review counts sheets that are not signed, and no share of those that are."""
    if goal.measure == Goal.Measure.SIGNED or since >= until:
        return None
    place = place_of(goal.branch)
    return Filter(since=since, until=until, places=(place,), names=False, branch=place.named)


def _coverage(goals: Iterable[Goal], _at: datetime) -> tuple[dict[Goal, Span], Days]:
    spans = {goal: (goal.since, goal.until) for goal in goals}
    records = Consultation.objects.standing().exclude(source__in=COUNTED_ONLY)
    return spans, _by_day(records, spans, good=Q(presented__gt=0))


def _signed(goals: Iterable[Goal], at: datetime) -> tuple[dict[Goal, Span], Days]:
    """Of the sheets that nobody can sign any more: one that closed by itself is not a signed one."""
    calendars = calendars_of({goal.branch for goal in goals})
    spans, open_again = {}, []
    for goal in goals:
        branch = goal.branch
        first = first_day_to_sign(branch.local_day(at), calendars[branch.pk])
        spans[goal] = goal.since, min(goal.until, first)
        # a reopened day has as long as the day on which it was reopened
        since = datetime.combine(first, time(), branch.zone)
        open_again.append(Q(branch=branch, closed_at=None, reopened_at__gte=since))
    sheets = DaySheet.objects.exclude(reduce(or_, open_again))
    return spans, _by_day(sheets, spans, good=Q(closed_at__isnull=False))


def _kept(goals: Iterable[Goal], at: datetime) -> tuple[dict[Goal, Span], Days]:
    """By the day of sale; of one less than 90 days old only that it was not kept can be known."""
    spans = {}
    for goal in goals:
        tomorrow = goal.branch.local_day(at) + ONE_DAY
        spans[goal] = goal.since - CHECK, min(goal.until, tomorrow) - CHECK
    known = sales.with_what_stands(sales.sold(), sales.KNOWN)
    return spans, _by_day(known, spans, good=sales.KEPT, of="consultation__")


def _by_day(
    rows: QuerySet[Any], spans: Mapping[Goal, Span], *, good: Q, of: str = ""
) -> dict[tuple[int, date], tuple[int, int]]:
    """One query, whatever the days. `of`: the way from a row to its branch and its day."""
    branch, day = f"{of}branch", f"{of}business_date"
    inside = (
        Q((branch, goal.branch_id), (f"{day}__gte", since), (f"{day}__lt", until))
        for goal, (since, until) in spans.items()
    )
    found = rows.filter(reduce(or_, inside)).order_by().values_list(branch, day)
    counted = found.annotate(good=Count("pk", filter=good), n=Count("pk"))
    return {(branch, day): (good, n) for branch, day, good, n in counted}


_READ: dict[str, Callable[[Iterable[Goal], datetime], tuple[dict[Goal, Span], Days]]] = {
    Goal.Measure.COVERAGE: _coverage,
    Goal.Measure.SIGNED: _signed,
    Goal.Measure.KEPT: _kept,
}


def running(asked: Filter, *, areas: Mapping[str, bool], at: datetime) -> list[Goal]:
    """The goals that run now where a page of review looks: of one branch, and of nobody in it."""
    if not areas[switches.TEAM_GOALS] or not asked.is_one_place or asked.staff:
        return []
    place = asked.one_place
    today = at.astimezone(ZoneInfo(place.time_zone)).date()
    agreed = Goal.objects.in_use(areas).agreed().filter(branch=place.pk)
    return list(agreed.over(today, today + ONE_DAY).order_by("measure"))


def of_the_team(employee: User, _at: datetime) -> DayLine | None:
    """The way to them from an employee's day, where there are any that he may read; a manager reads
    there that his newest one was sent back, until he proposes another."""
    newest = Goal.objects.visible_to(employee).order_by("-pk").first()
    if newest is None:
        return None
    if newest.decision == Goal.Decision.SENT_BACK:
        return DayLine(
            words=_("A goal for your team was sent back"),
            url=newest.get_absolute_url(),
            icon="flag",
        )
    return DayLine(words=_("Goals of your team"), url=reverse("review:goals"), icon="flag")


def waiting(user: User, *, areas: Mapping[str, bool], at: datetime) -> int:
    """How many goals wait for an answer of this reader."""
    if not areas[switches.TEAM_GOALS] or user.role != Role.CONDUCT:
        return 0
    return Goal.objects.in_use(areas).waiting(at.date()).count()
