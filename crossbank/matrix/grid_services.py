"""Saving from the grid editor: only what changed, never over somebody else's change."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from crossbank.matrix.grid import BY_RULE, FIELDS, INHERITED, GridCell, Shelf, all_fields, cells
from crossbank.matrix.models import Pairing
from crossbank.matrix.models.languages import nested
from crossbank.matrix.words import field_words
from crossbank.org.models import User

Place = tuple[str, str]  # codes of main and cross
Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """What an editor did to one cell.

    `was`: version of the cell he saw, seen at `seen_at`. `now`: the fields he changed with their
    new values; an empty rating takes the pair out of the matrix.
    """

    main: str
    cross: str
    was: str
    seen_at: datetime | None
    now: Mapping[str, Any]

    @property
    def place(self) -> Place:
        return self.main, self.cross

    @property
    def name(self) -> str:
        return f"{self.main} → {self.cross}"


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A cell that somebody changed after the editor saw it: left as it is."""

    change: CellChange
    cell: GridCell
    by: User | None  # None where no history says who


@dataclass(kw_only=True)
class Outcome:
    """`saved`: places that are now as asked. `cells`: the grid's cells whose content moved with
    them, heirs included. `invalid`: place -> problems by field; "" is the cell itself."""

    saved: list[Place] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    invalid: dict[Place, Problems] = field(default_factory=dict)
    cells: list[GridCell] = field(default_factory=list)


def save_cells(changes: Iterable[CellChange], *, at: datetime, by: User) -> Outcome:
    """This will save the good cells in one transaction and say why it left the others.

    Not all or nothing: cells are rows of their own, desks read none of them before publishing,
    and one colleague's change must not cost an afternoon's typing.
    """
    listed = list(changes)
    try:
        return _save(listed, at=at, by=by)
    except IntegrityError:
        # a colleague added one of these pairs at the same moment: the second look sees it
        return _save(listed, at=at, by=by)


@transaction.atomic
def _save(changes: list[CellChange], *, at: datetime, by: User) -> Outcome:
    shelf = Shelf(at.date())
    outcome, draft = Outcome(), _Draft()
    known = [change for change in changes if _is_known(shelf, change, outcome)]
    before = _read(shelf, [change.place for change in known], lock=True)
    moved = []
    for change in known:
        cell = before[change.place]
        if cell.version != change.was:
            moved.append((change, cell))
        elif problems := draft.take(shelf, change, cell):
            outcome.invalid[change.place] = problems
        else:
            outcome.saved.append(change.place)
    draft.write(at=at, by=by)
    outcome.stale = _with_names(moved)
    outcome.cells = _moved_along(shelf, outcome.saved)
    return outcome


def _is_known(shelf: Shelf, change: CellChange, outcome: Outcome) -> bool:
    main, cross = shelf.by_code.get(change.main), shelf.by_code.get(change.cross)
    problem = ""
    if main is None or not main.is_main:
        problem = _("%(code)s is not on sale as a main product.") % {"code": change.main}
    elif cross is None or not cross.is_cross:
        problem = _("%(code)s is not on sale as a cross product.") % {"code": change.cross}
    elif main is cross:
        problem = _("A product is not paired with itself.")
    if problem:
        outcome.invalid[change.place] = {"": [problem]}
    return not problem


def _read(shelf: Shelf, places: Iterable[Place], *, lock: bool = False) -> dict[Place, GridCell]:
    listed = list(places)
    return cells(
        shelf,
        mains=[shelf.by_code[code] for code in sorted({main for main, _cross in listed})],
        crosses=[shelf.by_code[code] for code in sorted({cross for _main, cross in listed})],
        lock=lock,
    )


class _Draft:
    """What will be written, collected so that 2,000 cells take as many queries as one."""

    def __init__(self) -> None:
        self.new: list[Pairing] = []
        self.changed: list[tuple[Pairing, list[str]]] = []
        self.gone: list[tuple[int, str]] = []

    def take(self, shelf: Shelf, change: CellChange, cell: GridCell) -> Problems | None:
        """This will note one change, or say what stands against it."""
        if cell.is_step_up:
            return {"": [_("This pair names a better main product; open its own page.")]}
        if not change.now.get("rating", cell.rating):
            return self._take_out(change, cell)
        values = {**cell.values, **change.now}
        moved = [
            name for name in all_fields() if name in change.now and _differs(name, values, cell)
        ]
        pairing = Pairing(
            pk=cell.pk,
            main=shelf.by_code[change.main],
            cross=shelf.by_code[change.cross],
            origin=Pairing.Origin.MANUAL,
            words=nested(values),
            **{name: values[name] for name in FIELDS if name in values},
        )
        if problems := _problems(pairing):
            return problems
        if cell.pk is None:
            self.new.append(pairing)
        elif not cell.is_own:  # a rule speaks over the pair by hand: all that was seen is kept
            self.changed.append((pairing, list(all_fields())))
        elif moved:
            self.changed.append((pairing, moved))
        return None

    def _take_out(self, change: CellChange, cell: GridCell) -> Problems | None:
        if cell.origin == INHERITED:
            words = _("It comes from the row of %(main)s, so it cannot be emptied here.")
            return {"": [words % {"main": cell.source}]}
        if cell.origin == BY_RULE:
            words = _("The rule %(rule)s says it, so it cannot be emptied here.")
            return {"": [words % {"rule": cell.source}]}
        if cell.is_own:
            self.gone.append((cell.pk, change.name))
        elif any(change.now.values()):
            return {"rating": [_("Say how well the two fit: a pair needs a rating.")]}
        return None

    def write(self, *, at: datetime, by: User) -> None:
        # in one order: two editors who add the same pairs wait for each other, and never both
        self.new.sort(key=lambda pairing: (pairing.main_id, pairing.cross_id))
        Pairing.objects.bulk_create(self.new)
        names = {name for _pairing, moved in self.changed for name in moved}
        if names:
            rows = [pairing for pairing, _moved in self.changed]
            fields = {"words" if "@" in name else name for name in names}
            Pairing.objects.bulk_update(rows, [*sorted(fields), "origin"])
        if self.gone:
            Pairing.objects.filter(pk__in=[pk for pk, _name in self.gone]).delete()
        self._log(at=at, by=by)

    def _log(self, *, at: datetime, by: User) -> None:
        """The same history that the page of a pair writes."""
        with override(None):  # Django keeps the English words and translates them when read
            labels = {name: capfirst(field_words("pairs", name)) for name in all_fields()}
        lines = [(row.pk, str(row), ADDITION, [{"added": {}}]) for row in self.new]
        lines += [
            (row.pk, str(row), CHANGE, [{"changed": {"fields": [labels[name] for name in moved]}}])
            for row, moved in self.changed
        ]
        lines += [(pk, name, DELETION, "") for pk, name in self.gone]
        content_type = ContentType.objects.get_for_model(Pairing)
        LogEntry.objects.bulk_create(_entry(line, content_type, at=at, by=by) for line in lines)


def _entry(
    line: tuple[Any, str, int, Any], content_type: ContentType, *, at: datetime, by: User
) -> LogEntry:
    pk, name, flag, message = line
    return LogEntry(
        user=by,
        action_time=at,
        content_type=content_type,
        object_id=str(pk),
        object_repr=name,
        action_flag=flag,
        change_message=json.dumps(message) if message else "",
    )


def _differs(name: str, values: Mapping[str, Any], cell: GridCell) -> bool:
    return str(values[name]) != str(cell.values.get(name, ""))


def _problems(pairing: Pairing) -> Problems:
    """The rules of the pair's own page. Its unique and check constraints hold by construction:
    the place was read under lock, the two differ, and a rated pair is for cross-selling."""
    try:
        pairing.full_clean(
            exclude=["main", "cross", "origin"], validate_unique=False, validate_constraints=False
        )
    except ValidationError as problem:
        found = problem.message_dict
        if not pairing.reason:
            found["reason"] = [_("Say why.")]
        return found
    return {}


def _with_names(moved: Iterable[tuple[CellChange, GridCell]]) -> list[Stale]:
    """Who wrote each of these cells last, after the editor looked; one query for all of them."""
    listed = list(moved)
    if not listed:
        return []
    names = {name for change, cell in listed for name in _names(change, cell)}
    content_type = ContentType.objects.get_for_model(Pairing)
    entries = LogEntry.objects.filter(content_type=content_type, object_repr__in=names)
    last = {entry.object_repr: entry for entry in entries.select_related("user").order_by("pk")}
    return [
        Stale(change=change, cell=cell, by=_last_writer(change, cell, last))
        for change, cell in listed
    ]


def _names(change: CellChange, cell: GridCell) -> tuple[str, ...]:
    """As the history names the pair itself and the one it is inherited from."""
    return change.name, f"{cell.source} → {change.cross}"


def _last_writer(change: CellChange, cell: GridCell, last: Mapping[str, LogEntry]) -> User | None:
    found = [last[name] for name in _names(change, cell) if name in last]
    newest = max(found, key=lambda entry: entry.pk, default=None)
    if newest is None or (change.seen_at and newest.action_time < change.seen_at):
        return None  # somebody wrote without history: better nobody's name than a wrong one
    return newest.user


def _moved_along(shelf: Shelf, saved: Iterable[Place]) -> list[GridCell]:
    """The saved cells as they are now, and those that inherit from them."""
    places = set(saved)
    for main, cross in list(places):
        heirs = shelf.heirs.get(shelf.by_code[main].pk, ())
        places |= {(heir.code, cross) for heir in heirs if heir.code != cross}
    found = _read(shelf, places)
    return [found[place] for place in sorted(places)]
