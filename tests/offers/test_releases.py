"""Two people make a promise; what they released is never written over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.engine.eligibility import OfferState, judge_right, state
from crossbank.engine.offer_checks import CheckKind
from crossbank.engine.terms import LiveOffer
from crossbank.matrix.models import Pairing
from crossbank.offers import releases, rights
from crossbank.offers.models import Offer, OfferRelease, OfferReview, Placement
from crossbank.offers.services import (
    all_terms,
    holding_terms,
    offer_terms,
    rights_of,
    terms_at,
    terms_beside,
)
from crossbank.org import switches
from crossbank.org.models import Branch, Region
from tests.released import owners

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def author(db):
    return owners()[0]


@pytest.fixture
def approver(db):
    return owners()[1]


@pytest.fixture
def submit(author):
    """This will submit offers as the author, all at once."""
    return lambda *offers, at=AT: releases.submit(offers=offers, note="Spring", at=at, by=author)


@pytest.fixture
def hold(submit, approver):
    """This will let an offer hold as it is written, by two people."""

    def held(offer, at=AT):
        (review,) = submit(offer, at=at)
        return releases.approve(review=review, at=at, by=approver).release

    return held


def why(refusal) -> list[tuple[str, str]]:
    return [(check.kind, check.subject) for check in refusal.value.checks]


# --- two people ---------------------------------------------------------------------------------


def test_what_is_submitted_holds_once_another_person_released_it(draft, submit, author, approver):
    offer = draft()

    (review,) = submit(offer)
    before = (all_terms(AT), terms_beside("ACC", AT), Placement.objects.count())
    decided = releases.approve(review=review, note="Fine", at=LATER, by=approver)

    made = OfferRelease.objects.get()
    assert before == ({}, {}, 0)
    assert (made.number, made.author, made.approver) == (1, author, approver)
    assert (made.released_at, made.note) == (LATER, "Spring")
    assert (decided.state, decided.decision_note, decided.release) == ("released", "Fine", made)
    known = {offer.pk: replace(offer_terms(offer), version=1)}
    assert all_terms(AT) == terms_beside("ACC", AT) == known
    assert terms_beside("LON", AT) == {}
    offer.refresh_from_db()
    assert (offer.release, releases.differs(offer)) == (made, False)
    acts = AuditEntry.objects.order_by("pk").values_list("action", "subject", "actor")
    assert list(acts) == [
        ("offer_submitted", "offer OFF", "owner"),
        ("offer_released", "offer OFF", "owner2"),
    ]


def test_nobody_decides_about_his_own(draft, submit, author):
    (review,) = submit(draft())

    with pytest.raises(releases.SamePerson):
        releases.approve(review=review, at=LATER, by=author)
    with pytest.raises(releases.SamePerson):
        releases.return_for_changes(review=review, note="No", at=LATER, by=author)

    review.refresh_from_db()
    assert (review.state, OfferRelease.objects.count()) == ("in_review", 0)


def test_database_keeps_it_to_two_people(offer, submit, author):
    offer = offer()
    Offer.objects.update(name="Other")
    (review,) = submit(offer)
    release = OfferRelease.objects.get()
    decided = {"state": "returned", "decided_by": author, "decided_at": AT}

    with pytest.raises(IntegrityError, match="offer_review_two_people"), transaction.atomic():
        OfferReview.objects.filter(pk=review.pk).update(**decided)
    twice = OfferRelease(
        offer=offer, number=9, terms=release.terms, digest="x", released_at=AT,
        author=author, approver=author,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="release_two_people"), transaction.atomic():
        twice.save()


def test_only_the_author_withdraws_and_only_with_words_it_is_returned(
    draft, submit, author, approver
):
    offer = draft()
    (review,) = submit(offer)

    with pytest.raises(releases.NotTheAuthor):
        releases.withdraw(review=review, at=LATER, by=approver)
    with pytest.raises(releases.NoWords):
        releases.return_for_changes(review=review, note="  ", at=LATER, by=approver)
    releases.withdraw(review=review, at=LATER, by=author)
    with pytest.raises(releases.AlreadyDecided):
        releases.approve(review=review, at=LATER, by=approver)
    (second,) = submit(offer)
    returned = releases.return_for_changes(review=second, note="Dearer", at=LATER, by=approver)

    states = OfferReview.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "returned"]
    assert (returned.decision_note, OfferRelease.objects.count()) == ("Dearer", 0)


def test_alone_only_where_the_bank_keeps_no_second_pair_of_eyes(draft, author):
    offer = draft()
    given = {"offers": [offer], "note": "Alone", "at": AT, "by": author}

    with pytest.raises(releases.SamePerson):
        releases.release_alone(**given)
    switches.turn(key=switches.FOUR_EYES, on=False, at=AT, by="admin")
    (made,) = releases.release_alone(**given)

    assert (made.author, made.approver, made.number) == (author, None, 1)
    assert list(all_terms(AT)) == [offer.pk]
    entry = AuditEntry.objects.get(action="offer_released_alone")
    assert (entry.subject, entry.detail) == ("offer OFF", {"version": 1, "note": "Alone"})


# --- frozen -------------------------------------------------------------------------------------


def test_released_terms_never_change(draft, hold):
    offer = draft(say="As it was")
    release = hold(offer)
    before = all_terms(AT)

    Offer.objects.update(say="Other words", price_with_minor=1, priority=99)
    offer.mains.set(Product.objects.filter(code="LON"))

    assert all_terms(AT) == before
    assert terms_beside("LON", AT) == {}
    assert OfferRelease.objects.get().terms == release.terms
    for change in (
        lambda: OfferRelease.objects.update(terms={}),
        lambda: OfferRelease.objects.all().delete(),
        release.save,
        release.delete,
    ):
        with pytest.raises(FrozenError):
            change()


def test_versions_are_numbered_and_each_moment_has_its_own(draft, hold):
    offer = draft(say="First")
    first = hold(offer)
    day = timedelta(days=1)
    Offer.objects.update(say="Second")
    second = hold(offer, at=AT + day)

    assert [release.number for release in (first, second)] == [1, 2]
    assert all_terms(AT)[offer.pk].say == "Second"
    assert {p.release for p in Placement.objects.select_related("release")} == {second}
    known = [terms_at(AT + n * day) for n in (-1, 0, 1)]
    told = [{terms.say: terms.version for terms in moment.values()} for moment in known]
    assert told == [{}, {"First": 1}, {"Second": 2}]


def test_differs_says_whether_the_writing_is_what_holds(draft, hold):
    offer = draft()

    def differs():
        return releases.differs(Offer.objects.get())

    assert differs() is True
    hold(offer)
    assert differs() is False
    Offer.objects.update(is_paused=True)  # an act of its own, not a term
    assert differs() is False
    Offer.objects.update(until_on=date(2026, 10, 1))
    assert differs() is True
    Offer.objects.update(until_on=date(2026, 9, 1))
    offer.mains.add(Product.objects.get(code="LON"))
    assert differs() is True


def test_what_says_the_same_is_not_submitted(draft, hold, submit):
    offer = draft()
    hold(offer)

    with pytest.raises(releases.NothingNew):
        submit(offer)
    Offer.objects.update(name="Other")
    submit(offer)
    with pytest.raises(releases.ReviewWaits):
        submit(offer)

    assert OfferReview.objects.waiting().count() == 1


@pytest.mark.parametrize("what", ["a field", "its main products"])
def test_what_was_changed_since_is_not_released(draft, submit, approver, what):
    offer = draft()
    (review,) = submit(offer)
    if what == "a field":
        Offer.objects.update(price_with_minor=1)
    else:
        offer.mains.add(Product.objects.get(code="LON"))

    with pytest.raises(releases.ChangedSince):
        releases.approve(review=review, at=LATER, by=approver)

    review.refresh_from_db()
    assert (review.state, all_terms(AT)) == ("in_review", {})


# --- what stands against it ---------------------------------------------------------------------


def test_several_are_submitted_all_or_none(draft, submit):
    good, other = draft("B"), draft("A", cross="LON")
    past = draft(
        "C", cross="LON", mains=("CRD",), from_on=date(2026, 1, 1), until_on=date(2026, 2, 1)
    )

    with pytest.raises(releases.CannotRelease) as refusal:
        submit(good, past)
    none = OfferReview.objects.count(), AuditEntry.objects.count()
    made = submit(good, other)

    assert why(refusal) == [(CheckKind.WINDOW_PAST, "")]
    assert none == (0, 0)
    assert [review.offer.code for review in made] == ["A", "B"]


def test_two_drafts_may_not_tie_with_each_other(draft, submit):
    one, two = draft("A"), draft("B")
    other = draft("NEW", customer_status="new", priority=10, cross="LON")
    same = draft("OLD", customer_status="existing", priority=10, cross="LON")

    with pytest.raises(releases.CannotRelease) as refusal:
        submit(one, two)
    submit(other, same)  # no customer is both

    assert why(refusal) == [(CheckKind.TIE, "B"), (CheckKind.TIE, "A")]


def test_draft_may_not_tie_with_what_holds_and_is_asked_again_at_the_release(
    draft, submit, approver
):
    one, two = draft("A"), draft("B")
    (first,) = submit(one)
    (second,) = submit(two)  # A is a draft: nothing to tie with yet
    releases.approve(review=first, at=LATER, by=approver)

    with pytest.raises(releases.CannotRelease) as refusal:
        releases.approve(review=second, at=LATER, by=approver)
    with pytest.raises(releases.CannotRelease) as again:
        submit(draft("C"))

    assert why(refusal) == why(again) == [(CheckKind.TIE, "A")]
    assert [terms.code for terms in all_terms(AT).values()] == ["A"]


def _retire(*codes):
    Product.objects.filter(code__in=codes).update(valid_until=AT.date())


def _forbid(main, cross):
    main, cross = (Product.objects.get(code=code) for code in (main, cross))
    Pairing.objects.create(main=main, cross=cross, rating="not_allowed", reason="x", instead="y")


def _only(**fields):
    Offer.objects.get().conditions.create(layer="eligibility", message="no", **fields)


def _price(minor):
    Product.objects.filter(code="CRD").update(charge_kind="recurring", price_minor=minor)


DEAD = {
    "window in the past": ({"until_on": date(2026, 3, 18)}, lambda: None, (CheckKind.WINDOW_PAST, "")),
    "cross product retired": ({}, lambda: _retire("CRD"), (CheckKind.CROSS_NOT_SOLD, "CRD")),
    "no main product sold": ({}, lambda: _retire("ACC"), (CheckKind.MAINS_NOT_SOLD, "")),
    "no main product": ({"mains": ()}, lambda: None, (CheckKind.NO_MAINS, "")),
    "forbidden pair": ({}, lambda: _forbid("ACC", "CRD"), (CheckKind.NOT_ALLOWED, "")),
    "second yes without its day": (
        {"needs_second_consent": True}, lambda: None, (CheckKind.NO_FREE_DAYS, "")),
    "another channel than the desk": (
        {}, lambda: _only(attribute="channel", values="online, phone"), (CheckKind.NO_DESK, "")),
    "new customers who are existing ones": (
        {"customer_status": "new"}, lambda: _only(attribute="customer_kind", values="existing"),
        (CheckKind.NO_CUSTOMER, "customer_kind")),
    "waits and gives no right": (
        {"trigger_event": "approval"}, lambda: None, (CheckKind.NO_RIGHT, "")),
    "dearer than alone": (
        {"price_with_minor": 2401}, lambda: _price(2400), (CheckKind.DEARER, "CRD")),
    "dearer than nothing": ({"price_with_minor": 1}, lambda: None, (CheckKind.DEARER, "CRD")),
    "below zero": (
        {"benefit_type": "price", "benefit_value": "-24.01"}, lambda: _price(2400),
        (CheckKind.BELOW_ZERO, "")),
}  # fmt: skip


@pytest.mark.parametrize("name", DEAD)
def test_offer_that_nobody_could_get_is_not_released(draft, submit, name):
    fields, change, told = DEAD[name]
    offer = draft(**fields)
    change()

    with pytest.raises(releases.CannotRelease) as refusal:
        submit(offer)

    assert why(refusal) == [told]
    assert OfferReview.objects.count() == 0


def test_product_that_is_sold_when_the_window_begins_may_be_promised(draft, submit):
    offer = draft(from_on=date(2026, 5, 1))
    Product.objects.filter(code="CRD").update(valid_from=date(2026, 4, 1))
    _price(2400)

    (review,) = submit(offer)
    Product.objects.filter(code="CRD").update(valid_from=None, valid_until=date(2026, 5, 1))

    with pytest.raises(releases.CannotRelease) as refusal:
        releases.approve(review=review, at=LATER, by=owners()[1])
    assert why(refusal) == [(CheckKind.CROSS_NOT_SOLD, "CRD")]


def test_severe_line_is_not_released(draft, submit):
    offer = draft(say="You must decide today.", benefit_text="A gift")

    with pytest.raises(releases.CannotRelease) as refusal:
        submit(offer)

    assert [(name, found.text.words) for name, found in refusal.value.lines] == [
        ("say", "You must decide today.")
    ]
    assert (refusal.value.checks, OfferReview.objects.count()) == ((), 0)


# --- pause, archive, places ---------------------------------------------------------------------


@pytest.fixture
def branch(db):
    region = Region.objects.create(code="R", name="R")
    return Branch.objects.create(code="B", name="B", region=region, time_zone="Europe/Berlin")


def given(offer, branch):
    """A customer's right to an offer that holds."""
    terms = holding_terms()[offer.pk]
    release = OfferRelease.objects.get(offer=offer).pk
    return rights.issue({release: terms}, branch=branch, customer_ref="", at=AT)[0]


RELATIVE = {"window": "relative", "trigger_event": "main_recorded", "days_after": 30}


def good(grant) -> bool:
    grant.refresh_from_db()
    right = rights_of([grant])[grant.pk]
    verdict = judge_right(right, at=LATER)
    return isinstance(verdict, LiveOffer) and rights.standing(grant, at=LATER) == "open"


def test_pause_holds_at_once_and_rights_stay_good(draft, hold, branch):
    offer = draft(**RELATIVE)
    hold(offer)
    grant = given(offer, branch)

    Offer.objects.update(is_paused=True)

    assert state(all_terms(AT)[offer.pk], AT, branch.zone) is OfferState.PAUSED
    assert good(grant)
    Offer.objects.update(is_paused=False)
    assert state(all_terms(AT)[offer.pk], AT, branch.zone) is OfferState.NOW


def test_archived_offer_is_on_no_list_and_its_rights_stay_good(draft, hold, submit, author, branch):
    offer = draft(**RELATIVE)
    hold(offer)
    grant = given(offer, branch)
    Offer.objects.update(say="Once more")
    (review,) = submit(offer)

    with pytest.raises(releases.ReviewWaits):
        releases.archive(offer=offer, at=LATER, by=author)
    releases.withdraw(review=review, at=LATER, by=author)
    releases.archive(offer=offer, at=LATER, by=author)
    for act in (releases.archive, None):
        with pytest.raises(releases.Archived):
            act(offer=offer, at=LATER, by=author) if act else submit(offer)

    assert (all_terms(LATER), terms_beside("ACC", LATER), holding_terms()) == ({}, {}, {})
    assert (list(terms_at(AT)), terms_at(LATER)) == ([offer.pk], {})
    assert Offer.objects.get().archived_at == LATER
    assert good(grant)
    assert AuditEntry.objects.filter(action="offer_archived").count() == 1


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({}, date(2026, 9, 1)),
        ({"repeats_yearly": True}, date.max),
        ({"window": "consultation", "kind": "one_time"}, date.max),
        (RELATIVE, date.max),
    ],
)
def test_place_ends_with_the_window(draft, hold, fields, until):
    hold(draft(mains=("ACC", "LON"), **fields))

    places = Placement.objects.order_by("main__code").values_list("main__code", "until")
    assert list(places) == [("ACC", until), ("LON", until)]


def test_ended_offers_are_not_read_until_every_branch_has_left_their_last_day(draft, hold):
    offer = draft()
    hold(offer)

    still = all_terms(datetime(2026, 9, 1, 23, 59, tzinfo=UTC))  # 31 August lasts in Midway
    gone = all_terms(datetime(2026, 9, 2, 0, 0, tzinfo=UTC))

    assert (list(still), gone, list(holding_terms())) == ([offer.pk], {}, [offer.pk])
