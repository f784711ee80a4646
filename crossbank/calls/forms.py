"""What people type about a call."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.calls.models import MOST_ATTEMPTS, Attempt, Task
from crossbank.calls.promising import require_day
from crossbank.calls.refusals import WrongDay
from crossbank.catalog.models import Product
from crossbank.org.access import FRONT
from crossbank.org.models import User
from crossbank.web.forms import HouseForm, Text

BRANCH = "branch"  # the choice of nobody in particular


class DayField(forms.DateField):
    """A calendar day as browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("There is no such day. Write it as 2026-03-31.")},
            **kwargs,
        )


class OutcomeForm(forms.Form):
    """One attempt: what came of it, and the day the customer named."""

    outcome = forms.ChoiceField(
        choices=Attempt.Outcome.choices,
        error_messages={
            "required": _("Choose what came of the call."),
            "invalid_choice": _("This is not an outcome of a call."),
        },
    )
    next_on = DayField(required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=MOST_ATTEMPTS)


class HandOverForm(forms.Form):
    """A colleague of the branch, or anybody there."""

    to = forms.ChoiceField(
        label=_("Hand over to"),
        error_messages={
            "required": _("Choose a colleague, or the branch."),
            "invalid_choice": _("Choose somebody who serves customers in this branch."),
        },
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in colleagues(task)}
        anybody = [(BRANCH, _("Anybody of the branch"))] if task.employee_id else []
        people = [(pk, user.display_name) for pk, user in self.people.items()]
        self.fields["to"].choices = [("", _("Please choose")), *anybody, *people]

    @property
    def colleague(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


def colleagues(task: Task) -> list[User]:
    """Who else serves customers in the branch of the call, by name."""
    people = User.objects.filter(branch=task.branch.now_id, role__in=FRONT, is_active=True)
    found = people.exclude(pk=task.employee_id) if task.employee_id else people
    return sorted(found, key=lambda user: (user.display_name, user.pk))


class NewCallForm(HouseForm):
    """A call that an employee puts on the list himself."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What for"))
    product = forms.ChoiceField(label=_("Product"))
    day = DayField(
        label=_("Day the customer agreed to"),
        help_text=_("On a day when the branch is closed it moves to the next open one."),
    )
    whose = forms.ChoiceField(
        label=_("Who calls"),
        choices=[("me", _("I do")), (BRANCH, _("Anybody of the branch"))],
        initial="me",
    )
    language = forms.ChoiceField(
        label=_("Language of the call"),
        choices=[("", _("That of who calls")), *settings.LANGUAGES],
        required=False,
    )
    contact = Text(
        label=_("Number to call (optional)"),
        max_length=40,
        required=False,
        help_text=_("Kept under seal, shown only to who calls, erased some time after the end."),
    )
    customer_ref = Text(
        label=_("Customer number (optional)"),
        max_length=64,
        required=False,
        help_text=_("Only a scrambled form is kept; nobody can read the number back."),
    )

    def __init__(
        self, *args: Any, by: User, at: datetime, with_reference: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": {"uuid": uuid4(), "whose": "me"}, **kwargs})
        self.by, self.at = by, at
        today = by.branch.local_day(at)
        on_sale = Product.objects.on_sale(today).filter(Q(is_main=True) | Q(is_cross=True))
        self.products = {product.code: product for product in on_sale.order_by("name", "code")}
        kinds = [(kind.value, kind.label) for kind in Task.BY_HAND]
        self.fields["kind"].choices = [("", _("Please choose")), *kinds]
        names = [(code, product.name) for code, product in self.products.items()]
        self.fields["product"].choices = [("", _("Please choose")), *names]
        for name in ("contact", "customer_ref"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if not with_reference:
            del self.fields["customer_ref"]

    def clean_product(self) -> Product:
        return self.products[self.cleaned_data["product"]]

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        try:
            require_day(day, branch=self.by.branch, at=self.at)
        except WrongDay as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return day
