"""Lets an upper room look at each row of a lower room's that was saved in the back office."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

# the request, the form that was saved, and the formsets of its inlines
Watch = Callable[[HttpRequest, forms.ModelForm, list[Any]], None]
_watches: dict[type[models.Model], list[Watch]] = {}


def add_watch(model: type[models.Model], watch: Watch) -> None:
    """This will call `watch` after each saving of such a row; `admin.py` files say so on loading."""
    _watches.setdefault(model, []).append(watch)


def look_at(request: HttpRequest, row: models.Model, written: list[forms.ModelForm]) -> None:
    """This will let the watches of a row look at what forms other than its page's wrote of it."""
    nothing_more = SimpleNamespace(instance=row, changed_data=[], cleaned_data={})
    for watch in _watches.get(type(row), ()):
        watch(request, nothing_more, [SimpleNamespace(forms=written)])


class WatchedAdmin(admin.ModelAdmin):
    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: list[Any],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        super().save_related(request, form, formsets, change)
        for watch in _watches.get(self.model, ()):
            watch(request, form, formsets)
