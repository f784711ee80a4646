"""What recorded outcomes add up to: pair counts that a day adds to, and the facts shown of them.

**Who counts.** Consultations that stand and were recorded at the desk; not voided or replaced
ones, and none caught up from paper, where nobody noted the products. Answers count all of them (as
the workbook's *Pairings* do); everything about *taking together* only those with a main product.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crossbank.engine.chance import Estimate, wilson
from crossbank.engine.terms import Response

MIN_SHOWN = 20  # fewer than this and no share is shown (domain.md, measures)
TAKEN = Response.ACCEPTED.value


class Said(NamedTuple):
    """One presented product. `rating` as the edition shown had it; empty: the customer asked."""

    cross: str
    rating: str
    response: str


class Talk(NamedTuple):
    """One standing consultation at the desk. `edition` is any name of the edition shown."""

    main: str
    edition: int
    no_main: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class PairCounts:
    """What a day, or any sum of days, says. Only positive numbers are kept.

    `customers`: (main, edition) -> who took the main; `answers`: (main, cross, rating, response);
    `together`: (one, other), one <= other -> customers who took both, main products included; a
    product with itself -> customers who took it.
    """

    customers: Mapping[tuple[str, int], int]
    answers: Mapping[tuple[str, str, str, str], int]
    together: Mapping[tuple[str, str], int]


def taken_together(talks: Iterable[Talk]) -> Counter[tuple[str, str]]:
    """One plain pass: beside each product a list of what came with it, counted at the end.

    Counting words is much quicker than counting pairs, of which there are many more.
    """
    beside: dict[str, list[str]] = defaultdict(list)
    for main, _, no_main, said in talks:
        if not no_main:
            taken = [cross for cross, _, response in said if response == TAKEN]
            basket = sorted({main, *taken})
            while basket:
                beside[basket[-1]] += basket  # itself, and all before it
                basket.pop()
    return Counter(
        {
            (one, other): times
            for other, ones in beside.items()
            for one, times in Counter(ones).items()
        }
    )


@dataclass(frozen=True, kw_only=True)
class PairFigures:
    """One pair's answers. `acceptance` is None below MIN_SHOWN: too few to speak of a share."""

    main: str
    cross: str
    accepted: int = 0
    declined: int = 0
    interested: int = 0
    follow_up: int = 0

    @property
    def presented(self) -> int:
        return self.accepted + self.declined + self.interested + self.follow_up

    @property
    def acceptance(self) -> Estimate | None:
        if self.presented < MIN_SHOWN:
            return None
        return wilson(self.accepted, self.presented)


def pair_figures(counts: PairCounts, *, rating: str | None = None) -> tuple[PairFigures, ...]:
    """This will list all pairs, the most presented first, then by codes; or those under a rating."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for (main, cross, rated, response), times in counts.answers.items():
        if rating is None or rated == rating:
            found.setdefault((main, cross), Counter())[response] += times
    figures = (PairFigures(main=m, cross=x, **answers) for (m, x), answers in found.items())
    return tuple(sorted(figures, key=lambda f: (-f.presented, f.main, f.cross)))


@dataclass(frozen=True, kw_only=True)
class AlsoTaken:
    """Of `n` customers who took `product`, `times` also took `other`."""

    product: str
    other: str
    times: int
    n: int

    @property
    def of_hundred(self) -> int:
        return (200 * self.times + self.n) // (2 * self.n)  # half up


def also_taken(counts: PairCounts, product: str) -> tuple[AlsoTaken, ...]:
    """This will say what else was taken by those who took a product: the most first, then by code.

    Empty when fewer than MIN_SHOWN took it.
    """
    n = counts.together.get((product, product), 0)
    if n < MIN_SHOWN:
        return ()
    found = (
        AlsoTaken(product=product, other=two if one == product else one, times=times, n=n)
        for (one, two), times in counts.together.items()
        if product in (one, two) and one != two
    )
    return tuple(sorted(found, key=lambda fact: (-fact.times, fact.other)))
