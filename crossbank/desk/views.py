"""The counter: choose the main product, advise, record."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.conduct.references import reference_hash
from crossbank.desk import rights, services
from crossbank.desk.behind_keys import with_facts, with_objections, with_rights
from crossbank.desk.cards import Counter
from crossbank.desk.held import known_of
from crossbank.desk.models import (
    Bucket,
    Consultation,
    CustomerKind,
    DaySheet,
    DeclineReason,
    NothingOffered,
)
from crossbank.desk.morning import morning
from crossbank.desk.panels import panel
from crossbank.desk.pictures import Draft, draft, of_record, retired_codes
from crossbank.desk.promises import quick_days
from crossbank.desk.quiet import silenced
from crossbank.desk.received import checked_entry
from crossbank.desk.record_views import Errors, as_uuid, visible_record
from crossbank.desk.rights import NOBODY, Found
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.where import facts_at
from crossbank.engine.tally import Counts
from crossbank.engine.terms import OfferTerms, ProductTerms, Snapshot
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of
from crossbank.org.models import User
from crossbank.web import answers


def _counter(
    request: HttpRequest, at: datetime, *, draft: Draft | None = None, held: Found = NOBODY
) -> Counter:
    """What the branch's panels share now; of one `draft` only its main product's offers, with the
    customer's rights and what a corrected record used, on its terms. Raises NoEdition.
    """
    branch = request.user.branch
    loaded = editions.current(at)
    known: dict[int, OfferTerms] = {}
    if areas_of(request)[switches.OFFERS]:
        known = offers.terms_beside(draft.main, at) if draft else offers.all_terms(at)
    known |= dict(held.kept.offers.values())
    used_up = offers.used_up(known, branch=branch.code, customer=held.reference)
    return Counter(
        loaded=loaded,
        offers=offers.book(
            known,
            day=branch.local_day(at),
            zone=branch.zone,
            rights=held.rights,
            exhausted=used_up - held.kept.codes,
        ),
        retired=retired_codes(loaded.snapshot, branch.local_day(at)),
        facts=facts_at(branch),
        at=at,
        zone=branch.zone,
        hands_on=areas_of(request)[switches.LEADS],
        is_adviser=request.user.is_adviser,
    )


def _mains(snapshot: Snapshot, retired: Collection[str]) -> list[ProductTerms]:
    """Main products on sale: tiles by their digit first, the others by name."""
    mains = [
        product for product in snapshot.products if product.is_main and product.code not in retired
    ]
    return sorted(mains, key=lambda p: (p.desk_order is None, p.desk_order or 0, p.name))


def _sheet(user: User, at: datetime) -> DaySheet | None:
    return DaySheet.objects.filter(employee=user, business_date=user.branch.local_day(at)).first()


def _page(request: HttpRequest, at: datetime, **more: Any) -> dict[str, Any]:
    """What both steps of the desk show around the conversation."""
    return {
        # asked for only where it is shown: cards that are ranked again carry no tally
        "counts": SimpleLazyObject(lambda: services.sheet_counts(_sheet(request.user, at))),
        "call_days": SimpleLazyObject(lambda: _call_days(request, at)),
        "quiet_days": settings.QUIET_DAYS,
        "decline_reasons": DeclineReason.choices,
        "nothing_reasons": NothingOffered.choices,
        "customer_kinds": CustomerKind.choices,
        **more,
    }


def _call_days(request: HttpRequest, at: datetime) -> str:
    """The days behind `f 1` to `f 4`, for the script."""
    return " ".join(map(str, quick_days(request.user.branch, at)))


@requires(*FRONT)
@require_safe
def desk(request: HttpRequest, *, errors: Errors | None = None, status: int = 200) -> HttpResponse:
    """Step 1: what did the customer come for?"""
    now = timezone.now()
    try:
        snapshot = editions.current(now).for_reader
    except editions.NoEdition:
        snapshot = Snapshot()
    today = request.user.branch.local_day(now)
    retired = retired_codes(snapshot, today)
    saved = _own(request.user).filter(uuid=as_uuid(request.GET.get("saved", ""))).last()
    context = _page(request, now, mains=_mains(snapshot, retired), saved=saved, errors=errors or {})
    if context["counts"] == Counts():  # until the first save of the day
        context["morning"] = morning(request.user, today=today, snapshot=snapshot, off_sale=retired)
    return render(request, "desk/desk.html", context, status=status)


def _own(user: User) -> QuerySet[Consultation]:
    return Consultation.objects.filter(employee=user).order_by("pk")


@requires(*FRONT)
@require_safe
def panels(request: HttpRequest) -> HttpResponse:
    """Step 2 of every main product as templates, so that a key paints at once."""
    now = timezone.now()
    try:
        counter = _counter(request, now)
    except editions.NoEdition as missing:
        raise Http404 from missing
    mains = _mains(counter.snapshot, counter.retired)
    drawn = with_objections([panel(Draft(main=m.code), counter) for m in mains])
    return render(request, "desk/panels.html", _page(request, now, panels=drawn))


@requires(*FRONT)
@require_http_methods(["GET", "HEAD", "POST"])
def main(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2 for one main product. POST draws it again for what was answered; it writes nothing."""
    data = request.POST if request.method == "POST" else request.GET
    now_draft = _correction(request, code) or draft(code, data)
    return _step_two(request, now_draft)


def _step_two(
    request: HttpRequest,
    now_draft: Draft,
    *,
    errors: Errors | None = None,
    status: int = 200,
    is_late: bool = False,
) -> HttpResponse:
    now, areas, now_draft = timezone.now(), areas_of(request), _without_number(request, now_draft)
    held = NOBODY
    if areas[switches.OFFERS]:
        held = rights.of_draft(now_draft, areas=areas, at=now, by=request.user)
    try:
        counter = _counter(request, now, draft=now_draft, held=held)
    except editions.NoEdition as missing:
        raise Http404 from missing
    # a main product that was retired a moment ago is still drawn to say so: nothing typed is lost
    main = counter.snapshot.product.get(now_draft.main)
    if main is None or not main.is_main or (main.code in counter.retired and not errors):
        raise Http404
    is_part = bool(request.headers.get("HX-Request"))
    # what stands behind a key comes when the key was pressed
    short = is_part and not errors and not request.POST.get("more")
    known = known_of(now_draft, areas=areas, day=request.user.branch.local_day(now))
    counter = replace(counter, silenced=_silenced(request, now_draft, now))
    drawn = panel(now_draft, counter, known=known, errors=errors)
    drawn = with_rights(drawn, held, counter.snapshot, at=now, branch=request.user.branch)
    drawn = drawn if short else with_facts(drawn, at=now)
    drawn = with_objections([drawn], need=now_draft.values.get("need", ""))[0]
    context = _page(request, now, panel=drawn, short=short, is_late=is_late)
    template = "desk/_panel.html" if is_part else "desk/main.html"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _without_number(request: HttpRequest, now_draft: Draft) -> Draft:
    """A customer's number comes in a body: what stands in an address is not looked up."""
    if request.method == "POST" and areas_of(request)[switches.CUSTOMER_REFERENCE]:
        return now_draft
    return replace(now_draft, values={**now_draft.values, "customer_ref": ""})


def _silenced(request: HttpRequest, now_draft: Draft, at: datetime) -> Mapping[str, date]:
    """What this customer refused; asked only once his number is typed in."""
    number = now_draft.values.get("customer_ref", "")
    if not number:
        return {}
    return silenced(
        reference_hash(number),
        on=request.user.branch.local_day(at),
        zone=request.user.branch.zone,
        replaces=as_uuid(now_draft.values.get("replaces", "")),
    )


def _correction(request: HttpRequest, code: str) -> Draft | None:
    """The answers of the record that is corrected (`?replaces=`), on first opening."""
    if request.method == "POST" or "replaces" not in request.GET:
        return None
    record = visible_record(request, request.GET["replaces"])
    if record.is_counted_only:
        raise Http404
    return of_record(code, record)


@requires(*FRONT)
@require_POST
def consultations(request: HttpRequest) -> HttpResponse:
    """Record one consultation, exactly once (contract: Recording a consultation)."""
    try:
        entry = checked_entry(request)
        outcome = services.record(
            entry=entry, branch=request.user.branch, at=timezone.now(), by=request.user
        )
    except (Invalid, Conflict) as refusal:
        return refused(request, refusal)
    return _recorded(request, outcome)


def _recorded(request: HttpRequest, outcome: services.Outcome) -> HttpResponse:
    headers = {"Idempotent-Replayed": "true"} if outcome.replayed else {}
    status = 200 if outcome.replayed else 201
    if answers.wants_json(request):
        return answers.json(outcome.as_json(), status=status, headers=headers)
    if request.headers.get("HX-Request"):
        text = render_to_string("desk/_strip.html", {"counts": outcome.day}, request)
        return HttpResponse(text, status=status, headers=headers)
    return HttpResponse(status=303, headers={"Location": _after(request, outcome), **headers})


def _after(request: HttpRequest, outcome: services.Outcome) -> str:
    """The next customer waits at the desk; a correction was opened from My day."""
    if not request.POST.get("replaces"):
        return f"{reverse('desk:desk')}?{urlencode({'saved': outcome.uuid})}"
    words = _("Saved: %(bucket)s.") % {"bucket": Bucket(outcome.bucket).label}
    messages.success(request, words)
    return reverse("desk:today")


def refused(request: HttpRequest, refusal: Invalid | Conflict) -> HttpResponse:
    """The answer of the contract; a plain browser gets its filled form back."""
    errors, status = refusal.errors, refusal.status
    if answers.wants_json(request):
        return answers.json({"code": refusal.code, "errors": errors}, status=status)
    now_draft = draft(request.POST.get("main", ""), request.POST)
    try:
        is_late = refusal.code == "day_closed"  # then it can be handed in
        return _step_two(request, now_draft, errors=errors, status=status, is_late=is_late)
    except Http404:  # no such main product: there is no step 2 to go back to
        request.method = "GET"
        return desk(request, errors=errors, status=status)
