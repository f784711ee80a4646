"""My day: an employee's own mirror, and the customers ticked on paper."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.desk import days, services
from crossbank.desk.entries import Entry
from crossbank.desk.forms import PaperForm
from crossbank.desk.judgement import Conflict, Invalid
from crossbank.desk.pictures import retired_codes
from crossbank.matrix import editions
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of
from crossbank.web.forms import house_helper

_FIRST_YEAR = 2000  # before it there is no day sheet, and soon no calendar


def _paper_form(request: HttpRequest, data: object = None) -> PaperForm | None:
    """The catch-up form of today; None when this bank does not use it or has no matrix yet."""
    if not areas_of(request)[switches.PAPER_ENTRY]:
        return None
    try:
        now = timezone.now()
        snapshot = editions.current(now).snapshot
    except editions.NoEdition:
        return None
    gone = retired_codes(snapshot, request.user.branch.local_day(now))
    mains = sorted(
        ((p.code, p.name) for p in snapshot.products if p.is_main and p.code not in gone),
        key=lambda main: main[1],
    )
    form = PaperForm(data, mains=mains, initial={"uuid": uuid4()})
    form.helper = house_helper()
    return form


def _show(
    request: HttpRequest, on: date, *, form: PaperForm | None = None, status: int = 200
) -> HttpResponse:
    today = request.user.branch.local_day(timezone.now())
    day = days.day(request.user, on)
    is_today = on == today
    context = {
        "day": day,
        "is_today": is_today,
        "yesterday": on - timedelta(days=1),
        "tomorrow": on + timedelta(days=1) if on < today else None,
        "form": form or (_paper_form(request) if is_today and not day.is_closed else None),
    }
    template = "desk/sheet.html" if request.GET.get("print") == "1" else "desk/day.html"
    return render(request, template, context, status=status)


@requires(*FRONT)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return _show(request, request.user.branch.local_day(timezone.now()))


@requires(*FRONT)
@require_safe
def day(request: HttpRequest, on: date) -> HttpResponse:
    if on.year < _FIRST_YEAR or on > request.user.branch.local_day(timezone.now()):
        raise Http404
    return _show(request, on)


@requires(*FRONT)
@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Enter a customer of today who was ticked on paper; flagged, never in product figures."""
    now = timezone.now()
    branch = request.user.branch
    form = _paper_form(request, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        at = datetime.combine(branch.local_day(now), form.cleaned_data["at"], branch.zone)
        if at > now:
            form.add_error("at", _("This time is still to come."))
    if not form.is_valid():
        return _show(request, branch.local_day(now), form=form, status=422)
    entry = Entry(
        uuid=form.cleaned_data["uuid"],
        main=form.cleaned_data["main"],
        edition=editions.current(now).number,
        started_at=at.astimezone(UTC),
        paper_taken=form.cleaned_data["taken"],
    )
    try:
        services.record(entry=entry, branch=branch, at=now, by=request.user)
    except (Invalid, Conflict) as refusal:
        for texts in refusal.errors.values():
            form.add_error(None, texts)
        return _show(request, branch.local_day(now), form=form, status=refusal.status)
    messages.success(request, _("Entered from paper."))
    return redirect("desk:today")
