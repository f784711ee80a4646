"""Families, partners and products in the back office; `admin_knowledge` holds what is known of them."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.admin_forms import SIDES, ConditionForm
from crossbank.catalog.admin_knowledge import NeedAdmin as NeedAdmin
from crossbank.catalog.book_admin import CATALOGUE_PAGE
from crossbank.catalog.forms import MoneyField
from crossbank.catalog.models import (
    Attribute,
    Family,
    Objection,
    PackagePart,
    Partner,
    Product,
    ProductCondition,
)
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import RoleAdmin, RoleInline

TILES = 9  # digits on the keyboard
_ASKED_BY_OFFERS = {"cross": "is_cross"}  # beside a pairing it may be a better main product


@admin.register(Family)
class FamilyAdmin(RoleAdmin):
    place = 2
    fields = ("code", "name", "order")
    fixed_fields = ("code",)
    list_display = ("code", "name", "order")
    search_fields = ("code", "name")
    instead_of_deleting = _("Give its products another family first.")


@admin.register(Partner)
class PartnerAdmin(RoleAdmin):
    place = 4
    fields = ("code", "name", "about")
    fixed_fields = ("code",)
    list_display = ("code", "name")
    search_fields = ("code", "name")
    instead_of_deleting = _("Retire its products; the partner stays with their history.")


class ProductForm(BackOfficeForm):
    price_minor = MoneyField(
        label=format_lazy("{} ({})", _("Price"), settings.CURRENCY),
        required=False,
        help_text=_("Like 24.00. Empty when it depends on score, rate or trade."),
    )
    standalone_price_minor = MoneyField(
        label=format_lazy("{} ({})", _("Price bought alone"), settings.CURRENCY),
        required=False,
        help_text=_("What the same thing costs without a main product beside it."),
    )

    def clean_desk_order(self) -> int | None:
        tile = self.cleaned_data["desk_order"]
        if tile is not None and not 1 <= tile <= TILES:
            raise forms.ValidationError(_("A tile is a digit from 1 to 9."))
        return tile

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        young, old = cleaned.get("min_age"), cleaned.get("max_age")
        if young is not None and old is not None and young > old:
            self.add_error("max_age", _("This is below the age it starts from."))
        if cleaned.get("desk_order") and not cleaned.get("is_main"):
            self.add_error("desk_order", _("Only a main product has a tile on the desk."))
        if parent := cleaned.get("row_inherits_from"):
            self._check_inheritance(parent, is_main=bool(cleaned.get("is_main")))
        return cleaned

    def _check_inheritance(self, parent: Product, *, is_main: bool) -> None:
        field = "row_inherits_from"
        if not is_main:
            self.add_error(field, _("Only a main product has a row that can inherit."))
        if not parent.is_main:
            self.add_error(field, _("%(product)s is no main product.") % {"product": parent})
        parents = dict(Product.objects.values_list("pk", "row_inherits_from_id"))
        seen, step = set(), parent.pk
        while step is not None and step not in seen:
            seen.add(step)
            step = parents.get(step)
        if self.instance.pk in seen:
            self.add_error(field, _("These rows would inherit from each other in a circle."))


class OnSaleFilter(admin.SimpleListFilter):
    title = _("on sale")
    parameter_name = "sale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("later", _("Later")), ("retired", _("Retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        if self.value() == "now":
            return queryset.on_sale(today)
        if self.value() == "later":
            return queryset.filter(valid_from__gt=today)
        if self.value() == "retired":
            return queryset.filter(valid_until__lte=today)
        return queryset


class ObjectionInline(RoleInline):
    model = Objection
    fields = ("order", "objection", "answer", "need")


class AttributeInline(RoleInline):
    model = Attribute
    fields = ("key", "value")
    extra = 1


class PackageInline(RoleInline):
    model = PackagePart
    fk_name = "package"
    fields = ("part",)
    autocomplete_fields = ("part",)
    extra = 1


class ConditionInline(RoleInline):
    model = ProductCondition
    form = ConditionForm
    fields = ("layer", "attribute", "operator", "values", "message", "ask")


@admin.register(Product)
class ProductAdmin(RoleAdmin):
    place = 1
    form = ProductForm
    fixed_fields = ("code",)
    autocomplete_fields = ("family", "partner", "row_inherits_from")
    inlines = (ObjectionInline, ConditionInline, PackageInline, AttributeInline)
    list_display = ("code", "name", "family", "sides", "tier", "price", "provider", "sale")
    list_filter = (
        OnSaleFilter,
        "is_main",
        "is_cross",
        "family",
        "charge_kind",
        "provider",
        "tier",
        "is_credit",
        "is_insurance",
        "needs_licence",
    )
    list_select_related = ("family",)
    search_fields = ("code", "name", "family__name", "partner__name")
    instead_of_deleting = _(
        "Retire it instead: enter the day in “retired on”. From that day nobody is offered it, "
        "and every record keeps its name."
    )
    fieldsets = (
        (None, {"fields": ("code", "name", "family", "tier")}),
        (
            _("Where it stands at the desk"),
            {
                "fields": ("is_main", "is_cross", "desk_order", "row_inherits_from"),
                "description": _(
                    "A customer comes for a main product; a cross product may be offered beside "
                    "another. Many products are both."
                ),
            },
        ),
        (_("Who provides it"), {"fields": ("provider", "partner")}),
        (
            _("What it costs"),
            {
                "fields": (
                    "charge_kind",
                    "price_text",
                    "price_minor",
                    "price_period",
                    "standalone_price_minor",
                ),
                "description": _(
                    "The words stand on the card; the amount is for figures and comparisons."
                ),
            },
        ),
        (
            _("What the law asks"),
            {
                "fields": (
                    "is_credit",
                    "is_insurance",
                    "needs_licence",
                    "disclosure",
                    "withdrawal_days",
                    "reflection_days",
                    "defer_days",
                    "min_age",
                    "max_age",
                ),
                "description": _(
                    "What costs money, lends or insures is recorded as taken only with the "
                    "customer’s active yes."
                ),
            },
        ),
        (
            _("Knowledge card"),
            {
                "fields": ("purpose_question", "purpose", "suits", "not_for", "say", "link"),
                "description": _("What an employee reads before speaking of it."),
            },
        ),
        (
            _("When it is sold"),
            {
                "fields": ("valid_from", "valid_until"),
                "description": _(
                    "“Retired on” is the first day on which it is not sold any more. "
                    "Publish the matrix afterwards, so that desks see it."
                ),
            },
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        is_offer = request.GET.get("model_name") == "offer"
        sides = {**SIDES, **_ASKED_BY_OFFERS} if is_offer else SIDES
        if side := sides.get(request.GET.get("field_name", "")):
            found = found.filter(**{side: True})
        return found, duplicates

    def view_on_site(self, obj: Product) -> str:
        return reverse("catalog:product", args=[obj.code])

    @admin.display(description=_("main / cross"))
    def sides(self, obj: Product) -> str:
        sides = [gettext("main")] * obj.is_main + [gettext("cross")] * obj.is_cross
        return ", ".join(sides) or gettext("neither")

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, obj: Product) -> str:
        return obj.price_text or obj.get_charge_kind_display()

    @admin.display(description=_("on sale"), ordering="valid_until")
    def sale(self, obj: Product) -> str:
        return sale_words(obj, timezone.localdate())


def sale_words(product: Product, today: date) -> str:
    """“now”, “from 1 March”, “retired on …” as one reads it in a list."""
    if product.valid_from and product.valid_from > today:
        return gettext("from %(day)s") % {"day": date_format(product.valid_from)}
    if product.valid_until is None:
        return gettext("now")
    day = {"day": date_format(product.valid_until)}
    if product.valid_until <= today:
        return gettext("retired on %(day)s") % day
    return gettext("now, until before %(day)s") % day


admin.site.add_page(CATALOGUE_PAGE)
