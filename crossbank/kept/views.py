"""Which checks are due, finding a sale, and noting by hand what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossbank.conduct.references import reference_hash
from crossbank.engine import keeping
from crossbank.kept import sales, services
from crossbank.kept.forms import FindSaleForm, OutcomeForm
from crossbank.kept.refusals import Refused
from crossbank.kept.sales import Sale
from crossbank.kept.services import Told
from crossbank.kept.words import MARKS_OF_ANY, MARKS_OF_NOTED, state_words
from crossbank.org import switches
from crossbank.org.access import HEARERS, requires, visible_branches
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role

READERS = (Role.MANAGER, *HEARERS)
LISTED = 50


@requires(*READERS)
@while_on(switches.KEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """The due checks; or, by code or number, which never stand in an address, a customer's sales."""
    with_reference = areas_of(request)[switches.CUSTOMER_REFERENCE]
    if request.method != "POST":
        return _page(request, FindSaleForm(with_reference=with_reference))
    form = FindSaleForm(request.POST, with_reference=with_reference)
    if not form.is_valid():
        return _page(request, form, status=422)
    found = sales.visible_to(request.user)
    if code := form.cleaned_data["code"]:
        found = sales.by_code(found, code)
    else:
        reference = reference_hash(form.cleaned_data["customer_ref"])
        found = found.filter(consultation__customer_ref=reference)
    newest = found.order_by("-consultation__business_date", "pk")[:LISTED]
    return _page(request, form, found=_lines(sales.read(newest)))


def _page(
    request: HttpRequest,
    form: FindSaleForm,
    *,
    found: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    places = list(visible_branches(request.user))
    due = sales.due(places, at=timezone.now())
    context = {
        "form": form,
        "found": found,
        "due": _lines(sales.read(due[:LISTED])),
        "total": due.count(),
        "days": keeping.CHECK_DAYS,
        "may_write": request.user.role == Role.MANAGER,
        "is_one_place": len(places) == 1,
    }
    response = render(request, "kept/kept.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"  # what was found belongs to one customer
    return response


def _lines(found: tuple[Sale, ...]) -> list[dict[str, Any]]:
    return [{"sale": sale, "state": state_words(sale)} for sale in found]


@requires(*READERS)
@while_on(switches.KEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """One sale with all that was noted; the branch's manager adds what the book says now."""
    shown = _visible(request, pk)
    may_write = request.user.role == Role.MANAGER
    if request.method != "POST":
        today = shown.record.branch.local_day(timezone.now())
        first = {"seen": shown.seen, "on": today}
        return _sale(request, shown, OutcomeForm(initial=first) if may_write else None)
    if not may_write:
        return HttpResponse(status=403)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _sale(request, shown, form, status=422)
    typed = form.cleaned_data
    told = Told(item=shown.item.pk, mark=typed["mark"], on=typed["on"], seen=typed["seen"])
    try:
        services.note_outcome(told=told, note=typed["note"], at=timezone.now(), by=request.user)
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        shown = _visible(request, pk)  # as it stands now; or its record was voided meanwhile
        form.data = {**form.data.dict(), "seen": shown.seen}
        return _sale(request, shown, form, status=refusal.status)
    messages.success(request, _("Noted."))
    return HttpResponse(status=303, headers={"Location": reverse("kept:sale", args=[pk])})


def _visible(request: HttpRequest, pk: int) -> Sale:
    found = sales.read(sales.visible_to(request.user).filter(pk=pk))
    if not found:
        raise Http404
    return found[0]


def _sale(
    request: HttpRequest, shown: Sale, form: OutcomeForm | None, *, status: int = 200
) -> HttpResponse:
    if form:
        is_noted = shown.outcome and not shown.is_taken_back
        form.fields["mark"].choices = MARKS_OF_NOTED if is_noted else MARKS_OF_ANY
    context = {
        "sale": shown,
        "state": state_words(shown),
        "form": form,
        "story": list(shown.item.outcomes.select_related("by").order_by("-pk")),
        "days": keeping.CHECK_DAYS,
        "still_young": shown.record.branch.local_day(timezone.now()) < shown.check_day,
    }
    return render(request, "kept/sale.html", context, status=status)
