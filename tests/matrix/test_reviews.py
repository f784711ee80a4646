"""Two people make an edition: the services, and the database behind them."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.conduct.models import AuditEntry
from crossbank.engine import snapshot as snapshots
from crossbank.matrix import contents, editions, reviews, services
from crossbank.matrix.models import Edition, EditionReview, Pairing
from crossbank.org import switches

pytestmark = pytest.mark.django_db

STATE = EditionReview.State


def change(rating: str = "possible") -> None:
    pairing = Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP")
    assert pairing.exclude(rating=rating).update(rating=rating, instead="x") == 1


@pytest.fixture
def author(person):
    return person("owner")


@pytest.fixture
def approver(person):
    return person("owner2")


@pytest.fixture
def waiting(author) -> EditionReview:
    change()
    return reviews.submit_for_review(note="App first", at=timezone.now(), by=author)


def rows() -> tuple[int, int, list[str]]:
    """Editions, reviews, and what the trail says beyond the first publishing."""
    acts = AuditEntry.objects.order_by("pk").values_list("action", flat=True)[1:]
    return Edition.objects.count(), EditionReview.objects.count(), list(acts)


def test_submitting_freezes_and_desks_see_nothing(author, waiting) -> None:
    draft = services.compile_draft(at=timezone.now())

    assert (waiting.state, waiting.author, waiting.edition) == (STATE.IN_REVIEW, author, None)
    assert waiting.digest == snapshots.digest(draft.snapshot)
    assert snapshots.from_json(waiting.snapshot) == draft.snapshot
    assert editions.current(timezone.now()).number == 1
    assert rows() == (1, 1, ["edition_submitted"])


def test_approving_publishes_exactly_what_was_frozen(author, approver, waiting) -> None:
    now = timezone.now()

    decided = reviews.approve(review=waiting, note="Well seen", at=now, by=approver)

    edition = Edition.objects.get(number=2)
    assert (edition.snapshot, edition.digest) == (waiting.snapshot, waiting.digest)
    assert (edition.author, edition.approver, edition.note) == (author, approver, "App first")
    assert (edition.effective_from, edition.published_at) == (now, now)
    decided.refresh_from_db()
    assert (decided.state, decided.decided_by, decided.decided_at, decided.edition) == (
        STATE.PUBLISHED,
        approver,
        now,
        edition,
    )
    assert editions.current(now).number == 2
    assert rows() == (2, 1, ["edition_submitted", "edition_published", "edition_approved"])
    published = AuditEntry.objects.get(action="edition_published", subject="edition 2")
    assert (published.actor, published.detail["author"], published.detail["approver"]) == (
        "owner2",
        "owner",
        "owner2",
    )


def test_scheduled_edition_waits_for_its_moment(author, approver) -> None:
    change()
    now = timezone.now()
    starts = now + timedelta(days=3)
    review = reviews.submit_for_review(note="x", effective_from=starts, at=now, by=author)

    reviews.approve(review=review, at=now, by=approver)
    change("strong")  # what was approved does not move with the working copy

    moments = (now, starts - timedelta(microseconds=1), starts, starts + timedelta(days=9))
    assert [editions.current(moment).number for moment in moments] == [1, 1, 2, 2]
    assert Edition.objects.get(number=2).digest == review.digest


def test_moment_that_passed_while_it_waited_becomes_now(author, approver) -> None:
    change()
    then = timezone.now() - timedelta(hours=5)
    starts = then + timedelta(hours=1)
    review = reviews.submit_for_review(note="x", effective_from=starts, at=then, by=author)
    now = timezone.now()

    reviews.approve(review=review, at=now, by=approver)

    assert Edition.objects.get(number=2).effective_from == now


def test_edition_holds_what_is_on_sale_on_the_day_it_starts(author, approver) -> None:
    now = timezone.now()
    starts = now + timedelta(days=3)
    Product.objects.filter(code="INS-CRD").update(valid_until=starts.date())
    now_and_then = [services.compile_draft(at=at).snapshot.product for at in (now, starts)]
    review = reviews.submit_for_review(note="x", effective_from=starts, at=now, by=author)

    reviews.approve(review=review, at=now + timedelta(hours=1), by=approver)

    assert ["INS-CRD" in products for products in now_and_then] == [True, False]
    edition = Edition.objects.get(number=2)
    assert "INS-CRD" not in editions.load(edition.pk).snapshot.product


REFUSED = {
    "the author approves": (services.SamePerson, lambda **who: reviews.approve(
        review=who["review"], at=timezone.now(), by=who["author"]
    )),
    "the author returns": (services.SamePerson, lambda **who: reviews.return_for_changes(
        review=who["review"], note="x", at=timezone.now(), by=who["author"]
    )),
    "returned without words": (reviews.NoWords, lambda **who: reviews.return_for_changes(
        review=who["review"], note="  ", at=timezone.now(), by=who["approver"]
    )),
    "another withdraws": (reviews.NotTheAuthor, lambda **who: reviews.withdraw(
        review=who["review"], at=timezone.now(), by=who["approver"]
    )),
    "a second one is submitted": (services.ReviewWaits, lambda **who: reviews.submit_for_review(
        note="x", at=timezone.now(), by=who["approver"]
    )),
    "an old one is submitted": (services.ReviewWaits, lambda **who: reviews.publish_again(
        edition=Edition.objects.get(), note="x", at=timezone.now(), by=who["approver"]
    )),
    "published past the review": (services.ReviewWaits, lambda **who: services.publish_edition(
        approver=who["approver"], at=timezone.now(), by=who["author"]
    )),
    "published alone": (services.ApproverMissing, lambda **who: services.publish_edition(
        at=timezone.now(), by=who["author"]
    )),
}  # fmt: skip


@pytest.mark.parametrize("sentence", REFUSED)
def test_refusal_writes_nothing(author, approver, waiting, sentence) -> None:
    refusal, act = REFUSED[sentence]
    before = EditionReview.objects.values().get()

    with pytest.raises(refusal):
        act(review=waiting, author=author, approver=approver)

    assert EditionReview.objects.values().get() == before
    assert rows() == (1, 1, ["edition_submitted"])


def test_author_is_told_that_he_is_the_author_whatever_else_is_wrong(author, waiting) -> None:
    change("strong")

    with pytest.raises(services.SamePerson):
        reviews.approve(review=waiting, at=timezone.now(), by=author)

    assert rows() == (1, 1, ["edition_submitted"])


def test_author_as_his_own_approver_is_refused_by_publishing(author) -> None:
    with pytest.raises(services.SamePerson):
        services.publish_edition(approver=author, at=timezone.now(), by=author)

    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("sentence", "spoil"),
    [
        ("a pairing changed", lambda: change("strong")),
        ("a pairing is gone", lambda: Pairing.objects.filter(main__code="LON-CSH").delete()),
        ("a product was renamed", lambda: Product.objects.filter(code="CRD-DEB").update(name="x")),
        (
            "a product ended",
            lambda: Product.objects.filter(code="INS-CRD").update(valid_until="2026-01-01"),
        ),
    ],
)
def test_changed_after_submission_needs_a_new_one(
    author, approver, waiting, sentence, spoil
) -> None:
    spoil()

    with pytest.raises(reviews.ChangedSince):
        reviews.approve(review=waiting, at=timezone.now(), by=approver)

    assert rows() == (1, 1, ["edition_submitted"]), sentence
    reviews.withdraw(review=waiting, at=timezone.now(), by=author)
    again = reviews.submit_for_review(note="again", at=timezone.now(), by=author)
    assert reviews.approve(review=again, at=timezone.now(), by=approver).edition.number == 2


def test_changed_and_changed_back_is_what_was_submitted(approver, waiting) -> None:
    change("strong")
    change("possible")

    assert reviews.approve(review=waiting, at=timezone.now(), by=approver).edition.number == 2


def test_frozen_copy_that_was_tampered_with_is_refused(approver, waiting) -> None:
    plain = {**waiting.snapshot, "pairs": waiting.snapshot["pairs"][1:]}
    EditionReview.objects.update(snapshot=plain)

    with pytest.raises(reviews.ChangedSince):
        reviews.approve(review=waiting, at=timezone.now(), by=approver)

    assert Edition.objects.count() == 1


def test_what_blocks_is_looked_for_again(approver, waiting, monkeypatch) -> None:
    problem = snapshots.Problem(kind=snapshots.ProblemKind.NO_REASON, subject="x", args=("y",))
    found = services.compile_draft(at=timezone.now())
    spoiled = services.Draft(**{**vars(found), "problems": (problem,)})
    assert spoiled.blocking
    monkeypatch.setattr(services, "compile_draft", lambda *, at: spoiled)

    with pytest.raises(services.CannotPublish):
        reviews.approve(review=waiting, at=timezone.now(), by=approver)

    assert rows() == (1, 1, ["edition_submitted"])


def test_what_blocks_is_not_submitted(author) -> None:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").update(
        rating="not_allowed", instead=""
    )

    with pytest.raises(services.CannotPublish):
        reviews.submit_for_review(note="x", at=timezone.now(), by=author)

    assert rows() == (1, 0, [])


@pytest.mark.parametrize(
    ("sentence", "given", "refusal"),
    [
        ("nothing changed", {}, reviews.NothingNew),
        ("another draft was seen", {"seen": "0" * 64}, services.DraftMoved),
        (
            "it started yesterday",
            {"effective_from": timezone.now() - timedelta(days=1)},
            services.StartsInPast,
        ),
    ],
)
def test_submission_that_makes_no_sense_is_refused(author, sentence, given, refusal) -> None:
    with pytest.raises(refusal):
        reviews.submit_for_review(note="x", at=timezone.now(), by=author, **given)

    assert rows() == (1, 0, []), sentence


def test_only_the_first_edition_starts_in_the_past(author, approver) -> None:
    now = timezone.now()

    with pytest.raises(services.StartsInPast):
        services.publish_edition(
            effective_from=now - timedelta(seconds=1), approver=approver, at=now, by=author
        )

    assert Edition.objects.count() == 1


@pytest.mark.parametrize("end", ["returned", "withdrawn"])
def test_after_the_end_nothing_more_is_decided(author, approver, waiting, end) -> None:
    now = timezone.now()
    if end == "returned":
        reviews.return_for_changes(review=waiting, note="Not yet", at=now, by=approver)
    else:
        reviews.withdraw(review=waiting, at=now, by=author)
    before = EditionReview.objects.values().get()

    for act in (
        lambda: reviews.approve(review=waiting, at=now, by=approver),
        lambda: reviews.return_for_changes(review=waiting, note="x", at=now, by=approver),
        lambda: reviews.withdraw(review=waiting, at=now, by=author),
    ):
        with pytest.raises(reviews.AlreadyDecided):
            act()

    assert EditionReview.objects.values().get() == before
    assert (before["state"], before["decided_at"]) == (end, now)
    assert rows() == (1, 1, ["edition_submitted", f"edition_{end}"])


def test_when_the_trail_fails_nothing_is_decided(approver, waiting, monkeypatch) -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError("trail is full")

    before = EditionReview.objects.values().get()
    monkeypatch.setattr(conduct, "record", fail)

    with pytest.raises(RuntimeError):
        reviews.approve(review=waiting, at=timezone.now(), by=approver)

    assert EditionReview.objects.values().get() == before
    assert Edition.objects.count() == 1


def test_the_way_back_publishes_the_old_words_under_a_new_number(author, approver, waiting) -> None:
    first = Edition.objects.get()
    reviews.approve(review=waiting, at=timezone.now(), by=approver)
    draft = services.compile_draft(at=timezone.now())

    review = reviews.publish_again(edition=first, note="Back", at=timezone.now(), by=approver)
    change("strong")  # an old edition does not care about the working copy
    decided = reviews.approve(review=review, at=timezone.now(), by=author)

    assert decided.edition.number == 3
    assert (decided.edition.snapshot, decided.edition.digest) == (first.snapshot, first.digest)
    assert (decided.edition.author, decided.edition.approver) == (approver, author)
    assert editions.current(timezone.now()).number == 3
    assert decided.again_of == first
    change("possible")
    assert services.compile_draft(at=timezone.now()).snapshot == draft.snapshot


def test_the_newest_is_not_published_again(author) -> None:
    with pytest.raises(reviews.NothingNew):
        reviews.publish_again(edition=Edition.objects.get(), note="x", at=timezone.now(), by=author)

    assert rows() == (1, 0, [])


def test_scheduled_edition_is_called_off_by_publishing_the_present_one_again(
    author, approver
) -> None:
    change()
    now = timezone.now()
    soon = now + timedelta(days=3)
    reviews.approve(
        review=reviews.submit_for_review(note="x", effective_from=soon, at=now, by=author),
        at=now,
        by=approver,
    )

    review = reviews.publish_again(
        edition=Edition.objects.get(number=1), note="Called off", at=now, by=author
    )
    reviews.approve(review=review, at=now, by=approver)

    moments = (now, soon, soon + timedelta(days=30))
    assert [editions.current(moment).number for moment in moments] == [3, 3, 3]


def test_old_edition_keeps_its_digest_when_terms_have_learned(author, approver, waiting) -> None:
    first = Edition.objects.get()
    old = {**first.snapshot, "pairs": [dict(pair) for pair in first.snapshot["pairs"]]}
    for pair in old["pairs"]:
        del pair["link_kind"]  # as if it was written before there was such a field
    digest = snapshots.digest_of_json(old)
    assert snapshots.digest(snapshots.from_json(old)) != digest
    _raw("matrix_edition", first.pk, snapshot=json.dumps(old), digest=digest)
    reviews.approve(review=waiting, at=timezone.now(), by=approver)

    review = reviews.publish_again(
        edition=Edition.objects.get(number=1), note="Back", at=timezone.now(), by=author
    )
    decided = reviews.approve(review=review, at=timezone.now(), by=approver)

    assert (decided.edition.snapshot, decided.edition.digest) == (old, digest)


def test_what_is_no_longer_sold_is_named(person) -> None:
    now = timezone.now()
    snapshot = editions.current(now).snapshot
    Product.objects.filter(code="CRD-DEB").update(valid_until=now.date())
    Product.objects.filter(code="DIG-APP").update(valid_from=now.date() + timedelta(days=1))

    assert contents.no_longer_sold(snapshot, at=now) == ["CRD-DEB", "DIG-APP"]


def test_with_the_switch_off_one_person_publishes(author) -> None:
    switches.turn(key=switches.FOUR_EYES, on=False, at=timezone.now(), by="admin")
    change()

    edition = services.publish_edition(at=timezone.now(), by=author)

    assert (edition.number, edition.approver) == (2, None)


def _raw(table: str, pk: int, **fields: object) -> None:
    """This will write past every service, as a careless hand at the database would."""
    names = ", ".join(f"{name} = %s" for name in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*fields.values(), pk])


def _raw_copy(table: str, pk: int, **fields: object) -> None:
    """This will insert a copy of a row with other values."""
    with connection.cursor() as cursor:
        columns = [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
    kept = [name for name in columns if name != "id" and name not in fields]
    sql = (
        f"INSERT INTO {table} ({', '.join([*kept, *fields])}) "
        f"SELECT {', '.join([*kept, *['%s'] * len(fields)])} FROM {table} WHERE id = %s"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [*fields.values(), pk])


def test_database_refuses_an_author_as_approver(author, approver) -> None:
    edition = Edition.objects.get()

    for act in (
        lambda: _raw("matrix_edition", edition.pk, approver_id=edition.author_id),
        lambda: _raw_copy(
            "matrix_edition", edition.pk, number=2, author_id=author.pk, approver_id=author.pk
        ),
        lambda: Edition.objects.bulk_create(
            [
                Edition(
                    number=2,
                    snapshot=edition.snapshot,
                    digest=edition.digest,
                    effective_from=edition.effective_from,
                    published_at=edition.published_at,
                    author=author,
                    approver=author,
                )
            ]
        ),
    ):
        with pytest.raises(IntegrityError, match="edition_two_people"), transaction.atomic():
            act()
    _raw_copy(
        "matrix_edition", edition.pk, number=2, author_id=author.pk, approver_id=approver.pk
    )  # the same with two people goes in: it was refused for the right reason

    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_database_refuses_impossible_reviews(author, approver, waiting) -> None:
    now = timezone.now()
    edition = Edition.objects.get()
    by_self = {"decided_by_id": author.pk, "decided_at": now}
    by_other = {"decided_by_id": approver.pk, "decided_at": now}
    table = "matrix_editionreview"
    refused = {
        "edition_review_two_people": [
            {"state": "published", "edition_id": edition.pk, **by_self},
            {"state": "returned", "decision_note": "x", **by_self},
        ],
        "edition_review_own_withdrawn": [{"state": "withdrawn", **by_other}],
        "edition_review_decided": [
            {"state": "published", "edition_id": edition.pk},
            {"state": "unheard of"},
            by_other,
        ],
        "edition_review_makes_edition": [
            {"state": "published", **by_other},
            {"edition_id": edition.pk},
        ],
        "edition_review_returned_with_words": [{"state": "returned", **by_other}],
    }
    before = EditionReview.objects.values().get()

    for name, tries in refused.items():
        for fields in tries:
            with pytest.raises(IntegrityError, match=name):
                _raw(table, waiting.pk, **fields)
    with pytest.raises(IntegrityError):
        _raw_copy(table, waiting.pk)  # a second one that waits

    assert EditionReview.objects.values().get() == before
    for fields in (
        {"state": "published", "edition_id": edition.pk, **by_other},
        {"state": "returned", "decision_note": "x", "edition_id": None, **by_other},
        {"state": "withdrawn", "decision_note": "", **by_self},
    ):
        _raw(table, waiting.pk, **fields)
