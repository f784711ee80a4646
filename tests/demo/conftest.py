"""The sample bank on a fixed Thursday in March 2026; its test day is the Wednesday before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from crossbank.conduct.marker import is_demo
from crossbank.demo import bank as sample

THURSDAY = date(2026, 3, 12)
WEDNESDAY = date(2026, 3, 11)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget_the_mark() -> Iterator[None]:
    is_demo.cache_clear()
    yield
    is_demo.cache_clear()


@pytest.fixture
def thursday() -> date:
    return THURSDAY


@pytest.fixture
def march_bank(db: None) -> None:
    """The bank and its edition, without any history."""
    sample.load(today=THURSDAY)
    sample.publish(effective_from=LONG_AGO, at=LONG_AGO)
