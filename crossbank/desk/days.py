"""An employee's own day as values: the three columns, the tries, and what was left unsaid."""

from dataclasses import dataclass
from datetime import date
from statistics import median

from crossbank.desk.models import Consultation, ConsultationItem, DaySheet, Source
from crossbank.desk.services import sheet_counts
from crossbank.engine import tally
from crossbank.engine.tally import Counts
from crossbank.engine.terms import ProductTerms
from crossbank.matrix import editions
from crossbank.org.models import User

_HALF = {"main_only", "plus_one"}  # customers who may have left with half a solution
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
    """`median_ms`: hands-on time at the desk, for this person alone; None when unknown."""

    on: date
    counts: Counts
    lines: tuple[Line, ...]
    gone: tuple[Consultation, ...]  # voided or corrected today: they stay visible, uncounted
    median_ms: int | None
    is_closed: bool

    @property
    def median_seconds(self) -> int | None:
        return None if self.median_ms is None else round(self.median_ms / 1000)


def day(employee: User, on: date) -> Day:
    """This will read one day of one person in a fixed number of queries.

    Shape: lines with nothing offered first, then the latest first.
    """
    records = list(
        Consultation.objects.of_day(employee, on).with_story().order_by("-recorded_at", "-pk")
    )
    sheet = DaySheet.objects.filter(employee=employee, business_date=on).first()
    lines = [_line(record) for record in records if record.is_standing]
    times = [line.record.hands_on_ms for line in lines if line.record.hands_on_ms is not None]
    return Day(
        on=on,
        counts=sheet_counts(sheet),
        lines=tuple(sorted(lines, key=lambda line: not line.nothing_offered)),
        gone=tuple(record for record in records if not record.is_standing),
        median_ms=int(median(times)) if times else None,
        is_closed=bool(sheet and sheet.closed_at),
    )


def _line(record: Consultation) -> Line:
    items = tuple(record.items.all())
    counted = record.bucket in _HALF and record.source != Source.PAPER
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
