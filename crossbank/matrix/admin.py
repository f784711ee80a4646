"""Pairings and basket rules in the back office; `admin_editions` registers what desks read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crossbank.catalog import pairs
from crossbank.conduct.phrase_watch import watch
from crossbank.matrix import admin_editions as admin_editions
from crossbank.matrix import forbidden
from crossbank.matrix.admin_forms import BasketRuleForm, PairingForm
from crossbank.matrix.book_admin import WORKBOOK_PAGE
from crossbank.matrix.grid_views import grid
from crossbank.matrix.health_views import health_page
from crossbank.matrix.models import BasketRule, Pairing, PairingRule, SeasonalPick
from crossbank.matrix.phrasing import pairing_texts, rule_texts
from crossbank.matrix.rule_admin import PairingRuleAdmin
from crossbank.matrix.season_admin import SeasonalPickAdmin
from crossbank.matrix.word_forms import word_fieldsets
from crossbank.org.admin_site import Page, RoleAdmin
from crossbank.org.admin_watch import add_watch
from crossbank.web.templatetags.house import rating_chip


class MainFamilyFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("family of the main product")


class CrossFamilyFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("family of the cross product")


@admin.register(Pairing)
class PairingAdmin(RoleAdmin):
    """Directed: what is written here about A with B says nothing of B with A."""

    place = 1
    form = PairingForm
    fixed_fields = ("main", "cross")
    readonly_fields = ("origin",)
    autocomplete_fields = ("main", "cross")
    list_display = ("pair", "main_name", "cross_name", "chip", "reason", "rank")
    list_filter = (
        "rating",
        ("main__family", MainFamilyFilter),
        ("cross__family", CrossFamilyFilter),
        "relation",
        "link_kind",
        "origin",
    )
    list_select_related = ("main", "cross")
    search_fields = ("main__code", "main__name", "cross__code", "cross__name", "reason")
    ordering = ("main__code", "rank", "cross__code")
    fieldsets = (
        (
            None,
            {
                "fields": ("main", "cross", "relation", "rating", "rank"),
                "description": _(
                    "A pair has a direction: the customer came for the main product. The other "
                    "direction is a pair of its own. Desks see a change after publishing."
                ),
            },
        ),
        (
            _("Why, and what to do"),
            {"fields": ("reason", "instead", "kind", "link_kind")},
        ),
        (
            _("At the desk"),
            {"fields": ("benefit", "say", "do_not_say", "review_on")},
        ),
        *word_fieldsets(Pairing),
        (_("Origin"), {"fields": ("origin",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pairing]:
        return super().get_queryset(request).select_related("main", "cross")

    def save_model(
        self,
        request: HttpRequest,
        obj: Pairing,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if {*form.changed_data} - {"review_on"}:
            obj.origin = Pairing.Origin.MANUAL
        super().save_model(request, obj, form, change)

    @admin.display(description=_("pair"), ordering="main__code")
    def pair(self, pairing: Pairing) -> str:
        return str(pairing)

    @admin.display(description=_("main product"), ordering="main__name")
    def main_name(self, pairing: Pairing) -> str:
        return pairing.main.name

    @admin.display(description=_("cross product"), ordering="cross__name")
    def cross_name(self, pairing: Pairing) -> str:
        return pairing.cross.name

    @admin.display(description=_("rating"), ordering="rating")
    def chip(self, pairing: Pairing) -> str:
        if not pairing.rating:
            return gettext("Better main product")
        return rating_chip(pairing.rating, pairing.get_rating_display())


@admin.register(BasketRule)
class BasketRuleAdmin(RoleAdmin):
    form = BasketRuleForm
    fixed_fields = ("code",)
    autocomplete_fields = ("subjects", "others")
    place = 3
    list_display = ("code", "kind", "message", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "message", "subjects__code", "others__code")
    fieldsets = (
        (None, {"fields": ("code", "kind", "message", "is_active")}),
        (
            _("Which products"),
            {
                "fields": ("subjects", "others"),
                "description": _(
                    "“Needs one of”: each product on the left needs one of the others, held or "
                    "taken. “Never together with” works both ways. “At most one of” has only "
                    "the left side. “Warn” hides nothing."
                ),
            },
        ),
    )


admin.site.register(PairingRule, PairingRuleAdmin)
admin.site.register(SeasonalPick, SeasonalPickAdmin)
pairs.add_source(forbidden.not_allowed)
pairs.add_rated(forbidden.rated)
add_watch(Pairing, watch(pairing_texts))
add_watch(PairingRule, watch(rule_texts))
admin.site.add_page(
    Page(
        route="matrix/pairing/grid/",
        name="matrix_pairing_grid",
        view=grid,
        title=_("Grid editor"),
        about=_("Rate many pairs at once by keyboard, or paste them from a spreadsheet."),
    )
)
admin.site.add_page(
    Page(
        route="matrix/health/",
        name="matrix_health",
        view=health_page,
        title=_("Health of the matrix"),
        about=_("What an owner should look at, each with the page where it is mended."),
    )
)
admin.site.add_page(WORKBOOK_PAGE)
