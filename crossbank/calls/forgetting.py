"""What happens to calls by time alone: what nobody makes ends, and numbers are erased.

Pages and the number's seal do not wait for it: `Task.is_waiting` says the same on every read.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from crossbank.calls.models import Task, overdue_since


@transaction.atomic
def end_overdue(*, at: datetime) -> int:
    """This will end open calls that are `OVERDUE_DAYS` days overdue as never made; how many.

    Counted from the day before: then it is so long ago in every time zone.
    """
    day = overdue_since((at - timedelta(days=1)).date())
    # who is noting something at this moment comes first
    waiting = Task.objects.open().due_until(day).select_for_update(of=("self",), skip_locked=True)
    pks = list(waiting.values_list("pk", flat=True))
    return Task.objects.filter(pk__in=pks).update(closed_at=at, outcome=Task.Outcome.NEVER_MADE)


def erase_due(*, at: datetime) -> int:
    """This will erase the numbers of calls that ended `CONTACT_DAYS` days ago or earlier.

    How many. The rest of the row stays; a second run on the same moment finds nothing.
    """
    limit = at - timedelta(days=settings.CONTACT_DAYS)
    ended = Task.objects.filter(
        Q(closed_at__lte=limit) | Q(withdrawn_at__lte=limit) | Q(settled_at__lte=limit)
    )
    return ended.exclude(contact="").update(contact="", contact_erased_at=at)
