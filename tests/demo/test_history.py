"""The invented weeks look like life and keep the product's own rules."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache

import pytest

from crossbank.demo import history, world
from crossbank.desk.entries import Entry
from crossbank.desk.judgement import check
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.desk.proof import drift
from crossbank.desk.rows import bucket_and_depth
from crossbank.desk.scene import Scene
from crossbank.engine.tally import Counts
from crossbank.engine.terms import Bucket, Rating
from crossbank.matrix import editions
from crossbank.org.models import Holiday

WEDNESDAY = date(2026, 3, 11)


def play(today: date, *, days: int, seed: int = 1) -> list:
    """All days as (shift, played), nothing written."""
    edition = editions.current(history.begins(today, days_back=days))
    invented = world.build(seed=seed, edition=edition)
    return list(history.bank_days(invented, today=today, days_back=days))


@pytest.fixture
def weeks(march_bank, thursday) -> list:
    """63 days, invented once for all tests that only look at them: nothing in it is a row."""
    return _weeks(thursday)


@cache
def _weeks(today: date) -> list:
    return play(today, days=63)


def entries(days: list) -> list[tuple[Entry, Scene]]:
    """Every entry that was ever saved: corrections too."""
    found = []
    for _, played in days:
        for one in played:
            found.append((one.entry, one.scene))
            if one.correction:
                found.append((one.correction.entry, one.correction.scene))
    return found


def test_test_day_has_the_written_figures(march_bank, thursday):
    history.play(today=thursday, days_back=10, seed=1)

    counts = history.counts_on(WEDNESDAY, branch="B01")

    rows = Consultation.objects.filter(branch__code="B01", business_date=WEDNESDAY)
    assert (counts.main_only, counts.plus_one, counts.plus_two, counts.no_main) == (22, 13, 5, 0)
    assert (counts.total, counts.cross_rate, counts.depth) == (40, 0.45, 0.575)
    assert Counter(rows.values_list("depth", flat=True)) == {0: 22, 1: 13, 2: 4, 3: 1}
    assert set(rows.values_list("source", flat=True)) == {"desk"}
    assert rows.standing().count() == 40
    assert rows.values("employee").distinct().count() == 10
    elsewhere = history.counts_on(WEDNESDAY, branch="B03")
    assert elsewhere.total > 0


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 9), date(2026, 3, 6)),  # a Monday: the Friday before
        (date(2026, 3, 8), date(2026, 3, 6)),
        (date(2026, 1, 2), date(2026, 1, 1)),  # holidays notwithstanding
    ],
)
def test_test_day_is_the_last_weekday_before_today(march_bank, today, expected, seed):
    found = Counter(
        bucket_and_depth(one.entry)[0]
        for shift, played in play(today, days=1, seed=seed)
        if shift.clerk.branch.code == "B01" and shift.day == expected
        for one in played
    )

    assert found == {"main_only": 22, "plus_one": 13, "plus_two": 5}


def test_same_seed_and_day_give_the_same_history(march_bank, thursday):
    first = [entry for entry, _ in entries(play(thursday, days=10))]
    again = [entry for entry, _ in entries(play(thursday, days=10))]
    longer = [entry for entry, _ in entries(play(thursday, days=15))]
    other = [entry for entry, _ in entries(play(thursday, days=10, seed=2))]

    assert first == again
    assert longer[-len(first) :] == first  # one day's dice never move another's
    assert first != other
    assert len({entry.uuid for entry in first}) == len(first)


def test_every_entry_would_have_been_recorded(weeks):
    found = entries(weeks)

    for entry, scene in found:
        if entry.paper_taken is None:
            check(entry, scene)
        assert not (entry.nothing_offered and entry.answers)
        assert not (entry.no_main and entry.accepted)
        assert not {answer.code for answer in entry.answers} & {*entry.held, entry.main}
        for answer in entry.answers:
            assert not (answer.reason and answer.response == "accepted")
            assert bool(answer.due_on) == (answer.response == "follow_up")
    assert len(found) > 4000


def test_nothing_forbidden_licensed_or_deferred_was_taken(weeks):
    snapshot = weeks[0][0].world.edition.snapshot
    taken, presented = Counter(), Counter()
    for entry, _ in entries(weeks):
        for answer in entry.answers:
            pair = snapshot.pair(entry.main, answer.code)
            assert pair is None or pair.rating is not Rating.NOT_ALLOWED
            presented[answer.code] += 1
            taken[answer.code] += answer.response == "accepted"

    never = [p.code for p in snapshot.products if p.needs_licence or p.defer_days]
    assert [taken[code] for code in never] == [0] * len(never)
    assert presented["INS-CRP"] > 0
    assert presented["PEN-VOL"] > 0


def test_written_rows_agree_and_end_yesterday(march_bank, thursday):
    written = history.play(today=thursday, days_back=10, seed=1)

    assert drift() == []
    assert written.consultations == Consultation.objects.count()
    assert written.answers == ConsultationItem.objects.count()
    assert written.sheets == DaySheet.objects.filter(closed_at=None).count()
    days = set(Consultation.objects.values_list("business_date", flat=True))
    assert max(days) == WEDNESDAY
    assert min(days) == date(2026, 3, 2)


def test_used_offers_are_frozen_on_the_record(march_bank, thursday):
    history.play(today=thursday, days_back=10, seed=1)

    used = ConsultationItem.objects.exclude(offer=None).select_related("offer")

    assert used.count() > 20
    for item in used:
        assert item.offer_terms["code"] == item.offer.code
        assert item.price_shown == item.offer.price_with_text


def test_records_are_made_while_the_branch_is_open(march_bank):
    january = date(2026, 1, 13)
    closed = set(Holiday.objects.values_list("branch__code", "on"))

    for shift, played in play(january, days=20):
        assert shift.day.weekday() < 5
        assert (shift.clerk.branch.code, shift.day) not in closed
        moments = [one.scene.recorded_at for one in played]
        assert moments == sorted(moments)
        assert all(
            9 <= moment.hour < 18 or (moment.hour == 18 and moment.minute == 0)
            for moment in moments
        )
        assert {moment.astimezone(shift.clerk.zone).date() for moment in moments} <= {shift.day}


def test_colleagues_differ_and_stay_believable(weeks):
    counts: dict[str, Counts] = defaultdict(Counts)
    by_weekday, costs = Counter(), Counter()
    for shift, played in weeks:
        for one in played:
            entry, name = one.entry, shift.clerk.user.username
            bucket, depth = bucket_and_depth(entry)
            counts[name] += Counts.of(Bucket(bucket), presented=len(entry.answers), taken=depth)
            by_weekday[shift.day.weekday()] += 1
            product = one.scene.shown.product
            costs[name] += sum(not product[a.code].is_free for a in entry.answers if not a.asked)

    rates = {name: one.cross_rate for name, one in counts.items()}
    assert len(rates) == 20
    assert {name: rate for name, rate in rates.items() if not 0.2 <= rate <= 0.65} == {}
    reach = {name: one.presented / one.total for name, one in counts.items()}
    assert reach["anna.d"] > reach["seller"] > reach["jonas.k"]  # eager, steady, quiet
    assert costs["tobias.r"] == 0  # free only
    assert costs["clara.f"] > 50
    assert by_weekday[0] > by_weekday[2] < by_weekday[4]


def test_some_records_are_corrected_voided_or_from_paper(weeks):
    kinds = Counter()
    for _, played in weeks:
        for one in played:
            kinds["corrected"] += one.correction is not None
            kinds["voided"] += bool(one.void_reason)
            kinds["paper"] += one.source == "paper"
            kinds["no main"] += one.entry.no_main
            kinds["stepped up"] += bool(one.entry.came_for)

    assert all(kinds[kind] >= 5 for kind in ("corrected", "voided", "paper")), kinds
    assert kinds["no main"] > 50
    assert kinds["stepped up"] > 20


def test_corrections_keep_both_records(march_bank, thursday):
    history.play(today=thursday, days_back=40, seed=1)

    for right in Consultation.objects.exclude(replaces=None).select_related("replaces"):
        wrong = right.replaces
        assert right.source == "correction"
        assert right.replace_reason
        assert wrong.replaced_at == right.received_at > wrong.received_at
        assert right.recorded_at == wrong.recorded_at
        assert abs(right.depth - wrong.depth) == 1
    assert Consultation.objects.exclude(replaces=None).count() >= 5
    assert drift() == []


def test_days_reach_back_to_the_test_day(thursday):
    monday = date(2026, 3, 9)

    assert history.days_before(monday, days=1)[0] == date(2026, 3, 6)
    assert history.days_before(thursday, days=10)[0] == thursday - timedelta(days=10)
