"""A withdrawal and an undo at once, on PostgreSQL: what was used comes back once."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from django.utils import timezone

from crossbank.desk import afterwards, services
from crossbank.desk.entries import Entry
from crossbank.desk.models import Consultation, Redemption
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict
from crossbank.offers import limits
from crossbank.offers.models import Offer, OfferCount
from tests.desk.test_races import at_once
from tests.offers.test_races import record, start_over, with_offer
from tests.released import release

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 25


def using() -> Entry:
    """Under the edition in which one may withdraw from it."""
    return replace(with_offer(), edition=2)


def two_uses(person) -> Redemption:
    """Two customers used a limited offer that a withdrawal frees; gives the first one's use."""
    start_over()
    seller = person("seller")
    for _ in range(2):
        record(seller, using())
    return Redemption.objects.order_by("pk")[0]


@pytest.fixture
def limited(within_14) -> None:
    Offer.objects.filter(code="OT-6").update(max_total=5, frees_on_reversal=True)
    release("OT-6")


def ways(person, used: Redemption) -> list:
    """The customer withdrew; the record was a mistake; the record is mended."""
    seller, at = person("seller"), timezone.now()
    mended = replace(using(), replaces=used.consultation.uuid, answers=())
    return [
        lambda: afterwards.reverse(used, at=at, by=seller),
        lambda: services.void(consultation=used.consultation, reason="no", at=at, by=seller),
        lambda: record(seller, mended),
    ]


@pytest.mark.parametrize("other", [1, 2])
def test_a_place_comes_back_once(person, limited, other) -> None:
    for _ in range(ROUNDS):
        used = two_uses(person)
        jobs = ways(person, used)

        results = at_once([jobs[0], jobs[other]])

        odd = [one for one in results if isinstance(one, Exception)]
        assert [getattr(one, "code", one) for one in odd] in ([], ["not_standing"])
        assert OfferCount.objects.get().used == 1
        used.refresh_from_db()
        assert used.given_back_at is not None
    assert drift() == []


def test_without_the_lock_a_place_comes_back_twice(person, limited, monkeypatch) -> None:
    """The control: read the record, and both go on."""
    both = threading.Barrier(2)
    give_back = limits.give_back

    def together(use: limits.Use) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(5)
        give_back(use)

    monkeypatch.setattr(limits, "give_back", together)
    monkeypatch.setattr(
        afterwards,
        "_locked",
        lambda pk: Consultation.objects.select_related("branch", "main").get(pk=pk),
    )
    used = two_uses(person)

    results = at_once(ways(person, used)[:2])

    assert [one for one in results if isinstance(one, Exception)] == []
    assert OfferCount.objects.get().used == 0  # of the other customer's place, too


def test_what_was_undone_or_mended_is_not_withdrawn(person, limited) -> None:
    for other in (1, 2):
        used = two_uses(person)
        jobs = ways(person, used)
        jobs[other]()

        with pytest.raises(Conflict) as refusal:
            jobs[0]()

        assert refusal.value.code == "not_standing"
        assert OfferCount.objects.get().used == 1
