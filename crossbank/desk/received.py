"""A save as it was sent: its shape, whose it is, and whether this bank uses what it holds."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crossbank.desk.entries import Entry
from crossbank.desk.forms import RecordForm
from crossbank.desk.record_views import Errors
from crossbank.desk.scene import Conflict, Invalid
from crossbank.org import switches
from crossbank.org.context import areas_of


def checked_entry(request: HttpRequest) -> Entry:
    """What the form says, where its shape stands and this bank uses it. Raises Invalid, Conflict."""
    form = RecordForm(request.POST)
    if not form.is_valid():
        raise Invalid({field: list(messages) for field, messages in form.errors.items()})
    _refuse_another_user(request, form)
    _refuse_what_is_off(request, form)
    return form.entry


def _refuse_another_user(request: HttpRequest, form: RecordForm) -> None:
    """A shared computer: what one person entered never lands in the day of the next."""
    drawn_for = form.cleaned_data["drawn_for"]
    if drawn_for and drawn_for != str(request.user.pk):
        raise Conflict(
            "other_user",
            _(
                "Somebody else is signed in now. Nothing was saved: "
                "sign in as the person who entered it and try again."
            ),
        )


def _refuse_what_is_off(request: HttpRequest, form: RecordForm) -> None:
    """Areas this bank turned off take no data; asked only when the entry touches one."""
    entry = form.entry
    used = [answer for answer in entry.answers if answer.offer]
    numbers = [answer for answer in entry.answers if answer.contact]
    if not (used or numbers or entry.customer_ref or entry.right):
        return
    areas = areas_of(request)
    errors: Errors = {}
    if not areas[switches.OFFERS]:
        errors |= {f"offer-{answer.code}": [_("This bank uses no offers.")] for answer in used}
    if entry.right and not areas[switches.OFFERS]:
        errors["right"] = [_("This bank uses no offers.")]
    if not areas[switches.CALLS]:
        words = [_("This bank keeps no numbers to call.")]
        errors |= {f"contact-{answer.code}": words for answer in numbers}
    if entry.customer_ref and not areas[switches.CUSTOMER_REFERENCE]:
        errors["customer_ref"] = [_("This bank keeps no customer reference here.")]
    if errors:
        raise Invalid(errors)
