"""Editions as values: compile, check, write as canonical JSON, compare. Long: one life cycle.

A cell that came by inheritance is derived: compiling drops it and derives it again, so compiling
the parts of a snapshot gives the same snapshot.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from crossbank.engine.conditions import (
    Condition,
    condition_to_plain,
    conditions_from_plain,
    in_order,
)
from crossbank.engine.problems import Problem, find_problems
from crossbank.engine.problems import ProblemKind as ProblemKind
from crossbank.engine.terms import (
    RATING_ORDER,
    BasketRule,
    BenefitTerms,
    BundleTerms,
    NeedTerms,
    PairTerms,
    ProductTerms,
    Rating,
    SeasonTerms,
    Snapshot,
    Spoken,
    StepUp,
)

Term = TypeVar(
    "Term",
    ProductTerms,
    PairTerms,
    NeedTerms,
    BasketRule,
    StepUp,
    BundleTerms,
    SeasonTerms,
    BenefitTerms,
)
Rows = dict[str, dict[str, PairTerms]]

# The parts of an edition: what one entry is, and the fields that name it.
PARTS: dict[str, tuple[type, tuple[str, ...]]] = {
    "products": (ProductTerms, ("code",)),
    "pairs": (PairTerms, ("main", "cross")),
    "needs": (NeedTerms, ("code",)),
    "rules": (BasketRule, ("code",)),
    "steps_up": (StepUp, ("main", "better")),
    "bundles": (BundleTerms, ("code",)),
    "seasons": (SeasonTerms, ("cross", "from_on")),
    "benefits": (BenefitTerms, ("code",)),
}


def compile_snapshot(
    *,
    products: Iterable[ProductTerms],
    pairs: Iterable[PairTerms],
    needs: Iterable[NeedTerms],
    rules: Iterable[BasketRule],
    steps_up: Iterable[StepUp],
    bundles: Iterable[BundleTerms] = (),
    seasons: Iterable[SeasonTerms] = (),
    benefits: Iterable[BenefitTerms] = (),
) -> Snapshot:
    """This will put any working copy into the one order, with inherited rows written out.

    Shape: as `Snapshot` says; the sets of codes inside needs and rules are sorted too. Total even
    for input that `problems` refuses: of two entries with one name the more careful rating stays,
    a circle of inheritance is cut where it closes, a cell that points at its own row is dropped.
    """
    known = {product.code: product for product in _distinct(products, lambda p: p.code)}
    cells = (cell for row in _rows(known, pairs).values() for cell in row.values())
    need_list = _distinct(map(_sorted_need, needs), lambda n: n.code)
    step_list = _distinct(map(_sorted_words, steps_up), lambda s: (s.main, s.better))
    bundle_list = _distinct(map(_sorted_bundle, bundles), lambda b: b.code)
    season_list = _distinct(seasons, lambda s: (s.cross, s.from_on))
    benefit_list = _distinct(map(_sorted_benefit, benefits), lambda b: b.code)
    return Snapshot(
        products=tuple(_sorted_product(known[code]) for code in sorted(known)),
        pairs=tuple(sorted(cells, key=lambda p: (p.main, p.rank, p.cross))),
        needs=tuple(sorted(need_list, key=lambda n: (n.order, n.code))),
        rules=tuple(
            sorted(_distinct(map(_sorted_rule, rules), lambda r: r.code), key=lambda r: r.code)
        ),
        steps_up=tuple(sorted(step_list, key=lambda s: (s.main, s.rank, s.better))),
        bundles=tuple(sorted(bundle_list, key=lambda b: b.code)),
        seasons=tuple(sorted(season_list, key=lambda s: (s.cross, s.from_on))),
        benefits=tuple(sorted(benefit_list, key=lambda b: b.code)),
    )


def _distinct(
    terms: Iterable[Term],
    name: Callable[[Term], Hashable],
    care: Callable[[Term], int] = lambda _: 0,
) -> Iterator[Term]:
    """One entry per name, the same one whatever the order of the input: least `care`, then text."""
    chosen: dict[Hashable, Term] = {}
    for term in sorted(terms, key=lambda t: (care(t), repr(t))):
        chosen.setdefault(name(term), term)
    return iter(chosen.values())


def _sorted_codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


def _sorted_product(product: ProductTerms) -> ProductTerms:
    return replace(
        product,
        attributes=_sorted_codes(product.attributes),
        parts=_sorted_codes(product.parts),
        conditions=in_order(map(_sorted_condition, product.conditions)),
    )


def _sorted_condition(condition: Condition) -> Condition:
    return replace(condition, values=_sorted_codes(condition.values))


def _sorted_words(term: Spoken) -> Spoken:
    return replace(term, words=_sorted_codes(term.words)) if term.words else term


def _sorted_need(need: NeedTerms) -> NeedTerms:
    return replace(need, mains=_sorted_codes(need.mains), crosses=_sorted_codes(need.crosses))


def _sorted_bundle(bundle: BundleTerms) -> BundleTerms:
    return replace(bundle, parts=_sorted_codes(bundle.parts))


def _sorted_benefit(benefit: BenefitTerms) -> BenefitTerms:
    return replace(benefit, mains=_sorted_codes(benefit.mains))


def _sorted_rule(rule: BasketRule) -> BasketRule:
    return replace(rule, subjects=_sorted_codes(rule.subjects), objects=_sorted_codes(rule.objects))


def _rows(products: Mapping[str, ProductTerms], pairs: Iterable[PairTerms]) -> Rows:
    own: Rows = {}
    typed = (
        _sorted_words(pair) for pair in pairs if not pair.inherited_from and pair.main != pair.cross
    )
    named = _distinct(typed, lambda p: (p.main, p.cross), care=lambda p: -RATING_ORDER[p.rating])
    for pair in named:
        own.setdefault(pair.main, {})[pair.cross] = pair
    mains = {*own, *(product.code for product in products.values() if product.is_main)}
    return {main: _row(main, products, own, frozenset()) for main in mains}


def _row(
    main: str, products: Mapping[str, ProductTerms], own: Rows, seen: frozenset[str]
) -> dict[str, PairTerms]:
    """The parent's row, as far as it is not the main's own product, with own cells over it.

    The order of cells (domain.md 4.1) holds down the line: what a person wrote, and what is
    forbidden, is not undone by a rule that speaks about the heir.
    """
    product, seen = products.get(main), seen | {main}
    parent = product.row_inherits_from if product and product.is_main else ""
    if not parent or parent in seen:
        return own.get(main, {})
    inherited = {
        cross: replace(pair, main=main, inherited_from=parent)
        for cross, pair in _row(parent, products, own, seen).items()
        if cross != main
    }
    row = dict(inherited)
    for cross, pair in own.get(main, {}).items():
        if not pair.rule or cross not in inherited or _outranks(pair, inherited[cross]):
            row[cross] = pair
    return row


def _outranks(by_rule: PairTerms, inherited: PairTerms) -> bool:
    forbidden = Rating.NOT_ALLOWED
    if forbidden in (by_rule.rating, inherited.rating):
        return by_rule.rating is forbidden
    return bool(inherited.rule)


def problems(
    *,
    products: Iterable[ProductTerms],
    pairs: Iterable[PairTerms],
    needs: Iterable[NeedTerms],
    rules: Iterable[BasketRule],
    steps_up: Iterable[StepUp],
    bundles: Iterable[BundleTerms] = (),
    seasons: Iterable[SeasonTerms] = (),
    benefits: Iterable[BenefitTerms] = (),
) -> tuple[Problem, ...]:
    """This will say what stands against publishing these inputs; () when nothing does.

    Shape: each problem once, blocking ones first, then by kind, subject and args.
    """
    product_list, pair_list, need_list = tuple(products), tuple(pairs), tuple(needs)
    rule_list, step_list = tuple(rules), tuple(steps_up)
    bundle_list, season_list, benefit_list = tuple(bundles), tuple(seasons), tuple(benefits)
    edition = compile_snapshot(
        products=product_list,
        pairs=pair_list,
        needs=need_list,
        rules=rule_list,
        steps_up=step_list,
        bundles=bundle_list,
        seasons=season_list,
        benefits=benefit_list,
    )
    return find_problems(
        edition=edition,
        products=product_list,
        pairs=tuple(pair for pair in pair_list if not pair.inherited_from),
        needs=need_list,
        rules=rule_list,
        steps_up=step_list,
        bundles=bundle_list,
        seasons=season_list,
        benefits=benefit_list,
    )


def to_json(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """This will write an edition as plain JSON values, every field named, defaults included.

    Defaults are written out so that an old edition never changes its meaning with the code.
    """
    return {part: [_plain(term) for term in getattr(snapshot, part)] for part in PARTS}


def _plain(term: Any) -> dict[str, Any]:
    return {field.name: _plain_value(getattr(term, field.name)) for field in fields(term)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, tuple):
        return value
    return [condition_to_plain(one) if isinstance(one, Condition) else one for one in value]


def from_json(data: str | Mapping[str, Any]) -> Snapshot:
    """This will read what `to_json` or `canonical` wrote; a field that is absent gets its default.

    Raises: TypeError or ValueError for what no version of `to_json` wrote.
    """
    plain = json.loads(data) if isinstance(data, str) else data
    return Snapshot(
        **{
            part: tuple(_term(cls, entry) for entry in plain.get(part, ()))
            for part, (cls, _) in PARTS.items()
        }
    )


def _term(cls: type, entry: Mapping[str, Any]) -> Any:
    readers = _readers(cls)
    return cls(**{name: readers.get(name, _as_is)(value) for name, value in entry.items()})


def _as_is(value: Any) -> Any:
    return value


def _day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


@cache
def _readers(cls: type) -> dict[str, Callable[[Any], Any]]:
    """How the fields that JSON has no type for come back: enums, tuples, conditions and days."""
    readers: dict[str, Callable[[Any], Any]] = {}
    for name, hint in get_type_hints(cls).items():
        if get_origin(hint) is tuple:
            is_conditions = get_args(hint)[0] is Condition
            readers[name] = conditions_from_plain if is_conditions else tuple
        elif isinstance(hint, type) and issubclass(hint, Enum):
            readers[name] = hint
        elif hint is date:
            readers[name] = date.fromisoformat
        elif hint == (date | None):
            readers[name] = _day_or_none
    return readers


def canonical(snapshot: Snapshot) -> str:
    """This will give the one text of an edition: sorted keys, no spaces, no escapes, no NFC."""
    return _text(to_json(snapshot))


def _text(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(snapshot: Snapshot) -> str:
    """This will give the SHA-256 (hex) of the canonical text."""
    return digest_of_json(to_json(snapshot))


def digest_of_json(plain: Mapping[str, Any]) -> str:
    """The same for JSON values as they were stored.

    An old edition keeps its digest when terms get new fields; read and written again it would not.
    """
    # surrogatepass: text from a broken source must still have a digest, not raise
    return sha256(_text(plain).encode("utf-8", "surrogatepass")).hexdigest()


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two editions.

    Shape: `part` is a key of `PARTS`; `name` is (code,), (main, cross), (main, better) or
    (cross, first day);
    `fields` are the differing fields in the order of the terms, empty unless changed.
    """

    kind: ChangeKind
    part: str
    name: tuple[str, ...]
    fields: tuple[str, ...] = ()


def diff(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """This will say what `new` does differently, by part, then name. Equal editions give ()."""
    return tuple(change for part in PARTS for change in _part_diff(part, old, new))


def _part_diff(part: str, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = _by_name(part, old), _by_name(part, new)
    for name in sorted({*before, *after}):
        if name not in before:
            yield Change(kind=ChangeKind.ADDED, part=part, name=name)
        elif name not in after:
            yield Change(kind=ChangeKind.REMOVED, part=part, name=name)
        elif changed := _changed_fields(before[name], after[name]):
            yield Change(kind=ChangeKind.CHANGED, part=part, name=name, fields=changed)


def _by_name(part: str, snapshot: Snapshot) -> dict[tuple[str, ...], Any]:
    naming = PARTS[part][1]
    terms = getattr(snapshot, part)
    return {tuple(str(getattr(term, field)) for field in naming): term for term in terms}


def _changed_fields(before: Any, after: Any) -> tuple[str, ...]:
    names = (field.name for field in fields(before))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
