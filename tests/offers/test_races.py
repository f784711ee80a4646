"""Races for what is scarce, on PostgreSQL; the control oversells where the lock is taken out."""

import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk import services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, Redemption
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict
from crossbank.offers import limits, releases
from crossbank.offers.models import Grant, Offer, OfferCount, OfferReview
from crossbank.org.models import User
from tests.desk.test_races import at_once
from tests.released import release

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS, THREADS = 25, 8


def with_offer() -> Entry:
    return Entry(
        uuid=uuid.uuid4(),
        main="CRD-DEB",
        edition=1,
        answers=(Answer(code="DIG-ALR", response="accepted", offer="OT-6", consent=True),),
    )


def debit_card() -> Entry:
    """It gives a right."""
    return Entry(uuid=uuid.uuid4(), main="CRD-DEB", edition=1)


def with_right(grant: Grant) -> Entry:
    return Entry(uuid=uuid.uuid4(), main="LON-CSH", edition=1, right=grant.code)


def record(who: User, what: Entry):
    return services.record(entry=what, branch=who.branch, at=timezone.now(), by=who)


def start_over() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE kept_outcome, desk_redemption, desk_issuedright, desk_consultationitem, desk_consultation,"
            " desk_receipt, desk_daysheet, offers_offercount, offers_grant CASCADE"
        )


@pytest.fixture
def sellers(person) -> list[User]:
    """Eight people of two branches; the edition and the offers are in memory."""
    known = [*User.objects.filter(role="seller", branch__code="B01").order_by("pk")[:5],
             *User.objects.filter(role="seller", branch__code="B02").order_by("pk")[:3]]  # fmt: skip
    found = [person(one.username) for one in known]
    assert len(found) == THREADS
    record(found[0], with_offer())
    return found


def race(sellers: list[User]) -> tuple[int, int, list[object]]:
    """Eight saves at once: how many were written, what the counter says, errors but conflicts."""
    start_over()
    results = at_once([lambda who=who: record(who, with_offer()) for who in sellers])
    odd = [
        one
        for one in results
        if isinstance(one, Exception)
        and not (isinstance(one, Conflict) and one.code == "offer_exhausted")
    ]
    used = OfferCount.objects.filter(offer__code="OT-6").values_list("used", flat=True)
    assert Consultation.objects.count() == Redemption.objects.count()
    return Redemption.objects.count(), sum(used), odd


def limit(cap: int) -> None:
    Offer.objects.filter(code="OT-6").update(max_total=cap)
    release("OT-6")


@pytest.mark.parametrize("cap", [1, 3])
def test_exactly_as_many_pass_as_the_limit_says(sellers, cap) -> None:
    limit(cap)

    assert [race(sellers) for _ in range(ROUNDS)] == [(cap, cap, [])] * ROUNDS
    assert drift() == []


def test_without_the_condition_the_offer_is_oversold(sellers, monkeypatch) -> None:
    """The control: read, compare, write."""
    limit(1)

    def read_check_write(use: limits.Use) -> None:
        for scope, key, most in limits._counted(use):
            OfferCount.objects.get_or_create(offer_id=use.offer_id, scope=scope, key=key)
            row = OfferCount.objects.get(offer=use.offer_id, scope=scope, key=key)
            if row.used >= most:
                raise limits.Exhausted(scope)
            OfferCount.objects.filter(pk=row.pk).update(used=row.used + 1)

    monkeypatch.setattr(limits, "take", read_check_write)

    def oversold() -> bool:
        start_over()
        # the counter is there: the first insert would queue the others
        offer = Offer.objects.get(code="OT-6")
        OfferCount.objects.create(offer=offer, scope=OfferCount.Scope.TOTAL)
        at_once([lambda who=who: record(who, with_offer()) for who in sellers])
        return Redemption.objects.count() > 1

    assert any(oversold() for _ in range(ROUNDS))


def test_one_right_in_two_branches_at_once_is_used_once(person) -> None:
    here, there = person("seller"), person("seller2")
    record(here, debit_card())  # the edition and the offers are in memory from here on
    for _ in range(ROUNDS):
        start_over()
        record(here, debit_card())
        grant = Grant.objects.get()
        results = at_once(
            [lambda who=who, one=grant: record(who, with_right(one)) for who in (here, there)]
        )
        (refused,) = [one for one in results if isinstance(one, Exception)]
        assert isinstance(refused, Conflict)
        assert (refused.code, refused.status) == ("offer_exhausted", 409)
        assert refused.errors == {"right": ["This right was used already."]}
        assert Redemption.objects.get().grant == grant
        assert Consultation.objects.filter(main_code="LON-CSH").count() == 1
    assert drift() == []


def test_one_right_is_used_once_by_the_same_person_eight_times(person) -> None:
    """A double click: the day sheet's row queues them, the right lets one pass."""
    here = person("seller")
    for _ in range(ROUNDS):
        start_over()
        record(here, debit_card())
        grant = Grant.objects.get()

        results = at_once([lambda one=grant: record(here, with_right(one))] * THREADS)

        refused = [one for one in results if isinstance(one, Exception)]
        assert [getattr(one, "code", one) for one in refused] == ["offer_exhausted"] * 7
        assert Redemption.objects.count() == 1


def tying(owners: tuple[User, User], number: int) -> list[OfferReview]:
    """Two drafts of equal priority on one pair, each in review by itself."""
    author, _approver = owners
    main, cross = (Product.objects.get(code=code) for code in ("ACC-SAL", "CRD-DEB"))
    reviews = []
    for code in (f"TIE-{number}-A", f"TIE-{number}-B"):
        draft = Offer.objects.create(
            code=code, name=code, kind="one_time", cross=cross, benefit_type="text",
            benefit_text="words", window="consultation", priority=1_000 + number,
        )  # fmt: skip
        draft.mains.set([main])
        reviews += releases.submit(offers=[draft], note="Race", at=timezone.now(), by=author)
    return reviews


def released_at_once(owners: tuple[User, User], number: int) -> list[str]:
    """What became of both: released, or why not."""
    _author, approver = owners
    results = at_once(
        [
            lambda one=review: releases.approve(review=one, at=timezone.now(), by=approver)
            for review in tying(owners, number)
        ]
    )
    return sorted(getattr(one, "state", type(one).__name__) for one in results)


@pytest.fixture
def owners(person) -> tuple[User, User]:
    return person("owner"), person("owner2")


def test_of_two_tying_drafts_released_at_once_one_holds(owners) -> None:
    found = [released_at_once(owners, number) for number in range(ROUNDS)]

    assert found == [["CannotRelease", "released"]] * ROUNDS


def test_without_the_lock_two_tying_offers_hold(owners, monkeypatch) -> None:
    """The control: each locks its own offer only."""
    monkeypatch.setattr(releases, "_lock_products", lambda _products: None)

    found = (released_at_once(owners, number) for number in range(ROUNDS))

    assert ["released", "released"] in found
