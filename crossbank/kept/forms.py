"""What a manager types: how a sale is found, and what the bank's book says of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.conduct.personal import refuse_personal
from crossbank.engine import receipt_codes, right_codes
from crossbank.kept.models import Mark
from crossbank.org.admin_workbook import UploadForm
from crossbank.web.forms import HouseForm, Text


class FindSaleForm(HouseForm):
    """By the code on the customer's page, or by his number, which is kept nowhere."""

    code = Text(max_length=20, required=False, label=gettext_lazy("Code on the customer’s page"))
    customer_ref = Text(max_length=64, required=False, label=gettext_lazy("or customer number"))

    def __init__(self, *args: Any, with_reference: bool) -> None:
        super().__init__(*args)
        if not with_reference:
            del self.fields["customer_ref"]

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if typed and receipt_codes.numbers_of(typed) is None:
            raise forms.ValidationError(_("This code has a typing mistake: read it once more."))
        return right_codes.read(typed) or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("code") and not cleaned.get("customer_ref"):
            raise forms.ValidationError(_("Type what stands on the customer’s paper."))
        return cleaned


class OutcomeForm(HouseForm):
    """Nothing is chosen beforehand; what cannot be true is the service's to say."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    mark = forms.ChoiceField(
        label=gettext_lazy("What the bank’s book says"),
        choices=Mark.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the bank’s book says.")},
    )
    on = forms.DateField(
        label=gettext_lazy("As of"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy(
            "The day on which he withdrew or ended it; or the day of the book, if he has it."
        ),
        error_messages={
            "invalid": gettext_lazy("There is no such day. Write it as 2026-03-31."),
        },
    )
    note = Text(
        label=gettext_lazy("Note"),
        max_length=140,
        required=False,
        validators=[refuse_personal],
        help_text=gettext_lazy("No names, no numbers of customers."),
    )


class SendForm(UploadForm):
    """The workbook alone."""


class ConfirmForm(forms.Form):
    """What was shown, and a yes to what is left out; nothing is ticked beforehand."""

    seen = forms.CharField(max_length=64)
    without = forms.BooleanField(required=False)
