"""Figures for those who answer for them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crossbank.org.access import REVIEWERS, requires


@requires(*REVIEWERS)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    return HttpResponse("review")
