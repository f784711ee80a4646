"""Taking a workbook over into the working copy: everything it changes, in one transaction."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from crossbank.conduct import services as conduct
from crossbank.engine.snapshot import ChangeKind
from crossbank.matrix import book_plan, book_reader, books
from crossbank.matrix.book_plan import PairChange, Plan
from crossbank.matrix.book_rules import TABLES
from crossbank.matrix.books import Said, Stand
from crossbank.matrix.models import Edition, Pairing
from crossbank.org.models import User
from crossbank.org.table_rows import RowChange
from crossbank.org.table_writing import FLAGS, Saved, log
from crossbank.org.uploads import CannotTakeOver, Moved
from crossbank.web.batches import batches
from crossbank.web.workbook_lists import HIDDEN
from crossbank.web.workbooks import Book, open_book

_BATCH = 500
_NAMED = 200  # pairs that the trail names one by one
_LABELS = {name: str(Pairing._meta.get_field(name).verbose_name) for name in Said._fields}


def look(content: bytes) -> Plan:
    """This will say what a workbook would change, writing nothing. Raises Refused."""
    return _compare(_opened(content), books.read())


def take_over(*, content: bytes, seen: str | None = None, at: datetime, by: User) -> Plan:
    """This will write what a workbook changes: all of it, or nothing.

    `seen`: the digest of the plan that was shown, None when nobody looked. Raises Refused,
    CannotTakeOver with the plan, Moved with the plan as it is now.
    """
    book = _opened(content)  # the slow half, before anything is locked
    with transaction.atomic():
        # whoever takes over second waits here, and then reads what the first has written
        Edition.objects.select_for_update().order_by("-number").values_list("pk").first()
        stand = books.read(is_locked=True)
        plan = _compare(book, stand)
        if plan.troubles:
            raise CannotTakeOver(plan)
        if seen is not None and seen != plan.digest:
            raise Moved(plan)
        if plan.count:
            _write(plan, stand, at=at, by=by)
            _record(plan, stand, content, at=at, by=by)
    return plan


def _opened(content: bytes) -> Book:
    return open_book(content, limits=books.LIMITS, hidden=HIDDEN)


def _compare(book: Book, stand: Stand) -> Plan:
    parsed = book_reader.read(book, edition=stand.edition, products=stand.products)
    return book_plan.make(parsed, stand)


def _write(plan: Plan, stand: Stand, *, at: datetime, by: User) -> None:
    gone = [stand.pks[c.name] for c in plan.pairs if c.kind is ChangeKind.REMOVED]
    for some in batches(gone, _BATCH):
        Pairing.objects.filter(pk__in=some).delete()
    fresh = [_pairing(c, stand) for c in plan.pairs if c.kind is ChangeKind.ADDED]
    Pairing.objects.bulk_create(fresh, batch_size=_BATCH)
    changed = [_pairing(c, stand) for c in plan.pairs if c.kind is ChangeKind.CHANGED]
    Pairing.objects.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["main", "cross"],
        update_fields=[*Said._fields, "origin"],
    )
    rules = [_saved(change, plan, stand) for change in plan.rules]
    if by.pk:
        pks = {**stand.pks, **_pks_of(fresh)}
        entries = [*_log(plan.pairs, pks, at=at, by=by), *log(rules, at=at, by=by)]
        LogEntry.objects.bulk_create(entries, batch_size=_BATCH)


def _saved(change: RowChange, plan: Plan, stand: Stand) -> Saved:
    form = plan.rule_forms[change.table, change.name]
    row = form.save() if form else stand.tables[change.table].rows[change.name]
    pk = row.pk
    if form is None:
        row.delete()
    return Saved(table=TABLES[change.table], change=change, row=row, pk=pk, words=change.name)


def _pairing(change: PairChange, stand: Stand) -> Pairing:
    main, cross = (stand.products[code] for code in change.name)
    said = change.after._asdict() if change.after else {}
    return Pairing(main=main, cross=cross, origin=Pairing.Origin.IMPORT, **said)


def _pks_of(fresh: Iterable[Pairing]) -> dict[books.Name, int]:
    return {(pairing.main.code, pairing.cross.code): pairing.pk for pairing in fresh}


def _log(
    pairs: Iterable[PairChange], pks: dict[books.Name, int], *, at: datetime, by: User
) -> Iterator[LogEntry]:
    """The history that each pair's own page shows, as if a person had saved every one."""
    kind = ContentType.objects.get_for_model(Pairing)
    for change in pairs:
        yield LogEntry(
            user_id=by.pk,
            action_time=at,
            content_type=kind,
            object_id=str(pks[change.name]),
            object_repr=" → ".join(change.name),
            action_flag=FLAGS[change.kind],
            change_message=_message(change),
        )


def _message(change: PairChange) -> str:
    if change.kind is ChangeKind.ADDED:
        return json.dumps([{"added": {}}])
    if change.kind is ChangeKind.REMOVED:
        return ""
    fields = [_LABELS[name] for name in change.fields]
    return json.dumps([{"changed": {"fields": fields}}], ensure_ascii=False)


def _record(plan: Plan, stand: Stand, content: bytes, *, at: datetime, by: User) -> None:
    kinds = [change.kind for change in (*plan.pairs, *plan.rules)]
    conduct.record(
        action="matrix_imported",
        subject=f"edition {stand.edition}",
        detail={
            "file": sha256(content).hexdigest(),
            **{kind.value: kinds.count(kind) for kind in ChangeKind},
            "pairs": [" → ".join(change.name) for change in plan.pairs[:_NAMED]],
            "rules": [change.name for change in plan.rules[:_NAMED]],
        },
        at=at,
        by=by,
    )
