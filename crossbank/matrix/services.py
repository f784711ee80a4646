"""Publishing: the working copy becomes an immutable, numbered edition."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossbank.catalog.models import Need, Product
from crossbank.conduct import services as conduct
from crossbank.conduct.phrases import Found
from crossbank.engine import snapshot as snapshots
from crossbank.engine import terms
from crossbank.matrix import phrasing
from crossbank.matrix.models import BasketRule, Edition, Pairing
from crossbank.org.models import User


class CannotPublish(Exception):
    """The working copy has problems that would mislead a seller."""

    def __init__(
        self, problems: tuple[snapshots.Problem, ...] = (), phrases: tuple[Found, ...] = ()
    ) -> None:
        super().__init__(f"{len(problems)} problems, {len(phrases)} severe phrases")
        self.problems = problems
        self.phrases = phrases


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The working copy compiled: what an edition would say, and what is wrong with it."""

    snapshot: terms.Snapshot
    problems: tuple[snapshots.Problem, ...]

    @property
    def blocking(self) -> tuple[snapshots.Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)


def product_terms(product: Product) -> terms.ProductTerms:
    """One catalogue row as the engine's terms; `family` and `partner` must be joined."""
    return terms.ProductTerms(
        code=product.code,
        name=product.name,
        family=product.family.code,
        family_name=product.family.name,
        tier=product.tier,
        provider=product.provider,
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
    )


def _step_up(pairing: Pairing) -> terms.StepUp:
    return terms.StepUp(
        main=pairing.main.code,
        better=pairing.cross.code,
        reason=pairing.reason,
        benefit=pairing.benefit,
        say=pairing.say,
        rank=pairing.rank,
    )


def _codes(products: list[Product]) -> tuple[str, ...]:
    return tuple(sorted(product.code for product in products))


def _rule_terms(rule: BasketRule) -> terms.BasketRule:
    return terms.BasketRule(
        code=rule.code,
        kind=terms.RuleKind(rule.kind),
        subjects=_codes(list(rule.subjects.all())),
        objects=_codes(list(rule.others.all())),
        message=rule.message,
    )


def _need_terms(need: Need) -> terms.NeedTerms:
    return terms.NeedTerms(
        code=need.code,
        name=need.name,
        question=need.question,
        hints=need.hints,
        order=need.order,
        mains=_codes(list(need.mains.all())),
        crosses=_codes(list(need.crosses.all())),
    )


def compile_draft(*, at: datetime) -> Draft:
    """This will read the whole working copy and compile it, writing nothing.

    Products that are not sold any more at `at` (UTC day) are left out with their pairs.
    """
    everything = Product.objects.select_related("family", "partner", "row_inherits_from")
    sold = {product.pk: product for product in everything if product.is_on_sale(at.date())}
    pairings = [
        pairing
        for pairing in Pairing.objects.select_related("main", "cross")
        if pairing.main_id in sold and pairing.cross_id in sold
    ]
    rules = BasketRule.objects.filter(is_active=True).prefetch_related("subjects", "others")
    needs = Need.objects.filter(is_active=True).prefetch_related("mains", "crosses")
    parts = {
        "products": [product_terms(product) for product in sold.values()],
        "pairs": [_pair_terms(pairing) for pairing in pairings if pairing.rating],
        "needs": [_need_terms(need) for need in needs],
        "rules": [_rule_terms(rule) for rule in rules],
        "steps_up": [
            _step_up(pairing)
            for pairing in pairings
            if pairing.relation == Pairing.Relation.UP_SELL
        ],
    }
    return Draft(snapshot=snapshots.compile_snapshot(**parts), problems=snapshots.problems(**parts))


@transaction.atomic
def publish_edition(
    *,
    note: str = "",
    approver: User | None = None,
    effective_from: datetime | None = None,
    at: datetime,
    by: User,
) -> Edition:
    """This will publish the working copy as the next number; nothing is written when it can't.

    Raises CannotPublish with the blocking problems or severe phrases. Two publishers at once: the number is unique,
    so the second gets an IntegrityError and nothing half is left.
    """
    draft = compile_draft(at=at)
    if draft.blocking:
        raise CannotPublish(draft.blocking)
    if severe := phrasing.severe(at=at, by=by):
        raise CannotPublish(phrases=tuple(severe))
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    edition = Edition(
        number=last + 1,
        snapshot=snapshots.to_json(draft.snapshot),
        digest=snapshots.digest(draft.snapshot),
        effective_from=effective_from or at,
        published_at=at,
        author=by,
        approver=approver,
        note=note,
    )
    edition.full_clean(exclude=["snapshot"])
    edition.save(force_insert=True)
    conduct.record(
        action="edition_published",
        subject=f"edition {edition.number}",
        detail={"digest": edition.digest, "pairs": len(draft.snapshot.pairs), "note": note},
        at=at,
        by=by,
    )
    return edition
