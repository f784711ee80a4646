"""The line of editions: at every moment one is in force, and which."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from crossbank.engine.succession import Standing, standing

START = datetime(2026, 3, 18, 12, 0)  # noqa: DTZ001 - the rule compares, it knows no zone


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def line(starts: tuple[int, ...], at: int) -> list[Standing]:
    """The standing of editions 1, 2, … that start at these hours."""
    return [
        standing(
            effective_from=hour(own),
            higher_starts=min(map(hour, starts[place + 1 :]), default=None),
            at=hour(at),
        )
        for place, own in enumerate(starts)
    ]


@pytest.mark.parametrize(
    ("sentence", "starts", "at", "expected"),
    [
        ("the only one", (0,), 0, "in_force"),
        ("not yet", (1,), 0, "scheduled"),
        ("followed at once", (0, 0), 0, "overtaken in_force"),
        ("followed later", (0, 2), 1, "in_force scheduled"),
        ("followed", (0, 2), 2, "superseded in_force"),
        ("one waits, a later number starts first", (0, 9, 1), 1, "superseded overtaken in_force"),
        ("its own moment does not bring it back", (0, 9, 1), 9, "superseded overtaken in_force"),
        ("called off before it starts", (0, 9, 5), 2, "in_force overtaken scheduled"),
        ("three in a row", (0, 1, 2), 3, "superseded superseded in_force"),
    ],
)
def test_standing_of_each_edition(sentence, starts, at, expected) -> None:
    assert " ".join(line(starts, at)) == expected, sentence


def test_the_highest_number_whose_moment_has_come_is_the_one_in_force() -> None:
    for count in range(1, 5):
        for starts in product(range(4), repeat=count):
            for at in range(4):
                come = [number for number, start in enumerate(starts) if start <= at]
                in_force = [
                    number
                    for number, found in enumerate(line(starts, at))
                    if found is Standing.IN_FORCE
                ]
                assert in_force == come[-1:], (starts, at)


def test_overtaken_means_never_in_force() -> None:
    for starts in product(range(4), repeat=3):
        for number, found in enumerate(line(starts, 0)):
            ever = any(line(starts, at)[number] is Standing.IN_FORCE for at in range(4))
            assert ever == (found is not Standing.OVERTAKEN), (starts, number)
