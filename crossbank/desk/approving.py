"""Approving what was signed. To return a day is to reopen it with a reason: `signing.reopen_day`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.conduct import services as conduct
from crossbank.desk.models import Approval, DayClose, DaySheet
from crossbank.desk.scene import Conflict
from crossbank.org.models import User


@transaction.atomic
def approve(*, closes: Iterable[DayClose], at: datetime, by: User) -> int:
    """This will approve these signatures, all or none, and say how many.

    The sheets are locked first, so that none is opened again meanwhile. Raises Conflict for one that
    does not stand any more or is approved already, and for one of one's own.
    """
    found = sorted(closes, key=lambda close: close.sheet_id)
    sheets = DaySheet.objects.select_for_update(of=("self",)).select_related("employee")
    locked = {
        sheet.pk: sheet
        for sheet in sheets.filter(pk__in=[close.sheet_id for close in found]).order_by("pk")
    }
    standing = DayClose.objects.standing().signed().filter(pk__in=[close.pk for close in found])
    fresh = {close.pk: close for close in standing.select_related("approval")}
    for close in found:
        _approve_one(fresh.get(close.pk), locked[close.sheet_id], at=at, by=by)
    return len(found)


def _approve_one(close: DayClose | None, sheet: DaySheet, *, at: datetime, by: User) -> None:
    if close is None:
        raise Conflict(
            "not_signed", _("A day was opened again meanwhile: look at it once it is signed.")
        )
    if by.pk in (close.signed_by_id, sheet.employee_id):
        raise Conflict(
            "same_person",
            _("Nobody approves his own day: ask another manager or the region."),
        )
    if hasattr(close, "approval"):
        raise Conflict("decided", _("Somebody approved this day already."))
    Approval.objects.create(close=close, at=at, by=by)
    conduct.record(
        action="day_approved",
        subject=f"{sheet.employee.username} {sheet.business_date}",
        at=at,
        by=by,
    )
