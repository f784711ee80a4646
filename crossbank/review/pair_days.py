"""Pair counts by business day: counted in one plain pass, kept, added up; proven by counting again.

Review pulls: nothing below knows of these tables. A day is counted when it is over everywhere on
earth, and again when its version moved (`CountedDay`), so a refresh costs the days that changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Max, Min, Q, Sum

from crossbank.desk.models import Bucket, Consultation, ConsultationItem
from crossbank.engine.evidence import PairCounts, Said, Talk, count
from crossbank.review.facts import COUNTED_ONLY
from crossbank.review.models import CountedDay, DayAnswers, DayCustomers, DayTogether
from crossbank.review.terms import ONE_DAY

# A save may arrive three days late (`client_saved_at`), so older days are looked at by the command
# only, which compares all of them.
SETTLED_AFTER = timedelta(days=7)
PAGE_DAYS = 10  # that a page counts before it answers; the command has no such limit
_LAST_ZONE = timedelta(hours=12)  # behind UTC: where a day ends last


@dataclass(frozen=True, order=True)
class Version:
    records: int
    voided: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How far the counts reach. `behind`: closed days with records that wait to be counted."""

    last: date
    behind: bool


def last_closed(at: datetime) -> date:
    """The newest day that is over in every time zone."""
    return (at.astimezone(UTC) - _LAST_ZONE).date() - ONE_DAY


def refresh(*, at: datetime) -> Counted:
    """This will count what a page needs, at most PAGE_DAYS days of it; usually nothing or one."""
    last = last_closed(at)
    newest = CountedDay.objects.aggregate(newest=Max("day"))["newest"]
    recorded = Consultation.objects.filter(business_date__lte=last)
    if newest:
        recorded = recorded.filter(business_date__gt=newest)
    first = recorded.aggregate(first=Min("business_date"))["first"] or last
    end = first + PAGE_DAYS * ONE_DAY
    for day in stale(Q(business_date__gte=first, business_date__lt=end) | _recent(newest), at=at):
        count_day(day, at=at)
    behind = end <= last
    return Counted(last=end - ONE_DAY if behind else last, behind=behind)


def _recent(newest: date | None) -> Q:
    """Days already counted that may still move."""
    if newest is None:
        return Q(pk__in=[])
    return Q(business_date__gt=newest - SETTLED_AFTER, business_date__lte=newest)


def catch_up(*, at: datetime, since: date | None = None, until: date | None = None) -> list[date]:
    """This will count every closed day whose version moved; of a named period all days, moved or
    not. Units: both ends inclusive. Returns the days counted."""
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
    return sorted(_versions(period & Q(business_date__lte=last_closed(at))))


def stale(period: Q, *, at: datetime) -> list[date]:
    """Closed days of the period whose counts are missing or older than their records."""
    facts = _versions(period & Q(business_date__lte=last_closed(at)))
    known = counted_versions(facts)
    return sorted(day for day, version in facts.items() if known.get(day) != version)


def _versions(period: Q) -> dict[date, Version]:
    rows = (
        Consultation.objects.filter(period)
        .values_list("business_date")
        .annotate(records=Count("pk"), voided=Count("voided_at"))
        .order_by()
    )
    return {day: Version(records, voided) for day, records, voided in rows}


def counted_versions(days: Iterable[date]) -> dict[date, Version]:
    found = CountedDay.objects.filter(day__in=list(days)) if days else CountedDay.objects.none()
    return {row.day: Version(row.records, row.voided) for row in found}


@transaction.atomic
def count_day(day: date, *, at: datetime) -> PairCounts:
    """This will count one day from its records and put that in place of what was there.

    The day's row is locked first, so that two who count at once give the same answer as one.
    """
    nothing = {"records": 0, "voided": 0, "counted_at": at}
    CountedDay.objects.get_or_create(day=day, defaults=nothing)
    row = CountedDay.objects.select_for_update().get(day=day)
    version, counts = from_records(day)
    for model in (DayCustomers, DayAnswers, DayTogether):
        model.objects.filter(day=day).delete()
    DayCustomers.objects.bulk_create(
        DayCustomers(day=day, main=main, edition_id=edition, times=times)
        for (main, edition), times in counts.customers.items()
    )
    DayAnswers.objects.bulk_create(
        DayAnswers(day=day, main=main, cross=cross, rating=rating, response=response, times=times)
        for (main, cross, rating, response), times in counts.answers.items()
    )
    DayTogether.objects.bulk_create(
        DayTogether(day=day, one=one, other=other, times=times)
        for (one, other), times in counts.together.items()
    )
    row.records, row.voided, row.counted_at = version.records, version.voided, at
    row.save(update_fields=["records", "voided", "counted_at"])
    return counts


_TALK = ("pk", "main_code", "edition_id", "bucket", "source", "voided_at", "replaced_at")
_SAID = ("consultation_id", "product_code", "rating", "response")


def from_records(day: date) -> tuple[Version, PairCounts]:
    """What the records of a day say now: two queries. Records first, so that none lacks answers."""
    records = list(Consultation.objects.filter(business_date=day).order_by().values_list(*_TALK))
    items = ConsultationItem.objects.filter(consultation__business_date=day).order_by()
    said: dict[int, list[Said]] = defaultdict(list)
    for pk, *answer in items.values_list(*_SAID):
        said[pk].append(Said(*answer))
    version = Version(len(records), sum(voided is not None for *_, voided, _ in records))
    talks = (
        Talk(main, edition, bucket == Bucket.NO_MAIN, tuple(said.get(pk, ())))
        for pk, main, edition, bucket, source, voided, replaced in records
        if voided is None and replaced is None and source not in COUNTED_ONLY
    )
    return version, count(talks)


def counts(since: date, until: date) -> PairCounts:
    """This will add up customers and answers of counted days in two queries. Half-open."""
    customers = DayCustomers.objects.filter(day__gte=since, day__lt=until)
    return replace(answers(since, until), customers=_sums(customers, "main", "edition_id"))


def answers(since: date, until: date, **narrowed: str) -> PairCounts:
    """This will add up answers of counted days, perhaps of one main or cross. Half-open."""
    rows = DayAnswers.objects.filter(day__gte=since, day__lt=until, **narrowed)
    return PairCounts(
        customers={}, answers=_sums(rows, "main", "cross", "rating", "response"), together={}
    )


def together_with(product: str, since: date, until: date) -> PairCounts:
    """This will add up what was taken together with one product, in one query. Half-open."""
    rows = DayTogether.objects.filter(
        Q(one=product) | Q(other=product), day__gte=since, day__lt=until
    )
    return PairCounts(customers={}, answers={}, together=_sums(rows, "one", "other"))


def _sums(rows: models.QuerySet[Any], *key: str) -> Mapping[Any, int]:
    return {tuple(row): n for *row, n in rows.values_list(*key).annotate(n=Sum("times")).order_by()}


def stored(day: date) -> PairCounts:
    """What is kept of one day."""
    of_day = {"day": day}
    return PairCounts(
        customers=_sums(DayCustomers.objects.filter(**of_day), "main", "edition_id"),
        answers=_sums(DayAnswers.objects.filter(**of_day), "main", "cross", "rating", "response"),
        together=_sums(DayTogether.objects.filter(**of_day), "one", "other"),
    )


def drift() -> list[date]:
    """Counted days that say something else than the records they were counted from.

    A day whose records moved since is not wrong but waiting (`stale`), and is left out.
    """
    known = counted_versions(CountedDay.objects.values_list("day", flat=True))
    wrong = []
    for day, version in sorted(known.items()):
        now, should = from_records(day)
        if now == version and stored(day) != should:
            wrong.append(day)
    return wrong
