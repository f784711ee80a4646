"""Also taken: what customers who took a product took as well, told on its cards.

A fact for whoever talks about the product: only of pairs that the card shows anyway, never of one
that is not allowed, at most a few, with how many customers it rests on, and no word of what to do.
"""

from collections.abc import Iterable
from datetime import datetime

from crossbank.desk.facts import Fact
from crossbank.engine.evidence import also_taken
from crossbank.review import evidence_words, pair_days, rollup
from crossbank.review.terms import ONE_DAY

DAYS = 90
_MOST = 3


def tell(product: str, beside: dict[str, str], at: datetime) -> Iterable[Fact]:
    """This will tell the most frequent ones of `beside` (code -> name), in one query."""
    if product not in beside:  # no edition speaks of it
        return []
    until = rollup.last_closed(at) + ONE_DAY
    counts = pair_days.together_with(product, until - DAYS * ONE_DAY, until)
    facts = [
        fact for fact in also_taken(counts, product) if fact.other in beside and fact.of_hundred
    ]
    return [
        Fact(
            other=fact.other,
            words=evidence_words.also_taken(fact, beside[product], beside[fact.other], days=DAYS),
        )
        for fact in facts[:_MOST]
    ]
