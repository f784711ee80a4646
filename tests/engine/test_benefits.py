"""What comes with a main product: part of the edition, seen on its days, and never advice."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.advice import advise
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.snapshot import (
    Change,
    ChangeKind,
    compile_snapshot,
    diff,
    from_json,
    problems,
    to_json,
)
from crossbank.engine.tally import missed
from crossbank.engine.terms import BenefitTerms
from tests.engine.bank import INPUTS
from tests.engine.editions import MAINS, benefits, editions, pictures

FIRST, LAST, AFTER = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
FUEL = BenefitTerms(
    code="FUEL", name="Fuel", text="Cheaper", partner="P", partner_name="Pump",
    mains=("LON-CAR", "ACC-BAS"), valid_from=FIRST, valid_until=AFTER,
)  # fmt: skip


def edition(*given_benefits: BenefitTerms):
    return compile_snapshot(**INPUTS, benefits=given_benefits)


@pytest.mark.parametrize(
    ("main", "day", "shown"),
    [
        ("LON-CAR", FIRST, ["FUEL"]),
        ("ACC-BAS", LAST, ["FUEL"]),
        ("LON-CAR", date(2026, 2, 28), []),
        ("LON-CAR", AFTER, []),
        ("CRD-DEB", FIRST, []),
        ("NO-SUCH", FIRST, []),
    ],
)
def test_it_stands_under_its_mains_on_its_days(main, day, shown):
    assert [one.code for one in edition(FUEL).comes_with(main, day)] == shown


def test_without_days_it_comes_always():
    always = replace(FUEL, valid_from=None, valid_until=None)

    assert edition(always).comes_with("LON-CAR", date(1999, 1, 1)) == edition(always).benefits


def test_an_edition_puts_benefits_in_order_and_keeps_them_in_json():
    found = edition(replace(FUEL, code="Z"), FUEL)

    assert [one.code for one in found.benefits] == ["FUEL", "Z"]
    assert found.benefits[0].mains == ("ACC-BAS", "LON-CAR")
    assert from_json(to_json(found)) == found


def test_an_edition_from_before_there_were_benefits_has_none():
    plain = to_json(edition(FUEL))
    del plain["benefits"]

    assert from_json(plain) == edition()


def test_differences_are_named():
    later = replace(FUEL, valid_until=date(2026, 5, 1), text="Cheaper until May")

    assert diff(edition(FUEL), edition(later)) == (
        Change(
            kind=ChangeKind.CHANGED,
            part="benefits",
            name=("FUEL",),
            fields=("text", "valid_until"),
        ),
    )
    assert [(c.kind, c.name) for c in diff(edition(FUEL), edition())] == [
        (ChangeKind.REMOVED, ("FUEL",))
    ]


def test_problems_of_a_benefit_are_found():
    wrong = replace(FUEL, mains=("GONE", "INS-HOM"))

    assert problems(**INPUTS, benefits=(wrong,)) == (
        Problem(kind=ProblemKind.NOT_A_MAIN, subject="FUEL", args=("benefit", "INS-HOM")),
        Problem(kind=ProblemKind.UNKNOWN_CODE, subject="FUEL", args=("benefit", "GONE")),
        *problems(**INPUTS),
    )
    assert Problem(kind=ProblemKind.DUPLICATE_CODE, subject="FUEL", args=("benefit",)) in problems(
        **INPUTS, benefits=(FUEL, FUEL)
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(editions, pictures(), st.lists(benefits, max_size=3))
def test_law_a_benefit_changes_no_advice_and_is_never_missed(snapshot, picture, added):
    without, with_some = replace(snapshot, benefits=()), replace(snapshot, benefits=tuple(added))

    assert advise(with_some, picture) == advise(without, picture)
    for main in MAINS:
        assert missed(with_some, main=main, presented=(), held=(), taken=()) == missed(
            without, main=main, presented=(), held=(), taken=()
        )
