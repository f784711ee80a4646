"""The page *Old tallies*: a workbook of counts from before becomes history, all of it or nothing."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from crossbank.desk import old_tallies
from crossbank.desk.models import OldTallies
from crossbank.desk.old_tallies import OldPlan
from crossbank.desk.old_tally_rows import KEYS, LIMITS, MOST
from crossbank.desk.old_tally_sheet import empty_book, headings
from crossbank.org import uploads
from crossbank.org.access import requires
from crossbank.org.admin_pages import Page
from crossbank.org.admin_workbook import CONTENT_TYPE, LISTED, UploadForm
from crossbank.org.models import Role
from crossbank.web.workbooks import Refused

KIND = "old-tallies"


@requires(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def old_tallies_page(request: HttpRequest) -> HttpResponse:
    """The empty workbook, what a filled one would write, and taking it over."""
    at = timezone.now()
    if request.method == "POST":
        return _confirm(request, at=at) if "seen" in request.POST else _look(request, at=at)
    if request.GET.get("export") == "xlsx":
        response = HttpResponse(empty_book(), content_type=CONTENT_TYPE)
        response.headers["Content-Disposition"] = 'attachment; filename="old_tallies.xlsx"'
        return response
    return _page(request, _form())


def _form(request: HttpRequest | None = None) -> UploadForm:
    given = (request.POST, request.FILES) if request else ()
    return UploadForm(*given, most=LIMITS.size)


def _look(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Show what the file would write; it is kept until it is confirmed."""
    uploads.forget(kind=KIND, by=request.user)
    form = _form(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    content = form.cleaned_data["file"]
    try:
        plan = old_tallies.plan(content, at=at)
    except Refused as why:
        form.add_error("file", str(why))
        return _page(request, form, status=422)
    if plan.troubles:
        return _page(request, form, plan=plan, status=422)
    uploads.keep(kind=KIND, content=content, at=at, by=request.user)
    return _page(request, _form(), plan=plan)


def _confirm(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """What is written is what was shown; otherwise it is shown again and nothing is written."""
    upload = uploads.kept(kind=KIND, at=at, by=request.user)
    if upload is None:
        words = _("There is no workbook waiting any more. Nothing was changed; send it again.")
        return _refused(request, words)
    content, seen = bytes(upload.content), request.POST["seen"]
    try:
        made = old_tallies.take_over(content=content, seen=seen, at=at, by=request.user)
    except (uploads.Moved, uploads.CannotTakeOver) as found:
        words = _("Somebody changed something meanwhile. Nothing was written; look again.")
        return _refused(request, words, plan=found.plan)
    except Refused as why:
        return _refused(request, str(why))
    except IntegrityError:  # a sheet of one of the days, or the same file, came a moment sooner
        words = _("A colleague wrote at the same moment. Nothing was written; send it again.")
        return _refused(request, words)
    uploads.forget(kind=KIND, by=request.user)
    words = ngettext("%d customer was taken over.", "%d customers were taken over.", made.customers)
    messages.success(request, words % made.customers)
    return redirect("admin:desk_old_tallies")


def _refused(request: HttpRequest, words: str, *, plan: OldPlan | None = None) -> HttpResponse:
    messages.warning(request, words)
    return _page(request, _form(), plan=plan, status=409)


def _page(
    request: HttpRequest, form: forms.Form, *, plan: OldPlan | None = None, status: int = 200
) -> HttpResponse:
    troubles = plan.troubles if plan else ()
    context = {
        **admin.site.each_context(request),
        "title": _("Old tallies"),
        "form": form,
        "plan": plan,
        "troubles": troubles[:LISTED],
        "more": max(0, len(troubles) - LISTED),
        "most": MOST,
        "columns": zip(KEYS, headings(), strict=True),
        "before": OldTallies.objects.select_related("by")[:20],
    }
    return TemplateResponse(request, "admin/desk/old_tallies.html", context, status=status)


OLD_TALLIES_PAGE = Page(
    route="desk/old-tallies/",
    name="desk_old_tallies",
    view=old_tallies_page,
    title=gettext_lazy("Old tallies"),
    about=gettext_lazy("Counts from before, on paper or in a workbook, become history."),
)
