"""Days that are over, counted once and kept; proven by counting again.

Review pulls: nothing below knows of these tables. A day is counted when it is over everywhere on
earth, and again when a day sheet of it moved (`CountedDay`), so a refresh costs the days that
changed. A page counts what is not kept yet from the records themselves, so it is never behind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Min, Q, Sum

from crossbank.desk.models import DaySheet
from crossbank.engine.evidence import Said, taken_together
from crossbank.engine.evidence import Talk as Basket
from crossbank.engine.terms import Bucket
from crossbank.matrix import editions
from crossbank.org.models import Branch
from crossbank.review import facts
from crossbank.review.facts import Talk
from crossbank.review.models import (
    BranchCurve,
    BranchDay,
    BranchMainDay,
    BranchPairDay,
    CountedDay,
    DayTogether,
    MainCurve,
    MainDay,
    PairDay,
    StaffDay,
)
from crossbank.review.tallies import Counted, count, sums
from crossbank.review.terms import ONE_DAY

# A save may arrive three days late (`client_saved_at`), so older days are looked at by the command
# only, which compares all of them.
SETTLED_AFTER = timedelta(days=7)
PAGE_DAYS = 10  # that a page counts before it answers; the command has no such limit
_BATCH = 1000
_LAST_ZONE = timedelta(hours=12)  # behind UTC: where a day ends last

Row = models.Model
# model -> the keys of its rows; what else they hold is counted
TABLES: dict[type[Row], tuple[str, ...]] = {
    BranchDay: ("branch_id",),
    StaffDay: ("branch_id", "employee_id"),
    MainDay: ("main", "edition_id"),
    BranchMainDay: ("branch_id", "main", "edition_id"),
    PairDay: ("main", "cross", "edition_id"),
    BranchPairDay: ("branch_id", "main", "cross", "edition_id"),
    BranchCurve: ("branch_id", "kind", "value"),
    MainCurve: ("main", "kind", "value"),
    DayTogether: ("one", "other"),
}
# key of a row -> what it counts, only numbers that are not zero
Rows = Mapping[tuple[Any, ...], Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far the counts reach. `behind`: closed days with records that wait to be counted."""

    last: date
    behind: bool


def last_closed(at: datetime) -> date:
    """The newest day that is over in every time zone."""
    return (at.astimezone(UTC) - _LAST_ZONE).date() - ONE_DAY


def refresh(*, at: datetime) -> Reach:
    """This will count what a page needs, at most PAGE_DAYS days of it; usually nothing or one."""
    last = last_closed(at)
    newest = CountedDay.objects.aggregate(newest=Max("day"))["newest"]
    recorded = DaySheet.objects.filter(business_date__lte=last)
    if newest:
        recorded = recorded.filter(business_date__gt=newest)
    first = recorded.aggregate(first=Min("business_date"))["first"] or last
    end = first + PAGE_DAYS * ONE_DAY
    for day in stale(Q(business_date__gte=first, business_date__lt=end) | _recent(newest), at=at):
        count_day(day, at=at)
    behind = end <= last
    return Reach(last=end - ONE_DAY if behind else last, behind=behind)


def _recent(newest: date | None) -> Q:
    """Days already counted that may still move."""
    if newest is None:
        return Q(pk__in=[])
    return Q(business_date__gt=newest - SETTLED_AFTER, business_date__lte=newest)


def catch_up(*, at: datetime, since: date | None = None, until: date | None = None) -> list[date]:
    """This will count every closed day that moved; of a named period all days, moved or not.

    Units: both ends inclusive. Returns the days counted.
    """
    period = Q()
    if since:
        period &= Q(business_date__gte=since)
    if until:
        period &= Q(business_date__lte=until)
    days = closed_days(period, at=at) if since or until else stale(period, at=at)
    for day in days:
        count_day(day, at=at)
    return days


def closed_days(period: Q, *, at: datetime) -> list[date]:
    """Closed days with records, the oldest first."""
    return sorted(_changes(period & Q(business_date__lte=last_closed(at))))


def stale(period: Q, *, at: datetime) -> list[date]:
    """Closed days of the period whose counts are missing or older than their records."""
    sheets = _changes(period & Q(business_date__lte=last_closed(at)))
    known = dict(CountedDay.objects.filter(day__in=list(sheets)).values_list("day", "changes"))
    return sorted(day for day, changes in sheets.items() if known.get(day) != changes)


def _changes(period: Q) -> dict[date, int]:
    rows = DaySheet.objects.filter(period).values_list("business_date")
    return dict(rows.annotate(changes=Sum("changes")).order_by())


def count_day(day: date, *, at: datetime) -> None:
    """This will count one day from its records and put that in place of what was there.

    The state of the sheets is read before the records, and both before anything is locked: of two
    who count at once the last one's answer stands whole, and if a record came between, its state is
    an older one, so that the day is counted again next time rather than never.
    """
    changes = _changes(Q(business_date=day)).get(day, 0)
    counted = from_records(day)
    with transaction.atomic():
        CountedDay.objects.get_or_create(day=day, defaults={"changes": 0, "counted_at": at})
        row = CountedDay.objects.select_for_update().get(day=day)
        for model, rows in counted.items():
            model.objects.filter(day=day).delete()
            model.objects.bulk_create(
                (
                    model(day=day, **dict(zip(TABLES[model], key, strict=True)), **numbers)
                    for key, numbers in rows.items()
                ),
                batch_size=_BATCH,
            )
        row.changes, row.counted_at = changes, at
        row.save(update_fields=["changes", "counted_at"])


def from_records(day: date) -> dict[type[Row], Rows]:
    """What the records of a day say now, as the rows of each table."""
    talks = facts.of_day(day)
    zones = {branch.pk: branch.zone for branch in Branch.objects.order_by("pk")}
    shown = editions.load_many({talk.edition for talk in talks})
    counted = count(talks, zones=zones, shown=lambda pk: shown[pk].snapshot)
    together = taken_together(_baskets(talks))
    return {
        **_tables(counted),
        DayTogether: {pair: {"times": times} for pair, times in together.items()},
    }


def _tables(counted: Counted) -> dict[type[Row], Rows]:
    tallies, pairs = counted.tallies.items(), counted.pairs.items()
    by_branch: Counter[tuple[Any, ...]] = Counter()
    by_main: Counter[tuple[Any, ...]] = Counter()
    for (_day, branch, main, kind, value), times in counted.curves.items():
        by_branch[branch, kind, value] += times
        by_main[main, kind, value] += times
    return {
        BranchDay: _lean(((b,), n) for (_, b, _who, _m, _e), n in tallies),
        StaffDay: _lean(((b, who), n) for (_, b, who, _m, _e), n in tallies),
        MainDay: _lean(((m, e), n) for (_, _b, _who, m, e), n in tallies),
        BranchMainDay: _lean(((b, m, e), n) for (_, b, _who, m, e), n in tallies),
        PairDay: _lean(((m, x, e), n) for (_, _b, m, x, e), n in pairs),
        BranchPairDay: _lean(((b, m, x, e), n) for (_, b, m, x, e), n in pairs),
        BranchCurve: {key: {"times": times} for key, times in by_branch.items()},
        MainCurve: {key: {"times": times} for key, times in by_main.items()},
    }


def _lean(numbers: Iterable[tuple[tuple[Any, ...], Mapping[str, int]]]) -> Rows:
    return {
        key: {name: n for name, n in found.items() if n} for key, found in sums(numbers).items()
    }


def _baskets(talks: Iterable[Talk]) -> Iterable[Basket]:
    return (
        Basket(
            talk.main,
            talk.edition,
            talk.bucket == Bucket.NO_MAIN,
            tuple(Said(item.cross, item.rating, item.response) for item in talk.items),
        )
        for talk in talks
        if not talk.counted_only
    )


def stored(day: date) -> dict[type[Row], Rows]:
    """What is kept of one day, as `from_records` would give it."""
    found: dict[type[Row], Rows] = {}
    for model, keys in TABLES.items():
        counted = _counted_columns(model, keys)
        rows: dict[tuple[Any, ...], Mapping[str, int]] = defaultdict(dict)
        for row in model.objects.filter(day=day).order_by().values_list(*keys, *counted):
            numbers = zip(counted, row[len(keys) :], strict=True)
            rows[row[: len(keys)]] = {name: n for name, n in numbers if n}
        found[model] = dict(rows)
    return found


def _counted_columns(model: type[Row], keys: tuple[str, ...]) -> tuple[str, ...]:
    columns = (one.attname for one in model._meta.concrete_fields)
    return tuple(name for name in columns if name not in {"id", "day", *keys})


def drift() -> list[date]:
    """Counted days that say something else than the records they were counted from.

    A day whose records moved since is not wrong but waiting (`stale`), and is left out.
    """
    known = dict(CountedDay.objects.order_by("day").values_list("day", "changes"))
    return [
        day
        for day, changes in known.items()
        # looked at last: who records meanwhile makes the day wait
        if stored(day) != from_records(day)
        and _changes(Q(business_date=day)).get(day, 0) == changes
    ]
