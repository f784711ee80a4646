"""Lines against phrase rules: a warning on saving, and publishing that waits for a second person."""

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from crossbank.conduct import phrases
from crossbank.conduct.models import AuditEntry, FrozenError, PhraseOverride, PhraseRule
from crossbank.matrix import reviews, services
from crossbank.matrix.models import Edition, Pairing
from crossbank.offers.models import Offer
from crossbank.offers.releases import CannotRelease, release_alone
from crossbank.org.models import User
from tests.admin.conftest import (
    LONG_AGO,
    make_offer,
    make_override,
    make_person,
    make_rule,
    read_form,
    save,
)
from tests.released import release

# without a review in between: what stands in the way of publishing is asked the same way
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]

PAGE, PUBLISH = "/admin/phrases/", "/admin/matrix/edition/publish/"
RULES = "/admin/conduct/phraserule/"
TIED = "The card is a condition of the loan."
BLOCKS = "This blocks publishing"


def warnings(answer) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request) if one.level_tag == "warning"]


@pytest.fixture
def pairing(shelf) -> Pairing:
    return Pairing.objects.get(main=shelf["ACC"], cross=shelf["CRD"])


@pytest.fixture
def tied(enter, pairing) -> Pairing:
    """The owner wrote a line that ties; it is saved."""
    save(enter("owner"), change_of(pairing), say=TIED)
    pairing.refresh_from_db()
    return pairing


def change_of(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def override(client, *, reason="The law names it so", next="publish"):
    """Fill the first override form of the page, as a person would."""
    (line, *_more) = client.get(PAGE).context["severe"]
    found = line.found
    data = {"digest": found.text.digest, "rule": found.finding.rule.code}
    return client.post(PAGE, {**data, "reason": reason, "next": next})


def publish(client):
    data = read_form(client.get(PUBLISH).content.decode(), "publish_form")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(PUBLISH, {**data, "note": ["x"]})


def test_opener_is_saved_with_a_warning_and_a_better_line(enter, pairing) -> None:
    answer = save(enter("owner"), change_of(pairing), say="Would you like to open a card account?")

    pairing.refresh_from_db()
    assert (answer.status_code, pairing.say) == (302, "Would you like to open a card account?")
    (told,) = warnings(answer)
    assert "ACC → CRD, say:" in told
    assert '<q lang="en">Would you like to open a card account</q> asks for a no.' in told
    assert "Better:" in told
    assert "Ask what it is for first" in told
    assert BLOCKS not in told
    assert phrases.blocking(phrases.standing(at=LONG_AGO)) == []


def test_severe_line_is_saved_and_says_that_it_blocks(enter, pairing) -> None:
    answer = save(enter("owner"), change_of(pairing), benefit=TIED)

    pairing.refresh_from_db()
    assert pairing.benefit == TIED
    (told,) = warnings(answer)
    assert "ties one product to another" in told
    assert BLOCKS in told
    (entry,) = AuditEntry.objects.filter(action=phrases.WRITTEN)
    assert (entry.actor, entry.detail) == ("owner-person", {"place": "pairing ACC CRD benefit"})


def test_good_line_and_what_must_not_be_said_bring_no_warning(enter, pairing) -> None:
    good = "The card is not a condition of the loan. What will you use it for?"

    answer = save(enter("owner"), change_of(pairing), say=good, do_not_say=TIED)

    assert (answer.status_code, warnings(answer)) == (302, [])
    assert AuditEntry.objects.filter(action=phrases.WRITTEN).count() == 0


@pytest.mark.parametrize("field", ["say", "disclosure", "purpose_question"])
def test_product_texts_are_checked(enter, shelf, field) -> None:
    answer = save(enter("owner"), change_of(shelf["ACC"]), **{field: "You must decide today."})

    found = warnings(answer)
    assert len(found) == 1
    assert found[0].startswith("ACC, ")
    assert "presses the customer" in found[0]


def test_answer_to_an_objection_is_checked_and_the_objection_is_not(enter, shelf) -> None:
    fields = {
        "objections-TOTAL_FORMS": "1",
        "objections-0-objection": "Is it my last chance?",
        "objections-0-answer": "It is your last chance.",
        "objections-0-order": "1",
        "objections-0-product": shelf["CRD"].pk,
    }

    answer = save(enter("owner"), change_of(shelf["CRD"]), **fields)

    (told,) = warnings(answer)
    assert "CRD, answer to an objection:" in told
    assert AuditEntry.objects.get(action=phrases.WRITTEN).actor == "owner-person"


def test_offer_that_is_free_must_say_what_it_costs_later(enter, shelf) -> None:
    paid = {"charge_kind": "recurring", "price_text": "24.00 a year"}
    type(shelf["CRD"]).objects.filter(code="CRD").update(**paid)
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]])
    owner = enter("owner")

    bare = save(owner, change_of(offer), benefit_text="The first year is free.")
    refused = refusals(offer, by="owner-person")
    told = save(owner, change_of(offer), benefit_text="The first year is free, then 24.00 a year.")

    (words,) = warnings(bare)
    assert "without what it costs" in words
    assert refused == ["benefit_text"]
    assert (told.status_code, warnings(told)) == (302, [])
    assert refusals(offer, by="owner-person") == []
    Offer.objects.update(say="It is free.")
    assert phrases.blocking(phrases.standing(at=LONG_AGO)) == []  # written, and said by nobody
    release("OT")
    assert places(phrases.blocking(phrases.standing(at=LONG_AGO))) == ["offer OT say"]
    Offer.objects.update(say="Look")  # written since, and desks go on saying the old line
    assert places(phrases.blocking(phrases.standing(at=LONG_AGO))) == ["offer OT say"]
    Offer.objects.update(is_paused=True)
    assert phrases.blocking(phrases.standing(at=LONG_AGO)) == []


def places(found) -> list[str]:
    return [one.text.place for one in found]


def refusals(offer: Offer, *, by: str) -> list[str]:
    """Releases an offer as it is written now, or says the fields whose severe lines stop it."""
    person = User.objects.get(username=by)
    try:
        release_alone(offers=[offer], note="x", at=timezone.now(), by=person)
    except CannotRelease as refusal:
        return [field for field, _found in refusal.lines]
    return []


@pytest.mark.parametrize("window", [{}, {"window": "fixed", "from_on": "2126-01-01"}])
def test_severe_line_is_saved_and_not_released(enter, shelf, window) -> None:
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]], say="Look")
    release(offer)
    until = {**window, "until_on": "2126-12-31"} if window else {}

    answer = save(enter("owner"), change_of(offer), say="You must decide today.", **until)

    (words,) = warnings(answer)
    assert '<q lang="en">You must</q> presses the customer. Nobody says it until' in words
    assert refusals(offer, by="owner-person") == ["say"]
    offer.refresh_from_db()
    assert (offer.say, offer.release.terms["say"]) == ("You must decide today.", "Look")
    assert AuditEntry.objects.filter(action=phrases.WRITTEN).count() == 1


def test_new_offer_with_a_severe_line_is_a_draft_that_waits(enter, shelf) -> None:
    owner = enter("owner")
    empty = read_form(owner.get("/admin/offers/offer/add/").content.decode(), "offer_form")
    typed = {
        **empty,
        "code": "OT",
        "name": "Gift",
        "kind": "one_time",
        "window": "consultation",
        "cross": shelf["CRD"].pk,
        "mains": shelf["ACC"].pk,
        "benefit_type": "text",
        "benefit_text": TIED,
        "priority": "10",
    }

    answer = owner.post("/admin/offers/offer/add/", typed)

    (words,) = warnings(answer)
    assert "ties one product to another" in words
    assert "Nobody says it until it is mended" in words
    assert refusals(Offer.objects.get(), by="owner-person") == ["benefit_text"]
    assert Offer.objects.get().release is None
    waiting = [text.place for text in phrases.waiting(at=timezone.now())]
    assert waiting == ["offer OT benefit_text"]


def test_ended_offer_is_saved_with_any_words(enter, shelf) -> None:
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]], say=TIED)
    past = {"window": "fixed", "from_on": "2025-01-01", "until_on": "2025-01-31"}

    answer = save(enter("owner"), change_of(offer), **past)

    assert answer.status_code == 302
    assert phrases.waiting(at=timezone.now()) == []


def test_draft_line_waits_for_a_second_person_and_blocks_no_edition(enter, shelf) -> None:
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]])
    Pairing.objects.filter(cross=shelf["CRD"]).update(rating="strong")  # something to publish
    owner, second = enter("owner"), enter("owner", username="second-owner")
    save(owner, change_of(offer), say=TIED)

    too_early = refusals(offer, by="owner-person")
    published = publish(owner)
    (line,) = second.get(PAGE).context["waiting"]
    data = {"digest": line.found.text.digest, "rule": line.found.finding.rule.code}
    own, passed = (
        client.post(PAGE, {**data, "reason": "The law names it so"}) for client in (owner, second)
    )
    at_last = refusals(offer, by="owner-person")

    assert too_early == ["say"]
    assert published.status_code == 302
    assert (own.status_code, passed.status_code) == (422, 302)
    assert at_last == []
    offer.refresh_from_db()
    assert offer.release.terms["say"] == TIED
    assert "Another person has let it pass." in warnings(save(owner, change_of(offer)))[0]
    assert phrases.blocking(phrases.standing(at=timezone.now())) == []


def test_who_overrides_a_line_of_nobody_does_not_release_it_himself(enter, shelf) -> None:
    offer = make_offer(code="OT", cross=shelf["CRD"], mains=[shelf["ACC"]], say=TIED)
    owner = enter("owner")
    enter("owner", username="second-owner")
    (line,) = owner.get(PAGE).context["waiting"]
    data = {"digest": line.found.text.digest, "rule": line.found.finding.rule.code}
    owner.post(PAGE, {**data, "reason": "The law names it so"})

    page = owner.get(PAGE).content.decode()
    alone = refusals(offer, by="owner-person")
    together = refusals(offer, by="second-owner")

    assert "another person releases it" in page
    assert (alone, together) == (["say"], [])


def test_free_is_true_of_what_costs_nothing(enter, pairing) -> None:
    assert pairing.cross.charge_kind == "free"

    assert warnings(save(enter("owner"), change_of(pairing), say="The card is free.")) == []


def test_severe_line_blocks_publishing_and_is_named(enter, tied) -> None:
    owner = enter("owner")

    asked, posted = owner.get(PUBLISH), owner.post(PUBLISH, {"note": "x"})

    assert (asked.status_code, posted.status_code) == (200, 422)
    for page in (asked, posted):
        text = page.content.decode()
        assert "Words that must not be published" in text
        assert f'href="{change_of(tied)}"' in text
        assert "Publish this edition" not in text
        assert "You wrote this line. Another person may override it." in text
    with pytest.raises(services.CannotPublish) as refused:
        services.publish_edition(
            at=LONG_AGO,
            by=User.objects.get(username="owner-person"),
            approver=User.objects.get(username="first-approver"),
        )
    assert [one.finding.rule.code for one in refused.value.phrases] == ["EN-TIE-CONDITION"]
    assert Edition.objects.count() == 1


def test_two_words_of_one_rule_are_overridden_at_once(enter, pairing) -> None:
    Pairing.objects.filter(pk=pairing.pk).update(say="Hurry, it is your last chance.")

    (line,) = enter("owner").get(PAGE).context["severe"]

    assert str(line.words) == (
        '<q lang="en">Hurry</q> presses the customer. '
        '<q lang="en">last chance</q> presses the customer.'
    )


def test_writer_does_not_override_himself(enter, tied) -> None:
    answer = override(enter("owner"))

    assert answer.status_code == 422
    assert "You wrote this line" in answer.content.decode()
    assert PhraseOverride.objects.count() == 0
    assert publish(enter("owner")).status_code == 422


def test_writer_does_not_become_another_by_a_colleague_saving_the_row(enter, tied) -> None:
    save(enter("admin"), change_of(tied), rank="7")

    assert phrases.writers(override_digest()) == ["owner-person"]
    assert override(enter("admin")).status_code == 302


def override_digest() -> str:
    (found,) = phrases.blocking(phrases.standing(at=LONG_AGO))
    return found.text.digest


def test_second_person_overrides_with_a_reason_and_the_writer_publishes(enter, tied) -> None:
    second = enter("owner", username="second-owner")

    answer = override(second)

    assert (answer.status_code, answer["Location"]) == (302, PUBLISH)
    row = PhraseOverride.objects.get()
    assert (row.author.username, row.by.username, row.reason, row.rule_code, row.words) == (
        "owner-person",
        "second-owner",
        "The law names it so",
        "EN-TIE-CONDITION",
        TIED,
    )
    entry = AuditEntry.objects.get(action=phrases.OVERRIDDEN)
    assert (entry.actor, entry.subject, entry.detail) == (
        "second-owner",
        row.digest,
        {
            "rule": "EN-TIE-CONDITION",
            "place": "pairing ACC CRD say",
            "reason": "The law names it so",
        },
    )
    assert publish(enter("owner")).status_code == 302
    assert Edition.objects.count() == 2


def test_override_holds_for_these_words_in_this_place_only(enter, tied) -> None:
    override(enter("owner", username="second-owner"))
    Pairing.objects.filter(pk=tied.pk).update(say=f"{TIED} Always.")
    Pairing.objects.filter(main__code="LON", cross__code="CRD").update(say=TIED)

    found = phrases.blocking(phrases.standing(at=LONG_AGO))

    assert {one.text.place for one in found} == {"pairing ACC CRD say", "pairing LON CRD say"}


def test_line_of_nobody_needs_two_people_as_well(enter, pairing) -> None:
    Pairing.objects.filter(pk=pairing.pk).update(say=TIED)  # an import knows no writer
    owner = enter("owner")

    answer = override(owner)

    page = owner.get(PUBLISH).content.decode()
    assert page.count("another person publishes") == 2  # the message, and the line itself
    assert "Reason to publish it all the same" not in page
    assert answer.status_code == 302
    assert publish(owner).status_code == 422
    assert publish(enter("owner", username="second-owner")).status_code == 302


@pytest.mark.parametrize("page", [PAGE, PUBLISH])
def test_override_form_of_a_page_can_be_sent_by_a_browser(enter, tied, page) -> None:
    person = make_person(username="second-owner", role="owner")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    html = browser.get(page).content.decode().replace('class="cb-override"', 'id="override"')
    data = read_form(html, "override")

    answer = browser.post(PAGE, {**data, "reason": "The law names it so"})

    assert answer.status_code == 302
    assert answer["Location"] == page
    assert PhraseOverride.objects.get().by == person


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "   "},
        {"reason": "x\u202ey"},
        {"reason": "x" * 301},
        {"digest": ""},
    ],
)
def test_override_without_a_good_reason_writes_nothing(enter, tied, changes) -> None:
    second = enter("owner", username="second-owner")
    data = {"digest": override_digest(), "rule": "EN-TIE-CONDITION", "reason": "r", **changes}

    answer = second.post(PAGE, data)

    assert answer.status_code == 422
    assert get_messages(answer.wsgi_request)
    assert PhraseOverride.objects.count() == 0


def test_override_of_what_is_not_there_is_said(enter, tied) -> None:
    second = enter("owner", username="second-owner")

    seen = [
        second.post(PAGE, {"digest": digest, "rule": rule, "reason": "kept reason"}).status_code
        for digest, rule in (
            ("0" * 64, "EN-TIE-CONDITION"),
            (override_digest(), "EN-FREE"),
            ("x", "\x00"),
        )
    ]

    assert seen == [409, 409, 422]
    assert PhraseOverride.objects.count() == 0


def test_database_refuses_an_override_by_the_writer_and_any_change(enter, db) -> None:
    writer, second = make_person(username="writer"), make_person(username="second")

    for wrong in ({"by": writer, "author": writer}, {"by": second, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_override(**wrong)
    row = make_override(by=second, author=writer)
    with pytest.raises(FrozenError):
        row.save()
    with pytest.raises(FrozenError):
        PhraseOverride.objects.update(reason="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_override(by=second, author=writer)


def test_audit_and_override_are_one_act(enter, tied, monkeypatch) -> None:
    def broken(**kwargs: object) -> None:
        raise IntegrityError("the trail is full")

    second = enter("owner", username="second-owner")
    monkeypatch.setattr(phrases.services, "record", broken)

    assert override(second).status_code == 409
    assert PhraseOverride.objects.count() == 0


# rules of the bank's own


def enter_rule(client, **changes):
    fields = {
        "code": "OWN-1",
        "language": "ru",
        "kind": "tying",
        "severity": "severe",
        "is_active": "on",
        "note": "",
        "patterns": "домашний банк",
        "unless": "",
        "better": "Говорите о продукте.",
        "line": "",
    }
    address = changes.pop("address", f"{RULES}add/")
    return client.post(address, {**fields, **changes})


def test_own_rule_is_in_force_at_once_and_audited(enter, pairing) -> None:
    owner = enter("owner")

    assert enter_rule(owner).status_code == 302

    rule = PhraseRule.objects.get()
    assert (rule.code, rule.patterns, rule.changed_by.username) == (
        "OWN-1",
        "домашний банк",
        "owner-person",
    )
    assert AuditEntry.objects.get(action="phrase_rule_saved").subject == "OWN-1"
    (told,) = warnings(save(owner, change_of(pairing), say="Мы ваш ДОМАШНИЙ БАНК."))
    assert "Говорите о продукте." in told
    assert owner.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    assert warnings(save(owner, change_of(pairing))) == []
    assert AuditEntry.objects.get(action="phrase_rule_deleted").subject == "OWN-1"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"patterns": "fine\n[a|b"}, "patterns", "Line 2: [ and ] stand in pairs"),
        ({"patterns": "what?"}, "patterns", "Line 1, “what?”: only words"),
        ({"patterns": "(a+)+$"}, "patterns", "only words"),
        ({"patterns": "... a"}, "patterns", "stands between words"),
        ({"patterns": "a*"}, "patterns", "at the end of a word"),
        ({"patterns": "[|x]"}, "patterns", "at least one word"),
        ({"patterns": " \n "}, "patterns", "required"),
        ({"patterns": "a " * 400}, "patterns", "too long"),
        ({"unless": "[["}, "unless", "stand in pairs"),
        ({"kind": "opener"}, "severity", "never blocks"),
        ({"better": ""}, "better", "required"),
        ({"language": "xx"}, "language", "xx"),
        ({"code": "own 1"}, "code", "capital letters"),
        ({"code": "EN-FREE", "kind": "free_claim", "language": "en"}, "note", "comes with"),
        ({"code": "EN-FREE", "kind": "tying", "note": "n"}, "kind", "keep it"),
    ],
)
def test_rule_that_cannot_work_is_refused_beside_the_field(enter, changes, field, words) -> None:
    answer = enter_rule(enter("owner"), **changes)

    assert answer.status_code == 422
    errors = answer.context["adminform"].form.errors
    assert field in errors
    assert words in " ".join(errors[field])
    assert "Говорите о продукте." in answer.content.decode() or "better" in changes
    assert PhraseRule.objects.count() == 0


def test_trying_shows_what_the_rule_finds_and_saves_nothing(enter, db) -> None:
    owner = enter("owner")

    caught = enter_rule(owner, line="Ваш домашний банк рядом.", _try="Try it")
    missed = enter_rule(owner, line="Ваш банк рядом.", _try="Try it")
    wrong = enter_rule(owner, line="Ваш банк", patterns="[", _try="Try it")

    assert (caught.status_code, missed.status_code, wrong.status_code) == (200, 200, 422)
    assert '<q lang="ru">домашний банк</q>' in caught.content.decode()
    assert "Nothing is found in this line." in missed.content.decode()
    assert "stand in pairs" in wrong.content.decode()
    assert "домашний банк" in missed.content.decode()
    assert PhraseRule.objects.count() == 0


def test_saved_rule_can_be_tried_on_its_page(enter, db) -> None:
    rule = make_rule(patterns="house bank")

    tried = enter_rule(
        enter("owner"), address=change_of(rule), line="the house banks", patterns="house bank*",
        language="en", _try="1",
    )  # fmt: skip

    assert '<q lang="en">house banks</q>' in tried.content.decode()
    rule.refresh_from_db()
    assert rule.patterns == "house bank"


def test_page_lists_all_rules_and_opens_a_delivered_one_to_pause_it(enter, tied) -> None:
    second = enter("owner", username="second-owner")
    make_rule()

    page = second.get(PAGE)

    states = {line.code: line.state for line in page.context["rules"]}
    assert (states["OWN-1"], states["EN-FREE"]) == ("our own", "as delivered")
    (line,) = (one for one in page.context["rules"] if one.code == "EN-TIE-CONDITION")
    form = read_form(second.get(line.url).content.decode(), "phraserule_form")
    assert form["code"] == ["EN-TIE-CONDITION"]
    assert "condition" in form["patterns"][0]
    form.pop("is_active")
    assert second.post(line.url, {**form, "note": "Tested"}).status_code == 302
    states = {line.code: line.state for line in second.get(PAGE).context["rules"]}
    assert states["EN-TIE-CONDITION"] == "paused"
    assert second.get(PAGE).content.decode().count("is a condition of the loan.") == 1


def test_loosening_a_blocking_rule_does_not_clear_ones_own_way(enter, tied) -> None:
    owner, second = enter("owner"), enter("owner", username="second-owner")
    paused = make_rule(
        code="EN-TIE-CONDITION",
        is_active=False,
        note="x",
        changed_by=User.objects.get(username="owner-person"),
    )

    assert publish(owner).status_code == 422
    assert publish(second).status_code == 302
    paused.changed_by = User.objects.get(username="second-owner")
    paused.save()
    Pairing.objects.update(rating="strong")
    assert publish(owner).status_code == 302


@pytest.mark.parametrize(
    ("query", "quoted"),
    [
        ({"line": "It is your last chance"}, ["last chance"]),
        ({"line": "It is free"}, ["free"]),
        ({"line": "It is free", "is_free": "on"}, []),
        ({"line": "Это ваш последний шанс"}, ["последний шанс"]),
        ({"line": "\x00"}, None),
        ({"line": ""}, None),
    ],
)
def test_any_line_can_be_tried(enter, db, query, quoted) -> None:
    answer = enter("owner").get(PAGE, query)

    assert answer.status_code == 200
    tried = answer.context["tried"]
    if quoted is None:
        assert tried is None
    else:
        assert len(tried) == len(quoted)
        assert all(
            f">{quote}<" in str(words) for quote, (words, *_rest) in zip(quoted, tried, strict=True)
        )


def test_rules_are_read_in_one_query(enter, pairing, queries) -> None:
    make_rule()
    phrases.in_force()

    with queries() as seen:
        first, second = phrases.in_force(), phrases.in_force()

    assert len(seen) == 2
    assert first is second


def test_row_written_past_the_form_breaks_nothing(enter, tied) -> None:
    make_rule(code="EN-TIE-CONDITION", patterns="[", note="x")
    make_rule(code="OWN-2", patterns="(")

    assert [one.finding.rule.code for one in phrases.blocking(phrases.standing(at=LONG_AGO))] == [
        "EN-TIE-CONDITION"
    ]
    assert enter("owner").get(PAGE).status_code == 200


def test_severe_line_blocks_the_approval_of_a_review_too(enter, shelf, tied) -> None:
    author, approver = (make_person(username=name, role="owner") for name in ("one", "two"))
    PhraseRule.objects.create(
        code="EN-TIE-CONDITION", language="en", kind="tying", severity="severe",
        patterns="nothing at all", better="x", is_active=False, note="for a moment",
    )  # fmt: skip
    review = reviews.submit_for_review(note="x", at=timezone.now(), by=author)
    PhraseRule.objects.all().delete()

    with pytest.raises(services.CannotPublish) as refused:
        reviews.approve(review=review, at=timezone.now(), by=approver)

    assert [one.finding.rule.code for one in refused.value.phrases] == ["EN-TIE-CONDITION"]
    assert Edition.objects.count() == 1
