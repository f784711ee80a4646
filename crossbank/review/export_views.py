"""Long exports: one's own, how far they are, and what can be done with each."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.conduct.services import record
from crossbank.org.access import REVIEWERS, requires
from crossbank.review import excel, export_lines, exports
from crossbank.review import scope as scopes
from crossbank.review.forms import ReviewFilter
from crossbank.review.models import Export

SHOWN = 5


@requires(*REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _make(request)
    name = "review/_exports.html" if request.htmx else "review/exports.html"
    return _page(request, at=timezone.now(), template=name)


def _page(
    request: HttpRequest,
    *,
    at: datetime,
    template: str = "review/exports.html",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found = Export.objects.filter(by=request.user).order_by("-pk")[:SHOWN]
    reach = exports.Reach.of(request.user)
    lines = [export_lines.line(export, reach=reach, at=at) for export in found]
    context = {"lines": lines, "is_moving": any(line.is_moving for line in lines), **more}
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _make(request: HttpRequest) -> HttpResponse:
    """The filter is read again, within what the person may see now."""
    at = timezone.now()
    form = ReviewFilter(
        QueryDict(request.POST.get("filter", "")),
        scope=scopes.of(request.user),
        today=timezone.localdate(at),
    )
    if not form.is_valid():
        return _page(request, at=at, form=form, status=422)
    try:
        exports.start(exports.make(asked=form.asked, at=at, by=request.user))
    except exports.OneAtATime:
        form.add_error(None, _("You have one under way. Wait until it is ready, or cancel it."))
    except exports.AllBusy:
        form.add_error(None, _("As many as the bank writes at once are being written. Try later."))
    if form.errors:
        return _page(request, at=at, form=form, status=409)
    return _back()


@requires(*REVIEWERS)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    export = get_object_or_404(Export, pk=pk, by=request.user)
    try:
        exports.cancel(export=export, at=timezone.now(), by=request.user)
    except exports.AlreadyOver:
        messages.info(request, _("There was nothing left to cancel."))
    else:
        messages.success(request, _("Cancelled. No file is left."))
    return _back()


@requires(*REVIEWERS)
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The trail is written before anything leaves: no line, no file."""
    export = get_object_or_404(Export, pk=pk, by=request.user, state=Export.State.DONE)
    if not exports.Reach.of(request.user).covers(export):
        raise Http404
    try:
        content = exports.file(export.pk).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    try:
        record(
            action="export",
            subject=export.file_name,
            detail={"filter": export.filter, "rows": export.rows_all, "raw": True},
            at=timezone.now(),
            by=request.user,
        )
    except BaseException:
        content.close()
        raise
    return FileResponse(
        content, as_attachment=True, filename=export.file_name, content_type=excel.CONTENT_TYPE
    )


def _back() -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("review:exports")})
