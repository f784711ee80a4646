"""The page *Matrix as a workbook* of the back office."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from crossbank.matrix import book_changes, book_writer, books, imports
from crossbank.matrix.models import Pairing
from crossbank.org.admin_site import Page
from crossbank.org.admin_workbook import Workbook, page


def _export(at: datetime) -> tuple[str, bytes]:
    stand = books.read()
    return book_writer.file_name(stand), book_writer.workbook(stand, at=at)


MATRIX_BOOK = Workbook(
    kind="matrix",
    name="matrix_workbook",
    model=Pairing,
    title=_("The matrix as a workbook"),
    about=_(
        "Every pair, every text, every pairing and basket rule in one file for Excel or LibreOffice. Its "
        "first sheet says how to write in it."
    ),
    export=_export,
    plan=imports.look,
    take_over=imports.take_over,
    groups=book_changes.groups,
    next_page="admin:matrix_edition_publish",
    next_words=_("See what publishing would change"),
)

WORKBOOK_PAGE = Page(
    route="matrix/workbook/",
    name=MATRIX_BOOK.name,
    view=page(MATRIX_BOOK),
    title=MATRIX_BOOK.title,
    about=_("Download it, write in it, send it back and see every difference first."),
)
