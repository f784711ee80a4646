"""The due list as values: what is late, what is for today, what comes in the next open days."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from crossbank.calls.models import Task
from crossbank.engine.workdays import Calendar, add_workdays, on_or_after
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

DAYS_AHEAD = 5  # open days
MOST = 200  # on one page; what is late longest comes first


@dataclass(frozen=True, kw_only=True)
class Line:
    """One call on the day on which it can be made; `key` opens it from the keyboard, "" past the
    ninth."""

    task: Task
    on: date
    key: str = ""

    @property
    def is_moved(self) -> bool:
        """The customer's day is one on which the branch is closed."""
        return self.task.attempts == 0 and self.on != self.task.asked_on


@dataclass(frozen=True, kw_only=True)
class Day:
    on: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class DueList:
    """`late`, `soon` and `later` by day; `today` alone. `more`: there are further ones than are
    shown."""

    today: date
    is_open: bool
    late: tuple[Day, ...]
    due: tuple[Line, ...]
    soon: tuple[Day, ...]
    later: tuple[Day, ...]
    more: bool

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.due or self.soon or self.later)


@dataclass(frozen=True, kw_only=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Things of one name that end on one day, with the pages that tell more; `is_rest`: it stands
    for those that are too many to be named."""

    on: date
    words: str
    links: tuple[Link, ...] = ()
    is_rest: bool = False


Source = Callable[[Branch, datetime], Iterable[Reminder]]
_sources: list[Source] = []


def add_source(source: Source) -> Source:
    """This will let an upper room remind a branch of what it knows; read with the list."""
    _sources.append(source)
    return source


def reminders(branch: Branch, *, at: datetime) -> list[Reminder]:
    """This will gather what other rooms remind this branch of, the soonest first."""
    return sorted(
        (one for source in _sources for one in source(branch, at)),
        key=lambda one: (one.on, one.is_rest, one.words),
    )


def due_list(user: User, *, at: datetime) -> DueList:
    """This will read what a person may see of the calls; those after the fifth open day come apart.

    Inside a day by the employee's name, those of the whole branch last, then as promised: nobody is
    ranked, nobody counted.
    """
    branch = user.branch
    today, calendar = branch.local_day(at), calendar_of(branch)
    until = add_workdays(today, DAYS_AHEAD, calendar)
    rows = Task.objects.visible_to(user).waiting(today).with_story().order_by("due_on", "pk")
    found = list(rows[: MOST + 1])
    return _sorted(
        list(lines_of(found[:MOST], calendar)), today, until, calendar, more=len(found) > MOST
    )


def lines_of(tasks: Iterable[Task], calendar: Calendar) -> Iterator[Line]:
    """This will put calls on their days as the calendar is now: a holiday that was entered after
    the promise moves the call, too."""
    return (Line(task=task, on=on_or_after(task.due_on, calendar)) for task in tasks)


def _sorted(
    lines: list[Line], today: date, until: date, calendar: Calendar, *, more: bool
) -> DueList:
    lines.sort(
        key=lambda line: (line.on, line.task.employee is None, _name(line.task), line.task.pk)
    )
    keyed = [
        replace(line, key=str(place) if place <= 9 else "")
        for place, line in enumerate(lines, start=1)
    ]
    return DueList(
        today=today,
        is_open=calendar.is_open(today),
        late=_by_day(line for line in keyed if line.on < today),
        due=tuple(line for line in keyed if line.on == today),
        soon=_by_day(line for line in keyed if today < line.on <= until),
        later=_by_day(line for line in keyed if line.on > until),
        more=more,
    )


def _name(task: Task) -> str:
    return task.employee.display_name if task.employee else ""


def _by_day(lines: Iterable[Line]) -> tuple[Day, ...]:
    days = groupby(lines, key=lambda line: line.on)
    return tuple(Day(on=on, lines=tuple(found)) for on, found in days)


def due_now(user: User, *, at: datetime) -> int:
    """This will count what a person himself has to call by today, late ones included.

    One query when there is nothing; the branch's calendar is asked for only then.
    """
    today = user.branch.local_day(at)
    tasks = list(Task.objects.owned_by(user).waiting(today).due_until(today))
    if not tasks:
        return 0
    return sum(line.on <= today for line in lines_of(tasks, calendar_of(user.branch)))
