"""The programme's page, and who agreed to be named on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.leads import consent
from crossbank.leads.chart import bars
from crossbank.leads.models import NameConsent
from crossbank.leads.programme import HALF, QUARTER
from crossbank.leads.programme import programme as count
from crossbank.org import switches
from crossbank.org.access import EVERYONE, FRONT, requires
from crossbank.org.context import while_on


@requires(*EVERYONE)
@while_on(switches.LEADS, switches.POINTS)
@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """Numbers of the whole bank; names only of those who agreed."""
    months = QUARTER if request.GET.get("by") == "quarter" else HALF
    told = count(months=months, at=timezone.now())
    context = {
        "told": told,
        "bars": bars(told.periods),
        "by_quarter": months == QUARTER,
        "is_front": request.user.role in FRONT,
        "is_named": NameConsent.objects.filter(employee=request.user).exists(),
    }
    return render(request, "leads/programme.html", context)


@requires(*FRONT)
@while_on(switches.LEADS, switches.POINTS)
@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Agree to be named beside one's badges, or stop it; both take one press."""
    agreed = request.POST.get("agree") == "1"
    consent.set_name_consent(agreed=agreed, at=timezone.now(), by=request.user)
    words = _("The page may name you.") if agreed else _("The page does not name you.")
    messages.success(request, words)
    return HttpResponse(status=303, headers={"Location": reverse("leads:programme")})
