"""The empty workbook for outcomes: the columns that are read, and what may stand in them."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from crossbank.kept.words import MARKS_OF_BOOK
from crossbank.org.table_writer import choice_of
from crossbank.web.workbook_pens import Pens, dress

_WIDTH = 18
_TEXT, _DAY = "@", "yyyy-mm-dd"  # a number of a customer keeps its zeros


def empty_book(columns: tuple[str, ...], *, rows: int) -> bytes:
    """This will write a sheet with the names of the columns, and one with the states.

    `rows`: how far the list of states is offered.
    """
    book = Workbook(write_only=True)
    book.properties.title = _("Outcomes")
    pens, sheet = Pens(book), book.create_sheet(_("Outcomes"))
    dress(sheet, book, widths=[_WIDTH] * len(columns), freeze="")
    sheet.sheet_view.showGridLines, sheet.freeze_panes = True, "A2"
    for letter, column in zip("ABCDE", columns, strict=False):
        is_day = column == "day"
        sheet.column_dimensions[letter].number_format = _DAY if is_day else _TEXT
        if column == "state":
            listed = ",".join(MARKS_OF_BOOK)
            check = choice_of(f'"{listed}"', f"{letter}2:{letter}{rows}")
            sheet.data_validations.append(check)
    sheet.append([pens.head(sheet, column) for column in columns])
    states = book.create_sheet(_("States"))
    dress(states, book, widths=[_WIDTH, 40], freeze="")
    for state, mark in MARKS_OF_BOOK.items():
        states.append([pens.code(states, state), pens.plain(states, str(mark.label))])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
