"""The filter of the evidence page, and the two answers to a proposal."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.engine.proposals import ProposalKind
from crossbank.review.evidence import Names
from crossbank.review.forms import LONGEST_DAYS, DayField
from crossbank.review.scope import OutOfScope
from crossbank.review.terms import ONE_DAY, Named
from crossbank.web.forms import FilterForm

DEFAULT_DAYS = 90


class EvidenceFilter(FilterForm):
    """Dates are inclusive at both ends. Empty dates mean the last 90 counted days."""

    main = forms.CharField(label=_("Main product"), required=False, widget=forms.Select)
    cross = forms.CharField(label=_("Cross product"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, names: Names, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last
        self.named = {"main": names.mains, "cross": names.crosses}
        self.fields = {
            "from": DayField(label=_("From"), required=False),
            "until": DayField(label=_("Until"), required=False),
            **self.fields,
        }
        self._offer("main", _("All main products"))
        self._offer("cross", _("All cross products"))

    def _offer(self, name: str, everything: Any) -> None:
        choices = [(one.code, str(one)) for one in self.named[name]]
        self.fields[name].widget.choices = [("", everything), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, named in self.named.items():
            _must_be_there(cleaned.get(name, ""), named)
        if self.errors:
            self._show_what_was_typed()
            return cleaned
        until = cleaned["until"] or max(self.last, cleaned["from"] or self.last)
        since = cleaned["from"] or until - timedelta(days=DEFAULT_DAYS - 1)
        if since > until:
            self.add_error("until", _("The last day lies before the first."))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("from", _("Choose at most 366 days."))
        else:
            cleaned |= {"since": since, "until": until + ONE_DAY, "last": until}
            self.data = {**self.data.dict(), "from": since.isoformat(), "until": until.isoformat()}
        return cleaned

    def _show_what_was_typed(self) -> None:
        for name in ("from", "until"):
            if name in self.errors:
                self.fields[name].widget.attrs["type"] = "text"


def _must_be_there(code: str, named: Iterable[Named]) -> None:
    if code and code not in {one.code for one in named}:
        raise OutOfScope


class DecisionForm(forms.Form):
    """One click: which proposal, and whether it goes into the draft or away."""

    kind = forms.ChoiceField(
        label=_("Proposal"), choices=[(kind.value, kind.value) for kind in ProposalKind]
    )
    main = forms.CharField(label=_("Main product"), max_length=20)
    cross = forms.CharField(label=_("Cross product"), max_length=20)
    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("accept", _("Accept")), ("dismiss", _("Dismiss"))]
    )
