"""Rules with a filter on both sides: what a product owner says once, written out as cells.

Order (domain.md 4.1): any `not_allowed` wins, then a manual cell, then priority. Equal priority
with different results is a conflict: it is reported, and the more careful result stands meanwhile.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crossbank.engine.filters import Beside, ProductFilter, common, matches, stands_beside
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.terms import (
    RATING_ORDER,
    NeedTerms,
    PairTerms,
    ProductTerms,
    Rating,
    StepUp,
)

PLACEHOLDERS = ("{main}", "{cross}", "{price}")

Name = tuple[str, str]  # (main, cross)


class Relation(StrEnum):
    CROSS_SELL = "cross_sell"
    UP_SELL = "up_sell"  # a better main product instead


@dataclass(frozen=True, kw_only=True)
class PairingRule:
    """A filter on the main product, a filter on the shown one, and what their pair is to say.

    The texts may hold {main}, {cross} and {price} (of the shown product), those of other languages
    (`words`, as `PairTerms` has them) too.
    `valid_until` is exclusive.
    """

    code: str
    source: ProductFilter = field(default_factory=ProductFilter)
    target: ProductFilter = field(default_factory=ProductFilter)
    beside: Beside = field(default_factory=Beside)
    relation: Relation = Relation.CROSS_SELL
    rating: Rating | None = Rating.GOOD  # None with up_sell
    reason: str = ""
    instead: str = ""
    benefit: str = ""
    say: str = ""
    kind: str = "related"
    rank: int = 100
    priority: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    is_active: bool = True
    words: tuple[str, ...] = ()

    def applies_on(self, day: date) -> bool:
        started = self.valid_from is None or self.valid_from <= day
        return self.is_active and started and (self.valid_until is None or day < self.valid_until)

    @property
    def forbids(self) -> bool:
        return self.relation is Relation.CROSS_SELL and self.rating is Rating.NOT_ALLOWED


class Why(StrEnum):
    """Why a rule, or the manual cell, does not decide a cell that it speaks about."""

    NOT_ALLOWED = "not_allowed"  # something forbids the pair
    MANUAL = "manual"  # a person wrote the cell
    PRIORITY = "priority"  # another rule comes first
    SAME = "same"  # another rule says the same


@dataclass(frozen=True, kw_only=True)
class Loser:
    """`rule`: its code, "" for the manual cell."""

    rule: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Rules of equal priority that say different things about one cell. `rules` sorted."""

    main: str
    cross: str
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The cells that manual entries and rules make together.

    Shape: `pairs` and `steps_up` by (main, rank, code), each with the `rule` it came from ("" by
    hand); `losers` by cell, only cells that have some; `conflicts` by cell; `matched`: rule ->
    number of cells it speaks about, 0 included, rules that do not apply on the day left out.
    """

    pairs: tuple[PairTerms, ...] = ()
    steps_up: tuple[StepUp, ...] = ()
    losers: dict[Name, tuple[Loser, ...]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    matched: dict[str, int] = field(default_factory=dict)


def conflict_problems(filled: Filled) -> tuple[Problem, ...]:
    """This will give what stands against publishing cells that rules disagree about."""
    return tuple(
        Problem(kind=ProblemKind.RULE_CONFLICT, subject=c.main, args=(c.cross, *c.rules))
        for c in filled.conflicts
    )


def fill(
    *,
    products: Iterable[ProductTerms],
    needs: Iterable[NeedTerms],
    rules: Iterable[PairingRule],
    pairs: Iterable[PairTerms] = (),
    steps_up: Iterable[StepUp] = (),
    day: date,
) -> Filled:
    """This will write the rules out over the manual cells. Total; input order never shows."""
    known = {product.code: product for product in products}
    applying = [rule for rule in rules if rule.applies_on(day)]
    reach = {rule.code: tuple(_reach(rule, known.values(), tuple(needs))) for rule in applying}
    manual: dict[Name, PairTerms | StepUp] = {(pair.main, pair.cross): pair for pair in pairs}
    manual |= {(step.main, step.better): step for step in steps_up}
    said: dict[Name, list[PairingRule]] = defaultdict(list)
    for rule in sorted(applying, key=_place):
        for name in reach[rule.code]:
            said[name].append(rule)
    made: dict[Name, PairTerms | StepUp] = dict(manual)
    losers: dict[Name, tuple[Loser, ...]] = {}
    conflicts: list[Conflict] = []
    for name, speaking in said.items():
        winner, lost, rivals = _decide(manual.get(name), speaking)
        if winner is not None:
            made[name] = _cell(winner, known[name[0]], known[name[1]])
        if lost:
            losers[name] = lost
        if rivals:
            conflicts.append(Conflict(main=name[0], cross=name[1], rules=rivals))
    return Filled(
        pairs=tuple(
            sorted(
                (cell for cell in made.values() if isinstance(cell, PairTerms)),
                key=lambda p: (p.main, p.rank, p.cross),
            )
        ),
        steps_up=tuple(
            sorted(
                (cell for cell in made.values() if isinstance(cell, StepUp)),
                key=lambda s: (s.main, s.rank, s.better),
            )
        ),
        losers=losers,
        conflicts=tuple(sorted(conflicts, key=lambda c: (c.main, c.cross))),
        matched={code: len(names) for code, names in sorted(reach.items())},
    )


def _place(rule: PairingRule) -> tuple[int, int, str]:
    """The order in which rules are asked: priority, the more careful rating, code."""
    care = -RATING_ORDER[rule.rating] if rule.rating else 0
    return (-rule.priority, care, rule.code)


def _result(rule: PairingRule) -> tuple[Hashable, ...]:
    """What a rule makes of a cell; rules with equal results cannot contradict each other."""
    return (
        rule.relation, rule.rating, rule.reason, rule.instead, rule.benefit, rule.say, rule.kind,
        rule.words,
    )  # fmt: skip


def _decide(
    manual: PairTerms | StepUp | None, speaking: list[PairingRule]
) -> tuple[PairingRule | None, tuple[Loser, ...], tuple[str, ...]]:
    """The rule that makes the cell (None: the manual one stands), who lost and why, who disagrees.

    `speaking` is in order of `_place`.
    """
    forbidding = next((rule for rule in speaking if rule.forbids), None)
    if isinstance(manual, PairTerms) and manual.rating is Rating.NOT_ALLOWED:
        return None, tuple(_lost(speaking, Why.NOT_ALLOWED)), ()
    if forbidding:
        others = [rule for rule in speaking if rule is not forbidding]
        by_hand = (Loser(rule="", why=Why.NOT_ALLOWED),) if manual else ()
        return forbidding, (*by_hand, *_lost(others, Why.NOT_ALLOWED)), ()
    if manual:
        return None, tuple(_lost(speaking, Why.MANUAL)), ()
    first, rest = speaking[0], speaking[1:]
    rivals = [
        rule.code
        for rule in rest
        if rule.priority == first.priority and _result(rule) != _result(first)
    ]
    lost = tuple(
        Loser(rule=rule.code, why=Why.SAME if _result(rule) == _result(first) else Why.PRIORITY)
        for rule in rest
    )
    return first, lost, tuple(sorted([first.code, *rivals])) if rivals else ()


def _lost(rules: Iterable[PairingRule], why: Why) -> Iterator[Loser]:
    return (Loser(rule=rule.code, why=why) for rule in rules)


def _cell(rule: PairingRule, main: ProductTerms, cross: ProductTerms) -> PairTerms | StepUp:
    def words(template: str) -> str:
        if "{" not in template:
            return template
        text = template.replace("{main}", main.name).replace("{cross}", cross.name)
        return text.replace("{price}", cross.price_text)

    if rule.relation is Relation.UP_SELL or rule.rating is None:
        return StepUp(
            main=main.code,
            better=cross.code,
            reason=words(rule.reason),
            benefit=words(rule.benefit),
            say=words(rule.say),
            rank=rule.rank,
            rule=rule.code,
            words=tuple(map(words, rule.words)),
        )
    return PairTerms(
        main=main.code,
        cross=cross.code,
        rating=rule.rating,
        reason=words(rule.reason),
        instead=words(rule.instead),
        benefit=words(rule.benefit),
        say=words(rule.say),
        kind=rule.kind,
        rank=rule.rank,
        rule=rule.code,
        words=tuple(map(words, rule.words)),
    )


def _reach(
    rule: PairingRule, products: Iterable[ProductTerms], needs: tuple[NeedTerms, ...]
) -> Iterator[Name]:
    """(main, cross) of every pair that passes both filters and what they ask of each other."""
    everything = tuple(products)
    mains = {code for need in needs if need.code in rule.source.needs for code in need.mains}
    crosses = {code for need in needs if need.code in rule.target.needs for code in need.crosses}
    shown = "is_main" if rule.relation is Relation.UP_SELL else "is_cross"
    sources = [p for p in everything if p.is_main and matches(rule.source, p, mains)]
    targets: dict[Hashable, list[ProductTerms]] = defaultdict(list)
    for product in everything:
        if getattr(product, shown) and matches(rule.target, product, crosses):
            targets[common(rule.beside, product)].append(product)
    for main in sources:
        for cross in targets.get(common(rule.beside, main, steps=rule.beside.tier_steps or 0), ()):
            if cross.code != main.code and stands_beside(rule.beside, main, cross):
                yield main.code, cross.code
