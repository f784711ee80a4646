"""What the engine finds about a working copy, in the words of the people who keep it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crossbank.catalog.conditions import condition_words
from crossbank.catalog.models import Bundle, Need, PartnerBenefit, Product
from crossbank.engine.conditions import Condition
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.snapshot import PARTS, Change, ChangeKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix.models import BasketRule, Pairing, Rating, SeasonalPick
from crossbank.matrix.models.languages import flat, label, of_entries
from crossbank.org.changes import cut
from crossbank.web.templatetags.house import money

PART_NAMES: dict[str, Promise] = {
    "products": gettext_lazy("Product"),
    "pairs": gettext_lazy("Pair"),
    "needs": gettext_lazy("Need"),
    "rules": gettext_lazy("Basket rule"),
    "steps_up": gettext_lazy("Better main product"),
    "bundles": gettext_lazy("Bundle"),
    "seasons": gettext_lazy("Seasonal pick"),
    "benefits": gettext_lazy("Partner benefit"),
}
_WHERE: dict[str, Promise] = {
    "product": gettext_lazy("The product %(subject)s"),
    "pair": gettext_lazy("The row of %(subject)s"),
    "step_up": gettext_lazy("The better main product for %(subject)s"),
    "need": gettext_lazy("The need %(subject)s"),
    "rule": gettext_lazy("The basket rule %(subject)s"),
    "bundle": gettext_lazy("The bundle %(subject)s"),
    "season": gettext_lazy("The seasonal pick %(subject)s"),
    "benefit": gettext_lazy("The partner benefit %(subject)s"),
}
_SENTENCES: dict[ProblemKind, Promise] = {
    ProblemKind.UNKNOWN_CODE: gettext_lazy(
        "%(where)s names %(other)s, which is not on sale or does not exist."
    ),
    ProblemKind.NOT_A_MAIN: gettext_lazy(
        "%(where)s uses %(other)s as a main product, which it is not."
    ),
    ProblemKind.NOT_A_CROSS: gettext_lazy(
        "%(where)s uses %(other)s as a cross product, which it is not."
    ),
    ProblemKind.DUPLICATE_CODE: gettext_lazy("%(where)s is there twice."),
    ProblemKind.DUPLICATE_PAIR: gettext_lazy("The pair %(subject)s with %(other)s is there twice."),
    ProblemKind.DUPLICATE_STEP_UP: gettext_lazy(
        "%(other)s is named twice as the better main product for %(subject)s."
    ),
    ProblemKind.PAIR_TO_ITSELF: gettext_lazy("%(subject)s is paired with itself."),
    ProblemKind.INHERITANCE_CYCLE: gettext_lazy(
        "%(subject)s inherits its row in a circle: %(others)s."
    ),
    ProblemKind.LICENSED_STRONG: gettext_lazy(
        "%(other)s needs a licence, so it is never strong; beside %(subject)s it is."
    ),
    ProblemKind.NO_REASON: gettext_lazy(
        "%(other)s is not allowed beside %(subject)s, and nobody says why."
    ),
    ProblemKind.NO_INSTEAD: gettext_lazy(
        "%(other)s is not allowed beside %(subject)s, and nobody says what to do instead."
    ),
    ProblemKind.NO_DISCLOSURE: gettext_lazy(
        "%(subject)s costs money, lends or insures, and has no disclosure for the customer."
    ),
    ProblemKind.RULE_SIDE_MISSING: gettext_lazy("%(where)s names no products on one side."),
    ProblemKind.BUNDLE_TOO_SMALL: gettext_lazy("The bundle %(subject)s holds fewer than two."),
    ProblemKind.BUNDLE_CLASH: gettext_lazy(
        "The bundle %(subject)s holds %(others)s, which a basket rule keeps apart."
    ),
    ProblemKind.BUNDLE_SAVES_NOTHING: gettext_lazy(
        "The bundle %(subject)s does not cost less than its products apart, or one of them has "
        "no fixed price a month or a year."
    ),
    ProblemKind.RULE_CONFLICT: gettext_lazy(
        "Rules of equal priority disagree about %(other)s beside %(subject)s: %(rules)s. "
        "Give one of them a higher priority, or write the cell by hand."
    ),
    ProblemKind.MAIN_WITHOUT_ROW: gettext_lazy(
        "%(subject)s has no row: at the desk nothing can be suggested beside it."
    ),
}
_PAIR_KINDS = {
    ProblemKind.DUPLICATE_PAIR,
    ProblemKind.DUPLICATE_STEP_UP,
    ProblemKind.LICENSED_STRONG,
    ProblemKind.NO_REASON,
    ProblemKind.NO_INSTEAD,
}
_BUNDLE_KINDS = {
    ProblemKind.BUNDLE_TOO_SMALL,
    ProblemKind.BUNDLE_CLASH,
    ProblemKind.BUNDLE_SAVES_NOTHING,
}
_CODED = {"need", "rule", "bundle", "benefit"}
_MENTION_KINDS = {ProblemKind.UNKNOWN_CODE, ProblemKind.NOT_A_MAIN, ProblemKind.NOT_A_CROSS}
_ROW_KINDS = {ProblemKind.MAIN_WITHOUT_ROW, ProblemKind.FEW_SUGGESTIONS}


def problem_words(problem: Problem, snapshot: Snapshot) -> str:
    """One problem as a sentence in the language of the request."""
    subject, args = named(problem.subject, snapshot), problem.args
    if problem.kind is ProblemKind.FEW_SUGGESTIONS:
        count = int(args[0])
        return ngettext(
            "%(subject)s has only %(count)d strong or good cross product; three make a choice.",
            "%(subject)s has only %(count)d strong or good cross products; three make a choice.",
            count,
        ) % {"subject": subject, "count": count}
    part = args[0] if args and args[0] in _WHERE else "rule"
    return str(_SENTENCES[problem.kind]) % {
        "where": str(_WHERE[part]) % {"subject": subject},
        "subject": subject,
        "other": named(_other(problem), snapshot),
        "rules": ", ".join(args[1:]),
        "others": ", ".join(args),
    }


def _other(problem: Problem) -> str:
    if not problem.args:
        return ""
    return problem.args[0 if problem.kind is ProblemKind.RULE_CONFLICT else -1]


_BY_CODE = ("product", "need", "bundle", "benefit")


def _name(code: str, snapshot: Snapshot) -> str:
    known = (getattr(snapshot, part).get(code) for part in _BY_CODE)
    return next((found.name for found in known if found), "")


def named(code: str, snapshot: Snapshot) -> str:
    return f"{code} {_name(code, snapshot)}".strip()


def mended_at(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Where a problem is mended.

    Shape: ("pair", (main, cross)), ("row", (main,)) or
    (product | need | rule | pairing_rule | bundle | benefit, (code,)).
    """
    subject, args = problem.subject, problem.args
    if problem.kind in _ROW_KINDS:
        return "row", (subject,)
    if problem.kind in _PAIR_KINDS:
        return "pair", (subject, args[0])
    if problem.kind is ProblemKind.PAIR_TO_ITSELF:
        return "pair", (subject, subject)
    if problem.kind is ProblemKind.RULE_SIDE_MISSING:
        return "rule", (subject,)
    if problem.kind is ProblemKind.RULE_CONFLICT:
        return "pairing_rule", (args[-1],)
    if problem.kind in _BUNDLE_KINDS:
        return "bundle", (subject,)
    if problem.kind in _MENTION_KINDS and args[0] in {"pair", "step_up"}:
        return ("product", (subject,)) if args[1] == subject else ("pair", (subject, args[1]))
    part = args[0] if args and args[0] in _CODED else "product"
    return part, (subject,)


_MODELS: dict[str, type[Any]] = {
    "products": Product,
    "pairs": Pairing,
    "needs": Need,
    "rules": BasketRule,
    "steps_up": Pairing,
    "bundles": Bundle,
    "seasons": SeasonalPick,
    "benefits": PartnerBenefit,
}
_OTHER_FIELDS: dict[str, Promise] = {
    "family_name": gettext_lazy("family’s name"),
    "partner_name": gettext_lazy("partner"),
    "inherited_from": gettext_lazy("row inherited from"),
    "rule": gettext_lazy("by the rule"),
    "objects": gettext_lazy("other products"),
    "conditions": gettext_lazy("condition"),
    "condition_message": gettext_lazy("why not, where a condition fails"),
    "condition_ask": gettext_lazy("what to ask first"),
}


def field_words(part: str, field: str) -> str:
    """What a field of a part is called on its form; “say@ru” is its text in another language."""
    if field in _OTHER_FIELDS:
        return str(_OTHER_FIELDS[field])
    if "@" in field:
        return str(label(_MODELS[part], field))
    try:
        return str(_MODELS[part]._meta.get_field(field).verbose_name)
    except FieldDoesNotExist:
        return field


def _rating(value: Any) -> str:
    return str(Rating(value).label)


_READ: dict[str, Callable[[Any], str]] = {
    "rating": _rating,
    "price_minor": money,
    "standalone_price_minor": money,
}


def value_words(field: str, value: Any) -> str:
    """One value as it reads in a list of changes; long texts are cut."""
    if value in (None, "", ()):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, tuple):
        value = ", ".join(value)
    return cut(str(_READ.get(field, str)(value)))


def change_names(change: Change, *snapshots: Snapshot) -> str:
    """What a change is about in names; the first edition that knows a code tells its name."""
    return " → ".join(filter(None, (_plain_name(code, snapshots) for code in change.name)))


def _plain_name(code: str, snapshots: Iterable[Snapshot]) -> str:
    return next(filter(None, (_name(code, snapshot) for snapshot in snapshots)), "")


def change_words(change: Change, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[str]:
    """The fields that differ as “rating: Good → Strong”; `old` and `new`: name -> entry."""
    entry = new.get(change.name) or old.get(change.name)
    parent = getattr(entry, "inherited_from", "")
    origin = [_("by the row of %(main)s") % {"main": parent}] if parent else []
    if change.kind is not ChangeKind.CHANGED:
        rating = getattr(entry, "rating", "")
        return [*origin, value_words("rating", rating)] if rating else origin
    before, after = old[change.name], new[change.name]
    return origin + [
        f"{field_words(change.part, field)}: {value_words(field, was)} → {value_words(field, now)}"
        for name in change.fields
        for field, was, now in _values(name, before, after)
    ]


def _values(name: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """A field before and after; of texts in other languages, and of conditions, each that differs."""
    was, now = getattr(before, name), getattr(after, name)
    if name == "conditions":
        yield from _condition_values(was, now)
        return
    if name != "words":
        yield name, was, now
        return
    old, new = flat(of_entries(was)), flat(of_entries(now))
    for text in sorted({*old, *new}):
        if old.get(text) != new.get(text):
            yield text, old.get(text, ""), new.get(text, "")


def _condition_values(
    was: Iterable[Condition], now: Iterable[Condition]
) -> Iterator[tuple[str, Any, Any]]:
    """Conditions that came or went; of one that stands, its words."""
    old, new = ({condition_words(one): one for one in side} for side in (was, now))
    for words in sorted({*old, *new}):
        if words not in new or words not in old:
            yield "conditions", words if words in old else "", words if words in new else ""
            continue
        for name in ("message", "ask"):
            before, after = getattr(old[words], name), getattr(new[words], name)
            if before != after:
                yield f"condition_{name}", before, after


def entries(snapshot: Snapshot, part: str) -> dict[tuple[str, ...], Any]:
    """The entries of one part by name, as changes name them."""
    naming = PARTS[part][1]
    return {
        tuple(str(getattr(entry, field)) for field in naming): entry
        for entry in getattr(snapshot, part)
    }
