"""Publishing alone: what will change is shown, what blocks is named, what was seen is published.

`test_reviews.py` has the same pages with two pairs of eyes.
"""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError

from crossbank.conduct.models import AuditEntry
from crossbank.engine.problems import Problem, ProblemKind
from crossbank.engine.snapshot import Change, ChangeKind
from crossbank.engine.terms import PairTerms, ProductTerms, Rating, Snapshot
from crossbank.matrix import services, words
from crossbank.matrix.models import BasketRule, Edition, Pairing
from tests.admin.conftest import make_product, make_review, read_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]

PUBLISH = "/admin/matrix/edition/publish/"


@pytest.fixture
def pairing(shelf) -> Pairing:
    """ACC with CRD, changed since the first edition."""
    found = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    found.rating = "strong"
    found.save()
    return found


def confirm(client, **changes):
    data = read_form(client.get(PUBLISH).content.decode(), "publish_form")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(PUBLISH, {**data, **changes})


def written() -> tuple[int, int, int]:
    publishing = AuditEntry.objects.filter(action="edition_published")
    return Edition.objects.count(), publishing.count(), LogEntry.objects.count()


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_publishing_makes_the_next_edition_with_its_trail(enter, pairing, role) -> None:
    client = enter(role)

    answer = confirm(client, note="  Cards first ")

    edition = Edition.objects.get(number=2)
    assert answer["Location"] == f"/admin/matrix/edition/{edition.pk}/change/"
    assert (edition.author.username, edition.approver, edition.note) == (
        f"{role}-person",
        None,
        "Cards first",
    )
    assert written() == (2, 2, 1)
    entry = AuditEntry.objects.filter(action="edition_published").first()
    assert (entry.actor, entry.subject) == (f"{role}-person", "edition 2")
    page = client.get(answer["Location"]).content.decode()
    assert "Edition 2 is published" in page
    assert "rating: Good → Strong" in page
    assert edition.digest in page
    assert '"pairs"' not in page
    history = client.get(f"/admin/matrix/edition/{edition.pk}/history/").content.decode()
    assert "Added." in history


def test_page_shows_what_will_change(enter, shelf, pairing) -> None:
    Pairing.objects.filter(main=shelf["LON"], cross=shelf["SAV"]).delete()
    fresh = make_product(code="NEW")
    Pairing.objects.create(main=shelf["LON"], cross=fresh, rating="possible", reason="Perhaps")

    answer = enter("owner").get(PUBLISH)

    groups = {str(group.title): group for group in answer.context["groups"]}
    shown = {
        title: [(str(line.part), line.codes, line.fields) for line in group.lines]
        for title, group in groups.items()
    }
    assert shown == {
        "Added": [("Product", "NEW", []), ("Pair", "LON → NEW", ["Ask first"])],
        "Changed": [("Pair", "ACC → CRD", ["rating: Good → Strong"])],
        "Removed": [("Pair", "LON → SAV", ["Good"])],
    }
    remarks = [finding.words for finding in answer.context["remarks"]]
    assert any("LON Product LON has only 2 strong or good cross products" in w for w in remarks)
    assert written() == (1, 1, 0)


@pytest.mark.parametrize(
    ("spoil", "sentence", "address"),
    [
        (
            {"rating": "not_allowed", "instead": ""},
            "CRD Product CRD is not allowed beside ACC Product ACC, and nobody says what to do",
            "/admin/matrix/pairing/{pairing}/change/",
        ),
        (
            {"cross": "licensed"},
            "needs a licence, so it is never strong",
            "/admin/matrix/pairing/{pairing}/change/",
        ),
        (
            {"main": "no longer"},
            "uses ACC Product ACC as a main product, which it is not",
            "/admin/catalog/product/{main}/change/",
        ),
        (
            {"rule": "empty"},
            "The basket rule BR-1 names no products on one side",
            "/admin/matrix/basketrule/{rule}/change/",
        ),
    ],
)
def test_blocked_publishing_writes_nothing_and_names_the_row(
    enter, shelf, pairing, spoil, sentence, address
) -> None:
    Pairing.objects.filter(pk=pairing.pk).update(
        **{name: value for name, value in spoil.items() if name in {"rating", "instead"}}
    )
    if "cross" in spoil:
        type(shelf["CRD"]).objects.filter(code="CRD").update(needs_licence=True)
    if "main" in spoil:
        type(shelf["ACC"]).objects.filter(code="ACC").update(is_main=False)
    if "rule" in spoil:
        BasketRule.objects.get().others.clear()
    owner = enter("owner")

    asked, posted = owner.get(PUBLISH), owner.post(PUBLISH, {"note": "x"})

    assert (asked.status_code, posted.status_code) == (200, 422)
    assert written() == (1, 1, 0)
    rows = {
        "pairing": pairing.pk,
        "main": shelf["ACC"].pk,
        "rule": BasketRule.objects.get().pk,
    }
    for page in (asked, posted):
        text = page.content.decode()
        assert sentence in text
        assert f'href="{address.format(**rows)}"' in text
        assert "Publish this edition" not in text
    assert owner.get(address.format(**rows)).status_code == 200


def test_draft_that_moved_after_looking_is_shown_again(enter, shelf, pairing) -> None:
    owner = enter("owner")
    data = read_form(owner.get(PUBLISH).content.decode(), "publish_form")
    Pairing.objects.filter(main=shelf["LON"], cross=shelf["APP"]).update(rating="possible")

    moved = owner.post(PUBLISH, {**data, "note": "kept words"})

    assert moved.status_code == 409
    assert "Please look again" in moved.content.decode()
    assert "kept words" in moved.content.decode()
    assert written() == (1, 1, 0)
    again = read_form(moved.content.decode(), "publish_form")
    assert owner.post(PUBLISH, again).status_code == 302


def test_two_who_publish_at_once_do_not_both_succeed(enter, pairing, monkeypatch) -> None:
    def too_late(**kwargs: object) -> None:
        raise IntegrityError("number is taken")

    monkeypatch.setattr(services, "publish_edition", too_late)
    owner = enter("owner")

    answer = confirm(owner)

    assert answer.status_code == 409
    assert "A colleague published at the same moment" in answer.content.decode()
    assert written() == (1, 1, 0)


def test_nothing_new_is_not_published(enter, shelf) -> None:
    owner = enter("owner")

    asked, posted = owner.get(PUBLISH), owner.post(PUBLISH, {})

    assert (asked.status_code, posted.status_code) == (200, 409)
    assert "There is nothing to publish" in asked.content.decode()
    assert written() == (1, 1, 0)


def test_first_edition_needs_no_earlier_one(enter, db) -> None:
    main = make_product(code="ACC", is_main=True)
    Pairing.objects.create(
        main=main, cross=make_product(code="CRD"), rating="good", reason="They fit"
    )
    owner = enter("owner")

    assert "The first edition" in owner.get(PUBLISH).content.decode()
    assert confirm(owner).status_code == 302

    assert Edition.objects.get().number == 1


def test_publishing_alone_waits_for_the_review_that_is_open(enter, pairing) -> None:
    review = make_review()
    owner = enter("owner")

    page = owner.get(PUBLISH).content.decode()
    posted = owner.post(PUBLISH, {"note": "Me first"})

    assert f"/admin/matrix/editionreview/{review.pk}/change/" in page
    assert "publish_form" not in page
    assert posted.status_code == 409
    assert "Only one can wait at a time" in posted.content.decode()
    assert written() == (1, 1, 0)


@pytest.mark.parametrize("note", ["x" * 201, "a\x00b", "a\u202eb"])
def test_note_that_cannot_be_kept_is_refused(enter, pairing, note) -> None:
    answer = confirm(enter("owner"), note=note)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["note"]
    assert written() == (1, 1, 0)


@pytest.mark.parametrize("role", ["seller", "manager", "regional", "conduct", "auditor"])
def test_nobody_else_publishes(enter, pairing, role) -> None:
    assert enter(role).post(PUBLISH, {}).status_code == 403
    assert written() == (1, 1, 0)


def test_edition_is_never_written_by_hand(enter, shelf) -> None:
    admin = enter("admin")
    edition = Edition.objects.get()
    address = f"/admin/matrix/edition/{edition.pk}"

    answers = [
        admin.post(f"{address}/change/", {"note": "forged", "number": "9"}),
        admin.post(f"{address}/delete/", {"post": "yes"}),
        admin.post("/admin/matrix/edition/add/", {"number": "9", "snapshot": "{}"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    edition.refresh_from_db()
    assert (edition.note, Edition.objects.count()) == ("First", 1)


def test_every_kind_of_problem_has_a_sentence_and_a_place() -> None:
    card = ProductTerms(code="CRD", name="Card", family="CARDS")
    snapshot = Snapshot(products=(card,))
    arguments = {
        ProblemKind.UNKNOWN_CODE: ("pair", "XXX"),
        ProblemKind.NOT_A_MAIN: ("need", "XXX"),
        ProblemKind.NOT_A_CROSS: ("step_up", "XXX"),
        ProblemKind.DUPLICATE_CODE: ("rule",),
        ProblemKind.PAIR_TO_ITSELF: ("pair",),
        ProblemKind.INHERITANCE_CYCLE: ("XXX", "YYY"),
        ProblemKind.NO_DISCLOSURE: (),
        ProblemKind.RULE_SIDE_MISSING: ("objects",),
        ProblemKind.RULE_CONFLICT: ("XXX", "R-1", "R-2"),
        ProblemKind.MAIN_WITHOUT_ROW: (),
        ProblemKind.FEW_SUGGESTIONS: ("1",),
    }

    told = {
        kind: Problem(kind=kind, subject="CRD", args=arguments.get(kind, ("XXX",)))
        for kind in ProblemKind
    }

    sentences = {kind: words.problem_words(problem, snapshot) for kind, problem in told.items()}
    places = {kind: words.mended_at(problem) for kind, problem in told.items()}
    assert all("CRD" in sentence and "%(" not in sentence for sentence in sentences.values())
    assert len(set(sentences.values())) == len(ProblemKind)
    assert places == {
        ProblemKind.UNKNOWN_CODE: ("pair", ("CRD", "XXX")),
        ProblemKind.NOT_A_MAIN: ("need", ("CRD",)),
        ProblemKind.NOT_A_CROSS: ("pair", ("CRD", "XXX")),
        ProblemKind.DUPLICATE_CODE: ("rule", ("CRD",)),
        ProblemKind.DUPLICATE_PAIR: ("pair", ("CRD", "XXX")),
        ProblemKind.DUPLICATE_STEP_UP: ("pair", ("CRD", "XXX")),
        ProblemKind.PAIR_TO_ITSELF: ("pair", ("CRD", "CRD")),
        ProblemKind.INHERITANCE_CYCLE: ("product", ("CRD",)),
        ProblemKind.LICENSED_STRONG: ("pair", ("CRD", "XXX")),
        ProblemKind.NO_REASON: ("pair", ("CRD", "XXX")),
        ProblemKind.NO_INSTEAD: ("pair", ("CRD", "XXX")),
        ProblemKind.NO_DISCLOSURE: ("product", ("CRD",)),
        ProblemKind.RULE_SIDE_MISSING: ("rule", ("CRD",)),
        ProblemKind.BUNDLE_TOO_SMALL: ("bundle", ("CRD",)),
        ProblemKind.BUNDLE_CLASH: ("bundle", ("CRD",)),
        ProblemKind.BUNDLE_SAVES_NOTHING: ("bundle", ("CRD",)),
        ProblemKind.RULE_CONFLICT: ("pairing_rule", ("R-2",)),
        ProblemKind.MAIN_WITHOUT_ROW: ("row", ("CRD",)),
        ProblemKind.FEW_SUGGESTIONS: ("row", ("CRD",)),
    }


def test_change_tells_old_and_new_in_words() -> None:
    old = PairTerms(main="ACC", cross="CRD", rating=Rating.GOOD, benefit="b" * 100)
    new = PairTerms(main="ACC", cross="CRD", rating=Rating.NOT_ALLOWED, inherited_from="PLS")
    change = Change(
        kind=ChangeKind.CHANGED,
        part="pairs",
        name=("ACC", "CRD"),
        fields=("rating", "benefit", "inherited_from"),
    )

    told = words.change_words(change, {("ACC", "CRD"): old}, {("ACC", "CRD"): new})

    assert told == [
        "by the row of PLS",
        "rating: Good → Not allowed",
        f"benefit: {'b' * 79}… → –",
        "row inherited from: – → PLS",
    ]
