"""The forms around the end of a day: shapes only; what may be is the service's to say."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.conduct.personal import refuse_personal
from crossbank.desk.branch_days import LONGEST
from crossbank.desk.counters import COLUMNS
from crossbank.engine.tally import Counts
from crossbank.org.models import Branch
from crossbank.web.forms import FilterForm, HouseForm, Text

_MOST = 9999  # customers of one person on one day
OWN, NONE = "own", "none"
Errors = dict[str, list[str]]
_OWN_WORDS = Text(
    max_length=300,
    error_messages={"required": gettext_lazy("Type what you will say, or choose a line.")},
)


def _count(label: Promise) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=0, max_value=_MOST, required=False, widget=widget
    )


class CheckForm(HouseForm):
    """The count on the paper sheet: all three columns or none, and why it differs."""

    paper_main_only = _count(gettext_lazy("Main only"))
    paper_plus_one = _count(gettext_lazy("Main + 1"))
    paper_plus_two = _count(gettext_lazy("Main + 2"))
    paper_note = Text(
        label=gettext_lazy("Why the paper differs"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"paper_{name}"] for name in COLUMNS[:3]]

    def refuse(self, errors: Errors) -> None:
        """This will say beside its field what the service said; of a bound form alone."""
        for name, said in errors.items():
            self.add_error(name if name in self.fields else None, said)

    def clean_paper_note(self) -> str:
        refuse_personal(self.cleaned_data["paper_note"])
        return self.cleaned_data["paper_note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        counted = [cleaned.get(f"paper_{name}") for name in COLUMNS[:3]]
        if (
            not self.errors
            and any(n is None for n in counted)
            and any(n is not None for n in counted)
        ):
            raise forms.ValidationError(_("Count all three columns on the paper sheet, or none."))
        self.paper = None if None in counted else tuple(counted)
        return cleaned


class AnswerForm(forms.Form):
    """One tap of the evening question: "CRD-DEB 0" is a product's first line, "CRD-DEB own" the
    words typed beside it, "own" (Enter in that field) whichever was typed, "none" did not fit.
    """

    consultation = forms.UUIDField()
    answer = forms.RegexField(
        r"^(?:none|own|[A-Z0-9-]{1,20} (?:own|[0-9]))\Z",
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("There is no such line for this customer.")
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.code, self.place, self.own = "", None, ""
        answer = cleaned.get("answer", "")
        if not answer or answer == NONE:
            return cleaned
        self.code, _space, place = answer.rpartition(" ")
        if place != OWN:
            self.place = int(place)
            return cleaned
        self.code = self.code or self._typed()
        try:
            self.own = _OWN_WORDS.clean(self.data.get(f"own-{self.code}", ""))
            refuse_personal(self.own)
        except forms.ValidationError as why:
            told = _("My own words: %(why)s")
            raise forms.ValidationError([told % {"why": one} for one in why.messages]) from None
        return cleaned

    def _typed(self) -> str:
        """The product beside which something was typed."""
        return next(iter(self.own_words), "")

    @property
    def own_words(self) -> dict[str, str]:
        """Code -> what was typed beside that product."""
        return {
            name.removeprefix("own-"): value
            for name, value in self.data.items()
            if name.startswith("own-") and value.strip()
        }


class SignForm(forms.Form):
    """`seen`: the six figures on the page that is signed."""

    seen = forms.RegexField(r"^[0-9]{1,6}(?:-[0-9]{1,6}){5}\Z")

    @property
    def counts(self) -> Counts:
        figures = map(int, self.cleaned_data["seen"].split("-"))
        return Counts(**dict(zip(COLUMNS, figures, strict=True)))


def seen_text(counts: Counts) -> str:
    return "-".join(str(getattr(counts, name)) for name in COLUMNS)


class ReopenForm(forms.Form):
    reason = Text(max_length=200, label=gettext_lazy("Why is it reopened?"))


class ApproveForm(forms.Form):
    """`close`: row ids of signatures, each once."""

    close = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        numbers = {
            one
            for one in data.getlist("close")
            if one.isascii() and one.isdecimal() and len(one) < 19
        }
        self.fields["close"].choices = [(one, one) for one in numbers]


class DecideForm(forms.Form):
    decision = forms.ChoiceField(choices=[("accept", ""), ("refuse", "")])
    note = Text(max_length=200, required=False, label=gettext_lazy("Note"))


class SheetsFilter(FilterForm):
    """Which days and branch; both ends inclusive, empty for the last days."""

    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)

    def __init__(self, data: Any, *, branches: list[Branch], first: date, today: date) -> None:
        super().__init__(data)
        self._default = (first, today)
        for name, label in (("from", _("From")), ("until", _("Until"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            )
        self.order_fields(["from", "until", "branch"])
        self.fields["branch"].choices = [("", _("All branches")), *((b.code, b) for b in branches)]
        if len(branches) == 1:  # no choice, yet another's code is still refused
            self.fields["branch"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = cleaned.get("from") or cleaned.get("until") or self._default[0]
        last = cleaned.get("until") or max(first, self._default[1])
        if not self.errors and last < first:
            self.add_error("until", _("The last day lies before the first."))
        elif not self.errors and (last - first).days >= LONGEST:
            self.add_error("from", _("Choose at most %(n)d days.") % {"n": LONGEST})
        self.first, self.last = first, last
        return cleaned
