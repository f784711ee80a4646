"""How reference data is written: readable texts, room for sentences, a name for every box."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AdminURLFieldWidget,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst

from crossbank.web.text import clean_text

LONG_LINE = 120  # signs from which a field shows two lines
FIELDS = {
    models.URLField: {"assume_scheme": "https", "widget": AdminURLFieldWidget},
    models.TextField: {"widget": AdminTextareaWidget({"rows": 3})},
}


class OneLine(AdminTextareaWidget):
    """A longer single line: wraps while it is written, keeps no line breaks."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return " ".join(value.splitlines()) if isinstance(value, str) else value


class ManyBox(AutocompleteSelectMultiple):
    """Several rows found by typing; no cross that empties the whole box at one slip."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-allow-clear": "false"}


class BackOfficeForm(forms.ModelForm):
    """A form whose texts are readable in any script, without control or direction signs."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and not name.startswith("password"):
                try:
                    self.cleaned_data[name] = clean_text(value)
                except ValidationError as problem:
                    self.add_error(name, problem)
        return self.cleaned_data

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with a field that this page does not show stands above the others."""
        found = getattr(error, "error_dict", {}) if field is None else {}
        for name in [name for name in found if name not in {*self.fields, NON_FIELD_ERRORS}]:
            found.setdefault(NON_FIELD_ERRORS, []).extend(found.pop(name))
        super().add_error(field, error)


class NamedFormSet(BaseInlineFormSet):
    """Every box of a table has a name of its own, for people who hear the page."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))


def roomy(db_field: models.Field, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A sentence is not written through a keyhole."""
    is_text = type(db_field) is models.CharField and not db_field.choices
    is_name = db_field.name.endswith("name")
    if is_text and not is_name and (db_field.max_length or 0) >= LONG_LINE:
        return {"widget": OneLine({"rows": 2}), **kwargs}
    return kwargs
