"""Publishing: the working copy becomes an immutable, numbered edition."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossbank.catalog.models import Need, Product
from crossbank.conduct import services as conduct
from crossbank.engine import snapshot as snapshots
from crossbank.engine import terms
from crossbank.matrix import contents
from crossbank.matrix.contents import Contents
from crossbank.matrix.models import BasketRule, Edition, EditionReview, Pairing
from crossbank.org import switches
from crossbank.org.models import User


class CannotPublish(Exception):
    """The working copy has problems that would mislead a seller."""

    def __init__(self, problems: tuple[snapshots.Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class ApproverMissing(Exception):
    """This bank wants two pairs of eyes, and only one has seen it."""


class SamePerson(Exception):
    """The author cannot be the one who approves."""


class ReviewWaits(Exception):
    """An edition is in review; it is decided or withdrawn before the next one."""


class DraftMoved(Exception):
    """What would be published is not what was looked at."""


class StartsInPast(Exception):
    """An edition begins now or later, never before it was published."""


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
    seen: str = "",
    again_of: Edition | None = None,
    at: datetime,
    by: User,
) -> Edition:
    """This will publish the working copy as the next number; nothing is written when it can't.

    With four eyes on it needs an approver, whose consent the caller vouches for (the demo bank and
    tests do); people go through `reviews`. `seen`: the digest that was looked at. `again_of`: an
    old edition to publish instead of the working copy.

    Raises CannotPublish, ApproverMissing, SamePerson, ReviewWaits, DraftMoved, StartsInPast. Two
    publishers at once: the number is unique, so the second gets an IntegrityError and nothing half
    is left.
    """
    if approver is None and switches.is_on(switches.FOUR_EYES):
        raise ApproverMissing
    if EditionReview.objects.waiting().exists():
        raise ReviewWaits
    candidate = contents_for(again_of=again_of, starts=effective_from, at=at)
    require_clean(candidate, seen=seen)
    return add_edition(
        candidate=candidate,
        note=note,
        effective_from=effective_from or at,
        author=by,
        approver=approver,
        at=at,
        by=by,
    )


def contents_for(
    *, again_of: Edition | None = None, starts: datetime | None = None, at: datetime
) -> Contents:
    """What would be published now: the working copy, or an old edition as it is.

    The working copy is compiled for the day it starts, so that what is on sale then is in it.
    """
    if again_of:
        return contents.stored(again_of.snapshot, again_of.digest)
    draft = compile_draft(at=max(starts or at, at))
    return contents.written(draft.snapshot, draft.problems)


def require_clean(candidate: Contents, *, seen: str = "") -> None:
    """Raises DraftMoved when `seen` is another digest, CannotPublish with what blocks."""
    if seen not in {"", candidate.digest}:
        raise DraftMoved
    if candidate.blocking:
        raise CannotPublish(candidate.blocking)


def add_edition(
    *,
    candidate: Contents,
    note: str,
    effective_from: datetime,
    author: User,
    approver: User | None,
    at: datetime,
    by: User,
) -> Edition:
    """This will write the next number and its line in the trail, in the caller's transaction.

    Only the first edition may start in the past: what desks were shown is not rewritten.
    """
    if approver == author:
        raise SamePerson
    last = Edition.objects.aggregate(last=Max("number"))["last"] or 0
    if last and effective_from < at:
        raise StartsInPast
    edition = Edition(
        number=last + 1,
        snapshot=candidate.plain,
        digest=candidate.digest,
        effective_from=effective_from,
        published_at=at,
        author=author,
        approver=approver,
        note=note,
    )
    # a number that is taken is the database's to refuse: asked here it might be taken a moment later
    edition.full_clean(exclude=["snapshot"], validate_unique=False)
    edition.save(force_insert=True)
    _record_published(edition, pairs=len(candidate.snapshot.pairs), at=at, by=by)
    return edition


def _record_published(edition: Edition, *, pairs: int, at: datetime, by: User) -> None:
    conduct.record(
        action="edition_published",
        subject=f"edition {edition.number}",
        detail={
            "digest": edition.digest,
            "pairs": pairs,
            "note": edition.note,
            "author": edition.author.username,
            "approver": edition.approver.username if edition.approver else "",
            "effective_from": edition.effective_from.isoformat(),
        },
        at=at,
        by=by,
    )
