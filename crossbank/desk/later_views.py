"""What happens to a record later, in the branch it belongs to and on any day: a loan is paid out, the
customer withdraws. A record is found by his number or by a right that he holds.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.desk import afterwards
from crossbank.desk.forms import DrawdownForm
from crossbank.desk.models import Consultation
from crossbank.desk.record_views import Errors, promised
from crossbank.desk.scene import Conflict, Invalid
from crossbank.engine import right_codes
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import while_on
from crossbank.org.models import Branch


def _record(request: HttpRequest, uuid: Any) -> Consultation:
    """A record of one's own branch or of one merged into it, whoever made it and when; else 404."""
    place = Branch.objects.of_place(request.user.branch_id)
    here = Consultation.objects.with_story().in_branches(place)
    record = here.meant_by(uuid, reader=request.user)
    if record is None:
        raise Http404
    return record


@requires(*FRONT)
@while_on(switches.OFFERS)
@require_safe
def later(request: HttpRequest, uuid: Any) -> HttpResponse:
    """What it used and gave, and what may still happen to it; nothing of what was said."""
    return _page(request, _record(request, uuid))


def _page(
    request: HttpRequest,
    record: Consultation,
    *,
    form: DrawdownForm | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "record": record,
        "is_front": True,
        "errors": errors or {},
        **promised(request, record, form=form),
    }
    return render(request, "desk/later.html", context, status=status)


def _done(record: Consultation) -> HttpResponse:
    address = reverse("desk:later", args=[record.uuid])
    return HttpResponse(status=303, headers={"Location": address})


@requires(*FRONT)
@while_on(switches.OFFERS)
@require_POST
def drawdown(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The loan of a record was paid out: rights that wait for it begin on that day."""
    record = _record(request, uuid)
    form = DrawdownForm(request.POST)
    if not form.is_valid():
        return _page(request, record, form=form, status=422)
    on = form.cleaned_data["paid_out_on"]
    try:
        given = afterwards.begin_at_drawdown(record, on=on, at=timezone.now(), by=request.user)
    except Invalid as refusal:
        for name, told in refusal.errors.items():
            form.add_error(name, told)
        return _page(request, record, form=form, status=refusal.status)
    except Conflict as refusal:
        return _page(request, record, form=form, errors=refusal.errors, status=refusal.status)
    for grant in given:
        words = {"code": right_codes.spoken(grant.code)}
        messages.success(request, _("Right %(code)s begins.") % words)
    return _done(record)


@requires(*FRONT)
@while_on(switches.OFFERS)
@require_POST
def reverse_use(request: HttpRequest, uuid: Any, pk: int) -> HttpResponse:
    """The customer withdrew in time from what he took with an offer."""
    record = _record(request, uuid)
    used = get_object_or_404(record.redemptions.standing(), pk=pk)
    try:
        done = afterwards.reverse(used, at=timezone.now(), by=request.user)
    except Conflict as refusal:
        return _page(request, record, errors=refusal.errors, status=refusal.status)
    words = (
        _("Noted. The right and its place are free again.")
        if done.terms["frees_on_reversal"]
        else _("Noted. By its terms this offer is not free again.")
    )
    messages.success(request, words)
    return _done(record)
