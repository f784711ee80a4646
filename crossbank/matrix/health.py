"""The health of the matrix: what an owner should look at, in words, each with where it is mended.

What follows from the working copy is found here. Rooms above, which know what the desks did, add
their findings with `add_source`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from crossbank.engine import health
from crossbank.engine.health import Finding, FindingKind
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix import health_words
from crossbank.matrix.health_words import BLOCKING, TOPICS, Topic
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.places import Pages
from crossbank.matrix.services import Draft

SHOWN = 100  # findings of one group that are listed one by one
Source = Callable[[Draft, datetime], Iterable[Finding]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """This will let an upper room find things; `admin.py` files call it while loading."""
    _sources.append(source)


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How many findings one topic has. `blocking`: they stop publishing."""

    topic: Topic
    count: int
    blocking: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One finding. `url`: where it is mended; `asks`: where the desk's reasons stand, or ""."""

    words: str
    url: str
    asks: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A topic with its findings in words; only the first SHOWN of them."""

    topic: Topic
    count: int
    blocking: bool
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def sums(draft: Draft, *, at: datetime) -> tuple[Sum, ...]:
    """This will count the findings of every topic that has some."""
    return tuple(
        Sum(topic=topic, count=len(found), blocking=topic is BLOCKING)
        for topic, found in _by_topic(draft, at)
        if found
    )


def groups(draft: Draft, *, at: datetime) -> tuple[Group, ...]:
    """This will put the findings of every topic, those with none too, into words and addresses."""
    pages, snapshot = Pages(), draft.snapshot
    return tuple(
        Group(
            topic=topic,
            count=len(found),
            blocking=topic is BLOCKING,
            lines=tuple(
                Line(
                    words=health_words.sentence(one, snapshot),
                    url=_address(one, snapshot, pages),
                    asks=_asks(one),
                )
                for one in found[:SHOWN]
            ),
        )
        for topic, found in _by_topic(draft, at)
    )


def _by_topic(draft: Draft, at: datetime) -> list[tuple[Topic, list[Finding | Problem]]]:
    remarks = [problem for problem in draft.problems if not problem.blocking]
    found: list[Finding | Problem] = [
        *remarks,
        *health.examine(draft.snapshot, draft.filled),
        *overdue(draft, day=at.date()),
        *(finding for source in _sources for finding in source(draft, at)),
    ]
    said_better = _said_better(found)
    return [
        (BLOCKING, list(draft.blocking)),
        *(
            (topic, [one for kind in topic.kinds for one in found
                     if one.kind is kind and (one.kind, one.subject) not in said_better])
            for topic in TOPICS
        ),
    ]  # fmt: skip


def _said_better(found: Iterable[Finding | Problem]) -> set[tuple[object, str]]:
    """What another finding about the same main product says more exactly."""
    by_kind: dict[object, set[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, set()).add(one.subject)
    empty = by_kind.get(ProblemKind.MAIN_WITHOUT_ROW, set())
    few = by_kind.get(FindingKind.FEW_OFFERABLE, set())
    return {(FindingKind.FEW_OFFERABLE, main) for main in empty} | {
        (ProblemKind.FEW_SUGGESTIONS, main) for main in few
    }


def overdue(draft: Draft, *, day: date) -> tuple[Finding, ...]:
    """This will find pairs and rules in use whose day of review lies before `day`."""
    known = draft.snapshot.product
    pairs = Pairing.objects.filter(review_on__lt=day)
    rules = PairingRule.objects.filter(review_on__lt=day, is_active=True)
    return health.ordered(
        (
            *(
                Finding(kind=FindingKind.REVIEW_PAST, subject=main, args=(cross, on.isoformat()))
                for main, cross, on in pairs.values_list("main__code", "cross__code", "review_on")
                if main in known and cross in known
            ),
            *(
                Finding(kind=FindingKind.RULE_REVIEW_PAST, subject=code, args=(on.isoformat(),))
                for code, on in rules.values_list("code", "review_on")
            ),
        )
    )


_ABOUT_CARDS = {
    FindingKind.FEW_OFFERABLE,
    FindingKind.NO_FREE_THIRD,
    FindingKind.STRONG_UNSAID,
    FindingKind.ALWAYS_REFUSED,
}


def _asks(found: Finding | Problem) -> str:
    if found.kind not in _ABOUT_CARDS:
        return ""
    return f"{reverse('explain')}?{urlencode({'main': found.subject, 'edition': 'draft'})}"


def _address(found: Finding | Problem, snapshot: Snapshot, pages: Pages) -> str:
    if isinstance(found, Problem):
        return pages.problem(found)
    kind, subject, args = found.kind, found.subject, found.args
    if kind in {FindingKind.RULE_HIDDEN, FindingKind.RULE_IDLE, FindingKind.RULE_REVIEW_PAST}:
        return pages.pairing_rule(subject)
    if kind in {FindingKind.NEED_EMPTY, FindingKind.NEED_UNCOVERED}:
        return pages.need(subject)
    if kind is FindingKind.REVERSE_EMPTY:
        return pages.new_pair(main=args[0], cross=subject)
    if kind is FindingKind.UNREACHED:
        is_cross = snapshot.product[subject].is_cross
        return pages.new_pair(cross=subject) if is_cross else pages.product(subject)
    if kind is FindingKind.REVIEW_PAST:
        return pages.pair(subject, args[0])
    if kind in {FindingKind.STRONG_UNSAID, FindingKind.ALWAYS_REFUSED}:
        return pages.cell(subject, args[0], snapshot)
    return pages.row(subject)
