"""The page Release offers: one writes, another releases, and what stands against it is said."""

from datetime import date

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry
from crossbank.matrix.models import Pairing
from crossbank.offers.models import Offer, OfferRelease, OfferReview
from crossbank.offers.placing import release_together
from crossbank.offers.services import terms_beside
from crossbank.org.models import Switch

pytestmark = pytest.mark.django_db

PAGE = "/admin/offers/release/"


def write(code: str, **fields) -> Offer:
    """What an owner saves in the form of an offer."""
    Offer.objects.filter(code=code).update(**fields)
    return Offer.objects.get(code=code)


def words(page) -> str:
    return " ".join(page.content.decode().split())


def submit(client, *codes, note="Spring"):
    return client.post(PAGE, {"offers": codes, "note": note})


def decide(client, decision, answer=""):
    review = OfferReview.objects.latest("pk")
    return client.post(PAGE, {"review": review.pk, "decision": decision, "answer": answer})


def beside(main: str) -> dict[str, str]:
    return {one.code: one.name for one in terms_beside(main, timezone.now()).values()}


def test_desk_hears_of_a_change_when_a_colleague_released_it(sign_in) -> None:
    owner, owner2 = sign_in("owner"), sign_in("owner2")
    write("OT-1", name="Card at 0.00")
    assert beside("ACC-SAL")["OT-1"] == "First card year at 0.00"

    assert submit(owner, "OT-1").status_code == 302
    assert beside("ACC-SAL")["OT-1"] == "First card year at 0.00"
    assert decide(owner, "approve").status_code == 409
    assert decide(owner2, "approve").status_code == 302

    assert beside("ACC-SAL")["OT-1"] == "Card at 0.00"
    release = OfferRelease.objects.get(offer__code="OT-1", number=2)
    assert (release.author.username, release.approver.username) == ("owner", "owner2")
    assert [
        (e.action, e.subject) for e in AuditEntry.objects.filter(action__startswith="offer_")
    ] == [("offer_released", "offer OT-1"), ("offer_submitted", "offer OT-1")]


def test_page_says_what_changes_and_nothing_is_chosen(sign_in) -> None:
    write("OT-1", name="Card at 0.00", priority=31)

    page = sign_in("owner").get(PAGE)

    (draft,) = page.context["drafts"]
    assert [(c.label, c.old, c.new) for c in draft.changes] == [
        ("Headline", "First card year at 0.00", "Card at 0.00"),
        ("Priority", "30", "31"),
    ]
    assert 'name="offers" value="OT-1">' in words(page)
    assert " checked" not in words(page)


def test_returned_with_words_and_withdrawn_by_the_author(sign_in) -> None:
    owner, owner2 = sign_in("owner"), sign_in("owner2")
    write("OT-1", name="Card at 0.00")
    submit(owner, "OT-1")

    assert decide(owner2, "return").status_code == 422
    assert decide(owner2, "withdraw").status_code == 409
    assert decide(owner2, "return", "Say the price").status_code == 302
    submit(owner, "OT-1")
    assert decide(owner, "withdraw").status_code == 302

    assert list(OfferReview.objects.order_by("pk").values_list("state", "decision_note")) == [
        ("returned", "Say the price"),
        ("withdrawn", ""),
    ]
    assert OfferRelease.objects.filter(offer__code="OT-1").count() == 1


def test_what_was_changed_since_is_not_released(sign_in) -> None:
    owner, owner2 = sign_in("owner"), sign_in("owner2")
    write("OT-1", name="Card at 0.00")
    submit(owner, "OT-1")
    write("OT-1", name="Another")

    page = owner2.get(PAGE)

    assert page.context["waiting"][0].moved
    assert 'value="approve"' not in words(page)
    assert decide(owner2, "approve").status_code == 409


def test_what_blocks_is_said_before_and_after(sign_in) -> None:
    owner = sign_in("owner")
    write("OT-2", priority=20, name="Tie")
    write("TL-2", priority=30)  # as OT-1, beside the salary account

    page = owner.get(PAGE)
    told = {one.offer.code: one.blocking for one in page.context["drafts"]}

    assert told == {
        "OT-2": [],
        "TL-2": ["OT-1 has the same priority beside Salary account from now on. Which one wins?"],
    }
    refused = submit(owner, "OT-2", "TL-2")
    assert (refused.status_code, OfferReview.objects.count()) == (422, 0)
    assert [one.chosen for one in refused.context["drafts"]] == [True, True]


def test_dead_offer_shows_on_the_timeline(sign_in) -> None:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="INS-CRD").update(rating="not_allowed")

    page = sign_in("owner").get(PAGE)

    row = next(one for one in page.context["rows"] if one.line.terms.code == "TL-7")
    assert row.line.is_blocked
    assert row.remarks[0] == "The product is not allowed beside Basic current account."


def test_alone_where_the_bank_keeps_no_second_pair_of_eyes(sign_in) -> None:
    Switch.objects.create(key="four_eyes", is_on=False, changed_at=timezone.now(), changed_by="x")
    write("OT-1", name="Card at 0.00")

    assert submit(sign_in("owner"), "OT-1").status_code == 302

    assert beside("ACC-SAL")["OT-1"] == "Card at 0.00"
    assert OfferRelease.objects.get(offer__code="OT-1", number=2).approver is None


@pytest.mark.parametrize(
    "fields", [{"note": "x"}, {"offers": "OT-1"}, {"offers": "NO", "note": "x"}]
)
def test_incomplete_submission_is_said_at_its_field(sign_in, fields) -> None:
    write("OT-1", name="Card at 0.00")

    page = sign_in("owner").post(PAGE, fields)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == (["note"] if "note" not in fields else ["offers"])


def test_ended_offer_is_archived_and_gone(sign_in, person) -> None:
    offer = Offer.objects.get(code="TL-7")
    offer.from_on, offer.until_on = date(2020, 1, 1), date(2020, 2, 1)
    offer.save()
    people = {"author": person("owner"), "approver": person("owner2")}
    release_together(offers=[offer], note="", at=timezone.now(), **people)
    owner = sign_in("owner")

    assert [one.code for one in owner.get(PAGE).context["ended"]] == ["TL-7"]
    assert owner.post(PAGE, {"archive": "TL-7"}).status_code == 302

    assert list(owner.get(PAGE).context["ended"]) == []
    assert "TL-7" not in [row.line.terms.code for row in owner.get(PAGE).context["rows"]]
    assert owner.post(PAGE, {"archive": "TL-7"}).status_code == 409


def test_same_queries_for_one_draft_and_three(sign_in, queries) -> None:
    owner = sign_in("owner")
    write("OT-1", name="One")
    owner.get(PAGE)
    with queries() as one:
        owner.get(PAGE)
    for code in ("OT-2", "OT-3"):
        write(code, name=code)
    with queries() as three:
        owner.get(PAGE)

    assert len(one) == len(three)
