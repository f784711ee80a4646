"""The columns of the tally sheet, their sums, and what was missed."""

import pytest

from crossbank.engine.tally import Counts, bucket_of, fold, hands_on_ms, missed
from crossbank.engine.terms import Bucket, RuleKind
from tests.engine.bank import EDITION
from tests.engine.worlds import rule, world


@pytest.mark.parametrize(
    ("accepted", "no_main", "expected"),
    [
        ([], False, (Bucket.MAIN_ONLY, 0)),
        (["A"], False, (Bucket.PLUS_ONE, 1)),
        (["A", "A"], False, (Bucket.PLUS_ONE, 1)),  # distinct products count
        (["A", "B"], False, (Bucket.PLUS_TWO, 2)),
        (["A", "B", "C", "A"], False, (Bucket.PLUS_TWO, 3)),
        ([], True, (Bucket.NO_MAIN, 0)),
        (["A"], True, (Bucket.NO_MAIN, 0)),
    ],
)
def test_bucket_is_derived_from_what_was_taken(accepted, no_main, expected):
    assert bucket_of(iter(accepted), no_main=no_main) == expected


def test_counts_of_the_test_day():
    day = fold(
        [
            *[Counts.of(Bucket.MAIN_ONLY, presented=2)] * 22,
            *[Counts.of(Bucket.PLUS_ONE, presented=3, taken=1)] * 13,
            *[Counts.of(Bucket.PLUS_TWO, presented=3, taken=2)] * 5,
            *[Counts.of(Bucket.NO_MAIN, presented=1)] * 4,
        ]
    )

    assert day == Counts(main_only=22, plus_one=13, plus_two=5, no_main=4, presented=102, taken=23)
    assert (day.total, day.cross_rate, day.depth) == (40, 0.45, 0.575)


def test_counts_of_nothing_have_no_rate():
    nothing = Counts.of(Bucket.NO_MAIN)

    assert (nothing.total, nothing.cross_rate, nothing.depth) == (0, None, None)
    assert fold([]) == Counts()


def test_counts_move_by_the_difference_when_corrected():
    before = Counts.of(Bucket.PLUS_TWO, presented=3, taken=2)
    after = Counts.of(Bucket.MAIN_ONLY, presented=1)
    sheet = Counts(main_only=1, plus_two=2, presented=9, taken=4)

    moved = after - before

    assert moved == Counts(main_only=1, plus_two=-1, presented=-2, taken=-2)
    assert sheet + moved == Counts(main_only=2, plus_two=1, presented=7, taken=2)


def test_hands_on_time_leaves_out_the_talking():
    assert hands_on_ms([]) == 0
    assert hands_on_ms([400, 14_999, 15_000, 90_000, 0, -5_000, 1]) == 15_400


MISSED = [
    ("strong and good ones in table order", {}, "B1 A1 C1"),
    ("presented ones are not missed", {"presented": "A1"}, "B1 C1"),
    ("held ones neither", {"held": "B1"}, "A1 C1"),
    ("nor what was taken and what that rules out", {"taken": "B1"}, ""),
    ("declined does not rule out", {"presented": "B1"}, "A1 C1"),
    ("held does not rule out", {"held": "D1"}, "B1 A1 C1"),
]


@pytest.mark.parametrize(("done", "expected"), [c[1:] for c in MISSED], ids=[c[0] for c in MISSED])
def test_missed(done, expected):
    edition = world(
        "B1 good f, A1 strong f, D1 possible f, C1 good f, E1 not_allowed f",
        rules=[
            rule(RuleKind.EXCLUDES, "A1", "B1 D1", code="Q"),
            rule(RuleKind.AT_MOST_ONE, "B1 C1"),
            rule(RuleKind.REQUIRES_ANY, "A1", "E1", code="S"),  # no excuse
        ],
    )
    sets = {name: done.get(name, "").split() for name in ("presented", "held", "taken")}

    assert missed(edition, main="M", **sets) == tuple(expected.split())


def test_missed_at_the_sample_bank():
    found = missed(EDITION, main="ACC-PRM", presented=["DIG-APP"], held=[], taken=["CRD-GLD"])

    assert found == ("SAV-TRM", "INV-FND", "INV-BRK", "CRD-SUP", "PEN-VOL")
    assert missed(EDITION, main="?", presented=[], held=[], taken=[]) == ()
