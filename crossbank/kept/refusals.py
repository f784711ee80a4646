"""Why nothing was noted, in words; each knows its status and its field."""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.engine.keeping import Fault
from crossbank.kept.sales import Sale

_FAULTS: dict[Fault, Promise] = {
    Fault.BEFORE_SALE: gettext_lazy("This day lies before the sale."),
    Fault.NOT_YET: gettext_lazy("This day has not come yet."),
    Fault.NO_WITHDRAWAL: gettext_lazy(
        "Nobody withdraws from this product. Note that it was ended afterwards."
    ),
    Fault.TOO_LATE: gettext_lazy(
        "The last day to withdraw was %(day)s. Note that it was ended afterwards."
    ),
}


class Refused(Exception):
    """Nothing was written."""

    status = 422
    field = ""

    def __str__(self) -> str:
        return _("This cannot be noted.")


class Untrue(Refused):
    """Something that cannot be true of this sale."""

    field = "on"

    def __init__(self, fault: Fault, sale: Sale) -> None:
        super().__init__()
        self.fault, self.sale = fault, sale

    def __str__(self) -> str:
        return fault_words(self.fault, self.sale)


class SaysNothing(Refused):
    def __str__(self) -> str:
        return _("This is known already, or something later is.")


class Moved(Refused):
    """Somebody noted something else meanwhile."""

    status = 409

    def __str__(self) -> str:
        return _("Somebody noted something meanwhile. Look at what stands now.")


class NotManager(Refused):
    status = 403


def fault_words(fault: Fault, sale: Sale) -> str:
    day = date_format(sale.cancel_by, "SHORT_DATE_FORMAT") if sale.cancel_by else ""
    return str(_FAULTS[fault]) % {"day": day}
