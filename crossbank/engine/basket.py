"""Basket rules: what may stand beside what, over sets of codes.

`excludes` and `warn` read both ways, `requires_any` one way, `at_most_one` inside its one set. A
product never stands in its own way.
"""

from collections.abc import Iterable

from crossbank.engine.terms import BasketRule, Reason, ReasonKind, RuleKind, Snapshot

_CLASH = {
    RuleKind.EXCLUDES: ReasonKind.EXCLUDED,
    RuleKind.AT_MOST_ONE: ReasonKind.AT_MOST_ONE,
    RuleKind.WARN: ReasonKind.WARN,
}


def clashes(
    rules: Iterable[BasketRule], kind: RuleKind, others: Iterable[str]
) -> dict[str, list[Reason]]:
    """This will say what `others` stand in the way of (or warn about), and with which reasons.

    Shape: by code; reasons by rule, then in the order of `others`.
    """
    others = tuple(others)
    found: dict[str, list[Reason]] = {}
    for rule in rules:
        if rule.kind is kind:
            for other in others:
                if other not in rule.subjects and other not in rule.objects:
                    continue
                for code in _partners(rule, other) - {other}:
                    reason = Reason(kind=_CLASH[kind], subject=other, text=rule.message)
                    found.setdefault(code, []).append(reason)
    return found


def _partners(rule: BasketRule, code: str) -> set[str]:
    """The other side of a two-way rule; of `at_most_one`, which has one side, the set itself."""
    if rule.kind is RuleKind.AT_MOST_ONE:
        return {*rule.subjects} if code in rule.subjects else set()
    partners = {*rule.objects} if code in rule.subjects else set()
    return partners | {*rule.subjects} if code in rule.objects else partners


def unmet(rules: Iterable[BasketRule], present: Iterable[str]) -> dict[str, list[Reason]]:
    """This will say, by code, which requirements `present` does not meet. By rule."""
    present = tuple(present)
    found: dict[str, list[Reason]] = {}
    for rule in rules:
        if rule.kind is RuleKind.REQUIRES_ANY and not any(c in rule.objects for c in present):
            reason = Reason(kind=ReasonKind.REQUIRES, subjects=rule.objects, text=rule.message)
            for code in rule.subjects:
                found.setdefault(code, []).append(reason)
    return found


def excluded(snapshot: Snapshot, taken: Iterable[str]) -> dict[str, Reason]:
    """This will say what the taken products rule out, by `excludes` or else `at_most_one`."""
    basket = tuple(sorted(set(taken)))
    found = clashes(snapshot.rules, RuleKind.AT_MOST_ONE, basket)
    found |= clashes(snapshot.rules, RuleKind.EXCLUDES, basket)
    return {code: reasons[0] for code, reasons in found.items()}


def excluded_by(snapshot: Snapshot, taken: Iterable[str], code: str) -> Reason | None:
    """This will name what was taken that rules `code` out, by `excludes` or else `at_most_one`."""
    return excluded(snapshot, taken).get(code)


def basket_problems(
    snapshot: Snapshot, *, main: str, taken: Iterable[str], held: Iterable[str]
) -> tuple[tuple[str, Reason], ...]:
    """This will check a finished record: (taken code, violated rule), by code, then kind of rule.

    Two taken products that exclude each other are named both.
    """
    basket = tuple(sorted({*taken} - {main}))
    around = (main, *basket, *sorted({*held} - {main, *basket}))
    broken = (
        clashes(snapshot.rules, RuleKind.EXCLUDES, around),
        clashes(snapshot.rules, RuleKind.AT_MOST_ONE, basket),
        unmet(snapshot.rules, around),
    )
    return tuple((code, reason) for code in basket for by in broken for reason in by.get(code, ()))
