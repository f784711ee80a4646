"""A seeded shop of any size: products, rules, offers and the customers who come in."""

import random
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crossbank.engine.filters import Beside, ProductFilter
from crossbank.engine.rules import PairingRule
from crossbank.engine.terms import (
    BasketRule,
    BenefitType,
    ChargeKind,
    CustomerKind,
    NeedTerms,
    OfferKind,
    OfferTerms,
    ProductTerms,
    Rating,
    RuleKind,
    WindowKind,
)

DAY = date(2026, 3, 12)
ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 12, 12, 0, tzinfo=ZONE)


@dataclass(frozen=True, kw_only=True)
class World:
    products: list[ProductTerms]
    needs: list[NeedTerms]
    rules: list[PairingRule]
    basket_rules: list[BasketRule]
    offers: list[OfferTerms]


def build(*, products: int = 200, rules: int = 400, offers: int = 500, seed: int = 1) -> World:
    """Rows of 5 to 30 crosses, as in performance.md A6."""
    rng = random.Random(seed)
    shelf = [_product(n, rng) for n in range(products)]
    codes = [product.code for product in shelf]
    return World(
        products=shelf,
        needs=[
            NeedTerms(code=f"N{n}", name=f"need {n}", crosses=tuple(rng.sample(codes, 8)))
            for n in range(10)
        ],
        rules=[_rule(n, codes, rng) for n in range(rules)],
        basket_rules=[
            BasketRule(
                code=f"B{n}",
                kind=rng.choice([RuleKind.EXCLUDES, RuleKind.WARN]),
                subjects=tuple(rng.sample(codes, 2)),
                objects=tuple(rng.sample(codes, 2)),
            )
            for n in range(10)
        ],
        offers=[_offer(n, codes, rng) for n in range(offers)],
    )


def _product(n: int, rng: random.Random) -> ProductTerms:
    price = rng.choice([0, 0, 100, 600, 2400, 9000])
    return ProductTerms(
        code=f"P{n:03}",
        name=f"product {n}",
        family=f"F{n % 12}",
        tier=("basic", "mid", "premium")[n % 3],
        is_main=True,
        is_cross=True,
        charge_kind=ChargeKind.RECURRING if price else ChargeKind.FREE,
        price_minor=price,
        attributes=(f"brand={n % 25}",),
    )


def _rule(n: int, codes: list[str], rng: random.Random) -> PairingRule:
    """A third by code, a third by family, a third seen from the main product."""
    rating = rng.choices(list(Rating), weights=(2, 5, 3, 1))[0]
    source, target, beside = (
        (ProductFilter(codes=tuple(rng.sample(codes, 6))), ProductFilter(codes=tuple(rng.sample(codes, 6))), Beside()),
        (ProductFilter(families=(f"F{n % 12}",), tiers=("basic",)), ProductFilter(families=(f"F{(n * 5) % 12}",), tiers=("mid",), price_up_to_minor=600), Beside()),
        (ProductFilter(codes=tuple(rng.sample(codes, 10))), ProductFilter(), Beside(same_attributes=("brand",), family="other")),
    )[n % 3]  # fmt: skip
    return PairingRule(
        code=f"R{n:03}",
        source=source,
        target=target,
        beside=beside,
        rating=rating,
        reason="because of {main}",
        instead="later",
        say="{cross} costs {price}",
        priority=n,
    )


def _offer(n: int, codes: list[str], rng: random.Random) -> OfferTerms:
    fixed = rng.random() < 0.5
    start = rng.choice([date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)])
    return OfferTerms(
        code=f"O{n:03}",
        name=f"offer {n}",
        kind=OfferKind.TIME_LIMITED if fixed else OfferKind.ONE_TIME,
        cross=rng.choice(codes),
        mains=tuple(sorted(rng.sample(codes, 8))),
        customer_status=rng.choice(["both", "both", "new", "existing"]),
        benefit_type=rng.choice([BenefitType.PRICE, BenefitType.TEXT]),
        window=WindowKind.FIXED if fixed else WindowKind.CONSULTATION,
        from_on=start if fixed else None,
        until_on=start.replace(month=start.month + 3) if fixed else None,
        priority=n,
    )


@dataclass(frozen=True, kw_only=True)
class Customer:
    main: str
    need: str
    kind: CustomerKind
    taken: tuple[str, ...]
    held: tuple[str, ...]


def customers(world: World, *, count: int = 2000, seed: int = 2) -> list[Customer]:
    rng = random.Random(seed)
    codes = [product.code for product in world.products]
    return [
        Customer(
            main=rng.choice(codes),
            need=rng.choice(["", "", f"N{rng.randrange(10)}"]),
            kind=rng.choice(list(CustomerKind)),
            taken=tuple(rng.sample(codes, rng.choice([0, 0, 1, 2]))),
            held=tuple(rng.sample(codes, rng.choice([0, 1, 3]))),
        )
        for _ in range(count)
    ]
