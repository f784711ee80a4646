"""What stands against publishing an edition, as values: codes only, words come upstairs.

`snapshot.problems` is the way in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crossbank.engine.basket import excluded
from crossbank.engine.packages import bundle_beside
from crossbank.engine.terms import (
    BasketRule,
    BenefitTerms,
    BundleTerms,
    NeedTerms,
    PairTerms,
    ProductTerms,
    Rating,
    RuleKind,
    SeasonTerms,
    Snapshot,
    StepUp,
)

# The rule of three needs that many to say at every main product.
ENOUGH_TO_SAY = 3


class ProblemKind(StrEnum):
    """What is wrong. In words: `subject`, then `args`.

    A *part* is "product", "pair", "need", "rule", "step_up", "bundle", "season" or "benefit"; its
    subject is the code whose page mends it (of a pair and a step up: the main).
    """

    UNKNOWN_CODE = "unknown_code"  # subject of the part; (part, unknown code)
    NOT_A_MAIN = "not_a_main"  # subject of the part; (part, product that is no main)
    NOT_A_CROSS = "not_a_cross"  # subject of the part; (part, product that is no cross)
    DUPLICATE_CODE = "duplicate_code"  # code; (part,)
    DUPLICATE_PAIR = "duplicate_pair"  # main; (cross,)
    DUPLICATE_STEP_UP = "duplicate_step_up"  # main; (better,)
    PAIR_TO_ITSELF = "pair_to_itself"  # code; (part,): a pair or a step up
    INHERITANCE_CYCLE = "inheritance_cycle"  # first code; (the others, in order of inheritance)
    LICENSED_STRONG = "licensed_strong"  # main; (cross,)
    NO_REASON = "no_reason"  # main; (cross,): forbidden, but not why
    NO_INSTEAD = "no_instead"  # main; (cross,): forbidden, but not what to do
    NO_DISCLOSURE = "no_disclosure"  # cross; (): costs, lends or insures and says nothing of it
    RULE_SIDE_MISSING = "rule_side_missing"  # rule; ("subjects" | "objects",)
    BUNDLE_TOO_SMALL = "bundle_too_small"  # bundle; (): fewer than two products
    BUNDLE_CLASH = "bundle_clash"  # bundle; (part, part it excludes)
    BUNDLE_SAVES_NOTHING = "bundle_saves_nothing"  # bundle; (): or a part has no fixed price
    RULE_CONFLICT = "rule_conflict"  # main; (cross, rule, rule, …): equal priority, other results
    # worth knowing, no reason to stop
    MAIN_WITHOUT_ROW = "main_without_row"  # main; ()
    FEW_SUGGESTIONS = "few_suggestions"  # main; (number of strong and good ones,)


_NOT_BLOCKING = {ProblemKind.MAIN_WITHOUT_ROW, ProblemKind.FEW_SUGGESTIONS}


@dataclass(frozen=True, kw_only=True)
class Problem:
    kind: ProblemKind
    subject: str
    args: tuple[str, ...] = ()
    blocking: bool = True


@dataclass(frozen=True, kw_only=True)
class _Mention:
    """A code that some part of an edition points at, and what it must be there."""

    part: str
    subject: str
    code: str
    role: str = "any"  # any | main | cross


def find_problems(
    *,
    edition: Snapshot,
    products: tuple[ProductTerms, ...],
    pairs: tuple[PairTerms, ...],
    needs: tuple[NeedTerms, ...],
    rules: tuple[BasketRule, ...],
    steps_up: tuple[StepUp, ...],
    bundles: tuple[BundleTerms, ...],
    seasons: tuple[SeasonTerms, ...],
    benefits: tuple[BenefitTerms, ...],
) -> tuple[Problem, ...]:
    """This will check inputs (own cells only) against the edition that was compiled from them."""
    known = edition.product
    mentions = (
        *_product_mentions(products),
        *_pair_mentions(pairs, steps_up),
        *_need_mentions(needs),
        *_rule_mentions(rules),
        *_bundle_mentions(bundles, seasons),
        *_benefit_mentions(benefits),
    )
    found = {
        *(problem for mention in mentions for problem in _mention_problems(mention, known)),
        *_duplicates(products, pairs, needs, rules, steps_up, bundles, benefits),
        *_pairs_to_themselves(pairs, steps_up),
        *_cycles(known),
        *(problem for pair in pairs for problem in _pair_problems(pair, known)),
        *(problem for rule in rules for problem in _rule_problems(rule)),
        *(problem for bundle in bundles for problem in _bundle_problems(bundle, edition)),
        *_thin_rows(edition),
    }
    return tuple(sorted(found, key=lambda p: (not p.blocking, p.kind, p.subject, p.args)))


def _problem(kind: ProblemKind, subject: str, *args: str) -> Problem:
    return Problem(kind=kind, subject=subject, args=args, blocking=kind not in _NOT_BLOCKING)


def _product_mentions(products: tuple[ProductTerms, ...]) -> Iterator[_Mention]:
    for product in products:
        if parent := product.row_inherits_from:
            yield _Mention(part="product", subject=product.code, code=parent, role="main")
            # what has no row of its own has nothing to inherit for
            yield _Mention(part="product", subject=product.code, code=product.code, role="main")
        for part in product.parts:
            yield _Mention(part="product", subject=product.code, code=part)


def _pair_mentions(
    pairs: tuple[PairTerms, ...], steps_up: tuple[StepUp, ...]
) -> Iterator[_Mention]:
    for pair in pairs:
        yield _Mention(part="pair", subject=pair.main, code=pair.main, role="main")
        yield _Mention(part="pair", subject=pair.main, code=pair.cross, role="cross")
    for step in steps_up:
        yield _Mention(part="step_up", subject=step.main, code=step.main, role="main")
        yield _Mention(part="step_up", subject=step.main, code=step.better, role="main")


def _need_mentions(needs: tuple[NeedTerms, ...]) -> Iterator[_Mention]:
    for need in needs:
        for code in need.mains:
            yield _Mention(part="need", subject=need.code, code=code, role="main")
        for code in need.crosses:
            yield _Mention(part="need", subject=need.code, code=code, role="cross")


def _rule_mentions(rules: tuple[BasketRule, ...]) -> Iterator[_Mention]:
    for rule in rules:
        for code in (*rule.subjects, *rule.objects):
            yield _Mention(part="rule", subject=rule.code, code=code)


def _bundle_mentions(
    bundles: tuple[BundleTerms, ...], seasons: tuple[SeasonTerms, ...]
) -> Iterator[_Mention]:
    for bundle in bundles:
        for code in bundle.parts:
            yield _Mention(part="bundle", subject=bundle.code, code=code, role="cross")
    for season in seasons:
        yield _Mention(part="season", subject=season.cross, code=season.cross, role="cross")


def _benefit_mentions(benefits: tuple[BenefitTerms, ...]) -> Iterator[_Mention]:
    for benefit in benefits:
        for code in benefit.mains:
            yield _Mention(part="benefit", subject=benefit.code, code=code, role="main")


def _mention_problems(mention: _Mention, known: Mapping[str, ProductTerms]) -> Iterator[Problem]:
    product = known.get(mention.code)
    at = (mention.subject, mention.part, mention.code)
    if product is None:
        yield _problem(ProblemKind.UNKNOWN_CODE, *at)
    elif mention.role == "main" and not product.is_main:
        yield _problem(ProblemKind.NOT_A_MAIN, *at)
    elif mention.role == "cross" and not product.is_cross:
        yield _problem(ProblemKind.NOT_A_CROSS, *at)


def _duplicates(
    products: tuple[ProductTerms, ...],
    pairs: tuple[PairTerms, ...],
    needs: tuple[NeedTerms, ...],
    rules: tuple[BasketRule, ...],
    steps_up: tuple[StepUp, ...],
    bundles: tuple[BundleTerms, ...],
    benefits: tuple[BenefitTerms, ...],
) -> Iterator[Problem]:
    coded = (
        *(("product", product.code) for product in products),
        *(("need", need.code) for need in needs),
        *(("rule", rule.code) for rule in rules),
        *(("bundle", bundle.code) for bundle in bundles),
        *(("benefit", benefit.code) for benefit in benefits),
    )
    for (part, code), times in Counter(coded).items():
        if times > 1:
            yield _problem(ProblemKind.DUPLICATE_CODE, code, part)
    for (main, cross), times in Counter((p.main, p.cross) for p in pairs).items():
        if times > 1:
            yield _problem(ProblemKind.DUPLICATE_PAIR, main, cross)
    for (main, better), times in Counter((s.main, s.better) for s in steps_up).items():
        if times > 1:
            yield _problem(ProblemKind.DUPLICATE_STEP_UP, main, better)


def _pairs_to_themselves(
    pairs: tuple[PairTerms, ...], steps_up: tuple[StepUp, ...]
) -> Iterator[Problem]:
    for pair in pairs:
        if pair.main == pair.cross:
            yield _problem(ProblemKind.PAIR_TO_ITSELF, pair.main, "pair")
    for step in steps_up:
        if step.main == step.better:
            yield _problem(ProblemKind.PAIR_TO_ITSELF, step.main, "step_up")


def _cycles(known: Mapping[str, ProductTerms]) -> Iterator[Problem]:
    for code in known:
        circle = [code]
        while (parent := _parent(circle[-1], known)) and parent not in circle:
            circle.append(parent)
        if parent == code == min(circle):  # once per circle, from its first code
            yield _problem(ProblemKind.INHERITANCE_CYCLE, *circle)


def _parent(code: str, known: Mapping[str, ProductTerms]) -> str:
    product = known.get(code)
    return product.row_inherits_from if product else ""


def _pair_problems(pair: PairTerms, known: Mapping[str, ProductTerms]) -> Iterator[Problem]:
    cross = known.get(pair.cross)
    if pair.rating is Rating.NOT_ALLOWED:
        if not pair.reason.strip():
            yield _problem(ProblemKind.NO_REASON, pair.main, pair.cross)
        if not pair.instead.strip():
            yield _problem(ProblemKind.NO_INSTEAD, pair.main, pair.cross)
    elif cross is not None:
        if cross.needs_licence and pair.rating is Rating.STRONG:  # R4
            yield _problem(ProblemKind.LICENSED_STRONG, pair.main, pair.cross)
        if cross.needs_consent and not cross.disclosure.strip():  # R3
            yield _problem(ProblemKind.NO_DISCLOSURE, pair.cross)


def _rule_problems(rule: BasketRule) -> Iterator[Problem]:
    if not rule.subjects:
        yield _problem(ProblemKind.RULE_SIDE_MISSING, rule.code, "subjects")
    if not rule.objects and rule.kind is not RuleKind.AT_MOST_ONE:
        yield _problem(ProblemKind.RULE_SIDE_MISSING, rule.code, "objects")


def _bundle_problems(bundle: BundleTerms, edition: Snapshot) -> Iterator[Problem]:
    if len(set(bundle.parts)) < 2:
        yield _problem(ProblemKind.BUNDLE_TOO_SMALL, bundle.code)
    for part in sorted(set(bundle.parts)):
        others = sorted({*excluded(edition, (part,))} & {*bundle.parts})
        yield from (
            _problem(ProblemKind.BUNDLE_CLASH, bundle.code, part, other)
            for other in others
            if part < other
        )
    if all(part in edition.product for part in bundle.parts):
        saving = bundle_beside(edition, bundle, wanted=()).saving
        if saving is None or saving <= 0:
            yield _problem(ProblemKind.BUNDLE_SAVES_NOTHING, bundle.code)


def _thin_rows(edition: Snapshot) -> Iterator[Problem]:
    for product in edition.products:
        row = edition.rows.get(product.code, {}).values()
        told = sum(pair.rating in (Rating.STRONG, Rating.GOOD) for pair in row)
        if product.is_main and not row:
            yield _problem(ProblemKind.MAIN_WITHOUT_ROW, product.code)
        elif product.is_main and told < ENOUGH_TO_SAY:
            yield _problem(ProblemKind.FEW_SUGGESTIONS, product.code, str(told))
