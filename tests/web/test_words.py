"""Amounts, shares and strokes as people read them."""

import pytest
from django.utils import translation

from crossbank.web.templatetags.house import decimals, money, share, strokes, svg


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0.0 %"),
        (5 / 9, "55.6 %"),
        (43 / 110, "39.1 %"),
        (0.45, "45.0 %"),
        (1, "100.0 %"),
    ],
)
def test_share_is_rounded(value, text) -> None:
    assert share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.575, "0.575"), (7 / 9, "0.778"), (2, "2.000")]
)
def test_decimals_are_rounded(value, text) -> None:
    assert decimals(value, 3) == text


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (None, "–"),
        (0, "0.00 CU"),
        (5, "0.05 CU"),
        (2400, "24.00 CU"),
        (2**53, "90071992547409.92 CU"),
    ],
)
def test_money_is_exact(minor, text) -> None:
    assert money(minor) == text


@pytest.mark.parametrize("language", ["ru", "el"])
def test_comma_for_people_point_for_drawings(language) -> None:
    with translation.override(language):
        assert share(0.455) == "45,5 %"
        assert svg(12.5) == "12.5"


@pytest.mark.parametrize(
    ("n", "text"), [(0, ""), (4, "||||"), (5, "||||/"), (12, "||||/ ||||/ ||")]
)
def test_strokes_stand_in_fives(n, text) -> None:
    assert strokes(n) == text
