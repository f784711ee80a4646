"""What all invented conversations share: the edition, the rows behind it, what advice says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from crossbank.catalog.models import Need, Product
from crossbank.demo.life import MAINS
from crossbank.engine import advice
from crossbank.engine.terms import Advice, CustomerKind, OfferChoice, OfferTerms, Picture
from crossbank.matrix.editions import Loaded
from crossbank.offers import services as offers
from crossbank.org.models import Branch, User

_KEEP = 100_000  # pieces of advice in memory; a long simulation starts over, memory stays flat

Choices = tuple[tuple[str, ...], dict[str, OfferChoice]]


@dataclass(frozen=True, kw_only=True)
class Clerk:
    """A colleague at a desk. `pace`: customers a day when it is not the habit's own."""

    user: User
    branch: Branch
    zone: ZoneInfo
    habit: str
    pace: float | None = None


@dataclass(frozen=True, kw_only=True)
class World:
    """Read once, asked at every card; the dicts remember answers, never state."""

    seed: int
    edition: Loaded
    products: Mapping[str, Product]
    needs: Mapping[str, int]
    offers: Mapping[str, tuple[int, OfferTerms]]
    _choices: dict[tuple[str, str, date, str], Choices] = field(default_factory=dict)
    _advice: dict[tuple[object, ...], Advice] = field(default_factory=dict)
    _mains: dict[tuple[str, bool, date], tuple[list[str], list[float]]] = field(
        default_factory=dict
    )
    _retired: dict[date, tuple[str, ...]] = field(default_factory=dict)

    def retired(self, day: date) -> tuple[str, ...]:
        if day not in self._retired:
            gone = (code for code, row in self.products.items() if not row.is_on_sale(day))
            self._retired[day] = tuple(sorted(gone))
        return self._retired[day]

    def mains(self, clerk: Clerk, day: date) -> tuple[list[str], list[float]]:
        """What customers of this branch come for, with cumulated weights; each branch differs."""
        key = (clerk.branch.code, clerk.user.is_adviser, day)
        if key not in self._mains:
            taste = Random(f"{self.seed}:{clerk.branch.code}")  # noqa: S311 - invented life
            gone = self.retired(day)
            weights = {
                product.code: MAINS.get(product.code, 1) * taste.uniform(0.7, 1.3)
                for product in self.edition.snapshot.products
                if product.is_main and product.code not in gone
            }
            # who has no licence hands such a customer on
            barred = set() if clerk.user.is_adviser else self._licensed()
            kept = {code: weight for code, weight in weights.items() if code not in barred}
            self._mains[key] = list(kept), list(accumulate(kept.values()))
        return self._mains[key]

    def _licensed(self) -> set[str]:
        return {product.code for product in self.edition.snapshot.products if product.needs_licence}

    def choices(self, *, main: str, customer_kind: str, at: datetime, clerk: Clerk) -> Choices:
        """Which offers apply that day; with the live codes, by which advice can be remembered."""
        key = (main, customer_kind, at.astimezone(clerk.zone).date(), clerk.branch.time_zone)
        if key not in self._choices:
            found = offers.choices(
                (terms for _, terms in self.offers.values()),
                main=main,
                customer_kind=CustomerKind(customer_kind),
                at=at,
                zone=clerk.zone,
            )
            live = tuple(choice.live.terms.code for choice in found.values() if choice.live)
            self._choices[key] = live, found
        return self._choices[key]

    def advise(self, picture: Picture, *, live: tuple[str, ...]) -> Advice:
        key = (
            picture.main,
            picture.need,
            picture.taken,
            picture.held,
            picture.kept,
            picture.presented,
            picture.retired,
            live,
        )
        if key not in self._advice:
            if len(self._advice) >= _KEEP:
                self._advice.clear()
            self._advice[key] = advice.advise(self.edition.snapshot, picture)
        return self._advice[key]


def build(*, seed: int, edition: Loaded) -> World:
    """This will read all that conversations need, in a handful of queries."""
    return World(
        seed=seed,
        edition=edition,
        products={product.code: product for product in Product.objects.order_by("pk")},
        needs=dict(Need.objects.filter(is_active=True).values_list("code", "pk")),
        offers={terms.code: (pk, terms) for pk, terms in offers.holding_terms().items()},
    )
