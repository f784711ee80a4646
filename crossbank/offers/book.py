"""The offers as a workbook: every field of the form, last days inclusive as people say them."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crossbank.catalog import pairs
from crossbank.catalog.book_columns import Money
from crossbank.offers.models import Offer
from crossbank.org.table_books import TableBook
from crossbank.org.tables import Table

OFFERS = Table(
    key="offers",
    title=_("Offers"),
    model=Offer,
    names=(
        "code", "name", "kind", "cross", "mains", "customer_status", "benefit_type",
        "benefit_value", "benefit_text", "price_with_text", "price_with_minor",
        "price_alone_text", "say", "needs_second_consent", "free_days", "window", "window_text", "from_on",
        "until_on", "repeats_yearly", "trigger_event", "days_after", "priority",
        "exclusion_group", "max_total", "max_per_branch", "max_per_customer", "frees_on_reversal",
        "is_paused",
    ),
    parked=("mains",),
    kinds={"price_with_minor": Money},
    # reading it compiles the matrix, which no row of this file changes
    asks={"never": lambda: pairs.forbidden(at=timezone.now())},
)  # fmt: skip

OFFERS_BOOK = TableBook(
    kind="offers",
    format="crossbank-offers-1",
    title=_("Crossbank offers"),
    tables=(OFFERS,),
    read_me=(
        (
            _("First and last day"),
            _(
                "Both inclusive: the offer still holds on its last day, until the branch’s midnight."
            ),
        ),
    ),
)
