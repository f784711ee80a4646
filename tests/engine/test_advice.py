"""Advice in tables, then the sample bank's own cases; long because every rule has its row."""

from dataclasses import replace

import pytest

from crossbank.engine.advice import advise
from crossbank.engine.terms import (
    Advice,
    CustomerKind,
    Picture,
    Rating,
    Reason,
    ReasonKind,
    RuleKind,
    Snapshot,
    StepUp,
)
from tests.engine.bank import EDITION, live_offers, picture
from tests.engine.worlds import codes, live, refused, rule, shape, wants, world


def advised(row: str, need: str = "", **changes) -> Advice:
    """What is advised in a one-line world; a need lists its crosses."""
    edition = world(row, needs=[wants(*need.split())])
    return advise(edition, picture("M", need="N" if need else "", **changes))


# --- the order ----------------------------------------------------------------------------------


def test_order_is_need_rating_offer_rank_code():
    row = "A1 good f, A2 strong f, A3 possible f, A4 good f, A5 strong f, A6 possible f, A7 good f"

    plain = advised(row)
    moved = advised(row, need="A4 A6", offers=live(A1=1, A5=1, A3=1))

    assert codes([*plain.cards, *plain.more]) == "A2 A5 A1 A4 A7 A3 A6"
    assert codes([*moved.cards, *moved.more]) == "A4 A6 A5 A2 A1 A7 A3"


def test_order_of_equal_ranks_is_the_code():
    edition = world("A2 good f, A1 good f")
    level = replace(edition, pairs=tuple(replace(p, rank=0) for p in edition.pairs))

    assert codes(advise(level, picture("M")).cards) == "A1 A2"


# --- the rule of three --------------------------------------------------------------------------

THREE = [
    ("the best, then other families", "A1 strong f, A2 strong f, B1 good f, C1 good f", "A1 B1 C1"),
    ("two families: else the next", "A1 strong f, A2 strong f, B1 good f, A3 good f", "A1 B1 A2"),
    ("one family: in order", "A1 strong f, A2 good f, A3 good f, A4 good f", "A1 A2 A3"),
    (
        "all three cost money: the third becomes the first free one, of whatever family",
        "A1 strong $, B1 strong $, C1 good $, A2 good f, D1 good f",
        "A1 B1 A2",
    ),
    ("one of them is free: nothing changes", "A1 strong $, B1 good f, C1 good $", "A1 B1 C1"),
    ("nothing free: two", "A1 strong $, B1 strong $, C1 good $", "A1 B1"),
    (
        "a free one to ask about first is not the free third",
        "A1 strong $, B1 good $, C1 good $, D1 possible f",
        "A1 B1",
    ),
    ("two that cost money may stand alone", "A1 strong $, B1 good $", "A1 B1"),
    (
        "a possible one waits behind three",
        "A1 good f, A2 good f, A3 good f, B1 possible f",
        "A1 A2 A3",
    ),
    (
        "fewer than three: possible ones come after the others, family or not",
        "B1 possible f, A1 strong f, C1 possible f, A2 good f",
        "A1 A2 B1",
    ),
    (
        "and among themselves another family comes first",
        "A1 good f, A2 possible f, A3 possible f, B1 possible f",
        "A1 B1 A2",
    ),
    ("only possible ones", "A1 possible f, B1 possible f", "A1 B1"),
    ("forbidden ones never", "A1 not_allowed f, B1 good f", "B1"),
    ("an empty row", "", ""),
]


@pytest.mark.parametrize(("row", "expected"), [c[1:] for c in THREE], ids=[c[0] for c in THREE])
def test_three(row, expected):
    advice = advised(row)

    allowed = [entry.split()[0] for entry in row.split(",") if entry and "not_allowed" not in entry]
    assert codes(advice.cards) == expected
    assert sorted(codes([*advice.cards, *advice.more]).split()) == sorted(allowed)


NEED = [
    (
        "a stated need lets a possible one in, first of all",
        "A1 strong f, B1 good f, C1 good f, D1 possible f",
        "D1",
        "D1 A1 B1",
    ),
    ("but not a forbidden one", "A1 strong f, B1 not_allowed f", "B1", "A1"),
    ("nor one that is not rated", "A1 strong f", "Z9", "A1"),
    (
        "the first free one of three that cost money must be recommended, need or not",
        "A1 strong $, B1 strong $, C1 good $, D1 possible f, E1 good f",
        "A1 B1 C1 D1",
        "A1 B1 E1",
    ),
]


@pytest.mark.parametrize(
    ("row", "need", "expected"), [c[1:] for c in NEED], ids=[c[0] for c in NEED]
)
def test_three_for_a_stated_need(row, need, expected):
    assert codes(advised(row, need=need).cards) == expected


FIVE = "A1 strong f, A2 strong f, B1 good f, C1 good f, D1 good f"  # shows A1 B1 C1
PAID = "A1 strong $, B1 strong $, C1 good $, D1 good $, B2 good f"  # shows A1 B1 B2
KEPT = [
    ("an answered card holds its place", FIVE, {"kept": ((1, "B1"),)}, "A1 B1 C1"),
    ("wherever it stands", FIVE, {"kept": ((2, "C1"), (0, "A1"))}, "A1 B1 C1"),
    ("another need came up: the rest is built around it", FIVE, {"kept": ((0, "B1"),)}, "B1 A1 C1"),
    (
        "and its family counts as shown",
        FIVE,
        {"kept": ((2, "A1"),), "held": "B1"},
        "C1 D1 A1",
    ),
    ("an answered card's neighbour does not jump", PAID, {"kept": ((2, "B2"),)}, "A1 B1 B2"),
    ("one free kept card is enough", PAID, {"kept": ((0, "B2"),)}, "B2 A1 C1"),
    (
        "a kept card is never replaced: the newest pick gives way",
        PAID,
        {"kept": ((2, "D1"),)},
        "A1 B2 D1",
    ),
    (
        "or goes when nothing is free, and what is left closes up",
        "A1 strong $, B1 strong $, C1 good $",
        {"kept": ((2, "C1"),)},
        "A1 C1",
    ),
    (
        "three kept ones that cost money stay",
        PAID,
        {"kept": ((0, "A1"), (1, "C1"), (2, "D1"))},
        "A1 C1 D1",
    ),
    ("a kept possible one stays although its need is gone", FIVE + ", E1 possible f",
     {"kept": ((1, "E1"),)}, "A1 E1 B1"),
    ("a held one goes, kept or not", FIVE, {"kept": ((0, "A1"),), "held": "A1"}, "A2 B1 C1"),
    ("nonsense is not kept", FIVE, {"kept": ((0, "Z9"), (7, "D1"), (-1, "C1"))}, "A1 B1 A2"),
    ("a slot has one card, a card one slot", FIVE, {"kept": ((0, "C1"), (0, "D1"), (1, "C1"))},
     "C1 A1 B1"),
    ("answered elsewhere: not again in the three", FIVE, {"presented": "B1"}, "A1 C1 D1"),
    ("taken elsewhere: neither", FIVE, {"taken": "A1"}, "A2 B1 C1"),
    ("a place opens: possible ones fill it", "A1 good f, B1 good f, C1 good f, D1 possible f",
     {"presented": "B1"}, "A1 C1 D1"),
    ("a retired kept one stays: it was answered", FIVE,
     {"kept": ((1, "B1"),), "retired": "B1 C1"}, "A1 B1 D1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "changes", "expected"), [c[1:] for c in KEPT], ids=[c[0] for c in KEPT]
)
def test_three_with_answered_cards(row, changes, expected):
    advice = advised(row, **changes)

    assert codes(advice.cards) == expected
    assert not {*codes(advice.cards).split()} & {*codes(advice.more).split()}


def test_answered_outside_the_three_stays_in_more():
    assert shape(advised(FIVE, presented="B1 A2")) == ("A1 C1 D1", "A2 B1")


# --- what drops out -----------------------------------------------------------------------------

EXCLUDES = rule(RuleKind.EXCLUDES, "A1", "B1 B2")
MAIN_OUT = rule(RuleKind.EXCLUDES, "C1", "M")
ONE_OF = rule(RuleKind.AT_MOST_ONE, "A1 A2 M")
NEEDS = rule(RuleKind.REQUIRES_ANY, "A1", "B1 B2")
ROW = "A1 good f, A2 good f, B1 good f, B2 good f, C1 good f"
DROPPED = [
    ("nothing in the way", [EXCLUDES, ONE_OF], {}, []),
    ("held", [], {"held": "A2 C1"}, [("A2", "held", ""), ("C1", "held", "")]),
    ("retired", [], {"retired": "B1"}, [("B1", "retired", "")]),
    ("held counts more than retired", [], {"held": "B1", "retired": "B1"}, [("B1", "held", "")]),
    ("excluded by what was taken", [EXCLUDES], {"taken": "A1"},
     [("B1", "excluded", "A1"), ("B2", "excluded", "A1")]),
    ("and the other way round", [EXCLUDES], {"taken": "B2"}, [("A1", "excluded", "B2")]),
    ("by what he has", [EXCLUDES], {"held": "B1"}, [("A1", "excluded", "B1"), ("B1", "held", "")]),
    ("by the main", [MAIN_OUT], {}, [("C1", "excluded", "M")]),
    ("presented is not yet taken", [EXCLUDES], {"presented": "B2"}, []),
    ("the first in the way is named: main, taken, held", [EXCLUDES], {"taken": "B2", "held": "B1"},
     [("A1", "excluded", "B2"), ("B1", "held", "")]),
    ("by two: the first code is named, in whatever order they were taken",
     [rule(RuleKind.WARN, "C1", "A2 B2"), rule(RuleKind.EXCLUDES, "A1", "B2 A2")],
     {"taken": "B2 A2"}, [("A1", "excluded", "A2")]),
    ("one of the set was taken", [ONE_OF], {"taken": "A2"}, [("A1", "at_most_one", "A2")]),
    ("one of the set is held or the main: no matter", [ONE_OF], {"held": "A2"}, [("A2", "held", "")]),
    ("the set counts crosses, not the main", [ONE_OF], {"taken": "M"}, []),
    ("a requirement not met", [NEEDS], {"presented": "B1"}, [("A1", "requires", "")]),
    ("met by a taken one", [NEEDS], {"taken": "B2"}, []),
    ("met by a held one", [NEEDS], {"held": "B1"}, [("B1", "held", "")]),
    ("met by the main", [rule(RuleKind.REQUIRES_ANY, "A1", "M")], {}, []),
    ("one way only", [rule(RuleKind.REQUIRES_ANY, "B1", "A1")], {"taken": "B1"}, []),
    ("what was said stays said", [EXCLUDES, ONE_OF, NEEDS],
     {"presented": "A1 B1", "taken": "A2 B2", "retired": "A1 A2 B1 B2"}, []),
    ("unless he has it", [], {"presented": "A1", "taken": "A1", "held": "A1"}, [("A1", "held", "")]),
    ("a rule about itself says nothing", [rule(RuleKind.EXCLUDES, "A1", "A1")], {"held": "B1"},
     [("B1", "held", "")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "changes", "expected"), [c[1:] for c in DROPPED], ids=[c[0] for c in DROPPED]
)
def test_why_not(rules, changes, expected):
    named = [replace(r, code=f"R{n}") for n, r in enumerate(rules)]

    advice = advise(world(ROW, rules=named), picture("M", **changes))

    assert refused(advice.why_not) == expected
    offerable = {"A1", "A2", "B1", "B2", "C1"} - {code for code, _, _ in expected}
    assert {*codes([*advice.cards, *advice.more]).split()} == offerable


def test_why_not_carries_the_rule_s_words_and_what_is_missing():
    edition = world(ROW, rules=[rule(RuleKind.REQUIRES_ANY, "A1", "B2 B1")])

    (refusal,) = advise(edition, picture("M")).why_not

    assert refusal.reason == Reason(kind=ReasonKind.REQUIRES, subjects=("B1", "B2"), text="says R")
    assert refusal.pair == edition.pair("M", "A1")


def test_forbidden_pairs_stand_apart_with_their_reason_in_table_order():
    row = "A1 good f, B1 not_allowed f, A2 not_allowed f"

    advice = advised(row, held="A1 B1", retired="A2", taken="B1", presented="A2")

    assert [(r.product.code, r.reason.kind, r.reason.text) for r in advice.not_allowed] == [
        ("B1", ReasonKind.NOT_ALLOWED, "M not B1"),
        ("A2", ReasonKind.NOT_ALLOWED, "M not A2"),
    ]
    assert refused(advice.why_not) == [("A1", "held", "")]
    assert shape(advice) == ("", "")


# --- reasons, offer line, steps up --------------------------------------------------------------


def test_reasons_stand_in_their_fixed_order():
    edition = world(
        "B1 strong f, B2 strong f, A1 possible f, C1 good f",
        needs=[wants("A1", "B1", "B2")],
        rules=[rule(RuleKind.WARN, "A1", "Y X"), rule(RuleKind.WARN, "Z", "A1", code="S")],
        A1={"needs_licence": True, "defer_days": 3},
    )
    seen = picture("M", need="N", held="X Z", taken="Y", offers=live(A1=5))

    first, second, third = advise(edition, seen).cards

    assert (first.code, second.code, third.code) == ("B1", "A1", "C1")
    assert first.reasons == (
        Reason(kind=ReasonKind.NEED, subject="N"),
        Reason(kind=ReasonKind.RATING, subject="strong"),
        Reason(kind=ReasonKind.FREE),
    )
    assert second.reasons == (
        Reason(kind=ReasonKind.NEED, subject="N"),
        Reason(kind=ReasonKind.RATING, subject="possible"),
        Reason(kind=ReasonKind.OFFER, subject="O-A1"),
        Reason(kind=ReasonKind.FREE),
        Reason(kind=ReasonKind.OTHER_FAMILY, subject="A"),
        Reason(kind=ReasonKind.ASK_FIRST),
        Reason(kind=ReasonKind.ADVISER_ONLY),
        Reason(kind=ReasonKind.DEFERRED, days=3),
        Reason(kind=ReasonKind.WARN, subject="Y", text="says R"),
        Reason(kind=ReasonKind.WARN, subject="X", text="says R"),
        Reason(kind=ReasonKind.WARN, subject="Z", text="says S"),
    )
    assert second.may_accept is False


def test_other_family_is_a_reason_only_when_a_better_one_stood_back():
    def lifted(row: str) -> str:
        cards = advised(row).cards
        kinds = [(c.code, {r.kind for r in c.reasons}) for c in cards]
        return " ".join(code for code, kind in kinds if ReasonKind.OTHER_FAMILY in kind)

    assert lifted("A1 strong f, B1 strong f, C1 strong f") == ""
    assert lifted("A1 strong f, A2 strong f, B1 good f") == "B1"
    # C1 was lifted over A2, then gave way to the free one
    assert lifted("A1 strong $, B1 strong $, A2 good $, C1 good $, A3 good f") == ""


def test_warning_hides_nothing_and_looks_at_taken_and_held_only():
    warned = rule(RuleKind.WARN, "A1 M", "B1")
    edition = world("A1 good f, B1 good f", rules=[warned])

    def warnings(**changes) -> list[tuple]:
        cards = advise(edition, picture("M", **changes)).cards
        return [(c.code, r.subject) for c in cards for r in c.reasons if r.kind is ReasonKind.WARN]

    assert warnings() == []
    assert warnings(presented="B1", kept=((1, "B1"),)) == []
    assert warnings(taken="B1", kept=((1, "B1"),)) == [("A1", "B1")]
    assert warnings(held="B1") == [("A1", "B1")]
    assert warnings(taken="A1", kept=((0, "A1"),)) == [("B1", "A1")]


@pytest.mark.parametrize(
    ("sentence", "changes", "expected"),
    [
        ("the best rated of equal priority", {"offers": live(D1=1, E1=1)}, "D1"),
        ("a higher priority counts more", {"offers": live(D1=1, E1=2)}, "E1"),
        (
            "an answered one is not told again",
            {"offers": live(D1=1, E1=2), "presented": "E1"},
            "D1",
        ),
        ("one in the three tells it itself", {"offers": live(A1=9)}, None),
        ("a dropped or forbidden one never", {"offers": live(E1=9, F1=9), "held": "E1"}, None),
    ],
)
def test_offer_line_is_the_best_live_offer_outside_the_three(sentence, changes, expected):
    row = "A1 strong f, B1 strong f, C1 strong f, D1 good f, E1 possible f, F1 not_allowed f"

    line = advised(row, **changes).offer_line

    assert (line and line.code) == expected, sentence


def test_steps_up_of_the_main_in_order_without_what_he_has_or_is_no_longer_sold():
    steps = [StepUp(main="M", better=b, rank=n) for n, b in enumerate(("A3", "A1", "A2"))]
    edition = world("A1 good f", steps_up=[*steps, StepUp(main="A1", better="A2")])

    assert advise(edition, picture("M")).steps_up == tuple(steps)
    assert advise(edition, picture("M", held="A1", retired="A2")).steps_up == (steps[0],)


def test_unknown_codes_mean_nothing():
    odd = picture(
        "M", need="?", held="? X", taken="?", presented="?", retired="?", offers=live(X=1)
    )

    assert advise(world(FIVE), odd) == advised(FIVE)
    assert advise(world(FIVE), picture("?")) == Advice()
    assert advise(Snapshot(), Picture(main="")) == Advice()


# --- the sample bank ----------------------------------------------------------------------------


def bank(main: str, *, kind: CustomerKind = CustomerKind.UNKNOWN, **changes) -> Advice:
    return advise(EDITION, picture(main, offers=live_offers(main, kind=kind), **changes))


def test_salary_account_of_an_existing_customer_offers_the_card_with_ot_1():
    first = bank("ACC-SAL", kind=CustomerKind.EXISTING).cards[0]

    assert (first.code, first.offer.terms.code, first.offer.only_now) == ("CRD-CLA", "OT-1", True)
    losing = [(o.terms.code, o.reason.kind) for o in first.losing_offers]
    assert losing == [("TL-2", ReasonKind.NEEDS_APPROVAL)]


def test_debit_card_keeps_the_cash_loan_possible_in_spite_of_its_offer():
    advice = bank("CRD-DEB")

    assert codes(advice.cards) == "DIG-ALR CRD-CLA DIG-APP"
    assert advice.offer_line.code == "LON-CSH"
    assert advice.offer_line.offer.terms.code == "TL-1"
    assert advice.offer_line.ask_first is True
    assert advice.offer_line.pair.rating is Rating.POSSIBLE
    assert codes(advice.more) == "INS-CRD DIG-CSH SAV-GOL LON-CSH CRD-SUP INS-TRV"


def test_only_one_credit_line_in_a_visit():
    advice = bank("ACC-SAL", taken="CRD-CLA", kept=((0, "CRD-CLA"),))

    assert codes(advice.cards) == "CRD-CLA DIG-APP SAV-GOL"
    assert refused(advice.why_not) == [
        ("LON-OVD", "at_most_one", "CRD-CLA"),
        ("CRD-GLD", "excluded", "CRD-CLA"),
        ("LON-CSH", "at_most_one", "CRD-CLA"),
    ]


def test_held_card_gives_its_place_to_the_next():
    before, after = bank("ACC-SAL"), bank("ACC-SAL", held="DIG-APP")

    assert codes(before.cards) == "CRD-CLA DIG-APP SAV-GOL"
    assert codes(after.cards) == "CRD-CLA SAV-GOL DIG-BIL"


def test_credit_cover_is_deferred_and_warns_about_life_cover():
    cover = bank("LON-CSH", held="INS-LIF").cards[1]

    assert cover.code == "INS-CRP"
    assert cover.reasons[-2:] == (
        Reason(kind=ReasonKind.DEFERRED, days=3),
        Reason(kind=ReasonKind.WARN, subject="INS-LIF", text="because of LIFE"),
    )
    assert cover.may_accept is False


def test_supplementary_card_needs_a_host_card():
    assert refused(bank("ACC-PRM").why_not) == [("CRD-SUP", "requires", "")]
    assert refused(bank("ACC-PRM", taken="CRD-GLD").why_not) == [("INS-TRV", "excluded", "CRD-GLD")]
    assert refused(bank("CRD-CLA").why_not) == []


def test_gold_card_inherits_the_classic_row_but_not_the_cover_it_includes():
    advice = bank("CRD-GLD", need="TRAVEL")

    assert codes(advice.cards) == "DIG-APP CRD-SUP INS-CRD"
    assert "INS-TRV" in codes(r for r in advice.not_allowed)


def test_direction_matters():
    loan, card = bank("LON-CSH"), bank("CRD-CLA")

    assert "CRD-CLA" in codes(loan.more)
    assert "LON-CSH" in codes(card.not_allowed)
