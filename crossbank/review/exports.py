"""Exports that are too long for an answer: asked for, started, cancelled, handed out, forgotten.

A process of its own writes each, so no web worker waits for it and nobody's recording either; what
it does is in `export_process.py`.
"""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from crossbank.org import access
from crossbank.org.models import User
from crossbank.review import sums
from crossbank.review.forms import query
from crossbank.review.models import Export
from crossbank.review.raw_book import file_name
from crossbank.review.terms import Filter

State = Export.State


class OneAtATime(Exception):
    """This person has one under way."""


class AllBusy(Exception):
    """As many as the bank writes at once are being written."""


class AlreadyOver(Exception):
    """It is ready, cancelled or failed: there is nothing to cancel."""


def make(*, asked: Filter, at: datetime, by: User) -> Export:
    """This will note what is to be written; `start` begins it once this is committed.

    Raises: OneAtATime, AllBusy. Constraints decide, so of two who ask at once one is refused.
    """
    forget(at=at)
    bury(at=at)
    if Export.objects.open().filter(by=by).exists():
        raise OneAtATime
    taken = set(Export.objects.open().values_list("slot", flat=True))
    free = [slot for slot in range(1, Export.SLOTS + 1) if slot not in taken]
    if not free:
        raise AllBusy
    try:
        with transaction.atomic():
            return Export.objects.create(
                by=by,
                filter=query(asked),
                language=get_language() or settings.LANGUAGE_CODE,
                slot=free[0],
                rows_all=sums.data_rows(asked, today=at.date()),
                file_name=file_name(asked),
                made_at=at,
                seen_at=at,
            )
    except IntegrityError:  # somebody was faster: this person, or others
        if Export.objects.open().filter(by=by).exists():
            raise OneAtATime from None
        raise AllBusy from None


def start(export: Export) -> None:
    """This will begin a process that outlives the request and the server."""
    process = subprocess.Popen(  # noqa: S603 - our own command, a number as its argument
        [sys.executable, str(settings.BASE / "manage.py"), "write_export", str(export.pk)],
        cwd=settings.BASE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # somebody has to ask how it ended, or it stays in the table of processes
    threading.Thread(target=process.wait, daemon=True).start()


def cancel(*, export: Export, at: datetime, by: User) -> None:
    """This will end it; its process notices within a second and leaves no file. Raises: AlreadyOver."""
    found = Export.objects.open().filter(pk=export.pk, by=by)
    if not found.update(state=State.CANCELLED, slot=None, finished_at=at):
        raise AlreadyOver


def bury(*, at: datetime) -> int:
    """This will call those failed whose process died, so that others get their place."""
    silent = list(Export.objects.silent(at).values_list("pk", flat=True))
    for pk in silent:
        part(pk).unlink(missing_ok=True)
    return (
        Export.objects.silent(at)
        .filter(pk__in=silent)
        .update(state=State.FAILED, slot=None, finished_at=at)
    )


def forget(*, at: datetime) -> int:
    """This will delete what is a day old, and files that no row knows. The file goes first: a row
    without its file says so, a file without its row says nothing."""
    lying = list(folder().iterdir())  # before rows are read: a file's row is always older than it
    old = set(Export.objects.old(at).values_list("pk", flat=True))
    known = {str(pk) for pk in Export.objects.values_list("pk", flat=True) if pk not in old}
    for left in lying:
        if left.name.partition(".")[0] not in known:
            left.unlink(missing_ok=True)
    return Export.objects.filter(pk__in=old).delete()[0]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What somebody may see now: people change branch and role. `branches`: row ids."""

    branches: frozenset[int]
    names: bool

    @classmethod
    def of(cls, reader: User) -> "Reach":
        branches = access.visible_branches(reader).values_list("pk", flat=True)
        return cls(branches=frozenset(branches), names=access.may_see_names(reader))

    def covers(self, export: Export) -> bool:
        """Whether that is all that the file holds."""
        return set(export.places) <= self.branches and (self.names or not export.names)


def folder() -> Path:
    """Where files lie, for nobody but the server's own user."""
    found = Path(settings.EXPORT_DIR)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def file(pk: int) -> Path:
    return folder() / f"{pk}.xlsx"


def part(pk: int) -> Path:
    """The file while it is being written."""
    return folder() / f"{pk}.part"


def opened(pk: int) -> int:
    """A new part that only the server's own user may read, as a descriptor."""
    return os.open(part(pk), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
