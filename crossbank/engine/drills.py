"""What to practise: one pair a day, so that a year goes through the whole matrix."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from crossbank.engine.terms import PairTerms, Rating, Snapshot

_RATINGS = (Rating.STRONG, Rating.GOOD)


def practice_pair(
    snapshot: Snapshot,
    *,
    employee: int,
    day: date,
    preferred: Iterable[tuple[str, str]] = (),
    off_sale: frozenset[str] = frozenset(),
) -> PairTerms | None:
    """This will name the pair an employee practises on a day: the same all day, another tomorrow.

    Shape: `preferred` holds (main, cross), whatever he was asked or asked himself to practise;
    while one of them can be offered, only they take turns. Else the strong and good pairs of the
    edition do, mixed so that neighbours rarely share a main product. None: nothing to offer.
    """
    offerable = {
        (pair.main, pair.cross): pair
        for pair in snapshot.pairs
        if pair.rating in _RATINGS and not {pair.main, pair.cross} & off_sale
    }
    pairs = [offerable[key] for key in dict.fromkeys(preferred) if key in offerable]
    if not pairs:
        pairs = sorted(offerable.values(), key=_mixed)
    if not pairs:
        return None
    # everybody starts elsewhere, so that colleagues have something to tell each other
    return pairs[(day.toordinal() + employee * 7) % len(pairs)]


def _mixed(pair: PairTerms) -> bytes:
    return sha256(f"{pair.main}\n{pair.cross}".encode()).digest()
