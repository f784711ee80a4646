"""From bytes to what a lead needs. What is allowed is the services' to say."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.catalog.forms import MoneyField
from crossbank.catalog.models import Product
from crossbank.engine.leads import MOVES, Act
from crossbank.leads.models import Lead, Unit, validate_no_number
from crossbank.org.models import User
from crossbank.web.forms import HouseForm, OneLine

_REFUSED = gettext_lazy("Choose one of the units.")


class HandOnForm(HouseForm):
    """One line of what was said, and the unit by its button; the rest may stay empty."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    main = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    said = OneLine(
        label=gettext_lazy("What did the customer say?"),
        max_length=140,
        validators=[validate_no_number],
        help_text=gettext_lazy("One line, without names and numbers of customers."),
        error_messages={"required": gettext_lazy("Write in one line what the customer said.")},
    )
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Who can help?"),
        error_messages={"required": _REFUSED, "invalid_choice": _REFUSED},
    )
    product = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Product"),
        empty_label=gettext_lazy("None in particular"),
    )
    contact_on = forms.DateField(
        required=False,
        label=gettext_lazy("When to contact"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    value_estimate = MoneyField(required=False, label=gettext_lazy("Value, roughly"))
    contact = OneLine(
        required=False,
        max_length=60,
        label=gettext_lazy("Contact or case number"),
        help_text=gettext_lazy("Kept sealed: only the colleague who takes the lead reads it."),
    )
    more = ("product", "contact_on", "value_estimate", "contact")

    def __init__(self, *args: Any, at: datetime, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"uuid": uuid4()}, **kwargs})
        # own units too: whoever sends one by hand is told why not
        self.fields["unit"].queryset = Unit.objects.in_use()
        served = Product.objects.on_sale(by.branch.local_day(at)).filter(units__is_active=True)
        self.fields["product"].queryset = served.distinct().order_by("name")
        self.fields["product"].label_from_instance = lambda product: product.name

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    @property
    def is_more_open(self) -> bool:
        return any(self[name].value() or self[name].errors for name in self.more)

    @property
    def entry(self) -> dict[str, Any]:
        """What `services.hand_on` takes, once the form is valid."""
        cleaned = self.cleaned_data
        return {
            "uuid": cleaned["uuid"],
            "unit": cleaned["unit"],
            "said": cleaned["said"],
            "product": cleaned["product"],
            "main_code": cleaned["main"],
            "contact_on": cleaned["contact_on"],
            "value_estimate_minor": cleaned["value_estimate"],
            "contact": cleaned["contact"],
        }


class ActForm(HouseForm):
    """One press on an opened lead, with words where they help."""

    act = forms.ChoiceField(choices=[(act.value, act.value) for act in MOVES])
    note = OneLine(
        required=False,
        max_length=200,
        validators=[validate_no_number],
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("The colleague at the desk reads it; needed when it ends in a no."),
    )
    kept = MoneyField(
        required=False,
        label=gettext_lazy("Turnover that stays"),
        help_text=gettext_lazy("With “Won”, if known."),
    )
    sold = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Product sold"),
        empty_label=gettext_lazy("As handed on"),
        help_text=gettext_lazy("With “Won”: its own cooling-off counts."),
    )
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Another unit"),
        empty_label="—",
        error_messages={"invalid_choice": _REFUSED},
    )
    colleague = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="username",
        required=False,
        label=gettext_lazy("A colleague"),
        empty_label="—",
    )

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sold"].queryset = lead.to_unit.products.order_by("name")
        self.fields["sold"].label_from_instance = lambda product: product.name
        others = Unit.objects.in_use().with_people().exclude(pk=lead.to_unit_id)
        self.fields["unit"].queryset = others
        members = User.objects.filter(units=lead.to_unit_id, is_active=True)
        fit = members.exclude(pk__in=[lead.assignee_id or 0, lead.from_employee_id])
        self.fields["colleague"].queryset = fit.order_by("first_name", "username")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == Act.REASSIGN and not cleaned.get("unit"):
            self.add_error("unit", _("Choose the unit that can help."))
        if cleaned.get("act") == Act.HAND_OVER and not cleaned.get("colleague"):
            self.add_error("colleague", _("Choose the colleague who takes it."))
        return cleaned


class SeenForm(forms.Form):
    until = forms.DateTimeField(input_formats=[])  # ISO 8601, as the page printed it
