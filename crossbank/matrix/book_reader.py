"""The owner's workbook -> what it says and what is wrong with it, each by sheet and cell."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.matrix import book_words, books
from crossbank.matrix.book_rules import TABLES
from crossbank.matrix.books import GRIDS, LISTS
from crossbank.web.workbook_cells import Sheet, Value, address
from crossbank.web.workbook_lists import (
    FIRST,
    HIDDEN,
    MARKS,
    STATE,
    Line,
    ListReader,
    Name,
    Trouble,
    unknown_code,
)
from crossbank.web.workbooks import Book, Refused

_LAST_FACT = 60  # rows of the hidden sheet that say what this file is


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
        if key is None and title not in HIDDEN:
            where = _("sheet “%(sheet)s”") % {"sheet": title}
            words = _("This sheet does not belong here. Remove it, or give it its old name.")
            parsed.troubles.append(Trouble(where=where, words=words))
        elif key in GRIDS:
            parsed.grids[key] = _GridReader(sheet, parsed.troubles, products).grid()
        elif key in LISTS:
            parsed.lists[key] = ListReader(sheet, parsed.troubles).lines(_list_keys(key))
    found = {*parsed.grids, *parsed.lists}
    parsed.missing = [titles[key] for key in (*GRIDS, *LISTS) if key not in found]
    if "rating" not in parsed.grids:
        raise Refused(_("The sheet “%(sheet)s” is missing.") % {"sheet": titles["rating"]})
    return parsed


def _list_keys(key: str) -> tuple[str, ...]:
    if key not in TABLES:
        return book_words.BETTER_KEYS
    return tuple(column.key for column in TABLES[key].columns)


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
    if facts.get("seal") != books.sealed(edition, {**parsed.marks, **parsed.list_marks}):
        raise Refused(
            _(
                "The hidden sheets of this workbook (%(sheets)s) were changed. Download it again "
                "and repeat your changes there."
            )
            % {"sheets": ", ".join(HIDDEN)}
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


class _GridReader(ListReader):
    """A sheet of rows and columns by code."""

    def __init__(self, sheet: Sheet, troubles: list[Trouble], products: dict[str, Product]) -> None:
        super().__init__(sheet, troubles)
        self.products = products

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
                value = self.value(number, column, raw) if column >= FIRST else None
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
            self.blame(row, column, words)

    def _codes(self, cells: Iterable[tuple[int, int, Value]], *, place: int) -> dict[str, int]:
        """code -> its row (place 0) or column (place 1)."""
        found: dict[str, int] = {}
        for row, column, raw in sorted(cells, key=lambda cell: cell[:2]):
            code = self.code(row, column, raw)
            if code in found:
                first = address(found[code], 1) if place == 0 else address(1, found[code])
                words = _("%(code)s stands here twice; first in %(cell)s.")
                self.blame(row, column, words % {"code": code, "cell": first})
            elif code:
                found[code] = (row, column)[place]
        return found

    def code(self, row: int, column: int, raw: Value) -> str:
        """The code of a product that exists; "" after saying what is wrong with it."""
        value = self.value(row, column, raw)
        if value is None:
            return ""
        if isinstance(value, str) and value.strip() in self.products:
            return value.strip()
        words = unknown_code(value, self.products, what=Product._meta.verbose_name)
        self.blame(row, column, words)
        return ""
