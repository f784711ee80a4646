"""The partners' statement in words, the same on the page and in the workbook."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crossbank.review import words
from crossbank.review.partners import Statement
from crossbank.review.results import Answers

_ANSWERS: tuple[tuple[Promise, Promise], ...] = (
    (
        gettext_lazy("Taken as main"),
        gettext_lazy(
            "The customer came for it and took it. It is in no figure of what was presented."
        ),
    ),
    (
        gettext_lazy("Presented"),
        gettext_lazy("The customer heard of the product, whatever he answered."),
    ),
    (gettext_lazy("Acceptance"), gettext_lazy("Accepted / Presented.")),
)
_OFFERS = (
    (gettext_lazy("With an offer"), gettext_lazy("Accepted, and an offer was used on it.")),
    (
        gettext_lazy("Withdrawn in time"),
        gettext_lazy(
            "Taken with an offer and given back within the days for it. Without an offer nobody "
            "notes a withdrawal here, so it is not known."
        ),
    ),
)
_RECORDS = (
    (
        gettext_lazy("Came with it"),
        gettext_lazy(
            "What a partner adds to a main product by itself, each time that product was taken. "
            "It was not offered, is not counted as a cross product, and is in no other figure."
        ),
    ),
    (
        gettext_lazy("Corrected and voided records"),
        gettext_lazy("Appear nowhere; the record that took their place counts."),
    ),
)


def definitions(found: Statement) -> tuple[tuple[Promise, Promise], ...]:
    return (*_ANSWERS, *(_OFFERS if found.with_offers else ()), *_RECORDS)


def title(found: Statement) -> str:
    return str(found.partner) if found.partner else _("Partners")


def filters(found: Statement) -> tuple[tuple[str, str], ...]:
    """What was asked for, label and value."""
    place = pgettext("a branch, a region or the whole bank", "Place")  # elsewhere: on the screen
    return (
        (_("Month"), words.month(found.asked.since)),
        (_("Partner"), str(found.partner or _("All"))),
        (place, words.place(found.asked)),
    )


def totals(found: Statement) -> tuple[tuple[str, str, Answers], ...]:
    """Key, label and answers: the bank's own products, the partners', and both."""
    return (
        ("own", _("The bank's own"), found.own),
        ("partners", _("From partners"), found.partners),
        ("all", _("Together"), found.own + found.partners),
    )
