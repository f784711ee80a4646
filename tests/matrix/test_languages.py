"""What a pair says in several languages: kept, checked, published, read by people of each."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from crossbank.conduct import phrases
from crossbank.engine.rules import PairingRule as RuleTerms
from crossbank.engine.snapshot import diff
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions, evidence, imports, words
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.models.languages import entries, flat, of_entries
from crossbank.matrix.phrasing import pairing_texts, rule_texts
from crossbank.matrix.rule_filters import rule_terms
from crossbank.matrix.services import compile_draft, publish_edition
from crossbank.org.models import User
from tests.matrix.test_evidence import rate_it
from tests.matrix.workbooks import NOW, column, edited, exported, place

pytestmark = pytest.mark.django_db

SAY = "Скажите: карта к счёту"
WORDS = {"ru": {"say": SAY, "benefit": "Польза"}, "el": {"say": "Πείτε το"}}


def row(main: str = "ACC-BAS", cross: str = "CRD-DEB") -> Pairing:
    return Pairing.objects.get(main__code=main, cross__code=cross)


@pytest.fixture
def spoken(bank) -> Pairing:
    """The first card beside the basic account, with its texts in two more languages."""
    Pairing.objects.filter(pk=row().pk).update(words=WORDS)
    return row()


@pytest.fixture
def published(spoken, person):
    """The edition in force says it; -> a client of the seller, who reads that language."""
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))

    return spoken


@pytest.fixture
def reader(sign_in):
    """language -> a client of somebody who chose it."""

    def signed_in(language: str, username: str = "seller"):
        User.objects.filter(username=username).update(language=language)
        return sign_in(username)

    return signed_in


# ---- the row ---------------------------------------------------------------------------------


def test_the_ways_to_write_texts_agree() -> None:
    assert entries(WORDS) == ("el say=Πείτε το", "ru benefit=Польза", f"ru say={SAY}")
    assert of_entries(entries(WORDS)) == WORDS
    assert of_entries(["ru say=a = b"]) == {"ru": {"say": "a = b"}}
    assert list(flat(WORDS)) == ["say@el", "benefit@ru", "say@ru"]


def test_texts_are_tidied_and_empty_ones_dropped(bank) -> None:
    pairing = row()
    pairing.words = {"ru": {"say": "  Да ", "reason": " "}, "el": {}, "th": {"say": ""}}

    pairing.full_clean()

    assert pairing.words == {"ru": {"say": "Да"}}


@pytest.mark.parametrize(
    ("words", "errors"),
    [
        ({"ru": {"say": "я" * 301, "reason": "я" * 121}}, {"say@ru", "reason@ru"}),
        ({"ru": {"say": "a\u202eb"}}, {"say@ru"}),
        ({"ru": {"say": 5}}, {"words"}),
        ({"ru": {"rating": "strong"}}, {"words"}),
        ({"en": {"say": "The bank's own stands in the field"}}, {"words"}),
        ({"xx": {"say": "x"}}, {"words"}),
        ({"ru": "x"}, {"words"}),
        (["ru"], {"words"}),
    ],
)
@pytest.mark.parametrize("model", [Pairing, PairingRule])
def test_bad_text_is_refused_by_name(bank, model, words, errors) -> None:
    one = row() if model is Pairing else PairingRule(code="R", rating="good", reason="Fits")
    one.words = words

    with pytest.raises(ValidationError) as refused:
        one.full_clean()

    assert {*refused.value.message_dict} == errors


def test_rule_has_no_line_of_what_not_to_say() -> None:
    rule = PairingRule(code="R", rating="good", reason="Fits", words={"ru": {"do_not_say": "x"}})

    with pytest.raises(ValidationError, match="There is no text “do_not_say@ru” here"):
        rule.full_clean()


# ---- the edition -----------------------------------------------------------------------------


def test_draft_and_rules_carry_every_language(spoken) -> None:
    rule = PairingRule(code="R", rating="good", reason="Fits", words=WORDS)

    snapshot: Snapshot = compile_draft(at=timezone.now()).snapshot
    terms: RuleTerms = rule_terms(rule, source_codes=(), target_codes=())

    assert snapshot.pair("ACC-BAS", "CRD-DEB").words == entries(WORDS) == terms.words
    assert snapshot.pair("ACC-PLS", "CRD-DEB").words in (entries(WORDS), ())


def test_changes_name_the_text_and_its_language(spoken) -> None:
    old = compile_draft(at=timezone.now()).snapshot
    spoken.words = {"ru": {"say": "Иначе", "benefit": "Польза"}}
    spoken.save()
    new = compile_draft(at=timezone.now()).snapshot

    change = next(c for c in diff(old, new) if c.name == ("ACC-BAS", "CRD-DEB"))

    assert words.change_words(change, words.entries(old, "pairs"), words.entries(new, "pairs")) == [
        "say (Greek): Πείτε το → –",
        f"say (Russian): {SAY} → Иначе",
    ]


def test_old_paper_is_told_of_words_that_moved_in_any_language(published, person, reader) -> None:
    Pairing.objects.filter(pk=published.pk).update(words={**WORDS, "ru": {"say": "Иначе"}})
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))

    page = reader("en").get("/matrix/ACC-BAS/", {"edition": "2"}).content.decode()

    assert f"say (Russian): {SAY} → Иначе" in page


def test_pair_that_evidence_writes_out_keeps_its_languages(bank, person) -> None:
    Pairing.objects.filter(main__code="ACC-BAS").update(words=WORDS)
    inherited = next(
        pair
        for pair in compile_draft(at=timezone.now()).snapshot.pairs
        if pair.inherited_from == "ACC-BAS"
    )
    proposal = rate_it(inherited.main, inherited.cross)
    new = evidence._new(proposal.proposal, inherited, "x")

    assert (new.reason, new.words) == (inherited.reason, WORDS)


# ---- who reads it ----------------------------------------------------------------------------

PAGES = [
    "/desk/ACC-BAS/",
    "/desk/panels/",
    "/matrix/ACC-BAS/",
    "/matrix/booklet/",
    "/products/CRD-DEB/",
    "/matrix/?main=ACC-BAS&cross=CRD-DEB",
]


@pytest.mark.parametrize("address", PAGES)
def test_reader_is_told_in_his_language_and_else_in_the_banks(published, reader, address) -> None:
    seller = reader("ru")

    page = seller.get(address).content.decode()

    assert SAY in page
    assert published.say not in page
    assert published.reason in page  # nobody wrote it in Russian


@pytest.mark.parametrize("address", PAGES)
def test_reader_of_another_language_is_told_in_the_banks(published, reader, address) -> None:
    for language in ("en", "th", ""):
        page = reader(language).get(address).content.decode()

        assert SAY not in page
        assert published.say in page


@pytest.mark.parametrize("edition", ["", "2", "draft"])
def test_explaining_says_the_reason_as_the_desk_says_it(spoken, person, reader, edition) -> None:
    Pairing.objects.filter(pk=spoken.pk).update(words={"ru": {"reason": "Нужна карта"}})
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))
    asked = {"main": "ACC-BAS", "edition": edition}

    russian = reader("ru", "owner").get("/explain/", asked).content.decode()
    english = reader("en", "owner").get("/explain/", asked).content.decode()

    assert "Нужна карта" in russian
    assert spoken.reason not in russian
    assert spoken.reason in english


def test_records_are_judged_by_the_edition_itself(published) -> None:
    with translation.override("ru"):
        loaded = editions.current(timezone.now())

    assert loaded.snapshot.pair("ACC-BAS", "CRD-DEB").say == published.say


# ---- phrases and workbooks -------------------------------------------------------------------


def test_translation_is_checked_like_the_text_itself(bank) -> None:
    pairing = row()
    pairing.words = {"ru": {"say": "Только сегодня", "reason": "x", "do_not_say": "y"}}
    rule = PairingRule(code="R", rating="good", words={"el": {"benefit": "z"}})

    texts = {text.label: text for text in (*pairing_texts(pairing), *rule_texts(rule))}

    assert [*texts] == [
        "ACC-BAS → CRD-DEB, benefit",
        "ACC-BAS → CRD-DEB, say",
        "ACC-BAS → CRD-DEB, say (Russian)",
        "R, benefit (Greek)",
    ]
    russian = texts["ACC-BAS → CRD-DEB, say (Russian)"]
    assert russian.place == "pairing ACC-BAS CRD-DEB say@ru"
    assert [one.finding.rule.language for one in phrases.check_texts([russian])] == ["ru"]


def test_workbook_leaves_the_other_languages_as_they_are(spoken, person) -> None:
    rule = PairingRule.objects.create(
        code="R", rating="good", reason="Fits", words={"ru": {"say": "Да"}}, rank=7
    )
    rule.target_products.set([spoken.cross])

    def edit(book) -> None:
        place(book, "Say", "ACC-BAS", "CRD-DEB").value = "New words"
        line = next(r for r in book["Rules"].iter_rows(min_row=3) if r[0].value == "R")
        line[column(book, "Rules", "rank") - 1].value = 8

    plan = imports.take_over(content=edited(exported(), edit), at=NOW, by=person("owner"))

    rule.refresh_from_db()
    assert plan.troubles == ()
    assert (row().say, row().words) == ("New words", WORDS)
    assert (rule.rank, rule.words) == (8, {"ru": {"say": "Да"}})
