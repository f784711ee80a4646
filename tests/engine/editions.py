"""Strategies: arbitrary small editions, pictures and offers. Ties and nonsense included."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations, product
from operator import attrgetter
from typing import get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from crossbank.engine.conditions import Attribute, Condition, Facts, Layer, Operator
from crossbank.engine.snapshot import PARTS, compile_snapshot
from crossbank.engine.terms import (
    BasketRule,
    BenefitTerms,
    BenefitType,
    BundleTerms,
    ChargeKind,
    CustomerKind,
    LiveOffer,
    NeedTerms,
    OfferChoice,
    OfferKind,
    OfferTerms,
    PairTerms,
    Picture,
    ProductTerms,
    Rating,
    Right,
    RuleKind,
    SeasonTerms,
    Snapshot,
    StepUp,
    Trigger,
    WindowKind,
)

CODES = tuple("ABCDEFGH")
MAINS = CODES[:3]  # most rows belong to few mains, so that rows are long enough to choose from
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in ("Europe/Berlin", "Asia/Bangkok", "Africa/Cairo", "America/Santiago")
    ]
)
moments = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def some(codes=CODES, *, max_size: int):
    """Up to `max_size` codes. One draw each: hypothesis pays per draw."""
    sizes = range(max_size + 1)
    return st.sampled_from([chosen for size in sizes for chosen in combinations(codes, size)])


def _digits(number: int, *bases: int) -> Iterator[int]:
    for base in bases:
        number, digit = divmod(number, base)
        yield digit


def _when(layer: str, attribute: str, operator: str, *values: str, ask: str = "") -> Condition:
    return Condition(
        layer=Layer(layer),
        attribute=Attribute(attribute),
        operator=Operator(operator),
        values=values,
        message=f"{layer} {attribute}",
        ask=ask,
    )


CONDITIONS = (
    (),
    (),
    (),
    (_when("eligibility", "customer_kind", "is_one_of", "new"),),
    (_when("applicability", "holds", "is_none_of", "A", "E"),),
    (
        _when("suitability", "need", "is_one_of", "N"),
        _when("eligibility", "age_band", "is_one_of", "18-26", ask="Of age?"),
    ),
    (_when("eligibility", "region", "is_none_of", "R"),),
)


def _product(code: str, number: int) -> ProductTerms:
    family, price, licence, parent = _digits(number, 3, 2, 4, 10)
    return ProductTerms(
        code=code,
        name=f"{number}",
        family="xyz"[family],
        is_main=True,
        is_cross=True,
        charge_kind=(ChargeKind.FREE, ChargeKind.RATE)[price],
        needs_licence=licence == 1,
        defer_days=3 if licence == 2 else None,
        row_inherits_from=("A", "B", "C", "?", *("",) * 6)[parent],
        conditions=CONDITIONS[number % 7],
    )


# what some pairs say in other languages; an empty text says nothing
WORDS = (
    (),
    ("ru say=Скажите = так",),
    ("ru say=", "el benefit=Όφελος", "ru do_not_say=Нет"),
    ("el say=Πείτε",),
)


def _cell(main: str, cross: str, number: int) -> PairTerms | None:
    rated, rank, words = _digits(number, 8, 3, 4)
    rating = (None, None, *Rating, Rating.STRONG, Rating.GOOD)[rated]
    return rating and PairTerms(
        main=main, cross=cross, rating=rating, rank=rank, say="Say", words=WORDS[words]
    )


def _table(numbers: bytes) -> list[PairTerms]:
    named = zip(list(product(MAINS, CODES)) * 2, numbers, strict=False)
    cells = (_cell(main, cross, number) for (main, cross), number in named)
    return [cell for cell in cells if cell]


def _shelf(numbers: bytes) -> list[ProductTerms]:
    return [_product(code, number) for code, number in zip(CODES * 2, numbers, strict=False)]


cells = st.builds(_cell, st.just("A"), st.just("B"), st.integers(0, 255))
rules = st.builds(
    BasketRule,
    code=st.sampled_from("RST"),
    kind=st.sampled_from(RuleKind),
    subjects=some(max_size=3),
    objects=some(max_size=3),
)
needs = st.builds(
    NeedTerms,
    code=st.sampled_from("NO"),
    name=st.just(""),
    order=st.integers(0, 1),
    mains=some(MAINS, max_size=1),
    crosses=some(max_size=4),
)
steps_up = st.builds(
    StepUp,
    main=st.sampled_from(MAINS),
    better=st.sampled_from(CODES),
    rank=st.integers(0, 1),
    words=st.sampled_from(WORDS),
)


bundles = st.builds(
    BundleTerms,
    code=st.sampled_from("UVW"),
    name=st.just(""),
    parts=some(max_size=3),
    price_minor=st.integers(0, 2),
)
DAYS = [date(2026, 3, day) for day in range(1, 5)]
seasons = st.builds(
    SeasonTerms,
    cross=st.sampled_from(CODES),
    from_on=st.sampled_from(DAYS[:2]),
    until_on=st.sampled_from(DAYS[2:]),
)
benefits = st.builds(
    BenefitTerms,
    code=st.sampled_from("UVW"),
    name=st.just(""),
    text=st.just(""),
    partner=st.sampled_from("PQ"),
    partner_name=st.just(""),
    mains=some(max_size=2),
    valid_from=st.sampled_from([None, *DAYS[:2]]),
    valid_until=st.sampled_from([None, *DAYS[2:]]),
)


def _bytes(least: int, most: int):
    return st.binary(min_size=least, max_size=most)


def inputs(*, doubled: bool = False):
    """The parts of an edition before compiling; `doubled` lets entries share a name."""
    size = len(MAINS) * len(CODES)
    listed = {
        "needs": (needs, "code"),
        "rules": (rules, "code"),
        "steps_up": (steps_up, "better"),
        "bundles": (bundles, "code"),
        "seasons": (seasons, "cross"),
        "benefits": (benefits, "code"),
    }
    return st.fixed_dictionaries(
        {
            "products": _bytes(len(CODES), len(CODES) * (2 if doubled else 1)).map(_shelf),
            "pairs": _bytes(size, size * (2 if doubled else 1)).map(_table),
            **{
                name: st.lists(terms, max_size=3, unique_by=None if doubled else attrgetter(field))
                for name, (terms, field) in listed.items()
            },
        }
    )


editions = inputs().map(lambda parts: compile_snapshot(**parts))


def anything(cls: type):
    """A term with every field filled by its type alone."""
    return st.builds(
        cls, **{name: st.from_type(hint) for name, hint in get_type_hints(cls).items()}
    )


any_snapshots = st.builds(
    Snapshot,
    **{part: st.lists(anything(cls), max_size=3).map(tuple) for part, (cls, _) in PARTS.items()},
)


def offer_terms(**fields):
    drawn = {
        "code": st.sampled_from("123456"),
        "name": st.just(""),
        "kind": st.sampled_from(OfferKind),
        "cross": st.sampled_from(CODES),
        "mains": st.sampled_from([("A",), ("A", "B"), ("B", "C")]),
        "customer_status": st.sampled_from(["both", "both", "new", "existing"]),
        "benefit_type": st.sampled_from(BenefitType),
        "window": st.sampled_from(WindowKind),
        "trigger": st.sampled_from([Trigger.NONE, Trigger.MAIN_RECORDED, *Trigger]),
        "days_after": st.sampled_from([None, 0, 30]),
        "from_on": st.none() | st.dates(date(2025, 1, 1), date(2028, 12, 31)),
        "until_on": st.none() | st.dates(date(2025, 1, 1), date(2028, 12, 31)),
        "repeats_yearly": st.booleans(),
        "priority": st.integers(0, 2),
        "exclusion_group": st.sampled_from(["", "G", "H"]),
        "conditions": st.sampled_from(CONDITIONS),
        "is_paused": st.sampled_from([False, False, True]),
    }
    return st.builds(OfferTerms, **(drawn | fields))


# nothing known; conditions met; one refused in each layer
customer_facts = st.sampled_from(
    [
        Facts(),
        Facts(customer_kind="new", age_band="18-26", need="N", region="S"),
        Facts(customer_kind="existing", age_band="65+", need="O", holds=("A",), region="R"),
    ]
)


def rights(**fields):
    """Rights of one customer: to offers that everybody has, or to others, open or ended."""
    right = st.builds(
        Right,
        terms=offer_terms(**fields),
        until=moments,
        last_day=st.just(date(2026, 7, 31)),
        code=st.sampled_from("pqrstuv"),
    )
    return st.lists(right, unique_by=lambda r: r.code, max_size=4)


offer_codes = st.frozensets(st.sampled_from("123456"), max_size=3)


def _live(crosses: tuple[str, ...], priorities: bytes) -> dict[str, OfferChoice]:
    ranked = zip(crosses, priorities, strict=False)
    terms = {
        cross: OfferTerms(
            code=f"O-{cross}",
            name="",
            kind=OfferKind.ONE_TIME,
            cross=cross,
            mains=MAINS,
            priority=number % 3,
        )
        for cross, number in ranked
    }
    return {c: OfferChoice(live=LiveOffer(terms=t, only_now=True)) for c, t in terms.items()}


live_choices = st.builds(_live, some(max_size=3), _bytes(3, 3))
customer_kinds = st.sampled_from(CustomerKind)


_PLACES = list(product((0, 1, 2, 0, 1, 2, -1, 3), CODES))


def pictures(**fields):
    drawn = {
        "main": st.sampled_from([*MAINS, *MAINS, "H", "?"]),
        "need": st.sampled_from(["", "N", "O", "?"]),
        "presented": some(max_size=3),
        "taken": some(max_size=2),
        "held": some(("?", *CODES), max_size=2),
        "kept": st.lists(st.sampled_from(_PLACES), max_size=3).map(tuple),
        "retired": some(max_size=2),
        "day": st.sampled_from([*DAYS, DAYS[1], None]),
        "customer_kind": customer_kinds,
        "facts": st.sampled_from([Facts(), Facts(region="R"), Facts(region="S")]),
        "offers": live_choices,
    }
    return st.builds(Picture, **(drawn | fields))
