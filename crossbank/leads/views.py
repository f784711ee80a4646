"""Handing on, what became of it, and what a unit has to do."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.catalog.models import Product
from crossbank.leads import listing, services
from crossbank.leads.forms import HandOnForm, SeenForm
from crossbank.leads.models import Unit
from crossbank.leads.own_points import own_points
from crossbank.leads.refusals import Refused
from crossbank.org import switches
from crossbank.org.access import EVERYONE, FRONT, requires
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """What one handed on, with its news; and for members of a unit what waits for them."""
    now, user = timezone.now(), request.user
    units = list(Unit.objects.filter(members=user))
    is_front = user.role in FRONT
    context = {
        "now": now,
        "units": units,
        "queue": listing.queue(user, at=now) if units else None,
        "is_front": is_front,
        "sent": listing.sent(user, at=now) if is_front else None,
        "branch": listing.of_branch(user, at=now) if user.role == Role.MANAGER else None,
        "points": None,
    }
    if is_front and areas_of(request)[switches.POINTS]:
        context["points"] = own_points(user, at=now)
    return render(request, "leads/leads.html", context)


@requires(*FRONT)
@while_on(switches.LEADS)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The sender has read what his page told; what came since stays news."""
    form = SeenForm(request.POST)
    if form.is_valid():
        until = min(form.cleaned_data["until"], timezone.now())
        services.mark_seen(until=until, by=request.user)
    return HttpResponse(status=303, headers={"Location": reverse("leads:leads")})


@requires(*FRONT)
@while_on(switches.LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Hand a need on: one line and the unit's button. Beside the desk, or as a page of its own."""
    now = timezone.now()
    if request.method != "POST":
        return _form(request, _empty(request, now))
    form = HandOnForm(request.POST, at=now, by=request.user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        lead = services.hand_on(**form.entry, at=now, by=request.user)
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _form(request, form, status=refusal.status)
    if _is_beside(request):
        return _part(render(request, "leads/_handed_on.html", {"lead": lead}, status=201))
    words = _("Handed on to %(unit)s. What becomes of it stands here.") % {"unit": lead.to_unit}
    messages.success(request, words)
    return HttpResponse(status=303, headers={"Location": reverse("leads:leads")})


def _empty(request: HttpRequest, now: datetime) -> HandOnForm:
    """A fresh form; its address may name the product that a need is about, or its main leads to it."""
    form = HandOnForm(at=now, by=request.user)
    main, product = (request.GET.get(name, "")[:20] for name in ("main", "product"))
    licensed = Product.objects.filter(code=main, needs_licence=True)
    form.initial["main"] = main
    form.initial["product"] = product or (main if main and licensed.exists() else "")
    return form


def _form(request: HttpRequest, form: HandOnForm, *, status: int = 200) -> HttpResponse:
    codes = (form["product"].value(), form["main"].value())
    units = listing.units_for(request.user, [str(code or "") for code in codes])
    is_beside = _is_beside(request)
    context = {"form": form, "units": units, "heading": "h2" if is_beside else "h1"}
    template = "leads/_new.html" if is_beside else "leads/new.html"
    return _part(render(request, template, context, status=status))


def _is_beside(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def _part(response: HttpResponse) -> HttpResponse:
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Every unit's card: what it does, what to listen for."""
    return render(request, "leads/units.html", _cards(request, Unit.objects.in_use()))


@requires(*EVERYONE)
@while_on(switches.LEADS)
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit on one page, to print."""
    context = _cards(request, Unit.objects.in_use().filter(code=code))
    if not context["units"]:
        raise Http404
    return render(request, "leads/unit.html", {**context, "unit": context["units"][0]})


def _cards(request: HttpRequest, rows: Any) -> dict[str, Any]:
    return {
        "units": list(rows.prefetch_related("products")),
        "is_front": request.user.role in FRONT,
    }
