"""Rules with a filter on both sides: the shop examples, the order of deciding, and its laws."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.filters import Beside, ProductFilter
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.rules import (
    Conflict,
    Loser,
    PairingRule,
    Relation,
    Why,
    conflict_problems,
    fill,
)
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import (
    ChargeKind,
    NeedTerms,
    PairTerms,
    ProductTerms,
    Rating,
    StepUp,
)

DAY = date(2026, 3, 2)


def item(code: str, family: str, **fields) -> ProductTerms:
    return ProductTerms(
        code=code, name=code.lower(), family=family, is_main=True, is_cross=True, **fields
    )


SHOP = [
    item("JEANS-LEVIS", "trousers", attributes=("brand=Levi's",), price_minor=9000),
    item("JOGGER-NIKE", "trousers", attributes=("brand=Nike", "colour=black"), price_minor=6000),
    item("TIGHTS-NIKE", "trousers", attributes=("brand=Nike", "colour=red"), price_minor=5000),
    item("RUNNER-NIKE", "sports shoes", attributes=("brand=Nike",), price_minor=12000),
    item("RUNNER-ASICS", "sports shoes", attributes=("brand=Asics",), price_minor=13000),
    item("BOOTS", "shoes", price_minor=15000),
    item("MACBOOK", "computers", attributes=("brand=Apple",), price_minor=150000),
    item("THINKPAD", "computers", attributes=("brand=Lenovo",), price_minor=140000),
    item("AIRPODS", "headphones", attributes=("brand=Apple",), price_minor=20000),
    item("HEADSET", "headphones", attributes=("brand=Jabra",), price_minor=15000),
    item("DOCK-LENOVO", "accessories", attributes=("brand=Lenovo",), price_minor=18000),
    item("NO-BRAND-BAG", "accessories", price_minor=4000),
    item("PHONE-1900", "electronics", price_minor=190000),
    item("PHONE-2000", "electronics", price_minor=200000),
    item("PHONE-2500", "electronics", price_minor=250000),
    item("PHONE-3000", "electronics", price_minor=300000),
    item("PHONE-3500", "electronics", price_minor=350000),
    item("PHONE-ASK", "electronics"),
    item("MOWER-4000", "garden", price_minor=400000),
]


def rule(**fields) -> PairingRule:
    return PairingRule(**{"code": "R", "reason": "fits", **fields})


def cells(*rules: PairingRule, products=SHOP, **more) -> set[tuple[str, str]]:
    filled = fill(products=products, needs=(), rules=rules, day=DAY, **more)
    return {(p.main, p.cross) for p in filled.pairs} | {(s.main, s.better) for s in filled.steps_up}


# ---- the three shop examples (market.md, rows 30-32) ---------------------------------------------
def test_trousers_of_nike_lead_to_sports_shoes() -> None:
    made = cells(
        rule(
            source=ProductFilter(families=("trousers",), attributes=("brand=Nike",)),
            target=ProductFilter(families=("sports shoes",)),
        )
    )

    assert made == {
        ("JOGGER-NIKE", "RUNNER-NIKE"),
        ("JOGGER-NIKE", "RUNNER-ASICS"),
        ("TIGHTS-NIKE", "RUNNER-NIKE"),
        ("TIGHTS-NIKE", "RUNNER-ASICS"),
    }


def test_computers_lead_to_products_of_the_same_brand() -> None:
    made = cells(
        rule(
            source=ProductFilter(families=("computers",)),
            beside=Beside(same_attributes=("brand",)),
        )
    )

    assert made == {("MACBOOK", "AIRPODS"), ("THINKPAD", "DOCK-LENOVO")}


def test_dear_electronics_step_up_to_dearer_ones() -> None:
    made = cells(
        rule(
            source=ProductFilter(families=("electronics",), price_over_minor=200000),
            target=ProductFilter(families=("electronics",), price_over_minor=300000),
            relation=Relation.UP_SELL,
            rating=None,
        )
    )

    # neither the phone at exactly 2,000 or 3,000, nor one without a price, nor the mower
    assert made == {("PHONE-2500", "PHONE-3500"), ("PHONE-3000", "PHONE-3500")}


# ---- every field of a filter ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (ProductFilter(codes=("B", "NO-SUCH")), "B"),
        (ProductFilter(families=("y",)), "BC"),
        (ProductFilter(tiers=("mid", "premium")), "BC"),
        (ProductFilter(providers=("partner",)), "D"),
        (ProductFilter(partners=("P1",)), "D"),
        (ProductFilter(charge_kinds=("free", "rate")), "AD"),
        (ProductFilter(flags=("is_credit",)), "C"),
        (ProductFilter(flags=("!is_credit", "!is_insurance")), "AB"),
        (ProductFilter(needs=("N",)), "BD"),
        (ProductFilter(attributes=("k=1",)), "AB"),
        (ProductFilter(attributes=("k=1", "k=2")), "ABC"),
        (ProductFilter(attributes=("k=1", "l=9")), "B"),
        (ProductFilter(price_up_to_minor=100), "AB"),
        (ProductFilter(price_over_minor=100), "C"),
        (ProductFilter(families=("y",), tiers=("mid",)), "B"),
        (ProductFilter(families=("z",), tiers=("mid",)), ""),
    ],
)
def test_filter_lets_through_exactly(wanted, codes) -> None:
    products = [
        item("A", "x", price_minor=0, attributes=("k=1",)),
        item("B", "y", tier="mid", price_minor=100, charge_kind=ChargeKind.ONE_OFF, attributes=("k=1", "l=9")),
        item("C", "y", tier="premium", price_minor=101, charge_kind=ChargeKind.RECURRING, is_credit=True, attributes=("k=2",)),
        item("D", "z", provider="partner", partner="P1", charge_kind=ChargeKind.RATE, is_insurance=True),
        ProductTerms(code="M", name="m", family="main", is_main=True),
    ]  # fmt: skip
    needs = [NeedTerms(code="N", name="n", crosses=("B", "D"), mains=("A",))]
    seen = rule(source=ProductFilter(codes=("M",)), target=wanted)

    filled = fill(products=products, needs=needs, rules=[seen], day=DAY)

    assert "".join(pair.cross for pair in filled.pairs) == codes


@pytest.mark.parametrize(
    ("beside", "made"),
    [
        (Beside(family="same"), "AB BA"),
        (Beside(family="other"), "AC BC CA CB"),
        (Beside(tier_steps=1), "AB AC"),
        (Beside(tier_steps=-1), "BA CA"),
        (Beside(tier_steps=0), "BC CB"),
        (Beside(price_more_minor=50), "AB AC"),
        (Beside(price_more_minor=51), "AC"),
        (Beside(family="same", tier_steps=1, price_more_minor=1), "AB"),
        (Beside(same_attributes=("k",)), "AC CA"),
        (Beside(same_attributes=("k", "l")), ""),
    ],
)
def test_what_stands_beside_is_seen_from_the_main(beside, made) -> None:
    products = [
        item("A", "x", tier="basic", price_minor=100, attributes=("k=1", "l=1")),
        item("B", "x", tier="mid", price_minor=150, attributes=("k=2",)),
        item("C", "y", tier="mid", price_minor=190, attributes=("k=1",)),
    ]

    found = cells(rule(beside=beside), products=products)

    assert " ".join(sorted(main + cross for main, cross in found)) == made


def test_need_on_the_source_side_means_its_mains() -> None:
    needs = [NeedTerms(code="N", name="n", mains=("MACBOOK",), crosses=("BOOTS",))]
    by_need = rule(
        source=ProductFilter(needs=("N",)), target=ProductFilter(codes=("BOOTS", "AIRPODS"))
    )

    filled = fill(products=SHOP, needs=needs, rules=[by_need], day=DAY)

    assert [(p.main, p.cross) for p in filled.pairs] == [
        ("MACBOOK", "AIRPODS"),
        ("MACBOOK", "BOOTS"),
    ]


def test_words_name_the_two_products() -> None:
    products = [item("A", "x"), item("B", "y", price_text="2.00 a month")]
    spoken = rule(
        source=ProductFilter(codes=("A",)),
        target=ProductFilter(codes=("B",)),
        reason="{main} with {cross}",
        say="{cross} is {price}. {nothing}",
        words=("ru say={cross}: {price}",),
    )
    better = replace(spoken, relation=Relation.UP_SELL, rating=None)

    (pair,) = fill(products=products, needs=(), rules=[spoken], day=DAY).pairs

    (step,) = fill(products=products, needs=(), rules=[better], day=DAY).steps_up
    assert (pair.reason, pair.say) == ("a with b", "b is 2.00 a month. {nothing}")
    assert pair.words == step.words == ("ru say=b: 2.00 a month",)


def test_rules_that_differ_in_one_language_contradict_each_other() -> None:
    rules = [one("R", words=("ru say=Да",)), one("S", words=("ru say=Нет",))]

    assert fill(products=TWO, needs=(), rules=rules, day=DAY).conflicts == (
        Conflict(main="A", cross="B", rules=("R", "S")),
    )


# ---- who decides a cell --------------------------------------------------------------------------
TWO = [item("A", "x"), item("B", "y")]


def one(code: str, **fields) -> PairingRule:
    both = {"source": ProductFilter(codes=("A",)), "target": ProductFilter(codes=("B",))}
    return rule(**{"code": code, **both, **fields})


def by_hand(rating: Rating) -> PairTerms:
    return PairTerms(main="A", cross="B", rating=rating, reason="by hand")


FORBID = {"rating": Rating.NOT_ALLOWED, "instead": "later"}
DECIDED = [
    # rules, manual cell -> rule that made it ("" by hand), rating, losers, conflicting rules
    ("priority", [one("R1", priority=1), one("R2", priority=2, rating=Rating.STRONG)], None,
     "R2", Rating.STRONG, [("R1", Why.PRIORITY)], ()),
    ("hand before any rule", [one("R1", priority=99, rating=Rating.STRONG)], Rating.POSSIBLE,
     "", Rating.POSSIBLE, [("R1", Why.MANUAL)], ()),
    ("forbidding before hand", [one("R1", **FORBID), one("R2", priority=5)], Rating.STRONG,
     "R1", Rating.NOT_ALLOWED, [("", Why.NOT_ALLOWED), ("R2", Why.NOT_ALLOWED)], ()),
    ("forbidden by hand before rules", [one("R1", priority=9), one("R2", **FORBID)], Rating.NOT_ALLOWED,
     "", Rating.NOT_ALLOWED, [("R1", Why.NOT_ALLOWED), ("R2", Why.NOT_ALLOWED)], ()),
    ("forbidding before priority", [one("R1", priority=9), one("R2", **FORBID)], None,
     "R2", Rating.NOT_ALLOWED, [("R1", Why.NOT_ALLOWED)], ()),
    ("same result is no conflict", [one("R1"), one("R2")], None,
     "R1", Rating.GOOD, [("R2", Why.SAME)], ()),
    ("conflict: the careful one stands", [one("R1", rating=Rating.STRONG), one("R2", rating=Rating.POSSIBLE)], None,
     "R2", Rating.POSSIBLE, [("R1", Why.PRIORITY)], ("R1", "R2")),
    ("other words are another result", [one("R1"), one("R2", say="Hello")], None,
     "R1", Rating.GOOD, [("R2", Why.PRIORITY)], ("R1", "R2")),
    ("conflict below the winner does not matter",
     [one("R1", rating=Rating.STRONG), one("R2"), one("R3", priority=1)], None,
     "R3", Rating.GOOD, [("R2", Why.SAME), ("R1", Why.PRIORITY)], ()),
    ("a manual cell settles a conflict", [one("R1", rating=Rating.STRONG), one("R2")], Rating.GOOD,
     "", Rating.GOOD, [("R2", Why.MANUAL), ("R1", Why.MANUAL)], ()),
    ("paused", [one("R1", is_active=False)], Rating.GOOD, "", Rating.GOOD, [], ()),
    ("not yet", [one("R1", valid_from=DAY + timedelta(days=1), **FORBID)], Rating.GOOD, "", Rating.GOOD, [], ()),
    ("over", [one("R1", valid_until=DAY, **FORBID)], Rating.GOOD, "", Rating.GOOD, [], ()),
    ("its last day", [one("R1", valid_until=DAY + timedelta(days=1), **FORBID)], None,
     "R1", Rating.NOT_ALLOWED, [], ()),
]  # fmt: skip


@pytest.mark.parametrize("case", DECIDED, ids=[case[0] for case in DECIDED])
def test_one_cell_is_decided_in_the_written_order(case) -> None:
    _, rules, manual, made_by, rating, losers, rivals = case
    pairs = [by_hand(manual)] if manual else []

    filled = fill(products=TWO, needs=(), rules=rules, pairs=pairs, day=DAY)

    (pair,) = filled.pairs
    assert (pair.rule, pair.rating) == (made_by, rating)
    expected = tuple(Loser(rule=code, why=why) for code, why in losers)
    assert filled.losers.get(("A", "B"), ()) == expected
    conflicts = (Conflict(main="A", cross="B", rules=rivals),) if rivals else ()
    assert filled.conflicts == conflicts
    assert conflict_problems(filled) == tuple(
        Problem(kind=ProblemKind.RULE_CONFLICT, subject="A", args=("B", *rivals)) for _ in conflicts
    )


def test_up_sell_and_cross_sell_compete_for_a_cell() -> None:
    better = one("UP", relation=Relation.UP_SELL, rating=None, priority=1)

    filled = fill(products=TWO, needs=(), rules=[better, one("R1")], day=DAY)

    assert filled.pairs == ()
    assert filled.steps_up == (StepUp(main="A", better="B", reason="fits", rank=100, rule="UP"),)


def test_matched_counts_cells_even_where_a_rule_loses_them() -> None:
    rules = [
        one("R1"),
        one("R2", source=ProductFilter(codes=("NO-SUCH",))),
        one("R3", is_active=False),
    ]

    filled = fill(products=TWO, needs=(), rules=rules, pairs=[by_hand(Rating.GOOD)], day=DAY)

    assert filled.matched == {"R1": 1, "R2": 0}


# ---- down the line of inheritance ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("parent", "heir", "rating", "made_by"),
    [
        (by_hand(Rating.STRONG), one("H"), Rating.STRONG, ""),  # a person wrote it for the parent
        (by_hand(Rating.NOT_ALLOWED), one("H"), Rating.NOT_ALLOWED, ""),
        (by_hand(Rating.STRONG), one("H", **FORBID), Rating.NOT_ALLOWED, "H"),
        (
            None,
            one("H", rating=Rating.STRONG),
            Rating.STRONG,
            "H",
        ),  # its own rule, not the parent's
    ],
)
def test_heir_keeps_what_was_written_or_forbidden_for_its_parent(
    parent, heir, rating, made_by
) -> None:
    products = [*TWO, item("C", "x", row_inherits_from="A")]
    for_heir = PairingRule(
        **{
            **{name: getattr(heir, name) for name in heir.__dataclass_fields__},
            "source": ProductFilter(codes=("C",)),
        }
    )
    rules = [for_heir, *([] if parent else [one("P", priority=9)])]
    filled = fill(
        products=products, needs=(), rules=rules, pairs=[parent] if parent else [], day=DAY
    )

    edition = compile_snapshot(
        products=products, pairs=filled.pairs, needs=(), rules=(), steps_up=()
    )

    pair = edition.pair("C", "B")
    assert (pair.rating, pair.rule) == (rating, made_by)


# ---- laws ----------------------------------------------------------------------------------------
codes = st.sampled_from("ABCDE")
some = st.lists(codes, max_size=3, unique=True).map(tuple)
filters = st.builds(
    ProductFilter,
    codes=some,
    families=st.lists(st.sampled_from("xy"), max_size=1).map(tuple),
    price_over_minor=st.none() | st.integers(0, 3),
)
besides = st.builds(
    Beside,
    family=st.sampled_from(["", "same", "other"]),
    tier_steps=st.none() | st.integers(-1, 1),
    price_more_minor=st.none() | st.integers(0, 2),
    same_attributes=st.sampled_from([(), ("k",)]),
)
worlds = st.lists(
    st.builds(
        ProductTerms,
        code=codes,
        name=st.just("n"),
        family=st.sampled_from("xy"),
        tier=st.sampled_from(["basic", "mid", "premium"]),
        price_minor=st.none() | st.integers(0, 4),
        is_main=st.booleans(),
        is_cross=st.booleans(),
        attributes=st.sampled_from([(), ("k=1",), ("k=2",)]),
    ),
    max_size=5,
    unique_by=lambda p: p.code,
)
rule_fields = st.fixed_dictionaries(
    {
        "source": filters,
        "target": filters,
        "beside": besides,
        "rating": st.sampled_from(Rating),
        "priority": st.integers(0, 1),
    }
)
rule_lists = st.lists(rule_fields, max_size=5).map(
    lambda found: [rule(code=f"R{n}", **fields) for n, fields in zip(count(), found, strict=False)]
)
manual_cells = st.lists(
    st.tuples(codes, codes, st.sampled_from(Rating)).filter(lambda cell: cell[0] != cell[1]),
    max_size=6,
    unique_by=lambda cell: cell[:2],
).map(lambda found: [PairTerms(main=m, cross=c, rating=r) for m, c, r in found])


def slowly(products, rules) -> dict[tuple[str, str], list[PairingRule]]:
    """Which rules speak about which cell, asked product by product: the reference."""
    tiers = ["basic", "mid", "premium"]
    said: dict[tuple[str, str], list[PairingRule]] = {}
    for one_rule in rules:
        for main in products:
            for cross in products:
                source, target, beside = one_rule.source, one_rule.target, one_rule.beside
                passes = [
                    main.is_main, cross.is_cross, main.code != cross.code,
                    *(not f.codes or p.code in f.codes for f, p in ((source, main), (target, cross))),
                    *(not f.families or p.family in f.families for f, p in ((source, main), (target, cross))),
                    *(f.price_over_minor is None or (p.price_minor is not None and p.price_minor > f.price_over_minor)
                      for f, p in ((source, main), (target, cross))),
                    beside.family != "same" or main.family == cross.family,
                    beside.family != "other" or main.family != cross.family,
                    beside.tier_steps is None
                    or tiers.index(cross.tier) == tiers.index(main.tier) + beside.tier_steps,
                    beside.price_more_minor is None
                    or (main.price_minor is not None and cross.price_minor is not None
                        and cross.price_minor >= main.price_minor + beside.price_more_minor),
                    not beside.same_attributes
                    or (bool(main.attributes) and main.attributes == cross.attributes),
                ]  # fmt: skip
                if all(passes):
                    said.setdefault((main.code, cross.code), []).append(one_rule)
    return said


@given(worlds, rule_lists, manual_cells)
def test_rules_keep_their_order_in_every_world(products, rules, manual) -> None:
    filled = fill(products=products, needs=(), rules=rules, pairs=manual, day=DAY)

    said = slowly(products, rules)
    written = {(pair.main, pair.cross): pair for pair in manual}
    made = {(pair.main, pair.cross): pair for pair in filled.pairs}
    assert made.keys() == said.keys() | written.keys()
    for name, pair in made.items():
        speaking, manual_cell = said.get(name, []), written.get(name)
        forbidden = any(r.rating is Rating.NOT_ALLOWED for r in speaking)
        if forbidden or (manual_cell and manual_cell.rating is Rating.NOT_ALLOWED):
            assert pair.rating is Rating.NOT_ALLOWED
        elif manual_cell:
            assert pair == manual_cell
        else:
            top = max(r.priority for r in speaking)
            best = {r.rating for r in speaking if r.priority == top}
            assert pair.rating in best
            clash = any(c.main == name[0] and c.cross == name[1] for c in filled.conflicts)
            assert clash == (len(best) > 1)
    assert filled.matched == {
        r.code: sum(r in speaking for speaking in said.values()) for r in rules
    }


@given(worlds, rule_lists, manual_cells, st.randoms(use_true_random=False))
def test_order_of_input_never_shows(products, rules, manual, chance: random.Random) -> None:
    shuffled = [list(products), list(rules), list(manual)]
    for part in shuffled:
        chance.shuffle(part)

    first = fill(products=products, needs=(), rules=rules, pairs=manual, day=DAY)
    again = fill(products=shuffled[0], needs=(), rules=shuffled[1], pairs=shuffled[2], day=DAY)

    assert again == first
