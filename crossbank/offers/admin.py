"""Offers in the back office: last days inclusive, ties and forbidden pairs refused."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from crossbank.catalog import pairs
from crossbank.catalog.admin_forms import ConditionForm
from crossbank.catalog.forms import LastDayField, MoneyField
from crossbank.catalog.models import Product
from crossbank.conduct.phrase_watch import watch
from crossbank.offers.approval_admin import APPROVALS_PAGE
from crossbank.offers.book_admin import OFFERS_PAGE
from crossbank.offers.life import STAGES, Stage, stage_of
from crossbank.offers.models import Offer, OfferCondition
from crossbank.offers.phrasing import offer_texts
from crossbank.offers.release_admin import RELEASE_PAGE
from crossbank.org import switches
from crossbank.org.admin_forms import BackOfficeForm
from crossbank.org.admin_site import RoleAdmin, RoleInline
from crossbank.org.admin_watch import add_watch


class OfferForm(BackOfficeForm):
    price_with_minor = MoneyField(
        label=format_lazy("{} ({})", _("Price with the offer"), settings.CURRENCY),
        required=False,
        help_text=_("Like 24.00; 0.00 when it costs nothing. For figures and comparisons."),
    )
    until_on = LastDayField(
        label=_("Last day"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("The offer still holds on this day, until the branch’s midnight."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "mains" in self.fields:
            self.fields["mains"].queryset = Product.objects.filter(is_main=True).order_by("code")

    @cached_property
    def never(self) -> set[pairs.Pair]:
        return pairs.forbidden(at=timezone.now())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_window(cleaned)
        cross, mains = cleaned.get("cross"), cleaned.get("mains")
        if cross and mains:
            self._check_pairs(cross, list(mains))
        return cleaned

    def _check_window(self, cleaned: dict[str, Any]) -> None:
        window = cleaned.get("window")
        if cleaned.get("kind") == Offer.Kind.ONE_TIME and window != Offer.Window.CONSULTATION:
            self.add_error("window", _("A one-time offer lives only in the consultation."))
        needed = {
            Offer.Window.FIXED: ("from_on", "until_on"),
            Offer.Window.RELATIVE: ("trigger_event", "days_after"),
        }.get(window, ())
        for name in needed:
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("This window needs it."))
        if cleaned.get("repeats_yearly") and window != Offer.Window.FIXED:
            self.add_error("repeats_yearly", _("Only a window from day to day comes every year."))

    def _check_pairs(self, cross: Product, mains: list[Product]) -> None:
        if not cross.is_cross:
            self.add_error("cross", _("This product is not a cross product."))
        if cross in mains:
            self.add_error("mains", _("A product is not offered beside itself."))
        if forbidden := [main for main in mains if (main.code, cross.code) in self.never]:
            self.add_error(
                "mains",
                _("%(cross)s is not allowed beside %(mains)s, so no offer can be made there.")
                % {"cross": cross, "mains": ", ".join(str(main) for main in forbidden)},
            )


class StageFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage.value, words) for stage, words in STAGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer]:
        if self.value() not in set(Stage):
            return queryset
        now = timezone.now()
        return queryset.filter(
            pk__in=[one.pk for one in queryset if stage_of(one, at=now) == self.value()]
        )


class ConditionInline(RoleInline):
    model = OfferCondition
    form = ConditionForm
    fields = ("layer", "attribute", "operator", "values", "message", "ask")


@admin.register(Offer)
class OfferAdmin(RoleAdmin):
    area = switches.OFFERS
    form = OfferForm
    fixed_fields = ("code",)
    autocomplete_fields = ("cross", "mains")
    inlines = (ConditionInline,)
    list_display = ("code", "name", "kind", "cross", "beside", "window", "state", "priority")
    list_filter = (StageFilter, "kind", "window", "customer_status", "cross__family", "is_paused")
    list_select_related = ("cross",)
    search_fields = ("code", "name", "cross__code", "cross__name", "exclusion_group")
    instead_of_deleting = _("End or pause it instead: records keep the terms that were promised.")
    fieldsets = (
        (
            None,
            {
                "fields": ("code", "name", "kind", "cross", "mains", "customer_status"),
                "description": _(
                    "One-time: only while the main product is being registered. "
                    "Time-limited: from day to day, or some days after an event."
                ),
            },
        ),
        (
            _("The benefit"),
            {
                "fields": (
                    "benefit_type",
                    "benefit_value",
                    "benefit_text",
                    "price_with_text",
                    "price_with_minor",
                    "price_alone_text",
                    "say",
                    "needs_second_consent",
                    "free_days",
                ),
                "description": _(
                    "The card shows the price with and without the offer, and what it costs later."
                ),
            },
        ),
        (
            _("When it holds"),
            {
                "fields": (
                    "window",
                    "window_text",
                    "from_on",
                    "until_on",
                    "repeats_yearly",
                    "trigger_event",
                    "days_after",
                ),
                "description": _(
                    "Only in the consultation: no days needed. From day to day: first and last "
                    "day, both inclusive, in the branch’s own time. Days after an event: the "
                    "event and how many days."
                ),
            },
        ),
        (
            _("How often"),
            {
                "fields": (
                    "max_total",
                    "max_per_branch",
                    "max_per_customer",
                    "frees_on_reversal",
                ),
                "description": _("Empty: as often as customers want it."),
            },
        ),
        (
            _("When several meet"),
            {
                "fields": ("priority", "exclusion_group", "is_paused"),
                "description": _(
                    "Of several offers on one cross product the highest priority wins; the "
                    "others are shown with the reason. A group names offers that exclude each "
                    "other."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        rows = super().get_queryset(request).select_related("cross", "release")
        return rows.prefetch_related("mains", "counts")

    @admin.display(description=_("beside"))
    def beside(self, offer: Offer) -> str:
        return ", ".join(sorted(main.code for main in offer.mains.all()))

    @admin.display(description=_("state"))
    def state(self, offer: Offer) -> str:
        return STAGES[stage_of(offer, at=timezone.now())]


add_watch(Offer, watch(offer_texts))
admin.site.add_page(RELEASE_PAGE)
admin.site.add_page(APPROVALS_PAGE)
admin.site.add_page(OFFERS_PAGE)
