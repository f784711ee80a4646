"""Which sales rows of a list mean: by the customer's number, by the code on his page, or by both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from django.db.models import Q

from crossbank.engine import receipt_codes
from crossbank.kept.sales import visible_to
from crossbank.org.models import User
from crossbank.web.batches import batches

_NUMBERS, _CODES = 1_000, 100  # asked for at once: one IN list, or so many ranges side by side
Key = tuple[str, str]  # hash or code, and product


class Asked(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def receipt(self) -> str: ...
    @property
    def product(self) -> str: ...


def matches(rows: Collection[Asked], *, by: User) -> dict[int, frozenset[int]]:
    """This will find the sales that each row means, of those that this manager may see; no others.

    Shape: number of the row -> row ids of sales, none or several where it means no single one.
    """
    by_number, by_code = _index(rows, by)
    return {row.row: _of_row(row, by_number, by_code) for row in rows}


def _of_row(
    row: Asked, by_number: dict[Key, set[int]], by_code: dict[Key, set[int]]
) -> frozenset[int]:
    """What is given, both where both are, must agree."""
    found = [
        index.get((given, row.product), set())
        for given, index in ((row.reference, by_number), (row.receipt, by_code))
        if given
    ]
    return frozenset(set.intersection(*found))


def _index(rows: Iterable[Asked], by: User) -> tuple[dict[Key, set[int]], dict[Key, set[int]]]:
    by_number: dict[Key, set[int]] = defaultdict(set)
    by_code: dict[Key, set[int]] = defaultdict(set)
    for condition in _conditions(list(rows)):
        found = visible_to(by).filter(condition).order_by()
        told = found.values_list(
            "pk", "product_code", "consultation__customer_ref", "consultation__uuid"
        )
        for pk, product, number, uuid in told:
            by_number[number, product].add(pk)
            by_code[receipt_codes.code_of(uuid), product].add(pk)
    return by_number, by_code


def _conditions(rows: Sequence[Asked]) -> Iterator[Q]:
    numbers = sorted({row.reference for row in rows if row.reference})
    for some in batches(numbers, _NUMBERS):
        yield Q(consultation__customer_ref__in=some)
    for some in batches(sorted({row.receipt for row in rows if row.receipt}), _CODES):
        ranges = Q()
        for code in some:
            ranges |= Q(consultation__uuid__range=receipt_codes.numbers_of(code))
        yield ranges
