"""Days that are rolled up, as evidence asks for them: customers, answers, what was taken together."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q, Sum

from crossbank.engine.evidence import PairCounts
from crossbank.engine.terms import Response
from crossbank.matrix import editions
from crossbank.review.models import DayTogether, MainDay, PairDay

_RESPONSES = tuple(response.value for response in Response)


def counts(since: date, until: date) -> PairCounts:
    """This will add up customers and answers of counted days in two queries. Half-open.

    Customers are those at the desk who took the main product.
    """
    days = MainDay.objects.filter(day__gte=since, day__lt=until)
    taken = days.values_list("main", "edition_id").annotate(n=Sum(F("live") - F("live_no_main")))
    return PairCounts(
        customers={(main, edition): n for main, edition, n in taken.order_by() if n},
        answers=answers(since, until).answers,
        together={},
    )


def answers(since: date, until: date, **narrowed: str) -> PairCounts:
    """This will add up answers of counted days, perhaps of one main or cross. Half-open."""
    rows = PairDay.objects.filter(day__gte=since, day__lt=until, **narrowed)
    sums = list(
        rows.values_list("main", "cross", "edition_id")
        .annotate(**{f"n_{name}": Sum(name) for name in _RESPONSES})
        .order_by()
    )
    shown = editions.load_many({edition for _main, _cross, edition, *_numbers in sums})
    found: Counter[tuple[str, str, str, str]] = Counter()
    for main, cross, edition, *numbers in sums:
        pair = shown[edition].snapshot.pair(main, cross)
        for response, n in zip(_RESPONSES, numbers, strict=True):
            if n:
                found[main, cross, pair.rating.value if pair else "", response] += n
    return PairCounts(customers={}, answers=found, together={})


def together_with(product: str, since: date, until: date) -> PairCounts:
    """This will add up what was taken together with one product, in one query. Half-open."""
    rows = DayTogether.objects.filter(
        Q(one=product) | Q(other=product), day__gte=since, day__lt=until
    )
    return PairCounts(customers={}, answers={}, together=_sums(rows, "one", "other"))


def _sums(rows: models.QuerySet[Any], *key: str) -> Mapping[Any, int]:
    return {tuple(row): n for *row, n in rows.values_list(*key).annotate(n=Sum("times")).order_by()}
