"""Needs of earlier conversations: they order the cards after a stated need, and do no more."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.advice import advise
from crossbank.engine.terms import NeedTerms, Picture, Rating, Reason, ReasonKind, SaidNeed
from tests.engine.editions import editions, pictures
from tests.engine.worlds import codes, world

DAY = date(2026, 3, 18)
SAID = SaidNeed(need="CHILD", on=date(2026, 1, 8))
ROW = "A1 strong f, B1 strong f, C1 good f, D1 good f, E1 possible f"


def need(code: str, *crosses: str) -> NeedTerms:
    return NeedTerms(code=code, name=code.title(), crosses=crosses)


HERE = world(ROW, needs=[need("CHILD", "C1", "E1"), need("HOME", "D1")])


def test_said_before_comes_after_what_is_stated_now_and_before_the_rest():
    seen = Picture(main="M", said=(SAID,), day=DAY)

    assert codes(advise(HERE, Picture(main="M")).cards) == "A1 B1 C1"
    assert codes(advise(HERE, seen).cards) == "C1 A1 B1"
    assert codes(advise(HERE, replace(seen, need="HOME")).cards) == "D1 C1 A1"


def test_the_card_says_what_was_said_and_when():
    card = advise(HERE, Picture(main="M", said=(SAID,), day=DAY)).cards[0]

    assert card.reasons[0] == Reason(kind=ReasonKind.SAID, subject="CHILD", day=SAID.on, days=69)
    stated = advise(HERE, Picture(main="M", need="CHILD", said=(SAID,), day=DAY)).cards[0]
    assert [r.kind for r in stated.reasons if r.kind in {"need", "said"}] == [ReasonKind.NEED]


def test_asking_first_stays_asking_first():
    """A possible one enters the three for a need stated now, not for one of last winter."""
    said = advise(HERE, Picture(main="M", said=(SAID,), day=DAY))
    stated = advise(HERE, Picture(main="M", need="CHILD", day=DAY))

    assert "E1" not in codes(said.cards)
    assert "E1" in codes(stated.cards)
    assert codes(said.more) == "E1 D1"


plans = st.lists(
    st.builds(SaidNeed, need=st.sampled_from(["N0", "N1", "N2", "X"]), on=st.just(SAID.on)),
    max_size=3,
).map(tuple)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(editions, pictures(), plans)
def test_law_what_was_said_before_moves_cards_and_nothing_else(edition, seen, said):
    said = tuple(replace(one, need=n.code) for one, n in zip(said, edition.needs, strict=False))
    plain, ordered = advise(edition, seen), advise(edition, replace(seen, said=said))

    for part in ("not_allowed", "why_not", "steps_up"):
        assert getattr(ordered, part) == getattr(plain, part)
    offered = [{s.code for s in (*a.cards, *a.more)} for a in (plain, ordered)]
    assert offered[0] == offered[1]
    wanted = {c for n in edition.needs if n.code == seen.need for c in n.crosses}
    places = [s.code not in wanted for s in ordered.more]
    assert places == sorted(places)
    for s in (*ordered.cards, *ordered.more):
        assert s.pair == edition.pair(seen.main, s.code)
        assert s.pair.rating is not Rating.NOT_ALLOWED
