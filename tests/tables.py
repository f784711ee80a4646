"""Making, editing and reading workbooks of tables, for tests of the catalogue and the offers."""

from collections.abc import Callable
from datetime import UTC, datetime

from openpyxl import Workbook

from crossbank.org import table_books, table_writer
from crossbank.org.table_books import TableBook
from tests.matrix.workbooks import column, edited

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


def exported(book: TableBook) -> bytes:
    return table_writer.workbook(table_books.read(book), at=NOW)


def with_cells(book: TableBook, **sheets: dict[str, dict[str, object]]) -> bytes:
    """sheet -> row's first cell (or number of a row) -> column -> what is written there."""
    return edited(exported(book), writing(**sheets))


def writing(**sheets: dict[str, dict[str, object]]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for title, rows in sheets.items():
            for name, cells in rows.items():
                number = name if isinstance(name, int) else line(book, title, name)
                for key, value in cells.items():
                    cell = book[title].cell(number, column(book, title, key))
                    cell.value = value
                    if isinstance(value, str) and not value.startswith("=A"):
                        cell.data_type = "s"

    return edit


def line(book: Workbook, title: str, name: str) -> int:
    """The row whose first cells say this; the row below the last when there is none."""
    sheet = book[title]
    parts = name.split(" ")
    for number in range(3, sheet.max_row + 1):
        if [sheet.cell(number, place).value for place in range(1, len(parts) + 1)] == parts:
            return number
    return sheet.max_row + 1


def state(book: TableBook) -> str:
    return table_books.read(book).digest
