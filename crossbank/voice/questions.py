"""The three questions as pages: one tap each, the earlier taps travel along in the form."""

from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Need
from crossbank.voice.models import Felt, Useful

SKIP = "skip"


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str | Promise
    is_quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """`name`: of the field; `place`: 1 to 3."""

    name: str
    place: int
    text: str | Promise
    choices: tuple[Choice, ...]


_TEXTS = {
    "useful": _("Was this conversation useful to you?"),
    "felt_pushed": _("Did you feel pushed to take something?"),
    "next_need": _("What would you like to talk about next time?"),
}
NAMES = tuple(_TEXTS)


def questions() -> tuple[Question, ...]:
    """This will ask for the needs in use, in one query."""
    choices = {
        "useful": _said(Useful.choices),
        "felt_pushed": _said(Felt.choices),
        "next_need": (
            *(
                Choice(value=code, label=name)
                for code, name in Need.objects.filter(is_active=True)
                .order_by("order", "code")
                .values_list("code", "name")
            ),
            Choice(value=SKIP, label=_("Nothing for now"), is_quiet=True),
        ),
    }
    return tuple(
        Question(name=name, place=place, text=text, choices=choices[name])
        for place, (name, text) in enumerate(_TEXTS.items(), start=1)
    )


def _said(choices: list[tuple[str, Any]]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=value or SKIP, label=label, is_quiet=not value) for value, label in choices
    )


def page(token: str, *, address: str, given: dict[str, str], is_turned: bool) -> dict[str, Any]:
    """What the next question's page shows; `address`: where its buttons lead."""
    asked = next(question for question in questions() if question.name not in given)
    return {
        "question": asked,
        "given": given,
        "address": address,
        "token": token if is_turned else "",
        "qr": _qr(token) if is_turned and asked.place == 1 else "",
    }


def _qr(token: str) -> str:
    """The same questions on the customer's own telephone; only where the bank has an address."""
    if not settings.PUBLIC_ADDRESS:
        return ""
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('voice:public', args=[token])}"
    return segno.make(address, micro=False).svg_data_uri(scale=4)
