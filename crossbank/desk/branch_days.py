"""The sheets of a branch as values: who closed which day, what came since, what waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.entries import Entry
from crossbank.desk.kept_entries import from_plain, without_numbers
from crossbank.desk.models import Approval, Bucket, DayClose, DaySheet, LateEntry, Response
from crossbank.desk.rows import bucket_and_depth
from crossbank.desk.sheet_states import sheet_counts, state
from crossbank.engine.closing import REOPENED_DAYS, DayState, is_within_reach
from crossbank.engine.tally import Counts
from crossbank.engine.workdays import Calendar
from crossbank.org import switches
from crossbank.org.access import may_see_names
from crossbank.org.models import Branch, Switch, User

Calendars = Mapping[int, Calendar]
LONGEST = 31  # days on one page of sheets
MOST_TO_APPROVE = 500  # at once; the others come when these are done


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One person's day. `name` is empty where the reader may not see it; `number` tells it apart."""

    sheet: DaySheet
    name: str
    counts: Counts
    state: DayState
    closes: tuple[DayClose, ...]
    is_own: bool  # the reader's own day, or signed by him
    may_reopen: bool
    late_at: tuple[datetime, ...]  # when late entries were accepted into it

    @property
    def signature(self) -> DayClose | None:
        return next((c for c in self.closes if c.is_signed and c.reopened_at is None), None)

    @property
    def reopened(self) -> tuple[DayClose, ...]:
        return tuple(close for close in self.closes if close.reopened_at is not None)

    @property
    def since(self) -> int:
        """How many late entries changed it after the signature, be the sums the same again."""
        if self.signature is None:
            return 0
        return sum(at >= self.signature.signed_at for at in self.late_at)

    @property
    def approval(self) -> Approval | None:
        """Of the signature; asked only where the bank wants one."""
        return getattr(self.signature, "approval", None)

    @property
    def agrees(self) -> bool:
        """Nothing about it asks for a second look."""
        return not (self.paper or self.since or self.reopened)

    @property
    def paper(self) -> DayClose | None:
        """The close whose count on paper differs from the sheet's."""
        close = next((c for c in self.closes if c.reopened_at is None), None)
        return close if close and close.is_signed and close.differs_on_paper else None


@dataclass(frozen=True, kw_only=True)
class BranchDay:
    on: date
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A late entry in words. `is_own`: the reader handed it in, so another one decides."""

    late: LateEntry
    name: str
    bucket: str
    is_paper: bool
    said: tuple[str, ...]
    note: str
    is_own: bool


def last_days(
    branches: Iterable[Branch], calendars: Calendars, *, at: datetime
) -> tuple[date, date]:
    """From the earliest day that somebody of these branches could still reopen to the latest today,
    as far as one page reaches; both included.
    """
    todays = {branch.pk: branch.local_day(at) for branch in branches}
    last = max(todays.values(), default=timezone.localdate(at))
    first = min((_reach(day, calendars[pk]) for pk, day in todays.items()), default=last)
    return max(first, last - timedelta(days=LONGEST - 1)), last


def _reach(today: date, calendar: Calendar) -> date:
    back = (today - timedelta(days=n) for n in range(LONGEST - 1, REOPENED_DAYS - 1, -1))
    return next(
        (day for day in back if is_within_reach(day, today=today, calendar=calendar)), today
    )


def days(
    branches: Iterable[Branch],
    calendars: Calendars,
    *,
    period: tuple[date, date],
    at: datetime,
    reader: User,
    with_approvals: bool = False,
) -> list[BranchDay]:
    """This will read the sheets of some days, the latest day first; both ends inclusive.

    By name only for who may see names: the order would give them away.
    """
    by_name = ["employee__first_name"] if may_see_names(reader) else []
    sheets = DaySheet.objects.filter(branch__in=branches, business_date__range=period)
    ordered = sheets.prefetch_related("closes__approval" if with_approvals else "closes").order_by(
        "-business_date", "branch__code", *by_name, "pk"
    )
    return [
        BranchDay(on=on, rows=tuple(group))
        for on, group in groupby(
            _rows(ordered, calendars, at=at, reader=reader), key=lambda row: row.sheet.business_date
        )
    ]


def to_approve(
    branches: Iterable[Branch], calendars: Calendars, *, at: datetime, reader: User
) -> list[SheetRow]:
    """This will read the signed days that nobody approved, the longest waiting first, at most
    MOST_TO_APPROVE; those that were signed since the bank wants it."""
    wanted_since = Switch.objects.filter(key=switches.DAY_APPROVAL).values("changed_at")
    waits = DayClose.objects.standing().signed().filter(approval=None)
    sheets = DaySheet.objects.filter(
        branch__in=branches, closes__in=waits.filter(signed_at__gte=Subquery(wanted_since))
    )
    ordered = sheets.prefetch_related("closes").order_by("business_date", "pk")
    return _rows(ordered[:MOST_TO_APPROVE], calendars, at=at, reader=reader)


def _rows(
    sheets: QuerySet[DaySheet], calendars: Calendars, *, at: datetime, reader: User
) -> list[SheetRow]:
    """In the order they come, in a fixed number of queries."""
    found = list(sheets.select_related("employee", "branch"))
    late_at, shows_names = _late_at(found), may_see_names(reader)
    return [
        _row(
            sheet,
            calendars[sheet.branch_id],
            late_at=late_at[sheet.employee_id, sheet.business_date],
            at=at,
            reader=reader,
            shows_names=shows_names,
        )
        for sheet in found
    ]


def _late_at(sheets: Iterable[DaySheet]) -> Mapping[tuple[int, date], list[datetime]]:
    """(employee, day) -> when late entries of that day were accepted; asked of signed days alone."""
    found: defaultdict[tuple[int, date], list[datetime]] = defaultdict(list)
    signed = [sheet for sheet in sheets if sheet.closed_at]
    if not signed:
        return found
    days = [sheet.business_date for sheet in signed]
    accepted = LateEntry.objects.filter(
        employee__in={sheet.employee_id for sheet in signed},
        business_date__range=(min(days), max(days)),
        state=LateEntry.State.ACCEPTED,
    )
    for employee, day, decided_at in accepted.values_list(
        "employee_id", "business_date", "decided_at"
    ):
        found[employee, day].append(decided_at)
    return found


def _row(
    sheet: DaySheet,
    calendar: Calendar,
    *,
    late_at: Iterable[datetime],
    at: datetime,
    reader: User,
    shows_names: bool,
) -> SheetRow:
    branch, day = sheet.branch, sheet.business_date
    now = state(sheet, day=day, branch=branch, at=at, calendar=calendar)
    within = is_within_reach(day, today=branch.local_day(at), calendar=calendar)
    is_own = reader.pk in (sheet.closed_by_id, sheet.employee_id)
    return SheetRow(
        sheet=sheet,
        name=sheet.employee.display_name if shows_names else "",
        counts=sheet_counts(sheet),
        state=now,
        closes=tuple(sorted(sheet.closes.all(), key=lambda close: close.pk)),
        is_own=is_own,
        may_reopen=now is DayState.SIGNED and within and not is_own,
        late_at=tuple(late_at),
    )


def waiting(branches: Iterable[Branch], *, reader: User) -> list[Waiting]:
    """The late entries that wait for a decision, the oldest day first."""
    rows = list(
        LateEntry.objects.waiting()
        .in_branches(branches)
        .select_related("employee", "author", "branch")
        .order_by("business_date", "pk")
    )
    # what a number is sealed for is the call, not this page
    entries = [from_plain(without_numbers(row.entry)) for row in rows]
    codes = {code for entry in entries for code in entry.presented}
    names = dict(Product.objects.filter(code__in=codes).values_list("code", "name"))
    shows_names = may_see_names(reader)
    return [
        Waiting(
            late=row,
            name=row.employee.display_name if shows_names else "",
            bucket=str(Bucket(bucket_and_depth(entry)[0]).label),
            is_paper=entry.paper_taken is not None,
            said=tuple(_said(entry, names)),
            note=entry.note or entry.replace_reason,
            is_own=reader.pk in (row.author_id, row.employee_id),
        )
        for row, entry in zip(rows, entries, strict=True)
    ]


def _said(entry: Entry, names: Mapping[str, str]) -> Iterable[str]:
    for answer in entry.answers:
        label = str(Response(answer.response).label).lower()
        yield f"{names.get(answer.code, answer.code)} ({label})"
