"""The mirror: a page that has nobody's name in its address, so that everybody finds his own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.desk.mirrors import DAYS, mirror_page
from crossbank.engine.mirrors import FEWEST
from crossbank.org.access import FRONT, requires


@requires(*FRONT)
@require_safe
def mirror(request: HttpRequest) -> HttpResponse:
    """Five mirrors of the reader's own last weeks; they are worked out anew and kept nowhere."""
    page = mirror_page(request.user, at=timezone.now())
    context = {"page": page, "days": DAYS, "fewest": FEWEST}
    response = render(request, "desk/mirror.html", context)
    response.headers["Cache-Control"] = "no-store"  # colleagues share the computer
    return response
