"""Two pairs of eyes: an edition is submitted by one person and published by another.

    in review -> published | returned | withdrawn

One edition waits at a time. What was submitted is frozen; when the working copy moves on, it must
be submitted again. Approving and publishing are one act, so nothing approved can change before it
is published, and a scheduled edition keeps what was approved.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from crossbank.conduct import services as conduct
from crossbank.engine import snapshot as snapshots
from crossbank.matrix import services
from crossbank.matrix.contents import Contents
from crossbank.matrix.models import Edition, EditionReview
from crossbank.org.models import User

State = EditionReview.State


class NothingNew(Exception):
    """The newest edition says the same."""


class AlreadyDecided(Exception):
    """Somebody was faster."""


class ChangedSince(Exception):
    """The working copy, or what was frozen of it, is not what was submitted."""


class NotTheAuthor(Exception):
    """Only who submitted it withdraws it; others return it, with words."""


class NoWords(Exception):
    """An edition is returned with a sentence that says what to change."""


def submit_for_review(
    *, note: str, effective_from: datetime | None = None, seen: str = "", at: datetime, by: User
) -> EditionReview:
    """This will freeze the working copy for a colleague to read; desks see nothing of it.

    `effective_from`: None for as soon as it is approved. `seen`: the digest that was looked at.
    Raises CannotPublish, DraftMoved, NothingNew, ReviewWaits, StartsInPast.
    """
    return _submit(note=note, effective_from=effective_from, seen=seen, again_of=None, at=at, by=by)


def publish_again(
    *,
    edition: Edition,
    note: str,
    effective_from: datetime | None = None,
    at: datetime,
    by: User,
) -> EditionReview:
    """This will submit an old edition, as it stands, to become the next number: the way back.

    The working copy stays as it is. Raises CannotPublish, NothingNew, ReviewWaits, StartsInPast.
    """
    return _submit(
        note=note, effective_from=effective_from, seen="", again_of=edition, at=at, by=by
    )


@transaction.atomic
def _submit(
    *,
    note: str,
    effective_from: datetime | None,
    seen: str,
    again_of: Edition | None,
    at: datetime,
    by: User,
) -> EditionReview:
    if EditionReview.objects.waiting().exists():
        raise services.ReviewWaits
    if effective_from and effective_from < at:
        raise services.StartsInPast
    candidate = services.contents_for(again_of=again_of, starts=effective_from, at=at)
    services.require_clean(candidate, seen=seen)
    if not again_of:
        services.require_honest_words(at=at, by=by)
    refuse_same(candidate.digest)
    review = EditionReview(
        snapshot=candidate.plain,
        digest=candidate.digest,
        note=note,
        effective_from=effective_from,
        author=by,
        submitted_at=at,
        again_of=again_of,
    )
    review.full_clean(exclude=["snapshot"], validate_constraints=False)
    _insert(review)
    _record("edition_submitted", review, at=at, by=by)
    return review


def _insert(review: EditionReview) -> None:
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError:  # another one came in a moment ago; the database keeps it to one
        if EditionReview.objects.waiting().exists():
            raise services.ReviewWaits from None
        raise


def refuse_same(digest: str) -> None:
    newest = Edition.objects.order_by("-number").values_list("digest", flat=True).first()
    if newest == digest:
        raise NothingNew


@transaction.atomic
def approve(*, review: EditionReview, note: str = "", at: datetime, by: User) -> EditionReview:
    """This will publish exactly what was frozen as the next number, from its moment on.

    A moment that has passed while it waited becomes now. Gives the review, with its `edition`.

    Raises SamePerson, AlreadyDecided, ChangedSince, CannotPublish (what blocks may be new),
    NothingNew. The row is locked: of two who approve at once, the second finds it decided.
    """
    locked = _waiting(review)
    if by == locked.author:
        raise services.SamePerson
    candidate = still_as_submitted(locked, at=at)
    if not locked.again_of:
        services.require_honest_words(at=at, by=by)
    refuse_same(candidate.digest)
    starts = max(locked.effective_from or at, at)
    edition = services.add_edition(
        candidate=candidate,
        note=locked.note,
        effective_from=starts,
        author=locked.author,
        approver=by,
        at=at,
        by=by,
    )
    return _decide(locked, state=State.PUBLISHED, note=note, edition=edition, at=at, by=by)


def still_as_submitted(review: EditionReview, *, at: datetime) -> Contents:
    """What was frozen, while the working copy still says so. Raises ChangedSince, CannotPublish."""
    if snapshots.digest_of_json(review.snapshot) != review.digest:
        raise ChangedSince
    candidate = services.contents_for(again_of=review.again_of, starts=review.effective_from, at=at)
    if candidate.digest != review.digest:
        raise ChangedSince
    services.require_clean(candidate)
    return replace(candidate, plain=review.snapshot)


@transaction.atomic
def return_for_changes(
    *, review: EditionReview, note: str, at: datetime, by: User
) -> EditionReview:
    """This will give it back to the author with words. Raises NoWords, SamePerson, AlreadyDecided."""
    if not note.strip():
        raise NoWords
    locked = _waiting(review)
    if by == locked.author:
        raise services.SamePerson
    return _decide(locked, state=State.RETURNED, note=note, edition=None, at=at, by=by)


@transaction.atomic
def withdraw(*, review: EditionReview, at: datetime, by: User) -> EditionReview:
    """This will take it back unread. Raises NotTheAuthor, AlreadyDecided."""
    locked = _waiting(review)
    if by != locked.author:
        raise NotTheAuthor
    return _decide(locked, state=State.WITHDRAWN, note="", edition=None, at=at, by=by)


def _waiting(review: EditionReview) -> EditionReview:
    rows = EditionReview.objects.select_related("author", "again_of")
    locked = rows.select_for_update(of=("self",)).get(pk=review.pk)
    if locked.state != State.IN_REVIEW:
        raise AlreadyDecided
    return locked


def _decide(
    review: EditionReview,
    *,
    state: str,
    note: str,
    edition: Edition | None,
    at: datetime,
    by: User,
) -> EditionReview:
    review.state, review.decision_note, review.edition = state, note, edition
    review.decided_by, review.decided_at = by, at
    review.full_clean(exclude=["snapshot"])
    review.save(update_fields=["state", "decision_note", "edition", "decided_by", "decided_at"])
    _record(f"edition_{state}" if edition is None else "edition_approved", review, at=at, by=by)
    return review


def _record(action: str, review: EditionReview, *, at: datetime, by: User) -> None:
    detail = {"digest": review.digest, "author": review.author.username}
    if review.again_of:
        detail["again_of"] = str(review.again_of.number)
    if review.edition:
        detail["edition"] = str(review.edition.number)
    if words := review.decision_note or review.note:
        detail["note"] = words
    conduct.record(action=action, subject=f"review {review.pk}", detail=detail, at=at, by=by)
