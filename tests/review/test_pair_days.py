"""Pair counts by day: equal to the records, however often they are made and whatever happens."""

import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crossbank.desk import counters
from crossbank.desk.models import Bucket, Consultation, Source
from crossbank.desk.rows import counts_of
from crossbank.engine.evidence import PairCounts, Talk, count, fold, pair_figures
from crossbank.review import pair_days
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.models import CountedDay, DayAnswers, DayCustomers, DayTogether
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

WEDNESDAY = date(2026, 3, 4)
THURSDAY_NOON = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)  # Wednesday is over everywhere, just so
NOTHING = PairCounts(customers={}, answers={}, together={})


def stored_total() -> PairCounts:
    return fold(pair_days.stored(row.day) for row in CountedDay.objects.all())


@pytest.fixture
def counted(twelve):
    pair_days.catch_up(at=THURSDAY_NOON)
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
    before = {day: pair_days.stored(day) for day in (MONDAY, TUESDAY)}
    rows = [model.objects.count() for model in (DayCustomers, DayAnswers, DayTogether)]

    assert pair_days.catch_up(at=THURSDAY_NOON) == []
    assert pair_days.catch_up(at=THURSDAY_NOON, since=MONDAY) == [MONDAY, TUESDAY]

    assert {day: pair_days.stored(day) for day in (MONDAY, TUESDAY)} == before
    assert [model.objects.count() for model in (DayCustomers, DayAnswers, DayTogether)] == rows


def test_what_moved_is_counted_again_and_only_that(counted, people, shelf):
    bruno = people["bruno.qv"]
    world.consultation(shelf=shelf, employee=bruno, day=TUESDAY, answers={"SAV": "accepted"})

    assert pair_days.catch_up(at=THURSDAY_NOON) == [TUESDAY]
    assert stored_total().together["ACC", "SAV"] == 1

    last = Consultation.objects.latest("pk")
    Consultation.objects.filter(pk=last.pk).update(voided_at=THURSDAY_NOON, voided_by=bruno)

    assert pair_days.catch_up(at=THURSDAY_NOON) == [TUESDAY]
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
    pair_days.catch_up(at=THURSDAY_NOON)
    assert ("ACC", "APP") in stored_total().together

    Consultation.objects.filter(pk=right.pk).update(voided_at=THURSDAY_NOON, voided_by=anna)
    Consultation.objects.filter(pk=wrong.pk).update(replaced_at=None)

    assert pair_days.catch_up(at=THURSDAY_NOON) == [MONDAY]
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

    pair_days.catch_up(at=THURSDAY_NOON)

    assert stored_total() == count(talks)
    assert pair_days.drift() == []


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2026, 3, 5, 11, 59, tzinfo=UTC), TUESDAY),  # still Wednesday on Baker Island
        (datetime(2026, 3, 5, 12, 0, tzinfo=UTC), WEDNESDAY),
    ],
)
def test_a_day_is_counted_when_it_is_over_everywhere(people, shelf, at, last):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=WEDNESDAY)

    assert pair_days.last_closed(at) == last
    assert pair_days.catch_up(at=at) == [WEDNESDAY] * (last == WEDNESDAY)


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
        counted = pair_days.refresh(at=at)
        seen.append((CountedDay.objects.count(), counted.behind))

    assert seen == [(10, True), (15, True), (25, True), (30, True), (30, False)]
    assert counted.last == pair_days.last_closed(at)
    assert stored_total().together == {("ACC", "ACC"): 30}


def test_a_page_sees_what_moved_lately(counted, people, shelf):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    assert pair_days.refresh(at=THURSDAY_NOON) == pair_days.Counted(last=WEDNESDAY, behind=False)
    assert stored_total().together["ACC", "ACC"] == 7


def test_a_page_with_nothing_new_asks_little(counted, django_assert_num_queries):
    # newest counted day, first record after it, versions of a week, what was counted of them
    with django_assert_num_queries(4):
        pair_days.refresh(at=THURSDAY_NOON)


def test_a_day_costs_the_same_however_busy(people, shelf, queries):
    seen = []
    for records in (1, 25):
        for _ in range(records):
            world.consultation(
                shelf=shelf, employee=people["anna.zx"], day=MONDAY, answers={"CRD": "accepted"}
            )
        with queries() as asked:
            pair_days.count_day(MONDAY, at=THURSDAY_NOON)
        seen.append(len(asked))

    # its row found and locked; records, answers; three tables emptied and filled; its version
    assert seen == [12, 11]  # the first time its row is added


def test_half_a_day_is_never_kept(counted, people, shelf, monkeypatch):
    before = pair_days.stored(MONDAY)
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    def fail(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(DayTogether.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        pair_days.count_day(MONDAY, at=THURSDAY_NOON)

    assert pair_days.stored(MONDAY) == before
    assert pair_days.stale(pair_days.Q(), at=THURSDAY_NOON) == [MONDAY]


def run(name: str, *arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=out)
    except SystemExit as stop:
        return out.getvalue(), int(stop.code)
    return out.getvalue(), 0


def test_reconcile_finds_a_wrong_count_and_evidence_mends_it(twelve):
    for record in Consultation.objects.standing():
        counters.add(
            employee_id=record.employee_id,
            branch_id=record.branch_id,
            business_date=record.business_date,
            counts=counts_of(record),
        )
    run("evidence")
    all_well = run("reconcile", "--check")
    assert all_well[1] == 0
    assert all_well[0].splitlines() == [
        "All day sheets agree with their records.",
        "All counted days of pairs agree with their records.",
    ]
    DayAnswers.objects.filter(day=MONDAY, cross="CRD", response="accepted").update(times=7)

    said, code = run("reconcile", "--check")

    assert code == 1
    assert "2026-03-02: pair counts differ" in said
    assert "1 counted days of pairs differ from their records." in said
    assert run("evidence")[0].startswith("0 days counted;")  # its records did not move
    assert run("evidence", "--from", "2026-03-02", "--until", "2026-03-02")[0].startswith(
        "1 days counted: 2026-03-02 to 2026-03-02;"
    )
    assert run("reconcile", "--check") == all_well


def test_a_day_that_waits_is_no_drift(counted, people, shelf):
    world.consultation(shelf=shelf, employee=people["anna.zx"], day=MONDAY)

    assert pair_days.drift() == []
    assert pair_days.stale(pair_days.Q(), at=THURSDAY_NOON) == [MONDAY]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "gestern"], "is not a day"),
        (["--from", "2026-03-03", "--until", "2026-03-02"], "lies before"),
    ],
)
def test_command_refuses_in_words(db, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("evidence", *arguments)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_give_the_answer_of_one(twelve):
    troubles = []

    def counting() -> None:
        try:
            for _ in range(10):
                pair_days.count_day(MONDAY, at=THURSDAY_NOON)
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
    assert pair_days.stored(MONDAY) == pair_days.from_records(MONDAY)[1] != NOTHING
