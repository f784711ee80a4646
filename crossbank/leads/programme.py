"""The programme as numbers: leads, people and kept turnover by period; nobody is ranked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from crossbank.engine import badges as engine
from crossbank.engine.leads import Act, State
from crossbank.leads.models import Badge, Lead, LeadEvent, Level, NameConsent
from crossbank.org.access import FRONT
from crossbank.org.models import Role, User

FEWEST = 5  # people of a role, or leads, below whom a number would be about somebody
HALF, QUARTER = 6, 3  # months of a period
_PERIODS = {HALF: 6, QUARTER: 8}
# leads on which work began and was not taken back: of each lead the two acts alternate
_BEGAN = Count("pk", filter=Q(act=Act.QUALIFY)) - Count("pk", filter=Q(act=Act.UNQUALIFY))


@dataclass(frozen=True, kw_only=True)
class Period:
    """Leads handed on in it. `is_running`: it is not over yet.

    `kept_minor`: of wins whose cooling-off is over. `began`: work that was not taken back.
    """

    label: str
    short: str  # fits under its bar
    leads: int
    began: int
    people: int
    kept_minor: int
    is_running: bool


@dataclass(frozen=True, kw_only=True)
class RoleLine:
    """`began`, `won`: shares of its leads; None where too few people stand behind them."""

    label: str
    leads: int
    began: float | None
    won: float | None


@dataclass(frozen=True, kw_only=True)
class BadgeLine:
    year: int
    bronze: int
    silver: int
    gold: int


@dataclass(frozen=True, kw_only=True)
class Programme:
    periods: tuple[Period, ...]
    staff: int
    taking_part: int  # in the last twelve months
    potential_minor: int | None  # of leads on their way; None where it would be about somebody
    roles: tuple[RoleLine, ...]
    badges: tuple[BadgeLine, ...]
    named: tuple[tuple[str, str], ...]  # who agreed -> his badges, by name

    @property
    def share(self) -> float | None:
        return self.taking_part / self.staff if self.staff else None


def programme(*, months: int, at: datetime) -> Programme:
    """This will count the programme of the whole bank, in a fixed number of queries.

    `months`: 6 or 3, the length of a period; the running one is the last.
    """
    today = timezone.localdate(at)
    year_ago = _minus_year(today)
    front = User.objects.filter(role__in=FRONT, is_active=True)
    recent = Lead.objects.filter(handed_on__gt=year_ago, from_employee__in=front)
    standing = _standing()
    return Programme(
        periods=_periods(today, months, at),
        staff=front.count(),
        taking_part=recent.aggregate(n=Count("from_employee", distinct=True))["n"],
        potential_minor=_potential(at),
        roles=_roles(year_ago),
        badges=_badges(standing),
        named=_named(standing),
    )


def _minus_year(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _periods(today: date, months: int, at: datetime) -> tuple[Period, ...]:
    now = _place(today.year, today.month, months)
    first = now - _PERIODS[months] + 1
    starts = date(first * months // 12, first * months % 12 + 1, 1)
    leads = _by_place(Lead.objects.filter(handed_on__gte=starts), months, "handed_on")
    handed = {
        place: numbers
        for place, *numbers in leads.values_list(
            "place", Count("pk"), Count("from_employee", distinct=True)
        )
    }
    events = LeadEvent.objects.filter(lead__handed_on__gte=starts)
    began_in = _by_place(events, months, "lead__handed_on").annotate(began=_BEGAN)
    began = dict(began_in.values_list("place", "began"))
    wins = _by_place(_kept_wins(events, at), months, "lead__handed_on")
    kept = dict(wins.values_list("place", Sum("kept_minor")))
    return tuple(
        Period(
            label=_label(place, months),
            short=f"{place % (12 // months) + 1}/{place * months // 12 % 100:02}",
            leads=handed.get(place, (0, 0))[0],
            people=handed.get(place, (0, 0))[1],
            began=began.get(place, 0),
            kept_minor=kept.get(place) or 0,
            is_running=place == now,
        )
        for place in range(first, now + 1)
    )


def _kept_wins(events: QuerySet[LeadEvent], at: datetime) -> QuerySet[LeadEvent]:
    """Wins that stand and cannot be withdrawn from any more."""
    days = Cast(Coalesce("cooling_days", "lead__cooling_days"), IntegerField())
    cooling = ExpressionWrapper(days * timedelta(days=1), output_field=DurationField())
    kept_from = ExpressionWrapper(F("at") + cooling, output_field=DateTimeField())
    wins = events.filter(act=Act.WIN, lead__state=State.WON)
    return wins.annotate(kept_from=kept_from).filter(kept_from__lte=at)


def _potential(at: datetime) -> int | None:
    """What leads on their way are roughly worth, as their senders guessed."""
    told = Lead.objects.on_their_way(at).aggregate(
        n=Count("value_estimate_minor"), minor=Sum("value_estimate_minor")
    )
    return told["minor"] if told["n"] >= FEWEST else None


def _place(year: int, month: int, months: int) -> int:
    """The number of a period since the year 0."""
    return (year * 12 + month - 1) // months


def _by_place(rows: QuerySet[Any], months: int, day: str) -> QuerySet[Any]:
    """Grouped by period, in SQL; whole numbers divide downwards on both databases."""
    month = Cast(ExtractMonth(day) - 1, IntegerField())  # PostgreSQL extracts a decimal number
    of_year = Func(month, template=f"(%(expressions)s / {months:d})", output_field=IntegerField())
    place = Cast(ExtractYear(day) * (12 // months), IntegerField()) + of_year
    return rows.annotate(place=place).values("place").order_by("place")


def _label(place: int, months: int) -> str:
    per_year = 12 // months
    words = _("%(n)d. half %(year)d") if months == HALF else _("%(n)d. quarter %(year)d")
    return words % {"n": place % per_year + 1, "year": place // per_year}


def _roles(since: date) -> tuple[RoleLine, ...]:
    leads = Lead.objects.filter(handed_on__gt=since).values("from_role").order_by("from_role")
    events = LeadEvent.objects.filter(lead__handed_on__gt=since)
    by_role = events.values("lead__from_role").order_by("lead__from_role")
    began = dict(by_role.annotate(began=_BEGAN).values_list("lead__from_role", "began"))
    rows = leads.annotate(
        n=Count("pk"),
        people=Count("from_employee", distinct=True),
        won=Count("pk", filter=Q(state=State.WON)),
    ).values_list("from_role", "n", "people", "won")
    return tuple(
        RoleLine(
            label=str(Role(role).label),
            leads=n,
            began=began.get(role, 0) / n if people >= FEWEST else None,
            won=won / n if people >= FEWEST else None,
        )
        for role, n, people, won in rows
    )


def _standing() -> list[tuple[int, int, str]]:
    """(employee, year, level) of badges that stand, paused ones apart, as the ledger has them."""
    rows = Badge.objects.order_by("number").values_list("employee", "year", "level", "change")
    last = {(employee, year, level): change for employee, year, level, change in rows}
    shown = {engine.Change.EARNED, engine.Change.RESUMED}
    return [key for key, change in last.items() if change in shown]


def _badges(standing: Iterable[tuple[int, int, str]]) -> tuple[BadgeLine, ...]:
    counts: dict[int, dict[str, int]] = {}
    for _employee, year, level in standing:
        of_year = counts.setdefault(year, dict.fromkeys(Level.values, 0))
        of_year[level] += 1
    return tuple(BadgeLine(year=year, **counts[year]) for year in sorted(counts, reverse=True))


def _named(standing: Iterable[tuple[int, int, str]]) -> tuple[tuple[str, str], ...]:
    """By name, never by number: who agreed, and the badges that he has."""
    held: dict[int, list[str]] = {}
    for employee, year, level in sorted(standing, key=lambda one: one[1:]):
        held.setdefault(employee, []).append(f"{Level(level).label} {year}")
    agreed = NameConsent.objects.select_related("employee").filter(
        employee__in=held, employee__is_active=True
    )
    names = [(str(row.employee), ", ".join(held[row.employee_id])) for row in agreed]
    return tuple(sorted(names))
