"""Lines as people say them, good and bad, in five languages: what the shipped lists make of them.

`<language>.txt` is what the patterns are written for. `<language>.held.txt` was written before they
were looked at: a pattern is never tuned on it, so that its figures say what a new line may expect.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from crossbank.conduct import phrases, shipped
from crossbank.conduct.models import PhraseRule
from crossbank.engine.phrases import Kind, Phrasebook, Use
from tests.conftest import NOON

LINES = Path(__file__).resolve().parent / "lines"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ENOUGH = 40
# what the bank asks for on the corpus; what lines that nobody tuned on must keep
FLOORS = {"": (0.95, 0.80), ".held": (0.90, 0.92)}
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


def corpus(name: str) -> list[Line]:
    written = (LINES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Line(*line.split(": ", 1)) for line in written if line and not line.startswith("#")]


def test_every_language_of_the_product_has_lists_and_lines() -> None:
    assert {rule.language for rule in shipped.rules().values()} == set(LANGUAGES)
    names = {f"{language}{part}" for language in LANGUAGES for part in FLOORS}
    assert {path.stem for path in LINES.glob("*.txt")} == names
    for language in LANGUAGES:
        kinds = {rule.kind for rule in shipped.rules().values() if rule.language == language}
        assert kinds == set(Kind)


@pytest.mark.parametrize("part", FLOORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_and_precision(language, part, record_property) -> None:
    """A bad line counts as found only when it is found for what is wrong with it."""
    book = Phrasebook(tuple(shipped.rules().values()))
    lines = corpus(language + part)
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
        f"phrases {language}{part}: recall {recall:.1%} ({len(found)} of {len(bad)} bad lines), "
        f"precision {precision:.1%} ({len(wrong)} of {len(good)} good lines flagged)",
    )
    missed = [line.text for line in bad if line not in found]
    least_recall, least_precision = FLOORS[part]
    assert recall >= least_recall, missed
    assert precision >= least_precision, [line.text for line in wrong]


def test_no_held_line_stands_in_the_corpus() -> None:
    for language in LANGUAGES:
        tuned = {line.text for line in corpus(language)}
        assert tuned.isdisjoint(line.text for line in corpus(f"{language}.held"))


@pytest.mark.parametrize("code", shipped.rules())
def test_delivered_rule_can_be_reworded_on_its_page(code) -> None:
    """The form starts with the rule as delivered, so it must take it back."""
    rule = shipped.rules()[code]
    row = PhraseRule(patterns="\n".join(rule.patterns), unless="\n".join(rule.unless))

    row.clean_fields(exclude={"code", "language", "kind", "severity", "better"})


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

    kinds = {text.place.split()[0] for text in texts}
    assert kinds == {"product", "pairing", "offer", "need", "bundle", "benefit"}
    assert len(texts) > 400
    assert [(one.text.label, one.finding.quote) for one in phrases.check_texts(texts)] == []
