"""What one edition says differently from another, in words, by kind of change."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crossbank.engine import snapshot as snapshots
from crossbank.engine.snapshot import Change, ChangeKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix import words
from crossbank.matrix.models import Edition
from crossbank.org.changes import ChangeGroup, ChangeLine, grouped

Entry = tuple[str, tuple[str, ...]]  # a part of an edition, and the name of one entry in it
# What a desk sheet prints of an entry; a product comes and goes with its pair.
PRINTED = {
    # papers do not tell their language: what moved in any of them is told
    "pairs": ("rating", "reason", "instead", "benefit", "say", "do_not_say", "rank", "words"),
    "products": ("name", "price_text", "disclosure", "needs_licence", "defer_days", "conditions"),
    "rules": ("kind", "subjects", "objects", "message"),
    "benefits": ("name", "text", "partner_name", "mains", "valid_from", "valid_until"),
}


def change_groups(
    old: Snapshot, new: Snapshot, *, sources: Mapping[Entry, Edition] | None = None
) -> list[ChangeGroup]:
    """What `new` says differently, by kind: added, changed, removed; all three, even if empty.

    `sources`: which edition touched an entry last.
    """
    return _groups(snapshots.diff(old, new), old, new, sources or {})


def row_changes(old: Snapshot, new: Snapshot, *, main: str) -> list[ChangeGroup]:
    """The same of what a desk sheet prints: one row, its products, their rules and benefits."""
    shown = {main, *old.rows.get(main, {}), *new.rows.get(main, {})}
    rules = {rule.code: rule for rule in (*old.rules, *new.rules)}
    brought = {b.code for b in (*old.benefits, *new.benefits) if main in b.mains}
    printed = []
    for change in snapshots.diff(old, new):
        is_on_paper = {
            "pairs": change.name[0] == main,
            "products": change.name[0] in shown and change.kind is ChangeKind.CHANGED,
            "rules": change.part == "rules" and shown & {*rules[change.name[0]].subjects},
            "benefits": change.name[0] in brought,
        }
        if is_on_paper.get(change.part):
            asked = ("purpose_question",) if change.name == (main,) else ()
            wanted = {*PRINTED[change.part], *asked}
            fields = tuple(name for name in change.fields if name in wanted)
            if fields or change.kind is not ChangeKind.CHANGED:
                printed.append(replace(change, fields=fields))
    return _groups(printed, old, new, {})


def _groups(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, known: Mapping[Entry, Edition]
) -> list[ChangeGroup]:
    before = {part: words.entries(old, part) for part in snapshots.PARTS}
    after = {part: words.entries(new, part) for part in snapshots.PARTS}

    def line(change: Change) -> ChangeLine:
        return ChangeLine(
            part=words.PART_NAMES[change.part],
            codes=" → ".join(change.name),
            names=words.change_names(change, new, old),
            fields=words.change_words(change, before[change.part], after[change.part]),
            since=known.get(entry_of(change)),
        )

    return grouped(changes, line)


def entry_of(change: Change) -> Entry:
    return change.part, change.name
