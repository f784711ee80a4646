"""What an owner should look at in a matrix that could be published as it is, as values.

Remarks only: what would mislead a seller is a blocking `Problem`. Codes only; words come upstairs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crossbank.engine.advice import advise
from crossbank.engine.problems import ENOUGH_TO_SAY
from crossbank.engine.rules import Filled
from crossbank.engine.terms import Picture, Rating, Snapshot

ENOUGH_TO_JUDGE = 20  # conversations; fewer say nothing about a pair
INHERITED = "inherited"  # beside `rules.Why`: the row above says something by hand


class FindingKind(StrEnum):
    """What was found. In words: `subject`, then `args`."""

    FEW_OFFERABLE = "few_offerable"  # main; (number that may be offered to anybody,)
    NO_FREE_THIRD = "no_free_third"  # main; (): only two cards, for nothing free fits
    STRONG_UNSAID = "strong_unsaid"  # main; (cross, conversations)
    ALWAYS_REFUSED = "always_refused"  # main; (cross, times presented)
    REVIEW_PAST = "review_past"  # main; (cross, ISO day)
    RULE_REVIEW_PAST = "rule_review_past"  # rule; (ISO day,)
    RULE_HIDDEN = "rule_hidden"  # rule; (cells it speaks about, a `rules.Why` or INHERITED)
    RULE_IDLE = "rule_idle"  # rule; (): no pair of products passes both of its sides
    NEED_EMPTY = "need_empty"  # need; (): no main or no cross product is named
    NEED_UNCOVERED = "need_uncovered"  # need; (main, main, …)
    REVERSE_EMPTY = "reverse_empty"  # main; (cross,)
    UNREACHED = "unreached"  # product; ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    kind: FindingKind
    subject: str
    args: tuple[str, ...] = ()


def examine(snapshot: Snapshot, filled: Filled) -> tuple[Finding, ...]:
    """This will find what follows from a compiled working copy alone, by kind, then codes."""
    found = (
        *_thin_mains(snapshot),
        *_rules(snapshot, filled),
        *_needs(snapshot),
        *_one_way(snapshot),
        *_unreached(snapshot),
    )
    return ordered(found)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = {kind: n for n, kind in enumerate(FindingKind)}
    return tuple(sorted(findings, key=lambda f: (order[f.kind], f.subject, f.args)))


def _thin_mains(snapshot: Snapshot) -> Iterator[Finding]:
    """What a customer of whom nothing is known would see."""
    for product in snapshot.products:
        if not product.is_main:
            continue
        advice = advise(snapshot, Picture(main=product.code))
        offerable = len(advice.cards) + len(advice.more)
        if offerable < ENOUGH_TO_SAY:
            kind, args = FindingKind.FEW_OFFERABLE, (str(offerable),)
            yield Finding(kind=kind, subject=product.code, args=args)
        elif len(advice.cards) < ENOUGH_TO_SAY:
            yield Finding(kind=FindingKind.NO_FREE_THIRD, subject=product.code)


def _rules(snapshot: Snapshot, filled: Filled) -> Iterator[Finding]:
    """Rules that apply today and write no cell of the edition; those in a conflict stop it anyway."""
    writing = {pair.rule for pair in snapshot.pairs} | {step.rule for step in snapshot.steps_up}
    why: dict[str, Counter[str]] = {}
    for losers in filled.losers.values():
        for loser in losers:
            why.setdefault(loser.rule, Counter())[loser.why.value] += 1
    for pair in filled.pairs:  # cells that were written and gave way to an inherited row
        if pair.rule and pair.rule not in writing:
            why.setdefault(pair.rule, Counter())[INHERITED] += 1
    rivals = {rule for conflict in filled.conflicts for rule in conflict.rules}
    for rule, cells in filled.matched.items():
        if not cells:
            yield Finding(kind=FindingKind.RULE_IDLE, subject=rule)
        elif rule not in writing | rivals:
            most = min(why.get(rule, {}).items(), key=lambda w: (-w[1], w[0]), default=("", 0))[0]
            args = (str(cells), most)
            yield Finding(kind=FindingKind.RULE_HIDDEN, subject=rule, args=args)


def _is_offered(snapshot: Snapshot, main: str, cross: str) -> bool:
    pair = snapshot.pair(main, cross)
    return pair is not None and pair.rating is not Rating.NOT_ALLOWED


def _needs(snapshot: Snapshot) -> Iterator[Finding]:
    for need in snapshot.needs:
        mains = [code for code in need.mains if code in snapshot.product]
        crosses = [code for code in need.crosses if code in snapshot.product]
        if not mains or not crosses:
            yield Finding(kind=FindingKind.NEED_EMPTY, subject=need.code)
            continue
        bare = tuple(m for m in mains if not any(_is_offered(snapshot, m, c) for c in crosses))
        if bare:
            yield Finding(kind=FindingKind.NEED_UNCOVERED, subject=need.code, args=bare)


def _one_way(snapshot: Snapshot) -> Iterator[Finding]:
    """Pairs whose other direction nobody thought of; a better main product is a thought."""
    known = snapshot.product
    climbed = {(step.main, step.better) for step in snapshot.steps_up}
    for pair in snapshot.pairs:
        main, cross = known.get(pair.main), known.get(pair.cross)
        both = main and cross and main.is_cross and cross.is_main
        back = (pair.cross, pair.main)
        if both and snapshot.pair(*back) is None and back not in climbed:
            kind = FindingKind.REVERSE_EMPTY
            yield Finding(kind=kind, subject=pair.main, args=(pair.cross,))


def _unreached(snapshot: Snapshot) -> Iterator[Finding]:
    reached = {p.cross for p in snapshot.pairs if p.rating is not Rating.NOT_ALLOWED}
    reached |= {step.better for step in snapshot.steps_up}
    for product in snapshot.products:
        # a product that is neither main nor cross is met by nobody either
        if product.code not in reached and (product.is_cross or not product.is_main):
            yield Finding(kind=FindingKind.UNREACHED, subject=product.code)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the desks did with one pair while it was rated as it is now.

    Units: `chances` conversations in which it could be presented, `presented` those in which it
    was, `refused` those of them in which the customer did not want it.
    """

    chances: int = 0
    presented: int = 0
    refused: int = 0


def judge_practice(snapshot: Snapshot, said: Mapping[tuple[str, str], Said]) -> tuple[Finding, ...]:
    """This will find strong pairs that nobody presents, and recommended ones nobody wants.

    `said`: by (main, cross). Only pairs of `snapshot`, only with enough conversations.
    """
    found = []
    for name, facts in said.items():
        pair = snapshot.pair(*name)
        if pair is None or pair.rating not in (Rating.STRONG, Rating.GOOD):
            continue
        unsaid = pair.rating is Rating.STRONG and not facts.presented
        if unsaid and facts.chances >= ENOUGH_TO_JUDGE:
            args = (name[1], str(facts.chances))
            found.append(Finding(kind=FindingKind.STRONG_UNSAID, subject=name[0], args=args))
        if facts.presented >= ENOUGH_TO_JUDGE and facts.refused == facts.presented:
            args = (name[1], str(facts.presented))
            found.append(Finding(kind=FindingKind.ALWAYS_REFUSED, subject=name[0], args=args))
    return ordered(found)
