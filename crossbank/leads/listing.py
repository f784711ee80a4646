"""What the pages list: what a unit has to do, what became of one's own, which unit helps first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from crossbank.engine.leads import OPEN, Act, acts_from
from crossbank.engine.leads import State as Step
from crossbank.leads.models import Lead, LeadEvent, State, Unit
from crossbank.org.models import Branch, Role, User

SHOWN = 100  # of each list; what is older is counted


@dataclass(frozen=True, kw_only=True)
class Line:
    """One lead in a list. `last` is its latest event; None where lists do not tell it."""

    lead: Lead
    state: State
    is_new: bool
    is_late: bool
    is_due_today: bool
    is_open: bool
    last: LeadEvent | None = None


@dataclass(frozen=True, kw_only=True)
class Pile:
    lines: tuple[Line, ...]
    more: int = 0

    @property
    def has_news(self) -> bool:
        return self.more > 0 or any(one.is_new for one in self.lines)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Of the units one belongs to: what waits to be accepted, what is due, what goes its way."""

    new: tuple[Line, ...]
    due: tuple[Line, ...]
    waiting: tuple[Line, ...]
    more: int

    @property
    def count(self) -> int:
        return len(self.new) + len(self.due) + len(self.waiting) + self.more


def line(lead: Lead, *, at: datetime, last: LeadEvent | None = None) -> Line:
    today = lead.place.local_day(at)
    state = lead.state_at(at)
    return Line(
        lead=lead,
        state=state,
        is_new=lead.has_news(at),
        is_late=lead.is_late(today) and state in OPEN,
        is_due_today=lead.due_on == today and state in OPEN,
        is_open=state in OPEN,
        last=last,
    )


def queue(member: User, *, at: datetime) -> Queue:
    """This will sort the open leads of a person's units, the most urgent first."""
    waiting = Lead.objects.waiting_for(member, at)
    lines = [line(lead, at=at) for lead in waiting.with_names()[: SHOWN + 1]]
    more = waiting.count() - SHOWN if len(lines) > SHOWN else 0
    lines = lines[:SHOWN]
    is_due = [one.is_late or one.is_due_today for one in lines]
    is_new = [one.state == State.NEW for one in lines]
    both = list(zip(lines, is_new, is_due, strict=True))
    return Queue(
        new=tuple(one for one, new, _due in both if new),
        due=tuple(one for one, new, due in both if due and not new),
        waiting=tuple(one for one, new, due in both if not new and not due),
        more=more,
    )


def sent(employee: User, *, at: datetime) -> Pile:
    """This will tell what became of a person's own leads, the latest first."""
    return _pile(Lead.objects.sent_by(employee), at=at)


def of_branch(manager: User, *, at: datetime) -> Pile:
    """This will tell what a manager's branch handed on, his own apart."""
    rows = Lead.objects.filter(from_branch__in=_here(manager)).exclude(from_employee=manager)
    return _pile(rows, at=at)


def _pile(rows: QuerySet[Lead], *, at: datetime) -> Pile:
    events = LeadEvent.objects.select_related("by").order_by("number")
    latest = rows.with_names().prefetch_related(Prefetch("events", events)).order_by("-pk")
    found = list(latest[: SHOWN + 1])
    more = rows.count() - SHOWN if len(found) > SHOWN else 0
    lines = (line(lead, at=at, last=list(lead.events.all())[-1]) for lead in found[:SHOWN])
    return Pile(lines=tuple(lines), more=more)


def visible(user: User) -> QuerySet[Lead]:
    """One's own, those of one's units, and for a manager those of his branch."""
    mine = Q(from_employee=user) | Q(to_unit__in=Unit.objects.filter(members=user))
    if user.role == Role.MANAGER:
        mine |= Q(from_branch__in=_here(user))
    return Lead.objects.filter(mine).with_names()


def _here(manager: User) -> QuerySet[Branch]:
    return Branch.objects.of_place(manager.branch_id)


def acts_of(lead: Lead, *, at: datetime) -> tuple[Act, ...]:
    """What a member may do now; nothing with a lead whose time is over."""
    return acts_from(Step(lead.state_at(at)), connects=lead.to_unit.is_coordination)


def units_for(employee: User, codes: Iterable[str]) -> list[Unit]:
    """Units that may help, those first that serve what these products lead to; coordination last.

    What a main product leads to: itself, and what answers the needs it is taken for.
    """
    codes = [code for code in codes if code]
    fits = Q(products__code__in=codes) | Q(
        products__needs_as_cross__mains__code__in=codes,
        products__needs_as_cross__is_active=True,
    )
    rows = Unit.objects.in_use().with_people().exclude(members=employee)
    if not codes:
        return list(rows)
    counted = rows.annotate(fit=Count("products", filter=fits, distinct=True))
    return list(counted.order_by("is_coordination", "-fit", "order", "code"))
