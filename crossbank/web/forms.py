"""Base forms and fields: GET filters, text, crispy helpers that look the same everywhere."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from crossbank.web.text import clean_text

# in place of Django's, which begin "Ensure this value"
_PLAIN = {
    "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
    "min_value": _("Type %(limit_value)s or more."),
    "max_value": _("Type %(limit_value)s or less."),
}


class Text(forms.CharField):
    """Text without control characters or direction overrides."""

    default_error_messages = {"max_length": _PLAIN["max_length"]}

    def to_python(self, value: Any) -> str:
        """Put in one form before it is measured, which may make it longer."""
        return clean_text(super().to_python(value))


class HouseForm(forms.Form):
    """A form whose crispy helper leaves the <form> tag and the buttons to the template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = house_helper()
        for field in self.fields.values():
            field.error_messages = {**_PLAIN, **field.error_messages}


def house_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class FilterForm(HouseForm):
    """A GET form: unknown keys are ignored, empty means the default, invalid is an error."""

    use_required_attribute = False


class OneLine(Text):
    """One line, however it was pasted: breaks and double spaces become one space."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class Words(Text):
    """A few sentences."""

    def __init__(self, *, rows: int, max_length: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, widget=widget, **kwargs)
