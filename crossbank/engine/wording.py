"""The words of a text, and patterns over them that a product owner can write.

A pattern is words in their order. `open*` takes any ending, `...` a few words between, `[a|b c]`
any one of these, `[a|]` this one or nothing, `#` an amount above zero, `?` (in Greek `;`) the end of
a question. No regular expressions from people: a pattern is walked once along the text, so it cannot
run away.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST_PATTERN, MOST_GAPS = 600, 4
QUESTION_MARKS = frozenset("?;")
# How far `...` reaches: five words, fifteen characters of Chinese, thirty of an alphabet without
# spaces such as Thai's, where a word takes five of them.
REACH, WORD_COST, CHARACTER_COST, LETTER_COST = 30, 6, 2, 1
_FIRST_CHARACTER = "\u3005"
# Thai, Lao, Burmese, Khmer, kana and Han: no spaces between words, so each character is a word
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORDS = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*)|(?P<sign>[%€$£¥฿₽₴₺₹])|(?P<unspaced>[{_UNSPACED}])"
    rf"|(?P<word>[^\W\d_{_UNSPACED}]+(?:'[^\W\d_{_UNSPACED}]+)*)|(?P<stop>[.!?;·。\n\r])"
)
_CLUSTER = re.compile("[^\u0300-\u036f]?[\u0300-\u036f]*", re.DOTALL)
_STRIPPED = re.compile("[\u0300-\u0305\u0307-\u036f]")  # accents and tonos; not the breve of й
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛`´ʼʹ＇"), "'")
_PRICE = re.compile(r"\d+[.,]\d\d")
_PARTS = re.compile(r"\[[^\[\]]*\]|\.\.\.|[^\s\[\].]+|[\[\].]")


class Fault(StrEnum):
    """What is wrong with a pattern."""

    EMPTY = "empty"  # no word that must be there
    LONG = "long"  # too many signs, or too many gaps
    BRACKET = "bracket"  # opened and not closed, closed and not opened, one inside another
    GAP = "gap"  # at the start, at the end, or inside brackets
    STAR = "star"  # not at the end of a word of two letters or more
    SIGN = "sign"  # something that is neither word nor number


class PatternError(ValueError):
    """A pattern that cannot be read; `part` is the piece that is wrong."""

    def __init__(self, fault: Fault, part: str = "") -> None:
        super().__init__(f"{fault}: {part}")
        self.fault = fault
        self.part = part


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text as it is compared, and where it stands in what was written."""

    text: str
    start: int
    end: int
    is_stop: bool = False  # the end of a sentence: nothing reaches over it
    is_number: bool = False
    is_unspaced: bool = False  # a character of a script that is written without spaces

    @property
    def is_amount(self) -> bool:
        return self.is_number and any(unicodedata.digit(sign, 0) for sign in self.text)

    @property
    def is_price(self) -> bool:
        """An amount written with two decimals, in any language."""
        return self.is_amount and _PRICE.fullmatch(self.text) is not None

    @property
    def cost(self) -> int:
        """What it takes of a gap's reach."""
        if not self.is_unspaced:
            return WORD_COST
        return LETTER_COST if self.text < _FIRST_CHARACTER else CHARACTER_COST


@dataclass(frozen=True, slots=True)
class Item:
    """What one word of a pattern takes."""

    text: str
    is_open: bool = False  # any ending
    is_amount: bool = False

    def takes(self, word: Word) -> bool:
        if self.is_amount:
            return word.is_amount
        if self.is_open:
            return word.text.startswith(self.text)
        return word.text == self.text


Option = tuple[Item, ...]
Step = tuple[Option, ...] | None  # one of these; None is a gap


@dataclass(frozen=True, slots=True)
class Pattern:
    steps: tuple[Step, ...]

    @property
    def firsts(self) -> tuple[Item, ...]:
        """The items a match can begin with."""
        found: list[Item] = []
        for step in self.steps:
            if step is None:
                continue
            found += [option[0] for option in step if option]
            if all(step):
                break
        return tuple(found)

    def end(self, words: tuple[Word, ...], at: int) -> int | None:
        """Where the longest match that begins with word `at` ends (exclusive); None without one."""
        places = {at}
        for step in self.steps:
            if step is None:
                places = {there for place in places for there in _ahead(words, place)}
            else:
                places = {
                    place + len(option)
                    for place in places
                    for option in step
                    if _takes(option, words, place)
                }
            if not places:
                return None
        return max(places)

    def spans(self, words: tuple[Word, ...]) -> list[tuple[int, int]]:
        """Every match as (first word, word after the last)."""
        ends = ((at, self.end(words, at)) for at in range(len(words)))
        return [(at, end) for at, end in ends if end is not None and end > at]


def _takes(option: Option, words: tuple[Word, ...], at: int) -> bool:
    if at + len(option) > len(words):
        return False
    return all(item.takes(words[at + i]) for i, item in enumerate(option))


def _ahead(words: tuple[Word, ...], at: int) -> list[int]:
    """The places that a gap can lead to: from none to a few words on, never over a stop."""
    places, left = [at], REACH
    while at < len(words) and not words[at].is_stop and (left := left - words[at].cost) >= 0:
        at += 1
        places.append(at)
    return places


@lru_cache(maxsize=4096)
def _folded(cluster: str) -> str:
    """One written character as it is compared: no case, accent, width or invisible sign."""
    wide = unicodedata.normalize("NFKC", cluster.translate(_QUOTES))
    plain = unicodedata.normalize("NFD", wide)
    kept = _STRIPPED.sub("", plain) if len(plain) > 1 else plain
    # once more: small letters may be written in two ways, too
    small = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", kept).casefold())
    return "".join(sign for sign in small if unicodedata.category(sign) != "Cf")


def read(text: str) -> tuple[Word, ...]:
    """The words of any text at all; what is neither word, number nor end of a sentence is left out."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        sign = _folded(cluster.group())
        folded.append(sign)
        origin += [cluster.span()] * len(sign)
    return tuple(
        Word(
            text=found.group(),
            start=origin[found.start()][0],
            end=origin[found.end() - 1][1],
            is_stop=found.lastgroup == "stop",
            is_number=found.lastgroup == "number",
            is_unspaced=found.lastgroup == "unspaced",
        )
        for found in _WORDS.finditer("".join(folded))
    )


@lru_cache(maxsize=8192)
def pattern(written: str) -> Pattern:
    """This will read a pattern. Raises PatternError with what is wrong and where."""
    text = unicodedata.normalize("NFKC", written).strip()
    if len(text) > LONGEST_PATTERN:
        raise PatternError(Fault.LONG)
    steps = tuple(step for part in _PARTS.findall(text) for step in _steps(part))
    if steps.count(None) > MOST_GAPS:
        raise PatternError(Fault.LONG, "...")
    if steps and (steps[0] is None or steps[-1] is None):
        raise PatternError(Fault.GAP, "...")
    if not any(step is not None and all(step) and not _only_signs(step) for step in steps):
        raise PatternError(Fault.EMPTY)
    return Pattern(steps=steps)


def _only_signs(step: tuple[Option, ...]) -> bool:
    return all(item.is_amount or item.text in QUESTION_MARKS for option in step for item in option)


def _steps(part: str) -> list[Step]:
    if part == "...":
        return [None]
    if part in {"[", "]", "."}:
        raise PatternError(Fault.SIGN if part == "." else Fault.BRACKET, part)
    if not part.startswith("["):
        return [(_items(part),)]
    if ".." in part:
        raise PatternError(Fault.GAP, part)
    options = [option.strip() for option in part[1:-1].split("|")]
    if not any(options):
        raise PatternError(Fault.BRACKET, part)
    return [tuple(_phrase(option) for option in options)]


def _phrase(option: str) -> Option:
    return tuple(item for chunk in option.split() for item in _items(chunk))


def _items(chunk: str) -> Option:
    """The items of a piece without spaces; a piece of Thai or Chinese holds many."""
    if chunk == "#":
        return (Item("", is_amount=True),)
    if chunk in QUESTION_MARKS:
        return (Item(chunk),)
    body = chunk.removesuffix("*")
    words = read(body)
    is_open = body != chunk
    if is_open and (not words or len(words[-1].text) < 2):
        raise PatternError(Fault.STAR, chunk)
    if "*" in body:
        raise PatternError(Fault.STAR, chunk)
    if not words or any(word.is_stop for word in words) or _strange(body):
        raise PatternError(Fault.SIGN, chunk)
    last = len(words) - 1
    return tuple(Item(word.text, is_open=is_open and i == last) for i, word in enumerate(words))


def _strange(body: str) -> bool:
    """Whether something stands there that no text is compared by; hyphens part words."""
    return bool(_WORDS.sub("", "".join(map(_folded, _CLUSTER.findall(body)))).replace("-", ""))
