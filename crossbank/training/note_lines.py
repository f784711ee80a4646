"""Coaching notes as the pages list them: whose turn it is, and what a note is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from crossbank.catalog.models import Product
from crossbank.engine.terms import Snapshot
from crossbank.org.models import User
from crossbank.training.models import CoachingNote
from crossbank.training.practising import snapshot_at

SHOWN = 100  # on one page


@dataclass(frozen=True, kw_only=True)
class Line:
    """`last`: the note or its last reply. `waits`: for the reader, who had not the last word."""

    note: CoachingNote
    last: Any
    main: str
    cross: str
    waits: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of notes. `before`, `after`: the ends of its neighbours' addresses, or ""."""

    lines: tuple[Line, ...]
    before: str
    after: str


def listed(notes: QuerySet[CoachingNote], *, page: str, reader: User, at: datetime) -> Listed:
    """This will read a page of notes, in a fixed number of queries; what names no page is the first
    one, and what lies behind the last one is the last."""
    found = Paginator(notes, SHOWN).get_page(page)
    return Listed(
        lines=lines(found.object_list, reader=reader, at=at),
        before=f"page={found.number - 1}" if found.has_previous() else "",
        after=f"page={found.number + 1}" if found.has_next() else "",
    )


def lines(notes: QuerySet[CoachingNote], *, reader: User, at: datetime) -> tuple[Line, ...]:
    """This will read all of these notes."""
    rows = list(notes)
    names = _names(rows, at)
    return tuple(_line(note, reader, names) for note in rows)


def _line(note: CoachingNote, reader: User, names: dict[str, str]) -> Line:
    last = note.last_word()
    return Line(
        note=note,
        last=last,
        main=names.get(note.main_code, note.main_code),
        cross=names.get(note.cross_code, note.cross_code),
        waits=reader.pk in (note.by_id, note.to_id) and last.by_id != reader.pk,
    )


def _names(notes: list[CoachingNote], at: datetime) -> dict[str, str]:
    """code -> name: as the edition in force says it, else as the catalogue does."""
    codes = {code for note in notes for code in (note.main_code, note.cross_code) if code}
    if not codes:
        return {}
    snapshot = snapshot_at(at) or Snapshot()
    known = {code: snapshot.product[code].name for code in codes & snapshot.product.keys()}
    if missing := codes - known.keys():
        known |= dict(Product.objects.filter(code__in=missing).values_list("code", "name"))
    return known
