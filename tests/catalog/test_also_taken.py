"""Also taken: a fact on the knowledge card, of pairs it shows anyway, and never of few customers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.desk import facts
from crossbank.review import also, rollup
from crossbank.review.models import DayTogether

CARD = "/products/ACC-SAL/"


def add(*together, days_ago: int = 0) -> None:
    day = rollup.last_closed(timezone.now()) - timedelta(days=days_ago)
    DayTogether.objects.bulk_create(
        DayTogether(day=day, one=one, other=other, times=n) for one, other, n in together
    )


def told(sign_in, who: str = "seller") -> list[str]:
    page = sign_in(who).get(CARD)
    return [fact.words for fact in page.context["facts"] if fact.words in page.content.decode()]


def test_the_most_frequent_three_of_those_on_the_card(bank, sign_in):
    add(
        ("ACC-SAL", "ACC-SAL", 200),
        ("ACC-SAL", "DIG-APP", 62),
        ("ACC-SAL", "CRD-DEB", 51),
        ("ACC-SAL", "LON-CSH", 30),  # the account stands in the loan's row
        ("ACC-SAL", "SAV-GOL", 20),
        ("ACC-SAL", "SAV-INS", 199),  # not rated: the card does not show it
    )
    add(("ACC-SAL", "ACC-SAL", 40), days_ago=89)

    assert told(sign_in) == [
        (
            "Of 100 who took Salary account, 26 also took Online and mobile banking "
            "(n = 240, last 90 days)."
        ),
        "Of 100 who took Salary account, 21 also took Debit card (n = 240, last 90 days).",
        "Of 100 who took Salary account, 13 also took Cash loan (n = 240, last 90 days).",
    ]


@pytest.mark.parametrize(("taken", "is_told"), [(19, False), (20, True)])
def test_under_twenty_nothing_is_said(bank, sign_in, taken, is_told):
    add(("ACC-SAL", "ACC-SAL", taken), ("ACC-SAL", "DIG-APP", 10))

    assert bool(told(sign_in)) is is_told


def test_older_than_ninety_days_is_forgotten(bank, sign_in):
    add(("ACC-SAL", "ACC-SAL", 100), ("ACC-SAL", "DIG-APP", 10), days_ago=90)

    assert told(sign_in) == []


def test_what_is_not_allowed_is_never_told(bank, sign_in):
    from crossbank.matrix import editions

    snapshot = editions.current(timezone.now()).snapshot
    never = next(p for p in snapshot.pairs if p.rating == "not_allowed")
    one, other = sorted((never.main, never.cross))
    add((one, one, 100), (other, other, 100), (one, other, 90))

    pages = [sign_in("seller").get(f"/products/{code}/") for code in (one, other)]

    assert [page.context["facts"] for page in pages] == [(), ()]


def test_a_pair_forbidden_one_way_is_told_neither_way(bank, sign_in):
    from crossbank.desk.knowledge import company, names_beside
    from crossbank.engine.snapshot import compile_snapshot
    from crossbank.engine.terms import Rating
    from tests.engine.bank import pair, product

    snapshot = compile_snapshot(
        products=[product("A"), product("B"), product("C")],
        pairs=[
            pair("A", "B", Rating.GOOD),
            pair("B", "A", Rating.NOT_ALLOWED),
            pair("C", "A", Rating.GOOD),
        ],
        needs=[],
        rules=[],
        steps_up=[],
    )

    beside = {code: set(names_beside(snapshot, company(snapshot, code), code)) for code in "ABC"}

    assert beside == {"A": {"A", "C"}, "B": {"B"}, "C": {"C", "A"}}
    assert names_beside(snapshot, company(snapshot, "Z"), "Z") == {}


def test_nothing_is_said_where_nobody_took_it_too(bank, sign_in):
    add(("ACC-SAL", "ACC-SAL", 1000), ("ACC-SAL", "DIG-APP", 4))  # 0 of 100

    assert told(sign_in) == []


def test_a_pair_at_the_desk_is_told_alone(bank):
    add(("ACC-SAL", "ACC-SAL", 100), ("ACC-SAL", "DIG-APP", 31), ("ACC-SAL", "CRD-DEB", 50))
    pair = {"ACC-SAL": "Salary account", "DIG-APP": "App"}

    assert facts.told("ACC-SAL", pair, at=timezone.now()) == (
        facts.Fact(
            other="DIG-APP",
            words="Of 100 who took Salary account, 31 also took App (n = 100, last 90 days).",
        ),
    )


def test_a_teller_speaks_once():
    facts.add_teller(also.tell)

    assert facts._tellers.count(also.tell) == 1
