"""What a workbook would change, by three-way comparison, and what stands against it.

For every pair and rule there are three words: what it said when the file was made (its mark),
what the file says, and what the matrix says now. Only the file changed: a change. Only the matrix
changed: it stays. Both, and differently: a conflict, and nothing of the file is taken over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossbank.engine.snapshot import ChangeKind
from crossbank.matrix import book_values
from crossbank.matrix.book_reader import Parsed
from crossbank.matrix.book_values import Wish
from crossbank.matrix.books import Said, Stand
from crossbank.matrix.models import Pairing
from crossbank.org.table_rows import RowChange, wanted_rows
from crossbank.web.workbook_lists import Name, Trouble, mark


@dataclass(frozen=True, kw_only=True)
class PairChange:
    """One pair that the file says differently; `before` or `after` None: it is not by hand."""

    name: Name
    before: Said | None
    after: Said | None
    where: str

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ; empty unless both are there."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            field
            for field, old, new in zip(Said._fields, self.before, self.after, strict=True)
            if old != new
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of it is written, or nothing: with troubles, nothing. `notes` stop nobody."""

    pairs: tuple[PairChange, ...] = ()
    rules: tuple[RowChange, ...] = ()  # of pairs and of baskets
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[str, ...] = ()
    stand: str = ""  # the state of the matrix that the file was compared with
    rule_forms: dict[Name, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def count(self) -> int:
        return len(self.pairs) + len(self.rules)

    @property
    def digest(self) -> str:
        """What a person confirms: these changes of this matrix, no others."""
        return sha256(repr((self.stand, self.pairs, self.rules)).encode()).hexdigest()

    def written(self) -> list[tuple[Any, list[Any]]]:
        """Each rule and the form that wrote it."""
        return [(form.instance, [form]) for form in self.rule_forms.values() if form]


def make(parsed: Parsed, stand: Stand) -> Plan:
    """This will compare a workbook with the matrix as it is now. Writes nothing."""
    troubles, notes = list(parsed.troubles), _notes_on_missing(parsed)
    wishes = book_values.wishes(parsed, stand, troubles, notes)
    pairs = list(_pair_changes(wishes, parsed, stand, troubles, notes))
    for change in pairs:
        troubles += _pair_troubles(change, wishes[change.name], stand)
    rules = _rules(parsed, stand, troubles, notes)
    return Plan(
        pairs=tuple(sorted(pairs, key=lambda change: change.name)),
        rules=tuple(rules),
        troubles=tuple(sorted(troubles, key=lambda trouble: trouble.place(parsed.tabs))),
        notes=tuple(notes),
        rule_forms={(change.table, change.name): form for change, form in rules.items()},
        stand=stand.digest,
    )


def _rules(
    parsed: Parsed, stand: Stand, troubles: list[Trouble], notes: list[str]
) -> dict[RowChange, Any]:
    """Every rule that differs, with the form of the back office that judged it."""
    found = {}
    for key, rows in stand.tables.items():
        lines = parsed.lists.get(key, ())
        for one in wanted_rows(rows, lines, parsed.list_marks, troubles, notes):
            found[one.change] = one.judged() if one.values else None
    return found


def _notes_on_missing(parsed: Parsed) -> list[str]:
    if not parsed.missing:
        return []
    titles = ", ".join(parsed.missing)
    return [_("Not in this file, so left as it is: %(sheets)s.") % {"sheets": titles}]


def _pair_changes(
    wishes: dict[Name, Wish],
    parsed: Parsed,
    stand: Stand,
    troubles: list[Trouble],
    notes: list[str],
) -> Iterator[PairChange]:
    kept = 0
    for name, wish in wishes.items():
        before = stand.said.get(name)
        if wish.said == before:
            continue
        then = book_values.mark_then(parsed, name)
        if _mark(wish.said) == then:
            kept += 1
        elif _mark(before) == then:
            yield PairChange(name=name, before=before, after=wish.said, where=wish.where)
        else:
            now = book_values.in_words(before)
            words = _(
                "Somebody changed %(pair)s since this file was made; it now says: %(now)s. Write "
                "the same here, or download the workbook again."
            ) % {"pair": " → ".join(name), "now": now}
            troubles.append(Trouble(where=wish.where, words=words))
    if kept:
        notes.append(_kept(kept))


def _kept(count: int) -> str:
    return ngettext(
        "%(count)d pair was changed by somebody since this file was made; it stays so.",
        "%(count)d pairs were changed by somebody since this file was made; they stay so.",
        count,
    ) % {"count": count}


def _mark(said: Said | None) -> str:
    return mark(said) if said else ""


def _pair_troubles(change: PairChange, wish: Wish, stand: Stand) -> Iterable[Trouble]:
    """What the pairing's own form would say, named by the cell of each field."""
    said, name = change.after, change.name
    if said is None:
        return
    main, cross = (stand.products[code] for code in name)
    if main == cross:
        yield Trouble(where=wish.where, words=_("A product is not paired with itself."))
        return
    pairing = Pairing(main=main, cross=cross, **said._asdict())
    errors: dict[str, list[str]] = {}
    for check in (lambda: pairing.clean_fields(exclude=["main", "cross"]), pairing.clean):
        try:
            check()
        except ValidationError as found:
            errors |= found.message_dict
    if said.relation == Pairing.Relation.UP_SELL and not cross.is_main:
        errors["cross"] = [_("%(product)s is no main product.") % {"product": cross}]
    for key, sentences in errors.items():
        for sentence in sentences:
            yield Trouble(where=wish.place(key), words=sentence)
