"""Many customers at once, on PostgreSQL: every answer is counted, and each of them once."""

import pytest

from crossbank.org.models import Branch
from crossbank.voice import survey
from tests.conftest import NOON
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SAID = {"useful": "yes", "felt_pushed": "no", "next_need": "HOME"}
ROUNDS, THREADS = 10, 8


def issued(name: str, presented: list[str]) -> str:
    branch = Branch.objects.get(code="B01")
    return survey.issue(
        conversation=name, branch=branch, main="ACC-BAS", presented=presented,
        day=NOON.date(), at=NOON,
    )  # fmt: skip


def test_answers_at_once_are_all_counted(bank, counted) -> None:
    rounds = []
    for n in range(ROUNDS):
        tokens = [issued(f"{n} {k}", [("CRD-DEB", "DIG-APP")[k % 2]]) for k in range(THREADS)]
        rounds.append(
            at_once([lambda t=token: survey.answer(token=t, **SAID, at=NOON) for token in tokens])
        )

    assert rounds == [[None] * THREADS] * ROUNDS
    every, half = ROUNDS * THREADS, ROUNDS * THREADS // 2
    assert counted() == {
        ("useful", "ACC-BAS", "yes"): every,
        ("useful", "CRD-DEB", "yes"): half,
        ("useful", "DIG-APP", "yes"): half,
        ("felt_pushed", "B01", "no"): every,
        ("next_need", "", "HOME"): every,
    }


def test_one_token_at_once_is_counted_once(bank, counted) -> None:
    kinds = []
    for n in range(ROUNDS):
        token = issued(str(n), [])
        results = at_once([lambda t=token: survey.answer(token=t, **SAID, at=NOON)] * THREADS)
        kinds.append(sorted(type(result).__name__ for result in results))

    assert kinds == [["Answered"] * (THREADS - 1) + ["NoneType"]] * ROUNDS
    assert counted()["useful", "ACC-BAS", "yes"] == ROUNDS
