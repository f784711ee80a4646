"""Outcomes out of a workbook: look into it, see what it notes and what it leaves out, take it over."""

from collections import Counter
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from crossbank.kept import imports, services
from crossbank.kept.forms import ConfirmForm, SendForm
from crossbank.kept.imports import Plan
from crossbank.kept.refusals import Refused as CannotNote
from crossbank.kept.template import empty_book
from crossbank.kept.words import MARKS_OF_BOOK, row_words
from crossbank.org import switches, uploads
from crossbank.org.access import requires
from crossbank.org.admin_workbook import CONTENT_TYPE
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role
from crossbank.web.workbooks import Refused

KIND = "outcomes"
LISTED = 100  # rows that are named one by one


@requires(Role.MANAGER)
@while_on(switches.KEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return _page(request)
    return _confirm(request, at=now) if "seen" in request.POST else _look(request, at=now)


@requires(Role.MANAGER)
@while_on(switches.KEPT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook, for who has no list out of another system."""
    content = empty_book(_columns(request), rows=imports.LIMITS.rows)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="outcomes.xlsx"'
    return response


def _look(request: HttpRequest, *, at: datetime) -> HttpResponse:
    uploads.forget(kind=KIND, by=request.user)
    form = _form(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        content = form.cleaned_data["file"]
        plan = imports.plan(content, columns=_columns(request), at=at, by=request.user)
    except Refused as why:
        form.add_error("file", str(why))
        return _page(request, form=form, status=422)
    if plan.troubles:
        return _page(request, plan=plan, status=422)
    uploads.keep(kind=KIND, content=plan.packed(), at=at, by=request.user)
    return _page(request, plan=plan)


def _confirm(request: HttpRequest, *, at: datetime) -> HttpResponse:
    form = ConfirmForm(request.POST)
    upload = uploads.kept(kind=KIND, at=at, by=request.user)
    plan = Plan.unpacked(bytes(upload.content)) if upload else None
    if (
        plan is None
        or not plan.told
        or not form.is_valid()
        or plan.digest != form.cleaned_data["seen"]
    ):
        messages.warning(
            request, _("Another workbook waits, or none. Nothing was noted; send it again.")
        )
        return _page(request, status=409)
    if plan.unmatched and not form.cleaned_data["without"]:
        messages.warning(request, _("Say yes to the rows that are left out, or mend the workbook."))
        return _page(request, plan=plan, status=422)
    try:
        made = services.take_over(
            told=plan.told, unmatched=len(plan.unmatched), at=at, by=request.user
        )
    except CannotNote:
        messages.warning(
            request, _("Somebody noted something meanwhile. Nothing was taken over; send it again.")
        )
        return _page(request, status=409)
    uploads.forget(kind=KIND, by=request.user)
    words = ngettext("%d outcome was noted.", "%d outcomes were noted.", len(made))
    messages.success(request, words % len(made))
    return HttpResponse(status=303, headers={"Location": reverse("kept:kept")})


def _columns(request: HttpRequest) -> tuple[str, ...]:
    is_kept = areas_of(request)[switches.CUSTOMER_REFERENCE]
    return imports.COLUMNS if is_kept else imports.WITHOUT_REFERENCE


def _form(*given: object) -> SendForm:
    return SendForm(*given, most=imports.LIMITS.size)


def _new(plan: Plan) -> list[tuple[str, str, int]]:
    """State, its words, and how many sales are in it now: what would be noted."""
    counts = Counter(one.mark for one in plan.told)
    return [
        (state, str(mark.label), counts[mark.value])
        for state, mark in MARKS_OF_BOOK.items()
        if counts[mark.value]
    ]


def _page(
    request: HttpRequest,
    *,
    form: SendForm | None = None,
    plan: Plan | None = None,
    status: int = 200,
) -> HttpResponse:
    left_out = (plan.troubles or plan.unmatched) if plan else ()
    context = {
        "form": form or _form(),
        "plan": plan,
        "new": _new(plan) if plan else [],
        "unmatched_rows": row_words(one.row for one in plan.unmatched) if plan else "",
        "left_out": left_out[:LISTED],
        "more": max(0, len(left_out) - LISTED),
        "columns": _columns(request),
        "states": tuple(MARKS_OF_BOOK),
    }
    return render(request, "kept/import.html", context, status=status)
