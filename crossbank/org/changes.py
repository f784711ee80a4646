"""Differences in words, by kind: what every page that compares two states shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.engine.snapshot import ChangeKind

SHOWN = 100  # changes of one kind that are listed one by one
LONGEST = 80  # signs of a value in a list of changes
CHANGE_TITLES = {
    ChangeKind.ADDED: _("Added"),
    ChangeKind.CHANGED: _("Changed"),
    ChangeKind.REMOVED: _("Removed"),
}


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One change; `since` is the edition that made it, where that is known."""

    part: Promise | str
    codes: str
    names: str
    fields: list[str]
    since: Any = None


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


def grouped(
    changes: Iterable[Any], line: Callable[[Any], ChangeLine], *, shown: int = SHOWN
) -> list[ChangeGroup]:
    """Added, changed, removed: all three, even if empty; `shown` lines of each."""
    known, found = list(changes), []
    for kind, title in CHANGE_TITLES.items():
        of_kind = [change for change in known if change.kind is kind]
        lines = [line(change) for change in of_kind[:shown]]
        found.append(ChangeGroup(kind=kind, title=title, count=len(of_kind), lines=lines))
    return found


def cut(words: str) -> str:
    """A value as far as a list of changes shows it."""
    if not words:
        return "–"
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
