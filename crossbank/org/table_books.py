"""Several models as one workbook that goes out and comes back: looked at first, then all or nothing.

Looking and taking over are the same act: every row is judged and written as the back office would,
beside all that the file has written before it, in one transaction; after a look it is taken back.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crossbank.org.changes import SHOWN, ChangeGroup, grouped
from crossbank.org.models import User
from crossbank.org.table_rows import RowChange, Wanted, change_line, wanted_rows
from crossbank.org.table_writing import Saved, Writing, log
from crossbank.org.tables import Standing, Table, standing
from crossbank.org.uploads import CannotTakeOver, Moved
from crossbank.web.workbook_cells import Value
from crossbank.web.workbook_lists import HIDDEN, STATE, Line, ListReader, Name, Trouble, seal
from crossbank.web.workbooks import Book, Limits, Refused, open_book

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class TableBook:
    """A workbook with one sheet for each table; later tables may name rows of earlier ones."""

    kind: str
    format: str
    title: Promise
    tables: tuple[Table, ...]
    read_me: tuple[tuple[Promise | str, Promise], ...] = ()
    limits: Limits = field(default=Limits(sheets=16, rows=10_000))

    @cached_property
    def by_key(self) -> dict[str, Table]:
        return {table.key: table for table in self.tables}


@dataclass(frozen=True, kw_only=True)
class Stand:
    """All rows of a workbook's tables as they are."""

    book: TableBook
    tables: dict[str, Standing]

    def marks(self) -> dict[Name, str]:
        return {
            (key, name): found
            for key, rows in self.tables.items()
            for name, found in rows.marks().items()
        }

    @property
    def digest(self) -> str:
        return seal(self.book.format, marks=self.marks().items())


@dataclass(frozen=True, kw_only=True)
class TablePlan:
    """All of it is written, or nothing: with troubles, nothing. `notes` stop nobody."""

    book: TableBook
    changes: tuple[RowChange, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[str, ...] = ()
    stand: str = ""
    saved: tuple[Saved, ...] = field(default=(), compare=False, repr=False)

    @property
    def count(self) -> int:
        return len(self.changes)

    @property
    def digest(self) -> str:
        """What a person confirms: these changes of these rows, no others."""
        return sha256(repr((self.stand, self.changes)).encode()).hexdigest()

    def written(self) -> list[tuple[models.Model, list[forms.ModelForm]]]:
        """Each row whose page shows something new, and the forms that wrote it."""
        found: dict[models.Model, list[forms.ModelForm]] = {}
        for one in self.saved:
            if one.form is not None:
                found.setdefault(one.row, []).append(one.form)
        return list(found.items())

    def groups(self, *, shown: int = SHOWN) -> list[ChangeGroup]:
        tables = self.book.by_key
        return grouped(
            self.changes, lambda change: change_line(change, tables[change.table]), shown=shown
        )


def read(book: TableBook, *, is_locked: bool = False) -> Stand:
    """This will read all rows. `is_locked`: nobody may change them until the transaction ends."""
    if is_locked:
        # whoever takes over second waits here, and then reads what the first has written
        first = book.tables[0].model._meta
        kinds = ContentType.objects.select_for_update(no_key=True)
        kinds.filter(app_label=first.app_label, model=first.model_name).first()
    return Stand(
        book=book,
        tables={table.key: standing(table, is_locked=is_locked) for table in book.tables},
    )


def look(book: TableBook, content: bytes) -> TablePlan:
    """This will say what a workbook would change; nothing of it stays. Raises Refused."""
    opened = _opened(book, content)
    with transaction.atomic():
        plan = _compare(opened, read(book, is_locked=True))
        transaction.set_rollback(True)
    return plan


def take_over(
    book: TableBook, *, content: bytes, seen: str | None = None, at: datetime, by: User
) -> TablePlan:
    """This will write what a workbook changes: all of it, or nothing.

    `seen`: the digest of the plan that was shown, None when nobody looked. Raises Refused,
    CannotTakeOver with the plan, Moved with the plan as it is now.
    """
    opened = _opened(book, content)  # the slow half, before anything is locked
    with transaction.atomic():
        plan = _compare(opened, read(book, is_locked=True))
        if plan.troubles:
            raise CannotTakeOver(plan)
        if seen is not None and seen != plan.digest:
            raise Moved(plan)
        LogEntry.objects.bulk_create(log(plan.saved, at=at, by=by), batch_size=_BATCH)
    return plan


def _opened(book: TableBook, content: bytes) -> Book:
    return open_book(content, limits=book.limits, hidden=HIDDEN)


@dataclass(kw_only=True)
class _Parsed:
    lists: dict[str, list[Line]] = field(default_factory=dict)
    marks: dict[Name, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _compare(opened: Book, stand: Stand) -> TablePlan:
    """Writes while it compares: the caller takes everything back when there are troubles."""
    parsed = _parsed(opened, stand.book)
    wanted: list[Wanted] = []
    for table in stand.book.tables:
        lines = parsed.lists.get(table.key, ())
        at = stand.tables[table.key]
        wanted += wanted_rows(at, lines, parsed.marks, parsed.troubles, parsed.notes)
    saved = Writing(stand.book.tables, wanted).saved()
    tabs = tuple(opened.sheets)
    return TablePlan(
        book=stand.book,
        changes=tuple(one.change for one in wanted),
        troubles=tuple(sorted(parsed.troubles, key=lambda trouble: trouble.place(tabs))),
        notes=tuple(parsed.notes),
        stand=stand.digest,
        saved=tuple(saved),
    )


def _parsed(opened: Book, book: TableBook) -> _Parsed:
    """This will read all sheets. Raises Refused when the file is not of this kind."""
    facts, parsed = _facts(opened, book), _Parsed()
    rows = opened.sheets[STATE].rows.values()
    parsed.marks = {(str(r[4]), str(r[5])): str(r[6]) for r in rows if {4, 5, 6} <= r.keys()}
    if facts.get("seal") != seal(book.format, marks=parsed.marks.items()):
        raise Refused(
            _(
                "The hidden sheets of this workbook (%(sheets)s) were changed. Download it again "
                "and repeat your changes there."
            )
            % {"sheets": STATE}
        )
    titles = {t.key: str(facts.get(f"sheet {t.key}") or t.title) for t in book.tables}
    known = {title.casefold(): key for key, title in titles.items()}
    read_me = str(facts.get("sheet read_me")).casefold()
    for title, sheet in opened.sheets.items():
        key = known.get(title.casefold())
        if key:
            keys = [column.key for column in book.by_key[key].columns]
            parsed.lists[key] = ListReader(sheet, parsed.troubles).lines(keys)
        elif title != STATE and title.casefold() != read_me:
            where = _("sheet “%(sheet)s”") % {"sheet": title}
            words = _("This sheet does not belong here. Remove it, or give it its old name.")
            parsed.troubles.append(Trouble(where=where, words=words))
    if missing := ", ".join(titles[key] for key in titles if key not in parsed.lists):
        words = _("Not in this file, so left as it is: %(sheets)s.")
        parsed.notes.append(words % {"sheets": missing})
    return parsed


def _facts(opened: Book, book: TableBook) -> dict[str, Value]:
    state = opened.sheets.get(STATE)
    if state is None or state.at(1, 2) != book.format:
        raise Refused(
            _("This is not the workbook “%(title)s”. Download it here and write into that one.")
            % {"title": book.title}
        )
    return {str(row[1]): row[2] for row in state.rows.values() if 1 in row and 2 in row}
