"""Which sales rows of a list mean: by the customer's number, by the code on his page, or by both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from django.db.models import Q

from crossbank.engine import receipt_codes
from crossbank.kept.sales import sold
from crossbank.org.models import Branch

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


def matches(rows: Collection[Asked], *, branch: Branch) -> dict[int, frozenset[int]]:
    """This will find the sales of one branch that each row means; another branch's never.

    Shape: number of the row -> row ids of sales, none or several where it means no single one.
    """
    by_number, by_code = _index(rows, branch)
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


def _index(
    rows: Iterable[Asked], branch: Branch
) -> tuple[dict[Key, set[int]], dict[Key, set[int]]]:
    by_number: dict[Key, set[int]] = defaultdict(set)
    by_code: dict[Key, set[int]] = defaultdict(set)
    for condition in _conditions(list(rows)):
        found = sold().filter(condition, consultation__branch=branch).order_by()
        told = found.values_list(
            "pk", "product_code", "consultation__customer_ref", "consultation__uuid"
        )
        for pk, product, number, uuid in told:
            by_number[number, product].add(pk)
            by_code[receipt_codes.code_of(uuid), product].add(pk)
    return by_number, by_code


def _conditions(rows: Sequence[Asked]) -> Iterator[Q]:
    numbers = sorted({row.reference for row in rows if row.reference})
    for some in _batches(numbers, _NUMBERS):
        yield Q(consultation__customer_ref__in=some)
    for some in _batches(sorted({row.receipt for row in rows if row.receipt}), _CODES):
        ranges = Q()
        for code in some:
            ranges |= Q(consultation__uuid__range=receipt_codes.numbers_of(code))
        yield ranges


def _batches(given: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (given[n : n + size] for n in range(0, len(given), size))
