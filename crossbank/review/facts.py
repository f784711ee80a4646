"""Rows of the desk as review reads them: few queries, whatever the period and however many people.

Both reads cover the same consultations, so every figure made of them agrees with every other one,
also while the branches go on recording.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, Value

from crossbank.desk.models import COUNTED_ONLY, Consultation, ConsultationItem, Redemption
from crossbank.review.terms import Filter


class Item(NamedTuple):
    consultation: int
    cross: str
    name: str
    rating: str
    response: str
    reason: str
    offer: str
    price_shown: str


class Talk(NamedTuple):
    """One standing consultation; `employee` is None where the reader may not know."""

    pk: int
    uuid: UUID
    day: date
    recorded_at: datetime
    branch: int
    employee: int | None
    main: str
    main_name: str
    edition: int
    edition_number: int
    held: tuple[str, ...]
    nothing_offered: str
    bucket: str
    source: str
    comes_with: list[dict[str, str]]
    hands_on_ms: int | None
    offerable: int | None
    items: tuple[Item, ...]

    @property
    def counted_only(self) -> bool:
        return self.source in COUNTED_ONLY


_TALK = (
    "pk",
    "uuid",
    "business_date",
    "recorded_at",
    "branch_id",
    "who",
    "main_code",
    "main_name",
    "edition_id",
    "edition__number",
    "held",
    "nothing_offered",
    "bucket",
    "source",
    "comes_with",
    "hands_on_ms",
    "offerable",
)
_ITEM = (
    "consultation_id",
    "product_code",
    "product_name",
    "rating",
    "response",
    "reason",
    "offer__code",
    "price_shown",
)


_NOBODY = Value(None, models.BigIntegerField())


def read(asked: Filter) -> tuple[Talk, ...]:
    """This will read the standing consultations of the filter, with what was presented in them, by
    moment of recording."""
    return _read(conditions(asked), names=asked.names)


def of_days(asked: Filter, days: Collection[date]) -> tuple[Talk, ...]:
    """This will read some days of the filter's places, whatever period it asks for."""
    where = {**who_and_where(asked), **_what(asked), "business_date__in": days}
    return _read(where, names=asked.names)


def of_day(day: date) -> tuple[Talk, ...]:
    """This will read one day of the whole bank, and who recorded."""
    return _read({"business_date": day}, names=True)


def of_records(records: models.QuerySet[Consultation]) -> tuple[Talk, ...]:
    """This will read these records with what was presented in them, without who recorded."""
    rows = list(records.annotate(who=_NOBODY).values_list(*_TALK))
    items = _by_record(ConsultationItem.objects.filter(consultation__in=records.values("pk")))
    return tuple(Talk(*row, items=tuple(items.get(row[0], ()))) for row in rows)


def _read(where: Mapping[str, Any], *, names: bool) -> tuple[Talk, ...]:
    rows = list(_talks(where, names=names))
    items = _items(where)
    return tuple(Talk(*row, items=tuple(items.get(row[0], ()))) for row in rows)


def _talks(where: Mapping[str, Any], *, names: bool) -> models.QuerySet[Consultation]:
    who = F("employee_id") if names else _NOBODY
    standing = Consultation.objects.standing().filter(**where)
    return standing.annotate(who=who).order_by("recorded_at", "pk").values_list(*_TALK)


def _items(where: Mapping[str, Any]) -> dict[int, list[Item]]:
    """Also of records that do not stand: one may be corrected between the two reads, and then the
    first read still needs its answers."""
    found = ConsultationItem.objects.filter(
        **{f"consultation__{name}": value for name, value in where.items()}
    )
    return _by_record(found)


def _by_record(found: models.QuerySet[ConsultationItem]) -> dict[int, list[Item]]:
    items: dict[int, list[Item]] = defaultdict(list)
    for row in found.order_by("place", "pk").values_list(*_ITEM):
        items[row[0]].append(Item(*row[:6], row[6] or "", row[7]))
    return items


def withdrawn(asked: Filter) -> set[tuple[int, str]]:
    """This will read what customers took with an offer and withdrew in time.

    Shape: (consultation, cross). Only where an offer was used does anybody note a withdrawal.
    """
    back = Redemption.objects.standing().filter(
        reversed_at__isnull=False, item__isnull=False, **conditions(asked, "consultation__")
    )
    return set(back.values_list("consultation_id", "item__product_code"))


def conditions(asked: Filter, prefix: str = "") -> dict[str, Any]:
    """The filter as conditions on consultations."""
    everything = {**who_and_where(asked), **_what(asked), **when(asked)}
    return {f"{prefix}{name}": value for name, value in everything.items()}


def who_and_where(asked: Filter) -> dict[str, Any]:
    """Of consultations and of day sheets."""
    here: dict[str, Any] = {"branch__in": [place.pk for place in asked.places]}
    return here | ({"employee__username": asked.staff.code} if asked.staff else {})


def _what(asked: Filter) -> dict[str, Any]:
    return {"main__code": asked.main.code} if asked.main else {}


def when(asked: Filter) -> dict[str, Any]:
    return {"business_date__gte": asked.since, "business_date__lt": asked.until}
