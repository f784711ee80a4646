"""What stands against publishing: one sound edition, and one fault at a time."""

from dataclasses import replace
from datetime import date

import pytest

from crossbank.engine.problems import Problem
from crossbank.engine.problems import ProblemKind as P
from crossbank.engine.snapshot import problems
from crossbank.engine.terms import (
    BasketRule,
    BundleTerms,
    ChargeKind,
    Rating,
    RuleKind,
    SeasonTerms,
    StepUp,
)
from tests.engine.bank import EDITION, INPUTS, need, pair, product

PAID = {"charge_kind": ChargeKind.RECURRING, "disclosure": "apart"}
MONTHLY = {"price_minor": 1, "price_period": "month"}
DAY = date(2026, 3, 1)


def bundle(parts: str, price: int = 1, code: str = "U", period: str = "month") -> BundleTerms:
    codes = tuple(parts.split())
    return BundleTerms(code=code, name="", parts=codes, price_minor=price, price_period=period)


def sound() -> dict:
    """A, B with full rows over M, N, O; nothing to complain about."""
    return {
        "products": [
            *(product(code) for code in "AB"),
            *(product(code, is_main=False, **PAID, **MONTHLY) for code in "MNO"),
        ],
        "pairs": [pair(main, cross) for main in "AB" for cross in "MNO"],
        "needs": [need("NEED", 1, "A", "M")],
        "rules": [
            BasketRule(code="R", kind=RuleKind.WARN, subjects=("M",), objects=("N",)),
            BasketRule(code="S", kind=RuleKind.AT_MOST_ONE, subjects=("M", "N")),
        ],
        "steps_up": [StepUp(main="A", better="B")],
        "bundles": [BundleTerms(code="MO", name="", parts=("M", "O"), price_minor=1)],
        "seasons": [],
    }


def found(**more) -> list[tuple]:
    """The problems of the sound edition with these entries added."""
    parts = sound()
    for name, entries in more.items():
        parts[name] = parts[name] + entries
    return [(p.kind, p.subject, *p.args) for p in problems(**parts)]


def test_problems_of_a_sound_edition_and_of_the_sample_bank_are_none():
    assert found() == []
    assert problems(**INPUTS) == ()


def test_problems_of_a_compiled_edition_are_none_for_its_derived_cells():
    parts = {name: getattr(EDITION, name) for name in INPUTS}

    assert problems(**parts) == ()


RULE = {"kind": RuleKind.EXCLUDES, "subjects": ("M",), "objects": ("N",)}
CASES = [
    (
        "a bundle of one, of nothing, and one that is there twice",
        {"bundles": [bundle("M"), bundle("", code="V"), bundle("M O", code="MO")]},
        [
            (P.BUNDLE_SAVES_NOTHING, "U"),
            (P.BUNDLE_SAVES_NOTHING, "V"),
            (P.BUNDLE_TOO_SMALL, "U"),
            (P.BUNDLE_TOO_SMALL, "V"),
            (P.DUPLICATE_CODE, "MO", "bundle"),
        ],
    ),
    (
        "a bundle with an unknown product and one that is no cross; a season of neither",
        {
            "bundles": [bundle("M GONE"), bundle("M LEAD", code="V")],
            "products": [product("LEAD", is_cross=False, **MONTHLY, **PAID)],
            "seasons": [
                SeasonTerms(cross="GONE", from_on=DAY, until_on=DAY),
                SeasonTerms(cross="LEAD", from_on=DAY, until_on=DAY),
            ],
            "pairs": [pair("LEAD", code) for code in "MNO"],
        },
        [
            (P.NOT_A_CROSS, "LEAD", "season", "LEAD"),
            (P.NOT_A_CROSS, "V", "bundle", "LEAD"),
            (P.UNKNOWN_CODE, "GONE", "season", "GONE"),
            (P.UNKNOWN_CODE, "U", "bundle", "GONE"),
        ],
    ),
    (
        "a bundle whose products a basket rule keeps apart",
        {"bundles": [bundle("M N")]},
        [(P.BUNDLE_CLASH, "U", "M", "N")],
    ),
    (
        "bundles that save nothing: as dear, dearer, by the year, without a fixed price",
        {
            "bundles": [
                bundle("M O", 2),
                bundle("M O", 3, code="V"),
                bundle("M O", 24, code="W", period="year"),
                bundle("M X", 1, code="Y"),
            ],
            "products": [product("X", is_main=False, **PAID)],
        },
        [(P.BUNDLE_SAVES_NOTHING, code) for code in "UVWY"],
    ),
    (
        "a pair with an unknown main and an unknown cross",
        {"pairs": [pair("GONE", "M"), pair("A", "LOST")]},
        [(P.UNKNOWN_CODE, "A", "pair", "LOST"), (P.UNKNOWN_CODE, "GONE", "pair", "GONE")],
    ),
    (
        "needs, steps up and rules with unknown codes",
        {
            "needs": [need("Q", 2, "GONE", "LOST")],
            "steps_up": [StepUp(main="B", better="GONE")],
            "rules": [BasketRule(code="T", **(RULE | {"objects": ("GONE",)}))],
        },
        [
            (P.UNKNOWN_CODE, "B", "step_up", "GONE"),
            (P.UNKNOWN_CODE, "Q", "need", "GONE"),
            (P.UNKNOWN_CODE, "Q", "need", "LOST"),
            (P.UNKNOWN_CODE, "T", "rule", "GONE"),
        ],
    ),
    (
        "a row, a need and a step up for products that are no mains",
        {
            "pairs": [pair("M", "N")],
            "needs": [need("Q", 2, "N", "")],
            "steps_up": [StepUp(main="A", better="O")],
        },
        [
            (P.NOT_A_MAIN, "A", "step_up", "O"),
            (P.NOT_A_MAIN, "M", "pair", "M"),
            (P.NOT_A_MAIN, "Q", "need", "N"),
        ],
    ),
    (
        "a main offered across although it is no cross",
        {"products": [product("C", is_cross=False)], "pairs": [pair("A", "C")]},
        [(P.NOT_A_CROSS, "A", "pair", "C"), (P.MAIN_WITHOUT_ROW, "C")],
    ),
    (
        "a product that inherits but is no main, one that inherits from no main, from nothing",
        {
            "products": [
                product("D", is_main=False, row_inherits_from="A"),
                product("E", row_inherits_from="M"),
                product("F", row_inherits_from="GONE"),
            ]
        },
        [
            (P.NOT_A_MAIN, "D", "product", "D"),
            (P.NOT_A_MAIN, "E", "product", "M"),
            (P.UNKNOWN_CODE, "F", "product", "GONE"),
            (P.MAIN_WITHOUT_ROW, "E"),
            (P.MAIN_WITHOUT_ROW, "F"),
        ],
    ),
    (
        "a circle of inheritance, named once, and not the row that leads into it",
        {
            "products": [
                product("X", row_inherits_from="Z"),
                product("Y", row_inherits_from="X"),
                product("Z", row_inherits_from="Y"),
                product("V", row_inherits_from="X"),
            ],
            "pairs": [pair("X", cross) for cross in "MNO"],
        },
        [(P.INHERITANCE_CYCLE, "X", "Z", "Y")],
    ),
    (
        "a product that inherits from itself",
        {"products": [product("X", row_inherits_from="X")]},
        [(P.INHERITANCE_CYCLE, "X"), (P.MAIN_WITHOUT_ROW, "X")],
    ),
    (
        "the same name twice",
        {
            "products": [product("A")],
            "pairs": [pair("A", "M", Rating.STRONG)],
            "needs": [need("NEED", 5, "", "")],
            "rules": [BasketRule(code="R", **RULE)],
            "steps_up": [StepUp(main="A", better="B", rank=4)],
        },
        [
            (P.DUPLICATE_CODE, "A", "product"),
            (P.DUPLICATE_CODE, "NEED", "need"),
            (P.DUPLICATE_CODE, "R", "rule"),
            (P.DUPLICATE_PAIR, "A", "M"),
            (P.DUPLICATE_STEP_UP, "A", "B"),
        ],
    ),
    (
        "a pair and a step up to itself",
        {"pairs": [pair("A", "A")], "steps_up": [StepUp(main="B", better="B")]},
        [(P.PAIR_TO_ITSELF, "A", "pair"), (P.PAIR_TO_ITSELF, "B", "step_up")],
    ),
    (
        "R4: a licensed product is never strong, good is fine",
        {
            "products": [product("L", is_main=False, needs_licence=True)],
            "pairs": [pair("A", "L", Rating.STRONG), pair("B", "L")],
        },
        [(P.LICENSED_STRONG, "A", "L")],
    ),
    (
        "a forbidden pair says why and what to do instead; blank is not said",
        {
            "products": [product("K", is_main=False)],
            "pairs": [
                pair("A", "K", Rating.NOT_ALLOWED, reason=" "),
                pair("B", "K", Rating.NOT_ALLOWED, instead=""),
            ],
        },
        [(P.NO_INSTEAD, "B", "K"), (P.NO_REASON, "A", "K")],
    ),
    (
        "R3: what costs, lends or insures has a disclosure; named once, not for forbidden pairs",
        {
            "products": [
                product("F", is_main=False, **(PAID | {"disclosure": ""})),
                product("G", is_main=False, is_credit=True),
                product("H", is_main=False, is_insurance=True, disclosure=" "),
                product("I", is_main=False, **(PAID | {"disclosure": ""})),
                product("J", is_main=False, **PAID),
            ],
            "pairs": [
                pair("A", "F", Rating.POSSIBLE),
                pair("B", "F"),
                pair("A", "G", Rating.STRONG),
                pair("A", "H"),
                pair("A", "I", Rating.NOT_ALLOWED),
                pair("A", "J"),
            ],
        },
        [(P.NO_DISCLOSURE, code) for code in "FGH"],
    ),
    (
        "a rule with a missing side; at_most_one has only one",
        {
            "rules": [
                BasketRule(code="T", kind=RuleKind.EXCLUDES, subjects=("M",)),
                BasketRule(code="U", kind=RuleKind.REQUIRES_ANY, subjects=(), objects=("M",)),
                BasketRule(code="V", kind=RuleKind.AT_MOST_ONE, subjects=()),
            ]
        },
        [
            (P.RULE_SIDE_MISSING, "T", "objects"),
            (P.RULE_SIDE_MISSING, "U", "subjects"),
            (P.RULE_SIDE_MISSING, "V", "subjects"),
        ],
    ),
    (
        "a main without a row, and one with two strong or good ones",
        {
            "products": [product("C"), product("D"), product("E", row_inherits_from="D")],
            "pairs": [
                pair("D", "M"),
                pair("D", "N", Rating.STRONG),
                pair("D", "O", Rating.POSSIBLE),
            ],
        },
        [
            (P.FEW_SUGGESTIONS, "D", "2"),
            (P.FEW_SUGGESTIONS, "E", "2"),
            (P.MAIN_WITHOUT_ROW, "C"),
        ],
    ),
]


@pytest.mark.parametrize(("more", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_problems_of_one_fault(more, expected):
    assert found(**more) == expected


def test_problems_block_except_thin_rows_and_come_first():
    parts = sound()
    parts["products"] = [*parts["products"], product("C")]
    parts["pairs"] = [*parts["pairs"], pair("A", "GONE")]

    assert problems(**parts) == (
        Problem(kind=P.UNKNOWN_CODE, subject="A", args=("pair", "GONE")),
        Problem(kind=P.MAIN_WITHOUT_ROW, subject="C", blocking=False),
    )


def test_problems_are_the_same_in_any_order_and_from_iterators():
    parts = {name: [*entries, *entries] for name, entries in sound().items()}
    parts["pairs"].append(replace(parts["pairs"][0], cross="LOST"))
    backwards = {name: iter(entries[::-1]) for name, entries in parts.items()}

    assert problems(**backwards) == problems(**parts)
