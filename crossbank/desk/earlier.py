"""A customer's earlier records in one branch, and in those merged into it, to which something may still happen."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from crossbank.desk.afterwards import Later, later
from crossbank.desk.models import Consultation
from crossbank.org.models import Branch

MOST = 50  # one customer's, the newest; more stand behind a number that is nobody's


def of_customer(reference: str, *, branch: Branch) -> list[Consultation]:
    """The newest first; `reference`: the hash of his number."""
    records = _standing(branch).filter(customer_ref=reference)
    return list(records.order_by("-business_date", "-pk")[:MOST]) if reference else []


def of_right(code: str, *, branch: Branch) -> list[Consultation]:
    """The record that gave a right, or the correction in its place, and those that used it."""
    gave = Consultation.objects.filter(issued__grant__code=code).first()
    while gave and gave.replaced_at:
        gave = gave.corrections.filter(voided_at=None).first()
    used = _standing(branch).filter(redemptions__grant__code=code, redemptions__given_back_at=None)
    first = _standing(branch).filter(pk=gave.pk) if gave else []
    return [*first, *used.order_by("pk")]


def open_ends(records: Iterable[Consultation], *, at: datetime) -> list[Later]:
    """Those that wait for the pay-out of a loan or from which he may still withdraw."""
    known = {record.pk: record for record in records}
    found = later(list(known.values()), at=at)
    return [one for one in found if one.begins or one.until]


def _standing(branch: Branch) -> QuerySet[Consultation]:
    return (
        Consultation.objects.standing()
        .in_branches(Branch.objects.of_place(branch.pk))
        .with_story()
        .select_related("branch__region")
    )
