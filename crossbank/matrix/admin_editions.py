"""Editions in the back office: the list of them, what one says, and the way back to an old one."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from crossbank.catalog.models import Product
from crossbank.engine.succession import Standing, standing
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions
from crossbank.matrix.admin_compare import compare
from crossbank.matrix.admin_reviews import news
from crossbank.matrix.admin_views import publish, publish_page
from crossbank.matrix.edition_changes import change_groups
from crossbank.matrix.models import Edition, Rating
from crossbank.matrix.tables import SIGNS
from crossbank.org.admin_site import Page, ReadOnlyAdmin
from crossbank.org.admin_ties import Tie

STANDINGS = {
    Standing.SCHEDULED: _("scheduled"),
    Standing.IN_FORCE: _("in force"),
    Standing.SUPERSEDED: _("superseded"),
    Standing.OVERTAKEN: _("overtaken, never in force"),
}


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Written once by publishing; the snapshot itself is for desks, its digest and sums for people."""

    place = 4
    list_display = ("number", "standing", "effective_from", "author", "approver", "note")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("author", "approver")
    search_fields = ("note", "digest", "author__username", "author__first_name")
    change_form_template = "admin/matrix/edition/change_form.html"
    fields = (
        "number",
        "standing",
        "effective_from",
        "published_at",
        "made_by",
        "seen_by",
        "note",
        "contents",
        "digest",
    )
    readonly_fields = ("standing", "made_by", "seen_by", "contents")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        rows = super().get_queryset(request).with_higher_starts()
        return rows.defer("snapshot").select_related("author", "approver")

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(self.again_view)
        own = path("<path:object_id>/again/", again, name="matrix_edition_again")
        return [own, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The way back: an old edition is submitted to become the next number."""
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            raise Http404
        return publish_page(request, again_of=edition)

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
            newest = Edition.objects.order_by("-number").values_list("digest", flat=True)[0]
            extra["can_return"] = newest != edition.digest
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def _before(self, edition: Edition) -> Edition | None:
        older = Edition.objects.filter(number__lt=edition.number).only("pk", "number")
        return older.order_by("-number").first()

    @admin.display(description=_("state"))
    def standing(self, edition: Edition) -> str:
        now = timezone.now()
        found = standing(
            effective_from=edition.effective_from, higher_starts=edition.higher_starts, at=now
        )
        return str(STANDINGS[found])

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
    better, bundles = len(snapshot.steps_up), len(snapshot.bundles)
    benefits = len(snapshot.benefits)
    return [
        ngettext("%d product", "%d products", products) % products,
        f"{ngettext('%d rated pair', '%d rated pairs', pairs) % pairs}: {by_rating}",
        ngettext("%d better main product", "%d better main products", better) % better,
        ngettext("%d need", "%d needs", needs) % needs,
        ngettext("%d basket rule", "%d basket rules", rules) % rules,
        ngettext("%d bundle", "%d bundles", bundles) % bundles,
        ngettext("%d partner benefit", "%d partner benefits", benefits) % benefits,
    ]


def named_in_editions(product: Product) -> list[Tie]:
    """Desks still read older editions, so a product that one of them names must stay."""
    newest = Edition.objects.aggregate(newest=Max("number"))["newest"] or 0
    every = editions.each(first=1, last=newest)
    count = sum(product.code in edition.snapshot.product for edition in every)
    return [Tie(label=gettext("Published editions"), count=count)]


admin.site.add_ties(Product, named_in_editions)
admin.site.add_page(
    Page(
        route="matrix/edition/publish/",
        name="matrix_edition_publish",
        view=publish,
        title=_("Publish the matrix"),
        about=_("See what will change, then make the next edition for all desks."),
        news=news,
    )
)
admin.site.add_page(
    Page(
        route="matrix/edition/compare/",
        name="matrix_edition_compare",
        view=compare,
        title=_("Compare two editions"),
        about=_("What differs between any two editions, since when, by whom and why."),
    )
)
