"""Rights are only given where they can be used, each with a code that nobody has."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from crossbank.desk import afterwards
from crossbank.desk.models import Consultation, Redemption
from crossbank.desk.proof import drift
from crossbank.desk.scene import Conflict
from crossbank.engine import right_codes
from crossbank.offers import rights
from crossbank.offers.models import Grant, Offer, OfferCount
from tests.desk.test_uses import NUMBER, limit

pytestmark = pytest.mark.django_db

FIRST, SECOND = (right_codes.code_of([n] * right_codes.LENGTH) for n in (1, 2))


@pytest.fixture
def drawn(monkeypatch):
    """This will let these codes be drawn one after another, then the last for ever."""

    def draw(*codes: str) -> None:
        waiting = list(codes)
        monkeypatch.setattr(
            rights, "new_code", lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]
        )

    return draw


def test_code_that_is_taken_is_drawn_again(give, drawn) -> None:
    drawn(FIRST, FIRST, FIRST, SECOND)

    codes = [give().code, give().code]

    assert codes == [FIRST, SECOND]
    assert (Consultation.objects.count(), drift()) == (2, [])


def test_what_no_new_code_mends_is_told(give, drawn) -> None:
    drawn(FIRST)
    give()

    with pytest.raises(IntegrityError):
        give()


def test_customer_who_had_his_share_is_given_no_right(give, use, save, content, seller) -> None:
    limit("TL-1", max_per_customer=1)
    assert use(give(customer_ref=NUMBER), customer_ref=NUMBER)[0].status_code == 201

    his = [save(seller, content("CRD-DEB", customer_ref=NUMBER)).status_code]
    between = Grant.objects.count()
    others = [give(customer_ref="DE 4712").customer_ref, give().customer_ref]

    assert (his, between) == ([201], 1)
    assert [bool(reference) for reference in others] == [True, False]


def test_nobody_is_given_a_right_to_what_is_used_up(give, use, save, content, seller) -> None:
    limit("TL-1", max_total=1)
    use(give())

    assert save(seller, content("CRD-DEB")).status_code == 201
    assert Grant.objects.count() == 1


def test_share_of_a_branch_keeps_no_right_back(give) -> None:
    """It is good in every branch."""
    limit("TL-1", max_per_branch=1)
    give()
    OfferCount.objects.create(
        offer=Grant.objects.get().release.offer, scope="branch", key="B01", used=1
    )

    assert give().used_at is None


def test_loan_of_who_had_his_share_begins_nothing(save, content, seller, person) -> None:
    limit("TL-5", max_per_customer=1)
    save(seller, content("HOM-PUR", customer_ref=NUMBER))
    loan = Consultation.objects.get()
    offer = Offer.objects.get(code="TL-5")
    OfferCount.objects.create(offer=offer, scope="customer", key=loan.customer_ref, used=1)

    with pytest.raises(Conflict):
        afterwards.begin_at_drawdown(
            loan, on=loan.business_date, at=timezone.now(), by=person("seller")
        )

    assert (Grant.objects.count(), Redemption.objects.count()) == (0, 0)
