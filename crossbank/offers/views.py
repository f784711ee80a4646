"""Which offers run, which come, which ended."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.catalog.models import Product
from crossbank.offers.listing import sections
from crossbank.offers.services import all_terms, ended_terms, used_up
from crossbank.org import switches
from crossbank.org.access import EVERYONE, KEEPERS, requires
from crossbank.org.context import while_on

LISTED = 20  # ended offers, the latest first


@requires(*EVERYONE)
@while_on(switches.OFFERS)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """States by the day of the reader's branch; who has none reads the bank's own day."""
    now = timezone.now()
    running, (ended, count) = all_terms(now), ended_terms(now, most=LISTED)
    branch = request.user.branch
    found = sections(
        {**ended, **running}.values(),
        dict(Product.objects.values_list("code", "name")),
        at=now,
        zone=timezone.get_current_timezone(),
        used_up=used_up(running, branch=branch.code if branch else ""),
        more_ended=count - len(ended),
    )
    shown = [section for section in found if section.is_shown]
    context = {"sections": shown, "show_codes": request.user.role in KEEPERS}
    return render(request, "offers/offers.html", context)
