"""The counter: choose the main product, advise, record."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

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

from crossbank.desk import services
from crossbank.desk.behind_keys import with_facts, with_objections
from crossbank.desk.cards import Counter
from crossbank.desk.forms import RecordForm
from crossbank.desk.judgement import Conflict, Invalid
from crossbank.desk.models import (
    Bucket,
    Consultation,
    CustomerKind,
    DaySheet,
    DeclineReason,
    NothingOffered,
    Source,
)
from crossbank.desk.panels import panel
from crossbank.desk.pictures import Draft, draft, of_record, retired_codes
from crossbank.desk.record_views import Errors, as_uuid, visible_record
from crossbank.engine.eligibility import OfferBook
from crossbank.engine.terms import OfferTerms
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of
from crossbank.org.models import User
from crossbank.web import answers


def _counter(request: HttpRequest, at: datetime, *, main: str = "") -> Counter:
    """What the branch's panels share now; only the offers of one `main` if said. Raises NoEdition."""
    branch = request.user.branch
    loaded = editions.current(at)
    known: dict[int, OfferTerms] = {}
    if areas_of(request)[switches.OFFERS]:
        known = offers.terms_beside(main) if main else offers.all_terms()
    return Counter(
        loaded=loaded,
        offers=OfferBook(known.values()),
        retired=retired_codes(loaded.snapshot, branch.local_day(at)),
        at=at,
        zone=branch.zone,
    )


def _mains(counter: Counter) -> list[Any]:
    """Main products on sale: tiles by their digit first, the others by name."""
    mains = [
        product
        for product in counter.snapshot.products
        if product.is_main and product.code not in counter.retired
    ]
    return sorted(mains, key=lambda p: (p.desk_order is None, p.desk_order or 0, p.name))


def _sheet(user: User, at: datetime) -> DaySheet | None:
    return DaySheet.objects.filter(employee=user, business_date=user.branch.local_day(at)).first()


def _page(request: HttpRequest, at: datetime, **more: Any) -> dict[str, Any]:
    """What both steps of the desk show around the conversation."""
    return {
        # asked for only where it is shown: cards that are ranked again carry no tally
        "counts": SimpleLazyObject(lambda: services.sheet_counts(_sheet(request.user, at))),
        "decline_reasons": DeclineReason.choices,
        "nothing_reasons": NothingOffered.choices,
        "customer_kinds": CustomerKind.choices,
        **more,
    }


@requires(*FRONT)
@require_safe
def desk(request: HttpRequest, *, errors: Errors | None = None, status: int = 200) -> HttpResponse:
    """Step 1: what did the customer come for?"""
    now = timezone.now()
    try:
        mains = _mains(_counter(request, now))
    except editions.NoEdition:
        mains = []
    saved = _own(request.user).filter(uuid=as_uuid(request.GET.get("saved", ""))).last()
    context = _page(request, now, mains=mains, saved=saved, errors=errors or {})
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
    drawn = with_objections([panel(Draft(main=m.code), counter) for m in _mains(counter)])
    return render(request, "desk/panels.html", _page(request, now, panels=drawn))


@requires(*FRONT)
@require_http_methods(["GET", "HEAD", "POST"])
def main(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2 for one main product. POST draws it again for what was answered; it writes nothing."""
    data = request.POST if request.method == "POST" else request.GET
    now_draft = _correction(request, code) or draft(code, data)
    return _step_two(request, now_draft)


def _step_two(
    request: HttpRequest, now_draft: Draft, *, errors: Errors | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    try:
        counter = _counter(request, now, main=now_draft.main)
    except editions.NoEdition as missing:
        raise Http404 from missing
    # a main product that was retired a moment ago is still drawn to say so: nothing typed is lost
    main = counter.snapshot.product.get(now_draft.main)
    if main is None or not main.is_main or (main.code in counter.retired and not errors):
        raise Http404
    is_part = bool(request.headers.get("HX-Request"))
    # what stands behind a key comes when the key was pressed
    short = is_part and not errors and not request.POST.get("more")
    drawn = panel(now_draft, counter, errors=errors)
    drawn = drawn if short else with_facts(drawn, at=now)
    drawn = with_objections([drawn], need=now_draft.values.get("need", ""))[0]
    context = _page(request, now, panel=drawn, short=short)
    template = "desk/_panel.html" if is_part else "desk/main.html"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _correction(request: HttpRequest, code: str) -> Draft | None:
    """The answers of the record that is corrected (`?replaces=`), on first opening."""
    if request.method == "POST" or "replaces" not in request.GET:
        return None
    record = visible_record(request, request.GET["replaces"])
    if record.source == Source.PAPER:
        raise Http404
    return of_record(code, record)


@requires(*FRONT)
@require_POST
def consultations(request: HttpRequest) -> HttpResponse:
    """Record one consultation, exactly once (contract: Recording a consultation)."""
    form = RecordForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({field: list(messages) for field, messages in form.errors.items()})
        _refuse_another_user(request, form)
        _refuse_what_is_off(request, form)
        outcome = services.record(
            entry=form.entry, branch=request.user.branch, at=timezone.now(), by=request.user
        )
    except (Invalid, Conflict) as refusal:
        return _refused(request, refusal)
    return _recorded(request, outcome)


def _refuse_another_user(request: HttpRequest, form: RecordForm) -> None:
    """A shared computer: what one person entered never lands in the day of the next."""
    drawn_for = form.cleaned_data["drawn_for"]
    if drawn_for and drawn_for != str(request.user.pk):
        raise Conflict(
            "other_user",
            _(
                "Somebody else is signed in now. Nothing was saved: "
                "sign in as the person who entered it and try again."
            ),
        )


def _refuse_what_is_off(request: HttpRequest, form: RecordForm) -> None:
    """Areas this bank turned off take no data; asked only when the entry touches one."""
    entry = form.entry
    used = [answer for answer in entry.answers if answer.offer]
    if not used and not entry.customer_ref:
        return
    areas = areas_of(request)
    errors: Errors = {}
    if not areas[switches.OFFERS]:
        errors |= {f"offer-{answer.code}": [_("This bank uses no offers.")] for answer in used}
    if entry.customer_ref and not areas[switches.CUSTOMER_REFERENCE]:
        errors["customer_ref"] = [_("This bank keeps no customer reference here.")]
    if errors:
        raise Invalid(errors)


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


def _refused(request: HttpRequest, refusal: Invalid | Conflict) -> HttpResponse:
    """The answer of the contract; a plain browser gets its filled form back."""
    errors, status = refusal.errors, refusal.status
    if answers.wants_json(request):
        return answers.json({"code": refusal.code, "errors": errors}, status=status)
    now_draft = draft(request.POST.get("main", ""), request.POST)
    try:
        return _step_two(request, now_draft, errors=errors, status=status)
    except Http404:  # no such main product: there is no step 2 to go back to
        request.method = "GET"
        return desk(request, errors=errors, status=status)
