"""Two pairs of eyes on a promise: terms are submitted by one person and released by another.

    draft -> in review -> released (version n) | returned | withdrawn

What was submitted is frozen; when the owner writes on, it is submitted again. Released terms never
change: the next release is the next version, and rights and records keep theirs. Where a released
offer stands follows from the clock; only a pause and the archive are acts.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from crossbank.catalog import pairs
from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.conduct.phrases import Found
from crossbank.engine.offer_checks import Check, Rivals, Shelf, checks
from crossbank.engine.snapshot import digest_of_json
from crossbank.engine.terms import OfferTerms
from crossbank.offers.models import Offer, OfferRelease, OfferReview
from crossbank.offers.phrasing import refused as refused_lines
from crossbank.offers.placing import draft_release, place
from crossbank.offers.services import all_terms, frozen, offer_terms, thawed
from crossbank.org import switches
from crossbank.org.models import User

State = OfferReview.State


class CannotRelease(Exception):
    """Something stands against it: `checks` of the engine, or severe `lines` by field."""

    def __init__(
        self, checks: Iterable[Check] = (), lines: Iterable[tuple[str, Found]] = ()
    ) -> None:
        self.checks, self.lines = tuple(checks), tuple(lines)
        super().__init__(f"{len(self.checks)} checks, {len(self.lines)} lines")


class NothingNew(Exception):
    """The release that holds says the same."""


class ReviewWaits(Exception):
    """This offer is in review already."""


class SamePerson(Exception):
    """Another person has to decide."""


class AlreadyDecided(Exception):
    """Somebody was faster."""


class ChangedSince(Exception):
    """The offer was changed after it was submitted."""


class NotTheAuthor(Exception):
    """Only who submitted it withdraws it; others return it, with words."""


class NoWords(Exception):
    """An offer is returned with a sentence that says what to change."""


class Archived(Exception):
    """An archived offer is history."""


def shelf(*, at: datetime) -> Shelf:
    """What offers are checked against now; it compiles the matrix, so ask once."""
    products = list(Product.objects.all())
    return Shelf(
        sold={p.code: (p.valid_from or date.min, p.valid_until or date.max) for p in products},
        forbidden=frozenset(pairs.forbidden(at=at)),
        rated=frozenset(pairs.rated(at=at)),
        alone={p.code: alone for p in products if (alone := p.price_alone_minor) is not None},
        digits=settings.CURRENCY_DIGITS,
    )


def held_terms(*, besides: Iterable[str] = (), at: datetime) -> list[OfferTerms]:
    """The released terms of every offer that holds or will, but for some codes."""
    left_out = {*besides}
    return [one for one in all_terms(at).values() if one.code not in left_out]


def written(offer: Offer) -> dict[str, Any]:
    """The owner's writing as it would be frozen; a pause is no part of it."""
    return frozen(replace(offer_terms(offer), is_paused=False))


def differs(offer: Offer) -> bool:
    """Does the owner's writing say something else than the release that holds?"""
    return offer.release is None or thawed(written(offer)) != replace(
        thawed(offer.release.terms), version=0
    )


@transaction.atomic
def submit(*, offers: Iterable[Offer], note: str, at: datetime, by: User) -> list[OfferReview]:
    """This will freeze some offers for a colleague to read, all or none; desks see nothing of it.

    They are checked together: two drafts may not tie with each other. Raises Archived,
    CannotRelease, NothingNew, ReviewWaits.
    """
    drafts = _locked(offers)
    _require_sound(drafts, at=at, by=by)
    return [_submit_one(offer, note=note, at=at, by=by) for offer in drafts]


def _locked(offers: Iterable[Offer]) -> list[Offer]:
    """The offers' rows, and before them whatever is released for the same cross products."""
    offers = list(offers)
    _lock_products({offer.cross_id for offer in offers})
    rows = Offer.objects.select_for_update(of=("self",)).with_terms().select_related("release")
    return list(rows.filter(pk__in=[offer.pk for offer in offers]).order_by("code"))


def _lock_products(products: Iterable[int]) -> None:
    """Of two drafts that tie, each released by somebody else, one waits here and then sees the other.

    Records refer to products and do not wait: no key of these rows changes.
    """
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=products).order_by("pk"))


def _require_sound(drafts: list[Offer], *, at: datetime, by: User) -> None:
    if any(offer.archived_at for offer in drafts):
        raise Archived
    if not all(differs(offer) for offer in drafts):
        raise NothingNew
    stands, day = shelf(at=at), timezone.localdate(at)
    held = held_terms(besides=[o.code for o in drafts], at=at)
    rivals = Rivals([*held, *map(offer_terms, drafts)])
    found = [
        check
        for offer in drafts
        for check in checks(offer_terms(offer), rivals, shelf=stands, day=day)
        if check.blocking
    ]
    lines = [one for found_here in refused_lines(drafts, by=by).values() for one in found_here]
    if found or lines:
        raise CannotRelease(found, lines)


def _submit_one(offer: Offer, *, note: str, at: datetime, by: User) -> OfferReview:
    if OfferReview.objects.waiting().filter(offer=offer).exists():
        raise ReviewWaits
    terms = written(offer)
    review = OfferReview(
        offer=offer,
        terms=terms,
        digest=digest_of_json(terms),
        note=note,
        author=by,
        submitted_at=at,
    )
    review.full_clean(exclude=["terms"], validate_constraints=False)
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError:  # a moment ago; the database keeps it to one
        raise ReviewWaits from None
    _record("offer_submitted", review, at=at, by=by)
    return review


@transaction.atomic
def approve(*, review: OfferReview, note: str = "", at: datetime, by: User) -> OfferReview:
    """This will release exactly what was frozen as the offer's next version.

    Raises SamePerson, AlreadyDecided, ChangedSince, CannotRelease (what blocks may be new).
    """
    locked = _waiting(review)
    if by == locked.author:
        raise SamePerson
    (offer,) = _locked([locked.offer])
    if digest_of_json(written(offer)) != locked.digest:
        raise ChangedSince
    _require_sound([offer], at=at, by=by)
    release = _add_release(offer, note=locked.note, author=locked.author, approver=by, at=at)
    return _decide(locked, state=State.RELEASED, note=note, release=release, at=at, by=by)


@transaction.atomic
def release_alone(
    *, offers: Iterable[Offer], note: str, at: datetime, by: User
) -> list[OfferRelease]:
    """This will release at once, where the bank keeps no second pair of eyes.

    Raises SamePerson while it does, and what `submit` raises.
    """
    if switches.is_on(switches.FOUR_EYES):
        raise SamePerson
    drafts = _locked(offers)
    _require_sound(drafts, at=at, by=by)
    made = [_add_release(offer, note=note, author=by, approver=None, at=at) for offer in drafts]
    for release in made:
        conduct.record(
            action="offer_released_alone",
            subject=f"offer {release.offer.code}",
            detail={"version": release.number, "note": note},
            at=at,
            by=by,
        )
    return made


def _add_release(
    offer: Offer, *, note: str, author: User, approver: User | None, at: datetime
) -> OfferRelease:
    newest = offer.releases.aggregate(newest=Max("number"))["newest"] or 0
    release = draft_release(offer, newest + 1, note=note, author=author, approver=approver, at=at)
    release.save(force_insert=True)
    offer.release = release
    offer.save(update_fields=["release"])
    place(offer)
    return release


@transaction.atomic
def return_for_changes(*, review: OfferReview, note: str, at: datetime, by: User) -> OfferReview:
    """This will give it back to the author with words. Raises NoWords, SamePerson, AlreadyDecided."""
    if not note.strip():
        raise NoWords
    locked = _waiting(review)
    if by == locked.author:
        raise SamePerson
    return _decide(locked, state=State.RETURNED, note=note, release=None, at=at, by=by)


@transaction.atomic
def withdraw(*, review: OfferReview, at: datetime, by: User) -> OfferReview:
    """This will take it back unread. Raises NotTheAuthor, AlreadyDecided."""
    locked = _waiting(review)
    if by != locked.author:
        raise NotTheAuthor
    return _decide(locked, state=State.WITHDRAWN, note="", release=None, at=at, by=by)


def _waiting(review: OfferReview) -> OfferReview:
    rows = OfferReview.objects.select_for_update(of=("self",)).select_related("author", "offer")
    locked = rows.get(pk=review.pk)
    if locked.state != State.IN_REVIEW:
        raise AlreadyDecided
    return locked


def _decide(
    review: OfferReview,
    *,
    state: str,
    note: str,
    release: OfferRelease | None,
    at: datetime,
    by: User,
) -> OfferReview:
    review.state, review.decision_note, review.release = state, note, release
    review.decided_by, review.decided_at = by, at
    review.full_clean(exclude=["terms"], validate_constraints=False)
    review.save(update_fields=["state", "decision_note", "release", "decided_by", "decided_at"])
    _record(f"offer_{state}", review, at=at, by=by)
    return review


@transaction.atomic
def archive(*, offer: Offer, at: datetime, by: User) -> Offer:
    """This will take an offer from every list. Records and customers' rights keep their terms.

    Raises Archived, ReviewWaits.
    """
    (locked,) = _locked([offer])
    if locked.archived_at:
        raise Archived
    if OfferReview.objects.waiting().filter(offer=locked).exists():
        raise ReviewWaits
    locked.archived_at = at
    locked.save(update_fields=["archived_at"])
    locked.placements.all().delete()
    conduct.record(action="offer_archived", subject=f"offer {locked.code}", at=at, by=by)
    return locked


def _record(action: str, review: OfferReview, *, at: datetime, by: User) -> None:
    detail: dict[str, Any] = {"digest": review.digest, "author": review.author.username}
    if review.release:
        detail["version"] = review.release.number
    if words := review.decision_note or review.note:
        detail["note"] = words
    conduct.record(action=action, subject=f"offer {review.offer.code}", detail=detail, at=at, by=by)
