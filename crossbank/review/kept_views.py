"""Sold and kept, for those who answer for it; the first figures stay what they are."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.engine.keeping import CHECK_DAYS
from crossbank.kept.views import READERS
from crossbank.org import switches
from crossbank.org.access import REVIEWERS, requires
from crossbank.org.context import while_on
from crossbank.review import scope as scopes
from crossbank.review import words
from crossbank.review.forms import ReviewFilter
from crossbank.review.keeping import kept_table
from crossbank.review.numbers import LEAST

PAIRS = 30  # on the page


class KeptFilter(ReviewFilter):
    """Days of sale and place; by default a quarter whose check days have come. Nobody's name."""

    default_days = 91
    staff = None


@requires(*REVIEWERS)
@while_on(switches.KEPT)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    checked = timezone.localdate() - timedelta(days=CHECK_DAYS)
    form = KeptFilter(request.GET, scope=scopes.of(request.user), today=checked)
    if not form.is_valid():
        return render(request, "review/kept.html", {"form": form}, status=422)
    asked = form.asked
    table = kept_table(asked)
    context = {
        "form": form,
        "table": table,
        "pairs": table.by_pair[:PAIRS],
        "place": words.place(asked),
        "period": words.period(asked.since, asked.last),
        "young_from": checked + timedelta(days=1) if asked.last > checked else None,
        "days": CHECK_DAYS,
        "least": LEAST,
        "sees_sales": request.user.role in READERS,
    }
    return render(request, "review/kept.html", context)
