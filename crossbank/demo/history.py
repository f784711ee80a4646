"""Weeks of invented life, written as rows of the same shape as recorded ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from crossbank.conduct import services as conduct
from crossbank.demo import bank, bulk, days, staff, world
from crossbank.demo.days import Played, Shift
from crossbank.demo.world import Clerk, World
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.desk.rows import build, counts_of
from crossbank.desk.services import sheet_counts
from crossbank.engine.tally import Counts, fold
from crossbank.matrix import editions
from crossbank.org.models import Branch, Holiday, OpeningHours

TEST_BRANCH = "B01"
_BATCH = 3000  # consultations in memory at a time
_DAY = timedelta(days=1)
_SATURDAY = 5


def test_day_before(today: date) -> date:
    """The last Monday to Friday before that day, holidays notwithstanding."""
    day = today - _DAY
    while day.weekday() >= _SATURDAY:
        day -= _DAY
    return day


def days_before(today: date, *, days: int) -> list[date]:
    """So many days that end yesterday; always as far back as the test day."""
    first = min(today - days * _DAY, test_day_before(today))
    return [first + n * _DAY for n in range((today - first).days)]


@dataclass(kw_only=True)
class Written:
    """What was written so far."""

    consultations: int = 0
    answers: int = 0
    sheets: int = 0


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When branches are open: (branch row, weekday) -> hours, and (branch row, day) closed."""

    hours: dict[tuple[int, int], tuple[time, time]]
    holidays: frozenset[tuple[int, date]]

    def open_on(self, branch: Branch, day: date) -> tuple[time, time] | None:
        if (branch.pk, day) in self.holidays:
            return None
        return self.hours.get((branch.pk, day.weekday()))


def calendar() -> Calendar:
    rows = OpeningHours.objects.values_list("branch_id", "weekday", "opens_at", "closes_at")
    return Calendar(
        hours={(branch, weekday): (opens, closes) for branch, weekday, opens, closes in rows},
        holidays=frozenset(Holiday.objects.values_list("branch_id", "on")),
    )


def begins(today: date, *, days_back: int) -> datetime:
    """The first moment of the history, anywhere on earth."""
    first = days_before(today, days=days_back)[0]
    return datetime.combine(first, time(0), tzinfo=UTC) - _DAY


def play(*, today: date, days_back: int, seed: int) -> Written:
    """This will write the history of the sample bank, test day included; all of it or nothing."""
    edition = editions.current(begins(today, days_back=days_back))
    invented = world.build(seed=seed, edition=edition)
    return write(bank_days(invented, today=today, days_back=days_back))


def bank_days(world: World, *, today: date, days_back: int) -> Iterator[tuple[Shift, list[Played]]]:
    """The sample bank's days, oldest first; nothing is written."""
    clerks, open_days = staff.of_the_bank(), calendar()
    test_day = test_day_before(today)
    for day in days_before(today, days=days_back):
        shifts = [
            days.shift(world=world, clerk=clerk, day=day, hours=hours, today=today)
            for clerk in clerks
            if (hours := _hours(open_days, clerk, day, test_day))
        ]
        at_test = [shift for shift in shifts if _is_test(shift.clerk, day, test_day)]
        if at_test:
            yield from days.planned(at_test)
        for shift in shifts:
            if not _is_test(shift.clerk, day, test_day):
                yield shift, list(days.ordinary(shift))


def _is_test(clerk: Clerk, day: date, test_day: date) -> bool:
    return day == test_day and clerk.branch.code == TEST_BRANCH


def _hours(
    open_days: Calendar, clerk: Clerk, day: date, test_day: date
) -> tuple[time, time] | None:
    if _is_test(clerk, day, test_day):  # holidays notwithstanding
        return open_days.hours.get((clerk.branch.pk, day.weekday()), (time(9), time(18)))
    return open_days.open_on(clerk.branch, day)


@dataclass(kw_only=True)
class _Pile:
    """Rows that wait to be written together."""

    records: list[Consultation] = field(default_factory=list)
    corrections: list[Consultation] = field(default_factory=list)
    items: list[ConsultationItem] = field(default_factory=list)
    sheets: list[DaySheet] = field(default_factory=list)
    voided: list[Consultation] = field(default_factory=list)

    def write(self) -> None:
        # what is corrected comes before what corrects it: a row must have its number
        for rows in (self.records, self.corrections, self.items, self.sheets):
            bulk.write(rows)
        for record in self.voided:
            conduct.record(
                action="consultation_voided",
                subject=str(record.uuid),
                detail={"reason": record.void_reason},
                at=record.voided_at,
                by=record.voided_by,
            )


@transaction.atomic
def write(played_days: Iterable[tuple[Shift, list[Played]]]) -> Written:
    """This will write days with their sheets in large batches; all of them or none."""
    written, pile = Written(), _Pile()
    for shift, played in played_days:
        if played:
            _add_day(pile, shift, played)
        if len(pile.records) >= _BATCH:
            _flush(pile, written)
            pile = _Pile()
    _flush(pile, written)
    return written


def _flush(pile: _Pile, written: Written) -> None:
    pile.write()
    written.consultations += len(pile.records) + len(pile.corrections)
    written.answers += len(pile.items)
    written.sheets += len(pile.sheets)


def _add_day(pile: _Pile, shift: Shift, played: list[Played]) -> None:
    counted: list[Counts] = []
    for one in played:
        record = _record(pile.records, pile.items, one)
        if one.void_reason:
            record.voided_at, record.voided_by = one.voided_at, record.employee
            record.void_reason = one.void_reason
            pile.voided.append(record)
        elif one.correction:
            record.replaced_at = one.correction.scene.received_at
            right = _record(pile.corrections, pile.items, one.correction)
            right.replaces = record
            counted.append(counts_of(right))
        else:
            counted.append(counts_of(record))
    pile.sheets.append(_sheet(shift, fold(counted)))


def _record(
    records: list[Consultation], items: list[ConsultationItem], played: Played
) -> Consultation:
    record, presented = build(played.entry, played.scene, source=played.source)
    records.append(record)
    items.extend(presented)
    return record


def _sheet(shift: Shift, counts: Counts) -> DaySheet:
    return DaySheet(
        employee=shift.clerk.user,
        branch=shift.clerk.branch,
        business_date=shift.day,
        main_only=counts.main_only,
        plus_one=counts.plus_one,
        plus_two=counts.plus_two,
        no_main=counts.no_main,
        presented=counts.presented,
        taken=counts.taken,
    )


def counts_on(day: date, *, branch: str) -> Counts:
    """What all sellers of a branch counted together on that day."""
    sheets = DaySheet.objects.filter(branch__code=branch, business_date=day).order_by("pk")
    return fold(sheet_counts(sheet) for sheet in sheets)


def today_at(at: datetime, *, branch: str = TEST_BRANCH) -> date:
    """The day on the wall of the test branch, by the data file: the branch may not exist yet."""
    zones: dict[str, Any] = {row["code"]: row["time_zone"] for row in bank.read("org")["branches"]}
    return at.astimezone(ZoneInfo(zones[branch])).date()
