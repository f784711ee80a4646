"""The figures against sums worked out by hand; see `world.twelve_records`."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crossbank.desk.models import Consultation
from crossbank.engine.tally import Counts
from crossbank.engine.terms import Rating
from crossbank.org.models import Branch, Role
from crossbank.review import rollup
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.results import Figures, Group, MissedRow, PairRow, TallyRow
from crossbank.review.terms import Named
from tests.review import world
from tests.review.world import MONDAY, TUESDAY

AT = datetime(2026, 3, 5, 8, tzinfo=UTC)  # both days are over everywhere

ACC, LON = Named(code="ACC", name="Account"), Named(code="LON", name="Loan")
CRD, APP = Named(code="CRD", name="=2+5 Card"), Named(code="APP", name="App")
SAV, PRM = Named(code="SAV", name="Savings"), Named(code="PRM", name="Premium card")
INS, TRV = Named(code="INS", name="Insurance"), Named(code="TRV", name="Travel")
NORTH, EAST = Named(code="R-NORTH", name="North"), Named(code="R-EAST", name="East")
HARBOUR, RIVER = Named(code="B01", name="Harbour"), Named(code="B02", name="River")
ANNA = Named(code="anna.zx", name="Anna Zxavia")
BRUNO = Named(code="bruno.qv", name="Bruno Qvist")
CHAI = Named(code="chai.wj", name="Chai Wjong")


def count(
    *, since: date = MONDAY, last: date = TUESDAY, scope: scopes.Scope | None = None, **asked: str
) -> Figures:
    asked_for = scopes.narrow(scope or scopes.whole_bank(), since=since, last=last, **asked)
    return figures(asked_for, made_by="test", made_at=AT, with_data=True)


def test_totals(twelve):
    found = count()

    assert found.totals == Counts(
        main_only=4, plus_one=3, plus_two=2, no_main=1, presented=12, taken=6
    )
    assert found.totals.total == 9
    assert found.totals.cross_rate == 5 / 9
    assert found.totals.depth == 7 / 9
    numbers = found.numbers
    assert (numbers.live, numbers.offered, numbers.coverage) == (9, 8, 8 / 9)
    assert numbers.acceptance == 6 / 12
    assert found.nothing_offered == (("in_hurry", 1),)


def test_tally_rows(twelve):
    found = count()

    assert found.tally == (
        TallyRow(
            day=MONDAY,
            region=EAST,
            branch=RIVER,
            staff=CHAI,
            counts=Counts(main_only=1, presented=2),
        ),
        TallyRow(
            day=MONDAY,
            region=NORTH,
            branch=HARBOUR,
            staff=ANNA,
            counts=Counts(main_only=1, plus_one=2, plus_two=1, presented=4, taken=3),
        ),
        TallyRow(
            day=MONDAY,
            region=NORTH,
            branch=HARBOUR,
            staff=BRUNO,
            counts=Counts(main_only=1, no_main=1, presented=2),
        ),
        TallyRow(
            day=TUESDAY,
            region=EAST,
            branch=RIVER,
            staff=CHAI,
            counts=Counts(plus_one=1, presented=1, taken=1),
        ),
        TallyRow(
            day=TUESDAY,
            region=NORTH,
            branch=HARBOUR,
            staff=ANNA,
            counts=Counts(main_only=1, presented=1),
        ),
        TallyRow(
            day=TUESDAY,
            region=NORTH,
            branch=HARBOUR,
            staff=BRUNO,
            counts=Counts(plus_two=1, presented=2, taken=2),
        ),
    )


def test_groups_and_days(twelve):
    found = count()

    harbour = Counts(main_only=3, plus_one=2, plus_two=2, no_main=1, presented=9, taken=5)
    river = Counts(main_only=1, plus_one=1, presented=3, taken=1)
    assert found.by_branch == (
        Group(key=HARBOUR, counts=harbour),
        Group(key=RIVER, counts=river),
    )
    assert found.by_region == (Group(key=EAST, counts=river), Group(key=NORTH, counts=harbour))
    assert found.by_staff == ()  # colleagues are listed only inside one branch
    assert [group.key for group in count(branch="B01").by_staff] == [ANNA, BRUNO]
    assert [(span.since, span.last, span.counts.total) for span in found.by_day] == [
        (MONDAY, MONDAY, 6),
        (TUESDAY, TUESDAY, 3),
    ]
    assert [(span.since, span.last, span.counts.total) for span in found.by_week] == [
        (MONDAY, TUESDAY, 9)
    ]


def test_weeks_are_cut_at_the_borders_of_the_period(twelve):
    found = count(since=date(2026, 2, 28), last=date(2026, 3, 9))

    assert [(span.since, span.last, span.counts.total) for span in found.by_week] == [
        (date(2026, 2, 28), date(2026, 3, 1), 0),
        (date(2026, 3, 2), date(2026, 3, 8), 9),
        (date(2026, 3, 9), date(2026, 3, 9), 0),
    ]


def test_pairings_leave_out_paper_voided_and_replaced(twelve):
    found = count()

    assert found.pairings == (
        PairRow(main=ACC, cross=APP, rating="strong", accepted=1, declined=2, follow_up=1),
        PairRow(main=ACC, cross=CRD, rating="strong", accepted=3, declined=1),
        PairRow(main=LON, cross=INS, rating="strong", interested=1, declined=1),
        PairRow(main=ACC, cross=TRV, rating="", accepted=1),
        PairRow(main=LON, cross=APP, rating="good", accepted=1),
    )
    assert [row.presented for row in found.pairings] == [4, 4, 2, 1, 1]
    assert [row.acceptance for row in found.pairings] == [0.25, 0.75, 0.0, 1.0, 1.0]


def test_missed_leaves_out_held_excluded_paper_no_main_and_plus_two(twelve):
    found = count()

    def row(main, cross, rating, times, declined, reason):
        return MissedRow(
            main=main,
            cross=cross,
            rating=rating,
            not_presented=times,
            declined=declined,
            top_reason=reason,
        )

    assert found.missed == (
        row(ACC, SAV, "good", 4, 0, ""),
        row(ACC, PRM, "good", 3, 0, ""),
        row(ACC, APP, "strong", 1, 2, "no_need"),  # of equals the first in the list of reasons
        row(ACC, CRD, "strong", 1, 1, "too_expensive"),
        row(LON, APP, "good", 1, 0, ""),
        row(LON, INS, "strong", 1, 1, "not_now"),  # declined by one who left without the main
    )


def test_missed_follows_the_edition_that_was_shown(people, shelf):
    anna, olga = people["anna.zx"], people["olga"]
    world.consultation(shelf=shelf, employee=anna, day=MONDAY)
    later = world.edition(author=olga, number=2, pairs=(("ACC", "SAV", Rating.STRONG),))
    world.consultation(shelf=shelf, employee=anna, day=TUESDAY, edition=later)

    found = count()

    assert {(row.cross.code, row.rating, row.not_presented) for row in found.missed} == {
        ("SAV", "strong", 2),  # the rating of the newer one
        ("CRD", "strong", 1),
        ("APP", "strong", 1),
        ("PRM", "good", 1),
    }


def test_a_renamed_product_goes_by_its_newest_name(people, shelf):
    anna = people["anna.zx"]
    world.consultation(shelf=shelf, employee=anna, day=MONDAY, answers={"APP": "declined"})
    renamed = world.edition(
        author=people["olga"], number=2, names={**world.NAMES, "APP": "New app"}
    )
    world.consultation(
        shelf=shelf, employee=anna, day=TUESDAY, answers={"APP": "accepted"}, edition=renamed
    )

    assert [(row.cross.name, row.presented) for row in count().pairings] == [("New app", 2)]
    march = count(last=MONDAY)
    assert [(row.cross.name, row.presented) for row in march.pairings] == [("App", 1)]


def test_data_rows(twelve):
    found = count()

    rows = [(row.staff, row.business_date, row.cross, row.response) for row in found.data]
    assert found.data_rows == len(found.data) == 14
    assert ("anna.zx", MONDAY, "", "") in rows  # nothing presented: one row with empty cross
    assert sum(row.source == "paper" for row in found.data) == 1
    first = found.data[0]  # the earliest moment; the clock of its branch, without zone
    assert first.recorded_at == datetime(2026, 3, 2, 1, 30)  # noqa: DTZ001
    assert first == (
        first.consultation,
        MONDAY,
        first.recorded_at,
        "R-EAST",
        "B02",
        "chai.wj",
        "ACC",
        "CRD",
        "declined",
        "too_expensive",
        "",
        "",
        1,
        "main_only",
        "desk",
    )


def test_data_adds_up_to_the_tally_and_the_pairings(twelve):
    found = count()

    buckets = {row.consultation: row.bucket for row in found.data}
    assert sorted(buckets.values()).count("main_only") == found.totals.main_only
    assert sorted(buckets.values()).count("plus_two") == found.totals.plus_two
    spoken_of = [row for row in found.data if row.cross and row.source != "paper"]
    assert len(spoken_of) == sum(row.presented for row in found.pairings)


@pytest.mark.parametrize(
    ("asked", "total", "presented"),
    [
        ({"branch": "B01"}, 7, 9),
        ({"region": "R-EAST"}, 2, 3),
        ({"staff": "anna.zx"}, 5, 5),
        ({"main": "LON"}, 2, 3),
        ({"branch": "B01", "staff": "chai.wj"}, 0, 0),
        ({"region": "R-NORTH", "branch": "B02"}, 0, 0),
    ],
)
def test_filters(twelve, asked, total, presented):
    found = count(**asked)

    assert (found.totals.total, found.totals.presented) == (total, presented)


def test_without_the_right_to_names_nobody_is_told_apart(twelve):
    found = count(scope=scopes.of(twelve["olga"]))

    nobody = Named()
    assert {row.staff for row in found.tally} == {nobody}
    assert [(row.day, row.branch, row.counts.total) for row in found.tally] == [
        (MONDAY, RIVER, 1),
        (MONDAY, HARBOUR, 5),
        (TUESDAY, RIVER, 1),
        (TUESDAY, HARBOUR, 2),
    ]
    assert found.by_staff == ()
    assert {row.staff for row in found.data} == {""}
    assert found.totals == count().totals


def test_an_empty_period_has_no_rates(twelve):
    found = count(since=TUESDAY + timedelta(days=1), last=TUESDAY + timedelta(days=3))

    assert found.is_empty
    assert (found.totals, found.totals.cross_rate, found.numbers.coverage) == (Counts(), None, None)
    assert (found.tally, found.pairings, found.missed, found.data) == ((), (), (), ())
    assert [span.counts for span in found.by_day] == [Counts()] * 3


def test_records_of_a_colleague_who_moved_stay_with_the_old_branch(twelve):
    anna = twelve["anna.zx"]
    anna.branch = twelve["chai.wj"].branch
    anna.save()

    found = count(branch="B01")

    assert found.totals.total == 7
    assert [group.key for group in found.by_staff] == [ANNA, BRUNO]


@pytest.mark.parametrize("sellers", [1, 30])
def test_the_number_of_queries_does_not_grow(people, shelf, sellers, django_assert_num_queries):
    branch = people["mia"].branch
    for number in range(sellers):
        seller = world.person(f"seller{number}", Role.SELLER, branch=branch)
        world.consultation(shelf=shelf, employee=seller, day=MONDAY, answers={"CRD": "accepted"})
        world.consultation(shelf=shelf, employee=seller, day=TUESDAY)
    asked = scopes.narrow(scopes.of(people["mia"]), since=MONDAY, last=TUESDAY)

    # days; sums of tallies, pairs, curves; consultations, items; the edition
    with django_assert_num_queries(7):
        found = figures(asked, made_by="test", made_at=AT)
    rollup.catch_up(at=AT)
    with django_assert_num_queries(4):  # no records are read, and the edition is in memory
        assert figures(asked, made_by="test", made_at=AT) == found

    assert len(found.by_staff) == sellers
    assert Consultation.objects.count() == 2 * sellers


def test_a_bank_of_one_branch_narrowed_to_a_main_product(twelve):
    """Everywhere is one place there, so colleagues are listed; and no rollup knows both."""
    harbour = twelve["mia"].branch
    Branch.objects.exclude(pk=harbour.pk).update(merged_into=harbour)

    from_records = count(main="ACC")
    rollup.catch_up(at=AT)

    assert count(main="ACC") == from_records
    assert [group.key for group in from_records.by_staff] == [ANNA, BRUNO, CHAI]
    assert sum(group.counts.total for group in from_records.by_staff) == from_records.totals.total
