"""Facts about a product that rooms above know: they offer to tell, the desk asks and prints.

The desk imports nothing from above; a room adds its teller while loading, as rooms add pages and
ties to the back office.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

# product code, codes of the products shown beside it (code -> name), moment -> sentences
Teller = Callable[[str, dict[str, str], datetime], Iterable[str]]
_tellers: list[Teller] = []


def add_teller(teller: Teller) -> None:
    """This will let an upper room tell facts; adding it twice is adding it once."""
    if teller not in _tellers:
        _tellers.append(teller)


def told(product: str, beside: dict[str, str], *, at: datetime) -> tuple[str, ...]:
    """What is known of a product together with those shown beside it, as finished sentences.

    `beside`: code -> name, the product itself included. Empty when nobody knows anything.
    """
    return tuple(fact for teller in _tellers for fact in teller(product, beside, at))
