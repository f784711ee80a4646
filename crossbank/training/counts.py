"""Self-checks as counts of a month and branch: what one marked is added to what others did."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import F, Q

from crossbank.org.models import Branch
from crossbank.training.barriers import BY_CODE
from crossbank.training.models import MixCount
from crossbank.training.models.checks import KEPT

PEOPLE = ""  # the row that counts who answered
# The last places on earth to end a day are twelve hours behind: a month that is over is over there.
_LAST_ZONE = timedelta(hours=12)


def month_of(at: datetime) -> str:
    """The month of the mix, one for the whole bank, whatever day it is in a branch."""
    return f"{(at.astimezone(UTC) - _LAST_ZONE).date():%Y-%m}"


def move(*, month: str, branch: Branch, marks: list[str], by: int) -> None:
    """This will count one answer (`by` 1) or take it out again (-1). Call it in a transaction.

    Every row of the month and branch is there from its first answer on, so that none of them tells
    by its being there what that answer was.
    """
    MixCount.objects.bulk_create(_empty(month, branch), ignore_conflicts=True)
    rows = MixCount.objects.filter(month=month, branch=branch)
    # the first row stands for all: two writers that meet would else wait for each other's rows
    rows.select_for_update().order_by("barrier").first()
    rows.filter(Q(barrier=PEOPLE) | Q(barrier__in=marks)).update(n=F("n") + by)


def _empty(month: str, branch: Branch) -> list[MixCount]:
    first = MixCount.objects.filter(month=month, branch=branch).first()
    region = first.region_id if first else branch.region_id
    return [
        MixCount(month=month, branch=branch, region_id=region, barrier=code)
        for code in (PEOPLE, *BY_CODE)
    ]


def forget_old(*, day: date) -> int:
    """This will delete the months that nobody is shown any more, and say how many rows."""
    gone, _by_model = MixCount.objects.filter(month__lt=f"{day - KEPT:%Y-%m}").delete()
    return gone
