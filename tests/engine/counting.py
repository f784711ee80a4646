"""A plain count of consultations, for invented histories and to hold the rollups against."""

from collections import Counter
from collections.abc import Iterable

from crossbank.engine.evidence import PairCounts, Talk, taken_together


def count(talks: Iterable[Talk]) -> PairCounts:
    """This will count the consultations of a day (or of any sum of days), in any order."""
    day = tuple(talks)
    return PairCounts(
        customers=Counter((main, edition) for main, edition, no_main, _ in day if not no_main),
        answers=Counter(
            (main, cross, rating, response)
            for main, _, _, said in day
            for cross, rating, response in said
        ),
        together=taken_together(day),
    )


def fold(parts: Iterable[PairCounts]) -> PairCounts:
    """This will add up days, in any order; nothing adds up to empty counts."""
    customers: Counter[tuple[str, int]] = Counter()
    answers: Counter[tuple[str, str, str, str]] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for part in parts:
        customers.update(part.customers)
        answers.update(part.answers)
        together.update(part.together)
    return PairCounts(customers=customers, answers=answers, together=together)
