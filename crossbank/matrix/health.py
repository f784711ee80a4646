"""The health of the matrix: what an owner should look at, in words, each with where it is mended.

What follows from the working copy is found here. Rooms above, which know what the desks did, add
their findings with `add_source`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossbank.engine import health
from crossbank.engine.health import INHERITED, Finding, FindingKind
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.rules import Why
from crossbank.engine.terms import Snapshot
from crossbank.matrix import words
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
class Topic:
    """One question that the page asks of a matrix, and the kinds of finding that answer it."""

    key: str
    title: Promise
    about: Promise
    mend: Promise
    kinds: tuple[FindingKind | ProblemKind, ...] = ()


BLOCKING = Topic(
    key="blocking",
    title=_("This must be mended first"),
    about=_("It would mislead an employee at the desk, so nothing can be published."),
    mend=_("Mend it"),
)
TOPICS = (
    Topic(
        key="few",
        title=_("Main products with too little to offer"),
        about=_("The desk shows three cards; here it has fewer than three to choose from."),
        kinds=(
            ProblemKind.MAIN_WITHOUT_ROW,
            FindingKind.FEW_OFFERABLE,
            FindingKind.NO_FREE_THIRD,
            ProblemKind.FEW_SUGGESTIONS,
        ),
        mend=_("Look at the row"),
    ),
    Topic(
        key="unsaid",
        title=_("Strong pairs that nobody presents"),
        about=_("Either the pair is not as strong as it says, or the desks do not know it."),
        kinds=(FindingKind.STRONG_UNSAID,),
        mend=_("Look at the pair"),
    ),
    Topic(
        key="refused",
        title=_("Recommended pairs that are always refused"),
        about=_("Customers hear of it and nobody wants it."),
        kinds=(FindingKind.ALWAYS_REFUSED,),
        mend=_("Look at the pair"),
    ),
    Topic(
        key="review",
        title=_("Lines past their review date"),
        about=_("Somebody should read these words again and set the next date."),
        kinds=(FindingKind.REVIEW_PAST, FindingKind.RULE_REVIEW_PAST),
        mend=_("Read it again"),
    ),
    Topic(
        key="rules",
        title=_("Rules that decide nothing"),
        about=_("Rules that contradict each other stop publishing, so they stand further up."),
        kinds=(FindingKind.RULE_HIDDEN, FindingKind.RULE_IDLE),
        mend=_("Look at the rule"),
    ),
    Topic(
        key="reverse",
        title=_("Pairs whose other direction is empty"),
        about=_("A pair has a direction. It may be right that only one of them is written."),
        kinds=(FindingKind.REVERSE_EMPTY,),
        mend=_("Write the other direction"),
    ),
    Topic(
        key="needs",
        title=_("Needs that are not covered"),
        about=_("A customer with this need would be offered nothing for it."),
        kinds=(FindingKind.NEED_EMPTY, FindingKind.NEED_UNCOVERED),
        mend=_("Look at the need"),
    ),
    Topic(
        key="unreached",
        title=_("Products that no main product leads to"),
        about=_("No employee will ever be told to speak of them."),
        kinds=(FindingKind.UNREACHED,),
        mend=_("Mend it"),
    ),
)


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
                    words=finding_words(one, snapshot),
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


_SENTENCES: Mapping[FindingKind, Promise] = {
    FindingKind.NO_FREE_THIRD: _(
        "Beside %(subject)s nothing that costs nothing fits, so the desk shows only two cards."
    ),
    FindingKind.REVIEW_PAST: _("%(other)s beside %(subject)s was to be read again by %(day)s."),
    FindingKind.RULE_REVIEW_PAST: _("The rule %(subject)s was to be read again by %(day)s."),
    FindingKind.RULE_IDLE: _(
        "The rule %(subject)s speaks about nothing: no pair of products passes both of its sides."
    ),
    FindingKind.NEED_EMPTY: _(
        "The need %(subject)s names no main product, or no cross product, that is on sale."
    ),
    FindingKind.NEED_UNCOVERED: _(
        "The need %(subject)s is not served by what is rated beside %(mains)s."
    ),
    FindingKind.REVERSE_EMPTY: _(
        "%(other)s beside %(subject)s is rated; %(subject)s beside %(other)s is not."
    ),
    FindingKind.UNREACHED: _("No main product leads to %(subject)s."),
}
# where the number stands in the arguments, and the sentence
_COUNTED: Mapping[FindingKind, tuple[int, Promise]] = {
    FindingKind.FEW_OFFERABLE: (
        0,
        ngettext_lazy(
            "Beside %(subject)s only %(count)d product may be offered to everybody.",
            "Beside %(subject)s only %(count)d products may be offered to everybody.",
            "count",
        ),
    ),
    FindingKind.STRONG_UNSAID: (
        1,
        ngettext_lazy(
            "%(other)s is strong beside %(subject)s and was presented in none of "
            "%(count)d conversation of the last 90 days.",
            "%(other)s is strong beside %(subject)s and was presented in none of "
            "%(count)d conversations of the last 90 days.",
            "count",
        ),
    ),
    FindingKind.ALWAYS_REFUSED: (
        1,
        ngettext_lazy(
            "%(other)s beside %(subject)s was presented %(count)d time in the last 90 days and "
            "always refused.",
            "%(other)s beside %(subject)s was presented %(count)d times in the last 90 days and "
            "always refused.",
            "count",
        ),
    ),
    FindingKind.RULE_HIDDEN: (
        0,
        ngettext_lazy(
            "The rule %(subject)s speaks about %(count)d pair and decides none: %(why)s.",
            "The rule %(subject)s speaks about %(count)d pairs and decides none: %(why)s.",
            "count",
        ),
    ),
}
_WHY_HIDDEN: Mapping[str, Promise] = {
    Why.NOT_ALLOWED.value: _("something else forbids them"),
    Why.MANUAL.value: _("they are written by hand"),
    Why.PRIORITY.value: _("another rule comes first"),
    Why.SAME.value: _("another rule says the same"),
    INHERITED: _("the row they inherit from is written by hand"),
}


def finding_words(found: Finding | Problem, snapshot: Snapshot) -> str:
    """One finding as a sentence in the language of the request."""
    if isinstance(found, Problem):
        return words.problem_words(found, snapshot)
    subject, args = words.named(found.subject, snapshot), found.args
    other = words.named(args[0], snapshot) if args else ""
    if found.kind in _COUNTED:
        place, sentence = _COUNTED[found.kind]
        why = _WHY_HIDDEN[args[1]] if found.kind is FindingKind.RULE_HIDDEN else ""
        count = int(args[place])
        return str(sentence % {"subject": subject, "other": other, "count": count, "why": why})
    return str(_SENTENCES[found.kind]) % {
        "subject": subject,
        "other": other,
        "mains": ", ".join(words.named(code, snapshot) for code in args),
        "day": _day(args[-1]) if found.kind in _DATED else "",
    }


_DATED = {FindingKind.REVIEW_PAST, FindingKind.RULE_REVIEW_PAST}


def _day(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


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
