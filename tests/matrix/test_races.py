"""Publishing races, on PostgreSQL, each with a control that fails when the guard is taken out."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crossbank.conduct import services as conduct
from crossbank.engine import snapshot as snapshots
from crossbank.matrix import editions, reviews, services
from crossbank.matrix.models import Edition, EditionReview, Pairing
from tests.desk.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 12
READERS = 3
RATINGS = ("possible", "good")


def submit(person, *, turn: int) -> EditionReview:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").update(
        rating=RATINGS[turn % 2]
    )
    return reviews.submit_for_review(note=f"turn {turn}", at=timezone.now(), by=person("owner"))


def approve(review: EditionReview, by) -> EditionReview:
    return reviews.approve(review=review, at=timezone.now(), by=by)


def _two_approvers(person) -> tuple[list[object], int]:
    """What came back over all rounds, and how many editions there are more than rounds."""
    approvers = [person("owner2"), person("admin")]
    results: list[object] = []
    for turn in range(ROUNDS):
        review = submit(person, turn=turn)
        results += at_once([lambda who=who, r=review: approve(r, who) for who in approvers])
    return results, Edition.objects.count() - 1 - ROUNDS


def test_two_approvers_at_once_make_one_edition(person) -> None:
    results, surplus = _two_approvers(person)

    refused = [type(result) for result in results if isinstance(result, Exception)]
    assert refused == [reviews.AlreadyDecided] * ROUNDS
    assert surplus == 0
    approvals = {
        review.edition.approver_id == review.decided_by_id
        for review in EditionReview.objects.select_related("edition")
    }
    assert approvals == {True}
    numbers = Edition.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, ROUNDS + 2))


def test_without_the_lock_both_approve(person, monkeypatch) -> None:
    """The control: read the row, decide later - and both find it waiting."""

    def unlocked(review: EditionReview) -> EditionReview:
        found = EditionReview.objects.select_related("author", "again_of").get(pk=review.pk)
        if found.state != EditionReview.State.IN_REVIEW:
            raise reviews.AlreadyDecided
        return found

    monkeypatch.setattr(reviews, "_waiting", unlocked)

    results, _surplus = _two_approvers(person)

    # the numbers are unique, so the second fails late, on the database and not on the rule
    assert any(isinstance(result, IntegrityError) for result in results)


def test_of_six_who_submit_at_once_one_waits(person) -> None:
    people = [person("owner"), person("owner2"), person("admin")] * 2
    for turn in range(ROUNDS):
        Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").update(
            rating=("possible", "strong")[turn % 2], benefit=f"turn {turn}"
        )
        jobs = [
            lambda who=who: reviews.submit_for_review(note="x", at=timezone.now(), by=who)
            for who in people
        ]

        results = at_once(jobs)

        made = [result for result in results if isinstance(result, EditionReview)]
        refused = [result for result in results if isinstance(result, services.ReviewWaits)]
        assert (len(made), len(refused)) == (1, 5), results
        reviews.withdraw(review=made[0], at=timezone.now(), by=made[0].author)


class Reader:
    """One request after the other, as desks ask: what is in force, and what does it say?"""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.seen: list[tuple[int, str, str, bool]] = []
        self.going_back = 0

    def read(self) -> None:
        last = 0
        while not self.stop.is_set():
            editions.forget()  # as many worker processes would, each with an empty memory
            at = timezone.now()
            force = editions.current(at)
            beside = editions.in_force(number=force.number, at=at)
            stored = Edition.objects.values("number", "digest", "note").get(pk=force.pk)
            is_one = (
                stored["number"] == force.number
                and force.effective_from <= at
                and beside.shown == force
                and beside.current.number >= force.number
            )
            digest = snapshots.digest(force.snapshot)
            self.seen.append((force.number, digest, stored["digest"], is_one))
            self.going_back += force.number < last
            last = force.number


def _read_while(publish: Callable[[], object]) -> list[Reader]:
    readers = [Reader() for _ in range(READERS)]

    def publishing() -> None:
        try:
            publish()
        finally:
            time.sleep(0.05)
            for reader in readers:
                reader.stop.set()

    results = at_once([*[reader.read for reader in readers], publishing])
    assert [result for result in results if isinstance(result, Exception)] == []
    return readers


def test_readers_during_publishing_see_exactly_one_edition(person) -> None:
    approver = person("owner2")

    def publish() -> None:
        for turn in range(ROUNDS):
            approve(submit(person, turn=turn), approver)

    readers = _read_while(publish)

    published = dict(Edition.objects.values_list("number", "digest"))
    assert len(published) == ROUNDS + 1
    seen = [answer for reader in readers for answer in reader.seen]
    assert [answer for answer in seen if not answer[3]] == []
    assert [number for number, read, stored, _one in seen if read != stored] == []
    assert [number for number, read, _stored, _one in seen if published[number] != read] == []
    assert [reader.going_back for reader in readers] == [0] * READERS
    assert len({number for number, *_rest in seen}) > ROUNDS // 2  # they did read meanwhile


def test_without_one_transaction_readers_see_what_was_never_published(person, monkeypatch) -> None:
    """The control: a publisher that fills the row after it can be seen."""
    approver = person("owner2")
    whole = services.add_edition

    def in_two_steps(*, candidate, **given):
        empty = services.Contents(
            plain={part: [] for part in candidate.plain},
            digest=candidate.digest,
            snapshot=candidate.snapshot,
            problems=(),
        )
        edition = whole(candidate=empty, **given)
        connection.connection.commit()
        time.sleep(0.02)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE matrix_edition SET snapshot = (SELECT snapshot FROM matrix_editionreview"
                " WHERE state = 'in_review') WHERE id = %s",
                [edition.pk],
            )
        return edition

    monkeypatch.setattr(services, "add_edition", in_two_steps)

    def publish() -> None:
        for turn in range(ROUNDS):
            approve(submit(person, turn=turn), approver)

    readers = _read_while(publish)

    seen = [answer for reader in readers for answer in reader.seen]
    assert [number for number, read, stored, _one in seen if read != stored] != []


def test_publishing_that_fails_late_is_never_seen(person, monkeypatch) -> None:
    """The last line of publishing is the trail: when it fails, no reader saw the number."""
    approver = person("owner2")
    review = submit(person, turn=0)
    record = conduct.record

    def late(**given):
        if given["action"] == "edition_approved":
            time.sleep(0.02)
            raise RuntimeError("trail is full")
        return record(**given)

    monkeypatch.setattr(conduct, "record", late)

    def publish() -> None:
        for _turn in range(5):
            with pytest.raises(RuntimeError):
                approve(review, approver)

    readers = _read_while(publish)

    assert {number for reader in readers for number, *_rest in reader.seen} == {1}
    assert Edition.objects.count() == 1


def test_starting_moment_is_the_same_for_all(person) -> None:
    """A scheduled edition: no reader has it before its moment, none lacks it after."""
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").update(rating="possible")
    starts = timezone.now() + timedelta(seconds=0.6)
    with transaction.atomic():
        review = reviews.submit_for_review(
            note="soon", effective_from=starts, at=timezone.now(), by=person("owner")
        )
        approve(review, person("owner2"))
    wrong: list[object] = []

    def read() -> None:
        while (at := timezone.now()) < starts + timedelta(seconds=0.3):
            number = editions.current(at).number
            if number != (2 if at >= starts else 1):
                wrong.append((at, number))

    results = at_once([read] * READERS)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert wrong == []
