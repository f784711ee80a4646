"""The pair of the day and the own days of practice."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.matrix.models import Edition
from crossbank.training import practising, services
from crossbank.training.models import PracticeDay
from tests.training.test_pages import text_of

pytestmark = pytest.mark.django_db


def test_pair_of_the_day_out_of_the_edition_with_what_to_say(sign_in, person):
    drill = practising.drill(at=timezone.now(), by=person("seller"))
    client = sign_in("seller")

    page = text_of(client.get("/training/"))

    assert drill.pair.rating in ("strong", "good")
    assert [
        t for t in (drill.main, drill.cross, drill.pair.benefit, drill.pair.say) if t not in page
    ] == []
    assert client.post("/training/practised/").status_code == 303
    assert client.post("/training/practised/").status_code == 303  # pressed twice
    done = PracticeDay.objects.get()
    assert (done.main_code, done.cross_code) == (drill.pair.main, drill.pair.cross)
    assert ("Practised today" in client.get("/training/").text, PracticeDay.objects.count()) == (
        True,
        1,
    )


def test_pair_of_a_coaching_note_comes_first_for_four_weeks(write, person):
    now = timezone.now()
    write(main="ACC-SAL", cross="SAV-GOL", at=now - timedelta(days=2))

    drills = [practising.drill(at=now + timedelta(days=n), by=person("seller")) for n in (0, 1, 2)]
    later = [
        practising.drill(at=now + timedelta(days=n), by=person("seller")) for n in (27, 28, 29)
    ]

    assert {(one.pair.main, one.pair.cross) for one in drills} == {("ACC-SAL", "SAV-GOL")}
    assert all(one.is_from_note for one in drills)
    assert [one.is_from_note for one in later] == [False] * 3
    assert practising.drill(at=now, by=person("anna.d")).is_from_note is False


def test_a_pair_that_is_not_sold_any_more_is_not_practised(write, person):
    now = timezone.now()
    write(main="ACC-SAL", cross="SAV-GOL", at=now)
    Product.objects.filter(code="SAV-GOL").update(valid_until=now.date() - timedelta(days=2))

    assert practising.drill(at=now, by=person("seller")).is_from_note is False


def test_before_the_first_edition_the_page_stands_without_a_pair(sign_in):
    Edition._base_manager.update(effective_from=timezone.now() + timedelta(days=1))
    client = sign_in("seller")

    assert "Pair of the day" not in client.get("/training/").text
    assert client.post("/training/practised/").status_code == 404
    assert sign_in("manager").get("/training/notes/new/").status_code == 200


def test_own_dots_are_of_the_last_thirty_days_and_nobody_elses(sign_in, person):
    now = timezone.now()
    for days in (0, 29, 30):
        at = now - timedelta(days=days)
        services.practise(main="ACC-BAS", cross="CRD-DEB", at=at, by=person("seller"))

    own, other = (sign_in(who).get("/training/").text for who in ("seller", "anna.d"))

    dots = [len(re.findall(r'class="cb-dot[ "]', page)) for page in (own, other)]
    assert dots == [30, 30]
    assert [page.count("cb-dot--full") for page in (own, other)] == [2, 0]
    assert ("Practised on 2 days" in own, "None yet. Only you" in other) == (True, True)
