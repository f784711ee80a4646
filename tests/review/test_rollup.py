"""Rollups: equal to the records, however often they are made and whatever happens."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crossbank.desk.models import Bucket, Consultation, Source
from crossbank.desk.rows import counts_of
from crossbank.engine.evidence import PairCounts, Talk, pair_figures
from crossbank.engine.tally import Counts
from crossbank.review import pair_days, rollup
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.models import CountedDay, DayTogether, PairDay
from tests.engine.counting import count
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

WEDNESDAY = date(2026, 3, 4)
THURSDAY_NOON = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)  # Wednesday is over everywhere, just so


ALWAYS = (date.min, date.max)


def stored_total() -> PairCounts:
    """What evidence reads of all days."""
    together = Counter()
    for row in DayTogether.objects.all():
        together[row.one, row.other] += row.times
    return replace(pair_days.counts(*ALWAYS), together=together)


@pytest.fixture
def counted(twelve):
    rollup.catch_up(at=THURSDAY_NOON)
    return twelve


def test_counts_by_hand(counted, shelf):
    """See world.twelve_records: two on paper or voided or replaced, one without a main product."""
    found = stored_total()

    assert found.customers == {
        ("ACC", shelf.edition.pk): 6,
        ("LON", shelf.edition.pk): 2,
    }
    assert found.answers == {
        ("ACC", "CRD", "strong", "accepted"): 3,
        ("ACC", "CRD", "strong", "declined"): 1,
        ("ACC", "APP", "strong", "accepted"): 1,
        ("ACC", "APP", "strong", "declined"): 2,
        ("ACC", "APP", "strong", "follow_up"): 1,
        ("ACC", "TRV", "", "accepted"): 1,
        ("LON", "INS", "strong", "interested"): 1,
        ("LON", "INS", "strong", "declined"): 1,
        ("LON", "APP", "good", "accepted"): 1,
    }
    assert found.together == {
        ("ACC", "ACC"): 6,
        ("LON", "LON"): 2,
        ("CRD", "CRD"): 3,
        ("APP", "APP"): 2,
        ("TRV", "TRV"): 1,
        ("ACC", "CRD"): 3,
        ("ACC", "APP"): 1,
        ("APP", "CRD"): 1,
        ("ACC", "TRV"): 1,
        ("CRD", "TRV"): 1,
        ("APP", "LON"): 1,
    }


def test_answers_agree_with_the_workbook(counted):
    asked = scopes.narrow(scopes.whole_bank(), since=MONDAY, last=TUESDAY)
    rows = figures(asked, made_by="test", made_at=THURSDAY_NOON).pairings

    found = {
        (row.main.code, row.cross.code): (row.presented, row.accepted, row.declined) for row in rows
    }

    assert found == {
        (pair.main, pair.cross): (pair.presented, pair.accepted, pair.declined)
        for pair in pair_figures(stored_total())
    }


def test_counting_again_changes_nothing(counted):
    before = {day: rollup.stored(day) for day in (MONDAY, TUESDAY)}
    rows = [model.objects.count() for model in rollup.TABLES]

    assert rollup.catch_up(at=THURSDAY_NOON) == []
    assert rollup.catch_up(at=THURSDAY_NOON, since=MONDAY) == [MONDAY, TUESDAY]

    assert {day: rollup.stored(day) for day in (MONDAY, TUESDAY)} == before
    assert [model.objects.count() for model in rollup.TABLES] == rows


def test_what_moved_is_counted_again_and_only_that(counted, people, shelf):
    bruno = people["bruno.qv"]
    world.consultation(shelf=shelf, employee=bruno, day=TUESDAY, answers={"SAV": "accepted"})

    assert rollup.catch_up(at=THURSDAY_NOON) == [TUESDAY]
    assert stored_total().together["ACC", "SAV"] == 1

    last = Consultation.objects.latest("pk")
    Consultation.objects.filter(pk=last.pk).update(voided_at=THURSDAY_NOON, voided_by=bruno)
    world.move(last, by=Counts() - counts_of(last))

    assert rollup.catch_up(at=THURSDAY_NOON) == [TUESDAY]
    assert ("ACC", "SAV") not in stored_total().together


def test_voiding_a_correction_is_seen(people, shelf):
    """The corrected record stands again and the correction does not: as many stand as before."""
    anna = people["anna.zx"]
    wrong = world.consultation(
        shelf=shelf,
        employee=anna,
        day=MONDAY,
        answers={"CRD": "accepted"},
        replaced_at=THURSDAY_NOON,
    )
    right = world.consultation(
        shelf=shelf, employee=anna, day=MONDAY, answers={"APP": "accepted"}, replaces=wrong
    )
    rollup.catch_up(at=THURSDAY_NOON)
    assert ("ACC", "APP") in stored_total().together

    Consultation.objects.filter(pk=right.pk).update(voided_at=THURSDAY_NOON, voided_by=anna)
    world.move(right, by=Counts())  # one out, one in
    Consultation.objects.filter(pk=wrong.pk).update(replaced_at=None)

    assert rollup.catch_up(at=THURSDAY_NOON) == [MONDAY]
    assert ("ACC", "APP") not in stored_total().together
    assert ("ACC", "CRD") in stored_total().together


@pytest.mark.parametrize("seed", range(8))
def test_random_weeks_equal_a_slow_count(people, shelf, seed):
    dice = random.Random(seed)
    talks = []
    for _ in range(40):
        main = dice.choice(["ACC", "LON"])
        crosses = dice.sample(["CRD", "APP", "SAV", "INS", "TRV"], dice.randrange(4))
        no_main = dice.random() < 0.1
        said = {
            x: "declined" if no_main else dice.choice(["accepted", "declined", "interested"])
            for x in crosses
        }
        fate = dice.choice(["stands"] * 5 + ["voided", "replaced", "paper"])
        fields = {
            "voided": {"voided_at": THURSDAY_NOON, "voided_by": people["anna.zx"]},
            "replaced": {"replaced_at": THURSDAY_NOON},
            "paper": {"source": Source.PAPER, "bucket": Bucket.PLUS_ONE, "depth": 1},
        }.get(fate, {})
        world.consultation(
            shelf=shelf,
            employee=people[dice.choice(["anna.zx", "chai.wj"])],
            day=MONDAY + timedelta(days=dice.randrange(3)),
            main=main,
            answers={} if fate == "paper" else said,
            no_main=no_main and fate != "paper",
            **fields,
        )
        if fate == "stands":
            rated = [(x, shelf.ratings.get((main, x), ""), said[x]) for x in crosses]
            talks.append(Talk(main, shelf.edition.pk, no_main, tuple(rated)))

    rollup.catch_up(at=THURSDAY_NOON)

    assert stored_total() == count(talks)
    assert rollup.drift() == []


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2026, 3, 5, 11, 59, tzinfo=UTC), TUESDAY),  # still Wednesday on Baker Island
        (datetime(2026, 3, 5, 12, 0, tzinfo=UTC), WEDNESDAY),
    ],
)
def test_a_day_is_counted_when_it_is_over_everywhere(people, shelf, at, last):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=WEDNESDAY)

    assert rollup.last_closed(at) == last
    assert rollup.catch_up(at=at) == [WEDNESDAY] * (last == WEDNESDAY)


def test_a_page_counts_a_few_days_at_a_time(people, shelf):
    """Thirty days of records, of which one page counts ten, also across a gap of a month."""
    first = date(2026, 1, 1)
    for number in [*range(15), *range(45, 60)]:
        world.consultation(
            shelf=shelf, employee=people["anna.zx"], day=first + timedelta(days=number)
        )
    at = datetime(2026, 3, 20, tzinfo=UTC)

    seen = []
    for _ in range(5):
        counted = rollup.refresh(at=at)
        seen.append((CountedDay.objects.count(), counted.behind))

    assert seen == [(10, True), (15, True), (25, True), (30, True), (30, False)]
    assert counted.last == rollup.last_closed(at)
    assert stored_total().together == {("ACC", "ACC"): 30}


def test_a_page_sees_what_moved_lately(counted, people, shelf):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    assert rollup.refresh(at=THURSDAY_NOON) == rollup.Reach(last=WEDNESDAY, behind=False)
    assert stored_total().together["ACC", "ACC"] == 7


def test_a_page_with_nothing_new_asks_little(counted, django_assert_num_queries):
    # newest counted day, first record after it, versions of a week, what was counted of them
    with django_assert_num_queries(4):
        rollup.refresh(at=THURSDAY_NOON)


def test_a_day_costs_the_same_however_busy(people, shelf, queries):
    seen = []
    for records in (1, 25):
        for _ in range(records):
            world.consultation(
                shelf=shelf, employee=people["anna.zx"], day=MONDAY, answers={"CRD": "accepted"}
            )
        with queries() as asked:
            rollup.count_day(MONDAY, at=THURSDAY_NOON)
        seen.append(len(asked))

    # its row found and locked, its sheets; records, answers, branches; nine tables emptied and
    # filled; its version. The first time its row is added; then the edition is in memory
    assert seen == [27, 25]


def test_half_a_day_is_never_kept(counted, people, shelf, monkeypatch):
    before = rollup.stored(MONDAY)
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    def fail(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(DayTogether.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        rollup.count_day(MONDAY, at=THURSDAY_NOON)

    assert rollup.stored(MONDAY) == before
    assert rollup.stale(rollup.Q(), at=THURSDAY_NOON) == [MONDAY]


def run(name: str, *arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=out)
    except SystemExit as stop:
        return out.getvalue(), int(stop.code)
    return out.getvalue(), 0


def test_reconcile_finds_a_wrong_count_and_rollup_mends_it(twelve):
    run("rollup")
    all_well = run("reconcile", "--check")
    assert all_well[1] == 0
    assert all_well[0].splitlines() == [
        "All day sheets agree with their records.",
        "All counted days agree with their records.",
    ]
    PairDay.objects.filter(day=MONDAY, cross="CRD").update(accepted=7)

    said, code = run("reconcile", "--check")

    assert code == 1
    assert "2026-03-02: counts differ" in said
    assert "1 counted days differ from their records." in said
    assert run("rollup")[0].startswith("0 days counted;")  # its records did not move
    assert run("rollup", "--from", "2026-03-02", "--until", "2026-03-02")[0].startswith(
        "1 days counted: 2026-03-02 to 2026-03-02;"
    )
    assert run("reconcile", "--check") == all_well


def test_a_day_that_waits_is_no_drift(counted, people, shelf):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    assert rollup.drift() == []
    assert rollup.stale(rollup.Q(), at=THURSDAY_NOON) == [MONDAY]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "gestern"], "is not a day"),
        (["--from", "2026-03-03", "--until", "2026-03-02"], "lies before"),
    ],
)
def test_command_refuses_in_words(db, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("rollup", *arguments)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_give_the_answer_of_one(twelve):
    troubles = []

    def counting() -> None:
        try:
            for _ in range(10):
                rollup.count_day(MONDAY, at=THURSDAY_NOON)
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [Thread(target=counting) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert rollup.stored(MONDAY) == rollup.from_records(MONDAY) != rollup.from_records(WEDNESDAY)
