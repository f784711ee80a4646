"""What one edition says differently from another, in words, by kind of change."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from crossbank.engine import snapshot as snapshots
from crossbank.engine.snapshot import Change, ChangeKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix import words
from crossbank.matrix.models import Edition

Entry = tuple[str, tuple[str, ...]]  # a part of an edition, and the name of one entry in it
SHOWN = 100  # changes of one kind that are listed one by one
CHANGE_TITLES = {
    ChangeKind.ADDED: gettext_lazy("Added"),
    ChangeKind.CHANGED: gettext_lazy("Changed"),
    ChangeKind.REMOVED: gettext_lazy("Removed"),
}


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One change; `since` is the edition that made it, where that is known."""

    part: Promise
    codes: str
    names: str
    fields: list[str]
    since: Edition | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeGroup:
    """All changes of one kind: how many, the first of them in words, and how many more."""

    kind: ChangeKind
    title: Promise
    count: int
    lines: list[ChangeLine]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)

    @property
    def is_told(self) -> bool:
        return any(line.since for line in self.lines)


def change_groups(
    old: Snapshot, new: Snapshot, *, sources: Mapping[Entry, Edition] | None = None
) -> list[ChangeGroup]:
    """What `new` says differently, by kind: added, changed, removed; all three, even if empty.

    `sources`: which edition touched an entry last.
    """
    known = sources or {}
    changes = snapshots.diff(old, new)
    before = {part: words.entries(old, part) for part in snapshots.PARTS}
    after = {part: words.entries(new, part) for part in snapshots.PARTS}
    groups = []
    for kind, title in CHANGE_TITLES.items():
        of_kind = [change for change in changes if change.kind is kind]
        lines = [
            ChangeLine(
                part=words.PART_NAMES[change.part],
                codes=" → ".join(change.name),
                names=words.change_names(change, new, old),
                fields=words.change_words(change, before[change.part], after[change.part]),
                since=known.get(entry_of(change)),
            )
            for change in of_kind[:SHOWN]
        ]
        groups.append(ChangeGroup(kind=kind, title=title, count=len(of_kind), lines=lines))
    return groups


def entry_of(change: Change) -> Entry:
    return change.part, change.name
