"""Rows of the desk as review reads them: two queries, whatever the period and however many people.

Both reads cover the same consultations, so every figure made of them agrees with every other one,
also while the branches go on recording.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, Value

from crossbank.desk.models import Consultation, ConsultationItem, Source
from crossbank.org.models import User
from crossbank.review.terms import Filter, Named

# Counted on paper: in the tally, but nobody wrote down which products were spoken of.
COUNTED_ONLY = frozenset({Source.PAPER.value, Source.IMPORT.value})


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
    items: tuple[Item, ...]

    @property
    def counted_only(self) -> bool:
        return self.source in COUNTED_ONLY


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Shape: `talks` by moment of recording; `people` by row id, empty without the right."""

    talks: tuple[Talk, ...]
    people: dict[int, Named]


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


def read(asked: Filter) -> Facts:
    """This will read the standing consultations of the filter, with what was presented in them."""
    rows = list(_talks(asked))
    items = _items(asked)
    talks = tuple(Talk(*row, items=tuple(items.get(row[0], ()))) for row in rows)
    return Facts(talks=talks, people=_people(asked))


def _talks(asked: Filter) -> models.QuerySet[Consultation]:
    who = F("employee_id") if asked.names else Value(None, models.BigIntegerField())
    standing = Consultation.objects.standing().filter(**_conditions(asked))
    return standing.annotate(who=who).order_by("recorded_at", "pk").values_list(*_TALK)


def _items(asked: Filter) -> dict[int, list[Item]]:
    """Also of records that do not stand: one may be corrected between the two reads, and then the
    first read still needs its answers."""
    found = ConsultationItem.objects.filter(**_conditions(asked, "consultation__"))
    items: dict[int, list[Item]] = defaultdict(list)
    for row in found.order_by("place", "pk").values_list(*_ITEM):
        items[row[0]].append(Item(*row[:6], row[6] or "", row[7]))
    return items


def _conditions(asked: Filter, prefix: str = "") -> dict[str, Any]:
    conditions: dict[str, Any] = {
        "branch__in": [place.pk for place in asked.places],
        "business_date__gte": asked.since,
        "business_date__lt": asked.until,
    }
    if asked.staff:
        conditions["employee__username"] = asked.staff.code
    if asked.main:
        conditions["main__code"] = asked.main.code
    return {f"{prefix}{name}": value for name, value in conditions.items()}


def _people(asked: Filter) -> dict[int, Named]:
    if not asked.names:
        return {}
    recorded = Consultation.objects.filter(**_conditions(asked)).values("employee_id")
    people = User.objects.filter(pk__in=recorded).only("pk", "username", "first_name", "last_name")
    return {who.pk: Named(code=who.username, name=who.display_name) for who in people}
