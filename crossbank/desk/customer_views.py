"""The customer's page of one record, and the way to the newest one."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.desk.customer_page import customer_page
from crossbank.desk.given_rights import rights_given
from crossbank.desk.models import COUNTED_ONLY, Consultation
from crossbank.desk.promises import uses_of
from crossbank.desk.record_views import visible_record
from crossbank.desk.right_papers import Paper, papers
from crossbank.matrix import editions
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of
from crossbank.org.models import User


@requires(*FRONT)
@require_safe
def customer(request: HttpRequest, uuid: Any) -> HttpResponse:
    """What to hand over. A record that was voided or corrected is nobody's paper any more."""
    record = visible_record(request, uuid)
    if not record.is_standing:
        raise Http404
    areas = areas_of(request)
    reference = record.customer_ref if areas[switches.CUSTOMER_REFERENCE] else ""
    with_offers = areas[switches.OFFERS]
    page = customer_page(
        record,
        editions.load(record.edition_id).snapshot,
        uses=uses_of(record) if with_offers else (),
        rights=_rights(record, reference, at=timezone.now()) if with_offers else (),
        with_code=areas[switches.KEPT],
    )
    context = {
        "record": record,
        "page": page,
        # the questions are about who was served last, and about nobody else
        "may_ask": areas[switches.SURVEY] and latest(request.user) == record,
        "is_print": request.GET.get("print") == "1",
    }
    return render(request, "desk/customer.html", context)


def _rights(record: Consultation, reference: str, *, at: datetime) -> tuple[Paper, ...]:
    """What the customer may still use, the soonest end first: from this conversation, and from
    earlier ones where his number was given."""
    known = Grant.objects.select_related("release", "branch").of_customer(reference)
    every = {grant.pk: grant for grant in (*rights_given(record), *known.open(at))}
    grants = sorted(every.values(), key=lambda grant: (grant.until, grant.pk))
    shown = papers(grants, at=at, zone=record.branch.zone)
    return tuple(one for one in shown if one.is_open)


@requires(*FRONT)
@require_safe
def last(request: HttpRequest) -> HttpResponse:
    """The page of the customer who was just served."""
    record = latest(request.user)
    if record is None:
        raise Http404
    return redirect("desk:customer", uuid=record.uuid)


def latest(user: User) -> Consultation | None:
    """What a person saved last today; customers from the paper sheet went home long ago."""
    today = user.branch.local_day(timezone.now())
    standing = Consultation.objects.of_day(user, today).standing().exclude(source__in=COUNTED_ONLY)
    return standing.order_by("-pk").first()
