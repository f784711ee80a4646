"""Which offers run, which come, which ended."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crossbank.org.access import EVERYONE, requires


@requires(*EVERYONE)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    return HttpResponse("offers")
