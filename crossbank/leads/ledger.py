"""Events as stories, and the stored ledger: points and badges that only grow."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from crossbank.engine import badges, points
from crossbank.engine.badges import RULES, Rules
from crossbank.engine.leads import State
from crossbank.engine.points import Step, Story
from crossbank.leads.models import Badge, Lead, LeadEvent, PointEntry
from crossbank.org.models import User

_POINT = ("lead_id", "number", "employee_id", "at", "year", "change")
_BADGE = ("employee_id", "year", "level", "number", "at", "change", "paused_reason")
Key = tuple[Hashable, ...]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What the events say and the ledger lacks, and what it holds that they do not say."""

    missing: tuple[Key, ...]
    surplus: tuple[Key, ...]


def stories(*, sender: User | None = None) -> list[Story]:
    """This will read what happened to leads on which work began, in two queries; of one or all."""
    leads = Lead.objects.filter(events__to_state=State.QUALIFIED).distinct()
    if sender:
        leads = leads.filter(from_employee=sender)
    steps: dict[int, list[Step]] = {}
    zones: dict[int, ZoneInfo] = {}
    found = list(
        leads.order_by("pk").values_list(
            "pk", "from_employee_id", "cooling_days", "from_branch__time_zone"
        )
    )
    for pk, _sender, _days, zone in found:
        zones[pk], steps[pk] = ZoneInfo(zone), []
    events = LeadEvent.objects.filter(lead__in=leads.values("pk")).order_by("lead", "number")
    for lead, at, *rest in events.values_list(
        "lead_id", "at", "to_state", "by_id", "kept_minor", "cooling_days"
    ):
        if lead in steps:  # one that began between the two queries waits for the next reading
            steps[lead].append(_step(at, zones[lead], *rest))
    return [
        Story(lead=pk, sender=employee, cooling_days=days, steps=tuple(steps[pk]))
        for pk, employee, days, _zone in found
    ]


def _step(
    at: datetime, zone: ZoneInfo, to: str, by: int, kept_minor: int | None, cooling: int | None
) -> Step:
    return Step(
        at=at,
        year=at.astimezone(zone).year,
        to=State(to),
        by=by,
        kept_minor=kept_minor,
        cooling_days=cooling,
    )


def derived(*, at: datetime, rules: Rules = RULES) -> tuple[list[PointEntry], list[Badge]]:
    """The whole ledger as the events tell it up to a moment; nothing is written."""
    told = stories()
    entries = [
        PointEntry(
            lead_id=one.lead,
            number=one.number,
            employee_id=one.employee,
            at=one.at,
            year=one.year,
            change=one.change,
        )
        for one in points.points(told, at=at)
    ]
    lives = [
        Badge(
            employee_id=one.employee,
            year=one.year,
            level=one.level.value,
            number=one.number,
            at=one.at,
            change=one.change.value,
            paused_reason=f"{one.kept}/{one.known}" if one.known else "",
        )
        for one in badges.awards(told, at=at, rules=rules)
    ]
    return entries, lives


@transaction.atomic
def settle(*, at: datetime, rules: Rules = RULES) -> int:
    """This will add the entries that the events tell and the ledger lacks; gives how many.

    Again it adds nothing. What is there too much stays, because entries are written once; `drift`
    names it.
    """
    entries, lives = derived(at=at, rules=rules)
    fresh_points = _lacking(entries, PointEntry)
    fresh_badges = _lacking(lives, Badge)
    PointEntry.objects.bulk_create(fresh_points)
    Badge.objects.bulk_create(fresh_badges)
    return len(fresh_points) + len(fresh_badges)


def drift(*, at: datetime, rules: Rules = RULES) -> Drift:
    """This will compare the stored ledger with the one that the events tell at that moment."""
    entries, lives = derived(at=at, rules=rules)
    told = {_key(row, _POINT) for row in entries} | {_key(row, _BADGE) for row in lives}
    stored = {*_stored(PointEntry, _POINT), *_stored(Badge, _BADGE)}
    return Drift(
        missing=tuple(sorted(told - stored, key=str)), surplus=tuple(sorted(stored - told, key=str))
    )


def _lacking(rows: Iterable[Any], model: Any) -> list[Any]:
    """Rows whose place in the ledger is free; a place taken by something else is drift."""
    places = [f.attname for f in _place(model)]
    taken = set(model.objects.values_list(*places))
    return [row for row in rows if tuple(getattr(row, name) for name in places) not in taken]


def _place(model: Any) -> list[Any]:
    names = next(one.fields for one in model._meta.constraints if one.name.endswith("_once"))
    return [model._meta.get_field(name) for name in names]


def _stored(model: Any, names: tuple[str, ...]) -> set[Key]:
    return set(model.objects.values_list(*names))


def _key(row: Any, names: tuple[str, ...]) -> Key:
    return tuple(getattr(row, name) for name in names)


def state_drift() -> list[int]:
    """Leads that do not repeat their last event."""
    last: dict[int, tuple[str, int, int | None]] = {}
    events = LeadEvent.objects.order_by("lead", "number")
    for lead, *rest in events.values_list("lead_id", "to_state", "unit_id", "assignee_id"):
        last[lead] = tuple(rest)
    leads = Lead.objects.order_by("pk").values_list("pk", "state", "to_unit_id", "assignee_id")
    return [pk for pk, *rest in leads if last.get(pk) != tuple(rest)]
