"""A bank that asks its customers, and answers of theirs."""

from datetime import UTC, datetime

import pytest
from django.db.models import F

from crossbank.org import switches
from crossbank.voice.models import AnswerCount

NOON = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
ALSO = {"edition": "1", "item-CRD-DEB": "accepted", "item-DIG-APP": "declined"}
UUID = "5b0c3f0e-7d0f-4c8e-9d7e-0d2a4a1f0c{:02d}"


@pytest.fixture
def asking(bank) -> None:
    switches.turn(key=switches.SURVEY, on=True, at=NOON, by="admin")


@pytest.fixture
def served(sign_in):
    """This will record one conversation of somebody's and return his client."""

    def record(who: str = "seller", n: int = 1, **fields):
        client = sign_in(who)
        data = {"uuid": UUID.format(n), "main": "ACC-BAS", **ALSO, **fields}
        assert client.post("/desk/consultations/", data).status_code == 303
        return client

    return record


@pytest.fixture
def answered(db):
    """This will count answers as if customers had given them."""

    def put(
        count: int,
        *,
        month: str = "2026-02",
        branch: str = "B01",
        products: tuple[str, ...] = ("ACC-BAS",),
        useful: str = "",
        felt_pushed: str = "",
        next_need: str = "",
    ) -> None:
        cells = [
            *(("useful", code, useful) for code in products),
            ("felt_pushed", branch, felt_pushed),
            ("next_need", "", next_need),
        ]
        for question, about, said in cells:
            if said:
                cell = {"month": month, "question": question, "about": about, "said": said}
                AnswerCount.objects.get_or_create(**cell)
                AnswerCount.objects.filter(**cell).update(n=F("n") + count)

    return put


@pytest.fixture
def counted(db):
    """(question, about, said) -> how many, of what anybody said, in whatever month."""

    def read() -> dict[tuple[str, str, str], int]:
        rows = AnswerCount.objects.filter(n__gt=0)
        return {(row.question, row.about, row.said): row.n for row in rows}

    return read
