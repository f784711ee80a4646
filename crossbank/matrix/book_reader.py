"""The owner's workbook -> what it says and what is wrong with it, each by sheet and cell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

from crossbank.catalog.models import Product
from crossbank.matrix import book_words, books
from crossbank.matrix.book_rules import KEYS, REMOVE
from crossbank.matrix.books import GRIDS, LISTS, MARKS, STATE, Name
from crossbank.web.workbook_cells import CellError, Formula, Sheet, Value, address
from crossbank.web.workbooks import Book, Refused

FIRST = 3
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
_LAST_FACT = 60  # rows of the hidden sheet that say what this file is


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


@dataclass(kw_only=True)
class Grid:
    """One sheet of rows and columns by code; only cells that hold something."""

    title: str
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    cells: dict[Name, Value] = field(default_factory=dict)

    def covers(self, name: Name) -> bool:
        return name[0] in self.rows and name[1] in self.columns

    def where(self, name: Name) -> str:
        return f"{self.title}!{address(self.rows[name[0]], self.columns[name[1]])}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a list: column key -> value, and where each cell is."""

    title: str
    row: int
    columns: dict[str, int]
    cells: dict[str, Value]

    def where(self, key: str) -> str:
        return f"{self.title}!{address(self.row, self.columns.get(key, 1))}"

    @property
    def is_removal(self) -> bool:
        return str(self.cells.get(REMOVE, "")).strip() != ""


@dataclass(kw_only=True)
class Parsed:
    """What a workbook says. `marks`: what each cell, each listed row said when it was made."""

    marks: dict[Name, str] = field(default_factory=dict)
    list_marks: dict[Name, str] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    lists: dict[str, list[Line]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tabs: tuple[str, ...] = ()  # titles of the sheets from left to right


def read(book: Book, *, edition: int, products: dict[str, Product]) -> Parsed:
    """This will read all sheets. Raises Refused when the file is not of this matrix as it is."""
    titles, parsed = _titles(book), Parsed(tabs=tuple(book.sheets))
    _check_state(book, parsed, edition=edition)
    known = {title.casefold(): key for key, title in titles.items()}
    for title, sheet in book.sheets.items():
        key = known.get(title.casefold())
        if key is None and title not in books.HIDDEN:
            where = _("sheet “%(sheet)s”") % {"sheet": title}
            words = _("This sheet does not belong here. Remove it, or give it its old name.")
            parsed.troubles.append(Trouble(where=where, words=words))
        elif key in GRIDS:
            parsed.grids[key] = _Reader(sheet, parsed, products).grid()
        elif key in LISTS:
            parsed.lists[key] = _Reader(sheet, parsed, products).lines(_LIST_KEYS[key])
    found = {*parsed.grids, *parsed.lists}
    parsed.missing = [titles[key] for key in (*GRIDS, *LISTS) if key not in found]
    if "rating" not in parsed.grids:
        raise Refused(_("The sheet “%(sheet)s” is missing.") % {"sheet": titles["rating"]})
    return parsed


_LIST_KEYS = {"better": book_words.BETTER_KEYS, "rules": (*KEYS, REMOVE)}


def _titles(book: Book) -> dict[str, str]:
    """The names of the sheets as they were when the file was made, in whatever language."""
    facts = _facts(book)
    return {key: str(facts.get(f"sheet {key}") or title) for key, title in books.TITLES.items()}


def _facts(book: Book) -> dict[str, Value]:
    state = book.sheets.get(STATE)
    if state is None or state.at(1, 2) != books.FORMAT:
        raise Refused(
            _(
                "This is not the matrix’s workbook: its hidden sheet “%(sheet)s” is missing. "
                "Download the workbook here and write into that one."
            )
            % {"sheet": STATE}
        )
    rows = (state.rows.get(number, {}) for number in range(1, _LAST_FACT))
    return {str(row[1]): row[2] for row in rows if 1 in row and 2 in row}


def _check_state(book: Book, parsed: Parsed, *, edition: int) -> None:
    facts = _facts(book)
    made_from = facts.get("edition")
    if not isinstance(made_from, int) or made_from != edition:
        raise Refused(
            _(
                "%(cell)s: this workbook was made from edition %(theirs)s, and edition %(ours)d is "
                "the newest now. Download it again and repeat your changes there."
            )
            % {"cell": f"{STATE}!B2", "theirs": made_from, "ours": edition}
        )
    for row in book.sheets[STATE].rows.values():
        if 9 in row and 10 in row and 11 in row:
            parsed.list_marks[str(row[9]), str(row[10])] = str(row[11])
    if MARKS in book.sheets:
        grid = _plain_grid(book.sheets[MARKS])
        parsed.marks = {name: str(value) for name, value in grid.items()}
    if facts.get("seal") != books.seal(edition, parsed.marks, parsed.list_marks):
        raise Refused(
            _(
                "The hidden sheets of this workbook (%(sheets)s) were changed. Download it again "
                "and repeat your changes there."
            )
            % {"sheets": ", ".join(books.HIDDEN)}
        )


def _plain_grid(sheet: Sheet) -> dict[Name, Value]:
    heads = sheet.rows.get(1, {})
    return {
        (str(row[1]), str(heads[column])): value
        for number, row in sheet.rows.items()
        if number > 1 and 1 in row
        for column, value in row.items()
        if column >= FIRST and column in heads
    }


class _Reader:
    """One sheet; what cannot be understood becomes a trouble with its address."""

    def __init__(self, sheet: Sheet, parsed: Parsed, products: dict[str, Product]) -> None:
        self.sheet, self.parsed, self.products = sheet, parsed, products
        for area in sheet.merged:
            self._blame_at(area, _("These cells are merged. Split them."))

    def _blame(self, row: int, column: int, words: str) -> None:
        self._blame_at(address(row, column), words)

    def _blame_at(self, place: str, words: str) -> None:
        self.parsed.troubles.append(Trouble(where=f"{self.sheet.title}!{place}", words=words))

    def _value(self, row: int, column: int, value: Value) -> Value | None:
        """The value of a cell, unless it calculates or shows an error."""
        if isinstance(value, Formula):
            self._blame(
                row, column, _("This cell holds a formula. Only values are read; type it in.")
            )
            return None
        if isinstance(value, CellError):
            words = _("This cell shows the error %(error)s.") % {"error": value.shown}
            self._blame(row, column, words)
            return None
        return value

    def grid(self) -> Grid:
        heads = ((1, column, value) for column, value in self.sheet.rows.get(1, {}).items())
        firsts = (
            (number, 1, row[1])
            for number, row in self.sheet.rows.items()
            if 1 in row and number >= FIRST
        )
        columns = self._codes((head for head in heads if head[1] >= FIRST), place=1)
        rows = self._codes(firsts, place=0)
        found = Grid(title=self.sheet.title, rows=rows, columns=columns)
        mains = {number: code for code, number in rows.items()}
        crosses = {number: code for code, number in columns.items()}
        for number, row in self.sheet.rows.items():
            if number < FIRST:
                continue
            for column, raw in row.items():
                value = self._value(number, column, raw) if column >= FIRST else None
                if value is None or not str(value).strip():
                    continue
                if number in mains and column in crosses:
                    found.cells[mains[number], crosses[column]] = value
                else:
                    self._blame_homeless(number, column)
        return found

    def _blame_homeless(self, row: int, column: int) -> None:
        """A value beside no code; a code that is wrong has been named already."""
        if self.sheet.at(row, 1) is None or self.sheet.at(1, column) is None:
            words = _("This value stands in a row or a column without a code.")
            self._blame(row, column, words)

    def _codes(self, cells: Iterable[tuple[int, int, Value]], *, place: int) -> dict[str, int]:
        """code -> its row (place 0) or column (place 1)."""
        found: dict[str, int] = {}
        for row, column, raw in sorted(cells, key=lambda cell: cell[:2]):
            code = self.code(row, column, raw)
            if code in found:
                first = address(found[code], 1) if place == 0 else address(1, found[code])
                words = _("%(code)s stands here twice; first in %(cell)s.")
                self._blame(row, column, words % {"code": code, "cell": first})
            elif code:
                found[code] = (row, column)[place]
        return found

    def code(self, row: int, column: int, raw: Value) -> str:
        """The code of a product that exists; "" after saying what is wrong with it."""
        value = self._value(row, column, raw)
        if value is None:
            return ""
        if isinstance(value, str) and value.strip() in self.products:
            return value.strip()
        self._blame(row, column, unknown_code(value, self.products))
        return ""

    def lines(self, keys: tuple[str, ...]) -> list[Line]:
        heads = self._heads(keys)
        columns = {key: column for column, key in heads.items()}
        found = []
        for number in sorted(number for number in self.sheet.rows if number >= FIRST):
            cells = self._line(number, heads)
            if any(str(value).strip() for value in cells.values()):
                line = Line(title=self.sheet.title, row=number, columns=columns, cells=cells)
                found.append(line)
        return found

    def _heads(self, keys: tuple[str, ...]) -> dict[int, str]:
        """Column -> its key, as the hidden first row names it."""
        heads = {n: str(value).strip() for n, value in self.sheet.rows.get(1, {}).items()}
        for column, key in heads.items():
            if key not in keys:
                words = _("There is no column “%(key)s” on this sheet.") % {"key": key[:40]}
                self._blame(1, column, words)
        for key, count in Counter(heads.values()).items():
            if count > 1:
                self._blame(1, 1, _("The column “%(key)s” is there twice.") % {"key": key[:40]})
        return heads

    def _line(self, number: int, heads: dict[int, str]) -> dict[str, Value]:
        cells: dict[str, Value] = {}
        for column, raw in self.sheet.rows[number].items():
            value = self._value(number, column, raw)
            if value is not None and column in heads:
                cells[heads[column]] = value
            elif value is not None:
                self._blame(number, column, _("This column has no name in the first row."))
        return cells


def unknown_code(value: Value, products: Iterable[str]) -> str:
    """What to say of a code that no product has, with the one that is probably meant."""
    shown = str(value)[:40]
    close = [code for code in products if _alike(code) == _alike(shown)]
    words = _("There is no product with the code “%(code)s”.") % {"code": shown}
    if not close:
        return words
    hint = _("Write %(code)s, as text.") % {"code": _(" or ").join(close)}
    return f"{words} {hint}"


def _alike(code: str) -> str:
    """What two codes share that people take for one: letter case, spaces, leading zeros."""
    return "".join(code.split()).casefold().lstrip("0")
