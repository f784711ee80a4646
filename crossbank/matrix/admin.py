"""Pairings, basket rules and editions in the back office."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions
from crossbank.matrix.admin_forms import BasketRuleForm, PairingForm
from crossbank.matrix.admin_views import change_groups, publish
from crossbank.matrix.book_admin import WORKBOOK_PAGE
from crossbank.matrix.models import BasketRule, Edition, Pairing, PairingRule, Rating
from crossbank.matrix.rule_admin import PairingRuleAdmin
from crossbank.matrix.tables import SIGNS
from crossbank.org.admin_site import Page, ReadOnlyAdmin, RoleAdmin
from crossbank.org.admin_ties import Tie
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
            {"fields": ("benefit", "say", "do_not_say")},
        ),
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
        if form.changed_data:
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


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Written once by publishing; the snapshot itself is for desks, its digest and sums for people."""

    place = 4
    list_display = ("number", "effective_from", "author", "approver", "note")
    list_filter = ("author",)
    list_select_related = ("author", "approver")
    search_fields = ("note", "digest", "author__username", "author__first_name")
    change_form_template = "admin/matrix/edition/change_form.html"
    fields = (
        "number",
        "effective_from",
        "published_at",
        "made_by",
        "seen_by",
        "note",
        "contents",
        "digest",
    )
    readonly_fields = ("made_by", "seen_by", "contents")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).defer("snapshot").select_related("author", "approver")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        edition = self.get_object(request, unquote(object_id))
        before = edition and self._before(edition)
        extra: dict[str, Any] = {"before": before, "subtitle": None}
        if edition:
            extra["title"] = _("Edition %(number)d") % {"number": edition.number}
            old = editions.load(before.pk).snapshot if before else Snapshot()
            extra["groups"] = change_groups(old, editions.load(edition.pk).snapshot)
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def _before(self, edition: Edition) -> Edition | None:
        older = Edition.objects.filter(number__lt=edition.number).only("pk", "number")
        return older.order_by("-number").first()

    @admin.display(description=_("author"))
    def made_by(self, edition: Edition) -> str:
        return str(edition.author)  # as text: an owner may not open a person's page

    @admin.display(description=_("approver"), empty_value="–")
    def seen_by(self, edition: Edition) -> str:
        return str(edition.approver or "")

    @admin.display(description=_("contents"))
    def contents(self, edition: Edition) -> str:
        lines = [(line,) for line in contents_words(editions.load(edition.pk).snapshot)]
        return format_html_join("", "<div>{}</div>", lines)


def contents_words(snapshot: Snapshot) -> list[str]:
    """The sums of an edition: “32 products”, “167 rated pairs: 48 strong, …” and the rest."""
    ratings = Counter(pair.rating for pair in snapshot.pairs)
    by_rating = ", ".join(
        f"{SIGNS[rating]} {ratings[rating]} {Rating(rating).label}" for rating in SIGNS
    )
    pairs, products = len(snapshot.pairs), len(snapshot.products)
    rules, needs = len(snapshot.rules), len(snapshot.needs)
    better = len(snapshot.steps_up)
    return [
        ngettext("%d product", "%d products", products) % products,
        f"{ngettext('%d rated pair', '%d rated pairs', pairs) % pairs}: {by_rating}",
        ngettext("%d better main product", "%d better main products", better) % better,
        ngettext("%d need", "%d needs", needs) % needs,
        ngettext("%d basket rule", "%d basket rules", rules) % rules,
    ]


def named_in_editions(product: Product) -> list[Tie]:
    """Desks still read older editions, so a product that one of them names must stay."""
    pks = Edition.objects.order_by("-number").values_list("pk", flat=True)
    count = sum(product.code in editions.load(pk).snapshot.product for pk in pks)
    return [Tie(label=gettext("Published editions"), count=count)]


admin.site.register(PairingRule, PairingRuleAdmin)
admin.site.add_ties(Product, named_in_editions)
admin.site.add_page(
    Page(
        route="matrix/edition/publish/",
        name="matrix_edition_publish",
        view=publish,
        title=_("Publish the matrix"),
        about=_("See what will change, then make the next edition for all desks."),
    )
)
admin.site.add_page(WORKBOOK_PAGE)
