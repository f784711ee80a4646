"""The differences of a workbook in words: for the page that confirms them and for the command."""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.models import Product
from crossbank.engine.snapshot import ChangeKind
from crossbank.matrix import book_rules, book_words, books
from crossbank.matrix.book_plan import PairChange, Plan
from crossbank.matrix.book_rule_plan import RuleChange
from crossbank.matrix.books import Said
from crossbank.matrix.edition_changes import CHANGE_TITLES, SHOWN, ChangeGroup, ChangeLine
from crossbank.matrix.models import Pairing
from crossbank.matrix.words import LONGEST

_PAIR, _BETTER = gettext_lazy("Pair"), gettext_lazy("Better main product")
_RULE = gettext_lazy("Pairing rule")


def groups(plan: Plan, *, shown: int = SHOWN) -> list[ChangeGroup]:
    """Added, changed, removed: all three, even if empty; `shown` lines of each."""
    changes = [*plan.pairs, *plan.rules]
    names = dict(Product.objects.values_list("code", "name"))
    found = []
    for kind, title in CHANGE_TITLES.items():
        of_kind = [change for change in changes if change.kind is kind]
        lines = [_line(change, names) for change in of_kind[:shown]]
        found.append(ChangeGroup(kind=kind, title=title, count=len(of_kind), lines=lines))
    return found


def _line(change: PairChange | RuleChange, names: dict[str, str]) -> ChangeLine:
    if isinstance(change, RuleChange):
        return ChangeLine(
            part=_RULE, codes=change.code, names=change.where, fields=_rule_fields(change)
        )
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
    return _cut(str(choices.get(value, value)))


def _cut(words: str) -> str:
    if not words:
        return "–"
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _rule_fields(change: RuleChange) -> list[str]:
    headings = {column.key: str(column.heading) for column in book_rules.columns()}
    before, after = dict(change.before), dict(change.after)
    if change.kind is ChangeKind.CHANGED:
        return [
            f"{headings[key]}: {_rule_value(key, before)} → {_rule_value(key, after)}"
            for key in change.fields
        ]
    return [
        f"{headings[key]}: {_rule_value(key, after)}"
        for key in book_rules.KEYS[1:]
        if after.get(key)
    ]


def _rule_value(key: str, values: dict[str, str]) -> str:
    written = values.get(key, "")
    if key == "is_active":
        return _("yes") if written else _("no")
    return _cut(book_words.rule_word(key, written)) if written else "–"


def told(changes: Sequence[ChangeGroup]) -> Iterable[str]:
    """The same as lines of text."""
    for group in changes:
        for line in group.lines:
            fields = "; ".join(line.fields)
            yield f"{group.title}: {line.part} {line.codes} ({line.names}) {fields}".rstrip()
