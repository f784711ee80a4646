"""The proof that counters and records agree."""

from datetime import date
from typing import Any

from django.db.models import Count, Sum

from crossbank.desk.counters import COLUMNS
from crossbank.desk.models import Consultation, DaySheet
from crossbank.desk.services import sheet_counts
from crossbank.engine.tally import Counts
from crossbank.org.models import User


def drift() -> list[dict[str, Any]]:
    """Day sheets that do not agree with the records they count; empty when all do.

    Shape: employee, business_date, and for each differing column `name: (sheet, records)`.
    """
    truth: dict[tuple[int, date], Counts] = {}
    rows = (
        Consultation.objects.standing()
        .values("employee_id", "business_date", "bucket")
        .annotate(presented_sum=Sum("presented"), taken_sum=Sum("depth"), n=Count("pk"))
        .order_by("employee_id", "business_date", "bucket")
    )
    for row in rows:
        key = (row["employee_id"], row["business_date"])
        part = Counts(
            **{row["bucket"]: row["n"]}, presented=row["presented_sum"], taken=row["taken_sum"]
        )
        truth[key] = truth.get(key, Counts()) + part
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
            found.append({"employee": names[key[0]], "business_date": key[1], **wrong})
    return found
