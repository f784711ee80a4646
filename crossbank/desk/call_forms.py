"""What is asked when something of a record is to be remembered: what for, of which product, when."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.calls.forms import DayField
from crossbank.calls.models import Task
from crossbank.calls.promising import require_day
from crossbank.calls.refusals import WrongDay
from crossbank.catalog.models import Product
from crossbank.desk.models import Consultation
from crossbank.desk.promises import has_from

_AGREED = [("", _("Please choose")), *((kind.value, kind.label) for kind in Task.BY_HAND)]


class AgreedCallForm(forms.Form):
    """A call that the customer agreed to, about something that he has from a record."""

    kind = forms.ChoiceField(label=_("What for"), choices=_AGREED)
    product = forms.ChoiceField(label=_("Product"))
    day = DayField(label=_("Day the customer agreed to"))

    def __init__(self, *args: Any, record: Consultation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.at = record, at
        self.products = {product.code: product for product in has_from(record)}
        self.fields["product"].choices = [(p.code, p.name) for p in self.products.values()]
        self.fields["kind"].widget.attrs["class"] = "form-select"
        self.fields["product"].widget.attrs["class"] = "form-select"
        self.fields["day"].widget.attrs["class"] = "form-control"

    def clean_product(self) -> Product:
        return self.products[self.cleaned_data["product"]]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        try:
            require_day(day, branch=self.record.branch, at=self.at)
        except WrongDay as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return day
