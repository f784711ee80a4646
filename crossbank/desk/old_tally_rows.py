"""A workbook of old tallies as plain rows: what stands in each cell, or why it cannot be read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from crossbank.web.workbook_cells import Formula, Sheet, Value
from crossbank.web.workbook_lists import Line, ListReader, Trouble, text_of
from crossbank.web.workbooks import Limits, Refused, open_book

MOST = 20_000  # customers of one file
COUNTS = ("main_only", "plus_one", "plus_two")
KEYS = ("employee", "branch", "day", "main", *COUNTS)
# rows with a customer each, below keys and headings
LIMITS = Limits(rows=MOST + 2, columns=20, cells=8 * MOST, sheets=3)
_EARLIEST = date(2000, 1, 1)  # an older day is a slip: programs make 1900 of a lost number
_HEADINGS = 2  # the row between keys and values


@dataclass(frozen=True, kw_only=True)
class OldRow:
    """One line of an old tally sheet: whose, where, when, beside which main product, how many.

    `unread`: columns whose cell could not be understood, which was said already.
    """

    line: Line
    employee: str
    branch: str
    day: date
    main: str
    counts: tuple[int, int, int]
    unread: frozenset[str] = frozenset()

    @property
    def customers(self) -> int:
        return sum(self.counts)

    def told(self) -> str:
        values = (self.employee, self.branch, self.day.isoformat(), self.main, *self.counts)
        return "\x1f".join(map(str, values))


def digest_of(rows: list[OldRow]) -> str:
    """One digest of what a file says, however it was saved and sorted."""
    return sha256("\n".join(sorted(row.told() for row in rows)).encode()).hexdigest()


def read(content: bytes) -> tuple[list[OldRow], list[Trouble]]:
    """This will read the one sheet of a workbook, and what cannot be read of it. Raises Refused."""
    book = open_book(content, limits=LIMITS)
    sheet, *others = book.sheets.values()
    if any(other.rows for other in others):
        raise Refused(_("One sheet is read; this workbook has others with something in them."))
    troubles: list[Trouble] = []
    reader = ListReader(sheet, troubles)
    lines = reader.lines(KEYS)
    _look_for_columns(reader, sheet)
    if not troubles and not lines:
        raise Refused(_("There is no row below the headings."))
    rows = [_row(line, troubles) for line in lines]
    if (count := sum(row.customers for row in rows)) > MOST:
        raise Refused(
            _("This file counts %(count)d customers, at most %(most)d are read. Divide it.")
            % {"count": count, "most": MOST}
        )
    return rows, troubles


def _look_for_columns(reader: ListReader, sheet: Sheet) -> None:
    """Every column is there, and the second row holds headings: a file without them would lose its
    first row in silence."""
    there = {str(value).strip() for value in sheet.rows.get(1, {}).values()}
    for key in KEYS:
        if key not in there:
            words = _("The column “%(key)s” is missing: its name belongs in the first row.")
            reader.blame(1, 1, words % {"key": key})
    for column, value in sheet.rows.get(_HEADINGS, {}).items():
        if isinstance(value, int | float | date | Formula):
            reader.blame(
                _HEADINGS, column, _("This row is for headings. The first row is the third.")
            )


def _row(line: Line, troubles: list[Trouble]) -> OldRow:
    cells = _Cells(line, troubles)
    row = OldRow(
        line=line,
        employee=cells.code("employee"),
        branch=cells.code("branch"),
        day=cells.day(),
        main=cells.code("main"),
        counts=tuple(cells.count(key) for key in COUNTS),
        unread=cells.unread,  # the last: filled by those before it
    )
    if not row.customers and not row.unread.intersection(COUNTS):
        cells.blame(COUNTS[0], _("Nobody is counted in this row."))
    return row


class _Cells:
    """The cells of one row; what cannot be understood is added to `troubles`."""

    def __init__(self, line: Line, troubles: list[Trouble]) -> None:
        self.line, self.troubles = line, troubles
        self.unread: frozenset[str] = line.spoilt | (set(KEYS) - line.columns.keys())

    def blame(self, key: str, words: str) -> None:
        self.troubles.append(Trouble(where=self.line.where(key), words=words))
        self.unread |= {key}

    def code(self, key: str) -> str:
        value = self._there(key)
        return "" if value is None else text_of(value, "", lambda words: self.blame(key, words))

    def day(self) -> date:
        value = self._there("day")
        if value is None:
            return _EARLIEST
        found = _as_day(value)
        if found is None:
            self.blame("day", _("This is no day. Write it like 2026-03-17."))
        elif found < _EARLIEST:
            self.blame("day", _("Days before the year 2000 are not taken over."))
        return found or _EARLIEST

    def count(self, key: str) -> int:
        """Customers of a column; an empty cell is none."""
        value = self.line.cells.get(key, 0)
        if isinstance(value, str):
            value = value.strip() or 0
            value = int(value) if re.fullmatch(r"[0-9]{1,6}", str(value)) else value
        if isinstance(value, bool) or not isinstance(value, int):
            self.blame(key, _("This is no whole number of customers."))
        elif value < 0:
            self.blame(key, _("There are no fewer customers than none."))
        else:
            return value
        return 0

    def _there(self, key: str) -> Value | None:
        value = self.line.cells.get(key, "")
        if str(value).strip():
            return value
        if key not in self.unread:
            self.blame(key, _("This cell is empty."))
        return None


def _as_day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return datetime.strptime(str(value).strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
