"""Figures for those who answer for them, as a page or as a workbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.conduct.services import record
from crossbank.org import access, switches
from crossbank.org.access import REVIEWERS, requires
from crossbank.org.context import areas_of
from crossbank.review import excel, goal_figures, pages, raw_views, saved_page, week, words
from crossbank.review import scope as scopes
from crossbank.review.figures import ROW_LIMIT, figures
from crossbank.review.forms import ReviewFilter, query
from crossbank.review.heat import LEVELS, heat
from crossbank.review.links import Links
from crossbank.review.results import Figures
from crossbank.review.terms import SALES, SHEETS


@requires(*REVIEWERS)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    export = request.GET.get("export", "")
    if export not in ("", "xlsx", "raw"):
        raise Http404
    more = _more(request)
    at = timezone.localtime()
    scope = scopes.of(request.user)
    opened = saved_page.opened(request, scope, today=at.date())
    form = ReviewFilter(opened.data, scope=scope, today=at.date())
    context = {
        "form": form,
        "saved": opened,
        "sees_evidence": request.user.role in access.BANK_REVIEWERS,
    }
    if not form.is_valid():
        return render(request, "review/review.html", context, status=422)
    if export == "raw" and (answer := raw_views.download(request, form.asked, at=at)):
        return answer
    found = figures(
        form.asked,
        made_by=request.user.display_name,
        made_at=at,
        with_data=export == "xlsx",
        with_kept=areas_of(request)[switches.KEPT],
        more=more,
    )
    if export == "xlsx" and found.rows_of(more) <= ROW_LIMIT:
        return _download(request, found, more)
    if export == "xlsx" and found.data_rows <= ROW_LIMIT:
        form.add_error(None, _too_many_sales(found))
    elif export:
        form.add_error(None, _too_many(found))
        context["too_long"] = query(form.asked)
    context |= {
        "periods": pages.periods(form.asked, at.date()),
        "goals": goal_figures.running(form.asked, areas=areas_of(request), at=at),
        "goals_waiting": goal_figures.waiting(request.user, areas=areas_of(request), at=at),
        **pages.page(found),
    }
    context["week"] = week.address(form.asked, form.scope, today=at.date())
    return render(request, "review/review.html", context, status=422 if export else 200)


@requires(*REVIEWERS)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The numbers of one chart."""
    at = timezone.localtime()
    form = ReviewFilter(request.GET, scope=scopes.of(request.user), today=at.date())
    if not form.is_valid():
        return render(request, "review/table.html", {"form": form}, status=422)
    found = figures(form.asked, made_by=request.user.display_name, made_at=at)
    part = pages.table(found, request.GET.get("of", "course"))
    if part is None:
        raise Http404
    context = {
        "form": form,
        "links": Links(asked=form.asked),
        "place": words.place(form.asked),
        "period": words.period(form.asked.since, form.asked.last),
        "back": query(form.asked),
        **part,
    }
    return render(request, "review/table.html", context)


@requires(*REVIEWERS)
@require_safe
def conversions(request: HttpRequest) -> HttpResponse:
    """How often each cross product was taken beside each main product."""
    at = timezone.localtime()
    form = ReviewFilter(request.GET, scope=scopes.of(request.user), today=at.date())
    if not form.is_valid():
        return render(request, "review/conversions.html", {"form": form}, status=422)
    asked = form.asked
    found = figures(asked, made_by=request.user.display_name, made_at=at)
    context = {
        "form": form,
        "links": Links(asked=asked),
        "heat": heat(found),
        "levels": range(LEVELS),
        "place": words.place(asked),
        "period": words.period(asked.since, asked.last),
        "periods": pages.periods(asked, at.date()),
        "back": query(asked),
    }
    return render(request, "review/conversions.html", context)


def _more(request: HttpRequest) -> tuple[str, ...]:
    """The sheets that were asked for beside those that every workbook has."""
    asked = set(request.GET.getlist("sheets"))
    there = [one for one in SHEETS if one != SALES or areas_of(request)[switches.KEPT]]
    if not asked <= set(there):
        raise Http404
    return tuple(one for one in there if one in asked)


def _download(request: HttpRequest, found: Figures, more: tuple[str, ...]) -> HttpResponse:
    """The trail is written last and before anything leaves: no line, no file."""
    content, name = excel.workbook(found, more=more), excel.file_name(found)
    record(
        action="export",
        subject=name,
        detail={
            "filter": query(found.asked),
            "rows": found.data_rows,
            **({"sheets": list(more)} if more else {}),
        },
        at=timezone.now(),
        by=request.user,
    )
    return HttpResponse(
        content,
        content_type=excel.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _too_many_sales(found: Figures) -> str:
    return _(
        "The sheet of sales would have %(rows)s rows; it holds %(limit)s. Untick “Sold and kept”, "
        "or choose a shorter period."
    ) % {"rows": found.rows_of([SALES]), "limit": ROW_LIMIT}


def _too_many(found: Figures) -> str:
    return _(
        "This would be %(rows)s rows; a workbook holds %(limit)s. Choose a shorter period, one "
        "branch or one main product."
    ) % {"rows": found.data_rows, "limit": ROW_LIMIT}
