"""Who agreed that the programme's page names him."""

from datetime import datetime

from django.db import transaction

from crossbank.conduct import services as conduct
from crossbank.leads.models import NameConsent
from crossbank.org.models import User


@transaction.atomic
def set_name_consent(*, agreed: bool, at: datetime, by: User) -> bool:
    """This will keep a person's own yes or no; gives whether that changed anything."""
    rows = NameConsent.objects.filter(employee=by)
    if agreed:
        _row, changed = NameConsent.objects.get_or_create(employee=by, defaults={"at": at})
    else:
        changed = rows.delete()[0] > 0
    if changed:
        action = "leads_name_agreed" if agreed else "leads_name_withdrawn"
        conduct.record(action=action, subject=f"person {by.pk}", at=at, by=by)
    return changed
