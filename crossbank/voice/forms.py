"""What is typed about a customer's plans, and tapped after a conversation."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Need
from crossbank.conduct.references import reference_hash
from crossbank.voice.models import Horizon
from crossbank.voice.questions import SKIP, Question
from crossbank.web.forms import Text


class CustomerForm(forms.Form):
    """Whose plans: the number stays in the request, its hash leaves the form."""

    customer_ref = Text(label=_("Customer number"), max_length=64)

    @property
    def reference(self) -> str:
        return reference_hash(self.cleaned_data["customer_ref"])


class PlanForm(CustomerForm):
    """One need that the customer named, and when it is to come true. Nothing is preselected."""

    need = forms.ChoiceField(label=_("What does he plan?"), widget=forms.RadioSelect)
    horizon = forms.ChoiceField(label=_("When?"), choices=Horizon.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, needs: list[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].choices = [(need.code, need.name) for need in needs]


class AnswerForm(forms.Form):
    """The taps so far. A value that is no button of the page is left out."""

    def __init__(self, data: QueryDict, *, asked: tuple[Question, ...]) -> None:
        super().__init__(data)
        for question in asked:
            choices = [(choice.value, choice.label) for choice in question.choices]
            self.fields[question.name] = forms.ChoiceField(choices=choices, required=False)

    @property
    def given(self) -> dict[str, str]:
        """question -> button, of those that were tapped; once `is_valid()` was asked."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_whole(self) -> bool:
        return len(self.given) == len(self.fields)

    @property
    def answer(self) -> dict[str, str]:
        return {name: "" if value == SKIP else value for name, value in self.given.items()}
