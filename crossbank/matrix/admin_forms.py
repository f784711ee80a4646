"""Forms of the back office: pairings, basket rules, publishing."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.models import BasketRule, Edition, Pairing
from crossbank.matrix.word_forms import PairWords, WordsForm
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.web.text import validate_text

AHEAD = timedelta(days=366)  # how far away the start of an edition may be


class PairingForm(PairWords, WordsForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        relation, rating = cleaned.get("relation"), cleaned.get("rating")
        if relation == Pairing.Relation.CROSS_SELL and not rating and "rating" not in self.errors:
            self.add_error("rating", _("Say how well the two fit: a pair needs a rating."))
        if relation == Pairing.Relation.UP_SELL:
            if rating:
                self.add_error("rating", _("A better main product has no rating; leave it empty."))
            better = cleaned.get("cross") or getattr(self.instance, "cross", None)
            if better is not None and not better.is_main:
                self._add_pair_error(_("%(product)s is no main product.") % {"product": better})
        return cleaned

    def _add_pair_error(self, words: str) -> None:
        self.add_error("cross" if "cross" in self.fields else None, words)


class BasketRuleForm(BackOfficeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, subjects, others = (cleaned.get(name) for name in ("kind", "subjects", "others"))
        if kind is None or subjects is None or others is None:
            return cleaned
        if kind == BasketRule.Kind.AT_MOST_ONE:
            if len(subjects) == 1:
                self.add_error("subjects", _("“At most one of” needs two products or more."))
            if others:
                self.add_error("others", _("“At most one of” has no other side; leave it empty."))
        elif not others:
            self.add_error("others", _("Name the products on the other side."))
        if both := set(subjects) & set(others):
            names = ", ".join(sorted(product.code for product in both))
            self.add_error("others", _("%(names)s stands on both sides.") % {"names": names})
        return cleaned


class StartField(forms.DateTimeField):
    """The moment an edition starts, in the clock of the page; empty: at once."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def __init__(self, *, now: datetime, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.now = now

    def clean(self, value: Any) -> datetime | None:
        starts = super().clean(value)
        if starts is None:
            return None
        if starts < self.now.replace(second=0, microsecond=0):
            raise forms.ValidationError(
                _("This moment has passed. Leave it empty to start at once.")
            )
        if starts > self.now + AHEAD:
            raise forms.ValidationError(_("An edition starts within a year."))
        return starts if starts > self.now else None


class PublishForm(forms.Form):
    """`seen` is the digest of the draft that was shown: what is confirmed is what was read."""

    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        validators=[validate_text],
        help_text=_("Why: employees read it beside the edition’s number."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, four_eyes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = four_eyes  # a colleague has to know why
        self.fields["effective_from"] = StartField(
            now=now,
            label=_("Effective from"),
            help_text=_("Empty: as soon as it is approved.") if four_eyes else _("Empty: at once."),
        )
        for name in ("note", "effective_from"):
            self.fields[name].widget.attrs["aria-describedby"] = f"id_{name}_helptext"


class DecisionForm(forms.Form):
    """What the second pair of eyes says. Words are needed to send an edition back."""

    APPROVE, RETURN, WITHDRAW = "approve", "return", "withdraw"
    decision = forms.ChoiceField(choices=[(name, name) for name in (APPROVE, RETURN, WITHDRAW)])
    note = forms.CharField(
        label=_("Answer to the author"),
        max_length=200,
        required=False,
        validators=[validate_text],
        help_text=_("Needed when you return it: say what to change."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == self.RETURN and cleaned.get("note") == "":
            self.add_error("note", _("Say what should be changed."))
        return cleaned


class CompareForm(forms.Form):
    """Any two editions by number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Edition.objects.defer("snapshot").order_by("-number")
        for name, label in (("old", _("From edition")), ("new", _("To edition"))):
            self.fields[name] = EditionField(
                queryset=known, to_field_name="number", label=label, empty_label=None
            )


class EditionField(forms.ModelChoiceField):
    def label_from_instance(self, edition: Edition) -> str:
        day = date_format(localtime(edition.effective_from), "SHORT_DATE_FORMAT")
        return " · ".join(filter(None, (str(edition.number), day, edition.note)))
