"""Now, soon, paused, ended: read off the clock of a branch."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crossbank.catalog.models import Product
from crossbank.offers.listing import countdown, sections
from crossbank.offers.models import Offer
from crossbank.offers.services import holding_terms
from tests.released import release

BERLIN, BANGKOK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Bangkok")


def drawn(at, zone):
    names = dict(Product.objects.values_list("code", "name"))
    return sections(holding_terms().values(), names, at=at, zone=zone)


def listed(at, zone=BERLIN):
    """state -> codes, in the order of the page; without the states that have none."""
    return {
        section.state.value: [card.code for card in section.cards]
        for section in drawn(at, zone)
        if section.cards
    }


def card(code, at, zone=BERLIN):
    found = [c for section in drawn(at, zone) for c in section.cards]
    return next(c for c in found if c.code == code)


@pytest.mark.parametrize(
    ("moment", "zone", "state"),
    [
        # Berlin is UTC+1 on 28 February, UTC+2 on 31 August
        ("2026-02-28T22:59:59", BERLIN, "soon"),
        ("2026-02-28T23:00:00", BERLIN, "now"),
        ("2026-08-31T21:59:59", BERLIN, "now"),
        ("2026-08-31T22:00:00", BERLIN, "ended"),
        # Bangkok is UTC+7 all year
        ("2026-02-28T16:59:59", BANGKOK, "soon"),
        ("2026-02-28T17:00:00", BANGKOK, "now"),
        ("2026-08-31T16:59:59", BANGKOK, "now"),
        ("2026-08-31T17:00:00", BANGKOK, "ended"),
    ],
)
def test_the_last_day_counts_to_its_end_in_the_branch(offer, moment, zone, state):
    offer("OFF")

    found = listed(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone)

    assert found == {state: ["OFF"]}


@pytest.mark.parametrize(
    ("moment", "zone", "seconds", "words"),
    [
        ("2026-08-31T21:59:51", BERLIN, 9, "00:00:09"),
        ("2026-08-31T17:00:00", BERLIN, 5 * 3600, "05:00:00"),
        ("2026-08-29T18:48:00", BERLIN, 2 * 86400 + 3 * 3600 + 12 * 60, "2 d 03:12"),
        ("2026-08-31T12:00:00", BANGKOK, 5 * 3600, "05:00:00"),
    ],
)
def test_the_seconds_left_are_the_server_s(offer, moment, zone, seconds, words):
    offer("OFF")

    found = card("OFF", datetime.fromisoformat(moment).replace(tzinfo=UTC), zone)

    assert (found.seconds_left, found.countdown, found.last_day) == (
        seconds,
        words,
        date(2026, 8, 31),
    )


def test_the_night_the_clocks_go_back_has_an_hour_more(offer):
    offer("OFF", from_on=date(2026, 10, 1), until_on=date(2026, 10, 26))

    found = card("OFF", datetime(2026, 10, 24, 22, tzinfo=UTC))  # midnight, Berlin

    assert found.seconds_left == 25 * 3600


def test_a_yearly_offer_comes_back_and_never_ends(offer):
    offer("OFF", from_on=date(2020, 6, 1), until_on=date(2020, 9, 1), repeats_yearly=True)

    autumn = card("OFF", datetime(2026, 11, 22, tzinfo=UTC))
    summer = card("OFF", datetime(2027, 7, 1, tzinfo=UTC))

    assert (autumn.state, autumn.first_day, autumn.seconds_left) == (
        "soon",
        date(2027, 6, 1),
        None,
    )
    assert (summer.state, summer.last_day) == ("now", date(2027, 8, 31))


def test_a_paused_offer_is_paused_inside_its_window_too(offer):
    offer("OFF", is_paused=True)

    found = card("OFF", datetime(2026, 7, 1, tzinfo=UTC))

    assert (found.state, found.seconds_left) == ("paused", None)


def test_a_paused_offer_that_is_over_has_ended(offer):
    offer("OFF", is_paused=True)

    assert listed(datetime(2026, 9, 1, tzinfo=UTC)) == {"ended": ["OFF"]}


def test_what_ended_is_nobody_s_rival(offer):
    offer("RUNS", from_on=date(2026, 6, 1))
    offer("OVER", until_on=date(2026, 6, 15), priority=99)
    at = datetime(2026, 7, 1, tzinfo=UTC)

    assert [(card(c, at).yields_to, card(c, at).beats) for c in ("RUNS", "OVER")] == [((), ())] * 2


def test_what_ends_first_stands_first_and_what_has_no_end_last(offer):
    offer("A", window="consultation", kind="one_time")
    offer("B", until_on=date(2026, 12, 1))
    offer("C", until_on=date(2026, 8, 1))
    offer("S2", from_on=date(2026, 8, 2))
    offer("S1", from_on=date(2026, 8, 1))
    offer("E1", until_on=date(2026, 5, 1))
    offer("E2", until_on=date(2026, 6, 1))

    assert listed(datetime(2026, 7, 1, tzinfo=UTC)) == {
        "now": ["C", "B", "A"],
        "soon": ["S1", "S2"],
        "ended": ["E2", "E1"],
    }


def test_windows_and_conditions_are_in_words(offer):
    at = datetime(2026, 7, 1, tzinfo=UTC)
    offer("A", window="consultation", kind="one_time")
    offer("B", window="relative", trigger_event="main_recorded", days_after=30)
    offer("C", window="relative", trigger_event="approval", days_after=60)
    offer("D", window="relative", trigger_event="drawdown", days_after=9, window_text="Own words")

    assert [(card(c, at).window_text, card(c, at).waits_for) for c in "ABCD"] == [
        ("Only while the main product is being registered", ""),
        ("30 days after: Main product recorded", ""),
        ("60 days after: Personal approval", "Needs a personal approval first."),
        ("Own words", "Only after the loan is paid out."),
    ]


def test_the_rivals_are_those_that_can_meet(offer):
    at = datetime(2026, 7, 1, tzinfo=UTC)
    offer("MID", priority=20, exclusion_group="FEE")
    offer("HIGH", priority=30, exclusion_group="FEE")
    offer("LOW", priority=10, exclusion_group="FEE", customer_status="new")
    offer("SAME", priority=20)
    offer("OTHERMAIN", priority=99, mains=("LON",))
    offer("OTHERCROSS", priority=99, cross="LON")

    mid, low = card("MID", at), card("LOW", at)

    assert [rival.code for rival in mid.yields_to] == ["HIGH"]
    assert [rival.code for rival in mid.beats] == ["SAME", "LOW"]
    Offer.objects.filter(code="HIGH").update(customer_status="existing")
    release("HIGH")
    assert [rival.code for rival in low.yields_to] == ["HIGH", "MID", "SAME"]
    assert [rival.code for rival in card("LOW", at).yields_to] == ["MID", "SAME"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "00:00:00"),
        (-5, "00:00:00"),
        (59, "00:00:59"),
        (86_399, "23:59:59"),
        (86_400, "1 d 00:00"),
        (10 * 86_400 + 3_661, "10 d 01:01"),
    ],
)
def test_the_countdown_in_words(seconds, words):
    assert countdown(seconds) == words
