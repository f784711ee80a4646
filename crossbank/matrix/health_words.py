"""What the health page asks of a matrix, and what was found, in the words of its keepers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crossbank.engine.health import INHERITED, Finding, FindingKind
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.rules import Why
from crossbank.engine.terms import Snapshot
from crossbank.matrix import words


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


def sentence(found: Finding | Problem, snapshot: Snapshot) -> str:
    """One finding as a sentence in the language of the request."""
    if isinstance(found, Problem):
        return words.problem_words(found, snapshot)
    subject, args = words.named(found.subject, snapshot), found.args
    other = words.named(args[0], snapshot) if args else ""
    if found.kind in _COUNTED:
        place, counted = _COUNTED[found.kind]
        why = _WHY_HIDDEN[args[1]] if found.kind is FindingKind.RULE_HIDDEN else ""
        count = int(args[place])
        return str(counted % {"subject": subject, "other": other, "count": count, "why": why})
    return str(_SENTENCES[found.kind]) % {
        "subject": subject,
        "other": other,
        "mains": ", ".join(words.named(code, snapshot) for code in args),
        "day": _day(args[-1]) if found.kind in _DATED else "",
    }


_DATED = {FindingKind.REVIEW_PAST, FindingKind.RULE_REVIEW_PAST}


def _day(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")
