"""The rows behind a figure."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.org import switches
from crossbank.org.access import RECORD_READERS, REVIEWERS, requires
from crossbank.org.context import areas_of
from crossbank.review import rows, words
from crossbank.review import scope as scopes
from crossbank.review.forms import ReviewFilter, query
from crossbank.review.terms import Filter

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row: a customer, or one product that was presented to him."""

    record: Consultation
    items: tuple[ConsultationItem, ...]


@requires(*REVIEWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ReviewFilter(request.GET, scope=scopes.of(request.user), today=today)
    of = request.GET.get("of", "records")
    asked_for = rows.find(of)
    if asked_for.is_later and not areas_of(request)[switches.KEPT]:
        raise Http404
    if not form.is_valid():
        return render(request, "review/rows.html", {"form": form}, status=422)
    if asked_for.is_later and form.asked.staff:
        raise Http404
    first = min(_page_number(request) * PAGE, rows.DEEPEST - PAGE)
    shown = asked_for.days_of(form.asked)
    found = rows.read(form.asked, asked_for, today=today, first=first, size=PAGE)
    if first and not found.rows:  # beyond the end: the last page
        first = max(0, (found.n - 1) // PAGE * PAGE)
        found = rows.read(form.asked, asked_for, today=today, first=first, size=PAGE)
    return render(
        request,
        "review/rows.html",
        {
            "form": form,
            "title": asked_for.title,
            "is_answers": asked_for.is_answers,
            "n": found.n,
            "first": first + 1,
            "last": first + len(found.rows),
            "lines": [] if asked_for.is_sheets else [_line(row) for row in found.rows],
            "sheets": found.rows if asked_for.is_sheets else [],
            # what became of sales is told of nobody by name
            "asked": replace(shown, names=False) if asked_for.is_later else shown,
            "place": words.place(form.asked),
            "period": words.period(shown.since, shown.last),
            "may_open": request.user.role in RECORD_READERS,
            "back": query(form.asked),
            **_pager(form.asked, of, first=first, n=found.n),
        },
    )


def _page_number(request: HttpRequest) -> int:
    """From 0; anything that is no number is the first page."""
    text = request.GET.get("page", "")[:6]
    return max(int(text) - 1, 0) if text.isdecimal() and text.isascii() else 0


def _pager(asked: Filter, of: str, *, first: int, n: int) -> dict[str, Any]:
    number = first // PAGE + 1
    return {
        "before": query(asked, of=of, page=str(number - 1)) if number > 1 else "",
        "after": query(asked, of=of, page=str(number + 1))
        if first + PAGE < min(n, rows.DEEPEST)
        else "",
    }


def _line(row: Consultation | ConsultationItem) -> Line:
    record = row.consultation if isinstance(row, ConsultationItem) else row
    return Line(
        record=record,
        items=(row,) if isinstance(row, ConsultationItem) else tuple(row.items.all()),
    )
