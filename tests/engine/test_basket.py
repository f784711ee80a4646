"""Basket rules over sets of codes."""

import pytest

from crossbank.engine.advice import basket_problems, excluded_by
from crossbank.engine.terms import Reason, ReasonKind, RuleKind
from tests.engine.bank import EDITION
from tests.engine.worlds import rule, world


@pytest.mark.parametrize(
    ("taken", "code", "expected"),
    [
        ("", "CRD-CLA", None),
        ("DIG-APP", "CRD-CLA", None),
        ("CRD-CLA", "CRD-CLA", None),  # not in its own way
        ("CRD-GLD", "INS-TRV", (ReasonKind.EXCLUDED, "CRD-GLD", "because of GOLD")),
        ("INS-TRV", "CRD-GLD", (ReasonKind.EXCLUDED, "INS-TRV", "because of GOLD")),
        ("LON-OVD", "CRD-CLA", (ReasonKind.AT_MOST_ONE, "LON-OVD", "because of LINE")),
        ("LON-OVD CRD-GLD", "CRD-CLA", (ReasonKind.EXCLUDED, "CRD-GLD", "because of GOLD")),
        ("DIG-APP", "CRD-SUP", None),  # an unmet requirement excludes nothing
        ("INS-LIF", "INS-CRP", None),  # a warning neither
    ],
)
def test_excluded_by_what_was_taken(taken, code, expected):
    reason = excluded_by(EDITION, taken.split(), code)

    assert (reason and (reason.kind, reason.subject, reason.text)) == expected


@pytest.mark.parametrize(
    ("sentence", "main", "taken", "held", "expected"),
    [
        ("nothing taken", "ACC-SAL", "", "CRD-GLD", []),
        ("a sound basket", "CRD-DEB", "CRD-SUP DIG-APP CRD-CLA", "", []),
        (
            "two credit lines: both are named",
            "ACC-SAL",
            "LON-OVD CRD-CLA",
            "",
            [("CRD-CLA", "at_most_one", "LON-OVD"), ("LON-OVD", "at_most_one", "CRD-CLA")],
        ),
        (
            "against the main and against what he has",
            "CRD-GLD",
            "INS-TRV CRD-CLA",
            "",
            [("CRD-CLA", "excluded", "CRD-GLD"), ("INS-TRV", "excluded", "CRD-GLD")],
        ),
        (
            "against what he has",
            "ACC-SAL",
            "INS-TRV",
            "CRD-GLD",
            [("INS-TRV", "excluded", "CRD-GLD")],
        ),
        ("a credit main or a held line is no second one", "LON-CSH", "CRD-CLA", "LON-OVD", []),
        ("a host card is missing", "ACC-PRM", "CRD-SUP", "", [("CRD-SUP", "requires", "")]),
        ("the host card is there", "ACC-PRM", "CRD-SUP", "CRD-DEB", []),
        ("a warning is no problem", "LON-CSH", "INS-CRP INS-LIF", "", []),
        ("the main among the taken is not a cross", "CRD-CLA", "CRD-CLA LON-OVD", "", []),
    ],
)
def test_basket_problems_of_a_finished_record(sentence, main, taken, held, expected):
    found = basket_problems(EDITION, main=main, taken=taken.split(), held=held.split())

    assert [(code, r.kind.value, r.subject) for code, r in found] == expected, sentence


def test_basket_problems_name_every_broken_rule():
    edition = world(
        "",
        rules=[
            rule(RuleKind.EXCLUDES, "A", "B"),
            rule(RuleKind.EXCLUDES, "B C", "A B", code="S"),
            rule(RuleKind.REQUIRES_ANY, "A", "Z Y", code="T"),
        ],
    )

    assert basket_problems(edition, main="M", taken=("A", "B"), held=("A",)) == (
        ("A", Reason(kind=ReasonKind.EXCLUDED, subject="B", text="says R")),
        ("A", Reason(kind=ReasonKind.EXCLUDED, subject="B", text="says S")),
        ("A", Reason(kind=ReasonKind.REQUIRES, subjects=("Y", "Z"), text="says T")),
        ("B", Reason(kind=ReasonKind.EXCLUDED, subject="A", text="says R")),
        ("B", Reason(kind=ReasonKind.EXCLUDED, subject="A", text="says S")),
    )
