"""Forms of the back office for what is known of products."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.forms import LastDayField, MoneyField
from crossbank.catalog.models import Product
from crossbank.catalog.models.conditions import in_one_writing
from crossbank.org.admin_forms import BackOfficeForm

# Which side of a pairing a choice asks for: only such products are found there.
SIDES = {"main": "is_main", "mains": "is_main", "crosses": "is_cross", "parts": "is_cross"}


class OneSideForm(BackOfficeForm):
    """Products are looked for on the side that a field asks for, and taken from there only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & SIDES.keys():
            on_side = Product.objects.filter(**{SIDES[name]: True})
            self.fields[name].queryset = on_side.order_by("code")


class BundleForm(OneSideForm):
    price_minor = MoneyField(
        label=format_lazy("{} ({})", _("Price together"), settings.CURRENCY),
        help_text=_("Like 2.50: less than its products cost apart."),
    )

    def clean_parts(self) -> QuerySet[Product]:
        parts = self.cleaned_data["parts"]
        if len(parts) < 2:
            raise forms.ValidationError(_("A bundle holds two products or more."))
        return parts


class BenefitForm(OneSideForm):
    valid_until = LastDayField(
        label=_("Last day"),
        required=False,
        help_text=_("The last day on which it is given. Empty: until further notice."),
    )


class ConditionForm(BackOfficeForm):
    """Two rows that say the same must look the same before they are compared."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("attribute") and cleaned.get("values"):
            cleaned["values"] = in_one_writing(cleaned["attribute"], cleaned["values"])
        return cleaned
