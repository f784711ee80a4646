"""What the due list says of the branch's own rights: those whose last day is within a week."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.calls.listing import Link, Reminder
from crossbank.engine import right_codes
from crossbank.engine.eligibility import day_starts, local_day
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.org.models import Branch

SOON = timedelta(days=7)
MOST = 100  # on one page, the soonest


def rights_ending(branch: Branch, at: datetime) -> Iterator[Reminder]:
    """Open rights that this branch issued, by last day and offer. Without a count of days: nobody
    is hurried."""
    if not switches.is_on(switches.OFFERS):
        return
    after = day_starts(branch.local_day(at) + SOON + timedelta(days=1), branch.zone)
    here = Branch.objects.of_place(branch.pk)
    ending = Grant.objects.open(at).filter(branch__in=here, until__lte=after)
    found = list(ending.select_related("release")[:MOST])
    more = ending.count() - MOST if len(found) == MOST else 0

    def place(grant: Grant) -> tuple[date, str]:
        """The last local day: a right ends with the first moment that is no longer its own."""
        last = local_day(grant.until - timedelta(microseconds=1), branch.zone)
        return last, grant.release.terms["name"]

    for (on, offer), grants in groupby(sorted(found, key=place), key=place):
        yield Reminder(on=on, words=offer, links=tuple(_link(grant) for grant in grants))
    if more:
        yield Reminder(
            on=place(found[-1])[0], words=_("and %(n)d more") % {"n": more}, is_rest=True
        )


def _link(grant: Grant) -> Link:
    return Link(words=right_codes.spoken(grant.code), url=reverse("desk:right", args=[grant.code]))
