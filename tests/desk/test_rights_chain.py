"""A right over several records: it lives while a record that stands gave it, with the same code."""

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk import afterwards
from crossbank.desk.models import Consultation, Redemption
from crossbank.offers.models import Grant, Offer
from tests.desk.test_uses import LOAN, is_open, limit, used_counts, void
from tests.released import release

pytestmark = pytest.mark.django_db

RIGHT = {"offer_LON_CSH": "TL-1", **LOAN}


def gave(grant: Grant) -> str:
    return str(grant.issued_with.consultation.uuid)


def withdraw(person) -> None:
    """The customer withdraws from the one use that stands."""
    used = Redemption.objects.standing().get()
    afterwards.reverse(used, at=timezone.now(), by=person("seller2"))


# --- whose giver is gone ------------------------------------------------------------------------


def test_right_whose_giver_and_user_are_voided_is_nobody_s(give, use, seller, seller2) -> None:
    grant = give()
    _answer, uuid = use(grant)
    void(seller, gave(grant))

    void(seller2, uuid)

    assert not is_open(grant)
    assert use(grant)[0].json()["code"] == "offer_expired"


def test_right_whose_giver_was_corrected_opens_again(give, use, correct, seller, seller2) -> None:
    grant = give()
    _answer, uuid = use(grant)
    correct(seller, gave(grant), "CRD-DEB", note="Second look")

    void(seller2, uuid)

    assert is_open(grant)


def test_freed_right_whose_giver_is_voided_is_nobody_s(give, use, seller, person) -> None:
    limit("TL-1", frees_on_reversal=True)
    grant = give()
    use(grant)
    void(seller, gave(grant))

    withdraw(person)

    assert not is_open(grant)


def test_correction_uses_a_right_again_whose_giver_was_voided(
    give, use, correct, seller, seller2
) -> None:
    grant = give()
    _answer, uuid = use(grant, "ACC-SAL", **RIGHT)
    void(seller, gave(grant))

    corrected = correct(seller2, uuid, "ACC-SAL", right=grant.code, note="Second look", **RIGHT)

    used = Redemption.objects.standing().get()
    assert (str(used.consultation.uuid), used.grant) == (corrected, grant)


def test_correction_without_it_and_its_void_follow_the_voided_giver(
    give, use, correct, seller, seller2
) -> None:
    grant = give()
    _answer, uuid = use(grant, "ACC-SAL", **RIGHT)
    void(seller, gave(grant))

    corrected = correct(seller2, uuid, "ACC-SAL", **LOAN)
    between = is_open(grant)
    undone = void(seller2, corrected)

    assert (between, undone.status_code, is_open(grant)) == (False, 200, False)
    assert Redemption.objects.standing().get().grant == grant


# --- over two corrections -----------------------------------------------------------------------


@pytest.fixture
def restored(give, correct, seller):
    """This will correct to a wrong main, and back: the right of the first, the two corrections."""

    def done() -> tuple[Grant, str, str]:
        grant = give()
        wrong = correct(seller, gave(grant), "ACC-BAS")
        return grant, wrong, correct(seller, wrong, "CRD-DEB")

    return done


def test_printed_code_is_good_again_when_its_main_is(restored) -> None:
    grant, _wrong, _right = restored()

    assert (is_open(grant), Grant.objects.count()) == (True, 1)


def test_voids_of_the_corrections_undo_each_what_it_did(restored, seller) -> None:
    grant, wrong, right = restored()

    void(seller, right)
    first = is_open(grant)
    void(seller, wrong)

    assert (first, is_open(grant)) == (False, True)
    assert Consultation.objects.standing().get() == grant.issued_with.consultation


def test_what_is_used_at_once_by_the_record_that_stands_again_stays_taken_back(
    give, correct, seller
) -> None:
    grant = give()
    used = correct(seller, gave(grant), "CRD-DEB", **RIGHT)
    plain = correct(seller, used, "CRD-DEB")
    again = is_open(grant)

    void(seller, plain)

    assert (again, is_open(grant)) == (True, False)


# --- withdrawn from a correction ----------------------------------------------------------------


@pytest.mark.parametrize("frees", [False, True])
def test_withdrawal_noted_on_a_correction_outlives_its_void(
    give, use, correct, seller2, person, frees
) -> None:
    limit("TL-1", max_total=5, frees_on_reversal=frees)
    grant = give()
    _answer, uuid = use(grant)
    corrected = correct(seller2, uuid, "LON-CSH", right=grant.code, note="Second look")
    withdraw(person)
    noted = Redemption.objects.standing().get()

    undone = void(seller2, corrected)

    used = Redemption.objects.standing().get()
    assert (undone.status_code, str(used.consultation.uuid)) == (200, uuid)
    assert (used.reversed_at, used.reversed_by) == (noted.reversed_at, person("seller2"))
    assert (is_open(grant), used_counts("TL-1")) == (frees, [("total", "", 0 if frees else 1)])


def test_right_freed_on_a_correction_stays_with_who_used_it_since(
    give, use, correct, seller2, person
) -> None:
    limit("TL-1", max_total=5, frees_on_reversal=True)
    grant = give()
    _answer, uuid = use(grant)
    corrected = correct(seller2, uuid, "LON-CSH", right=grant.code, note="Second look")
    withdraw(person)
    _answer, other = use(grant)

    void(seller2, corrected)

    ours, theirs = Redemption.objects.standing().order_by("consultation")
    assert [str(one.consultation.uuid) for one in (ours, theirs)] == [uuid, other]
    assert (ours.reversed_at is None, theirs.reversed_at is None) == (False, True)
    assert (is_open(grant), used_counts("TL-1")) == (False, [("total", "", 1)])


# --- looked for ---------------------------------------------------------------------------------


def test_what_a_correction_gave_is_looked_for_once(save, content, seller, correct, queries) -> None:
    """The correction of a loan that gave a right, and that waits for its pay-out, too."""
    Offer.objects.get(code="TL-1").mains.add(Product.objects.get(code="HOM-PUR"))
    release("TL-1")
    sent = content("HOM-PUR")
    assert save(seller, sent).status_code == 201
    corrected = correct(seller, sent["uuid"], "HOM-PUR", note="Second look")

    with queries() as seen:
        shown = seller.get(f"/desk/consultations/{corrected}/later/").context

    assert (shown["given"], len(shown["waiting"])) == ((Grant.objects.get(),), 1)
    assert len([q for q in seen.captured_queries if "desk_issuedright" in q["sql"]]) == 1
