"""Facts about a product that rooms above know: they offer to tell, the desk asks and prints.

The desk imports nothing from above; a room adds its teller while loading, as rooms add pages and
ties to the back office.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A finished sentence about a product and another one beside it."""

    other: str
    words: str


# product code, the products shown beside it (code -> name), moment -> facts
Teller = Callable[[str, dict[str, str], datetime], Iterable[Fact]]
_tellers: list[Teller] = []


def add_teller(teller: Teller) -> None:
    """This will let an upper room tell facts; adding it twice is adding it once."""
    if teller not in _tellers:
        _tellers.append(teller)


def told(product: str, beside: dict[str, str], *, at: datetime) -> tuple[Fact, ...]:
    """What is known of a product together with those shown beside it.

    `beside`: code -> name, the product itself included. Empty when nobody knows anything.
    """
    return tuple(fact for teller in _tellers for fact in teller(product, beside, at))
