"""The one place where a day sheet is closed and opened again, under its row's lock."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from crossbank.conduct import services as conduct
from crossbank.desk import counters
from crossbank.desk.counters import COLUMNS
from crossbank.desk.models import Consultation, DayClose, DaySheet
from crossbank.desk.scene import Conflict
from crossbank.desk.sheet_states import refuse_lapsed, sheet_counts
from crossbank.engine.tally import Counts
from crossbank.org.models import Branch, User


def lock_sheet(*, employee: User, branch: Branch, business_date: date) -> DaySheet:
    """This will hold the sheet's row until the commit, making it when there is none yet."""
    rows = DaySheet.objects.select_for_update(of=("self",))
    found = rows.filter(employee=employee, business_date=business_date).first()
    if found:
        return found
    counters.add(
        employee_id=employee.pk, branch_id=branch.pk, business_date=business_date, counts=Counts()
    )
    return rows.get(employee=employee, business_date=business_date)


@transaction.atomic
def close_day(
    *,
    employee: User,
    branch: Branch,
    business_date: date,
    seen: Counts | None = None,
    at: datetime,
    by: User,
) -> DaySheet:
    """This will sign a day sheet: no record can enter afterwards. Returns the closed sheet.

    The sheet row is locked first and counted after, so that a recording either is in the count or
    finds the day closed. Closing twice keeps the first signature. `seen`: the figures on the page
    that is signed. Raises Conflict when the day closed by itself, when the figures moved since the
    page was drawn, or when sheet and records do not agree.
    """
    sheet = lock_sheet(employee=employee, branch=branch, business_date=business_date)
    if sheet.closed_at is not None:
        return sheet
    refuse_lapsed(employee, day=business_date, branch=branch, at=at)
    counts = sheet_counts(sheet)
    if seen is not None and seen != counts:
        raise Conflict("figures_moved", _("Another save came in meanwhile: look at the sum again."))
    records = Consultation.objects.of_day(employee, business_date)
    if counts != records_of(records).get((employee.pk, business_date), Counts()):
        raise Conflict(
            "figures_differ",
            _("The sum and the records of this day do not agree. Tell your administrator."),
        )
    sheet.closed_at, sheet.closed_by = at, by
    sheet.save(update_fields=["closed_at", "closed_by"])
    _sign(sheet, counts, at=at, by=by)
    _trail("day_closed", sheet, asdict(counts), at=at, by=by)
    return sheet


def _sign(sheet: DaySheet, counts: Counts, *, at: datetime, by: User) -> DayClose:
    close = sheet.closes.standing().first() or DayClose(sheet=sheet, started_at=at)
    if close.pk:  # what was answered about a record that counts no more is not signed
        close.reflections.gone().delete()
    for name in COLUMNS:
        setattr(close, name, getattr(counts, name))
    close.signed_at, close.signed_by = at, by
    close.full_clean()
    close.save()
    return close


def records_of(rows: QuerySet[Consultation]) -> dict[tuple[int, date], Counts]:
    """(employee, day) -> what the standing records add up to."""
    truth: dict[tuple[int, date], Counts] = {}
    sums = (
        rows.standing()
        .values("employee_id", "business_date", "bucket")
        .annotate(presented_sum=Sum("presented"), taken_sum=Sum("depth"), n=Count("pk"))
        .order_by("employee_id", "business_date", "bucket")
    )
    for row in sums:
        key = (row["employee_id"], row["business_date"])
        part = Counts(
            **{row["bucket"]: row["n"]}, presented=row["presented_sum"], taken=row["taken_sum"]
        )
        truth[key] = truth.get(key, Counts()) + part
    return truth


@transaction.atomic
def reopen_day(*, sheet: DaySheet, reason: str, at: datetime, by: User) -> DaySheet:
    """This will open a signed day again; the signature stays beside who opened it, and why.

    Raises Conflict when it is not signed (any more), and for who signed it himself.
    """
    row = DaySheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    close = row.closes.standing().signed().first()
    if row.closed_at is None or close is None:
        raise Conflict("not_signed", _("This day is not signed, so there is nothing to reopen."))
    if by.pk in (close.signed_by_id, row.employee_id):
        raise Conflict(
            "same_person",
            _("Who signed a day does not reopen it: ask another manager or the region."),
        )
    close.reopened_at, close.reopened_by, close.reopen_reason = at, by, reason
    close.full_clean()
    close.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    row.closed_at, row.closed_by, row.reopened_at = None, None, at
    row.save(update_fields=["closed_at", "closed_by", "reopened_at"])
    _trail("day_reopened", row, {"reason": reason}, at=at, by=by)
    return row


def _trail(action: str, sheet: DaySheet, detail: dict[str, Any], *, at: datetime, by: User) -> None:
    subject = f"{sheet.employee.username} {sheet.business_date}"
    conduct.record(action=action, subject=subject, detail=detail, at=at, by=by)
