"""Which offers run, which come, which ended."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.offers.listing import sections
from crossbank.offers.models import Offer
from crossbank.org import switches
from crossbank.org.access import EVERYONE, KEEPERS, requires
from crossbank.org.context import areas_of


@requires(*EVERYONE)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """States by the day of the reader's branch; who has none reads the bank's own day."""
    if not areas_of(request)[switches.OFFERS]:
        raise Http404
    rows = Offer.objects.select_related("cross").prefetch_related("mains").order_by("code")
    found = sections(rows, at=timezone.now(), zone=timezone.get_current_timezone())
    context = {"sections": found, "show_codes": request.user.role in KEEPERS}
    return render(request, "offers/offers.html", context)
