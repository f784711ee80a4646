"""The working copy that owners edit, as the engine's values."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from crossbank.catalog.conditions import condition_terms
from crossbank.catalog.models import Bundle, Need, PartnerBenefit, Product
from crossbank.engine import conditions, rules, terms
from crossbank.engine import snapshot as snapshots
from crossbank.matrix.models import BasketRule, Pairing, PairingRule, SeasonalPick
from crossbank.matrix.models.languages import entries
from crossbank.matrix.rule_filters import rule_terms


@dataclass(frozen=True, kw_only=True)
class WorkingCopy:
    """Everything an edition is made of, before rules are written out; `pairs` are by hand."""

    day: date
    products: tuple[terms.ProductTerms, ...]
    pairs: tuple[terms.PairTerms, ...]
    steps_up: tuple[terms.StepUp, ...]
    needs: tuple[terms.NeedTerms, ...]
    basket_rules: tuple[terms.BasketRule, ...]
    rules: tuple[rules.PairingRule, ...]
    bundles: tuple[terms.BundleTerms, ...]
    seasons: tuple[terms.SeasonTerms, ...]
    benefits: tuple[terms.BenefitTerms, ...]

    def with_rule(self, rule: rules.PairingRule) -> "WorkingCopy":
        """The same with one rule instead of the one of its code, or beside the others."""
        others = (known for known in self.rules if known.code != rule.code)
        return replace(self, rules=(*others, rule))

    def filled(self) -> rules.Filled:
        return rules.fill(
            products=self.products,
            needs=self.needs,
            rules=self.rules,
            pairs=self.pairs,
            steps_up=self.steps_up,
            day=self.day,
        )

    def parts(self, filled: rules.Filled) -> dict[str, tuple[Any, ...]]:
        """What compiling takes, by the names of an edition's parts."""
        return {
            "products": self.products,
            "pairs": filled.pairs,
            "needs": self.needs,
            "rules": self.basket_rules,
            "steps_up": filled.steps_up,
            "bundles": self.bundles,
            "seasons": self.seasons,
            "benefits": self.benefits,
        }

    def compiled(self) -> terms.Snapshot:
        """What an edition of it would say, problems or not."""
        return snapshots.compile_snapshot(**self.parts(self.filled()))


def read(*, at: datetime) -> WorkingCopy:
    """This will read all of it in a handful of queries, without what is not sold at `at`."""
    day = at.date()
    everything = Product.objects.select_related("family", "partner", "row_inherits_from")
    sold = {
        product.pk: product
        for product in everything.prefetch_related("attributes", "contents__part", "conditions")
        if product.is_on_sale(day)
    }
    pairings = [
        pairing
        for pairing in Pairing.objects.select_related("main", "cross")
        if pairing.main_id in sold and pairing.cross_id in sold
    ]
    basket = BasketRule.objects.filter(is_active=True).prefetch_related("subjects", "others")
    needs = Need.objects.filter(is_active=True).prefetch_related("mains", "crosses")
    written = PairingRule.objects.prefetch_related("source_products", "target_products")
    bundles = Bundle.objects.filter(is_active=True).prefetch_related("parts")
    picks = SeasonalPick.objects.filter(until_on__gt=day).select_related("cross")
    given = PartnerBenefit.objects.still_given(day).select_related("partner")
    better = Pairing.Relation.UP_SELL
    return WorkingCopy(
        day=day,
        products=tuple(product_terms(product, sold) for product in sold.values()),
        pairs=tuple(_pair_terms(pairing) for pairing in pairings if pairing.rating),
        steps_up=tuple(_step_up(pairing) for pairing in pairings if pairing.relation == better),
        needs=tuple(_need_terms(need) for need in needs),
        basket_rules=tuple(_rule_terms(rule) for rule in basket),
        rules=tuple(rule_terms(rule) for rule in written),
        bundles=tuple(
            _bundle_terms(bundle)
            for bundle in bundles
            if all(part.pk in sold for part in bundle.parts.all())
        ),
        seasons=tuple(_season_terms(pick) for pick in picks if pick.cross_id in sold),
        benefits=tuple(
            found
            for benefit in given.prefetch_related("mains")
            if (found := _benefit_terms(benefit, sold)).mains
        ),
    )


def product_terms(product: Product, sold: Container[int]) -> terms.ProductTerms:
    """One catalogue row as the engine's terms; its relations must be joined.

    Of a package's parts only those in `sold` (row ids) stay: the others cannot be had apart.
    """
    return terms.ProductTerms(
        code=product.code,
        name=product.name,
        family=product.family.code,
        family_name=product.family.name,
        tier=product.tier,
        provider=product.provider,
        partner=product.partner.code if product.partner else "",
        partner_name=product.partner.name if product.partner else "",
        is_main=product.is_main,
        is_cross=product.is_cross,
        charge_kind=terms.ChargeKind(product.charge_kind),
        price_minor=product.price_minor,
        price_text=product.price_text,
        price_period=product.price_period,
        standalone_price_minor=product.standalone_price_minor,
        is_credit=product.is_credit,
        is_insurance=product.is_insurance,
        needs_licence=product.needs_licence,
        withdrawal_days=product.withdrawal_days,
        reflection_days=product.reflection_days,
        defer_days=product.defer_days,
        disclosure=product.disclosure,
        purpose_question=product.purpose_question,
        desk_order=product.desk_order,
        row_inherits_from=product.row_inherits_from.code if product.row_inherits_from else "",
        attributes=tuple(sorted(map(str, product.attributes.all()))),
        parts=tuple(
            sorted(inside.part.code for inside in product.contents.all() if inside.part_id in sold)
        ),
        conditions=conditions.in_order(map(condition_terms, product.conditions.all())),
    )


def _pair_terms(pairing: Pairing) -> terms.PairTerms:
    return terms.PairTerms(
        main=pairing.main.code,
        cross=pairing.cross.code,
        rating=terms.Rating(pairing.rating),
        reason=pairing.reason,
        instead=pairing.instead,
        benefit=pairing.benefit,
        say=pairing.say,
        do_not_say=pairing.do_not_say,
        kind=pairing.kind,
        link_kind=pairing.link_kind,
        rank=pairing.rank,
        words=entries(pairing.words),
    )


def _step_up(pairing: Pairing) -> terms.StepUp:
    return terms.StepUp(
        main=pairing.main.code,
        better=pairing.cross.code,
        reason=pairing.reason,
        benefit=pairing.benefit,
        say=pairing.say,
        rank=pairing.rank,
        words=entries(pairing.words),
    )


def _codes(products: Iterable[Product]) -> tuple[str, ...]:
    return tuple(sorted(product.code for product in products))


def _rule_terms(rule: BasketRule) -> terms.BasketRule:
    return terms.BasketRule(
        code=rule.code,
        kind=terms.RuleKind(rule.kind),
        subjects=_codes(rule.subjects.all()),
        objects=_codes(rule.others.all()),
        message=rule.message,
    )


def _need_terms(need: Need) -> terms.NeedTerms:
    return terms.NeedTerms(
        code=need.code,
        name=need.name,
        question=need.question,
        hints=need.hints,
        order=need.order,
        mains=_codes(need.mains.all()),
        crosses=_codes(need.crosses.all()),
    )


def _bundle_terms(bundle: Bundle) -> terms.BundleTerms:
    return terms.BundleTerms(
        code=bundle.code,
        name=bundle.name,
        parts=_codes(bundle.parts.all()),
        price_minor=bundle.price_minor,
        price_period=bundle.price_period,
        price_text=bundle.price_text,
        say=bundle.say,
    )


def _benefit_terms(benefit: PartnerBenefit, sold: Container[int]) -> terms.BenefitTerms:
    """With what is sold of its main products; it stays while one of them is."""
    return terms.BenefitTerms(
        code=benefit.code,
        name=benefit.name,
        text=benefit.text,
        partner=benefit.partner.code,
        partner_name=benefit.partner.name,
        mains=_codes(main for main in benefit.mains.all() if main.pk in sold),
        valid_from=benefit.valid_from,
        valid_until=benefit.valid_until,
    )


def _season_terms(pick: SeasonalPick) -> terms.SeasonTerms:
    return terms.SeasonTerms(
        cross=pick.cross.code, from_on=pick.from_on, until_on=pick.until_on, reason=pick.reason
    )
