"""Windows x branches x moments through a whole save, as decision 7 says: the day of the branch."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from crossbank.desk import services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, Redemption
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict, Invalid
from crossbank.matrix.models import Edition
from crossbank.offers.models import Grant, Offer
from tests.released import LONG_AGO, release

pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
BERLIN, BANGKOK = "seller", "seller2"  # who sits in a branch of that zone


@pytest.fixture(autouse=True)
def _long_in_force(bank) -> None:
    """Moments of a table are in the past: the edition was in force then."""
    QuerySet(Edition).update(effective_from=LONG_AGO)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def with_offer(**fields) -> Entry:
    answer = Answer(code="INS-CRD", response="accepted", consent=True, offer="TL-7")
    return Entry(uuid=uuid4(), main="CRD-DEB", edition=1, answers=(answer,), **fields)


def save(who, entry: Entry, at: datetime) -> str:
    """recorded, else the code of the refusal; a refused save writes nothing."""
    before = Consultation.objects.count()
    try:
        services.record(entry=entry, branch=who.branch, at=at, by=who)
    except (Conflict, Invalid) as refusal:
        assert Consultation.objects.count() == before
        return refusal.code
    assert Consultation.objects.latest("pk").recorded_at == (entry.client_saved_at or at)
    return "recorded"


# who, first day and when it begins, last day and when it is over; every moment in UTC
FIXED = [
    (BERLIN, "2026-01-10", "2026-01-09T23:00", "2026-01-12", "2026-01-12T23:00"),
    (BANGKOK, "2026-01-10", "2026-01-09T17:00", "2026-01-12", "2026-01-12T17:00"),
    # clocks go forward in Berlin: the day of 23 hours, and the days beside it
    (BERLIN, "2026-03-28", "2026-03-27T23:00", "2026-03-28", "2026-03-28T23:00"),
    (BERLIN, "2026-03-29", "2026-03-28T23:00", "2026-03-29", "2026-03-29T22:00"),
    (BANGKOK, "2026-03-29", "2026-03-28T17:00", "2026-03-29", "2026-03-29T17:00"),
    # and back: a day of 25 hours
    (BERLIN, "2025-10-26", "2025-10-25T22:00", "2025-10-26", "2025-10-26T23:00"),
    (BERLIN, "2025-10-27", "2025-10-26T23:00", "2025-10-27", "2025-10-27T23:00"),
    (BANGKOK, "2025-10-26", "2025-10-25T17:00", "2025-10-26", "2025-10-26T17:00"),
]


@pytest.mark.parametrize(("name", "first", "begins", "last", "ends"), FIXED)
def test_offer_is_saved_from_its_first_to_its_last_microsecond(
    person, name, first, begins, last, ends
) -> None:
    Offer.objects.filter(code="TL-7").update(
        from_on=first, until_on=date.fromisoformat(last) + timedelta(days=1)
    )
    release("TL-7")
    who, begins, ends = person(name), utc(begins), utc(ends)
    moments = {
        "before": begins - TICK,
        "first": begins,
        "last": ends - TICK,
        "over": ends,
    }

    found = {told: save(who, with_offer(), at) for told, at in moments.items()}

    assert found == {
        "before": "invalid",
        "first": "recorded",
        "last": "recorded",
        "over": "offer_expired",
    }
    days = Consultation.objects.order_by("pk").values_list("business_date", flat=True)
    assert list(days) == [date.fromisoformat(first), date.fromisoformat(last)]
    assert (Redemption.objects.count(), drift()) == (2, [])


def test_what_was_saved_in_time_and_came_late_is_in_time(person) -> None:
    """The moment of saving counts where the client's clock is near, else the server's."""
    Offer.objects.filter(code="TL-7").update(from_on="2026-03-29", until_on="2026-03-30")
    release("TL-7")
    who, ends = person(BERLIN), utc("2026-03-29T22:00")
    said = ends - TICK

    came = [
        save(who, with_offer(client_saved_at=said), said + late)
        for late in (timedelta(minutes=5), timedelta(minutes=5) + TICK)
    ]

    assert came == ["recorded", "offer_expired"]


# day in Berlin on which a debit card gives a right, days, and when the right is over
RELATIVE = [
    ("2026-01-05T09:00", 30, "2026-02-04T23:00"),
    ("2026-03-01T09:00", 28, "2026-03-29T22:00"),  # the day of 23 hours is the last
    ("2026-03-28T22:59", 1, "2026-03-29T22:00"),  # a minute before that day begins
    ("2025-10-06T09:00", 20, "2025-10-26T23:00"),  # the day of 25 hours is the last
]


@pytest.mark.parametrize("there", [BERLIN, BANGKOK])
@pytest.mark.parametrize(("given", "days", "ends"), RELATIVE)
def test_right_is_good_in_every_branch_until_one_moment(person, given, days, ends, there) -> None:
    Offer.objects.filter(code="TL-1").update(days_after=days)
    release("TL-1")
    given, ends = utc(given), utc(ends)
    for _ in range(2):
        card = Entry(uuid=uuid4(), main="CRD-DEB", edition=1)
        assert save(person(BERLIN), card, given) == "recorded"
    late, good = Grant.objects.order_by("pk")

    found = [
        save(person(there), Entry(uuid=uuid4(), main="LON-CSH", edition=1, right=grant.code), at)
        for grant, at in ((late, ends), (good, ends - TICK))
    ]

    assert late.until == good.until == ends
    assert found == ["offer_expired", "recorded"]
    assert Redemption.objects.get().grant == good
