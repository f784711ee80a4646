"""What stands against a release, and what a release changes, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.conditions import condition_words
from crossbank.engine.conditions import conditions_from_plain
from crossbank.engine.offer_checks import Check, CheckKind
from crossbank.offers import releases
from crossbank.offers.models import Offer, OfferCondition

_COLUMN = {"trigger": "trigger_event"}  # terms -> column, where the two names differ
_QUIET = {"code", "version", "is_paused"}

REFUSALS: dict[type[Exception], tuple[Promise, int]] = {
    releases.CannotRelease: (gettext_lazy("This must be mended first. Nothing was released."), 422),
    releases.NothingNew: (gettext_lazy("Nothing has changed, so nothing was released."), 409),
    releases.ReviewWaits: (gettext_lazy("This offer is in review already."), 409),
    releases.SamePerson: (
        gettext_lazy("You submitted it yourself. Another person has to decide about it."),
        409,
    ),
    releases.AlreadyDecided: (
        gettext_lazy("This was decided already. Nothing was changed."),
        409,
    ),
    releases.ChangedSince: (
        gettext_lazy(
            "The offer was changed after it was submitted, so it was not released. Return it; the "
            "author submits it again."
        ),
        409,
    ),
    releases.NotTheAuthor: (gettext_lazy("Only the author withdraws it. Return it instead."), 409),
    releases.NoWords: (gettext_lazy("Say what should be changed."), 422),
    releases.Archived: (gettext_lazy("This offer is archived: it is history."), 409),
    IntegrityError: (gettext_lazy("A colleague decided at the same moment. Look again."), 409),
}
REFUSED = tuple(REFUSALS)


def refusal_words(refusal: Exception) -> tuple[Promise, int]:
    return REFUSALS.get(type(refusal), REFUSALS[IntegrityError])


def check_words(check: Check, names: Mapping[str, str]) -> str:
    """One finding as a sentence; `names`: product code -> name."""
    words = {
        "offer": check.subject,
        "product": names.get(check.subject, check.subject),
        "mains": ", ".join(names.get(code, code) for code in check.subjects),
        "attribute": _ATTRIBUTES.get(check.subject, ""),
        "days": _days(check.first, check.last),
        "last": date_format(check.last, "SHORT_DATE_FORMAT") if check.last else "",
    }
    return str(_SENTENCES[check.kind, check.wins] % words)


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return _("from %(first)s to %(last)s") % {
            "first": date_format(first, "SHORT_DATE_FORMAT"),
            "last": date_format(last, "SHORT_DATE_FORMAT"),
        }
    return _("from now on")


_ATTRIBUTES = dict(OfferCondition.Attribute.choices)
_PLAIN: dict[CheckKind, Promise] = {
    CheckKind.TIE: gettext_lazy(
        "%(offer)s has the same priority beside %(mains)s %(days)s. Which one wins?"
    ),
    CheckKind.NOT_ALLOWED: gettext_lazy("The product is not allowed beside %(mains)s."),
    CheckKind.CROSS_NOT_SOLD: gettext_lazy("%(product)s is not sold while it holds."),
    CheckKind.MAINS_NOT_SOLD: gettext_lazy("Not sold while it holds: %(mains)s."),
    CheckKind.WINDOW_PAST: gettext_lazy("Its window is over: it ended on %(last)s."),
    CheckKind.NO_MAINS: gettext_lazy("It stands beside no main product."),
    CheckKind.NO_RIGHT: gettext_lazy(
        "It waits for an event and gives nobody a right: choose the window “Days after an event”."
    ),
    CheckKind.NO_DESK: gettext_lazy(
        "Its conditions leave out the branch, and offers are used nowhere else."
    ),
    CheckKind.NO_CUSTOMER: gettext_lazy("Nobody can meet all that it asks about: %(attribute)s."),
    CheckKind.DEARER: gettext_lazy("With it %(product)s costs more than alone."),
    CheckKind.BELOW_ZERO: gettext_lazy("It takes off more than the price."),
    CheckKind.NO_FREE_DAYS: gettext_lazy(
        "It needs a second yes: say after how many days without charge it is asked."
    ),
    CheckKind.LIMITED_RIGHT: gettext_lazy(
        "It gives rights that customers hold, so it cannot run out in all or per branch."
    ),
    CheckKind.NOT_RATED: gettext_lazy(
        "Beside %(mains)s the product is not rated, so it is never proposed there."
    ),
}
_SENTENCES: dict[tuple[CheckKind, bool], Promise] = {
    **{(kind, wins): words for kind, words in _PLAIN.items() for wins in (False, True)},
    (CheckKind.OVERLAP, True): gettext_lazy("Goes before %(offer)s beside %(mains)s %(days)s."),
    (CheckKind.OVERLAP, False): gettext_lazy("Gives way to %(offer)s beside %(mains)s %(days)s."),
}


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """One term that differs: its label, what it was and what it becomes."""

    label: str
    old: str
    new: str


def changes(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[TermChange]:
    """What a release changes against the one that holds; everything said, where none holds."""
    return list(_changes(old or {}, new))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TermChange]:
    for name, value in new.items():
        before = old.get(name)
        if name in _QUIET or (before or None) == (value or None):
            continue
        yield TermChange(label=_label(name), old=_said(name, before), new=_said(name, value))


def _label(name: str) -> str:
    if name == "until_on":
        return str(_("Last day"))
    if name == "conditions":
        return str(_("Conditions"))
    return str(capfirst(Offer._meta.get_field(_COLUMN.get(name, name)).verbose_name))


def _said(name: str, value: Any) -> str:
    if value in (None, "", [], ()):
        return "–"
    if name in {"from_on", "until_on"}:
        day = date.fromisoformat(value) - timedelta(days=name == "until_on")
        return str(date_format(day, "SHORT_DATE_FORMAT"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "conditions":
        return "; ".join(map(condition_words, conditions_from_plain(value)))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    labels = dict(Offer._meta.get_field(_COLUMN.get(name, name)).flatchoices)
    return str(labels.get(value, value))
