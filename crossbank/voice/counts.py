"""Answers as counts: one customer's yes is added to what others said, and is nowhere by itself."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from crossbank.catalog.models import Need, Product
from crossbank.org.models import Branch
from crossbank.voice.models import AnswerCount

_ASKED = AnswerCount.Question


def bank_day(at: datetime) -> date:
    """The day of the bank, not of a branch: a month that is over must be over everywhere."""
    return timezone.localdate(at, timezone.get_default_timezone())


@transaction.atomic
def add(
    *,
    branch: str,
    products: set[str],
    useful: str,
    felt_pushed: str,
    next_need: str,
    at: datetime,
) -> None:
    """This will raise the counts of one answer by one; what was not said raises none.

    Every row of the month is written, in one statement: neither the place of a row in the table
    nor the transaction it came from tells which of them were raised together.
    """
    month = f"{bank_day(at):%Y-%m}"
    said = (
        Q(question=_ASKED.USEFUL, about__in=products, said=useful)
        | Q(question=_ASKED.FELT_PUSHED, about=branch, said=felt_pushed)
        | Q(question=_ASKED.NEXT_NEED, said=next_need)
    )
    AnswerCount.objects.bulk_create(_of_month(month), ignore_conflicts=True)
    rows = AnswerCount.objects.filter(month=month)
    # the first row stands for all: two writers that meet would else wait for each other's rows
    rows.select_for_update().order_by("question", "about", "said").first()
    rows.update(n=F("n") + Case(When(said, then=1), default=0))


def _of_month(month: str) -> Iterator[AnswerCount]:
    """Whatever could be said in a month, at zero: a row that is there tells nothing."""
    cells = [
        *((_ASKED.FELT_PUSHED, code, said) for code in _codes(Branch) for said in ("no", "yes")),
        *((_ASKED.NEXT_NEED, "", code) for code in _codes(Need)),
        *((_ASKED.USEFUL, code, said) for code in _codes(Product) for said in ("no", "yes")),
    ]
    for question, about, said in cells:
        yield AnswerCount(month=month, question=question, about=about, said=said)


def _codes(model: type[Branch | Need | Product]) -> list[str]:
    return list(model.objects.order_by("code").values_list("code", flat=True))


def forget_old(*, day: date) -> int:
    """This will delete counts older than twelve finished months, and say how many."""
    gone, _by_model = AnswerCount.objects.stale(day).delete()
    return gone
