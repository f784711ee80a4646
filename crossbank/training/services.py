"""What an employee writes for himself: a self-check, a day of practice; and how he takes it back."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from crossbank.org.models import Role, User
from crossbank.training import counts
from crossbank.training.barriers import BARRIERS
from crossbank.training.models import BarrierCheck, PracticeDay


@transaction.atomic
def answer(*, marks: Collection[str], at: datetime, by: User) -> BarrierCheck:
    """This will keep what somebody marked today, in place of what he marked today before.

    No line in the trail: that somebody answered is nobody's business either. The mix of the running
    month holds his last answer of it, and that of months that are over is never touched.
    """
    _one_at_a_time(by)
    month = counts.month_of(at)
    _take_out(month=month, by=by)
    check, _is_new = BarrierCheck.objects.update_or_create(
        employee=by,
        on=by.branch.local_day(at),
        defaults={
            "marks": [barrier.code for barrier in BARRIERS if barrier.code in marks],
            "month": month,
            "counts_in": by.branch if by.role == Role.SELLER else None,
        },
    )
    if check.counts_in:
        counts.move(month=month, branch=check.counts_in, marks=check.marks, by=1)
    return check


def _one_at_a_time(employee: User) -> None:
    User.objects.select_for_update().only("pk").get(pk=employee.pk)


def _take_out(*, month: str, by: User) -> None:
    """His answer of this month is in no mix any more."""
    held = BarrierCheck.objects.of(by).filter(month=month, counts_in__isnull=False)
    for check in held.select_related("counts_in"):  # at most one
        counts.move(month=month, branch=check.counts_in, marks=check.marks, by=-1)
        BarrierCheck.objects.filter(pk=check.pk).update(counts_in=None)


@transaction.atomic
def forget(*, at: datetime, by: User) -> int:
    """This will delete all that somebody wrote for himself, and say how many rows that were.

    A mix that was shown keeps its counts, which know nobody: a figure that changed with him would
    tell what he had marked.
    """
    _one_at_a_time(by)
    _take_out(month=counts.month_of(at), by=by)
    checks, _by_model = BarrierCheck.objects.of(by).delete()
    days, _by_model = PracticeDay.objects.of(by).delete()
    return checks + days


def practise(*, main: str, cross: str, at: datetime, by: User) -> PracticeDay:
    """This will note that somebody practised today; pressed again, it stays as it was."""
    practised, _is_new = PracticeDay.objects.get_or_create(
        employee=by,
        on=by.branch.local_day(at),
        defaults={"main_code": main, "cross_code": cross},
    )
    return practised


@transaction.atomic
def forget_old(*, day: date) -> int:
    """This will delete own answers and days of practice that are older than a year."""
    checks, _by_model = BarrierCheck.objects.stale(day).delete()
    days, _by_model = PracticeDay.objects.stale(day).delete()
    return checks + days
