"""Where each product stands and why: the places are advice's own, the origin is the cell's."""

from datetime import date, timedelta

import pytest

from crossbank.engine import rules
from crossbank.engine.advice import advise
from crossbank.engine.explain import Origin, Place, explain, origin
from crossbank.engine.filters import ProductFilter
from crossbank.engine.rules import Loser, Why
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import CustomerKind, Picture, Rating, ReasonKind, RuleKind
from tests.engine.bank import BERLIN, EDITION, INPUTS, NOON, OFFERS, live_offers, pair, picture
from tests.engine.bank import product as made
from tests.engine.worlds import live, rule, wants, world

DAY = date(2026, 3, 2)


def lines(snapshot, **asked):
    found = explain(snapshot, picture("M", **asked)).lines
    return [(line.product.code, line.place.value, line.number) for line in found]


def why(snapshot, **asked):
    found = explain(snapshot, picture("M", **asked)).lines
    return {
        line.product.code: (line.why.kind.value, line.why.subject) for line in found if line.why
    }


def test_every_product_has_one_place() -> None:
    edition = world(
        "A1 strong f, B1 good $, C1 good $, D1 good $, E1 good $, F1 not_allowed $, G1 good $",
        rules=[rule(RuleKind.REQUIRES_ANY, "G1", "Z1")],
    )
    edition = compile_snapshot(
        products=[*edition.products, made("X"), made("Y", is_cross=False), made("Z1")],
        pairs=edition.pairs,
        needs=(),
        rules=edition.rules,
        steps_up=(),
    )

    found = lines(edition, held="C1", retired="Z1", offers=live(E1=5))

    assert found == [
        ("A1", "card", 1), ("E1", "card", 2), ("B1", "card", 3), ("D1", "more", 1),
        ("G1", "blocked", 0), ("F1", "not_allowed", 0), ("C1", "held", 0), ("Z1", "retired", 0),
        ("X", "not_rated", 0), ("Y", "only_main", 0), ("M", "itself", 0),
    ]  # fmt: skip


def test_family_that_is_shown_lets_another_pass() -> None:
    edition = world("A1 strong f, A2 strong f, B1 good f, C1 good f, D1 good f")

    assert why(edition) == {
        "A2": ("family_shown", "A1"),
        "D1": ("below", ""),
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # the third paid one and whoever ranks between gives way to the first free one
        (
            "A1 strong $, B1 strong $, C1 strong $, D1 good $, E1 good f",
            {"C1": ("third_free", "E1"), "D1": ("third_free", "E1"), "E1": ("third_free", "E1")},
        ),
        # nothing free fits: two cards, and that is why
        ("A1 strong $, B1 strong $, C1 good $", {"C1": ("third_free", "")}),
        # what is free but only possible does not take that place
        (
            "A1 strong $, B1 strong $, C1 good $, D1 possible f",
            {"C1": ("third_free", ""), "D1": ("free_place", "")},
        ),
        # the family came first: that is the reason, though the third had to be free as well
        (
            "A1 strong $, A2 strong $, B1 good $, C1 good $, D1 good f",
            {
                "A2": ("family_shown", "A1"),
                "C1": ("third_free", "D1"),
                "D1": ("third_free", "D1"),
            },
        ),
        ("A1 strong f, B1 strong $, C1 strong $, D1 possible f", {"D1": ("below", "")}),
    ],
)
def test_third_card_is_free_and_says_for_whom_it_came(row, expected) -> None:
    assert why(world(row)) == expected


def test_answered_product_outside_the_three_says_so() -> None:
    edition = world("A1 strong f, B1 good f, C1 good f, D1 good f")

    assert why(edition, taken="D1", presented="D1") == {"D1": ("answered", "")}


def test_basket_rule_in_the_way_names_the_product() -> None:
    edition = world("A1 strong f, B1 good f", rules=[rule(RuleKind.EXCLUDES, "A1", "B1")])

    assert why(edition, taken="A1", presented="A1", kept=((0, "A1"),)) == {"B1": ("excluded", "A1")}


def test_need_that_a_product_misses_is_marked() -> None:
    edition = world("A1 strong f, B1 good f", needs=[wants("B1")])

    found = explain(edition, Picture(main="M", need="N")).lines
    without = explain(edition, Picture(main="M")).lines

    assert [(line.product.code, line.misses_need) for line in found[:2]] == [
        ("B1", False),
        ("A1", True),
    ]
    assert [line.misses_need for line in without] == [False, False, False]


def test_unknown_main_has_no_lines() -> None:
    assert explain(EDITION, Picture(main="?")).lines == ()


def test_places_are_those_of_advice_all_over_the_sample_bank() -> None:
    for main in (p.code for p in EDITION.products if p.is_main):
        for need in ("", *EDITION.need):
            for kind in CustomerKind:
                for held in ((), ("DIG-APP", "CRD-CLA")):
                    asked = Picture(
                        main=main,
                        need=need,
                        customer_kind=kind,
                        held=held,
                        offers=live_offers(main, kind=kind),
                    )
                    told, advice = explain(EDITION, asked), advise(EDITION, asked)
                    by_place = {place: [] for place in Place}
                    for line in told.lines:
                        by_place[line.place].append(line.product.code)
                    rest = sorted(
                        (ln for ln in told.lines if ln.place in (Place.OFFER_LINE, Place.MORE)),
                        key=lambda line: line.number,
                    )
                    assert told.advice == advice
                    assert by_place[Place.CARD] == [s.code for s in advice.cards]
                    assert [line.product.code for line in rest] == [s.code for s in advice.more]
                    assert all(line.why for line in rest)
                    assert sorted(line.product.code for line in told.lines) == sorted(
                        EDITION.product
                    )
    assert (BERLIN.key, NOON.year, len(OFFERS), len(INPUTS)) == ("Europe/Berlin", 2026, 12, 5)


def filled_world(*, manual=(), written=()):
    """P is the parent of M; A is what they may show."""
    products = [
        made("A", is_main=False),
        made("P", is_cross=False),
        made("M", is_cross=False, row_inherits_from="P"),
    ]
    filled = rules.fill(products=products, needs=(), rules=written, pairs=manual, day=DAY)
    edition = compile_snapshot(
        products=products, pairs=filled.pairs, needs=(), rules=(), steps_up=filled.steps_up
    )
    return edition, filled


def about(code, main, rating=Rating.GOOD, **fields):
    return rules.PairingRule(
        code=code,
        source=ProductFilter(codes=(main,)),
        target=ProductFilter(codes=("A",)),
        rating=rating,
        **fields,
    )


def test_cell_by_hand_names_the_rules_it_beat() -> None:
    edition, filled = filled_world(manual=[pair("P", "A")], written=[about("R1", "P")])

    assert origin(edition, "P", "A", filled) == Origin(losers=(Loser(rule="R1", why=Why.MANUAL),))
    assert origin(edition, "P", "A") == Origin()


def test_inherited_cell_names_its_row_and_the_rule_that_was_not_heard() -> None:
    edition, filled = filled_world(
        manual=[pair("P", "A")], written=[about("R1", "P"), about("R2", "M")]
    )

    assert origin(edition, "M", "A", filled) == Origin(
        heirs_of=("P",), losers=(Loser(rule="R2", why=Why.MANUAL), Loser(rule="R1", why=Why.MANUAL))
    )


def test_rule_that_wins_is_the_origin_and_the_hand_a_loser() -> None:
    edition, filled = filled_world(
        manual=[pair("P", "A")],
        written=[about("NO", "P", Rating.NOT_ALLOWED), about("R2", "P", priority=9)],
    )

    assert origin(edition, "M", "A", filled) == Origin(
        rule="NO",
        heirs_of=("P",),
        losers=(Loser(rule="", why=Why.NOT_ALLOWED), Loser(rule="R2", why=Why.NOT_ALLOWED)),
    )


def test_rule_that_does_not_apply_is_nowhere() -> None:
    later = about("R1", "P", valid_from=DAY + timedelta(days=1))
    edition, filled = filled_world(written=[later])

    assert origin(edition, "P", "A", filled) == Origin()
    line = next(x for x in explain(edition, Picture(main="P"), filled).lines if x.place)
    assert (line.place, line.why) == (Place.NOT_RATED, None)
    assert ReasonKind.BELOW.value == "below"
