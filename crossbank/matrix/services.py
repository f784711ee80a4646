"""Publishing: the working copy becomes an immutable, numbered edition."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossbank.conduct import services as conduct
from crossbank.conduct.phrases import Found
from crossbank.engine import rules, terms
from crossbank.engine import snapshot as snapshots
from crossbank.matrix import contents, phrasing, working_copy
from crossbank.matrix.contents import Contents
from crossbank.matrix.models import Edition, EditionReview
from crossbank.org import switches
from crossbank.org.models import User


class CannotPublish(Exception):
    """The working copy has problems that would mislead a seller."""

    def __init__(
        self, problems: tuple[snapshots.Problem, ...] = (), phrases: tuple[Found, ...] = ()
    ) -> None:
        super().__init__(f"{len(problems)} problems, {len(phrases)} severe phrases")
        self.problems = problems
        self.phrases = phrases


class ApproverMissing(Exception):
    """This bank wants two pairs of eyes, and only one has seen it."""


class SamePerson(Exception):
    """The author cannot be the one who approves."""


class ReviewWaits(Exception):
    """An edition is in review; it is decided or withdrawn before the next one."""


class DraftMoved(Exception):
    """What would be published is not what was looked at."""


class StartsInPast(Exception):
    """An edition begins now or later, never before it was published."""


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
    parts = copy.parts(filled)
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
    seen: str = "",
    again_of: Edition | None = None,
    at: datetime,
    by: User,
) -> Edition:
    """This will publish the working copy as the next number; nothing is written when it can't.

    With four eyes on it needs an approver, whose consent the caller vouches for (the demo bank and
    tests do); people go through `reviews`. `seen`: the digest that was looked at. `again_of`: an
    old edition to publish instead of the working copy.

    Raises CannotPublish, ApproverMissing, SamePerson, ReviewWaits, DraftMoved, StartsInPast. Two
    publishers at once: the number is unique, so the second gets an IntegrityError and nothing half
    is left.
    """
    if approver is None and switches.is_on(switches.FOUR_EYES):
        raise ApproverMissing
    if EditionReview.objects.waiting().exists():
        raise ReviewWaits
    candidate = contents_for(again_of=again_of, starts=effective_from, at=at)
    require_clean(candidate, seen=seen)
    if not again_of:
        require_honest_words(at=at, by=by)
    return add_edition(
        candidate=candidate,
        note=note,
        effective_from=effective_from or at,
        author=by,
        approver=approver,
        at=at,
        by=by,
    )


def contents_for(
    *, again_of: Edition | None = None, starts: datetime | None = None, at: datetime
) -> Contents:
    """What would be published now: the working copy, or an old edition as it is.

    The working copy is compiled for the day it starts, so that what is on sale then is in it.
    """
    if again_of:
        return contents.stored(again_of.snapshot, again_of.digest)
    draft = compile_draft(at=max(starts or at, at))
    return contents.written(draft.snapshot, draft.problems)


def require_clean(candidate: Contents, *, seen: str = "") -> None:
    """Raises DraftMoved when `seen` is another digest, CannotPublish with what blocks."""
    if seen not in {"", candidate.digest}:
        raise DraftMoved
    if candidate.blocking:
        raise CannotPublish(candidate.blocking)


def require_honest_words(*, at: datetime, by: User) -> None:
    """Raises CannotPublish for severe phrases in the working copy that nobody else has overridden.

    An old edition that is published again went through this when it was new.
    """
    if severe := phrasing.severe(at=at, by=by):
        raise CannotPublish(phrases=tuple(severe))


def add_edition(
    *,
    candidate: Contents,
    note: str,
    effective_from: datetime,
    author: User,
    approver: User | None,
    at: datetime,
    by: User,
) -> Edition:
    """This will write the next number and its line in the trail, in the caller's transaction.

    Only the first edition may start in the past: what desks were shown is not rewritten.
    """
    if approver == author:
        raise SamePerson
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    if last and effective_from < at:
        raise StartsInPast
    edition = Edition(
        number=last + 1,
        snapshot=candidate.plain,
        digest=candidate.digest,
        effective_from=effective_from,
        published_at=at,
        author=author,
        approver=approver,
        note=note,
    )
    # a number that is taken is the database's to refuse: asked here it might be taken a moment later
    edition.full_clean(exclude=["snapshot"], validate_unique=False)
    edition.save(force_insert=True)
    _record_published(edition, pairs=len(candidate.snapshot.pairs), at=at, by=by)
    return edition


def _record_published(edition: Edition, *, pairs: int, at: datetime, by: User) -> None:
    conduct.record(
        action="edition_published",
        subject=f"edition {edition.number}",
        detail={
            "digest": edition.digest,
            "pairs": pairs,
            "note": edition.note,
            "author": edition.author.username,
            "approver": edition.approver.username if edition.approver else "",
            "effective_from": edition.effective_from.isoformat(),
        },
        at=at,
        by=by,
    )
