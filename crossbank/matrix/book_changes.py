"""The differences of a workbook in words: for the page that confirms them and for the command."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from crossbank.catalog.models import Product
from crossbank.matrix import books
from crossbank.matrix.book_plan import PairChange, Plan
from crossbank.matrix.book_rules import TABLES
from crossbank.matrix.books import Said
from crossbank.matrix.models import Pairing
from crossbank.org.changes import SHOWN, ChangeGroup, ChangeLine, cut, grouped
from crossbank.org.table_rows import RowChange, change_line

_PAIR, _BETTER = gettext_lazy("Pair"), gettext_lazy("Better main product")


def groups(plan: Plan, *, shown: int = SHOWN) -> list[ChangeGroup]:
    """Added, changed, removed: all three, even if empty; `shown` lines of each."""
    names = dict(Product.objects.values_list("code", "name"))
    return grouped([*plan.pairs, *plan.rules], partial(_line, names=names), shown=shown)


def _line(change: PairChange | RowChange, names: dict[str, str]) -> ChangeLine:
    if isinstance(change, RowChange):
        return change_line(change, TABLES[change.table])
    said = change.after or change.before
    part: Promise = _BETTER if said and not said.rating else _PAIR
    shown = " → ".join(names[code] for code in change.name)
    return ChangeLine(
        part=part,
        codes=" → ".join(change.name),
        names=f"{shown} · {change.where}",
        fields=_pair_fields(change),
    )


def _pair_fields(change: PairChange) -> list[str]:
    if change.before and change.after:
        return [
            f"{_label(field)}: {_value(field, change.before)} → {_value(field, change.after)}"
            for field in change.fields
        ]
    said = change.after or change.before
    shown = ("rating", *books.TEXTS) if change.after else ("rating",)
    return [f"{_label(f)}: {_value(f, said)}" for f in shown if said and getattr(said, f)]


def _label(field: str) -> str:
    return str(Pairing._meta.get_field(field).verbose_name)


def _value(field: str, said: Said) -> str:
    value = getattr(said, field)
    choices = dict(Pairing._meta.get_field(field).flatchoices)
    return cut(str(choices.get(value, value)))


def told(changes: Sequence[ChangeGroup]) -> Iterable[str]:
    """The same as lines of text."""
    for group in changes:
        for line in group.lines:
            fields = "; ".join(line.fields)
            yield f"{group.title}: {line.part} {line.codes} ({line.names}) {fields}".rstrip()
