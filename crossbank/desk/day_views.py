"""My day: an employee's own mirror, and the customers ticked on paper."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.calls.listing import due_now
from crossbank.desk import days, late, services
from crossbank.desk.days import FIRST_YEAR
from crossbank.desk.entries import Entry
from crossbank.desk.first_days import first_days
from crossbank.desk.forms import PaperForm
from crossbank.desk.late_views import HANDED_IN
from crossbank.desk.models import Approval, DaySheet
from crossbank.desk.pictures import retired_codes
from crossbank.desk.scene import Conflict, Invalid
from crossbank.leads.models import Lead
from crossbank.matrix import editions
from crossbank.org import day_lines, switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of
from crossbank.org.day_lines import DayLine
from crossbank.web.forms import house_helper


def _paper_form(request: HttpRequest, on: date, data: object = None) -> PaperForm | None:
    """The catch-up form of a day; None when this bank does not use it or has no matrix yet."""
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
    form = PaperForm(data, mains=mains, initial={"uuid": uuid4(), "on": on})
    form.helper = house_helper()
    return form


def _leads(request: HttpRequest, today: date) -> dict[str, int]:
    """News of one's own leads, and what waits in one's units; not asked where leads are not used."""
    if not areas_of(request)[switches.LEADS]:
        return {}
    return Lead.objects.reminders(request.user, timezone.now(), today)


def _show(
    request: HttpRequest, on: date, *, form: PaperForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    today = request.user.branch.local_day(now)
    day = days.day(request.user, on, at=now)
    is_today = on == today
    context = {
        "day": day,
        "is_today": is_today,
        "yesterday": on - timedelta(days=1),
        "tomorrow": on + timedelta(days=1) if on < today else None,
        "ask_about": day.latest if is_today and areas_of(request)[switches.SURVEY] else None,
        "calls_due": _calls_due(request) if is_today else None,
        "leads": _leads(request, today) if is_today else {},
        "others": _others(request, now) if is_today else [],
        "form": form or (_paper_form(request, on) if day.takes_late else None),
        "paper_waits": not (is_today and day.is_open),
        "first_days": first_days(request.user, on) if is_today else None,
        "approvals": _approvals(request, day.sheet),
    }
    template = "desk/sheet.html" if request.GET.get("print") == "1" else "desk/day.html"
    return render(request, template, context, status=status)


def _approvals(request: HttpRequest, sheet: DaySheet | None) -> dict[int, Approval]:
    """By signature; not asked where the bank wants none."""
    if sheet is None or not areas_of(request)[switches.DAY_APPROVAL]:
        return {}
    found = Approval.objects.filter(close__sheet=sheet).select_related("by")
    return {one.close_id: one for one in found}


def _calls_due(request: HttpRequest) -> int | None:
    """How many calls he has to make, late ones included; None where the bank uses none."""
    is_used = areas_of(request)[switches.CALLS]
    return due_now(request.user, at=timezone.now()) if is_used else None


def _others(request: HttpRequest, now: datetime) -> list[DayLine]:
    return day_lines.lines(request.user, areas=areas_of(request), at=now)


@requires(*FRONT)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return _show(request, request.user.branch.local_day(timezone.now()))


@requires(*FRONT)
@require_safe
def day(request: HttpRequest, on: date) -> HttpResponse:
    if on.year < FIRST_YEAR or on > request.user.branch.local_day(timezone.now()):
        raise Http404
    return _show(request, on)


@requires(*FRONT)
@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Enter a customer who was ticked on paper; flagged, never in product figures.

    Into today while it is open; else it is handed in late, and waits for the manager.
    """
    now = timezone.now()
    branch = request.user.branch
    today = branch.local_day(now)
    form = _paper_form(request, today, request.POST)
    if form is None:
        raise Http404
    on = today
    if form.is_valid():
        on = form.cleaned_data["on"] or today
        if on.year < FIRST_YEAR or on > today:
            raise Http404
        at = datetime.combine(on, form.cleaned_data["at"], branch.zone)
        if at > now:
            form.add_error("at", _("This time is still to come."))
    if not form.is_valid():
        return _show(request, on, form=form, status=422)
    entry = Entry(
        uuid=form.cleaned_data["uuid"],
        main=form.cleaned_data["main"],
        edition=editions.current(now).number,
        started_at=at.astimezone(UTC),
        paper_taken=form.cleaned_data["taken"],
    )
    try:
        words = _enter(request, entry, on=on, now=now)
    except (Invalid, Conflict) as refusal:
        for texts in refusal.errors.values():
            form.add_error(None, texts)
        return _show(request, on, form=form, status=refusal.status)
    messages.success(request, words)
    return redirect("desk:day", on)


def _enter(request: HttpRequest, entry: Entry, *, on: date, now: datetime) -> str:
    """Record the line, or hand it in; what to tell. Raises Invalid or Conflict."""
    branch, by = request.user.branch, request.user
    if on == branch.local_day(now):
        try:
            services.record(entry=entry, branch=branch, at=now, by=by)
        except Conflict as refusal:
            if refusal.code != "day_closed":
                raise
        else:
            return _("Entered from paper.")
    late.hand_in(entry=entry, branch=branch, at=now, by=by)
    return str(HANDED_IN)
