"""The eight barriers, the five helpers and the facts: what their data must fulfil."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.functional import Promise

from crossbank.training.barriers import BARRIERS, BY_CODE, HELPERS, Helper, tip
from crossbank.training.facts import FACTS, fact

MONDAY = date(2026, 3, 16)


def in_turn(choose, days: int) -> list[object]:
    return [choose(MONDAY + timedelta(days=n)) for n in range(days)]


def test_eight_barriers_each_with_a_helper_and_every_helper_used():
    assert len(BY_CODE) == len(BARRIERS) == 8
    assert [barrier.code for barrier in BARRIERS if not barrier.tips] == []
    used = {tip.helper for barrier in BARRIERS for tip in barrier.tips}
    assert used == set(Helper) == set(HELPERS)
    assert len(Helper) == 5


def test_a_barrier_names_each_helper_once():
    for barrier in BARRIERS:
        helpers = [tip.helper for tip in barrier.tips]
        assert len(helpers) == len(set(helpers)), barrier.code


def test_every_text_waits_for_a_translation():
    texts = [text for b in BARRIERS for text in (b.title, b.sign, b.human)]
    texts += [tip.text for b in BARRIERS for tip in b.tips] + list(HELPERS.values())
    texts += [text for one in FACTS for text in (one.text, one.source)]

    assert [text for text in texts if not isinstance(text, Promise) or not str(text)] == []


def test_tips_are_two_or_three_sentences():
    for barrier in BARRIERS:
        for one in barrier.tips:
            ends = sum(str(one.text).count(sign) for sign in (". ", "? ", "! ", ".” ")) + 1
            assert 2 <= ends <= 4, one.text


def test_a_fact_has_a_source_and_a_day_that_has_come():
    today = timezone.now().date()

    assert [one.text for one in FACTS if not one.source or one.on > today] == []
    assert [one.url for one in FACTS if one.url and not one.url.startswith("https://")] == []


def test_what_is_contested_is_no_fact():
    told = " ".join(f"{one.text} {one.source}" for one in FACTS)

    for contested in ("Amazon", "35", "60", "70", "new customer", "%"):
        assert contested not in told.replace("2016/97", "").replace("1534", "")


def test_tip_follows_what_was_marked_and_takes_turns():
    own = BY_CODE["whim"].tips + BY_CODE["method"].tips

    told = in_turn(lambda day: tip(["method", "whim"], day=day), len(own))

    assert {one.text for one in told} == {one.text for one in own}


def test_without_a_mark_all_tips_take_turns():
    every = [one for barrier in BARRIERS for one in barrier.tips]

    told = in_turn(lambda day: tip((), day=day), len(every))

    assert {id(one) for one in told} == {id(one) for one in every}


def test_all_facts_take_turns():
    assert {id(one) for one in in_turn(fact, len(FACTS))} == {id(one) for one in FACTS}
