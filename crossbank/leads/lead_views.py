"""One opened lead: its story, and the next step in one key."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.conduct.references import Unreadable
from crossbank.engine.leads import OPEN, Act
from crossbank.leads import contacts, listing, services
from crossbank.leads.forms import ActForm
from crossbank.leads.models import Lead
from crossbank.leads.refusals import NotYours, Refused
from crossbank.org import switches
from crossbank.org.access import EVERYONE, requires
from crossbank.org.context import while_on

# one key for each act, whatever the state: a second press of the same key does nothing more
_KEYS = {
    Act.ACCEPT: "1",
    Act.CONTACT: "2",
    Act.QUALIFY: "3",
    Act.WIN: "4",
    Act.LOSE: "5",
    Act.REJECT: "6",
    Act.UNQUALIFY: "7",
}
_ASIDE = (Act.REASSIGN, Act.HAND_OVER)  # with a choice of their own, behind a fold


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_safe
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """For the sender, the unit, and the manager of the branch; for others it does not exist.

    `?print=1`: a slip of paper, for the two who have to do with the customer's number.
    """
    row = _visible(request, pk)
    if request.GET.get("print") != "1":
        return _page(request, row)
    if not _may_print(request, row):
        raise Http404
    response = render(request, "leads/slip.html", {"lead": row})
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_print(request: HttpRequest, row: Lead) -> bool:
    is_own = request.user.pk in (row.from_employee_id, row.assignee_id)
    return is_own and row.state_at(timezone.now()) in OPEN


def _visible(request: HttpRequest, pk: int) -> Lead:
    return get_object_or_404(listing.visible(request.user), pk=pk)


def _may_act(request: HttpRequest, row: Lead) -> bool:
    """A colleague of the unit, never with a lead of his own."""
    is_member = row.to_unit.members.filter(pk=request.user.pk).exists()
    return is_member and row.from_employee_id != request.user.pk


def _page(
    request: HttpRequest, row: Lead, *, form: ActForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    now = timezone.now()
    may_act = _may_act(request, row)
    acts = listing.acts_of(row, at=now) if may_act else ()
    context = {
        "line": listing.line(row, at=now),
        "lead": row,
        "events": row.events.select_related("by", "unit", "assignee", "product"),
        "acts": [(act.value, _KEYS[act]) for act in acts if act not in _ASIDE],
        "may_win": Act.WIN in acts,
        "asides": [act.value for act in acts if act in _ASIDE],
        "form": form or (ActForm(lead=row) if may_act else None),
        "may_act": may_act,
        "may_print": _may_print(request, row),
        "is_mine": row.assignee_id == request.user.pk,
        "has_contact": _has_contact(request, row, now),
        **more,
    }
    response = render(request, "leads/lead.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"  # a number that was shown is not shown again
    return response


def _has_contact(request: HttpRequest, row: Lead, now: datetime) -> bool:
    return row.assignee_id == request.user.pk and contacts.may_read(row, at=now)


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """The next step, for the unit that has it; a refusal draws the page anew and says why."""
    row = _visible(request, pk)
    if not _may_act(request, row):
        raise PermissionDenied
    form = ActForm(request.POST, lead=row)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        changed = _do(row, form, at=timezone.now(), request=request)
    except NotYours:
        raise PermissionDenied from None
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        row = _visible(request, pk)  # as it stands now
        return _page(request, row, form=form, status=refusal.status)
    messages.success(request, _("Noted. The colleague who handed it on sees it."))
    is_still_here = changed.to_unit_id == row.to_unit_id and changed.state in OPEN
    back = changed.get_absolute_url() if is_still_here else reverse("leads:leads")
    return HttpResponse(status=303, headers={"Location": back})


def _do(row: Lead, form: ActForm, *, at: datetime, request: HttpRequest) -> Lead:
    given = form.cleaned_data
    name, words = Act(given["act"]), {"note": given["note"]}
    doer: dict[str, Any] = {"lead": row, "at": at, "by": request.user}
    if name is Act.ACCEPT:
        return services.accept(**doer)
    if name is Act.WIN:
        return services.win(kept_minor=given["kept"], sold=given["sold"], **words, **doer)
    if name is Act.REASSIGN:
        return services.reassign(unit=given["unit"], **words, **doer)
    if name is Act.HAND_OVER:
        return services.hand_over(colleague=given["colleague"], **words, **doer)
    plain = {
        Act.CONTACT: services.note_contact,
        Act.QUALIFY: services.qualify,
        Act.UNQUALIFY: services.take_back_qualified,
        Act.LOSE: services.lose,
        Act.REJECT: services.reject,
    }
    return plain[name](**words, **doer)


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed number, for who has the task; each look stands in the trail."""
    row = _visible(request, pk)
    try:
        number = contacts.read(lead=row, at=timezone.now(), by=request.user)
    except NotYours:
        raise PermissionDenied from None
    except Unreadable:
        number = _("It cannot be read any more: the key has changed.")
    return _page(request, row, contact=number)
