"""The texts of a pair or a rule in other languages, on its own page."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.models.languages import (
    every_name,
    flat,
    label,
    languages,
    names,
    nested,
)
from crossbank.org.admin_forms import BackOfficeForm, OneLine


def _fields(model: type[models.Model]) -> dict[str, forms.Field]:
    return {
        name: forms.CharField(
            label=capfirst(label(model, name)),
            max_length=model._meta.get_field(name.partition("@")[0]).max_length,
            required=False,
            widget=OneLine({"rows": 2, "lang": name.partition("@")[2]}),
        )
        for name in every_name(model)
    }


def word_fieldsets(model: type[models.Model]) -> tuple[Any, ...]:
    """A folded section for each language; one with a mistake opens by itself."""
    return tuple(
        (
            format_lazy("{}: {}", _("Texts in another language"), name),
            {"fields": names(model, code), "classes": ("collapse",)},
        )
        for code, name in languages().items()
    )


class WordsForm(BackOfficeForm):
    """What is empty in a language is shown in the bank's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**flat(self.instance.words), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # what is not sent stays: a workbook's sheet of rules has no other language
        sent = {
            name: cleaned.get(name, "")
            for name in every_name(type(self.instance))
            if name in self.data
        }
        self.instance.words = nested({**flat(self.instance.words), **sent})
        return cleaned


class PairWords:
    declared_fields = _fields(Pairing)  # Django's form metaclass collects them from here


class RuleWords:
    declared_fields = _fields(PairingRule)
