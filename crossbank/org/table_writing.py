"""Writing the rows of a workbook: each judged by its form beside all rows as they will be."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from crossbank.engine.snapshot import ChangeKind
from crossbank.org.models import User
from crossbank.org.table_rows import RowChange, Wanted
from crossbank.org.tables import Table, of_codes

FLAGS = {ChangeKind.ADDED: ADDITION, ChangeKind.CHANGED: CHANGE, ChangeKind.REMOVED: DELETION}


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One row that was written or removed. `row`: the one whose page shows it."""

    table: Table
    change: RowChange
    row: models.Model
    pk: int
    words: str
    form: forms.ModelForm | None = None


class Writing:
    """Everything that a workbook wants; what may not be becomes a trouble of its cell."""

    def __init__(self, tables: Sequence[Table], wanted: Iterable[Wanted]) -> None:
        self.tables, self.wanted = tables, list(wanted)
        self._done: list[Saved] = []
        self._failed: set[str] = set()  # codes that the file brings along and that did not pass

    def saved(self) -> list[Saved]:
        """This will write all of it, so far as nothing stands against it."""
        gone = [one for one in reversed(self.wanted) if one.change.kind is ChangeKind.REMOVED]
        tied = [one for one in gone if not self._remove(one)]
        for table in self.tables:
            of_table = [one for one in self.wanted if one.table is table and one.values]
            _park(table, of_table)
            answers = {name: ask() for name, ask in table.asks.items()} if of_table else {}
            for one in self._in_order(table, of_table):
                self._save(one, answers)
        for one in tied:  # perhaps their rows have moved to others
            if not self._remove(one):
                one.blame(one.table.first, _why_not(one))
        return self._done

    def _remove(self, one: Wanted) -> bool:
        if admin.site.ties(one.row):
            return False
        pk = one.row.pk
        self._done.append(_saved(one, pk, None))
        one.row.delete()
        return True

    def _save(self, one: Wanted, answers: Mapping[str, Any]) -> None:
        form = one.judged(expected=self._failed, answers=answers)
        if one.blamed:
            self._failed.add(one.values.get("code", ""))
            return
        row = form.save()
        one.row = row
        self._done.append(_saved(one, row.pk, form))

    def _in_order(self, table: Table, rows: list[Wanted]) -> Iterator[Wanted]:
        """Rows that others of the file name go first; those in a circle are refused."""
        inner = [c.key for c in of_codes(table.fields) if c.model is table.model]
        waiting = {one.change.name: one for one in rows}
        while waiting:
            free = [
                name
                for name, one in waiting.items()
                if not waiting.keys() & {one.values[key] for key in inner} - {name}
            ]
            for name in free:
                yield waiting.pop(name)
            if waiting and not free:
                for one in waiting.values():
                    one.blame(inner[0], _("These rows name each other in a circle."))
                    self._failed.add(one.change.name)
                return


def _park(table: Table, rows: list[Wanted]) -> None:
    """Rows that change are taken out of each other's way first: they may trade places."""
    known = [one.row.pk for one in rows if one.row is not None]
    for name in table.parked if known else ():
        if table.model._meta.get_field(name).many_to_many:
            for one in rows:
                if one.row is not None:
                    getattr(one.row, name).clear()
        else:
            table.model._default_manager.filter(pk__in=known).update(**{name: None})


def _why_not(one: Wanted) -> str:
    ties = ", ".join(f"{tie.label}: {tie.count}" for tie in admin.site.ties(one.row))
    words = _("This cannot be removed: others name it (%(ties)s).") % {"ties": ties}
    page = admin.site._registry.get(one.table.model)
    return f"{words} {page.instead_of_deleting}" if page and page.instead_of_deleting else words


def _saved(one: Wanted, pk: int, form: forms.ModelForm | None) -> Saved:
    owners = [getattr(one.row, name) for name in one.table.owners]
    owner = next((found for found in owners if found is not None), one.row)
    return Saved(
        table=one.table,
        change=one.change,
        row=owner,
        pk=pk if owner is one.row else owner.pk,
        words=str(one.row),
        form=form,
    )


def log(saved: Iterable[Saved], *, at: datetime, by: User) -> Iterator[LogEntry]:
    """The history that each row's own page shows, as if a person had saved every one."""
    for one in saved if by.pk else ():
        is_own = not one.table.owners
        yield LogEntry(
            user_id=by.pk,
            action_time=at,
            content_type=ContentType.objects.get_for_model(one.row),
            object_id=str(one.pk),
            object_repr=str(one.row)[:200],
            action_flag=FLAGS[one.change.kind] if is_own else CHANGE,
            change_message=_message(one, is_own=is_own),
        )


def _message(one: Saved, *, is_own: bool) -> str:
    """As Django writes it, so that it is read in the language of whoever looks."""
    if is_own and one.change.kind is ChangeKind.REMOVED:
        return ""
    inner: dict[str, Any] = {}
    if not is_own:
        inner = {"name": str(one.table.model._meta.verbose_name), "object": one.words}
    if one.change.kind is ChangeKind.CHANGED:
        headings = {column.key: str(column.heading) for column in one.table.fields}
        inner["fields"] = [headings[key] for key in one.change.fields]
    act = {ChangeKind.ADDED: "added", ChangeKind.CHANGED: "changed", ChangeKind.REMOVED: "deleted"}
    return json.dumps([{act[one.change.kind]: inner}], ensure_ascii=False)
