"""Lines as people say them, good and bad, in five languages: what the shipped lists make of them."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from crossbank.conduct import phrases, shipped
from crossbank.engine.phrases import Kind, Phrasebook, Use
from tests.conftest import NOON

LINES = Path(__file__).resolve().parent / "lines"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
RECALL, PRECISION, ENOUGH = 0.95, 0.80, 40
BAD = set(Kind)
GOOD = {"good", "good-free", "good-consent"}


@dataclass(frozen=True)
class Line:
    mark: str
    text: str

    @property
    def is_bad(self) -> bool:
        return self.mark in BAD

    def kinds(self, book: Phrasebook) -> set[Kind]:
        """What the lists say of it: the product costs something unless the mark says otherwise."""
        use = Use.CONSENT if self.mark == "good-consent" else Use.SAY
        found = book.check(self.text, use=use, is_free=self.mark == "good-free")
        return {one.rule.kind for one in found}


def corpus(language: str) -> list[Line]:
    written = (LINES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [Line(*line.split(": ", 1)) for line in written if line and not line.startswith("#")]


def test_every_language_of_the_product_has_lists_and_lines() -> None:
    assert {rule.language for rule in shipped.rules().values()} == set(LANGUAGES)
    assert {path.stem for path in LINES.glob("*.txt")} == set(LANGUAGES)
    for language in LANGUAGES:
        kinds = {rule.kind for rule in shipped.rules().values() if rule.language == language}
        assert kinds == set(Kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_and_precision(language, record_property) -> None:
    """A bad line counts as found only when it is found for what is wrong with it."""
    book = Phrasebook(tuple(shipped.rules().values()))
    lines = corpus(language)
    assert {line.mark for line in lines} == BAD | GOOD
    assert len({line.text for line in lines}) == len(lines)
    bad = [line for line in lines if line.is_bad]
    good = [line for line in lines if not line.is_bad]
    assert min(len(bad), len(good)) >= ENOUGH

    found = [line for line in bad if Kind(line.mark) in line.kinds(book)]
    wrong = [line for line in good if line.kinds(book)]

    recall, precision = len(found) / len(bad), len(found) / (len(found) + len(wrong))
    record_property(
        "figure",
        f"phrases {language}: recall {recall:.1%} ({len(found)} of {len(bad)} bad lines), "
        f"precision {precision:.1%} ({len(wrong)} of {len(good)} good lines flagged)",
    )
    missed = [line.text for line in bad if line not in found]
    assert recall >= RECALL, missed
    assert precision >= PRECISION, [line.text for line in wrong]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Would you like to register?", {Kind.OPENER}),
        ("Would you like to open an account?", {Kind.OPENER}),
        ("Aren't you interested in insurance?", {Kind.OPENER}),
        ("It is your last chance.", {Kind.PRESSURE}),
        ("You must.", {Kind.PRESSURE}),
        ("It is a condition of the loan.", {Kind.TYING}),
        ("Only if you also take the card.", {Kind.TYING}),
        ("It is not required.", set()),
        ("The insurance is not required.", set()),
    ],
)
def test_phrases_that_the_bank_named(text, kinds) -> None:
    assert Line("good", text).kinds(Phrasebook(tuple(shipped.rules().values()))) == kinds


def test_openers_warn_and_the_rest_blocks() -> None:
    severity = {(rule.kind, rule.severity.value) for rule in shipped.rules().values()}

    assert severity == {
        (Kind.OPENER, "warn"),
        (Kind.PRESSURE, "severe"),
        (Kind.TYING, "severe"),
        (Kind.FREE_CLAIM, "severe"),
    }


def test_every_better_line_is_good_itself() -> None:
    book = Phrasebook(tuple(shipped.rules().values()))

    found = {rule.code: book.check(rule.better) for rule in shipped.rules().values()}

    assert {code: [one.quote for one in of] for code, of in found.items() if of} == {}


def test_lines_of_the_sample_bank_hold_nothing(bank) -> None:
    texts = phrases.standing(at=NOON)

    assert {text.place.split()[0] for text in texts} == {"product", "pairing", "offer"}
    assert len(texts) > 400
    assert [(one.text.label, one.finding.quote) for one in phrases.check_texts(texts)] == []
