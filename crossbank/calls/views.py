"""The due list, one call, what came of it, and calls put on the list by hand."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.calls import listing, script, services, words
from crossbank.calls.calendar_file import calendar_file
from crossbank.calls.forms import BRANCH, HandOverForm, NewCallForm, OutcomeForm
from crossbank.calls.models import Task
from crossbank.calls.promising import Promise, promise
from crossbank.calls.refusals import Refused
from crossbank.conduct.references import reference_hash
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.calendars import calendar_of
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role


@requires(*FRONT)
@while_on(switches.CALLS)
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What was promised: late, today, and in the next open days."""
    now = timezone.now()
    context = {
        "due": listing.due_list(request.user, at=now),
        "reminders": listing.reminders(request.user.branch, at=now),
        "is_manager": request.user.role == Role.MANAGER,
    }
    return render(request, "calls/due.html", context)


def _visible(request: HttpRequest, pk: int) -> Task:
    """One call inside the viewer's scope; else 404."""
    found = Task.objects.visible_to(request.user).with_story().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, task: Task) -> str:
    """Of the lines to say: the one just chosen, else the customer's, else the reader's."""
    chosen = request.GET.get("language", "")
    is_known = chosen in dict(settings.LANGUAGES)
    return (chosen if is_known else task.language) or get_language() or settings.LANGUAGE_CODE


def _page(request: HttpRequest, task: Task, *, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    today = task.branch.local_day(now)
    language = _language(request, task)
    is_owner, is_waiting = task.belongs_to(request.user), task.is_waiting(today)
    context = {
        "task": task,
        "line": next(listing.lines_of([task], calendar_of(task.branch))),
        "lines": script.lines(task, reader=request.user, language=language),
        "language": language,
        "languages": settings.LANGUAGES,
        "is_waiting": is_waiting,
        "may_note": is_waiting and is_owner,
        "may_hand_over": is_waiting and (is_owner or request.user.role == Role.MANAGER),
        "has_number": bool(task.contact),
        "today": today,
        "retry_on": None,
        **more,
    }
    if context["may_note"] and not task.is_last_attempt:
        context["retry_on"] = services.retry_day(task, at=now)
    if context["may_hand_over"]:
        context["hand_over"] = HandOverForm(task=task)
    template = "calls/slip.html" if request.GET.get("print") == "1" else "calls/task.html"
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(request: HttpRequest, pk: int, problems: list[str], *, status: int) -> HttpResponse:
    """The call as it is now, with what could not be done."""
    return _page(request, _visible(request, pk), status=status, problems=problems)


@requires(*FRONT)
@while_on(switches.CALLS)
@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its five lines; `?print=1`: a slip of paper."""
    return _page(request, _visible(request, pk))


@requires(*FRONT)
@while_on(switches.CALLS)
@require_POST
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Note one attempt."""
    found = _visible(request, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, [m for ms in form.errors.values() for m in ms], status=422)
    try:
        noted = services.note_outcome(
            task=found,
            outcome=form.cleaned_data["outcome"],
            next_on=form.cleaned_data["next_on"],
            seen=form.cleaned_data["seen"],
            at=timezone.now(),
            by=request.user,
        )
    except Refused as refusal:
        return _refused(request, pk, [str(refusal)], status=refusal.status)
    messages.success(request, words.noted(noted))
    return _to("calls:due")


def _to(name: str, *args: Any) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name, args=args)})


@requires(*FRONT)
@while_on(switches.CALLS)
@require_POST
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number to the call's owner, this once; the trail says who looked."""
    found = _visible(request, pk)
    try:
        shown = services.reveal(task=found, at=timezone.now(), by=request.user)
    except Refused as refusal:
        return _refused(request, pk, [str(refusal)], status=refusal.status)
    return _page(request, found, number=shown)


@requires(*FRONT)
@while_on(switches.CALLS)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the call to a colleague of the branch, or to the branch."""
    found = _visible(request, pk)
    form = HandOverForm(request.POST, task=found)
    if not form.is_valid():
        return _refused(request, pk, [m for ms in form.errors.values() for m in ms], status=422)
    try:
        services.hand_over(task=found, to=form.colleague, at=timezone.now(), by=request.user)
    except Refused as refusal:
        return _refused(request, pk, [str(refusal)], status=refusal.status)
    messages.success(request, _("Handed over."))
    return _to("calls:due")


@requires(*FRONT)
@while_on(switches.CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a call on the list that a customer agreed to."""
    now = timezone.now()
    with_reference = areas_of(request)[switches.CUSTOMER_REFERENCE]
    data = request.POST if request.method == "POST" else None
    form = NewCallForm(data, by=request.user, at=now, with_reference=with_reference)
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "calls/new.html", {"form": form}, status=status)
    made = promise(promise=_promise(form), at=now, by=request.user)
    messages.success(request, words.promised(made, calendar_of(made.branch)))
    return _to("calls:due")


def _promise(form: NewCallForm) -> Promise:
    cleaned = form.cleaned_data
    return Promise(
        kind=cleaned["kind"],
        branch=form.by.branch,
        employee=None if cleaned["whose"] == BRANCH else form.by,
        day=cleaned["day"],
        product=cleaned["product"],
        product_name=cleaned["product"].name,
        origin=f"hand:{form.by.pk}:{cleaned['uuid']}",
        language=cleaned["language"],
        customer_ref=reference_hash(cleaned.get("customer_ref", "")),
        contact=cleaned["contact"],
    )


@requires(*FRONT)
@while_on(switches.CALLS)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One's own open calls as a calendar file."""
    branch = request.user.branch
    own = Task.objects.owned_by(request.user).filter(employee=request.user)
    waiting = own.waiting(branch.local_day(timezone.now())).order_by("due_on", "pk")
    content = calendar_file(
        listing.lines_of(waiting, calendar_of(branch)),
        address_of=lambda found: request.build_absolute_uri(found.get_absolute_url()),
    )
    return HttpResponse(
        content,
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="calls.ics"',
            "Cache-Control": "no-store",
        },
    )
