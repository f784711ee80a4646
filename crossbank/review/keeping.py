"""Sold and kept: of what was taken in a period, how much is known 90 days later, and how much is kept.

The period is that of the sale. What nobody has said is not known, and never kept.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q, QuerySet, Value

from crossbank.desk.models import ConsultationItem
from crossbank.engine.keeping import CHECK_DAYS, State
from crossbank.kept import sales
from crossbank.kept.models import Outcome
from crossbank.review.facts import conditions
from crossbank.review.numbers import Kept
from crossbank.review.results import SaleRow
from crossbank.review.terms import Filter, Named, Place

CHECK = timedelta(days=CHECK_DAYS)


@dataclass(frozen=True, kw_only=True)
class KeptRow:
    """One product, pair or branch. `cross` stands in a pair alone."""

    key: Named
    kept: Kept
    cross: Named | None = None


@dataclass(frozen=True, kw_only=True)
class KeptTable:
    """Shape: the most sold first, then by code; branches by code."""

    total: Kept
    by_product: tuple[KeptRow, ...]
    by_pair: tuple[KeptRow, ...]
    by_branch: tuple[KeptRow, ...]


_SUMS = {
    "sold": Count("pk"),
    "kept": Count("pk", filter=sales.KEPT),
    "withdrawn": Count("pk", filter=sales.WITHDRAWN),
    "closed_early": Count("pk", filter=sales.CLOSED_EARLY),
}


def _sold(asked: Filter) -> QuerySet[ConsultationItem]:
    return sales.with_what_stands(sales.sold().filter(**conditions(asked, "consultation__")))


def kept_table(asked: Filter) -> KeptTable:
    """This will count what was sold in the filter's period and what became of it, in all and by
    product, pair and branch, in one query."""
    keys = ("consultation__branch_id", "consultation__main_code", "product_code")
    names = {"main_name": Max("consultation__main_name"), "name": Max("product_name")}
    rows = list(_sold(asked).order_by().values(*keys).annotate(**names, **_SUMS))
    places = {place.pk: place.named for place in asked.places}

    def branch(row: dict[str, Any]) -> tuple[Named, Named | None]:
        return places[row["consultation__branch_id"]], None

    by_branch = _folded(rows, branch)
    return KeptTable(
        total=sum((_of(row) for row in rows), Kept()),
        by_product=_folded(rows, lambda row: (_product(row), None)),
        by_pair=_folded(rows, lambda row: (_main(row), _product(row))),
        by_branch=tuple(sorted(by_branch, key=lambda row: row.key.code)),
    )


def checked(asked: Filter) -> Filter:
    """The same filter of the sales whose check day lies in its period."""
    return replace(asked, since=asked.since - CHECK, until=asked.until - CHECK)


def checked_tally(asked: Filter, *, taken: Mapping[date, int] | None) -> tuple[Kept, Kept]:
    """This will count the sales whose check day lies in the period, and those of as many days
    before, in one query.

    `taken`: products taken by day where the tally has them; then only what is known is asked for,
    without a look at the sales themselves, of which there are very many.
    """
    now = checked(asked)
    first, _last = now.before
    both = replace(now, since=first)
    rows = _by_part(_sold(both), now.since) if taken is None else _known(both, now.since)
    found: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for is_now, is_gone, *numbers in rows:
        change = found[is_now].subtract if is_gone else found[is_now].update
        change(dict(zip(_SUMS, numbers, strict=True)))

    def of(since: date, until: date) -> Kept:
        told = Kept(**found[since >= now.since])
        if taken is None:
            return told
        return replace(told, sold=sum(n for day, n in taken.items() if since <= day < until))

    return of(now.since, now.until), of(first, now.since)


def _by_part(sold: QuerySet[ConsultationItem], since: date) -> QuerySet[Any]:
    """Sums by (sold since then, False)."""
    parts = {
        "is_now": _holds(consultation__business_date__gte=since),
        "is_gone": Value(value=False),
    }
    return sold.annotate(**parts).order_by().values_list(*parts).annotate(**_SUMS)


def _known(asked: Filter, since: date) -> QuerySet[Any]:
    """Sums of what stands by (sold since then, of a record that counts no more), by the outcome's
    own columns; those of such a record come in both parts, once to be taken off again."""
    days = {"gte": asked.since, "lt": asked.until}
    told = Outcome.objects.standing().filter(
        branch__in=[place.pk for place in asked.places],
        **{f"sold_on__{name}": day for name, day in days.items()},
    )
    if asked.main:
        told = told.filter(item__consultation__main__code=asked.main.code)
    record = "item__consultation__"
    gone = told.filter(
        Q(**{f"{record}voided_at__isnull": False}) | Q(**{f"{record}replaced_at__isnull": False}),
        **{f"{record}business_date__{name}": day for name, day in days.items()},
    )
    return _of_outcomes(told, since, is_gone=False).union(
        _of_outcomes(gone, since, is_gone=True), all=True
    )


def _of_outcomes(told: QuerySet[Outcome], since: date, *, is_gone: bool) -> QuerySet[Any]:
    parts = {"is_now": _holds(sold_on__gte=since), "is_gone": Value(is_gone)}
    sums = {
        "sold": Value(0),
        **{name: Count("pk", filter=mark) for name, mark in sales.marks().items()},
    }
    return told.annotate(**parts).order_by().values_list(*parts).annotate(**sums)


def ledger(asked: Filter) -> tuple[SaleRow, ...]:
    """This will read the sales whose check day lies in the period, one by one, by day of sale."""
    sold = sales.sold().filter(**conditions(checked(asked), "consultation__"))
    places = {place.pk: place for place in asked.places}
    ordered = sold.order_by("consultation__business_date", "consultation__branch__code", "pk")
    return tuple(_sale_row(sale, places) for sale in sales.read(ordered))


def _sale_row(sale: sales.Sale, places: Mapping[int, Place]) -> SaleRow:
    record, item = sale.record, sale.item
    place = places[record.branch_id]
    return SaleRow(
        day=record.business_date,
        region=place.region,
        branch=place.named,
        main=Named(code=record.main_code, name=record.main_name),
        product=Named(code=item.product_code, name=item.product_name),
        code=sale.code,
        cancel_by=sale.cancel_by,
        check_day=sale.check_day,
        state=sale.state.value,
        as_of=sale.outcome.on if sale.outcome and sale.state is not State.NOT_KNOWN else None,
    )


def _holds(**conditions: Any) -> ExpressionWrapper:
    return ExpressionWrapper(Q(**conditions), output_field=BooleanField())


def _of(row: dict[str, Any]) -> Kept:
    return Kept(**{name: row[name] for name in _SUMS})


def _product(row: dict[str, Any]) -> Named:
    return Named(code=row["product_code"], name=row["name"])


def _main(row: dict[str, Any]) -> Named:
    return Named(code=row["consultation__main_code"], name=row["main_name"])


def _folded(
    rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], tuple[Named, Named | None]]
) -> tuple[KeptRow, ...]:
    """Rows with equal codes added up; a product that was renamed meanwhile is one product."""
    sums: dict[tuple[str, str], Kept] = {}
    named: dict[tuple[str, str], tuple[Named, Named | None]] = {}
    for row in rows:
        first, second = key(row)
        codes = (first.code, second.code if second else "")
        sums[codes] = sums.get(codes, Kept()) + _of(row)
        named[codes] = max(named.get(codes, (first, second)), (first, second), key=str)
    ordered = sorted(sums, key=lambda codes: (-sums[codes].sold, codes))
    return tuple(
        KeptRow(key=named[codes][0], cross=named[codes][1], kept=sums[codes]) for codes in ordered
    )
