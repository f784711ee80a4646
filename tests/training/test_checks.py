"""A self-check: kept for its owner, counted for the branch, taken back by him alone."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.org.models import Role
from crossbank.training import services
from crossbank.training.models import BarrierCheck, MixCount, PracticeDay
from tests.training.conftest import APRIL, MARCH, marks_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_todays_answer_takes_the_place_of_todays(person, counted):
    seller = person("seller")
    services.answer(marks=["whim", "offering"], at=MARCH, by=seller)
    services.answer(marks=["refusal"], at=MARCH + timedelta(hours=2), by=seller)

    assert marks_of("seller") == [["refusal"]]
    assert counted() == {("B01", ""): 1, ("B01", "refusal"): 1}


def test_earlier_days_stay_for_their_owner_and_the_last_one_counts(person, counted):
    seller = person("seller")
    services.answer(marks=["whim", "offering"], at=MARCH, by=seller)
    services.answer(marks=[], at=MARCH + DAY, by=seller)

    assert marks_of("seller") == [["offering", "whim"], []]
    assert counted() == {("B01", ""): 1}


def test_a_new_month_begins_anew_and_leaves_the_old_one_alone(person, counted):
    services.answer(marks=["whim"], at=MARCH, by=person("seller"))
    services.answer(marks=["method"], at=APRIL, by=person("seller"))

    assert counted("2026-03") == {("B01", ""): 1, ("B01", "whim"): 1}
    assert counted("2026-04") == {("B01", ""): 1, ("B01", "method"): 1}


def test_every_row_of_the_month_is_there_from_the_first_answer_on(person):
    services.answer(marks=["whim"], at=MARCH, by=person("seller"))

    assert MixCount.objects.count() == 9
    assert len({row.pk for row in MixCount.objects.all()}) == 9


def test_unknown_marks_are_not_kept(person):
    services.answer(marks=["whim", "name of a colleague"], at=MARCH, by=person("seller"))

    assert marks_of("seller") == [["whim"]]


def test_a_managers_own_answer_is_in_no_mix(person, counted):
    services.answer(marks=["whim"], at=MARCH, by=person("manager"))

    assert marks_of("manager") == [["whim"]]
    assert counted() == {}


def test_who_becomes_manager_leaves_the_mix_of_the_month_and_returns_once(person, counted):
    one = person("seller")
    services.answer(marks=["whim"], at=MARCH, by=one)
    one.role = Role.MANAGER
    services.answer(marks=["whim"], at=MARCH + DAY, by=one)
    assert counted() == {}

    one.role = Role.SELLER
    services.answer(marks=["effort"], at=MARCH + 2 * DAY, by=one)
    assert counted() == {("B01", ""): 1, ("B01", "effort"): 1}


def test_who_moves_within_the_month_counts_where_he_answered_last(person, counted):
    one = person("seller")
    services.answer(marks=["whim"], at=MARCH, by=one)
    one.branch = person("seller2").branch
    services.answer(marks=["whim"], at=MARCH + DAY, by=one)

    assert counted() == {("B02", ""): 1, ("B02", "whim"): 1}


def test_a_local_day_over_two_months_of_the_bank_is_counted_once_in_each(person, counted):
    """30 April, 19:00 in London is 1 May, 01:00 in Bangkok, and April until noon there."""
    at = APRIL.replace(day=30, hour=18)
    services.answer(marks=["whim"], at=at, by=person("seller2"))
    services.answer(marks=["effort"], at=at + timedelta(hours=20), by=person("seller2"))

    assert marks_of("seller2") == [["effort"]]
    assert counted("2026-04") == {("B02", ""): 1, ("B02", "whim"): 1}
    assert counted("2026-05") == {("B02", ""): 1, ("B02", "effort"): 1}


def test_forgetting_takes_all_of_ones_own_and_leaves_months_that_are_over(person, counted):
    for who in ("seller", "anna.d"):
        services.answer(marks=["whim"], at=MARCH, by=person(who))
        services.answer(marks=["whim"], at=APRIL, by=person(who))
        services.practise(main="ACC-BAS", cross="CRD-DEB", at=APRIL, by=person(who))

    assert services.forget(at=APRIL + DAY, by=person("seller")) == 3

    assert marks_of("seller") == []
    assert marks_of("anna.d") == [["whim"], ["whim"]]
    assert [row.employee.username for row in PracticeDay.objects.all()] == ["anna.d"]
    assert counted("2026-03") == {("B01", ""): 2, ("B01", "whim"): 2}
    assert counted("2026-04") == {("B01", ""): 1, ("B01", "whim"): 1}


def test_practising_twice_a_day_is_one_day(person):
    for hours in (0, 3):
        at = MARCH + timedelta(hours=hours)
        services.practise(main="ACC-BAS", cross="CRD-DEB", at=at, by=person("seller"))

    assert PracticeDay.objects.count() == 1


def test_no_trail_and_no_back_office_knows_that_somebody_answered(person):
    services.answer(marks=["whim"], at=MARCH, by=person("seller"))
    services.practise(main="ACC-BAS", cross="CRD-DEB", at=MARCH, by=person("seller"))
    services.forget(at=MARCH, by=person("seller"))

    assert AuditEntry.objects.filter(actor="seller").count() == 0
    assert [m for m in admin.site._registry if m._meta.app_label == "training"] == []


def test_a_check_in_words_tells_nobody_what_was_marked(person):
    check = services.answer(marks=["whim"], at=MARCH, by=person("seller"))

    assert "whim" not in f"{check} {check!r}"


def test_what_is_older_than_a_year_is_forgotten_every_night(person, counted):
    now = timezone.now()
    long_ago = now - timedelta(days=400)
    for at in (long_ago, now - timedelta(days=360)):
        services.answer(marks=["whim"], at=at, by=person("seller"))
        services.practise(main="ACC-BAS", cross="CRD-DEB", at=at, by=person("seller"))
    said = StringIO()

    call_command("forget_practice", stdout=said)

    assert (BarrierCheck.objects.count(), PracticeDay.objects.count()) == (1, 1)
    assert MixCount.objects.count() == 9
    assert said.getvalue().startswith("2 self-checks and days of practice and 9 counts deleted.")
