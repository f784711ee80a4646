"""Figures for those who answer for them, as a page or as a workbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.conduct.services import record
from crossbank.org import access
from crossbank.org.access import REVIEWERS, requires
from crossbank.review import excel, pages
from crossbank.review import scope as scopes
from crossbank.review.figures import ROW_LIMIT, figures
from crossbank.review.forms import ReviewFilter, query
from crossbank.review.terms import Figures


@requires(*REVIEWERS)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    export = request.GET.get("export", "")
    if export not in ("", "xlsx"):
        raise Http404
    at = timezone.localtime()
    form = ReviewFilter(request.GET, scope=scopes.of(request.user), today=at.date())
    context = {"form": form, "sees_evidence": request.user.role in access.BANK_REVIEWERS}
    if not form.is_valid():
        return render(request, "review/review.html", context, status=422)
    found = figures(
        form.asked, made_by=request.user.display_name, made_at=at, with_data=bool(export)
    )
    if export and found.data_rows <= ROW_LIMIT:
        return _download(request, found)
    if export:
        form.add_error(None, _too_many(found))
    context |= {"periods": pages.periods(form.asked, at.date()), **pages.page(found)}
    return render(request, "review/review.html", context, status=422 if export else 200)


def _download(request: HttpRequest, found: Figures) -> HttpResponse:
    """The trail is written last and before anything leaves: no line, no file."""
    content, name = excel.workbook(found), excel.file_name(found)
    record(
        action="export",
        subject=name,
        detail={"filter": query(found.asked), "rows": found.data_rows},
        at=timezone.now(),
        by=request.user,
    )
    return HttpResponse(
        content,
        content_type=excel.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _too_many(found: Figures) -> str:
    return _(
        "This would be %(rows)s rows; a workbook holds %(limit)s. Choose a shorter period, one "
        "branch or one main product."
    ) % {"rows": found.data_rows, "limit": ROW_LIMIT}
