"""The rows of `Data`, of records that were read or in any number: then read as they are written,
never more than a chunk in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, Q, Value

from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.review.facts import Talk, conditions
from crossbank.review.results import DataRow
from crossbank.review.terms import ONE_DAY, Filter, Named

CHUNK = 2000  # consultations
_HEADS = (
    "pk",
    "uuid",
    "business_date",
    "recorded_at",
    "branch_id",
    "who",
    "main_code",
    "edition__number",
    "bucket",
    "source",
)
_ITEM = ("consultation_id", "product_code", "response", "reason", "offer__code", "price_shown")
_NOTHING = (("", "", "", "", ""),)  # one row where nothing was presented

Tell = Callable[[int], None]
_Items = dict[int, list[tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class Month:
    """`first`: its first day."""

    first: date
    rows: int


def count(asked: Filter) -> tuple[Month, ...]:
    """This will count the rows of each month that has some, the oldest first."""
    days = (
        _standing(asked)
        .values_list("business_date")
        .annotate(heard=Count("items"), silent=Count("pk", filter=Q(items__isnull=True)))
    )
    months: dict[date, int] = defaultdict(int)
    for day, heard, silent in days:
        months[day.replace(day=1)] += heard + silent
    return tuple(Month(first=first, rows=months[first]) for first in sorted(months))


def of_month(asked: Filter, first: date) -> Filter:
    """The same filter, cut to one of its months."""
    after = (first + 31 * ONE_DAY).replace(day=1)
    return replace(asked, since=max(asked.since, first), until=min(asked.until, after))


def rows(asked: Filter, *, tell: Tell | None = None) -> Iterator[DataRow]:
    """This will give the rows by moment of recording.

    `tell` hears, chunk by chunk, how many rows are on their way; what it raises ends the reading.
    """
    heads, seen_from = _heads(asked), _clocks(asked)
    while chunk := list(islice(heads, CHUNK)):
        items = _items([head[0] for head in chunk])
        if tell:
            tell(sum(len(items.get(head[0], _NOTHING)) for head in chunk))
        for pk, uuid, day, at, branch, who, main, edition, bucket, source in chunk:
            before = (str(uuid), day, *seen_from(branch, at), who, main)
            for item in items.get(pk, _NOTHING):
                yield DataRow(*before, *item, edition, bucket, source)


def of_talks(
    asked: Filter, talks: Iterable[Talk], people: Mapping[int, Named]
) -> Iterator[DataRow]:
    """This will give the rows of records that were read already, in their order."""
    seen_from = _clocks(asked)
    for talk in talks:
        who = people[talk.employee].code if talk.employee else ""
        before = (
            *(str(talk.uuid), talk.day),
            *seen_from(talk.branch, talk.recorded_at),
            *(who, talk.main),
        )
        answers = [(i.cross, i.response, i.reason, i.offer, i.price_shown) for i in talk.items]
        for item in answers or _NOTHING:
            yield DataRow(*before, *item, talk.edition_number, talk.bucket, talk.source)


def _clocks(asked: Filter) -> Callable[[int, datetime], tuple[datetime, str, str]]:
    """(branch, moment) -> the clock on the branch's wall, its region and its code."""
    places = {place.pk: place for place in asked.places}
    zones = {place.pk: ZoneInfo(place.time_zone) for place in asked.places}

    def seen_from(branch: int, at: datetime) -> tuple[datetime, str, str]:
        # Excel has no zones, so without one, to the second
        clock = at.astimezone(zones[branch]).replace(tzinfo=None, microsecond=0)
        return clock, places[branch].region.code, places[branch].code

    return seen_from


def _standing(asked: Filter) -> models.QuerySet[Consultation]:
    return Consultation.objects.standing().filter(**conditions(asked))


def _heads(asked: Filter) -> Iterator[tuple[Any, ...]]:
    """Without the right to names no query reads who recorded."""
    who = F("employee__username") if asked.names else Value("")
    found = _standing(asked).annotate(who=who).order_by("recorded_at", "pk")
    return found.values_list(*_HEADS).iterator(chunk_size=CHUNK)


def _items(consultations: list[int]) -> _Items:
    found = ConsultationItem.objects.filter(consultation__in=consultations)
    items: _Items = defaultdict(list)
    for pk, *item, offer, price in found.order_by("place", "pk").values_list(*_ITEM):
        items[pk].append((*item, offer or "", price))
    return items
