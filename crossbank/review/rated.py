"""What the matrix in force says of each pair: the ratings beside which a sheet sets what came of them."""

from datetime import datetime

from crossbank.matrix import editions
from crossbank.review.results import Ratings
from crossbank.review.terms import Filter, Named


def read(asked: Filter, *, at: datetime) -> Ratings | None:
    """This will read the ratings in force, of one main product where the filter names it; None where
    no edition was ever published."""
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        return None
    names = {code: terms.name for code, terms in edition.snapshot.product.items()}
    only = asked.main.code if asked.main else None
    return Ratings(
        edition=edition.number,
        pairs={
            (_named(pair.main, names), _named(pair.cross, names)): pair.rating.value
            for pair in edition.snapshot.pairs
            if pair.rating and only in (None, pair.main)
        },
    )


def _named(code: str, names: dict[str, str]) -> Named:
    return Named(code=code, name=names[code])
