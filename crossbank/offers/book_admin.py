"""The page *The offers as a workbook* of the back office."""

from django.utils.translation import gettext_lazy as _

from crossbank.offers.book import OFFERS_BOOK
from crossbank.offers.models import Offer
from crossbank.org import switches
from crossbank.org.table_pages import book_page

OFFERS_PAGE = book_page(
    OFFERS_BOOK,
    route="offers/workbook/",
    model=Offer,
    title=_("The offers as a workbook"),
    about=_(
        "Every offer with its terms, one row each, in one file for Excel or LibreOffice. Its "
        "first sheet says how to write in it."
    ),
    next_page="admin:offers_offer_changelist",
    next_words=_("Back to the offers"),
    area=switches.OFFERS,
)
