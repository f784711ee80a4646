"""A sheet of a workbook that somebody sent as a list: one row each, columns by a hidden key.

What cannot be understood becomes a trouble with its address; nothing is guessed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

from crossbank.web import cells
from crossbank.web.text import clean_text
from crossbank.web.workbook_cells import CellError, Formula, Sheet, Value, address
from crossbank.web.workbook_parts import unescaped

STATE, MARKS = "_crossbank", "_marks"  # their names are the same in every language
HIDDEN = (STATE, MARKS)
FIRST = 3  # row of the first value: keys and headings stand before it
REMOVE = "remove"
Name = tuple[str, str]  # (list, key of a row), or (main, cross)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What stands against taking the file over; `where`: “Grid!C7”."""

    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words}"

    def place(self, tabs: Sequence[str]) -> tuple[int, int, int]:
        """Tab, row, column: the order in which a person walks through the file."""
        title, _mark, cell = self.where.rpartition("!")
        tab = tabs.index(title) if title in tabs else -1
        found = _CELL.match(cell)
        return (tab, int(found[2]), column_index_from_string(found[1])) if found else (tab, 0, 0)


@dataclass(frozen=True)
class Line:
    """One row of a list: column key -> value, and where each cell is.

    `spoilt`: columns whose cell cannot be read, which was said already.
    """

    title: str
    row: int
    columns: dict[str, int]
    cells: dict[str, Value]
    spoilt: frozenset[str] = frozenset()

    def where(self, key: str) -> str:
        return f"{self.title}!{address(self.row, self.columns.get(key, 1))}"

    @property
    def is_removal(self) -> bool:
        return str(self.cells.get(REMOVE, "")).strip() != ""


class ListReader:
    """One sheet of a list; what cannot be understood is added to `troubles`."""

    def __init__(self, sheet: Sheet, troubles: list[Trouble]) -> None:
        self.sheet, self.troubles = sheet, troubles
        for area in sheet.merged:
            self._blame_at(area, _("These cells are merged. Split them."))

    def blame(self, row: int, column: int, words: str) -> None:
        self._blame_at(address(row, column), words)

    def _blame_at(self, place: str, words: str) -> None:
        self.troubles.append(Trouble(where=f"{self.sheet.title}!{place}", words=words))

    def value(self, row: int, column: int, value: Value) -> Value | None:
        """The value of a cell, unless it calculates or shows an error."""
        if isinstance(value, Formula):
            self.blame(
                row, column, _("This cell holds a formula. Only values are read; type it in.")
            )
            return None
        if isinstance(value, CellError):
            words = _("This cell shows the error %(error)s.") % {"error": value.shown}
            self.blame(row, column, words)
            return None
        return value

    def lines(self, keys: Sequence[str]) -> list[Line]:
        heads = self._heads(keys)
        columns = {key: column for column, key in heads.items()}
        found = []
        for number in sorted(number for number in self.sheet.rows if number >= FIRST):
            cells, spoilt = self._line(number, heads)
            if spoilt or any(str(value).strip() for value in cells.values()):
                line = Line(self.sheet.title, number, columns, cells, frozenset(spoilt))
                found.append(line)
        return found

    def _heads(self, keys: Sequence[str]) -> dict[int, str]:
        """Column -> its key, as the hidden first row names it."""
        heads = {n: str(value).strip() for n, value in self.sheet.rows.get(1, {}).items()}
        for column, key in heads.items():
            if key not in keys:
                words = _("There is no column “%(key)s” on this sheet.") % {"key": key[:40]}
                self.blame(1, column, words)
        for key, count in Counter(heads.values()).items():
            if count > 1:
                self.blame(1, 1, _("The column “%(key)s” is there twice.") % {"key": key[:40]})
        return heads

    def _line(self, number: int, heads: dict[int, str]) -> tuple[dict[str, Value], set[str]]:
        cells: dict[str, Value] = {}
        spoilt: set[str] = set()
        for column, raw in self.sheet.rows[number].items():
            value = self.value(number, column, raw)
            if column not in heads and value is not None:
                self.blame(number, column, _("This column has no name in the first row."))
            elif column in heads and value is None:
                spoilt.add(heads[column])
            elif column in heads:
                cells[heads[column]] = value
        return cells, spoilt


def plain(value: str) -> str:
    """A text as it is compared: composed accents, one kind of line break, no space around."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_of(raw: Value, now: str, blame: Callable[[str], None]) -> str:
    """A text in NFC. A number or a day is refused: the program has lost what was typed."""
    if not isinstance(raw, str):
        blame(
            _("This cell holds a number or a day, not a text. Format it as text and type it again.")
        )
        return now
    text = plain(raw)
    if text == now or text == plain(unescaped(cells.text(now))):  # as much as a cell could hold
        return now
    if text.startswith("="):
        blame(_("This text starts with “=”, as a formula does. Begin with a word."))
    try:
        return clean_text(text)
    except ValidationError as problem:
        blame(" ".join(problem.messages))
        return now


def unknown_code(value: Value, known: Iterable[str], *, what: str) -> str:
    """What to say of a code that nothing has, with the one that is probably meant."""
    shown = str(value)[:40]
    close = [code for code in known if _alike(code) == _alike(shown)]
    words = _("There is no %(what)s with the code “%(code)s”.") % {"what": what, "code": shown}
    if not close:
        return words
    hint = _("Write %(code)s, as text.") % {"code": _(" or ").join(close)}
    return f"{words} {hint}"


def _alike(code: str) -> str:
    """What two codes share that people take for one: letter case, spaces, leading zeros."""
    return "".join(code.split()).casefold().lstrip("0")


def mark(said: Iterable[object]) -> str:
    """A short mark of what a row says: equal marks, equal words."""
    return blake2b("\x1f".join(map(str, said)).encode(), digest_size=6).hexdigest()


def seal(*facts: object, marks: Iterable[tuple[Name, str]]) -> str:
    """One digest over the hidden sheets, so that nobody's hand in them goes unseen."""
    lines = sorted(f"{name[0]} {name[1]} {value}" for name, value in marks)
    return sha256("\n".join([*map(str, facts), *lines]).encode()).hexdigest()
