"""Each finding with the smallest matrix that has it, and the sample bank as it is delivered."""

from datetime import date

import pytest

from crossbank.engine import rules
from crossbank.engine.filters import ProductFilter
from crossbank.engine.health import Finding, FindingKind, Said, examine, judge_practice
from crossbank.engine.rules import Filled
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import NeedTerms, Rating, RuleKind, StepUp
from tests.engine.bank import EDITION, pair, product
from tests.engine.worlds import rule, wants, world

DAY = date(2026, 3, 2)
ENOUGH = "A1 strong f, B1 good f, C1 good f"


def found(snapshot, filled=None) -> list[tuple]:
    findings = examine(snapshot, filled or Filled())
    return [(f.kind.value, f.subject, f.args) for f in findings]


def test_healthy_matrix_has_no_findings() -> None:
    assert found(world(ENOUGH)) == []


@pytest.mark.parametrize(
    ("row", "basket", "expected"),
    [
        ("A1 strong f, B1 possible f", (), [("few_offerable", "M", ("2",))]),
        ("", (), [("few_offerable", "M", ("0",))]),
        (
            ENOUGH,
            [rule(RuleKind.EXCLUDES, "A1", "M")],
            [("few_offerable", "M", ("2",))],
        ),
        (
            ENOUGH,
            [rule(RuleKind.REQUIRES_ANY, "A1 B1", "Z9")],
            [("few_offerable", "M", ("1",))],
        ),
        ("A1 strong $, B1 good $, C1 good $, D1 possible f", (), [("no_free_third", "M", ())]),
    ],
)
def test_main_with_too_little_to_offer(row, basket, expected) -> None:
    assert found(world(row, rules=basket)) == expected


def test_need_that_no_main_serves() -> None:
    needs = [
        NeedTerms(code="OK", name="Ok", mains=("M",), crosses=("A1",)),
        NeedTerms(code="BARE", name="Bare", mains=("M",), crosses=("D1",)),
        NeedTerms(code="NEVER", name="Never", mains=("M",), crosses=("Z9",)),
        wants("A1"),
    ]

    assert found(world(ENOUGH + ", D1 not_allowed f, E1 good f", needs=needs)) == [
        ("need_empty", "N", ()),
        ("need_empty", "NEVER", ()),
        ("need_uncovered", "BARE", ("M",)),
        ("unreached", "D1", ()),
    ]


def compiled(products, pairs, steps_up=()):
    return compile_snapshot(products=products, pairs=pairs, needs=(), rules=(), steps_up=steps_up)


def kinds(snapshot, kind: FindingKind, filled=None) -> list[tuple]:
    return [(f.subject, *f.args) for f in examine(snapshot, filled or Filled()) if f.kind is kind]


def test_pair_whose_other_direction_is_empty() -> None:
    products = [product(code) for code in "ABCD"] + [product("X", is_main=False)]
    pairs = [
        pair("A", "B"),
        pair("A", "C"),
        pair("C", "A", Rating.NOT_ALLOWED),
        pair("A", "D"),
        pair("A", "X"),
    ]
    step = StepUp(main="D", better="A")

    snapshot = compiled(products, pairs, [step])

    assert kinds(snapshot, FindingKind.REVERSE_EMPTY) == [("A", "B")]


def test_product_that_no_main_leads_to() -> None:
    products = [
        product("M", is_cross=False),
        product("BETTER", is_cross=False),
        product("SHOWN", is_main=False),
        product("NEVER", is_main=False),
        product("NOBODY", is_main=False, is_cross=False),
        product("BOTH"),
    ]
    pairs = [pair("M", "SHOWN"), pair("M", "NEVER", Rating.NOT_ALLOWED)]

    snapshot = compiled(products, pairs, [StepUp(main="M", better="BETTER")])

    assert kinds(snapshot, FindingKind.UNREACHED) == [("BOTH",), ("NEVER",), ("NOBODY",)]


def written(code: str, target: str, **fields) -> rules.PairingRule:
    return rules.PairingRule(code=code, target=ProductFilter(codes=(target,)), **fields)


def test_rule_that_decides_nothing_and_rule_that_speaks_of_nothing() -> None:
    products = [
        product("M", is_cross=False),
        product("HEIR", is_cross=False, row_inherits_from="M"),
    ]
    products += [product(code, is_main=False) for code in "AB"]
    said = [
        written("WRITES", "B", priority=5),
        written("SAME", "B"),
        written("LATER", "B", reason="other", priority=1),
        written("BY-HAND", "A"),
        written("IDLE", "Z9"),
        written("PAUSED", "Z9", is_active=False),
        # it makes the heir's own cell, which gives way to the inherited one
        rules.PairingRule(
            code="HEIRS",
            source=ProductFilter(codes=("HEIR",)),
            target=ProductFilter(codes=("A",)),
            priority=9,
        ),
    ]
    filled = rules.fill(
        products=products, needs=(), rules=said, pairs=[pair("M", "A"), pair("HEIR", "A")], day=DAY
    )
    snapshot = compiled(products, filled.pairs)

    assert kinds(snapshot, FindingKind.RULE_HIDDEN, filled) == [
        ("BY-HAND", "2", "manual"),
        ("HEIRS", "1", "manual"),
        ("LATER", "2", "priority"),
        ("SAME", "2", "same"),
    ]
    assert kinds(snapshot, FindingKind.RULE_IDLE, filled) == [("IDLE",)]


def test_rule_about_an_heir_that_inheritance_overrules_is_hidden() -> None:
    products = [
        product("M", is_cross=False),
        product("HEIR", is_cross=False, row_inherits_from="M"),
    ]
    products += [product("A", is_main=False)]
    heirs = rules.PairingRule(
        code="HEIRS", source=ProductFilter(codes=("HEIR",)), target=ProductFilter(codes=("A",))
    )
    filled = rules.fill(products=products, needs=(), rules=[heirs], pairs=[pair("M", "A")], day=DAY)

    hidden = kinds(compiled(products, filled.pairs), FindingKind.RULE_HIDDEN, filled)

    assert [p.rule for p in filled.pairs if p.main == "HEIR"] == ["HEIRS"]
    assert hidden == [("HEIRS", "1", "inherited")]


def test_practice_is_judged_from_twenty_conversations_on() -> None:
    snapshot = world("A1 strong f, B1 good f, C1 possible f")
    said = {
        ("M", "A1"): Said(chances=20),
        ("M", "B1"): Said(chances=40, presented=20, refused=20),
        ("M", "C1"): Said(chances=40, presented=40, refused=40),
        ("M", "Z9"): Said(chances=40, presented=40, refused=40),
    }

    findings = judge_practice(snapshot, said)

    assert findings == (
        Finding(kind=FindingKind.STRONG_UNSAID, subject="M", args=("A1", "20")),
        Finding(kind=FindingKind.ALWAYS_REFUSED, subject="M", args=("B1", "20")),
    )
    assert (
        judge_practice(
            snapshot,
            {
                ("M", "A1"): Said(chances=19),
                ("M", "B1"): Said(chances=40, presented=20, refused=19),
            },
        )
        == ()
    )
    assert (
        judge_practice(
            snapshot,
            {
                ("M", "A1"): Said(chances=40, presented=1),
                ("M", "B1"): Said(chances=40, presented=19, refused=19),
            },
        )
        == ()
    )


def test_sample_bank_is_as_the_design_left_it() -> None:
    findings = found(EDITION)

    assert [f for f in findings if f[0] != "reverse_empty"] == []
    assert " ".join(f"{main}>{cross}" for _, main, (cross,) in findings) == (
        "ACC-BAS>CRD-CLA ACC-BAS>CRD-DEB ACC-BAS>INV-FND ACC-BAS>LON-CSH ACC-BAS>SAV-INS "
        "ACC-PRM>CRD-CLA ACC-PRM>CRD-GLD ACC-PRM>SAV-TRM ACC-SAL>CRD-CLA ACC-SAL>CRD-DEB "
        "ACC-SAL>CRD-GLD ACC-SAL>INV-FND CRD-CLA>INV-FND CRD-CLA>SAV-INS CRD-DEB>CRD-CLA "
        "CRD-DEB>INV-FND CRD-DEB>LON-CSH CRD-GLD>INV-FND CRD-GLD>SAV-INS CRD-GLD>SAV-TRM "
        "SAV-INS>CRD-DEB SAV-INS>LON-CSH SAV-TRM>ACC-BAS"
    )
