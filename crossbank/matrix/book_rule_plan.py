"""Pairing rules of a workbook against the rules as they are: what would change, and the forms."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossbank.engine.snapshot import ChangeKind
from crossbank.matrix import books
from crossbank.matrix.book_reader import Line, Parsed, Trouble
from crossbank.matrix.book_rules import (
    DAYS,
    KEYS,
    MANY,
    NUMBERS,
    PRICES,
    ImportedRuleForm,
    plain,
    read_value,
    rule_form,
    unknown_products,
)
from crossbank.matrix.book_values import text_of
from crossbank.matrix.books import Stand
from crossbank.matrix.models import Pairing, Rating
from crossbank.web.workbook_cells import Value

_CHOICES = {"relation": Pairing.Relation, "rating": Rating, "kind": Pairing.Kind}
_TEXTS = {"reason", "instead", "benefit", "say"}
_NO = {"", "0", "no", "false"}
_DEFAULTS = {
    "is_active": "1",
    "relation": "cross_sell",
    "priority": "10",
    "rank": "100",
    "kind": "related",
}


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """One rule that the file says differently; values by column, as texts; {}: it is not there."""

    code: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    where: str

    @property
    def kind(self) -> ChangeKind:
        if not self.before:
            return ChangeKind.ADDED
        return ChangeKind.CHANGED if self.after else ChangeKind.REMOVED

    @property
    def fields(self) -> tuple[str, ...]:
        """Keys of the columns that differ; empty unless both are there."""
        if self.kind is not ChangeKind.CHANGED:
            return ()
        now = dict(self.before)
        return tuple(key for key, value in self.after if now.get(key) != value)


Planned = list[tuple[RuleChange, ImportedRuleForm | None]]


def plan_rules(parsed: Parsed, stand: Stand, troubles: list[Trouble], notes: list[str]) -> Planned:
    """This will judge every row of the rules that differs by the form of the back office."""
    found: Planned = []
    seen: dict[str, Line] = {}
    kept = 0
    for line in parsed.lists.get("rules", ()):
        row = _Row(line, stand, troubles)
        if row.code in seen:
            first = seen[row.code].where("code")
            words = _("%(code)s stands here twice; first in %(cell)s.")
            row.blame("code", words % {"code": row.code, "cell": first})
            continue
        seen[row.code] = line
        wanted = row.values()
        then = parsed.list_marks.get(("rules", row.code), "")
        if wanted != row.now and _mark(wanted) == then:
            kept += 1
        elif wanted != row.now:
            found += row.change(wanted, then)
    if kept:
        notes.append(_kept(kept))
    return found


def _kept(count: int) -> str:
    return ngettext(
        "%(count)d rule was changed by somebody since this file was made; it stays so.",
        "%(count)d rules were changed by somebody since this file was made; they stay so.",
        count,
    ) % {"count": count}


def _mark(values: dict[str, str]) -> str:
    return books.mark(values.items()) if values else ""


class _Row:
    """One row of the rules."""

    def __init__(self, line: Line, stand: Stand, troubles: list[Trouble]) -> None:
        self.line, self.stand, self.troubles = line, stand, troubles
        self.code = str(line.cells.get("code", "")).strip()
        self.now = stand.written.get(self.code, {})

    def blame(self, key: str, words: str) -> None:
        self.troubles.append(Trouble(where=self.line.where(key), words=words))

    def _blaming(self, key: str) -> Callable[[str], None]:
        return lambda words: self.blame(key, words)

    def values(self) -> dict[str, str]:
        """The row as texts by column; {} when it is marked to be removed."""
        if self.line.is_removal:
            return {}
        return {key: self._value(key) for key in KEYS}

    def _value(self, key: str) -> str:
        if key not in self.line.columns:
            return self.now.get(key, _DEFAULTS.get(key, ""))
        raw = self.line.cells.get(key)
        if raw is None:
            return _DEFAULTS.get(key, "")  # as in the grids: empty is what is usual
        if key == "is_active":
            return "" if str(raw).strip().casefold() in {*_NO, _("no").casefold()} else "1"
        if key in DAYS:
            return raw.isoformat()[:10] if hasattr(raw, "isoformat") else str(raw).strip()
        if key in NUMBERS | PRICES:
            return read_value(key, _number(raw))
        return self._words(key, raw)

    def _words(self, key: str, raw: Value) -> str:
        written = text_of(raw, self.now.get(key, ""), self._blaming(key))
        if key in _CHOICES:
            return books.code_of(_CHOICES[key], written) or written
        return written if key in _TEXTS or key not in MANY else read_value(key, plain(written))

    def change(self, wanted: dict[str, str], then: str) -> Planned:
        """What the row changes; nothing but a trouble when somebody else changed it too."""
        if _mark(self.now) != then:
            words = _(
                "Somebody changed the rule %(code)s since this file was made. Download the "
                "workbook again and repeat your change there."
            )
            self.blame("code", words % {"code": self.code})
            return []
        change = RuleChange(
            code=self.code,
            before=tuple(self.now.items()),
            after=tuple(wanted.items()),
            where=self.line.where("code"),
        )
        return [(change, self.form(wanted) if wanted else None)]

    def form(self, wanted: dict[str, str]) -> ImportedRuleForm:
        """The filled form; what it has to say becomes troubles of this row's cells."""
        rule = self.stand.rules.get(self.code)
        form = rule_form(wanted, self.stand.products, rule)
        for key in KEYS:
            for code in unknown_products(key, wanted[key], self.stand.products):
                words = _("There is no product with the code “%(code)s”.") % {"code": code[:40]}
                self.blame(key, words)
        for key, sentences in form.errors.items():
            for sentence in sentences:
                self.blame(key if key in self.line.columns else "code", str(sentence))
        return form


def _number(raw: Value) -> str:
    if isinstance(raw, float):
        return f"{raw:.6f}".rstrip("0").rstrip(".")
    return str(raw).strip()
