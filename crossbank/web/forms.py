"""Base forms: GET filters and crispy helpers that look the same everywhere."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class HouseForm(forms.Form):
    """A form whose crispy helper leaves the <form> tag and the buttons to the template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = house_helper()


def house_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class FilterForm(HouseForm):
    """A GET form: unknown keys are ignored, empty means the default, invalid is an error."""

    use_required_attribute = False
