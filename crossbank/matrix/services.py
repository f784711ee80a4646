"""Publishing: the working copy becomes an immutable, numbered edition."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossbank.conduct import services as conduct
from crossbank.engine import rules, terms
from crossbank.engine import snapshot as snapshots
from crossbank.matrix import working_copy
from crossbank.matrix.models import Edition
from crossbank.org.models import User


class CannotPublish(Exception):
    """The working copy has problems that would mislead a seller."""

    def __init__(self, problems: tuple[snapshots.Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The working copy compiled: what an edition would say, and what is wrong with it."""

    snapshot: terms.Snapshot
    problems: tuple[snapshots.Problem, ...]
    filled: rules.Filled  # where each own cell came from, and which rules lost it

    @property
    def blocking(self) -> tuple[snapshots.Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)


def compile_draft(*, at: datetime, rule: rules.PairingRule | None = None) -> Draft:
    """This will read the whole working copy and compile it, writing nothing.

    Products that are not sold any more at `at` (UTC day) are left out with their pairs. `rule`
    stands in for the saved one of its code, or joins them: what would it change?
    """
    copy = working_copy.read(at=at)
    if rule:
        copy = copy.with_rule(rule)
    filled = copy.filled()
    parts = {
        "products": copy.products,
        "pairs": filled.pairs,
        "needs": copy.needs,
        "rules": copy.basket_rules,
        "steps_up": filled.steps_up,
    }
    problems = (*rules.conflict_problems(filled), *snapshots.problems(**parts))
    return Draft(
        snapshot=snapshots.compile_snapshot(**parts),
        problems=tuple(sorted(problems, key=lambda problem: not problem.blocking)),
        filled=filled,
    )


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What saving one rule would change in the working copy, and what it would disagree with."""

    before: terms.Snapshot
    after: terms.Snapshot
    changes: tuple[snapshots.Change, ...]
    problems: tuple[snapshots.Problem, ...]


def preview(rule: rules.PairingRule, *, at: datetime) -> Preview:
    """This will compare the working copy with and without a rule as it is being written.

    `problems`: blocking ones that the rule would add.
    """
    before, after = compile_draft(at=at), compile_draft(at=at, rule=rule)
    return Preview(
        before=before.snapshot,
        after=after.snapshot,
        changes=snapshots.diff(before.snapshot, after.snapshot),
        problems=tuple(p for p in after.blocking if p not in before.blocking),
    )


def reach(rule: rules.PairingRule, *, at: datetime) -> int:
    """Number of cells that a rule speaks about today, whatever its own dates say."""
    copy = working_copy.read(at=at)
    always = replace(rule, valid_from=None, valid_until=None, is_active=True)
    return replace(copy, rules=(always,), pairs=(), steps_up=()).filled().matched[rule.code]


@transaction.atomic
def publish_edition(
    *,
    note: str = "",
    approver: User | None = None,
    effective_from: datetime | None = None,
    at: datetime,
    by: User,
) -> Edition:
    """This will publish the working copy as the next number; nothing is written when it can't.

    Raises CannotPublish with the blocking problems. Two publishers at once: the number is unique,
    so the second gets an IntegrityError and nothing half is left.
    """
    draft = compile_draft(at=at)
    if draft.blocking:
        raise CannotPublish(draft.blocking)
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    edition = Edition(
        number=last + 1,
        snapshot=snapshots.to_json(draft.snapshot),
        digest=snapshots.digest(draft.snapshot),
        effective_from=effective_from or at,
        published_at=at,
        author=by,
        approver=approver,
        note=note,
    )
    edition.full_clean(exclude=["snapshot"])
    edition.save(force_insert=True)
    conduct.record(
        action="edition_published",
        subject=f"edition {edition.number}",
        detail={"digest": edition.digest, "pairs": len(draft.snapshot.pairs), "note": note},
        at=at,
        by=by,
    )
    return edition
