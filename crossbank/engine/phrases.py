"""Which words of a line a bank should not say: rules with patterns in, findings with quotes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from crossbank.engine.wording import Item, Pattern, Word, pattern, read


class Kind(StrEnum):
    OPENER = "opener"  # asks for a no: "would you like to open …?"
    PRESSURE = "pressure"  # "last chance", "you must decide today"
    TYING = "tying"  # "a condition of the loan", "only if you also"
    FREE_CLAIM = "free_claim"  # "free", and what it costs later is not said


class Severity(StrEnum):
    WARN = "warn"
    SEVERE = "severe"  # blocks publishing


class Use(StrEnum):
    """What a text is for. A consent must ask "do you want …?", so openers are right there."""

    SAY = "say"
    SCRIPT = "script"
    DISCLOSURE = "disclosure"
    CONSENT = "consent"


@dataclass(frozen=True, kw_only=True)
class PhraseRule:
    """One way of speaking that is not ours, in one language, with the better line.

    `unless`: where one of these overlaps a match, the line is good ("is not a condition of").
    `costs`: where one of these stands anywhere in the text, a free claim says what it costs.
    Raises PatternError for a pattern that cannot be read, so a rule that exists can be used.
    """

    code: str
    language: str
    kind: Kind
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    severity: Severity = Severity.WARN
    better: str = ""

    def __post_init__(self) -> None:
        for written in (*self.patterns, *self.unless, *self.costs):
            pattern(written)
        if self.kind is Kind.OPENER and self.severity is not Severity.WARN:
            raise ValueError("an opener warns and never blocks")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Words of a text that a rule names; `start` and `end` count characters of the text."""

    rule: PhraseRule
    start: int
    end: int
    quote: str

    @property
    def is_severe(self) -> bool:
        return self.rule.severity is Severity.SEVERE


Span = tuple[int, int]  # first word, word after the last
_Entry = tuple[PhraseRule, Pattern]


@dataclass(frozen=True, eq=False)
class Phrasebook:
    """Rules in force, indexed by the words that a match can begin with. Equal only to itself."""

    rules: tuple[PhraseRule, ...]
    _exact: dict[str, list[_Entry]] = field(default_factory=dict, repr=False)
    _open: dict[str, list[tuple[Item, _Entry]]] = field(default_factory=dict, repr=False)
    _amounts: list[_Entry] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for rule in self.rules:
            for written in rule.patterns:
                self._enter(rule, pattern(written))

    def _enter(self, rule: PhraseRule, compiled: Pattern) -> None:
        for first in dict.fromkeys(compiled.firsts):
            if first.is_amount:
                self._amounts.append((rule, compiled))
            elif first.is_open:
                there = self._open.setdefault(first.text[:2], [])
                there.append((first, (rule, compiled)))
            else:
                self._exact.setdefault(first.text, []).append((rule, compiled))

    def _entries(self, word: Word) -> Iterator[_Entry]:
        yield from self._exact.get(word.text, ())
        if word.is_amount:
            yield from self._amounts
        for first, entry in self._open.get(word.text[:2], ()):
            if first.takes(word):
                yield entry

    def check(
        self, text: str, *, language: str = "", use: Use = Use.SAY, is_free: bool = False
    ) -> tuple[Finding, ...]:
        """This will find what should not be said, in the order of the text; it raises for no text.

        `language`: only rules of this one; empty: of every language, as a text may mix them.
        `is_free`: the text is about something that costs nothing, so it may say so.
        """
        words = read(text)
        spans: dict[PhraseRule, list[Span]] = {}
        for at, word in enumerate(words):
            for rule, compiled in self._entries(word):
                if _applies(rule, language, use, is_free) and (end := compiled.end(words, at)):
                    spans.setdefault(rule, []).append((at, end))
        found = (
            _finding(rule, text, words, span)
            for rule, of_rule in spans.items()
            for span in _kept(rule, words, of_rule)
        )
        return tuple(sorted(found, key=lambda f: (f.start, f.end, f.rule.code)))


def check(
    text: str,
    *,
    rules: Iterable[PhraseRule],
    language: str = "",
    use: Use = Use.SAY,
    is_free: bool = False,
) -> tuple[Finding, ...]:
    """The same for a few rules used once; who checks many texts keeps a Phrasebook."""
    return Phrasebook(tuple(rules)).check(text, language=language, use=use, is_free=is_free)


def _applies(rule: PhraseRule, language: str, use: Use, is_free: bool) -> bool:  # noqa: FBT001
    if language and rule.language != language:
        return False
    if use is Use.CONSENT and rule.kind is Kind.OPENER:
        return False
    return not (is_free and rule.kind is Kind.FREE_CLAIM)


def _kept(rule: PhraseRule, words: tuple[Word, ...], spans: list[Span]) -> Iterator[Span]:
    """The matches of one rule that stand: no good form over them, no cost told, no overlap."""
    if rule.kind is Kind.FREE_CLAIM and _tells_cost(rule, words):
        return
    good = [span for written in rule.unless for span in pattern(written).spans(words)]
    after = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        is_good = any(first < end and start < last for first, last in good)
        if start >= after and not is_good:
            after = end
            yield start, end


def _tells_cost(rule: PhraseRule, words: tuple[Word, ...]) -> bool:
    if any(word.is_price for word in words):
        return True
    return any(pattern(written).spans(words) for written in rule.costs)


def _finding(rule: PhraseRule, text: str, words: tuple[Word, ...], span: Span) -> Finding:
    start, end = words[span[0]].start, words[span[1] - 1].end
    return Finding(rule=rule, start=start, end=end, quote=text[start:end])
