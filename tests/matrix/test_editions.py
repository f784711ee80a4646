"""Editions as desks read them: which one is in force, and how often the database is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from crossbank.engine.succession import Standing, standing
from crossbank.matrix import editions
from crossbank.matrix.models import Edition
from crossbank.org.models import User

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
EMPTY = {part: [] for part in ("products", "pairs", "needs", "rules", "steps_up")}


@pytest.fixture
def line(db):
    """Hours at which editions 1, 2, … start -> the rows."""

    def made(*starts: int) -> list[Edition]:
        author, _new = User.objects.get_or_create(username="author", defaults={"role": "owner"})
        return [
            Edition.objects.create(
                number=number,
                snapshot=EMPTY,
                digest="0" * 64,
                effective_from=NOON + timedelta(hours=hours),
                published_at=NOON,
                author=author,
            )
            for number, hours in enumerate(starts, start=1)
        ]

    return made


def in_force_at(hours: int) -> int | None:
    try:
        return editions.current(NOON + timedelta(hours=hours)).number
    except editions.NoEdition:
        return None


@pytest.mark.parametrize(
    ("sentence", "starts", "expected"),
    [
        ("none before the first", (1, 2), [None, 1, 2, 2]),
        ("a later number starts before an earlier one", (0, 3, 1), [1, 3, 3, 3]),
        ("a later number waits behind an earlier one", (0, 1, 3), [1, 2, 2, 3]),
        ("both at the same moment", (0, 2, 2), [1, 1, 3, 3]),
    ],
)
def test_the_one_in_force(line, sentence, starts, expected) -> None:
    line(*starts)

    assert [in_force_at(hours) for hours in range(4)] == expected, sentence
    for hours, number in enumerate(expected):
        at = NOON + timedelta(hours=hours)
        found = {
            row.number
            for row in Edition.objects.with_higher_starts()
            if standing(effective_from=row.effective_from, higher_starts=row.higher_starts, at=at)
            is Standing.IN_FORCE
        }
        assert found == ({number} if number else set()), (sentence, hours)


def shown(number: int, hours: int) -> tuple[int, int | None] | None:
    """The current number and the hour at which the shown one ended; None when it is unknown."""
    try:
        force = editions.in_force(number=number, at=NOON + timedelta(hours=hours))
    except editions.NoEdition:
        return None
    ended = force.superseded_at
    return force.current.number, None if ended is None else (ended - NOON) // timedelta(hours=1)


@pytest.mark.parametrize(
    ("sentence", "starts", "expected"),
    [
        ("followed", (0, 2), {(1, 1): (1, None), (1, 2): (2, 2), (2, 1): None, (2, 2): (2, None)}),
        (
            "overtaken before it started: the first ended when the third began, the second never was",
            (0, 9, 1),
            {(1, 0): (1, None), (1, 20): (3, 1), (2, 0): None, (2, 20): None, (3, 20): (3, None)},
        ),
        ("no such number", (0,), {(2, 5): None, (0, 5): None}),
    ],
)
def test_what_was_shown_beside_what_is_in_force(line, sentence, starts, expected) -> None:
    line(*starts)

    assert {(number, at): shown(number, at) for number, at in expected} == expected, sentence


@pytest.mark.parametrize("count", [1, 3, 40])
def test_many_editions_are_one_question(line, queries, count) -> None:
    pks = [row.pk for row in line(*range(count))]

    with queries() as first:
        loaded = editions.load_many(pks)
    with queries() as again:
        editions.load_many(pks[-3:])
        [edition.number for edition in editions.each(first=1, last=count)]

    assert [loaded[pk].number for pk in pks] == list(range(1, count + 1))
    assert (len(first), len(again)) == (1, 1)
    assert len(editions._kept) == min(count, editions.KEPT)


def test_unknown_row_is_no_edition(line) -> None:
    known = line(0)[0].pk

    assert list(editions.load_many([known, known + 1])) == [known]
    with pytest.raises(Edition.DoesNotExist):
        editions.load(known + 1)
