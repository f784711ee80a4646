"""What the due list says of the branch's rights: by last day and offer, the codes beside it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crossbank.calls import listing
from crossbank.desk import rights_ending
from crossbank.engine import right_codes
from crossbank.engine.eligibility import day_starts
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.org.models import Branch

pytestmark = pytest.mark.django_db


@pytest.fixture
def right(save, sign_in, content, person):
    """This will give a right in B01 whose last local day comes in so many days."""

    def given(days: int) -> Grant:
        sent = content("CRD-DEB")
        assert save(sign_in("seller"), sent).status_code == 201
        grant = Grant.objects.latest("pk")
        after = person("seller").branch.local_day(timezone.now()) + timedelta(days=days + 1)
        grant.until = day_starts(after, person("seller").branch.zone)
        grant.save(update_fields=["until"])
        return grant

    return given


def told(person, name: str = "seller", at: datetime | None = None) -> list[tuple]:
    branch = person(name).branch
    found = listing.reminders(branch, at=at or timezone.now())
    return [(one.on, one.words, [link.words for link in one.links]) for one in found]


def codes(*grants: Grant) -> list[str]:
    return [right_codes.spoken(grant.code) for grant in grants]


def test_last_day_in_a_week_belongs_and_the_day_after_does_not(person, right) -> None:
    today = person("seller").branch.local_day(timezone.now())
    first, seventh, _eighth = right(0), right(7), right(8)
    name = first.release.terms["name"]

    assert told(person) == [
        (today, name, codes(first)),
        (today + timedelta(days=7), name, codes(seventh)),
    ]
    assert told(person, "seller2") == []


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_whole_local_day_through_the_same_rights_are_told(person, right, hour) -> None:
    branch = person("seller").branch
    grant = right(7)
    today = branch.local_day(timezone.now())
    at = datetime(today.year, today.month, today.day, hour, 59, tzinfo=branch.zone)

    assert [told(person, at=at)[0][2]] == [codes(grant)]


def test_codes_of_one_offer_and_day_stand_in_one_line(person, right) -> None:
    grants = [right(3), right(3), right(5)]

    days = [(on, names) for on, _words, names in told(person)]

    today = person("seller").branch.local_day(timezone.now())
    assert days == [
        (today + timedelta(days=3), codes(*grants[:2])),
        (today + timedelta(days=5), codes(grants[2])),
    ]


def test_no_more_than_the_set_number_is_named(person, right, monkeypatch) -> None:
    monkeypatch.setattr(rights_ending, "MOST", 2)
    first, second = right(1), right(2)
    assert [names for _on, _words, names in told(person)] == [codes(first), codes(second)]

    right(2)
    right(6)

    assert [(words, names) for _on, words, names in told(person)][2:] == [("and 2 more", [])]
    assert [names for _on, _words, names in told(person)][:2] == [codes(first), codes(second)]


def test_page_links_each_code(sign_in, right) -> None:
    grant = right(7)

    page = sign_in("seller").get("/calls/").content.decode()

    (code,) = codes(grant)
    assert f'<a class="cb-chip" href="/rights/{grant.code}/">{code}</a>' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_as_often_for_one_as_for_three(sign_in, right, queries, rows) -> None:
    for n in range(rows):
        right(n)
    client = sign_in("seller")
    client.get("/calls/")

    with queries() as seen:
        client.get("/calls/")

    assert len(seen) == 8


def test_area_that_is_off_is_asked_for_nothing(person, right) -> None:
    right(1)
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")

    assert told(person) == []


def test_a_branch_that_goes_on_is_reminded_of_what_the_other_gave(person, right) -> None:
    grant = right(3)
    went_on = person("seller2").branch
    Branch.objects.filter(pk=person("seller").branch_id).update(merged_into=went_on)

    assert [names for _on, _words, names in told(person, "seller2")] == [codes(grant)]
