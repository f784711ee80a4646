"""What a manager proposes, and what conduct answers. What cannot be a goal is the service's to say."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.personal import refuse_personal
from crossbank.org import switches
from crossbank.review.forms import DayField
from crossbank.review.models import Goal
from crossbank.review.models.goals import LONGEST
from crossbank.review.terms import ONE_DAY
from crossbank.web.forms import HouseForm, Words

# what others read, without numbers of customers
_READ = {"rows": 3, "max_length": LONGEST, "validators": [refuse_personal]}


class ProposeForm(HouseForm):
    """Nothing is chosen beforehand but the days: the next whole month."""

    measure = forms.ChoiceField(
        label=_("What is measured"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is measured.")},
    )
    least = forms.IntegerField(
        label=_("At least, in percent"),
        min_value=1,
        max_value=100,
        help_text=_("A lower bound for the branch as a whole, nobody’s own."),
    )
    since = DayField(label=_("First day"))
    last = DayField(
        label=_("Last day"), help_text=_("Four weeks at least, a year at most. This day counts.")
    )
    reason = Words(
        **_READ,
        label=_("Reason"),
        help_text=_("What customers have from it. Conduct and the whole team read this."),
        error_messages={"required": _("Say why: a goal without a reason is only a number.")},
    )

    def __init__(self, *args: Any, areas: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [
            (one.value, f"{one.label}: {MEANING[one]}") for one in measures(areas)
        ]

    @property
    def entry(self) -> dict[str, Any]:
        """What the service is asked for: the last day of the form counts."""
        asked = dict(self.cleaned_data)
        until = asked.pop("last") + ONE_DAY
        return {**asked, "until": until}

    def show_what_was_typed(self) -> None:
        """A date input is empty when its value is no date; a text input keeps it for mending."""
        for name in ("since", "last"):
            if name in self.errors:
                self.fields[name].widget.attrs["type"] = "text"
        if "least" in self.errors:
            self.fields["least"].widget.input_type = "text"


MEANING = {
    Goal.Measure.COVERAGE: _(
        "the share of customers at the desk who heard of at least one more product"
    ),
    Goal.Measure.SIGNED: _("the share of day sheets that were signed, not closed by themselves"),
    Goal.Measure.KEPT: _("of the products whose outcome is known, those that customers kept"),
}


def measures(areas: Mapping[str, bool]) -> list[Goal.Measure]:
    """What can be a goal in this bank."""
    return [one for one in Goal.Measure if one != Goal.Measure.KEPT or areas[switches.KEPT]]


class DecideForm(HouseForm):
    """An answer to a goal; a no needs words."""

    act = forms.ChoiceField(choices=[("agree", ""), ("send_back", "")])
    note = Words(
        **_READ,
        label=_("Note"),
        required=False,
        help_text=_("Needed when you send it back: say what should be different."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "send_back" and cleaned.get("note") == "":
            self.add_error("note", _("Say what should be different."))
        return cleaned


class WithdrawForm(HouseForm):
    reason = Words(
        **_READ,
        label=_("Why it is withdrawn"),
        help_text=_("The whole team reads this."),
        error_messages={"required": _("Say why: the team has seen this goal.")},
    )


def next_month(today: date) -> dict[str, date]:
    """The first and the last day of the month after this one."""
    first = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return {"since": first, "last": after - ONE_DAY}
