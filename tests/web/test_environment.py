"""Numbers of days from the environment: read, or refused in a sentence before anything starts."""

import pytest

from crossbank.environment import MissingSetting, Reader


@pytest.mark.parametrize(
    ("given", "days"), [({}, 90), ({"D": ""}, 90), ({"D": "0"}, 0), ({"D": "3660"}, 3660)]
)
def test_days_are_read_or_as_delivered(given, days) -> None:
    assert Reader(given).days("D", default=90) == days


@pytest.mark.parametrize(
    "value", ["-1", "3661", "9" * 5000, "1.5", "ninety", "1e3", " 5", "٣", "²", "0x10"]
)
def test_what_is_no_number_of_days_is_said(value) -> None:
    with pytest.raises(MissingSetting) as refused:
        Reader({"QUIET_DAYS": value}).days("QUIET_DAYS", default=90)

    assert str(refused.value) == (
        f"QUIET_DAYS is {value!r}; write a whole number of days from 0 to 3660."
    )


def test_least_is_kept() -> None:
    with pytest.raises(MissingSetting, match="from 1 to 3660"):
        Reader({"D": "0"}).days("D", default=30, least=1)
