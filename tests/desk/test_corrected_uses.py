"""A correction keeps what the corrected record used and gave, on the terms as they were."""

import pytest
from django.utils import timezone

from crossbank.conduct.references import reference_hash
from crossbank.desk import afterwards, given_rights
from crossbank.desk.models import Consultation, ConsultationItem, Redemption
from crossbank.desk.proof import drift
from crossbank.offers.models import Grant, Offer
from crossbank.org import switches
from tests.desk.test_uses import ALERTS, LOAN, NUMBER, is_open, limit, used_counts, void
from tests.released import release

pytestmark = pytest.mark.django_db

RIGHT = {"offer_LON_CSH": "TL-1", **LOAN}
REDRAW = {"headers": {"HX-Request": "true"}}


def opened(client, main: str, uuid: str):
    """The form of a correction as it first opens."""
    return client.get(f"/desk/{main}/", {"replaces": uuid, "more": "1"}).context["panel"]


def redrawn(client, main: str, **typed):
    page = client.post(f"/desk/{main}/", {"main": main, "more": "1", **typed}, **REDRAW)
    return page.context["panel"]


def ticked(panel) -> dict[str, str]:
    """cross product -> the offer whose box stands on its card and is ticked."""
    return {
        card.code: card.offer.code
        for card in panel.drawn
        if card.offer and card.row.offer == card.offer.code
    }


# --- used rights --------------------------------------------------------------------------------


def test_form_of_a_correction_shows_the_right_that_was_used_on_a_cross(give, use, seller2) -> None:
    grant = give()
    _answer, uuid = use(grant, "ACC-SAL", **RIGHT)

    first = opened(seller2, "ACC-SAL", uuid)
    again = redrawn(
        seller2, "ACC-SAL", replaces=uuid, **{"item-LON-CSH": "accepted", "offer-LON-CSH": "TL-1"}
    )

    assert (ticked(first), first.errors) == ({"LON-CSH": "TL-1"}, {})
    assert (ticked(again), again.errors) == ({"LON-CSH": "TL-1"}, {})
    assert [line.code for line in again.rights] == [grant.code]


def test_form_of_a_correction_shows_the_right_that_was_used_on_the_main(give, use, seller2) -> None:
    grant = give()
    _answer, uuid = use(grant)

    panel = opened(seller2, "LON-CSH", uuid)

    assert [(line.code, line.chosen) for line in panel.rights] == [(grant.code, True)]
    assert panel.errors == {}


def test_nobody_else_sees_the_right_by_naming_the_record(give, use, seller, sign_in) -> None:
    grant = give(customer_ref=NUMBER)
    _answer, uuid = use(grant, "ACC-SAL", **RIGHT)

    assert redrawn(seller, "ACC-SAL", replaces=uuid).rights == ()
    assert [
        line.code for line in redrawn(sign_in("manager2"), "ACC-SAL", replaces=uuid).rights
    ] == [grant.code]


@pytest.mark.parametrize("main", ["ACC-SAL", "CRD-DEB"])
@pytest.mark.parametrize("by", ["number", "code"])
def test_correction_uses_the_right_of_a_cross_product_again(
    give, save, content, correct, seller2, main, by
) -> None:
    """Beside the debit card the offer holds by itself, too: the right must not open again."""
    grant = give(customer_ref=NUMBER)
    shown = {"customer_ref": NUMBER} if by == "number" else {"right": grant.code}
    sent = content(main, **shown, **RIGHT)
    assert save(seller2, sent).status_code == 201

    corrected = correct(seller2, sent["uuid"], main, note="Second look", **RIGHT)

    used = Redemption.objects.standing().get()
    assert (str(used.consultation.uuid), used.grant) == (corrected, grant)
    assert (is_open(grant), drift()) == (False, [])


def test_correction_without_the_offer_opens_the_right_again(give, use, correct, seller2) -> None:
    grant = give()
    _answer, uuid = use(grant, "ACC-SAL", **RIGHT)

    correct(seller2, uuid, "ACC-SAL", **LOAN)

    assert (Redemption.objects.standing().count(), is_open(grant)) == (0, True)


def test_correction_knows_the_customer_of_a_limited_offer(save, content, correct, seller) -> None:
    limit("OT-6", max_per_customer=1)
    sent = content("CRD-DEB", customer_ref=NUMBER, **ALERTS)
    assert save(seller, sent).status_code == 201

    corrected = correct(seller, sent["uuid"], "CRD-DEB", note="Second look", **ALERTS)

    assert str(Redemption.objects.standing().get().consultation.uuid) == corrected
    assert used_counts("OT-6") == [("customer", reference_hash(NUMBER), 1)]


def test_last_place_stands_on_the_card_of_the_correction(save, content, seller, seller2) -> None:
    limit("OT-6", max_total=1)
    sent = content("CRD-DEB", **ALERTS)
    save(seller, sent)

    assert ticked(opened(seller, "CRD-DEB", sent["uuid"])) == {"DIG-ALR": "OT-6"}
    assert "DIG-ALR" not in {c.code for c in redrawn(seller2, "CRD-DEB").drawn if c.offer}


# --- terms as they were -------------------------------------------------------------------------


def release_worse(code: str) -> None:
    Offer.objects.filter(code=code).update(benefit_text="Worse", price_with_text="9.99 CU")
    release(code)


def pause(code: str) -> None:
    Offer.objects.filter(code=code).update(is_paused=True)


def archive(code: str) -> None:
    Offer.objects.filter(code=code).update(archived_at=timezone.now())
    Offer.objects.get(code=code).placements.all().delete()


@pytest.mark.parametrize("meanwhile", [release_worse, pause, archive])
def test_correction_keeps_the_terms_of_the_offers_that_stay(
    save, content, correct, seller, meanwhile
) -> None:
    sent = content("CRD-DEB", **ALERTS)
    save(seller, sent)
    before = ConsultationItem.objects.get()
    meanwhile("OT-6")

    on_card = ticked(opened(seller, "CRD-DEB", sent["uuid"]))
    corrected = correct(seller, sent["uuid"], "CRD-DEB", note="Second look", **ALERTS)

    item = ConsultationItem.objects.get(consultation__uuid=corrected)
    assert on_card == {"DIG-ALR": "OT-6"}
    assert (item.offer_terms, item.price_shown) == (before.offer_terms, before.price_shown)
    assert Redemption.objects.standing().get().terms == before.offer_terms


# --- rights that were given ---------------------------------------------------------------------


def switch_off(_code: str) -> None:
    switches.turn(key=switches.OFFERS, on=False, at=timezone.now(), by="admin")


def release_elsewhere(code: str) -> None:
    offer = Offer.objects.get(code=code)
    offer.mains.set(offer.mains.model.objects.filter(code="ACC-BAS"))
    release(code)


@pytest.mark.parametrize("meanwhile", [pause, archive, release_elsewhere, switch_off])
def test_printed_right_stays_good_when_a_note_is_corrected(
    give, correct, seller, meanwhile
) -> None:
    grant = give()
    meanwhile("TL-1")

    correct(seller, Consultation.objects.get().uuid, "CRD-DEB", note="Second look")

    grant.refresh_from_db()
    assert (grant.withdrawn_at, Grant.objects.count()) == (None, 1)


@pytest.mark.parametrize(
    ("main", "fields"),
    [
        ("ACC-BAS", {}),
        ("CRD-DEB", {"no_main": "1"}),
        ("CRD-DEB", {"offer_LON_CSH": "TL-1", **LOAN}),
        ("CRD-DEB", {"customer_kind": "existing"}),
    ],
)
def test_right_that_a_correction_does_not_earn_is_taken_back(
    give, correct, seller, main, fields
) -> None:
    Offer.objects.filter(code="TL-1").update(customer_status="new")
    release("TL-1")
    grant = give(customer_kind="new")
    kind = {} if "customer_kind" in fields else {"customer_kind": "new"}

    correct(seller, Consultation.objects.get().uuid, main, **fields, **kind)

    assert not is_open(grant)


def test_right_from_the_drawdown_stays_while_its_main_does(
    save, content, correct, seller, person
) -> None:
    sent = content("HOM-PUR")
    save(seller, sent)
    loan, now = Consultation.objects.get(), timezone.now()
    (grant,) = afterwards.begin_at_drawdown(
        loan, on=loan.business_date, at=now, by=person("seller")
    )

    noted = correct(seller, sent["uuid"], "HOM-PUR", note="Second look")
    stays = is_open(grant)
    correct(seller, noted, "ACC-BAS")

    assert (stays, is_open(grant)) == (True, False)


def found(client, number: str) -> list[str]:
    return [
        right.code for right in client.post("/rights/", {"customer_ref": number}).context["rights"]
    ]


@pytest.mark.parametrize("before", ["", "4712"])
def test_right_follows_the_number_that_a_correction_mends(give, correct, seller, before) -> None:
    grant = give(customer_ref=before)

    corrected = correct(seller, Consultation.objects.get().uuid, "CRD-DEB", customer_ref=NUMBER)
    mended = found(seller, NUMBER), before and found(seller, before)
    void(seller, corrected)

    assert mended == ([grant.code], before and [])
    assert found(seller, NUMBER) == []
    assert (found(seller, before) if before else [grant.code]) == [grant.code]
    grant.refresh_from_db()
    assert grant.customer_ref == reference_hash(before)
    assert given_rights.rights_given(Consultation.objects.standing().get()) == [grant]


# --- withdrawn in time --------------------------------------------------------------------------


@pytest.mark.parametrize("frees", [False, True])
def test_void_of_a_mistake_gives_back_what_was_withdrawn_once(
    give, use, seller2, person, frees
) -> None:
    """An undo is no reversal: whatever the terms say about those, nothing was ever used."""
    limit("TL-1", max_total=5, frees_on_reversal=frees)
    grant, other = give(), give()
    _answer, uuid = use(grant)
    use(other)
    used = Redemption.objects.get(grant=grant)
    afterwards.reverse(used, at=timezone.now(), by=person("seller2"))

    assert void(seller2, uuid).status_code == 200

    used.refresh_from_db()
    assert (used.given_back_at is None, used.reversed_at is None) == (False, False)
    assert (is_open(grant), used_counts("TL-1")) == (True, [("total", "", 1)])


def test_void_leaves_a_freed_right_to_whom_used_it_meanwhile(give, use, seller2, person) -> None:
    limit("TL-1", frees_on_reversal=True)
    grant = give()
    _answer, uuid = use(grant)
    afterwards.reverse(Redemption.objects.get(), at=timezone.now(), by=person("seller2"))
    assert use(grant)[0].status_code == 201

    void(seller2, uuid)

    assert not is_open(grant)
    assert Redemption.objects.standing().get().grant == grant


@pytest.mark.usefixtures("within_14")
@pytest.mark.parametrize("frees", [False, True])
def test_withdrawal_is_carried_on_by_a_correction_and_by_its_void(
    save, content, correct, person, seller, frees
) -> None:
    limit("OT-6", max_total=5, frees_on_reversal=frees)
    alerts = {**ALERTS, "edition": "2"}
    sent = content("CRD-DEB", **alerts)
    save(seller, sent)
    afterwards.reverse(Redemption.objects.get(), at=timezone.now(), by=person("seller"))
    places = used_counts("OT-6")

    corrected = correct(seller, sent["uuid"], "CRD-DEB", note="Second look", **alerts)
    carried = Redemption.objects.standing().get()
    between = used_counts("OT-6")
    void(seller, corrected)

    assert str(carried.consultation.uuid) == corrected
    assert (carried.reversed_at is None, carried.reversed_by.username) == (False, "seller")
    assert places == between == used_counts("OT-6") == [("total", "", 0 if frees else 1)]
    assert str(Redemption.objects.standing().get().consultation.uuid) == sent["uuid"]


def test_correction_without_what_was_withdrawn_gives_the_right_back(
    give, use, correct, seller2, person
) -> None:
    """What the mended record says was never used is no reversal either."""
    grant = give()
    _answer, uuid = use(grant)
    afterwards.reverse(Redemption.objects.get(), at=timezone.now(), by=person("seller2"))

    correct(seller2, uuid, "LON-CSH")

    assert (is_open(grant), Redemption.objects.standing().count()) == (True, 0)
