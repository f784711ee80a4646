"""Pairing rules in the back office: two filters, a look before saving, and where each cell went."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Family, Need, Partner
from crossbank.engine.rules import Why
from crossbank.matrix.admin_views import findings
from crossbank.matrix.edition_changes import change_groups
from crossbank.matrix.models import PairingRule
from crossbank.matrix.rule_forms import PairingRuleForm, side_fields
from crossbank.matrix.services import compile_draft
from crossbank.matrix.word_forms import word_fieldsets
from crossbank.org.admin_site import RoleAdmin
from crossbank.org.admin_ties import Tie
from crossbank.web.templatetags.house import rating_chip

LISTED = 200  # cells of one rule that are listed one by one
_WHY: dict[Why, Promise] = {
    Why.NOT_ALLOWED: _("not allowed by something else"),
    Why.MANUAL: _("written by hand"),
    Why.PRIORITY: _("another rule comes first"),
    Why.SAME: _("another rule says the same"),
}


@dataclass(frozen=True, kw_only=True)
class CellLine:
    """One pair that a rule speaks about; `lost_to` is empty where the rule decides."""

    main: str
    cross: str
    lost_to: Promise | str


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The pairs of one rule: how many it decides, how many it loses, the first of them."""

    decided: int
    lost: int
    lines: list[CellLine]

    @property
    def more(self) -> int:
        return self.decided + self.lost - len(self.lines)


def cells_of(code: str) -> Cells:
    """Where a saved rule speaks today, and who has the word there."""
    draft = compile_draft(at=timezone.now())
    names = {product.code: product.name for product in draft.snapshot.products}
    own = (*draft.filled.pairs, *draft.filled.steps_up)
    decided = [(cell.main, cell.other) for cell in own if cell.rule == code]
    lost = [
        (name, loser.why)
        for name, losers in sorted(draft.filled.losers.items())
        for loser in losers
        if loser.rule == code
    ]
    lines = [CellLine(main=names[m], cross=names[c], lost_to="") for m, c in decided]
    lines += [CellLine(main=names[m], cross=names[c], lost_to=_WHY[why]) for (m, c), why in lost]
    return Cells(decided=len(decided), lost=len(lost), lines=lines[:LISTED])


class PairingRuleAdmin(RoleAdmin):
    """Says once what holds for many pairs; the cells follow when the rule is saved."""

    form = PairingRuleForm
    fixed_fields = ("code",)
    autocomplete_fields = ("source_products", "target_products")
    place = 2
    change_form_template = "admin/matrix/pairingrule/change_form.html"
    list_display = ("code", "says", "reason", "priority", "is_active")
    list_filter = ("is_active", "relation", "rating", "kind")
    search_fields = ("code", "reason", "say")
    ordering = ("-priority", "code")
    fieldsets = (
        (None, {"fields": ("code", "is_active", "relation", "rating", "priority", "seen")}),
        (
            _("Which main products"),
            {
                "fields": ("source_products", *side_fields("source")),
                # the words of web shops whose rules this follows (market.md, row 29)
                "description": _(
                    "Every field that is filled in must hold; inside one field any value is "
                    "enough. What is empty asks nothing. A shop’s “section” or “information "
                    "block” is a family here, its “property” of product or variant an attribute, "
                    "its “price type” the charge with the price."
                ),
            },
        ),
        (
            _("Which products are shown beside them"),
            {"fields": ("target_products", *side_fields("target"))},
        ),
        (
            _("Seen from the main product"),
            {"fields": side_fields("beside")},
        ),
        (
            _("What the pair says"),
            {
                "fields": ("reason", "instead", "benefit", "say", "kind", "rank"),
                "description": _(
                    "{main}, {cross} and {price} stand for the names of the two products and the "
                    "price of the shown one."
                ),
            },
        ),
        *word_fieldsets(PairingRule),
        (_("When"), {"fields": ("valid_from", "valid_until", "review_on")}),
    )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if form.preview:
            context["groups"] = change_groups(form.preview.before, form.preview.after)
            context["blocking"] = findings(form.preview.problems, form.preview.after)
        elif context.get("original"):
            context["cells"] = cells_of(context["original"].code)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("says"))
    def says(self, rule: PairingRule) -> str:
        if not rule.rating:
            return gettext("Better main product")
        return rating_chip(rule.rating, rule.get_rating_display())


def _named_in(field: str) -> Any:
    """Rules name families, partners and needs by code inside their filters."""

    def find(row: Family | Partner | Need) -> list[Tie]:
        count = sum(
            row.code in side.get(field, ())
            for rule in PairingRule.objects.only("source", "target")
            for side in (rule.source, rule.target)
        )
        return [Tie(label=gettext("Pairing rules"), count=count)]

    return find


admin.site.add_ties(Family, _named_in("families"))
admin.site.add_ties(Partner, _named_in("partners"))
admin.site.add_ties(Need, _named_in("needs"))
