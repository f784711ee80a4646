"""The counter."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crossbank.org.access import FRONT, requires


@requires(*FRONT)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("desk")
