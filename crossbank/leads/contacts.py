"""The sealed number of a lead: who reads it, and when it goes."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from crossbank.conduct import services as conduct
from crossbank.conduct.references import unseal
from crossbank.engine.leads import OPEN
from crossbank.leads import refusals
from crossbank.leads.models import Lead, State
from crossbank.org.models import User

_DAY = timedelta(days=1)


@transaction.atomic
def read(*, lead: Lead, at: datetime, by: User) -> str:
    """This will show the sealed number to who has the task, and write that into the trail.

    Empty when there is none, or the lead has ended. Raises NotYours, Unreadable.
    """
    if lead.assignee_id != by.pk:
        raise refusals.NotYours
    if not may_read(lead, at=at):
        return ""
    conduct.record(action="lead_contact_read", subject=f"lead {lead.pk}", at=at, by=by)
    return unseal(lead.contact)


def may_read(lead: Lead, *, at: datetime) -> bool:
    """A number is there, the work is not over, and nobody forgot it."""
    is_open = lead.state_at(at) in OPEN
    return bool(lead.contact) and is_open and not _is_over(lead, at=at)


def _is_over(lead: Lead, *, at: datetime) -> bool:
    """`CONTACT_DAYS` after the end, or after the last act and the day that the customer named."""
    last, state = lead.changed_at, lead.state_at(at)
    if state == State.EXPIRED:
        last = lead.expires_at
    elif state in OPEN and lead.contact_on:
        named = datetime.combine(lead.contact_on + _DAY, time(0), tzinfo=lead.place.zone)
        last = max(last, named)
    return last + timedelta(days=settings.CONTACT_DAYS) <= at


@transaction.atomic
def erase(*, at: datetime) -> int:
    """This will erase the numbers of leads that ended, or were last touched, `CONTACT_DAYS` ago.

    Gives how many.
    """
    sealed = Lead.objects.exclude(contact="").select_related("to_unit__branch", "from_branch")
    rows = sealed.select_for_update(of=("self",))
    over = [lead.pk for lead in rows if _is_over(lead, at=at)]
    return Lead.objects.filter(pk__in=over).update(contact="")
