"""The mix: from five people on, months that are over, and nothing that subtracting brings out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossbank.org.models import Branch, Region, User
from crossbank.training import counts, mix, services
from crossbank.training.barriers import BY_CODE
from tests.training.conftest import APRIL, MARCH

pytestmark = pytest.mark.django_db
READER = User(pk=0)  # who answered nothing
LAW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def branch(code: str = "B01") -> Branch:
    return Branch.objects.select_related("region").get(code=code)


def region(code: str = "R-NORTH") -> Region:
    return Region.objects.get(code=code)


def told(found: mix.Mix | None) -> dict[str, int | None]:
    by_title = {str(barrier.title): code for code, barrier in BY_CODE.items()}
    return {by_title[str(line.title)]: line.n for line in found.lines if line.n != 0}


@pytest.mark.parametrize(("people", "is_shown"), [(0, False), (4, False), (5, True), (8, True)])
def test_a_branch_is_shown_from_five_people_on(checked, people, is_shown):
    checked("B01", people, "whim")

    assert (mix.of_branch(branch(), reader=READER, at=APRIL) is not None) == is_shown
    assert (mix.of_region(region(), reader=READER, at=APRIL) is not None) == is_shown


def test_the_running_month_is_shown_to_nobody(checked):
    checked("B01", 8, "whim")

    assert mix.of_branch(branch(), reader=READER, at=MARCH + timedelta(days=5)) is None
    assert mix.of_region(region(), reader=READER, at=MARCH + timedelta(days=5)) is None


def test_a_month_is_over_when_it_is_over_everywhere(checked):
    checked("B01", 5, "whim")
    last = datetime(2026, 4, 1, 11, 59, tzinfo=UTC)  # 31 March, 23:59 where the day ends last

    assert mix.of_branch(branch(), reader=READER, at=last) is None
    assert mix.of_branch(branch(), reader=READER, at=last + timedelta(minutes=1)) is not None


def test_counts_in_the_order_of_the_barriers(checked, sellers):
    checked("B01", 6, "whim", "offering")
    for seller in sellers("B01", 3):
        services.answer(marks=["offering", "method"], at=MARCH, by=seller)

    found = mix.of_branch(branch(), reader=READER, at=APRIL)

    assert (found.people, f"{found.month}", found.branch.code) == (6, "2026-03-01", "B01")
    assert [str(line.title) for line in found.lines] == [str(b.title) for b in BY_CODE.values()]
    assert told(found) == {"offering": None, "whim": 3, "method": 3}


def test_all_and_all_but_one_look_the_same(checked, sellers):
    checked("B01", 5, "whim", "effort")
    services.answer(marks=["whim"], at=MARCH, by=sellers("B01", 1)[0])

    lines = {line.n: line for line in mix.of_branch(branch(), reader=READER, at=APRIL).lines}
    same = [
        line for line in mix.of_branch(branch(), reader=READER, at=APRIL).lines if line.n is None
    ]

    assert [(line.of, line.dots) for line in same] == [(5, (True,) * 5)] * 2
    assert set(lines) == {None, 0}


def test_a_month_does_not_change_when_somebody_deletes_his_answers(checked, sellers):
    checked("B01", 5, "whim")
    before = mix.of_branch(branch(), reader=READER, at=APRIL)

    services.forget(at=APRIL, by=sellers("B01", 1)[0])

    assert mix.of_branch(branch(), reader=READER, at=APRIL) == before


def test_who_comes_in_the_next_month_is_not_told_by_the_difference(checked, sellers):
    """All of March stay as they were, and a sixth one comes: April alone has one person."""
    checked("B01", 5, "whim")
    services.answer(marks=["effort"], at=APRIL, by=sellers("B01", 6)[5])
    may = APRIL.replace(month=5)

    assert mix.of_branch(branch(), reader=READER, at=may) == mix.of_branch(
        branch(), reader=READER, at=APRIL
    )


def test_the_newest_of_three_months_that_has_enough(checked):
    checked("B01", 5, "whim")
    checked("B01", 6, "effort", at=APRIL)
    checked("B01", 4, "method", at=APRIL.replace(month=5))

    seen = {
        m: mix.of_branch(branch(), reader=READER, at=APRIL.replace(month=m))
        for m in (4, 5, 6, 7, 8)
    }

    assert {m: found and (found.month.month, found.people) for m, found in seen.items()} == {
        4: (3, 5),
        5: (4, 6),
        6: (4, 6),
        7: (4, 6),
        8: None,
    }


def test_the_region_leaves_out_a_rest_of_fewer_than_five(checked):
    checked("B01", 6, "whim")
    checked("B03", 3, "effort")

    found = mix.of_region(region(), reader=READER, at=APRIL)

    assert (found.people, told(found)) == (6, {"whim": None})


def test_the_region_adds_up_small_branches_that_are_five_together(checked):
    checked("B01", 3, "whim")
    checked("B03", 3, "effort")

    found = mix.of_region(region(), reader=READER, at=APRIL)

    assert mix.of_branch(branch(), reader=READER, at=APRIL) is None
    assert (found.people, told(found)) == (6, {"whim": 3, "effort": 3})


@pytest.mark.parametrize(("people", "is_shown"), [(5, False), (6, True)])
def test_who_was_a_seller_then_reads_five_others_or_nothing(checked, sellers, people, is_shown):
    checked("B01", people, "whim")
    promoted = sellers("B01", 1)[0]
    services.answer(marks=["effort"], at=MARCH, by=promoted)
    promoted.role = "manager"
    promoted.save(update_fields=["role"])

    found = mix.of_branch(branch(), reader=promoted, at=APRIL)
    of_region = mix.of_region(region(), reader=promoted, at=APRIL)

    wanted = (5, {"whim": None}) if is_shown else None
    assert (found and (found.people, told(found))) == wanted
    assert (of_region and (of_region.people, told(of_region))) == wanted
    assert told(mix.of_branch(branch(), reader=READER, at=APRIL))["effort"] == 1


def test_own_answer_of_another_branch_or_month_takes_nothing_away(checked, sellers):
    checked("B01", 5, "whim")
    services.answer(marks=["whim"], at=MARCH, by=sellers("B03", 1)[0])
    services.answer(marks=["whim"], at=APRIL, by=sellers("B01", 1)[0])

    for reader in (sellers("B03", 1)[0], sellers("B01", 6)[5]):
        assert mix.of_branch(branch(), reader=reader, at=APRIL).people == 5


def test_the_other_region_is_another_one(checked):
    checked("B01", 6, "whim")
    checked("B02", 4, "effort")

    assert mix.of_region(region("R-EAST"), reader=READER, at=APRIL) is None


def test_a_branch_that_changes_its_region_takes_no_past_month_along(checked):
    checked("B01", 5, "whim")
    checked("B03", 3, "effort")
    before = (
        mix.of_region(region(), reader=READER, at=APRIL),
        mix.of_region(region("R-EAST"), reader=READER, at=APRIL),
    )

    Branch.objects.filter(code="B03").update(region=region("R-EAST"))

    assert (
        mix.of_region(region(), reader=READER, at=APRIL),
        mix.of_region(region("R-EAST"), reader=READER, at=APRIL),
    ) == before


@LAW
@given(
    st.dictionaries(
        st.sampled_from(["B01", "B03", "B05", "B07"]),
        st.integers(min_value=0, max_value=9),
        max_size=4,
    )
)
def test_what_is_left_of_a_region_is_five_or_more_or_nobody(bank, people):
    """Whoever takes the shown branches away from the shown region finds no group under five."""
    with transaction.atomic():
        for code, n in people.items():
            place = Branch.objects.get_or_create(
                code=code, defaults={"name": code, "region": region(), "time_zone": "UTC"}
            )[0]
            for _n in range(n):
                counts.move(month="2026-03", branch=place, marks=["whim"], by=1)
        found = mix.of_region(region(), reader=READER, at=APRIL)
        shown = [mix.of_branch(branch(code), reader=READER, at=APRIL) for code in people]
        of_branches = sum(one.people for one in shown if one)
        transaction.set_rollback(True)

    assert {one.people for one in shown if one} <= {n for n in people.values() if n >= 5}
    rest = (found.people if found else 0) - of_branches
    assert rest == 0 or rest >= 5


def test_people_of_the_sample_bank_are_as_the_tests_expect(bank):
    sellers = User.objects.filter(role="seller").values_list("branch__code", flat=True)

    assert list(sellers).count("B01") >= 8
    assert list(sellers).count("B03") >= 3
