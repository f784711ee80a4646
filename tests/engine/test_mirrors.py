"""Five private mirrors: what each counts, its sign, and when there is nothing to see."""

from itertools import permutations

import pytest

from crossbank.engine.mirrors import (
    FEWEST,
    Cause,
    Effort,
    Figure,
    Kind,
    Shown,
    Talk,
    efforts,
    mirrors,
)


def talk(shown: str = "", *, main: str = "M", hour: int = 9, cards: str = "", ms=None) -> Talk:
    """`"A1 B2"`: A1 of family A and B2 of family B were presented; the other cards were missed."""
    return Talk(
        main=main,
        hour=hour,
        shown=tuple(Shown(code=word, family=word[0]) for word in shown.split()),
        cards=tuple(cards.split()),
        missed=tuple(card for card in cards.split() if card not in shown.split()),
        hands_on_ms=ms,
    )


def seen(cause: Cause, talks) -> list[tuple]:
    """(subject, part, of, is the sign there) of each figure."""
    by_cause = {mirror.cause: mirror.figures for mirror in mirrors(talks)}
    return [(f.subject, f.part, f.of, f.is_seen) for f in by_cause[cause]]


ONE_PRODUCT = [
    ("nothing below twenty", [talk("A1")] * 19, []),
    ("twenty are enough", [talk("A1")] * 20, [("A1", 20, 20, True)]),
    ("half is not over half", [talk("A1 B1")] * 10, [("A1", 10, 20, False)]),
    ("over half", [talk("A1 B1")] * 10 + [talk("A1")], [("A1", 11, 21, True)]),
]


@pytest.mark.parametrize(
    ("talks", "expected"), [c[1:] for c in ONE_PRODUCT], ids=[c[0] for c in ONE_PRODUCT]
)
def test_focus_is_one_product_in_over_half_of_what_is_presented(talks, expected) -> None:
    assert seen(Cause.FOCUS, talks) == expected


ONE_FAMILY = [
    ("nothing below twenty", [talk("A1 A2")] * 9 + [talk("A3")], []),
    ("products of a family add up", [talk("A1 A2")] * 10, [("A", 20, 20, True)]),
    ("four of five is not over it", [talk("A1 A2 A3 A4 B1")] * 4, [("A", 16, 20, False)]),
    ("over it", [talk("A1 A2 A3 A4 B1")] * 4 + [talk("A1")], [("A", 17, 21, True)]),
    ("of two alike the first by code", [talk("B1 A1")] * 10, [("A", 10, 20, False)]),
]


@pytest.mark.parametrize(
    ("talks", "expected"), [c[1:] for c in ONE_FAMILY], ids=[c[0] for c in ONE_FAMILY]
)
def test_field_is_one_family_in_over_four_fifths(talks, expected) -> None:
    assert seen(Cause.FIELD, talks) == expected


PASSED_OVER = [
    ("missed whenever it came first", [talk(cards="A1")] * 20, [("A1", 20, 20, True)]),
    ("nothing below twenty", [talk(cards="A1")] * 19, []),
    ("what was no card was not passed over", [talk("B1")] * 90, []),
    ("nothing was missed", [talk("A1", cards="A1")] * 30, []),
    (
        "half is not over half",
        [talk(cards="A1")] * 10 + [talk("A1", cards="A1")] * 10,
        [("A1", 10, 20, False)],
    ),
    (
        "presented without being a card is no case",
        [talk(cards="A1")] * 10 + [talk("A1", cards="B1")] * 10,
        [],
    ),
    (
        "the one most often missed",
        [talk(cards="A1 B1")] * 20 + [talk("B1", cards="A1 B1")] * 5,
        [("A1", 25, 25, True)],
    ),
    (
        "often counts, not always",
        [talk(cards="A1")] * 20 + [talk(cards="B1"), talk("B1", cards="B1")] * 25,
        [("B1", 25, 50, False)],
    ),
    (
        "a rare one hides none with enough cases",
        [talk(cards="A1")] * 19 + [talk(cards="B1")] * 5 + [talk("B1", cards="B1")] * 15,
        [("B1", 5, 20, False)],
    ),
]


@pytest.mark.parametrize(
    ("talks", "expected"), [c[1:] for c in PASSED_OVER], ids=[c[0] for c in PASSED_OVER]
)
def test_skipped_is_the_card_most_often_passed_over(talks, expected) -> None:
    assert seen(Cause.SKIPPED, talks) == expected


LESS = [
    ("one main product has no other", [talk("A1")] * 40, []),
    ("the others need twenty, too", [talk()] * 20 + [talk("A1", main="N", hour=12)] * 19, []),
    (
        "less than half of what the others hear of",
        [talk()] * 20 + [talk("A1", main="N", hour=12)] * 20,
        [("M", 0, 20, True), ("09", 0, 20, True)],
    ),
    (
        "half of it is not less",
        [talk("A1")] * 20 + [talk("A1 A2", main="N")] * 20,
        [("M", 20, 20, False)],
    ),
    (
        "three hours are looked at as one",
        [talk("A1", hour=17)] * 9 + [talk("A1", hour=15)] * 11 + [talk("A1 A2 A3", hour=14)] * 21,
        [("15", 20, 20, True)],
    ),
    (
        "alike everywhere: more customers, then the code",
        [talk("A1")] * 20 + [talk("A1", main="N")] * 20 + [talk("A1", main="L")] * 21,
        [("L", 21, 21, False)],
    ),
    (
        "nothing anywhere is not less",
        [talk()] * 20 + [talk(main="N")] * 20,
        [("M", 0, 20, False)],
    ),
]


@pytest.mark.parametrize(("talks", "expected"), [c[1:] for c in LESS], ids=[c[0] for c in LESS])
def test_effort_is_where_a_customer_hears_of_least(talks, expected) -> None:
    assert seen(Cause.EFFORT, talks) == expected


def test_effort_stands_beside_all_other_customers() -> None:
    talks = [talk("A1")] * 20 + [talk("A1 A2 A3", main="N")] * 25 + [talk("A1", main="O")] * 5

    effort = mirrors(talks)[-1].figures[0]

    assert effort == Figure(
        kind=Kind.MAIN, subject="M", part=20, of=20, is_seen=True, rest_part=80, rest_of=30
    )
    assert (effort.share, effort.rest_share) == (1.0, 80 / 30)


def test_pay_never_has_a_figure() -> None:
    talks = [talk("A1", cards="B1", ms=900)] * 40 + [talk("B1", main="N", hour=12)] * 40

    assert [(m.cause, len(m.figures)) for m in mirrors(talks)] == [
        (Cause.FOCUS, 1), (Cause.FIELD, 1), (Cause.SKIPPED, 1), (Cause.PAY, 0), (Cause.EFFORT, 2),
    ]  # fmt: skip
    assert seen(Cause.PAY, talks) == []
    assert [figure.kind for mirror in mirrors(talks) for figure in mirror.figures] == [
        Kind.PRODUCT, Kind.FAMILY, Kind.PRODUCT, Kind.MAIN, Kind.HOURS,
    ]  # fmt: skip


def test_nothing_shows_nothing() -> None:
    assert [(m.cause, m.figures) for m in mirrors([])] == [(cause, ()) for cause in Cause]
    assert efforts([]) == ()


def test_order_of_the_talks_changes_nothing() -> None:
    groups = ([talk("A1", cards="B1")] * 20, [talk("B1", main="N", hour=12, cards="A1")] * 20,
              [talk("C1", main="L", hour=15)] * 20)  # fmt: skip

    orders = {mirrors([t for group in order for t in group]) for order in permutations(groups)}

    assert len(orders) == 1


def test_table_of_efforts_has_main_products_with_enough_customers() -> None:
    timed = [talk("A1 A2", main="N", ms=ms) for ms in range(1000, 21_000, 1000)]
    talks = [
        *timed,
        talk("A1", main="N"),
        *[talk("A1", ms=500)] * 19,
        talk(),
        *[talk(main="L")] * 5,
    ]

    found = efforts(talks)

    assert found == (
        Effort(main="M", customers=20, presented=19, hands_on_ms=None),  # 19 of them are timed
        Effort(main="N", customers=21, presented=41, hands_on_ms=10_500),
    )
    assert (found[0].each, FEWEST) == (0.95, 20)
