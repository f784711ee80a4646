"""The rows of a list against the rows as they are: what each would change, and its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossbank.engine.snapshot import ChangeKind
from crossbank.org.changes import ChangeLine, cut
from crossbank.org.table_columns import Column
from crossbank.org.tables import NUMBER, Standing, Table, Values, of_codes
from crossbank.web.workbook_lists import Line, Name, Trouble, plain


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row that the file says differently; values by column, as texts; (): it is not there."""

    table: str
    name: str
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
        return tuple(key for key, value in self.after if now.get(key, "") != value)


class Wanted:
    """One row of the file that says something else than the bank; its form says whether it may."""

    def __init__(self, reading: "_Reading", wanted: Values) -> None:
        self.line, self.table, self._troubles = reading.line, reading.table, reading.troubles
        self.values, self.row = wanted, reading.row
        self.blamed = reading.blamed
        self.change = RowChange(
            table=self.table.key,
            name=reading.name,
            before=tuple(reading.now.items()),
            after=tuple(wanted.items()),
            where=self.line.where(self.table.first),
        )

    def blame(self, key: str, words: str) -> None:
        self.blamed.add(key)
        at = key if key in self.line.columns else self.table.first
        self._troubles.append(Trouble(where=self.line.where(at), words=words))

    def judged(
        self, *, expected: Iterable[str] = (), answers: Mapping[str, Any] | None = None
    ) -> forms.ModelForm:
        """The filled form; what it has to say becomes troubles of this row's cells.

        `expected`: codes that the file brings along and that have their own troubles. `answers`:
        to what the table asks.
        """
        form = self.table.bound(self.values, self.row, answers or {})
        for column in of_codes(self.table.fields):
            if missing := column.missing(self.values[column.key]):
                for code in missing:
                    if code not in expected and column.key not in self.blamed:
                        self.blame(column.key, column.unknown(code))
                self.blamed.add(column.key)
        for key, sentences in form.errors.items():
            if key not in self.blamed:
                for sentence in sentences:
                    self.blame(key, str(sentence))
        return form


def wanted_rows(
    at: Standing,
    lines: Iterable[Line],
    marks: Mapping[Name, str],
    troubles: list[Trouble],
    notes: list[str],
) -> list[Wanted]:
    """This will read every row of a list and keep those that the file changed."""
    found: list[Wanted] = []
    seen: dict[str, Line] = {}
    kept = 0
    for line in lines:
        reading = _Reading(at, line, troubles)
        if line.spoilt & {*at.table.identity, NUMBER}:
            continue  # nobody knows which row it is
        if reading.name in seen:
            reading.blame_twice(seen[reading.name])
            continue
        wanted, then = reading.values(), marks.get((at.table.key, reading.name), "")
        seen[reading.name] = line
        if reading.is_said_already(wanted):
            continue
        if _mark(at.table, wanted) == then:
            kept += 1
        elif reading.may_change(then):
            found.append(Wanted(reading, wanted))
    if kept:
        notes.append(_kept(kept, at.table))
    return found


def _mark(table: Table, values: Values) -> str:
    return table.mark(values) if values else ""


def _kept(count: int, table: Table) -> str:
    words = ngettext(
        "%(sheet)s: %(count)d row was changed by somebody since this file was made; it stays so.",
        "%(sheet)s: %(count)d rows were changed by somebody since this file was made; they stay so.",
        count,
    )
    return words % {"count": count, "sheet": table.title}


class _Reading:
    """One row as the file has it."""

    def __init__(self, at: Standing, line: Line, troubles: list[Trouble]) -> None:
        self.at, self.table, self.line, self.troubles = at, at.table, line, troubles
        self.blamed = {*line.spoilt}
        named = {c.key: self._named(c) for c in at.table.values}
        self.name = at.table.name(named) or f"+{line.row}"
        self.now = at.written.get(self.name, {})
        self.row = at.rows.get(self.name)

    def _named(self, column: Column) -> str:
        raw = self.line.cells.get(column.key, "")
        return plain(str(raw))

    def blame(self, key: str, words: str) -> None:
        self.blamed.add(key)
        self.troubles.append(Trouble(where=self.line.where(key), words=words))

    def values(self) -> Values:
        """The row as texts by column; {} when it is marked to be removed."""
        if self.line.is_removal and not self.table.is_kept:
            return {}
        return {column.key: self._value(column) for column in self.table.values}

    def _value(self, column: Column) -> str:
        now = self.now.get(column.key, column.usual)
        if column.key not in self.line.columns or column.key in self.line.spoilt:
            return now
        raw = self.line.cells.get(column.key)
        if raw is None:
            return column.usual
        return column.read(raw, now, partial(self.blame, column.key))

    def is_said_already(self, wanted: Values) -> bool:
        """The row says so, or one without a number has the same words, as when sent twice."""
        if wanted == self.now:
            return True
        if self.table.identity or not wanted or wanted[NUMBER]:
            return False
        return any(wanted == {**other, NUMBER: ""} for other in self.at.written.values())

    def may_change(self, then: str) -> bool:
        """Unless somebody else changed the row too, or its number is nobody's."""
        if _mark(self.table, self.now) != then:
            words = _(
                "Somebody changed %(code)s since this file was made. Download the workbook again "
                "and repeat your change there."
            )
            self.blame(self.table.first, words % {"code": self.name})
            return False
        if self.table.identity or self.now or self.name.startswith("+"):
            return True
        self.blame(NUMBER, _("There is no row with this number. Leave it empty for a new one."))
        return False

    def blame_twice(self, first: Line) -> None:
        words = _("%(code)s stands here twice; first in %(cell)s.")
        place = first.where(self.table.first)
        self.blame(self.table.first, words % {"code": self.name, "cell": place})


def change_line(change: RowChange, table: Table) -> ChangeLine:
    """A changed row in words."""
    values = dict(change.after or change.before)
    called = values.get("name") or ""
    return ChangeLine(
        part=capfirst(table.model._meta.verbose_name),
        codes=table.label(values),
        names=" · ".join(filter(None, (called, change.where))),
        fields=list(_told(change, table)),
    )


def _told(change: RowChange, table: Table) -> Iterable[str]:
    before, after = dict(change.before), dict(change.after)
    for column in table.fields:
        old, new = before.get(column.key, ""), after.get(column.key, "")
        if column.key in change.fields:
            yield f"{column.heading}: {_value(column, old)} → {_value(column, new)}"
        elif change.kind is ChangeKind.ADDED and new and column.key not in table.identity:
            yield f"{column.heading}: {_value(column, new)}"


def _value(column: Column, written: str) -> str:
    return cut(column.told(written))
