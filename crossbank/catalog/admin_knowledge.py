"""Needs, bundles, partner benefits and the objections library in the back office."""

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.admin_forms import BenefitForm, BundleForm, OneSideForm
from crossbank.catalog.forms import LastDayField
from crossbank.catalog.models import Bundle, Need, Objection, PartnerBenefit
from crossbank.org.admin_site import RoleAdmin


@admin.register(Need)
class NeedAdmin(RoleAdmin):
    form = OneSideForm
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


@admin.register(Bundle)
class BundleAdmin(RoleAdmin):
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


@admin.register(PartnerBenefit)
class PartnerBenefitAdmin(RoleAdmin):
    """Nothing is offered here: it stands under the main product, for who takes that anyway."""

    form = BenefitForm
    fixed_fields = ("code",)
    autocomplete_fields = ("partner", "mains")
    place = 7
    list_display = ("code", "name", "partner", "last_day", "is_active")
    list_filter = ("is_active", "partner")
    list_select_related = ("partner",)
    search_fields = ("code", "name", "partner__code", "partner__name", "mains__code")
    instead_of_deleting = _("Take it out of use instead: records that name it stay readable.")
    fieldsets = (
        (None, {"fields": ("code", "partner", "name", "is_active")}),
        (
            _("What comes with it"),
            {
                "fields": ("mains", "text", "valid_from", "valid_until"),
                "description": _(
                    "It comes with these main products by itself: no key, no card, and it never "
                    "counts as a cross product. Desks see it after publishing."
                ),
            },
        ),
    )

    @admin.display(description=_("last day"), ordering="valid_until", empty_value="–")
    def last_day(self, benefit: PartnerBenefit) -> str | None:
        until = benefit.valid_until
        return date_format(LastDayField().prepare_value(until)) if until else None


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
