"""Writing one export, in a process of its own: read as of one moment, told about every second.

The reading keeps its connection busy in a transaction that cannot write; a thread with a
connection of its own says how far it is, in a statement each, and hears whether to go on.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from django.http import Http404, QueryDict
from django.utils import timezone, translation

from crossbank.org.access import REVIEWERS
from crossbank.review import exports, raw_rows
from crossbank.review import scope as scopes
from crossbank.review.forms import ReviewFilter
from crossbank.review.models import Export
from crossbank.review.raw_book import raw_book, total
from crossbank.review.steady import steady
from crossbank.review.terms import Filter

BEAT = 1.0  # seconds between two signs of life
State = Export.State


class Stopped(Exception):
    """Somebody cancelled it, or took it for dead."""


class NoLongerAllowed(Exception):
    """Who asked for it may no longer see what he asked for."""


def write(pk: int) -> bool:
    """This will write an export that waits; False where there was nothing to do or it was ended.

    Whatever goes wrong, no file is left and the row says so.
    """
    if not Export.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.RUNNING, seen_at=timezone.now()
    ):
        return False
    export = Export.objects.select_related("by__branch__region", "by__region").get(pk=pk)
    try:
        with translation.override(export.language), _beating(pk) as beat:
            asked = _asked(export)
            _write_part(export, asked, beat)
        return _finish(export, asked, beat.done)
    except Stopped:
        return False
    except BaseException:
        _close(pk, state=State.FAILED)
        raise
    finally:
        exports.part(pk).unlink(missing_ok=True)


class _Beat(threading.Thread):
    """Says how far the writing is; `over` is set when nobody waits for it any more."""

    def __init__(self, pk: int) -> None:
        super().__init__(daemon=True)
        self._pk = pk
        self._end = threading.Event()
        self.over = threading.Event()
        self.done = self.all = 0

    def run(self) -> None:
        try:
            while not self._end.wait(BEAT):
                self._tell()
        finally:
            connection.close()

    def _tell(self) -> None:
        told = {"rows_done": self.done, "seen_at": timezone.now()}
        if self.all:
            told["rows_all"] = self.all
        try:
            if not Export.objects.filter(pk=self._pk, state=State.RUNNING).update(**told):
                self.over.set()
        except OperationalError:
            """The database is busy; the next sign of life is a second away."""

    def end(self) -> None:
        self._end.set()
        self.join()

    def hear(self, rows: int) -> None:
        self.go_on()
        self.done += rows

    def go_on(self) -> None:
        if self.over.is_set():
            raise Stopped


@contextmanager
def _beating(pk: int) -> Iterator[_Beat]:
    beat = _Beat(pk)
    beat.start()
    try:
        yield beat
    finally:
        beat.end()


def _asked(export: Export) -> Filter:
    """By the rights of now, which may be less than when it was asked for."""
    by = export.by
    if not by.is_active or by.role not in REVIEWERS:
        raise NoLongerAllowed
    form = ReviewFilter(
        QueryDict(export.filter), scope=scopes.of(by), today=timezone.localdate(export.made_at)
    )
    try:
        valid = form.is_valid()
    except Http404:
        valid = False
    if not valid:
        raise NoLongerAllowed
    return form.asked


def _write_part(export: Export, asked: Filter, beat: _Beat) -> None:
    with steady(), os.fdopen(exports.opened(export.pk), "wb") as out:
        months = raw_rows.count(asked)
        beat.all = total(months)
        for piece in raw_book(
            asked,
            months=months,
            made_by=export.by.display_name,
            made_at=timezone.localtime(),
            tell=beat.hear,
        ):
            out.write(piece)
            beat.go_on()


def _finish(export: Export, asked: Filter, rows: int) -> bool:
    """The file stands before the row says so."""
    exports.part(export.pk).replace(exports.file(export.pk))
    done = _close(
        export.pk,
        state=State.DONE,
        rows_done=rows,
        rows_all=rows,
        places=[place.pk for place in asked.places],
        names=asked.names,
    )
    if not done:
        exports.file(export.pk).unlink(missing_ok=True)
    return done


def _close(pk: int, **fields: object) -> bool:
    running = Export.objects.filter(pk=pk, state=State.RUNNING)
    return bool(running.update(slot=None, finished_at=timezone.now(), **fields))
