"""One pair a day: the whole matrix in turn, and first what somebody asked to practise."""

from datetime import date, timedelta

from crossbank.engine.drills import practice_pair
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import Rating, Snapshot
from tests.engine.bank import pair, product

DAY = date(2026, 11, 30)
RATED = {
    ("M", "A"): Rating.STRONG,
    ("M", "B"): Rating.GOOD,
    ("N", "A"): Rating.GOOD,
    ("M", "C"): Rating.POSSIBLE,
    ("N", "C"): Rating.NOT_ALLOWED,
}


def edition(rated: dict[tuple[str, str], Rating] = RATED) -> Snapshot:
    return compile_snapshot(
        products=[product(code, is_cross=False) for code in "MN"]
        + [product(code, is_main=False) for code in "ABC"],
        pairs=[
            pair(main, cross, rating, reason="-", instead="-")
            if rating is Rating.NOT_ALLOWED
            else pair(main, cross, rating)
            for (main, cross), rating in rated.items()
        ],
        needs=[],
        rules=[],
        steps_up=[],
    )


def practised(days: int, snapshot: Snapshot | None = None, **asked) -> list[tuple[str, str]]:
    found = (
        practice_pair(snapshot or edition(), employee=5, day=DAY + timedelta(days=n), **asked)
        for n in range(days)
    )
    return [(one.main, one.cross) for one in found if one]


def test_each_strong_and_good_pair_has_its_day() -> None:
    three = {("M", "A"), ("M", "B"), ("N", "A")}

    assert set(practised(3)) == three
    assert practised(6) == practised(3) * 2


def test_preferred_pairs_take_turns_and_what_cannot_be_offered_is_passed() -> None:
    wished = [("N", "A"), ("M", "C"), ("N", "C"), ("X", "Y"), ("N", "A")]

    assert practised(3, preferred=wished) == [("N", "A")] * 3
    assert set(practised(2, preferred=[*wished, ("M", "B")])) == {("N", "A"), ("M", "B")}
    assert set(practised(3, preferred=[("M", "C")])) == set(practised(3))


def test_what_left_the_shelf_is_not_practised() -> None:
    assert practised(2, off_sale=frozenset({"M"})) == [("N", "A")] * 2
    assert practised(2, off_sale=frozenset({"A"}), preferred=[("M", "A")]) == [("M", "B")] * 2
    assert practised(2, off_sale=frozenset({"M", "N"})) == []


def test_colleagues_practise_different_pairs() -> None:
    pairs = {
        practice_pair(edition(), employee=employee, day=DAY).cross
        + practice_pair(edition(), employee=employee, day=DAY).main
        for employee in (1, 2, 3)
    }

    assert len(pairs) == 3
