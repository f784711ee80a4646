"""Where in the back office something is mended: addresses by code, the row ids read once."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from crossbank.catalog.models import Bundle, Need, PartnerBenefit, Product
from crossbank.engine.explain import origin
from crossbank.engine.problems import Problem
from crossbank.engine.terms import Snapshot
from crossbank.matrix import words
from crossbank.matrix.models import BasketRule, Pairing, PairingRule


class Pages:
    """Row ids by the names that problems and findings use."""

    def __init__(self) -> None:
        self.products = dict(Product.objects.values_list("code", "pk"))
        self.needs = dict(Need.objects.values_list("code", "pk"))
        self.bundles = dict(Bundle.objects.values_list("code", "pk"))
        self.benefits = dict(PartnerBenefit.objects.values_list("code", "pk"))
        self.pairing_rules = dict(PairingRule.objects.values_list("code", "pk"))
        self.rules = dict(BasketRule.objects.values_list("code", "pk"))
        pairs = Pairing.objects.values_list("main__code", "cross__code", "pk")
        self.pairs = {(main, cross): pk for main, cross, pk in pairs}

    def problem(self, problem: Problem) -> str:
        """The page that mends a problem (`words.mended_at`)."""
        part, name = words.mended_at(problem)
        if part == "row" or (part == "pair" and name not in self.pairs):
            return self.row(name[0])
        if part == "pair":
            return self.pair(*name)
        if part == "need":
            return self.need(name[0])
        if part == "pairing_rule":
            return self.pairing_rule(name[0])
        if part == "rule":
            return reverse("admin:matrix_basketrule_change", args=[self.rules[name[0]]])
        if part == "bundle":
            return reverse("admin:catalog_bundle_change", args=[self.bundles[name[0]]])
        if part == "benefit":
            return reverse("admin:catalog_partnerbenefit_change", args=[self.benefits[name[0]]])
        return self.product(name[0])

    def row(self, main: str) -> str:
        query = urlencode({"main__id__exact": self.products.get(main)})
        return f"{reverse('admin:matrix_pairing_changelist')}?{query}"

    def pair(self, main: str, cross: str) -> str:
        """The pair's own page; its row where it has none."""
        if (main, cross) not in self.pairs:
            return self.row(main)
        return reverse("admin:matrix_pairing_change", args=[self.pairs[main, cross]])

    def cell(self, main: str, cross: str, snapshot: Snapshot) -> str:
        """Where a cell was written: by hand, by a rule, or in the row that was handed down."""
        came = origin(snapshot, main, cross)
        if came.rule:
            return self.pairing_rule(came.rule)
        return self.pair((main, *came.heirs_of)[-1], cross)

    def new_pair(self, **codes: str) -> str:
        """An empty form with main product, cross product or both filled in."""
        query: dict[str, Any] = {name: self.products.get(code) for name, code in codes.items()}
        return f"{reverse('admin:matrix_pairing_add')}?{urlencode(query)}"

    def pairing_rule(self, code: str) -> str:
        return reverse("admin:matrix_pairingrule_change", args=[self.pairing_rules[code]])

    def need(self, code: str) -> str:
        return reverse("admin:catalog_need_change", args=[self.needs[code]])

    def product(self, code: str) -> str:
        return reverse("admin:catalog_product_change", args=[self.products.get(code)])
