"""The empty workbook for old tallies: keys that are read, headings that people read."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from crossbank.desk.models import Bucket
from crossbank.desk.old_tally_rows import KEYS
from crossbank.web.workbook_pens import Pens, dress

_WIDTHS = [18, 12, 14, 18, 12, 12, 12]


def headings() -> list[str]:
    """What stands above each column, in the order of `KEYS`."""
    counted = [Bucket.MAIN_ONLY.label, Bucket.PLUS_ONE.label, Bucket.PLUS_TWO.label]
    return [
        _("User name"),
        _("Branch code"),
        _("Day, like 2026-03-17"),
        _("Code of the main product"),
        *map(str, counted),
    ]


def empty_book() -> bytes:
    """This will write a sheet with its two rows of headings and nothing below."""
    book = Workbook(write_only=True)
    book.properties.title = _("Old tallies")
    sheet, pens = book.create_sheet(_("Old tallies")), Pens(book)
    dress(sheet, book, widths=_WIDTHS, freeze="B3")
    sheet.append([pens.code(sheet, key) for key in KEYS])
    sheet.append([pens.head(sheet, words) for words in headings()])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
