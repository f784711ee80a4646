"""Drawings as numbers: what is as long, as high and as far apart as it should be."""

from datetime import date, timedelta

import pytest

from crossbank.engine.tally import Counts
from crossbank.review import charts
from crossbank.review.results import Group, Span
from crossbank.review.terms import Named


def group(code: str, main_only: int = 0, plus_one: int = 0, plus_two: int = 0) -> Group:
    return Group(
        key=Named(code=code),
        counts=Counts(main_only=main_only, plus_one=plus_one, plus_two=plus_two),
    )


def days(*totals: tuple[int, int, int]) -> tuple[Span, ...]:
    first = date(2026, 3, 2)
    return tuple(
        Span(
            since=first + timedelta(days=n),
            until=first + timedelta(days=n + 1),
            counts=Counts(main_only=a, plus_one=b, plus_two=c),
        )
        for n, (a, b, c) in enumerate(totals)
    )


def test_a_bar_is_as_long_as_its_own_total():
    bar, empty, uneven = charts.bars([group("A", 10, 5, 5), group("B"), group("C", 98, 1, 1)])

    assert [(block.kind, block.x, block.width, block.text) for block in bar.blocks] == [
        ("main-only", "0.000%", "50.000%", "10"),
        ("plus-one", "50.000%", "25.000%", "5"),
        ("plus-two", "75.000%", "25.000%", "5"),
    ]
    assert empty.blocks == ()
    assert [block.text for block in uneven.blocks] == ["98", "", ""]  # no room for the number


@pytest.mark.parametrize(("total", "is_small"), [(9, True), (10, False)])
def test_few_customers_are_marked(total, is_small):
    assert charts.bars([group("A", total)])[0].is_small is is_small
    assert charts.trend(days((total, 0, 0))).points[0].is_small is is_small


def test_columns_stand_on_one_foot_and_the_tallest_leaves_room_for_its_number():
    columns = charts.columns(days((10, 5, 5), (0, 0, 0), (5, 5, 0)))

    tall, low = columns.stacks  # a day without customers has no column
    assert [(block.y, block.height) for block in tall.blocks] == [
        ("68.0", "52.0"),
        ("42.0", "26.0"),
        ("16.0", "26.0"),
    ]
    assert [(block.y, block.height) for block in low.blocks] == [
        ("94.0", "26.0"),
        ("68.0", "26.0"),
    ]
    assert (tall.middle, low.middle) == ("16.667%", "83.333%")
    assert (tall.text, low.text) == ("20", "10")


def test_numbers_over_columns_go_when_they_would_touch():
    assert charts.columns(days(*[(99, 0, 0)] * 31)).stacks[0].text == "99"
    assert charts.columns(days(*[(999, 0, 0)] * 31)).stacks[0].text == ""


def test_the_trend_has_gaps_where_there_is_no_rate():
    trend = charts.trend(days((5, 5, 0), (10, 0, 0), (0, 0, 0), (10, 10, 0)))

    assert [(point.x, point.y) for point in trend.points] == [
        ("12.500%", "16.0"),
        ("37.500%", "92.0"),
        ("87.500%", "16.0"),
    ]
    assert [(stroke.x1, stroke.x2) for stroke in trend.strokes] == [("12.500%", "37.500%")]
    assert [rule.percent for rule in trend.rules] == ["0 %", "25 %", "50 %"]


def test_a_trend_of_nothing_is_an_empty_frame():
    trend = charts.trend(days((0, 0, 0)))

    assert (trend.points, trend.strokes) == ((), ())
    assert [rule.percent for rule in trend.rules] == ["0 %", "25 %"]


@pytest.mark.parametrize(("places", "labels"), [(1, 1), (6, 6), (7, 4), (28, 6), (53, 6)])
def test_dates_never_crowd(places, labels):
    assert len(charts.trend(days(*[(1, 1, 1)] * places)).labels) == labels
