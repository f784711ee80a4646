"""What partners' products and benefits did in a month, as a page, on paper, or as a workbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.conduct.services import record
from crossbank.org import switches
from crossbank.org.access import REVIEWERS, requires
from crossbank.org.context import areas_of
from crossbank.review import partner_excel, partner_words, words
from crossbank.review import scope as scopes
from crossbank.review.excel import CONTENT_TYPE
from crossbank.review.partner_forms import PartnerFilter, months, query
from crossbank.review.partners import Statement, statement


@requires(*REVIEWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    export = request.GET.get("export", "")
    if export not in ("", "xlsx"):
        raise Http404
    at = timezone.localtime()
    form = PartnerFilter(request.GET, scope=scopes.of(request.user), today=at.date())
    if not form.is_valid():
        return render(request, "review/partners.html", {"form": form}, status=422)
    found = statement(
        form.cleaned_data["asked"],
        partner=form.cleaned_data["partner"],
        with_offers=areas_of(request)[switches.OFFERS],
        made_by=request.user.display_name,
        made_at=at,
    )
    if export:
        return _download(request, found)
    context = {
        "form": form,
        "found": found,
        "title": partner_words.title(found),
        "month": words.month(found.asked.since),
        "is_running": found.asked.until > at.date(),
        "place": words.place(found.asked),
        "months": [
            {"label": words.month(one["month"]), "query": one["query"]}
            for one in months(found, at.date())
        ],
        "export": query(found, export="xlsx"),
        "totals": partner_words.totals(found),
        "definitions": partner_words.definitions(found),
    }
    return render(request, "review/partners.html", context)


def _download(request: HttpRequest, found: Statement) -> HttpResponse:
    """The trail is written last and before anything leaves: no line, no file."""
    content, name = partner_excel.workbook(found), partner_excel.file_name(found)
    record(
        action="export",
        subject=name,
        detail={"filter": query(found), "rows": found.lines},
        at=timezone.now(),
        by=request.user,
    )
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
