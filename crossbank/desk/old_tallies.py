"""Old tallies, from paper or a workbook, taken over: looked at, then all of it or nothing.

Like lines of the paper sheet they are counted and no more: in the tally, never in figures of
products. They go only where nothing was recorded here yet, so nobody is counted twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.conduct import services as conduct
from crossbank.desk import many_records
from crossbank.desk.models import Consultation, DaySheet, OldTallies, Source
from crossbank.desk.old_tally_checks import Known, check, known, noon
from crossbank.desk.old_tally_rows import OldRow, digest_of, read
from crossbank.engine.tally import Counts, bucket_of, fold
from crossbank.org.models import User
from crossbank.org.uploads import CannotTakeOver, Moved
from crossbank.web.workbook_lists import Trouble
from crossbank.web.workbooks import Refused

_BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Month:
    """What a file adds up to in one branch and month; `on`: the month's first day."""

    branch: str
    on: date
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class OldPlan:
    """What a file would write; nothing while there are troubles.

    `digest`: of the rows and of everything they would point at, so that what is confirmed is what
    was shown. `file`: of the rows alone.
    """

    rows: tuple[OldRow, ...]
    troubles: tuple[Trouble, ...]
    file: str
    known: Known

    @property
    def customers(self) -> int:
        return sum(row.customers for row in self.rows)

    @property
    def days(self) -> int:
        """How many day sheets it makes."""
        return len({(row.employee, row.day) for row in self.rows})

    @property
    def first_on(self) -> date:
        return min(row.day for row in self.rows)

    @property
    def last_on(self) -> date:
        return max(row.day for row in self.rows)

    @property
    def months(self) -> tuple[Month, ...]:
        sums: dict[tuple[str, date], list[Counts]] = defaultdict(list)
        for row in self.rows:
            sums[row.branch, row.day.replace(day=1)].append(counts_of(row))
        return tuple(
            Month(branch=branch, on=on, counts=fold(found))
            for (branch, on), found in sorted(sums.items())
        )

    @property
    def total(self) -> Counts:
        return fold(counts_of(row) for row in self.rows)

    @property
    def digest(self) -> str:
        told = (self.known.told(row) for row in self.rows)
        return sha256("\n".join([self.file, *told]).encode()).hexdigest()


def counts_of(row: OldRow) -> Counts:
    """What one row adds to its day sheet; a customer of main + 2 took two at least."""
    main_only, plus_one, plus_two = row.counts
    return Counts(
        main_only=main_only,
        plus_one=plus_one,
        plus_two=plus_two,
        taken=plus_one + 2 * plus_two,
    )


def plan(content: bytes, *, at: datetime) -> OldPlan:
    """This will say what a file would write, and everything that stands against it.

    Raises Refused, for a file that was taken over before too.
    """
    rows, troubles = read(content)
    file = digest_of(rows)
    before = OldTallies.objects.filter(digest=file).select_related("by").first()
    if rows and before:
        raise Refused(
            _("%(person)s has taken this file over before. Nothing is counted twice.")
            % {"person": before.by}
        )
    found = known(rows)
    troubles += check(rows, found, at=at)
    tabs = [row.line.title for row in rows[:1]]
    in_order = sorted(troubles, key=lambda trouble: trouble.place(tabs))
    return OldPlan(rows=tuple(rows), troubles=tuple(in_order), file=file, known=found)


def take_over(*, content: bytes, seen: str, at: datetime, by: User) -> OldTallies:
    """This will write every customer of a file with the sheets that count them, or nothing.

    `seen`: the digest of the plan that was shown. Raises Refused, CannotTakeOver and Moved with the
    plan as it is now; IntegrityError when somebody records on one of its days at this moment.
    """
    now = plan(content, at=at)  # the slow half, before anything is locked
    if now.troubles:
        raise CannotTakeOver(now)
    if now.digest != seen:
        raise Moved(now)
    alike = (pair for row in now.rows for pair in _records(row, now.known, at=at, by=by))
    return _write(now, many_records.prepared(alike), at=at, by=by)


@transaction.atomic
def _write(now: OldPlan, records: many_records.Prepared, *, at: datetime, by: User) -> OldTallies:
    made = OldTallies.objects.create(  # first: of two who send the same file one waits here
        digest=now.file,
        rows=len(now.rows),
        customers=len(records),
        first_on=now.first_on,
        last_on=now.last_on,
        at=at,
        by=by,
    )
    conduct.record(
        action="old_tallies_taken_over",
        subject=f"{made.first_on} to {made.last_on}",
        detail={"customers": made.customers, "rows": made.rows, "days": now.days, "file": now.file},
        at=at,
        by=by,
    )
    many_records.insert(records)
    # last, as everywhere; plain inserts, so that a sheet that came meanwhile stops all of it
    DaySheet.objects.bulk_create(_sheets(now.rows, now.known), batch_size=_BATCH)
    return made


def _records(
    row: OldRow, found: Known, *, at: datetime, by: User
) -> Iterator[tuple[Consultation, int]]:
    """One unsaved record for each column of a row, and how many customers are like it."""
    branch, main = found.branches[row.branch], found.mains[row.main]
    moment = noon(row.day, branch)
    for depth, count in ((n, count) for n, count in enumerate(row.counts) if count):
        bucket, _same = bucket_of(map(str, range(depth)), no_main=False)
        record = Consultation(
            employee=found.people[row.employee],
            entered_by=by,
            branch=branch,
            business_date=row.day,
            recorded_at=moment,
            received_at=at,
            main=main,
            main_code=main.code,
            main_name=main.name,
            edition_id=found.edition_at(moment),
            bucket=bucket.value,
            depth=depth,
            source=Source.IMPORT,
        )
        yield record, count


def _sheets(rows: Sequence[OldRow], found: Known) -> Iterator[DaySheet]:
    sums: dict[tuple[str, str, date], list[Counts]] = defaultdict(list)
    for row in rows:
        sums[row.employee, row.branch, row.day].append(counts_of(row))
    for (employee, branch, day), counts in sums.items():
        total = fold(counts)
        yield DaySheet(
            employee=found.people[employee],
            branch=found.branches[branch],
            business_date=day,
            main_only=total.main_only,
            plus_one=total.plus_one,
            plus_two=total.plus_two,
            taken=total.taken,
        )
