"""Filter -> sums: of days that are rolled up from the rollups, of the others from their records.

A day is taken from the rollups only while it is up to date, which its day sheets tell; so the sums
are those of the records at any moment, however long ago the rollups were made. What no rollup has
the keys for (one colleague; one main product in some places) is counted from the records, which an
index finds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Cast

from crossbank.desk.models import DaySheet
from crossbank.matrix import editions
from crossbank.review import facts
from crossbank.review.facts import Talk
from crossbank.review.models import (
    BranchCurve,
    BranchDay,
    BranchMainDay,
    BranchPairDay,
    CountedDay,
    MainCurve,
    MainDay,
    PairDay,
    StaffDay,
)
from crossbank.review.numbers import SAID, TALLY, Numbers, as_tally
from crossbank.review.tallies import HOUR, SECONDS, Counted, count
from crossbank.review.terms import Filter

TREND = timedelta(weeks=8)  # that a trend looks back from the last day, however short the period

_Keyed = Iterable[tuple[Any, Mapping[str, int]]]


@dataclass(kw_only=True)
class Sums:
    """Shape: `by_day` reaches back to `since`, before the period; everything else is of the period.

    `by_main` by (main, edition), `pairs` by (main, cross, edition), `by_row` by (day, branch,
    employee), only `of_talks`; `curves` by (kind, value). Branches, employees, editions: row ids.
    `unsigned`: day sheets before today that nobody closed.
    """

    since: date
    by_day: dict[date, Numbers] = field(default_factory=dict)
    by_branch: dict[int, Numbers] = field(default_factory=dict)
    by_staff: dict[int, Numbers] = field(default_factory=dict)
    by_main: dict[tuple[str, int], Numbers] = field(default_factory=dict)
    by_row: dict[tuple[date, int, int | None], Numbers] = field(default_factory=dict)
    pairs: dict[tuple[str, str, int], Numbers] = field(default_factory=dict)
    curves: Counter[tuple[str, int]] = field(default_factory=Counter)
    unsigned: int = 0

    @property
    def hours(self) -> dict[int, int]:
        return self._curve(HOUR)

    @property
    def seconds(self) -> dict[int, int]:
        return self._curve(SECONDS)

    def _curve(self, kind: str) -> dict[int, int]:
        return {value: times for (one, value), times in self.curves.items() if one == kind}


def read(asked: Filter, *, today: date, look_back: timedelta = timedelta()) -> Sums:
    """This will add up what the filter asks for, in a number of queries that no period changes.

    `look_back`: how far before the days before `by_day` reaches.
    """
    since = min(asked.before[0] - look_back, asked.until - TREND)
    found = Sums(since=since)
    days, found.unsigned = _days(asked, since, today)
    from_records = is_beside_rollups(asked)
    live = [day for day, is_kept in days.items() if from_records or not is_kept]
    if not from_records:
        _add_rollups(found, asked, Q(day__gte=since) & ~Q(day__in=live))
    if live:
        _add_talks(found, asked, facts.of_days(asked, live))
    return found


def data_rows(asked: Filter, *, today: date) -> int:
    """How many rows the raw data has, without counting them one by one."""
    by_branch = read(asked, today=today).by_branch.values()
    return as_tally(sum(by_branch, Counter())).data_rows


def of_talks(asked: Filter, talks: Iterable[Talk], before: Sums) -> Sums:
    """This will add up records that were read already; only what lies before the period, and what
    is no record, is taken from `before`."""
    found = Sums(since=before.since, unsigned=before.unsigned)
    found.by_day = {day: n for day, n in before.by_day.items() if day < asked.since}
    _add_talks(found, asked, talks, with_rows=True)
    return found


def is_beside_rollups(asked: Filter) -> bool:
    """Whether no rollup has the keys for a filter, so that it is counted from the records."""
    by_main = asked.main is not None and (asked.by_person or not asked.everywhere)
    return by_main or asked.staff is not None


def _days(asked: Filter, since: date, today: date) -> tuple[dict[date, bool], int]:
    """Days with records -> whether the rollups have them as they are now; and sheets left open."""
    here = Q(**facts.who_and_where(asked))
    past = Q(business_date__gte=asked.since, business_date__lt=today, closed_at__isnull=True)
    sheets = (
        DaySheet.objects.filter(business_date__gte=since, business_date__lt=asked.until)
        .order_by()
        .values_list(Value("now", models.CharField()), "business_date")
        .annotate(changed=Sum("changes"), unsigned=Count("pk", filter=here & past))
    )
    counted = (
        CountedDay.objects.filter(day__gte=since, day__lt=asked.until)
        .order_by()
        .values_list(
            Value("kept", models.CharField()), "day", "changes", Value(0, models.IntegerField())
        )
    )
    rows = list(
        sheets.union(counted, all=True)
    )  # neither side is asked about each row of the other
    kept = {day: changes for part, day, changes, _open in rows if part == "kept"}
    now = {day: changes for part, day, changes, _open in rows if part == "now"}
    return (
        {day: now[day] == kept.get(day) for day in sorted(now)},
        sum(unsigned for *_day, unsigned in rows),
    )


def _add_rollups(found: Sums, asked: Filter, days: Q) -> None:
    days &= Q(day__lt=asked.until)
    if not asked.everywhere:
        days &= Q(branch__in=[place.pk for place in asked.places])
    if asked.main:
        days &= Q(main=asked.main.code)
    period = days & Q(day__gte=asked.since)
    for part, day, pk, code, *numbers in _tallies(asked, days, period):
        more = dict(zip(TALLY, numbers, strict=True))
        _add(getattr(found, part), [({"by_day": day, "by_main": (code, pk)}.get(part, pk), more)])
    pairs = PairDay if asked.everywhere else BranchPairDay
    for main, cross, edition, *numbers in _summed(
        pairs.objects.filter(period), SAID, "main", "cross", "edition_id"
    ):
        found.pairs[main, cross, edition] = Counter(dict(zip(SAID, numbers, strict=True)))
    curves = MainCurve if asked.main else BranchCurve
    for kind, value, times in _summed(curves.objects.filter(period), ["times"], "kind", "value"):
        found.curves[kind, value] += times


def _tallies(asked: Filter, days: Q, period: Q) -> models.QuerySet[Any]:
    """Sums by day, branch, main product and colleague, each from its narrowest rollup, in one query.

    Shape: name of the part, day, row id, code, then the columns; what is no key is empty.
    """
    whole, main = asked.everywhere, asked.main
    by_branch = BranchMainDay if main else BranchDay
    by_day = MainDay if main and whole else by_branch
    by_main = MainDay if whole else BranchMainDay
    parts = [
        _part("by_day", by_day.objects.filter(days), day=F("day")),
        _part("by_branch", by_branch.objects.filter(period), pk=F("branch_id")),
        _part("by_main", by_main.objects.filter(period), pk=F("edition_id"), code=F("main")),
    ]
    if asked.by_person:
        parts.append(_part("by_staff", StaffDay.objects.filter(period), pk=F("employee_id")))
    return parts[0].union(*parts[1:], all=True)


def _part(name: str, rows: models.QuerySet[Any], **keys: F) -> models.QuerySet[Any]:
    nothing = {
        "day": Cast(None, models.DateField()),
        "pk": Cast(None, models.BigIntegerField()),
        "code": Value("", models.CharField()),
    }
    named = {f"key_{key}": keys.get(key, empty) for key, empty in nothing.items()}
    return _summed(
        rows.annotate(part=Value(name, models.CharField()), **named), TALLY, "part", *named
    )


def _summed(rows: models.QuerySet[Any], columns: Iterable[str], *keys: str) -> models.QuerySet[Any]:
    """Sums of columns by keys. Shape: the keys, then the columns."""
    totals = {f"sum_{name}": Sum(name) for name in columns}
    return rows.order_by().values_list(*keys).annotate(**totals)


def _add_talks(
    found: Sums, asked: Filter, talks: Iterable[Talk], *, with_rows: bool = False
) -> None:
    read_talks = list(talks)
    zones = {place.pk: ZoneInfo(place.time_zone) for place in asked.places}
    shown = editions.load_many({talk.edition for talk in read_talks})
    counted = count(read_talks, zones=zones, shown=lambda pk: shown[pk].snapshot)
    _add_counted(found, asked, counted, with_rows=with_rows)


def _add_counted(found: Sums, asked: Filter, counted: Counted, *, with_rows: bool) -> None:
    everything = list(counted.tallies.items())
    inside = [(key, n) for key, n in everything if key[0] >= asked.since]
    pairs = ((k, n) for k, n in counted.pairs.items() if k[0] >= asked.since)
    _add(found.by_day, ((day, n) for (day, *_), n in everything))
    _add(found.by_branch, ((branch, n) for (_d, branch, *_), n in inside))
    _add(found.by_main, (((main, edition), n) for (*_, main, edition), n in inside))
    _add(found.pairs, ((key[2:], n) for key, n in pairs))
    if asked.by_person:
        _add(found.by_staff, ((who, n) for (_d, _b, who, *_), n in inside))
    if with_rows:
        _add(found.by_row, ((key[:3], n) for key, n in inside))
    for (day, _b, _m, kind, value), times in counted.curves.items():
        if day >= asked.since:
            found.curves[kind, value] += times


def _add(to: dict[Any, Numbers], numbers: _Keyed) -> None:
    for key, more in numbers:
        to.setdefault(key, Counter()).update(more)
