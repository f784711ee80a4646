"""A seasonal pick: first among equals on its days, and nothing more."""

from dataclasses import replace
from datetime import date

import pytest

from crossbank.engine.advice import advise
from crossbank.engine.seasons import equals_of
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import Picture, Rating, ReasonKind, SeasonTerms, Snapshot
from tests.engine.bank import pair, product
from tests.engine.worlds import live, wants

FIRST, LAST, AFTER = date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 25)
PICK = SeasonTerms(cross="C", from_on=FIRST, until_on=AFTER, reason="Before the holidays")


def edition(**better) -> Snapshot:
    """M with A, B and C beside it, equal but for what is said of one of them."""
    cells = [pair("M", code, Rating.GOOD, rank=5) for code in "ABC"]
    return compile_snapshot(
        products=[product("M", is_cross=False)]
        + [product(code, is_main=False, family=code) for code in "ABC"],
        pairs=[replace(cell, **better) if cell.cross == "A" else cell for cell in cells],
        needs=[wants("A")],
        rules=[],
        steps_up=[],
        seasons=[PICK],
    )


def order(snapshot: Snapshot, **seen) -> str:
    return "".join(s.code for s in advise(snapshot, Picture(main="M", **seen)).cards)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 30), "ABC"),
        (FIRST, "CAB"),
        (LAST, "CAB"),
        (AFTER, "ABC"),
        (None, "ABC"),
    ],
)
def test_first_among_equals_from_its_first_day_to_its_last(day, shown):
    assert order(edition(), day=day) == shown


@pytest.mark.parametrize(
    ("snapshot", "seen"),
    [
        (edition(rating=Rating.STRONG), {}),
        (edition(rank=4), {}),
        (edition(), {"need": "N"}),
        (edition(), {"offers": live(A=1)}),
    ],
)
def test_never_above_a_better_rating_rank_need_or_offer(snapshot, seen):
    assert order(snapshot, day=FIRST, **seen) == "ACB"


def test_it_is_named_among_the_reasons():
    card = advise(edition(), Picture(main="M", day=FIRST)).cards[0]

    [reason] = [r for r in card.reasons if r.kind is ReasonKind.SEASON]
    assert (reason.text, reason.day) == ("Before the holidays", LAST)


def test_rows_where_it_has_equals_are_named():
    assert equals_of(edition(), "C") == ("M",)
    assert equals_of(edition(rank=4), "A") == ()
    assert equals_of(edition(), "M") == ()
