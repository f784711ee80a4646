"""The page *The catalogue as a workbook* of the back office."""

from django.utils.translation import gettext_lazy as _

from crossbank.catalog.book import CATALOGUE
from crossbank.catalog.models import Product
from crossbank.org.table_pages import book_page

CATALOGUE_PAGE = book_page(
    CATALOGUE,
    route="catalog/workbook/",
    model=Product,
    title=_("The catalogue as a workbook"),
    about=_(
        "Families, partners, products with their attributes, packages and objections, and needs "
        "in one file for Excel or LibreOffice. Its first sheet says how to write in it."
    ),
    next_page="admin:matrix_edition_publish",
    next_words=_("See what publishing would change"),
)
