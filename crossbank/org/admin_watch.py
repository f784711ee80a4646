"""Lets an upper room look at each row of a lower room's that was saved in the back office."""

from collections.abc import Callable
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
