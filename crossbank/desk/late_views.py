"""Late entries and the sheets of a branch: handing in, deciding, reopening."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from crossbank.desk import approving, branch_days, late, signing
from crossbank.desk.close_forms import ApproveForm, DecideForm, ReopenForm, SheetsFilter
from crossbank.desk.models import DayClose, DaySheet, LateEntry
from crossbank.desk.received import checked_entry
from crossbank.desk.record_views import Errors
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.sheet_states import refuse_out_of_reach
from crossbank.desk.views import refused
from crossbank.org import switches
from crossbank.org.access import FRONT, MANAGERS, may_see_names, requires, visible_branches
from crossbank.org.calendars import calendar_of, calendars_of
from crossbank.org.context import areas_of, while_on
from crossbank.web import answers

Typed = dict[int, str | None]  # row id -> words
HANDED_IN = gettext_lazy("Handed in as a late entry: the manager decides on it.")


@requires(*FRONT)
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """Keep for the manager what the desk could not save, because the day is closed."""
    try:
        entry, branch = checked_entry(request), request.user.branch
        late.hand_in(entry=entry, branch=branch, at=timezone.now(), by=request.user)
    except (Invalid, Conflict) as refusal:
        return refused(request, refusal)
    if answers.wants_json(request):
        return answers.json({"uuid": str(entry.uuid), "late": True}, status=201)
    messages.success(request, HANDED_IN)
    return HttpResponse(status=303, headers={"Location": reverse("desk:today")})


@requires(*MANAGERS)
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """How each day sheet stands, and the late entries that wait."""
    return _sheets(request)


def _sheets(
    request: HttpRequest,
    *,
    errors: Errors | None = None,
    notes: Typed | None = None,
    reasons: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """`notes` of late entries and `reasons` for sheets: what was typed and refused."""
    now, user = timezone.now(), request.user
    branches = list(visible_branches(user))
    calendars = calendars_of(branches)
    first, today = branch_days.last_days(branches, calendars, at=now)
    chosen_here = request.GET.dict() if request.method == "GET" else {}
    form = SheetsFilter(
        {"from": f"{first}", "until": f"{today}", **chosen_here},
        branches=branches,
        first=first,
        today=today,
    )
    chosen, period = branches, (first, today)
    if form.is_valid():
        code = form.cleaned_data.get("branch")
        chosen = [one for one in branches if one.code == code] if code else branches
        period = (form.first, form.last)
    elif "branch" in form.errors:  # not his: it does not exist for him
        raise Http404
    else:
        status = 422
    with_approvals = areas_of(request)[switches.DAY_APPROVAL]
    days = branch_days.days(
        chosen, calendars, period=period, at=now, reader=user, with_approvals=with_approvals
    )
    to_approve = []
    if with_approvals:
        to_approve = branch_days.to_approve(branches, calendars, at=now, reader=user)
    context: dict[str, Any] = {
        "form": form,
        "differing": [row for row in to_approve if not (row.agrees or row.is_own)],
        "agreeing": [row.signature for row in to_approve if row.agrees and not row.is_own],
        "unapproved": {row.sheet.pk for row in to_approve},
        "errors": errors or {},
        "notes": notes or {},
        "reasons": reasons or {},
        "shows_names": may_see_names(user),
        "many": len(branches) > 1,
        "days": days,
        "waiting": branch_days.waiting(branches, reader=user),
    }
    return render(request, "desk/sheets.html", context, status=status)


@requires(*MANAGERS)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a signed day again, with a reason; the signature stays."""
    found = DaySheet.objects.filter(branch__in=visible_branches(request.user))
    sheet = get_object_or_404(found.select_related("branch", "employee"), pk=pk)
    now, branch, form = timezone.now(), sheet.branch, ReopenForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({"reason": [_("Say in a few words why the day is reopened.")]})
        refuse_out_of_reach(
            sheet.business_date, branch=branch, at=now, calendar=calendar_of(branch)
        )
        signing.reopen_day(sheet=sheet, reason=form.cleaned_data["reason"], at=now, by=request.user)
    except (Invalid, Conflict) as refusal:
        typed = {pk: form["reason"].value()}
        return _sheets(request, errors=refusal.errors, reasons=typed, status=refusal.status)
    messages.success(
        request, _("Reopened: it can be closed until the end of the next business day.")
    )
    return HttpResponse(status=303, headers={"Location": reverse("desk:sheets")})


@requires(*MANAGERS)
@while_on(switches.DAY_APPROVAL)
@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Approve signed days, one or several at once; all or none."""
    form = ApproveForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({field: list(said) for field, said in form.errors.items()})
        numbers = set(form.cleaned_data["close"])
        here = DayClose.objects.filter(sheet__branch__in=visible_branches(request.user))
        closes = list(here.filter(pk__in=numbers))
        if len(closes) != len(numbers):
            raise Http404
        n = approving.approve(closes=closes, at=timezone.now(), by=request.user)
    except (Invalid, Conflict) as refusal:
        return _sheets(request, errors=refusal.errors, status=refusal.status)
    messages.success(request, ngettext("%d day approved.", "%d days approved.", n) % n)
    return HttpResponse(status=303, headers={"Location": reverse("desk:sheets")})


@requires(*MANAGERS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a late entry in as a correction, or leave it out."""
    found = LateEntry.objects.in_branches(visible_branches(request.user))
    entry, form = get_object_or_404(found, pk=pk), DecideForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({field: list(said) for field, said in form.errors.items()})
        accepts = form.cleaned_data["decision"] == "accept"
        act = late.accept if accepts else late.refuse
        act(late=entry, note=form.cleaned_data["note"], at=timezone.now(), by=request.user)
    except (Invalid, Conflict) as refusal:
        typed = {pk: form["note"].value()}
        return _sheets(request, errors=refusal.errors, notes=typed, status=refusal.status)
    messages.success(
        request, _("Accepted as a correction.") if accepts else _("Refused; it counts nowhere.")
    )
    return HttpResponse(status=303, headers={"Location": reverse("desk:sheets")})
