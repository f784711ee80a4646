"""The page of the back office for a workbook of tables."""

from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossbank.org import table_books, table_writer
from crossbank.org.admin_pages import Page
from crossbank.org.admin_workbook import Workbook, page
from crossbank.org.context import while_on
from crossbank.org.table_books import TableBook

ABOUT = _("Download it, write in it, send it back and see every difference first.")


def book_page(book: TableBook, *, route: str, area: str = "", **shown: Any) -> Page:
    """Out and back in, as every workbook of the product; `shown`: the words of `Workbook`."""
    workbook = Workbook(
        kind=book.kind,
        name=f"{book.kind}_workbook",
        export=partial(_export, book),
        plan=partial(table_books.look, book),
        take_over=partial(table_books.take_over, book),
        groups=table_books.TablePlan.groups,
        **shown,
    )
    areas = (area,) if area else ()
    return Page(
        route=route,
        name=workbook.name,
        view=while_on(*areas)(page(workbook)),
        title=workbook.title,
        about=ABOUT,
        areas=areas,
    )


def _export(book: TableBook, at: datetime) -> tuple[str, bytes]:
    stand = table_books.read(book)
    return f"crossbank_{book.kind}.xlsx", table_writer.workbook(stand, at=at)
