"""One ISO week of one branch, as the paper sheet had it: for its wall and its Monday talk."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import formats
from django.utils.translation import gettext as _

from crossbank.engine.tally import Counts
from crossbank.engine.terms import Snapshot
from crossbank.engine.workdays import Calendar
from crossbank.review import measures, words
from crossbank.review.measures import Measure
from crossbank.review.results import Figures, MissedRow
from crossbank.review.scope import Scope
from crossbank.review.terms import ONE_DAY, Filter

TOP = 3  # missed opportunities: what one talk holds
_WEEK = timedelta(weeks=1)
_WRITTEN = re.compile(r"(20\d\d)-W(\d\d)", re.ASCII)
_SHARES = ("cross_rate", "depth", "coverage", "acceptance")


class NoWeek(ValueError):
    """What was written is no week."""


def monday_of(written: str) -> date:
    """This will read a week as browsers send it, `2026-W48`. Raises: NoWeek."""
    parts = _WRITTEN.fullmatch(written)
    try:
        return date.fromisocalendar(int(parts[1]), int(parts[2]), 1)
    except (TypeError, ValueError):
        raise NoWeek(written) from None


def written(day: date) -> str:
    """The week of a day, as `monday_of` reads it."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def last_full(today: date) -> date:
    """The Monday of the newest week that is over."""
    return today - timedelta(days=today.weekday()) - _WEEK


def last_day(monday: date) -> date:
    return monday + _WEEK - ONE_DAY


def is_one_place(scope: Scope) -> bool:
    return len({place.now for place in scope.places}) == 1


def address(asked: Filter, scope: Scope, *, today: date) -> str:
    """The end of the address of the week in which a filter ends; empty where no sheet counts what
    the filter does.

    A branch that is named stands alone on its sheet; those that were merged into it count with it
    only where nobody needs to name it, because the reader sees no other.
    """
    if asked.since > today:
        return ""
    if asked.places == scope.places and is_one_place(scope):
        return query("", min(asked.last, today))
    return query(asked.places[0].code, min(asked.last, today)) if len(asked.places) == 1 else ""


def query(branch: str, day: date) -> str:
    return urlencode({**({"branch": branch} if branch else {}), "week": written(day)})


def nameless(asked: Filter) -> Filter:
    """The same without anybody's name: what hangs on a wall names nobody."""
    return replace(asked, names=False, staff=None)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A day. `counts` is None where it has not come yet: there is room to write."""

    figure: str
    label: str
    counts: Counts | None
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A pair that customers did not hear of. `why`: what it is good for; `refused`: why others
    declined it most often."""

    figure: str
    row: MissedRow
    why: str
    refused: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """What the sheet prints. Shape: `lines` from Monday on, without closed days on which nobody
    came; `shares` in the order of `_SHARES`; at most TOP `missed`."""

    title: str
    period: str
    lines: tuple[Line, ...]
    shares: tuple[Measure, ...]
    missed: tuple[Missed, ...]
    is_over: bool


def week(figures: Figures, *, calendar: Calendar, today: date, shown: Snapshot | None) -> Week:
    """This will lay out the figures of a week. `shown`: the matrix that says what a pair is for."""
    asked = figures.asked
    year, number, _weekday = asked.since.isocalendar()
    everything = (*measures.tally(figures), *measures.served(figures))
    return Week(
        title=_("Week %(number)s, %(year)s") % {"number": number, "year": year},
        period=words.period(asked.since, asked.last),
        lines=tuple(_lines(figures, calendar=calendar, today=today)),
        shares=tuple(one for name in _SHARES for one in everything if one.figure == name),
        missed=tuple(_missed(row, shown) for row in figures.missed[:TOP]),
        is_over=asked.last < today,
    )


def _lines(figures: Figures, *, calendar: Calendar, today: date) -> Iterable[Line]:
    for span in figures.by_day:
        is_open = calendar.is_open(span.since)
        if is_open or span.counts != Counts():
            day = span.since.isoformat()
            yield Line(
                figure=f"span:{day}:{day}",
                label=formats.date_format(span.since, _("D j M")),
                counts=span.counts if span.since <= today else None,
                is_open=is_open,
            )


def _missed(row: MissedRow, shown: Snapshot | None) -> Missed:
    pair = shown.pair(row.main.code, row.cross.code) if shown else None
    return Missed(
        figure=f"missed:{row.main.code}:{row.cross.code}",
        row=row,
        why=pair.reason if pair else "",
        refused=words.reason(row.top_reason) if row.top_reason else "",
    )


def neighbours(branch: str, monday: date, *, today: date) -> tuple[str, str]:
    """The addresses of the week before and of the week after; empty where that has not begun."""
    after = monday + _WEEK
    return query(branch, monday - ONE_DAY), query(branch, after) if after <= today else ""
