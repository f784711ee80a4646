"""From bytes to an Entry: shapes and vocabularies only. What is allowed is the service's to say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.conduct.references import reference_hash
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import CustomerKind, DeclineReason, NothingOffered, Response
from crossbank.engine import right_codes
from crossbank.web.forms import Text
from crossbank.web.text import clean_text

PER_PRODUCT = (
    "item", "reason", "offer-version", "offer", "consent", "asked", "held", "due", "contact", "branch", "language",
    "known", "nothold",
)  # fmt: skip
MOST_CONTACT = 40
_FIELD = re.compile(rf"^({'|'.join(PER_PRODUCT)})-(.*)\Z", re.DOTALL)
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NUMBER = re.compile(r"^[0-9]{1,9}\Z")
_CODE = re.compile(r"^[A-Z0-9][A-Z0-9-]{0,19}\Z")

Errors = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """The fields of one product as they were sent.

    `known`: `held` was filled in from earlier records; `nothold`: he said that he has it no more.
    """

    item: str = ""
    reason: str = ""
    offer: str = ""
    offer_version: str = ""
    consent: str = ""
    asked: str = ""
    held: str = ""
    due: str = ""
    known: str = ""
    nothold: str = ""
    contact: str = ""
    branch: str = ""
    language: str = ""


def rows(data: QueryDict) -> dict[str, Row]:
    """code -> its fields, in the order in which they were sent; empty values are left out."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        match = _FIELD.match(name)
        if match and value != "":
            found.setdefault(match[2], {})[match[1].replace("-", "_")] = value
    rows = {code: Row(**values) for code, values in found.items()}
    if data.get("known_for", "") == data.get("customer_ref", ""):
        return rows
    return {code: _of_nobody(row) for code, row in rows.items()}


def _of_nobody(row: Row) -> Row:
    """The customer number is another one than that from which the page knew what he has."""
    held = "" if row.known else row.held
    return replace(row, held=held, known="", nothold="")


_CHOICES = {
    "item": Response.values,
    "reason": DeclineReason.values,
    "consent": ["1"],
    "asked": ["1"],
    "held": ["1"],
    "branch": ["1"],
    "language": [code for code, _name in settings.LANGUAGES],
}


def _row_problems(code: str, row: Row) -> Iterator[tuple[str, list[str]]]:
    """Words outside the vocabulary, and fields that contradict each other."""
    for name, allowed in _CHOICES.items():
        value = getattr(row, name)
        if value and value not in allowed:
            yield f"{name}-{code}", [_("“%(value)s” is not a choice here.") % {"value": value[:40]}]
    if row.due:
        yield from _due_problems(code, row)
    if row.contact:
        yield from _contact_problems(code, row)
    yield from _contradictions(code, row)


def _contradictions(code: str, row: Row) -> Iterator[tuple[str, list[str]]]:
    if row.offer and not _CODE.match(row.offer):
        yield f"offer-{code}", [_("There is no such offer for this product.")]
    if row.offer_version and not _NUMBER.match(row.offer_version):
        yield f"offer-{code}", [_("This is no version of an offer.")]
    if row.item and row.held:
        yield (
            f"held-{code}",
            [_("Either the customer has it already, or it was presented: leave one out.")],
        )
    if row.item == Response.ACCEPTED and row.reason:
        yield f"reason-{code}", [_("What was taken needs no reason.")]
    if row.item and row.item != Response.ACCEPTED and row.offer:
        yield (
            f"offer-{code}",
            [_("An offer is used with what is taken: mark the product as taken, or leave it out.")],
        )
    if not row.item:  # asked for and left unanswered is no answer; the others need one
        stray = next((name for name in ("reason", "offer", "consent") if getattr(row, name)), "")
        if stray:
            yield (
                f"{stray}-{code}",
                [_("This product was not presented: choose what the customer said, or clear it.")],
            )


def _version(row: Row) -> int | None:
    """Of the offer that is used; what stands on a card whose offer is left alone says nothing."""
    return int(row.offer_version) if row.offer and _NUMBER.match(row.offer_version) else None


def _due_problems(code: str, row: Row) -> Iterator[tuple[str, list[str]]]:
    if not _is_date(row.due):
        yield f"due-{code}", [_("Write the day as 2026-03-31.")]
    elif row.item != Response.FOLLOW_UP:
        yield f"due-{code}", [_("A day belongs to “follow up”.")]


def _contact_problems(code: str, row: Row) -> Iterator[tuple[str, list[str]]]:
    field = f"contact-{code}"
    if not row.due or row.item != Response.FOLLOW_UP:
        yield field, [_("A number to call belongs to “follow up” with a day.")]
        return
    try:
        number = clean_text(row.contact)
    except forms.ValidationError as wrong:
        yield field, wrong.messages
        return
    if len(number) > MOST_CONTACT:
        yield field, [_("A number has at most %(most)d signs.") % {"most": MOST_CONTACT}]


def _is_date(value: str) -> bool:
    if not _DATE.match(value):
        return False
    try:
        return parse_date(value) is not None
    except ValueError:  # well formed, but no such day
        return False


class Moment(forms.DateTimeField):
    """An ISO 8601 moment of our age, in UTC: the same moment in another offset is the same."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[], **kwargs)

    def clean(self, value: Any) -> datetime | None:
        wrong = forms.ValidationError(_("Write the moment as 2026-03-31T14:05:00Z."))
        try:
            moment = super().clean(value)
            moment = moment.astimezone(UTC) if moment else None
        except (OverflowError, ValueError):
            raise wrong from None
        if moment and not 2000 <= moment.year < 2100:
            raise wrong
        return moment


class RightCode(Text):
    """A right's code as it was read aloud or typed from paper."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        code = right_codes.read(typed)
        if code is None:
            raise forms.ValidationError(_("This code has a typing mistake: read it once more."))
        return code


class RecordForm(forms.Form):
    """One consultation. `entry` after `is_valid()`; errors are keyed by the field's own name."""

    uuid = forms.UUIDField()
    main = Text(max_length=20)
    edition = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    need = Text(max_length=20, required=False)
    customer_kind = forms.ChoiceField(choices=CustomerKind.choices, required=False)
    customer_ref = Text(max_length=64, required=False, label=gettext_lazy("customer number"))
    note = Text(max_length=140, required=False, label=gettext_lazy("note"))
    started_at = Moment(required=False)
    client_saved_at = Moment(required=False)
    hands_on_ms = forms.IntegerField(min_value=0, max_value=24 * 3600 * 1000, required=False)
    came_for = Text(max_length=20, required=False)
    bundle = Text(max_length=20, required=False)
    right = RightCode(max_length=20, required=False, label=gettext_lazy("code of a right"))
    nothing_offered = forms.ChoiceField(choices=[("", ""), *NothingOffered.choices], required=False)
    no_main = forms.ChoiceField(choices=[("", ""), ("1", "1")], required=False)
    replaces = forms.UUIDField(required=False)
    replace_reason = Text(max_length=200, required=False)
    drawn_for = Text(max_length=20, required=False)  # whom the page was drawn for
    press_bundle = Text(max_length=20, required=False)  # its key is carried out when drawing only

    entry: Entry

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        problems: Errors = dict(self._repeated())
        if cleaned.get("press_bundle"):
            problems["press_bundle"] = [
                _("A bundle was chosen and not carried out: press “Show what fits now” first.")
            ]
        answers, held = [], []
        for code, row in rows(self.data).items():
            answer, is_held = self._answer(code, row, problems)
            if answer:
                answers.append(answer)
            if is_held:
                held.append(code)
        for field, messages in problems.items():
            self._errors.setdefault(field, self.error_class(messages, error_class="errorlist"))
        if not self.errors:
            self.entry = self._entry(cleaned, tuple(answers), tuple(held))
            self._cross_checks()
        return cleaned

    def _repeated(self) -> Iterator[tuple[str, list[str]]]:
        for name, values in self.data.lists():
            if len(values) > 1:
                yield name, [_("This was sent twice.")]

    def _answer(self, code: str, row: Row, problems: Errors) -> tuple[Answer | None, bool]:
        """One product's fields as an answer; what does not fit goes to `problems`."""
        if not _CODE.match(code):
            problems[f"item-{code}"] = [_("There is no product with this code.")]
            return None, False
        problems.update(_row_problems(code, row))
        if not row.item:
            return None, row.held == "1"
        answer = Answer(
            code=code,
            response=row.item,
            reason=row.reason,
            offer=row.offer,
            offer_version=_version(row),
            consent=row.consent == "1",
            asked=row.asked == "1",
            due_on=parse_date(row.due) if f"due-{code}" not in problems else None,
            contact=clean_text(row.contact) if f"contact-{code}" not in problems else "",
            for_branch=bool(row.due and row.branch),  # without a day nobody calls
            language=row.language if row.due else "",
        )
        return answer, False

    def _entry(
        self, cleaned: dict[str, Any], answers: tuple[Answer, ...], held: tuple[str, ...]
    ) -> Entry:
        return Entry(
            uuid=cleaned["uuid"],
            main=cleaned["main"],
            edition=cleaned["edition"],
            need=cleaned["need"],
            customer_kind=cleaned["customer_kind"],
            customer_ref=reference_hash(cleaned["customer_ref"]),
            note=cleaned["note"],
            started_at=cleaned["started_at"],
            client_saved_at=cleaned["client_saved_at"],
            hands_on_ms=cleaned["hands_on_ms"],
            came_for=cleaned["came_for"],
            bundle=cleaned["bundle"],
            right=cleaned["right"],
            answers=answers,
            held=held,
            nothing_offered=cleaned["nothing_offered"],
            no_main=cleaned["no_main"] == "1",
            replaces=cleaned["replaces"],
            replace_reason=cleaned["replace_reason"],
        )

    def _cross_checks(self) -> None:
        entry = self.entry
        if entry.no_main:
            for code in entry.accepted:
                self.add_problem(
                    f"item-{code}",
                    _(
                        "The customer left without the main product, so this cannot be taken: "
                        "change one of the two."
                    ),
                )
        if entry.nothing_offered and entry.answers:
            self.add_problem(
                "nothing_offered",
                _("Nothing offered, yet something is presented: take one of the two back."),
            )

    def add_problem(self, field: str, message: str) -> None:
        """Django's `add_error` knows declared fields only; ours are named by product."""
        self._errors.setdefault(field, self.error_class(error_class="errorlist")).append(message)


class PaperForm(forms.Form):
    """A customer ticked on paper: main product, 0 / 1 / 2 taken, when."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    on = forms.DateField(
        widget=forms.HiddenInput, input_formats=["%Y-%m-%d"], localize=False, required=False
    )  # today where nobody says
    main = forms.ChoiceField(label=gettext_lazy("Main product"))
    taken = forms.TypedChoiceField(
        label=gettext_lazy("Taken beside it"),
        coerce=int,
        choices=[
            (0, gettext_lazy("Main only")),
            (1, gettext_lazy("Main + 1")),
            (2, gettext_lazy("Main + 2")),
        ],
        widget=forms.RadioSelect,
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, mains: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["main"].choices = [("", "—"), *mains]


class VoidForm(forms.Form):
    reason = Text(max_length=200, required=False, label=gettext_lazy("Why is it voided?"))


class FindRightForm(forms.Form):
    """A right by its code, or by the customer's number."""

    code = RightCode(max_length=20, required=False, label=gettext_lazy("Code of the right"))
    customer_ref = Text(max_length=64, required=False, label=gettext_lazy("or customer number"))

    def __init__(self, *args: Any, with_reference: bool = True) -> None:
        super().__init__(*args)
        if not with_reference:  # this bank keeps no customer reference at the desk
            del self.fields["customer_ref"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("code") and not cleaned.get("customer_ref"):
            raise forms.ValidationError(_("Type what stands on the customer’s paper."))
        return cleaned


class DrawdownForm(forms.Form):
    paid_out_on = forms.DateField(
        label=gettext_lazy("Paid out on"), widget=forms.DateInput(attrs={"type": "date"})
    )
