"""An employee's own day as values: the three columns, the tries, and what was left unsaid."""

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from django.db import models

from crossbank.desk.models import (
    Bucket,
    Consultation,
    ConsultationItem,
    DayClose,
    DaySheet,
    LateEntry,
    Reflection,
)
from crossbank.desk.sheet_states import sheet_counts, state
from crossbank.engine import tally
from crossbank.engine.closing import DayState, is_within_reach
from crossbank.engine.tally import Counts
from crossbank.engine.terms import ProductTerms
from crossbank.engine.workdays import Calendar
from crossbank.matrix import editions
from crossbank.org.calendars import calendar_of
from crossbank.org.models import User

HALF = {Bucket.MAIN_ONLY, Bucket.PLUS_ONE}  # customers who may have left with half a solution
FIRST_YEAR = 2000  # before it there is no day sheet, and soon no calendar
_NAMED = 3  # of what was not mentioned: a reminder, not a list of faults


@dataclass(frozen=True, kw_only=True)
class Line:
    """One consultation of the day, and the strong and good crosses nobody mentioned in it."""

    record: Consultation
    items: tuple[ConsultationItem, ...]
    missed: tuple[ProductTerms, ...]
    nothing_offered: bool

    @property
    def missed_first(self) -> tuple[ProductTerms, ...]:
        return self.missed[:_NAMED]

    @property
    def missed_more(self) -> int:
        return len(self.missed) - len(self.missed_first)


@dataclass(frozen=True, kw_only=True)
class Day:
    """`median_ms`: hands-on time at the desk, for this person alone; None when unknown.

    `closes`: signatures and the draft, the oldest first; `late`: what came after them.
    """

    on: date
    counts: Counts
    lines: tuple[Line, ...]
    gone: tuple[Consultation, ...]  # voided or corrected today: they stay visible, uncounted
    median_ms: int | None
    sheet: DaySheet | None
    state: DayState
    takes_late: bool  # today, or at most five business days ago
    closes: tuple[DayClose, ...]
    late: tuple[LateEntry, ...]

    @property
    def is_open(self) -> bool:
        return self.state is DayState.OPEN

    @property
    def is_signed(self) -> bool:
        return bool(self.signatures) and self.state is DayState.SIGNED

    @property
    def has_lapsed(self) -> bool:
        return self.state is DayState.LAPSED

    @property
    def signatures(self) -> tuple[DayClose, ...]:
        return tuple(close for close in self.closes if close.is_signed)

    @property
    def close(self) -> DayClose | None:
        """The draft or the signature that holds."""
        return next((close for close in self.closes if close.reopened_at is None), None)

    @property
    def answers(self) -> tuple[Reflection, ...]:
        """Those of the evening that are about records which still count."""
        given = self.close.reflections.all() if self.close else ()
        return tuple(one for one in given if one.consultation.is_standing)

    @property
    def waiting_late(self) -> tuple[LateEntry, ...]:
        return tuple(one for one in self.late if one.is_waiting)

    @property
    def story(self) -> list[tuple[DayClose | None, list[LateEntry]]]:
        """Each signature with the late entries that were decided after it: the next one has them in
        its numbers. Those that were decided before any stand first, without one.
        """
        told: list[tuple[DayClose | None, list[LateEntry]]] = [(None, [])]
        told += [(close, []) for close in self.signatures]
        for one in self.late:
            if not one.is_waiting:
                before = (close.signed_at <= one.decided_at for close in self.signatures)
                told[sum(before)][1].append(one)
        return told

    @property
    def accepted_late(self) -> list[LateEntry]:
        """What changed the sum since it was signed last."""
        return [one for one in self.story[-1][1] if one.state == LateEntry.State.ACCEPTED]

    @property
    def latest(self) -> Consultation | None:
        """Who was served last, as `customer_views.latest` finds him."""
        at_the_desk = (line.record for line in self.lines if not line.record.is_counted_only)
        return max(at_the_desk, key=lambda record: record.pk, default=None)

    @property
    def median_seconds(self) -> int | None:
        return None if self.median_ms is None else round(self.median_ms / 1000)


def day(employee: User, on: date, *, at: datetime) -> Day:
    """This will read one day of one person in a fixed number of queries, today's without a calendar.

    Shape: lines with nothing offered first, then the latest first.
    """
    records = list(
        Consultation.objects.of_day(employee, on).with_story().order_by("-recorded_at", "-pk")
    )
    sheet = DaySheet.objects.filter(employee=employee, business_date=on).first()
    lines = [_line(record) for record in records if record.is_standing]
    times = [line.record.hands_on_ms for line in lines if line.record.hands_on_ms is not None]
    branch, today = employee.branch, employee.branch.local_day(at)
    calendar = calendar_of(branch) if on != today else Calendar()
    return Day(
        on=on,
        counts=sheet_counts(sheet),
        lines=tuple(sorted(lines, key=lambda line: not line.nothing_offered)),
        gone=tuple(record for record in records if not record.is_standing),
        median_ms=int(median(times)) if times else None,
        sheet=sheet,
        state=state(sheet, day=on, branch=branch, at=at, calendar=calendar),
        takes_late=is_within_reach(on, today=today, calendar=calendar),
        closes=_closes(sheet),
        late=tuple(_late(employee, on)),
    )


def _closes(sheet: DaySheet | None) -> tuple[DayClose, ...]:
    if sheet is None:
        return ()
    rows = sheet.closes.select_related("signed_by", "reopened_by").order_by("pk")
    return tuple(rows.prefetch_related("reflections__consultation"))


def _late(employee: User, on: date) -> models.QuerySet[LateEntry]:
    rows = LateEntry.objects.filter(employee=employee, business_date=on)
    return rows.select_related("decided_by", "consultation__replaces").order_by("pk")


def _line(record: Consultation) -> Line:
    items = tuple(record.items.all())
    counted = record.bucket in HALF and not record.is_counted_only
    missed: tuple[ProductTerms, ...] = ()
    if counted:
        snapshot = editions.load(record.edition_id).snapshot
        codes = tally.missed(
            snapshot,
            main=record.main_code,
            presented=[item.product_code for item in items],
            held=record.held,
            taken=[item.product_code for item in items if item.response == "accepted"],
        )
        missed = tuple(snapshot.product[code] for code in codes)
    return Line(
        record=record,
        items=items,
        missed=missed,
        nothing_offered=counted and not items,
    )
