"""What offers and rights did, for those who answer for them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crossbank.org import switches
from crossbank.org.access import BANK_REVIEWERS, REVIEWERS, requires
from crossbank.org.context import while_on
from crossbank.review import scope as scopes
from crossbank.review import words
from crossbank.review.forms import ReviewFilter
from crossbank.review.offer_use import list_rights, offer_uses


class OfferFilter(ReviewFilter):
    """Period and place; nobody's name, and no main product: a right joins two."""

    staff = main = None


@requires(*REVIEWERS)
@while_on(switches.OFFERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    form = OfferFilter(request.GET, scope=scopes.of(request.user), today=timezone.localdate())
    if not form.is_valid():
        return render(request, "review/offers.html", {"form": form}, status=422)
    asked = form.asked
    is_whole = request.user.role in BANK_REVIEWERS and not (asked.region or asked.branch)
    context = {
        "form": form,
        "rows": (*offer_uses(asked), *(list_rights(asked) if is_whole else ())),
        "place": words.place(asked),
        "period": words.period(asked.since, asked.last),
    }
    return render(request, "review/offers.html", context)
