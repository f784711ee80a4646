"""The matrix at a glance, and the desk sheet of one main product."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crossbank.org.access import EVERYONE, requires


@requires(*EVERYONE)
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    return HttpResponse("matrix")


@requires(*EVERYONE)
@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(code)
