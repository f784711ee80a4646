"""When a customer has said no often enough: products that are not brought up again for a while.

Source: decision 14. Days are local days; nothing here knows a clock or a customer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

DECLINED = "declined"
NO_NEED = "no_need"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a customer once answered to a product."""

    on: date
    product: str
    response: str
    reason: str = ""


def quiet_until(said: Iterable[Said], *, on: date, days: int) -> Mapping[str, date]:
    """This will find the products that stay unmentioned on a day, with the day each may come back.

    One refusal for want of need is enough; else two refusals at most `days` apart, on one day or
    on two. Quiet lasts `days` days from the refusal that brought it about; a later one that alone
    would not do so prolongs nothing. What was said after `on` is not known yet.

    Shape: product -> first day on which it may be suggested again, always after `on`.
    Units: `days` whole local days, 0 or more; 0 silences nothing.
    """
    refused: dict[str, list[Said]] = {}
    for one in said:
        if one.response == DECLINED and one.on <= on:
            refused.setdefault(one.product, []).append(one)
    ends = {product: _end(refusals, days) for product, refusals in refused.items()}
    return {product: end for product, end in sorted(ends.items()) if end > on}


def _end(refusals: list[Said], days: int) -> date:
    """The latest end of silence these refusals bring about; the day of none is long ago."""
    length = timedelta(days=days)
    ordered = sorted(refusals, key=lambda one: one.on)
    plain = [one.on for one in ordered if one.reason == NO_NEED]
    second = [b.on for a, b in pairwise(ordered) if b.on - a.on <= length]
    return max((day + length for day in (*plain, *second)), default=date.min)
