"""Needs, bundles and the objections library in the back office."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import ManyToManyField, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.forms import MoneyField
from crossbank.catalog.models import Bundle, Need, Objection, Product
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import RoleAdmin

# Which side of a pairing a choice asks for: only such products are found there.
SIDES = {"main": "is_main", "mains": "is_main", "crosses": "is_cross", "parts": "is_cross"}


class OneSideAdmin(RoleAdmin):
    """Products are looked for on the side that the field asks for, and taken from there only."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        on_side = Q(**{SIDES[db_field.name]: True})
        kwargs["queryset"] = Product.objects.filter(on_side).order_by("code")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Need)
class NeedAdmin(OneSideAdmin):
    fixed_fields = ("code",)
    autocomplete_fields = ("mains", "crosses")
    place = 3
    list_display = ("code", "name", "question", "order", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "question")
    instead_of_deleting = _("Take it out of use instead: records that name it stay readable.")
    fieldsets = (
        (None, {"fields": ("code", "name", "order", "is_active")}),
        (_("What to ask"), {"fields": ("question", "hints")}),
        (
            _("Which products answer it"),
            {
                "fields": ("mains", "crosses"),
                "description": _(
                    "A cross named here is suggested first when the customer has this need "
                    "and the pair is allowed."
                ),
            },
        ),
    )


class BundleForm(BackOfficeForm):
    price_minor = MoneyField(
        label=format_lazy("{} ({})", _("Price together"), settings.CURRENCY),
        help_text=_("Like 2.50: less than its products cost apart."),
    )

    def clean_parts(self) -> QuerySet[Product]:
        parts = self.cleaned_data["parts"]
        if len(parts) < 2:
            raise forms.ValidationError(_("A bundle holds two products or more."))
        return parts


@admin.register(Bundle)
class BundleAdmin(OneSideAdmin):
    """What its products cost apart, and which exclude each other, is judged before publishing."""

    form = BundleForm
    fixed_fields = ("code",)
    autocomplete_fields = ("parts",)
    place = 5
    list_display = ("code", "name", "price_text", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "parts__code", "parts__name")
    instead_of_deleting = _("Take it out of use instead: records that name it stay readable.")
    fieldsets = (
        (None, {"fields": ("code", "name", "parts", "is_active")}),
        (
            _("What it costs"),
            {
                "fields": ("price_text", "price_minor", "price_period"),
                "description": _(
                    "A customer may always take one of them alone, at its own price. The desk "
                    "offers a bundle where each of its products may be taken."
                ),
            },
        ),
        (_("At the desk"), {"fields": ("say",)}),
    )


@admin.register(Objection)
class ObjectionAdmin(RoleAdmin):
    """The whole library; the objections to one product stand on its page too."""

    place = 6
    autocomplete_fields = ("product", "need")
    fields = ("product", "need", "objection", "answer", "order")
    list_display = ("objection", "product", "need", "order")
    list_filter = ("need", "product__family")
    list_select_related = ("product", "need")
    search_fields = ("objection", "answer", "product__code", "product__name", "need__name")
