"""A branch's working days out of its opening hours and holidays."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from crossbank.engine.workdays import Calendar
from crossbank.org.models import Branch, Holiday, OpeningHours


def calendar_of(branch: Branch) -> Calendar:
    """This will read the branch's calendar, in two queries; ask once and pass it on."""
    return Calendar(
        weekdays=frozenset(branch.opening_hours.values_list("weekday", flat=True)),
        holidays=frozenset(branch.holidays.values_list("on", flat=True)),
    )


def calendars_of(branches: Iterable[Branch]) -> dict[int, Calendar]:
    """This will read the calendars of many branches, in two queries: row id -> calendar."""
    keys = [branch.pk for branch in branches]
    hours: dict[int, set[int]] = defaultdict(set)
    closed: dict[int, set[date]] = defaultdict(set)
    for key, weekday in OpeningHours.objects.filter(branch__in=keys).values_list(
        "branch_id", "weekday"
    ):
        hours[key].add(weekday)
    for key, on in Holiday.objects.filter(branch__in=keys).values_list("branch_id", "on"):
        closed[key].add(on)
    return {
        key: Calendar(weekdays=frozenset(hours[key]), holidays=frozenset(closed[key]))
        for key in keys
    }
