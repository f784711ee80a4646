"""The proof that counters and records agree, and how an open day is counted again."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from crossbank.conduct import services as conduct
from crossbank.desk.counters import COLUMNS
from crossbank.desk.models import Consultation, DaySheet
from crossbank.desk.sheet_states import sheet_counts
from crossbank.desk.signing import records_of
from crossbank.engine.tally import Counts
from crossbank.org.models import User


def drift() -> list[dict[str, Any]]:
    """Day sheets that do not agree with the records they count; empty when all do.

    Shape: employee, business_date, is_closed, and for each differing column `name: (sheet, records)`.
    """
    truth = records_of(Consultation.objects.all())
    found = []
    sheets = {(s.employee_id, s.business_date): s for s in DaySheet.objects.order_by("pk")}
    names = dict(User.objects.values_list("pk", "username"))
    for key in sorted({*truth, *sheets}):
        has, should = sheet_counts(sheets.get(key)), truth.get(key, Counts())
        wrong = {
            name: (getattr(has, name), getattr(should, name))
            for name in COLUMNS
            if getattr(has, name) != getattr(should, name)
        }
        if wrong:
            closed = key in sheets and sheets[key].closed_at is not None
            found.append(
                {"employee": names[key[0]], "business_date": key[1], "is_closed": closed, **wrong}
            )
    return found


@transaction.atomic
def mend(row: dict[str, Any], *, at: datetime, by: User) -> bool:
    """This will count an open day sheet again, as one row of `drift` names it, and say so in the
    trail. A closed one is left as it was signed: False."""
    records = Consultation.objects.filter(
        employee__username=row["employee"], business_date=row["business_date"]
    )
    sheets = DaySheet.objects.filter(
        employee__username=row["employee"], business_date=row["business_date"]
    )
    sheet = sheets.select_for_update(of=("self",)).first()
    if sheet is None:
        first = records.order_by("pk")[0]
        sheet = DaySheet.objects.create(
            employee_id=first.employee_id,
            branch_id=first.branch_id,
            business_date=first.business_date,
        )
    if sheet.closed_at is not None:
        return False
    before = sheet_counts(sheet)
    counts = records_of(records).get((sheet.employee_id, sheet.business_date), Counts())
    for name in COLUMNS:
        setattr(sheet, name, getattr(counts, name))
    sheet.changes += 1
    sheet.save(update_fields=[*COLUMNS, "changes"])
    conduct.record(
        action="day_sheet_counted_again",
        subject=f"{row['employee']} {row['business_date']}",
        detail={"before": asdict(before), "after": asdict(counts)},
        at=at,
        by=by,
    )
    return True
