"""Two people in the back office: one submits, another reads and decides, everybody sees who."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry
from crossbank.matrix import editions, services
from crossbank.matrix.models import Edition, EditionReview, Pairing
from crossbank.org import switches
from tests.admin.conftest import LONG_AGO, make_person, make_review, read_form

pytestmark = pytest.mark.django_db

PUBLISH = "/admin/matrix/edition/publish/"
REVIEWS = "/admin/matrix/editionreview/"
BERLIN = ZoneInfo("Europe/Berlin")


def page_of(review: EditionReview) -> str:
    return f"{REVIEWS}{review.pk}/change/"


def decide(client, review: EditionReview, decision: str, **more):
    return client.post(f"{REVIEWS}{review.pk}/decide/", {"decision": decision, **more})


def rows() -> tuple[int, list[tuple[str, str]], list[str]]:
    """Editions, what became of each review, and the trail beyond the first publishing."""
    states = EditionReview.objects.order_by("pk").values_list("state", "note")
    acts = AuditEntry.objects.order_by("pk").values_list("action", flat=True)[1:]
    return Edition.objects.count(), list(states), list(acts)


@pytest.fixture
def changed(shelf) -> Pairing:
    found = Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])
    Pairing.objects.filter(pk=found.pk).update(rating="strong")
    return found


@pytest.fixture
def waiting(shelf) -> EditionReview:
    return make_review()


def submit(client, **typed):
    data = read_form(client.get(PUBLISH).content.decode(), "publish_form")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(PUBLISH, {**data, "note": "Cards first", **typed})


def local(moment) -> str:
    """As the page's field writes a moment: the clock of the person's branch."""
    return moment.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_one_submits_and_another_publishes(enter, changed, role) -> None:
    author, other = enter(role), enter("owner", username="colleague")

    sent = submit(author)
    review = EditionReview.objects.get()
    page = other.get(page_of(review)).content.decode()
    answer = decide(other, review, "approve")

    assert sent["Location"] == page_of(review)
    assert "rating: Good → Strong" in page
    assert "Cards first" in page
    assert f"{role}-person" in page
    edition = Edition.objects.get(number=2)
    assert answer["Location"] == f"/admin/matrix/edition/{edition.pk}/change/"
    assert (edition.author.username, edition.approver.username) == (f"{role}-person", "colleague")
    assert rows() == (
        2,
        [("published", "Cards first")],
        ["edition_submitted", "edition_published", "edition_approved"],
    )
    logged = LogEntry.objects.order_by("pk").values_list("user__username", "content_type__model")
    assert list(logged) == [
        (f"{role}-person", "editionreview"),
        ("colleague", "editionreview"),
        ("colleague", "edition"),
    ]
    said = other.get(answer["Location"]).content.decode()
    assert "Edition 2 is published. Desks use it from now on." in said


def test_author_reads_and_may_only_withdraw(enter, changed) -> None:
    author = enter("owner")
    submit(author)
    review = EditionReview.objects.get()

    page = author.get(page_of(review)).content.decode()
    refused = [decide(author, review, act, note="x") for act in ("approve", "return")]

    assert "A colleague must approve this" in page
    assert read_form(page, "withdraw_form")["decision"] == ["withdraw"]
    assert "approve_form" not in page
    assert "return_form" not in page
    assert [answer.status_code for answer in refused] == [409, 409]
    for answer in refused:
        assert "You submitted this edition yourself" in answer.content.decode()
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])
    assert decide(author, review, "withdraw")["Location"] == page_of(review)
    assert rows() == (
        1,
        [("withdrawn", "Cards first")],
        ["edition_submitted", "edition_withdrawn"],
    )


def test_returned_with_words_that_the_author_reads(enter, waiting) -> None:
    other = enter("owner")

    empty = decide(other, waiting, "return", note=" ")
    strange = decide(other, waiting, "return", note="kept \u202e words")
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])
    done = decide(other, waiting, "return", note="Card is not strong")

    assert (empty.status_code, strange.status_code, done.status_code) == (422, 422, 302)
    assert list(empty.context["form"].errors) == ["note"]
    assert "kept" in strange.content.decode()
    page = enter("owner", username="first-author").get(page_of(waiting)).content.decode()
    assert "Card is not strong" in page
    assert "owner-person" in page
    assert "_form" not in page.replace("logout-form", "")
    assert rows() == (1, [("returned", "Cards first")], ["edition_submitted", "edition_returned"])


@pytest.mark.parametrize("forged", [{}, {"decision": "delete"}, {"decision": "Approve"}])
def test_forged_decision_changes_nothing(enter, waiting, forged) -> None:
    answer = enter("owner").post(f"{REVIEWS}{waiting.pk}/decide/", forged)

    assert answer.status_code == 422
    assert "Choose one of the buttons" in answer.content.decode()
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])


def test_changed_since_is_shown_and_not_published(enter, shelf, waiting) -> None:
    Pairing.objects.filter(main__code="LON", cross__code="APP").update(rating="possible")
    other = enter("owner")

    page = other.get(page_of(waiting))
    answer = decide(other, waiting, "approve")

    text = page.content.decode()
    assert "Changed after it was submitted" in text
    assert "approve_form" not in text
    assert "return_form" in text
    moved = [line.codes for group in page.context["moved"] for line in group.lines]
    assert moved == ["LON → APP"]
    shown = [line.codes for group in page.context["groups"] for line in group.lines]
    assert shown == ["ACC → CRD"]
    assert answer.status_code == 409
    assert "The matrix was changed after this was submitted" in answer.content.decode()
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])


def test_second_decision_is_told_that_it_was_late(enter, waiting) -> None:
    first, second = enter("owner"), enter("admin")
    page = second.get(page_of(waiting)).content.decode()
    decide(first, waiting, "approve")

    late = decide(second, waiting, "approve")

    assert "approve_form" in page
    assert late.status_code == 409
    assert "This review was decided already" in late.content.decode()
    assert "owner-person" in late.content.decode()
    assert Edition.objects.count() == 2


def test_second_submission_waits_for_the_first(enter, waiting) -> None:
    Pairing.objects.filter(main__code="LON", cross__code="APP").update(rating="possible")
    owner = enter("owner")

    page = owner.get(PUBLISH).content.decode()
    answer = owner.post(PUBLISH, {"note": "Me too"})

    assert page_of(waiting) in page
    assert "publish_form" not in page
    assert answer.status_code == 409
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])


def test_colleague_has_to_know_why(enter, changed) -> None:
    answer = submit(enter("owner"), note=" ")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["note"]
    assert rows() == (1, [], [])


def test_submitting_what_was_not_seen_is_shown_again(enter, changed) -> None:
    owner = enter("owner")
    data = read_form(owner.get(PUBLISH).content.decode(), "publish_form")
    Pairing.objects.filter(main__code="LON", cross__code="APP").update(rating="possible")

    answer = owner.post(PUBLISH, {**data, "note": "kept words"})

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Please look again" in text
    again = read_form(text, "publish_form")
    assert again["note"] == ["kept words"]
    assert again["seen"] != data["seen"]
    assert rows() == (1, [], [])
    assert owner.post(PUBLISH, again).status_code == 302


def test_start_in_the_future_is_kept_in_the_clock_of_the_page(enter, changed) -> None:
    starts = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    author, other = enter("owner"), enter("admin")

    submit(author, effective_from=local(starts))
    review = EditionReview.objects.get()
    answer = decide(other, review, "approve")

    assert review.effective_from == starts
    edition = Edition.objects.get(number=2)
    assert edition.effective_from == starts
    assert editions.current(timezone.now()).number == 1
    assert editions.current(starts).number == 2
    said = other.get(answer["Location"]).content.decode()
    assert "Desks use it from " in said
    listed = other.get("/admin/matrix/edition/").content.decode()
    assert '<td class="field-standing">scheduled</td>' in listed
    assert '<td class="field-standing">in force</td>' in listed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2020-01-01T09:00", "This moment has passed"),
        ("0001-01-01T00:00", "This moment has passed"),
        ("9999-12-31T23:59", "An edition starts within a year"),
        ("soon", "Enter a valid date/time"),
        ("2026-02-31T09:00", "Enter a valid date/time"),
        ("\x00", "Enter a valid date/time"),
    ],
)
def test_start_that_cannot_be_is_refused_beside_the_field(enter, changed, typed, sentence) -> None:
    answer = submit(enter("owner"), effective_from=typed, note="kept words")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["effective_from"]
    assert sentence in str(answer.context["form"].errors["effective_from"])
    assert "kept words" in answer.content.decode()
    assert rows() == (1, [], [])


def test_this_minute_means_at_once(enter, changed) -> None:
    submit(enter("owner"), effective_from=local(timezone.now()))

    assert EditionReview.objects.get().effective_from is None


def test_other_products_on_the_day_it_starts_are_shown_first(enter, shelf, changed) -> None:
    starts = timezone.now() + timedelta(days=3)
    Product.objects.filter(code="APP").update(valid_until=(starts - timedelta(days=1)).date())
    owner = enter("owner")

    moved = submit(owner, effective_from=local(starts))

    assert moved.status_code == 409
    removed = {str(group.title): group.count for group in moved.context["groups"]}["Removed"]
    assert removed == 3  # the product and its two pairs
    again = read_form(moved.content.decode(), "publish_form")
    assert again["effective_from"] == [local(starts)]
    assert owner.post(PUBLISH, again).status_code == 302
    frozen = EditionReview.objects.get().snapshot
    assert "APP" not in [product["code"] for product in frozen["products"]]


def test_scheduled_edition_that_would_never_start_is_named(enter, shelf, waiting) -> None:
    """Not in silence: who publishes earlier, or at the same moment, calls the other one off."""
    soon = timezone.now() + timedelta(days=3)
    EditionReview.objects.update(effective_from=soon)
    owner, author = enter("owner"), enter("owner", username="first-author")
    decide(owner, waiting, "approve")
    Pairing.objects.filter(main__code="LON", cross__code="APP").update(rating="possible")
    words = "will then never start"

    asked = owner.get(PUBLISH).content.decode()
    submit(owner)
    review = EditionReview.objects.get(state="in_review")
    read = {}
    for days in (0, 2, 3, 4):
        EditionReview.objects.filter(pk=review.pk).update(
            effective_from=soon + timedelta(days=days - 3) if days else None
        )
        read[days] = words in author.get(page_of(review)).content.decode()
    EditionReview.objects.filter(pk=review.pk).update(effective_from=None)
    decide(author, review, "approve")
    listed = owner.get("/admin/matrix/edition/").content.decode()

    assert "Edition 2, scheduled for " in asked
    assert words in asked
    assert read == {0: True, 2: True, 3: True, 4: False}
    assert '<td class="field-standing">overtaken, never in force</td>' in listed
    Pairing.objects.filter(main__code="LON", cross__code="APP").update(rating="good")
    assert words not in owner.get(PUBLISH).content.decode()  # it is off already


def test_late_start_is_said(enter, waiting) -> None:
    EditionReview.objects.update(effective_from=timezone.now() - timedelta(hours=1))

    page = enter("owner").get(page_of(waiting)).content.decode()

    assert "This moment has passed: it starts as soon as it is approved." in page


def test_the_way_back(enter, shelf, waiting) -> None:
    author, other = enter("owner", username="first-author"), enter("owner")
    decide(other, waiting, "approve")
    first = Edition.objects.get(number=1)
    Product.objects.filter(code="SAV").update(valid_until=LONG_AGO.date())
    old = f"/admin/matrix/edition/{first.pk}"

    link = f'href="{old}/again/"'
    assert link in author.get(f"{old}/change/").content.decode()
    page = author.get(f"{old}/again/")
    typed = {**read_form(page.content.decode(), "publish_form"), "note": "Too early"}
    sent = author.post(f"{old}/again/", typed)
    review = EditionReview.objects.get(state="in_review")
    reading = other.get(sent["Location"]).content.decode()
    done = decide(other, review, "approve")

    assert page.context["unsold"] == ["SAV"]
    assert "Not on sale any more:" in page.content.decode()
    assert "The working copy stays as it is" in page.content.decode()
    for text in (page.content.decode(), reading):
        assert "rating: Strong → Good" in text
    assert "Not on sale any more:" in reading
    third = Edition.objects.get(number=3)
    assert (third.digest, third.note) == (first.digest, "Too early")
    assert done.status_code == 302
    newest = author.get(f"/admin/matrix/edition/{third.pk}/change/").content.decode()
    assert "/again/" not in newest
    assert editions.current(timezone.now()).number == 3


def test_nothing_is_published_again_that_is_the_newest(enter, shelf) -> None:
    edition = Edition.objects.get()
    owner = enter("owner")

    page = owner.get(f"/admin/matrix/edition/{edition.pk}/again/").content.decode()
    answer = owner.post(f"/admin/matrix/edition/{edition.pk}/again/", {"note": "x"})

    assert "publish_form" not in page
    assert answer.status_code == 409
    assert rows() == (1, [], [])


def test_alone_the_way_back_is_one_step(enter, shelf, waiting) -> None:
    decide(enter("owner"), waiting, "approve")
    switches.turn(key=switches.FOUR_EYES, on=False, at=LONG_AGO, by="admin")
    first = Edition.objects.get(number=1)

    answer = enter("owner").post(f"/admin/matrix/edition/{first.pk}/again/", {"note": "Back"})

    third = Edition.objects.get(number=3)
    assert answer["Location"] == f"/admin/matrix/edition/{third.pk}/change/"
    assert (third.digest, third.approver) == (first.digest, None)


def test_missing_rows_are_not_found(enter, shelf) -> None:
    owner = enter("owner")

    found = [
        owner.get("/admin/matrix/edition/999999/again/").status_code,
        owner.get("/admin/matrix/edition/x/again/").status_code,
        owner.get(f"{REVIEWS}999999/change/").status_code,
        owner.post(f"{REVIEWS}999999/decide/", {"decision": "approve"}).status_code,
    ]

    assert found == [404] * 4


@pytest.mark.parametrize("role", ["seller", "manager", "regional", "conduct", "auditor"])
def test_nobody_else_decides(enter, waiting, role) -> None:
    client = enter(role)
    edition = Edition.objects.get()

    answers = [
        decide(client, waiting, "approve"),
        client.post(f"/admin/matrix/edition/{edition.pk}/again/", {"note": "x"}),
        client.get(page_of(waiting)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])


def test_review_is_never_written_by_hand(enter, waiting) -> None:
    admin = enter("admin")
    before = EditionReview.objects.values().get()

    answers = [
        admin.post(page_of(waiting), {"state": "published", "note": "forged"}),
        admin.post(f"{REVIEWS}{waiting.pk}/delete/", {"post": "yes"}),
        admin.post(f"{REVIEWS}add/", {"note": "forged"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert EditionReview.objects.values().get() == before


def test_first_page_says_that_one_waits(enter, waiting) -> None:
    colleague, author = enter("owner"), enter("owner", username="first-author")

    seen = [client.get("/admin/").content.decode() for client in (colleague, author)]
    decide(colleague, waiting, "approve")
    after = colleague.get("/admin/").content.decode()

    assert "An edition by first-author waits for your decision." in seen[0]
    assert "Your edition waits for a colleague." in seen[1]
    assert "cb-news" not in after


def test_when_the_number_is_taken_the_reader_is_told(enter, waiting, monkeypatch) -> None:
    whole = services.Max

    monkeypatch.setattr(services, "Max", lambda name: whole(name) - 1)  # read before it was there
    answer = decide(enter("owner"), waiting, "approve")

    assert answer.status_code == 409
    assert rows() == (1, [("in_review", "Cards first")], ["edition_submitted"])


def test_lists_ask_the_same_number_of_queries_for_one_and_for_many(enter, shelf, queries) -> None:
    owner = enter("owner")
    approver = make_person(username="second", role="owner")
    counts = []
    for more in (1, 3):
        for turn in range(more):
            Pairing.objects.filter(main__code="ACC", cross__code="CRD").update(
                benefit=f"{more} {turn}"
            )
            review = make_review(note=f"{more} {turn}")
            decide(enter("owner", username=approver.username), review, "approve")
        compared = f"/admin/matrix/edition/compare/?old=1&new={Edition.objects.count()}"
        found = []
        for page in ("/admin/matrix/edition/", REVIEWS, compared):
            editions.forget()
            with queries() as seen:
                assert owner.get(page).status_code == 200
            found.append(len(seen))
        counts.append(found)

    assert counts[0] == counts[1]
