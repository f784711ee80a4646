"""How sure a count makes us: intervals, tails and the price of asking many questions at once.

Everything is exact (binomial) or, for a shown share, Wilson's interval; nothing assumes that
counts are large. Units: probabilities and shares between 0 and 1.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p, sqrt
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

_Z = 1.959963984540054  # two-sided 95 %
_TAIL = 0.025
_HALVINGS = 60  # of [0, 1]: finer than a float between 0 and 1 needs
_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its 95 % interval; `high` may be infinite for a ratio."""

    value: float
    low: float
    high: float


def wilson(times: int, of: int) -> Estimate:
    """This will estimate a share; nothing observed may be any share.

    Source: E. B. Wilson (1927); keeps inside 0 and 1 and near its level for small `of`, where the
    usual plus-minus does not. At 0 and at `of` the ends are exactly 0 and 1.
    """
    if of == 0:
        return Estimate(value=0.0, low=0.0, high=1.0)
    share, spread = times / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Estimate(
        value=share,
        low=0.0 if times == 0 else max(middle - reach, 0.0),
        high=1.0 if times == of else min(middle + reach, 1.0),
    )


def at_least(times: int, of: int, chance: float) -> float:
    """P(X >= times) for X binomial: summed from the side of the smaller tail."""
    if times <= 0 or chance >= 1:
        return 1.0
    if times > of or chance <= 0:
        return 0.0
    if times <= of * chance:
        return max(1.0 - _sum(of - times + 1, of, 1 - chance), 0.0)
    return _sum(times, of, chance)


def _sum(times: int, of: int, chance: float) -> float:
    """P(X >= times) by its terms, the largest first: each is smaller than the one before."""
    if times > of:
        return 0.0
    choose = lgamma(of + 1) - lgamma(times + 1) - lgamma(of - times + 1)
    term = exp(choose + times * log(chance) + (of - times) * log1p(-chance))
    total, odds = 0.0, chance / (1 - chance)
    for n in range(times, of + 1):
        total += term
        term *= (of - n) / (n + 1) * odds
        if term < total * _NEGLIGIBLE:
            break
    return min(total, 1.0)


def exact_share(times: int, of: int) -> Estimate:
    """This will estimate a share so that neither end is missed in more than 2.5 % of cases.

    Source: Clopper and Pearson (1934). `of` is at least 1.
    """
    low = _where(lambda p: at_least(times, of, p) < _TAIL) if times else 0.0
    high = _where(lambda p: at_least(times + 1, of, p) < 1 - _TAIL) if times < of else 1.0
    return Estimate(value=times / of, low=low, high=high)


def _where(is_below: Callable[[float], bool]) -> float:
    """The share at which a rising tail passes its mark."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def ratio(times: int, of: int, chance: float) -> Estimate:
    """This will say how many times the odds of `chance` the odds seen are, exactly (not by logs).

    An interval of a share is an interval of its odds, so this one holds for every count, also
    when all `of` fell on one side: then value and upper end are infinite. `chance` is inside (0, 1).
    """
    share, odds = exact_share(times, of), chance / (1 - chance)

    def times_odds(p: float) -> float:
        return p / (1 - p) / odds if p < 1 else inf

    return Estimate(
        value=times_odds(share.value), low=times_odds(share.low), high=times_odds(share.high)
    )


def holm(found: Mapping[Key, float], *, tests: int, level: float) -> frozenset[Key]:
    """This will keep what is surprising even though `tests` questions were asked at once.

    The chance that any kept one is false is at most `level`, however the questions hang together.
    Source: S. Holm (1979). `found` may leave out what is not surprising at all; `tests` may not.
    Ties are kept or dropped together, so that no order of the input matters.
    """
    kept: set[Key] = set()
    for value in sorted(set(found.values())):
        if value > level / (tests - len(kept)):
            break
        kept |= {key for key, p in found.items() if p == value}
    return frozenset(kept)
