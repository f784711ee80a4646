"""The slim line of the morning: what he resolved on his last day, and one pair to practise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from crossbank.desk.models import DaySheet, Reflection
from crossbank.engine.drills import practice_pair
from crossbank.engine.terms import ProductTerms, Snapshot
from crossbank.org.models import User


@dataclass(frozen=True, kw_only=True)
class Morning:
    """`resolved`: the first product and line of the last day; `main` and `cross`: the pair."""

    resolved: Reflection | None
    main: ProductTerms
    cross: ProductTerms


def morning(
    employee: User, *, today: date, snapshot: Snapshot, off_sale: Collection[str]
) -> Morning | None:
    """The line of today, in one query; None where nothing can be offered."""
    answers = _of_last_day(employee, today)
    pair = practice_pair(
        snapshot,
        employee=employee.pk,
        day=today,
        preferred=[(one.consultation.main_code, one.product_code) for one in answers],
        off_sale=frozenset(off_sale),
    )
    if pair is None:
        return None
    main, cross = snapshot.product[pair.main], snapshot.product[pair.cross]
    return Morning(resolved=answers[0] if answers else None, main=main, cross=cross)


def _of_last_day(employee: User, today: date) -> list[Reflection]:
    """Of the last day with a sheet; an older one is history."""
    before = DaySheet.objects.filter(employee=OuterRef("close__sheet__employee"))
    last = before.filter(business_date__lt=today).order_by("-business_date")
    return list(
        Reflection.objects.standing()
        .filter(
            close__sheet__employee=employee,
            close__sheet__business_date=Subquery(last.values("business_date")[:1]),
            close__reopened_at__isnull=True,
            product__isnull=False,
        )
        .select_related("consultation")
        .order_by("pk")
    )
