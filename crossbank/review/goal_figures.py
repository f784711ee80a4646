"""Goals -> what is known of them so far: the same figures as on the pages of review.

Of a branch and never of a person; of fewer than LEAST nothing is said.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.desk.models import DaySheet
from crossbank.org import switches
from crossbank.org.day_lines import DayLine
from crossbank.org.models import Role, User
from crossbank.review import sums
from crossbank.review.keeping import CHECK, kept_table
from crossbank.review.models import Goal
from crossbank.review.numbers import LEAST, as_tally
from crossbank.review.scope import place_of
from crossbank.review.terms import ONE_DAY, Filter, Named, Place

_BEGUN = (Goal.State.RUNNING, Goal.State.OVER)

Counted = Mapping[str, tuple[int, int]]  # code of a branch -> (as wished, of how many)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a goal stands. `n`: what its share is a share of, None before anything is counted.

    `asked`: the same figure on the pages of review.
    """

    goal: Goal
    state: Goal.State
    share: float | None = None
    n: int | None = None
    asked: Filter | None = None

    @property
    def is_open(self) -> bool:
        return self.state in Goal.OPEN


def standings(goals: Iterable[Goal], *, at: datetime) -> tuple[Standing, ...]:
    """This will say how goals stand, in their order, with a few queries for each period and measure.

    The goals come with their branch and its region (`in_order`).
    """
    found = list(goals)
    states = {goal: goal.state_on(goal.branch.local_day(at)) for goal in found}
    spans = {goal: _span(goal, at) for goal in found if states[goal] in _BEGUN}
    together: dict[tuple[str, date, date], list[Place]] = defaultdict(list)
    for goal, (since, until) in spans.items():
        if since < until:
            together[goal.measure, since, until].append(place_of(goal.branch))
    counted = {
        key: _COUNTS[key[0]](_filter(*key[1:], places), at) for key, places in together.items()
    }

    def standing(goal: Goal) -> Standing:
        if goal not in spans:
            return Standing(goal=goal, state=states[goal])
        since, until = spans[goal]
        good, n = counted.get((goal.measure, since, until), {}).get(goal.branch.code, (0, 0))
        place = place_of(goal.branch)
        return Standing(
            goal=goal,
            state=states[goal],
            share=good / n if n >= LEAST else None,
            n=n,
            asked=_filter(since, until, [place], place.named) if since < until else None,
        )

    return tuple(standing(goal) for goal in found)


def _span(goal: Goal, at: datetime) -> tuple[date, date]:
    """The days that are counted: sheets are signed until the day is over, and of a sale less than 90
    days old only that it was not kept can be known."""
    today = goal.branch.local_day(at)
    if goal.measure == Goal.Measure.SIGNED:
        return goal.since, min(goal.until, today)
    if goal.measure == Goal.Measure.KEPT:
        return goal.since - CHECK, min(goal.until, today + ONE_DAY) - CHECK
    return goal.since, goal.until


def _filter(
    since: date, until: date, places: Iterable[Place], branch: Named | None = None
) -> Filter:
    return Filter(since=since, until=until, places=tuple(places), names=False, branch=branch)


def _coverage(asked: Filter, at: datetime) -> Counted:
    codes = {place.pk: place.code for place in asked.places}
    by_branch = sums.read(asked, today=at.date()).by_branch
    tallies = {codes[pk]: as_tally(numbers) for pk, numbers in by_branch.items()}
    return {code: (tally.offered, tally.live) for code, tally in tallies.items()}


def _signed(asked: Filter, _at: datetime) -> Counted:
    """A sheet that closed by itself is not a signed one."""
    sheets = DaySheet.objects.filter(
        branch__in=[place.pk for place in asked.places],
        business_date__gte=asked.since,
        business_date__lt=asked.until,
    )
    rows = sheets.order_by().values_list("branch__code")
    signed = rows.annotate(signed=Count("pk", filter=Q(closed_at__isnull=False)), n=Count("pk"))
    return {code: (good, n) for code, good, n in signed}


def _kept(asked: Filter, _at: datetime) -> Counted:
    rows = kept_table(asked).by_branch
    return {row.key.code: (row.kept.kept, row.kept.known) for row in rows}


_COUNTS: dict[str, Callable[[Filter, datetime], Counted]] = {
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


def of_the_team(_employee: User, _at: datetime) -> DayLine:
    """The way to them from an employee's day, where he may read what his team agreed to."""
    return DayLine(words=_("Goals of your team"), url=reverse("review:goals"), icon="flag")


def waiting(user: User, *, areas: Mapping[str, bool], at: datetime) -> int:
    """How many goals wait for an answer of this reader."""
    if not areas[switches.TEAM_GOALS] or user.role != Role.CONDUCT:
        return 0
    return Goal.objects.in_use(areas).waiting(at.date()).count()
