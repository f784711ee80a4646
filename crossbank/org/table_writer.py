"""Rows as they are -> sheets to write in: headings, drop-downs, and what the way back needs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet as Sheet
from openpyxl.worksheet.datavalidation import DataValidation

from crossbank.org.table_books import Stand
from crossbank.org.table_columns import Code, Column
from crossbank.org.tables import Standing, Table
from crossbank.web.workbook_lists import FIRST, REMOVE, STATE
from crossbank.web.workbook_pens import Pens, dress, set_height

LAST_ROW = 2000  # how far the drop-downs of a list reach below what is there
READ_ME = gettext_lazy("Read me")
_FIRST_LIST = 8  # column of the hidden sheet: facts and marks stand before it
_READ_ME: tuple[tuple[Promise | str, Promise], ...] = (
    (gettext_lazy("Made"), gettext_lazy("%(moment)s (state %(seal)s)")),
    (
        "%(sheets)s",
        gettext_lazy(
            "One row each. New rows may be added below, and rows may be sorted or left out: a row, "
            "a column or a sheet that is missing changes nothing. A code names its row and stays."
        ),
    ),
    (
        gettext_lazy("An empty cell"),
        gettext_lazy("says nothing, or what is usual: no for a tick, 0 for an order."),
    ),
    (
        gettext_lazy("Several codes"),
        gettext_lazy("in one cell stand with commas between them."),
    ),
    (
        gettext_lazy("To take a row out"),
        gettext_lazy(
            "Choose “%(remove)s” in its last column, where there is one. What others name stays."
        ),
    ),
)
_WAY_BACK: tuple[tuple[Promise | str, Promise], ...] = (
    (
        gettext_lazy("The way back"),
        gettext_lazy(
            "Upload this file on the page where you downloaded it. You see every difference "
            "first; all of them are taken over or none."
        ),
    ),
    (
        gettext_lazy("What cannot be read"),
        gettext_lazy("Formulas, merged cells, macros, further sheets. Hidden keys must stay."),
    ),
)


class Lists:
    """The words of all drop-downs, each a column of the hidden sheet from `first` on."""

    def __init__(self, first: int = _FIRST_LIST) -> None:
        self._first, self.columns = first, list[list[str]]()

    def area(self, words: Sequence[str]) -> str:
        """Where these words stand; the same words stand there once."""
        if list(words) not in self.columns:
            self.columns.append(list(words))
        letter = get_column_letter(self._first + self.columns.index(list(words)))
        return f"{STATE}!${letter}$1:${letter}${len(words)}"

    def row(self, number: int) -> list[str]:
        return [words[number] if number < len(words) else "" for words in self.columns]


def workbook(stand: Stand, *, at: datetime) -> bytes:
    """This will write all tables as they stand at `at`."""
    book = Workbook(write_only=True)
    book.properties.title = str(stand.book.title)
    book.properties.creator = "Crossbank"
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(
        tzinfo=None, microsecond=0
    )
    pens, lists = Pens(book), Lists()
    add_read_me(book, pens, str(READ_ME), _lines(stand, at=at))
    sheets = {table.model: table for table in stand.book.tables}
    for rows in stand.tables.values():
        add_table(book, pens, rows, lists, sheets)
    _add_state(book, pens, stand, lists)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(stand: Stand, *, at: datetime) -> list[tuple[str, str]]:
    known = {
        "moment": f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z}",
        "seal": stand.digest[:12],
        "sheets": ", ".join(str(table.title) for table in stand.book.tables),
        "remove": _("remove"),
    }
    told = (*_READ_ME, *stand.book.read_me, *_WAY_BACK)
    return [(str(term) % known, str(meaning) % known) for term, meaning in told]


def add_read_me(book: Workbook, pens: Pens, title: str, lines: list[tuple[str, str]]) -> None:
    """The first sheet: terms and what they mean."""
    sheet, widths = book.create_sheet(title), [26, 100]
    dress(sheet, book, widths=widths, freeze="")
    sheet.row_dimensions[1].height = 36
    sheet.append([pens.title(sheet, book.properties.title)])
    for number, (term, meaning) in enumerate(lines, start=2):
        set_height(sheet, number, widths, (term, meaning))
        sheet.append([pens.name(sheet, term), pens.value(sheet, meaning)])


def add_table(
    book: Workbook,
    pens: Pens,
    rows: Standing,
    lists: Lists,
    sheets: dict[Any, Table] | None = None,
) -> None:
    """One sheet of a table; `sheets`: which models have a sheet of their own in this book."""
    table, columns = rows.table, rows.table.columns
    freeze = get_column_letter(1 + min(2, max(1, len(table.identity)))) + str(FIRST)
    sheet = start_list(book, pens, str(table.title), columns, freeze=freeze)
    for number, column in enumerate(columns, start=1):
        if source := _source(column, lists, sheets or {}):
            letter = get_column_letter(number)
            area = f"{letter}{FIRST}:{letter}{max(LAST_ROW, len(rows.written) + FIRST)}"
            sheet.data_validations.append(choice_of(source, area))
    for number, values in enumerate(rows.written.values(), start=FIRST):
        append(sheet, number, columns, [_cell(sheet, pens, table, c, values) for c in columns])


def _cell(sheet: Sheet, pens: Pens, table: Table, column: Column, values: dict[str, str]) -> Any:
    if column.key == REMOVE:
        return None
    shown = column.cell(values[column.key])
    if column.key == table.first:
        return pens.key(sheet, shown)
    return pens.value(sheet, shown)


def _source(column: Column, lists: Lists, sheets: dict[Any, Table]) -> str:
    """Where the words of a column's drop-down stand; "" when it has none."""
    if column.key == REMOVE:
        return lists.area([_("remove")])
    if type(column) is Code:
        if there := sheets.get(column.model):
            title = str(there.title).replace("'", "''")
            return f"'{title}'!$A${FIRST}:$A${LAST_ROW}"
        codes = column.field.queryset.order_by("code").values_list("code", flat=True)
        return lists.area(list(codes)) if codes else ""
    words = column.words()
    return lists.area(words) if words else ""


def choice_of(source: str, area: str) -> DataValidation:
    check = DataValidation("list", formula1=source, allow_blank=True, sqref=area)
    check.error = _("Choose one of the list.")
    check.showErrorMessage = True
    return check


def start_list(
    book: Workbook, pens: Pens, title: str, columns: Sequence[Column], *, freeze: str
) -> Sheet:
    """Two heading rows: stable keys, hidden, and below them the words of the reader's language."""
    sheet = book.create_sheet(title)
    dress(sheet, book, widths=[column.width for column in columns], freeze=freeze)
    sheet.row_dimensions[1].hidden = True
    sheet.append([pens.plain(sheet, column.key) for column in columns])
    sheet.append([pens.head(sheet, str(column.heading)) for column in columns])
    return sheet


def append(sheet: Sheet, number: int, columns: Sequence[Column], line: list[Any]) -> None:
    widths = [column.width for column in columns]
    set_height(sheet, number, widths, [cell.value if cell else None for cell in line])
    sheet.append(line)


def _add_state(book: Workbook, pens: Pens, stand: Stand, lists: Lists) -> None:
    """Hidden. A, B: what this file is; D to F: what each row said; from H on: drop-downs."""
    sheet = book.create_sheet(STATE)
    sheet.sheet_state = "hidden"
    facts = [("format", stand.book.format), ("seal", stand.digest), ("sheet read_me", READ_ME)]
    facts += [(f"sheet {table.key}", table.title) for table in stand.book.tables]
    marks = [(*name, found) for name, found in stand.marks().items()]
    longest = max(len(facts), len(marks), *map(len, lists.columns))
    for number in range(longest):
        line = [*(facts[number] if number < len(facts) else ("", "")), ""]
        line += [*(marks[number] if number < len(marks) else ("", "", "")), "", *lists.row(number)]
        sheet.append([pens.plain(sheet, str(value)) if value else None for value in line])
