"""Points and badges: a table of stories, and laws over random histories."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.badges import Award, Change, Level, Rules, awards, outcomes, pauses, standing
from crossbank.engine.leads import MOVES, Act, State, after
from crossbank.engine.points import Step, Story, pending, points, totals

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SENDER, RECEIVER = 1, 99
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


def story(*steps: tuple[float, str], lead: int = 1, sender: int = SENDER, **more) -> Story:
    """Steps as (day from the start, state); what is kept of a win is 100."""
    made = []
    for day, to in steps:
        at = START + day * DAY
        won = {"kept_minor": more.get("kept", 100), "cooling_days": more.get("sold")}
        made.append(
            Step(at=at, year=at.year, to=State(to), by=RECEIVER, **(won if to == "won" else {}))
        )
    return Story(
        lead=lead,
        sender=sender,
        cooling_days=more.get("cooling_days", 14),
        steps=tuple(made),
    )


def ledger(one: Story, *, day: float = 1000) -> list[tuple[float, int]]:
    """(day, change) of every entry up to a day."""
    return [((p.at - START) / DAY, p.change) for p in points([one], at=START + day * DAY)]


@pytest.mark.parametrize(
    ("steps", "entries"),
    [
        # work never began: nothing
        ([(0, "accepted"), (1, "contacted"), (3, "lost")], []),
        ([(0, "rejected")], []),
        # began, and the cooling-off passed
        ([(0, "accepted"), (1, "qualified")], [(15, 1)]),
        # lost within it: never; lost on its last moment or later: the work was done
        ([(0, "accepted"), (1, "qualified"), (14.99, "lost")], []),
        ([(0, "accepted"), (1, "qualified"), (15, "lost")], [(15, 1)]),
        # a win starts the days again, and a sale taken back in them earns nothing
        ([(1, "qualified"), (10, "won")], [(24, 1)]),
        ([(1, "qualified"), (10, "won"), (23.9, "lost")], []),
        # vested, then won, then taken back: the negative entry
        ([(1, "qualified"), (20, "won"), (25, "lost")], [(15, 1), (25, -1)]),
        ([(1, "qualified"), (20, "won"), (34, "lost")], [(15, 1)]),
        # a qualification withdrawn, before and after it vested; and begun anew
        ([(1, "qualified"), (5, "contacted")], []),
        ([(1, "qualified"), (40, "contacted")], [(15, 1), (40, -1)]),
        ([(1, "qualified"), (5, "contacted"), (8, "qualified")], [(22, 1)]),
        (
            [(1, "qualified"), (40, "contacted"), (50, "qualified")],
            [(15, 1), (40, -1), (64, 1)],
        ),
        # handed over to a colleague: the state stays, and so does the clock
        ([(1, "qualified"), (9, "qualified")], [(15, 1)]),
    ],
)
def test_ledger_of_one_lead(steps, entries) -> None:
    assert ledger(story(*steps)) == entries


@pytest.mark.parametrize(
    ("sold", "steps", "entries", "kept_from"),
    [
        (91, [(1, "qualified"), (10, "won")], [(101, 1)], [101]),
        (91, [(1, "qualified"), (20, "won"), (100, "lost")], [(15, 1), (100, -1)], []),
        (14, [(1, "qualified"), (20, "won"), (40, "lost")], [(15, 1)], [34]),
        (0, [(1, "qualified"), (3, "won")], [(3, 1)], [3]),
    ],
)
def test_days_of_what_was_sold_count_from_the_win(sold, steps, entries, kept_from) -> None:
    one = story(*steps, sold=sold)

    assert ledger(one) == entries
    heard = outcomes([one], at=FOREVER)
    assert [(o.at - START) / DAY for o in heard if o.kept == 1] == kept_from


def test_point_waits_until_its_last_moment() -> None:
    one = story((1, "qualified"))

    assert (ledger(one, day=14.999), pending([one], at=START + 14.999 * DAY)) == ([], 1)
    assert (ledger(one, day=15), pending([one], at=START + 15 * DAY)) == ([(15, 1)], 0)


def test_what_the_sender_did_himself_earns_nothing() -> None:
    own_hand = Story(
        lead=2,
        sender=SENDER,
        cooling_days=14,
        steps=tuple(
            Step(at=START + n * DAY, year=2026, to=to, by=SENDER, kept_minor=900)
            for n, to in enumerate((State.ACCEPTED, State.QUALIFIED, State.WON))
        ),
    )

    assert points([own_hand], at=FOREVER) == ()
    assert outcomes([own_hand], at=FOREVER) == ()
    assert awards([own_hand], at=FOREVER) == ()


def test_year_is_that_of_the_qualifying_act() -> None:
    turn = Step(at=datetime(2026, 12, 31, 20, tzinfo=UTC), year=2027, to=State.QUALIFIED, by=9)
    one = Story(lead=1, sender=SENDER, cooling_days=14, steps=(turn,))

    assert totals(points([one], at=FOREVER)) == {(SENDER, 2027): 1}


def many(n: int, *steps: tuple[float, str], first: int = 1, **more) -> list[Story]:
    return [story(*steps, lead=first + place, **more) for place in range(n)]


def life(stories: list[Story], *, at: datetime = FOREVER) -> list[tuple[str, str]]:
    return [(one.level.value, one.change.value) for one in awards(stories, at=at)]


def test_bronze_at_five_and_silver_at_fifteen() -> None:
    four, fourteen = many(4, (1, "qualified")), many(14, (1, "qualified"))

    assert life(four) == []
    assert life(many(5, (1, "qualified"))) == [("bronze", "earned")]
    assert life(fourteen) == [("bronze", "earned")]
    assert life(many(15, (1, "qualified"))) == [("bronze", "earned"), ("silver", "earned")]


def test_badge_below_its_points_is_revoked_and_comes_back() -> None:
    five = many(4, (1, "qualified"))
    five.append(story((1, "qualified"), (40, "contacted"), (50, "qualified"), lead=9))

    assert life(five) == [("bronze", "earned"), ("bronze", "revoked"), ("bronze", "earned")]
    assert standing(awards(five, at=START + 45 * DAY)) == {}
    assert standing(awards(five, at=FOREVER)) == {(SENDER, 2026, Level.BRONZE): Change.EARNED}


def test_badge_pauses_while_too_little_is_kept_and_goes_on_later() -> None:
    kept = many(3, (1, "qualified"), (2, "won"))
    vested = many(5, (1, "qualified"), first=50)
    taken_back = many(2, (1, "qualified"), (20, "won"), (30, "lost"), first=80)
    better = many(2, (60, "qualified"), (61, "won"), first=90)

    found = awards([*kept, *vested, *taken_back, *better], at=FOREVER)

    wanted = [("bronze", "earned"), ("bronze", "paused"), ("bronze", "resumed")]
    # a gold badge of its own: what was kept stays kept, and 500 is more than nothing
    assert [(a.level.value, a.change.value) for a in found if a.level is Level.BRONZE] == wanted
    pause = next(a for a in found if a.change is Change.PAUSED)
    assert (pause.kept, pause.known) == (3, 5)


def test_four_known_wins_say_nothing_yet() -> None:
    four = many(4, (1, "qualified"), (20, "won"), (30, "lost"))
    vested = many(5, (1, "qualified"), first=50)

    assert ("bronze", "paused") not in life([*four, *vested])


def test_win_taken_back_after_its_cooling_lowers_what_is_kept_from_then_on() -> None:
    vested = many(5, (1, "qualified"), first=50)
    kept = many(3, (1, "qualified"), (2, "won"))
    late = many(2, (1, "qualified"), (2, "won"), (40, "lost"), first=80)

    found = awards([*vested, *kept, *late], at=START + 100 * DAY)

    assert pauses([*vested, *kept, *late], at=START + 40 * DAY) == {(SENDER, 2026): (3, 5)}
    assert pauses([*vested, *kept, *late], at=START + 39 * DAY) == {}
    turns = [((a.at - START) / DAY, a.change.value, a.kept, a.known) for a in found]
    assert turns == [(15, "earned", 0, 0), (40, "paused", 3, 5)]


def test_gold_goes_to_the_highest_kept_turnover_and_to_all_who_tie() -> None:
    def golds(*stories: Story, at: datetime = FOREVER) -> list[int]:
        return [a.employee for a in awards(stories, at=at) if a.level is Level.GOLD]

    steps = (1, "qualified"), (2, "won")
    first = story(*steps, lead=1, sender=1, kept=300)
    second = story(*steps, lead=2, sender=2, kept=200)
    tie = story(*steps, lead=3, sender=2, kept=100)
    taken_back = story(*steps, (3, "lost"), lead=4, sender=3, kept=9000)
    unknown = story(*steps, lead=5, sender=4, kept=None)

    assert golds(first, second) == [1]
    assert golds(first, second, tie, taken_back) == [1, 2]
    assert golds(unknown, taken_back) == []
    assert golds(first, at=datetime(2027, 2, 14, 23, 59, tzinfo=UTC)) == []
    assert golds(first, at=datetime(2027, 2, 15, tzinfo=UTC)) == [1]


def test_gold_counts_what_is_known_on_its_day_and_nothing_of_later() -> None:
    def golds(*stories: Story) -> list[int]:
        return [a.employee for a in awards(stories, at=FOREVER) if a.level is Level.GOLD]

    steps, february = ((300, "qualified"), (301, "won")), 350  # 15 February 2027 is day 349.6
    less = story(*steps, lead=1, sender=1, kept=100)
    back_before = story(*steps, (330, "lost"), lead=2, sender=2, kept=900)
    back_after = story(*steps, (february, "lost"), lead=2, sender=2, kept=900)
    unknown_yet = story(*steps, lead=2, sender=2, kept=900, cooling_days=91)

    assert golds(less, back_before) == [1]
    assert golds(less, back_after) == [2]  # decided once
    assert golds(less, unknown_yet) == [1]


# ---- laws over random histories ------------------------------------------------------------------


@st.composite
def histories(draw) -> list[Story]:
    """Walks that the life cycle allows, reversals included; moments never meet."""
    found, clock = [], 0
    for lead in range(1, draw(st.integers(1, 12)) + 1):
        state, steps = State.NEW, []
        at = START + draw(st.integers(0, 500)) * DAY
        for act in draw(st.lists(st.sampled_from(sorted(MOVES)), max_size=9)):
            to = after(act, state)
            if to is None:
                continue
            clock += 1
            at += timedelta(days=draw(st.integers(0, 20)), microseconds=clock)
            by = draw(st.sampled_from([RECEIVER, RECEIVER, RECEIVER, 1]))
            kept = draw(st.none() | st.integers(0, 3)) if act is Act.WIN else None
            sold = draw(st.sampled_from([None, 14, 31])) if act is Act.WIN else None
            steps.append(
                Step(at=at, year=at.year, to=to, by=by, kept_minor=kept, cooling_days=sold)
            )
            state = to
        found.append(
            Story(
                lead=lead,
                sender=draw(st.integers(1, 3)),
                cooling_days=draw(st.sampled_from([0, 7, 14, 31, 91])),
                steps=tuple(steps),
            )
        )
    return found


LOW = Rules(bronze=1, silver=3, kept_bound=0.7, least_known=2)  # so that short histories reach all
MOMENTS = st.integers(0, 900).map(lambda day: START + day * DAY)


@given(histories(), MOMENTS, MOMENTS)
def test_what_was_written_stays_written(stories, one, other) -> None:
    """A ledger settled early is the beginning of the one settled late, from the events then known."""
    early, late = min(one, other), max(one, other)
    known_then = [
        Story(**{**vars(s), "steps": tuple(step for step in s.steps if step.at <= early)})
        for s in stories
    ]

    before, now = points(known_then, at=early), points(stories, at=late)
    assert before == now[: len(before)]
    badges_before = awards(known_then, at=early, rules=LOW)
    assert badges_before == awards(stories, at=late, rules=LOW)[: len(badges_before)]


@given(histories(), st.randoms())
def test_order_of_stories_is_no_matter(stories, dice) -> None:
    shuffled = dice.sample(stories, len(stories))

    assert points(shuffled, at=FOREVER) == points(stories, at=FOREVER)
    assert awards(shuffled, at=FOREVER, rules=LOW) == awards(stories, at=FOREVER, rules=LOW)


@given(histories(), MOMENTS)
def test_lead_has_at_most_one_point_and_never_less_than_none(stories, at) -> None:
    balance: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for entry in points(stories, at=at):
        balance[entry.lead] += entry.change
        numbers[entry.lead] += 1
        assert balance[entry.lead] in {0, 1}
        assert entry.number == numbers[entry.lead]
        assert entry.at <= at


@given(histories(), MOMENTS)
def test_standing_badges_follow_from_standing_points(stories, at) -> None:
    entries, badges = points(stories, at=at), awards(stories, at=at, rules=LOW)
    held = {(e, y, level) for e, y, level in standing(badges) if level is not Level.GOLD}

    assert held == {
        (employee, year, level)
        for (employee, year), n in totals(entries).items()
        for level, needed in LOW.steps
        if n >= needed
    }


@given(histories())
def test_badge_lives_in_order(stories) -> None:
    """Earned first; never paused twice, never two of anything in a row."""
    lives: dict[tuple[int, int, Level], list[Award]] = {}
    for one in awards(stories, at=FOREVER, rules=LOW):
        lives.setdefault((one.employee, one.year, one.level), []).append(one)

    follows = {
        None: {Change.EARNED},
        Change.EARNED: {Change.PAUSED, Change.REVOKED},
        Change.PAUSED: {Change.RESUMED, Change.REVOKED},
        Change.RESUMED: {Change.PAUSED, Change.REVOKED},
        Change.REVOKED: {Change.EARNED},
    }
    for entries in lives.values():
        before = None
        for number, one in enumerate(entries, start=1):
            assert (one.change in follows[before], one.number) == (True, number)
            before = one.change
