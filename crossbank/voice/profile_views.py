"""What a customer plans: asked beside the desk, behind a key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossbank.catalog.models import Need
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import while_on
from crossbank.voice import profiles
from crossbank.voice.forms import CustomerForm, PlanForm
from crossbank.voice.models import NeedProfile, year_before


@requires(*FRONT)
@while_on(switches.NEED_PROFILE, switches.CUSTOMER_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What is known, and one more question. No redirect after keeping: the customer's number would
    have to stand in an address."""
    needs = list(Need.objects.filter(is_active=True).order_by("order", "code"))
    if request.method != "POST":
        return _page(request, PlanForm(needs=needs))
    is_kept = request.POST.get("do") == "keep"
    form = PlanForm(request.POST, needs=needs) if is_kept else CustomerForm(request.POST)
    if not form.is_valid():
        return _page(request, PlanForm(request.POST, needs=needs), errors=form.errors, status=422)
    words = _act(request, form)
    # the number stays for the next need; the need itself is asked anew
    again = PlanForm(initial={"customer_ref": form.cleaned_data["customer_ref"]}, needs=needs)
    return _page(request, again, reference=form.reference, words=words)


def _act(request: HttpRequest, form: CustomerForm) -> str:
    who = {"customer_ref": form.reference, "at": timezone.now(), "by": request.user}
    if isinstance(form, PlanForm):
        told = {name: form.cleaned_data[name] for name in ("need", "horizon")}
        profiles.keep(**told, **who)
        return _("Kept. It goes into the order of the cards when they are drawn again.")
    if need := request.POST.get("forget", ""):
        profiles.forget(need=need, **who)
        return _("Forgotten.")
    return ""


def _page(
    request: HttpRequest,
    form: PlanForm,
    *,
    reference: str = "",
    words: str = "",
    errors: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    day = request.user.branch.local_day(timezone.now())
    rows = NeedProfile.objects.of(reference).select_related("need").soonest_first()
    context = {
        "form": form,
        "known": list(rows) if reference else None,
        "last_day": year_before(day),
        "words": words,
        "errors": errors or {},
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "voice/_profile.html" if is_part else "voice/profile.html"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
