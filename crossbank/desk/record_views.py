"""One record: to read, to correct, to void."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crossbank.calls import words
from crossbank.desk import afterwards, promises, services
from crossbank.desk.afterwards import Waiting
from crossbank.desk.call_forms import AgreedCallForm
from crossbank.desk.forms import DrawdownForm, VoidForm
from crossbank.desk.models import Consultation
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.sheet_states import is_signed, may_still_change
from crossbank.desk.words import reason_words
from crossbank.engine.terms import LiveOffer
from crossbank.matrix import editions
from crossbank.org import switches
from crossbank.org.access import (
    FRONT,
    RECORD_READERS,
    may_see_names,
    requires,
    visible_branches,
)
from crossbank.org.calendars import calendar_of
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role
from crossbank.web import answers

Errors = dict[str, list[str]]


def as_uuid(text: str) -> Any:
    field = Consultation._meta.get_field("uuid")
    try:
        return field.to_python(text or None)
    except ValidationError:
        return None


def visible_record(request: HttpRequest, uuid: Any) -> Consultation:
    """One record inside the viewer's scope: his own first, then the oldest; else 404."""
    user = request.user
    found = Consultation.objects.with_story()
    if user.role == Role.SELLER:
        today = user.branch.local_day(timezone.now())
        found = found.filter(employee=user, business_date=today)
    else:
        found = found.in_branches(visible_branches(user))
    record = found.meant_by(as_uuid(str(uuid)), reader=user)
    if record is None:
        raise Http404
    return record


@requires(*RECORD_READERS)
@require_safe
def consultation(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One record: what was shown, said and taken; correct and void where that is allowed."""
    return _page(request, visible_record(request, uuid))


def _page(
    request: HttpRequest,
    record: Consultation,
    *,
    form: VoidForm | None = None,
    call: AgreedCallForm | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    """Products are named as in the edition that was shown."""
    known = editions.load(record.edition_id).snapshot.product
    names = {code: product.name for code, product in known.items()}
    partners = {code: product.partner_name for code, product in known.items()}
    is_front = request.user.role in FRONT
    may_change = is_front and record.is_standing and _may_still_change(record)
    context = {
        "record": record,
        "partner": partners.get(record.main_code, ""),
        "items": [(item, partners.get(item.product_code, "")) for item in record.items.all()],
        "held": [names.get(code, code) for code in record.held],
        "came_for": names.get(record.stepped_up_from, record.stepped_up_from),
        "show_name": record.employee_id == request.user.pk or may_see_names(request.user),
        "is_front": is_front,
        "may_change": may_change,
        "is_closed": may_change and is_signed(record.employee, day=record.business_date),
        "form": form or VoidForm(),
        "errors": errors or {},
        **promised(request, record),
    }
    if is_front and record.is_standing and areas_of(request)[switches.CALLS]:
        context["call"] = call or AgreedCallForm(record=record, at=timezone.now())
    return render(request, "desk/consultation.html", context, status=status)


def _may_still_change(record: Consultation) -> bool:
    """Today's records, and those of a day that a manager opened again."""
    return may_still_change(
        record.employee, day=record.business_date, branch=record.branch, at=timezone.now()
    )


def promised(
    request: HttpRequest, record: Consultation, *, form: DrawdownForm | None = None
) -> dict[str, Any]:
    """The offers that were used, the rights that were given and what may still come; asked for only
    while offers are on.
    """
    if not areas_of(request)[switches.OFFERS]:
        return {}
    (later,) = afterwards.later([record], at=timezone.now())
    return {
        # with whether a second yes was given, where one is needed before anything is charged, and
        # with the last day to withdraw
        "used": [
            (one, said_yes, later.until.get(one.pk)) for one, said_yes in promises.uses_of(record)
        ],
        "given": later.given,
        "later": later,
        "waiting": [_waiting_line(one, record) for one in later.waiting],
        "drawdown": form or DrawdownForm(),
    }


def _waiting_line(waiting: Waiting, record: Consultation) -> tuple[str, str]:
    """The name of a right that waits, and what its conditions say to it in words."""
    told = waiting.verdict.ask if isinstance(waiting.verdict, LiveOffer) else waiting.verdict
    shown = editions.load(record.edition_id).snapshot
    return waiting.terms.name, reason_words(told, shown) if told else ""


@requires(*FRONT)
@while_on(switches.CALLS)
@require_POST
def call(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Put a call on the list that the customer agreed to, about what he has from this record."""
    record, now = visible_record(request, uuid), timezone.now()
    form = AgreedCallForm(request.POST, record=record, at=now)
    if not form.is_valid():
        errors = {field: list(said) for field, said in form.errors.items()}
        return _page(request, record, call=form, errors=errors, status=422)
    try:
        made = promises.agree(record, **form.cleaned_data, at=now, by=request.user)
    except Conflict as refusal:
        return _page(request, record, call=form, errors=refusal.errors, status=refusal.status)
    messages.success(request, words.promised(made, calendar_of(made.branch)))
    return HttpResponse(status=303, headers={"Location": record.get_absolute_url()})


@requires(*FRONT)
@require_POST
def void(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Take a record out of the tally; undo within ten seconds needs no reason."""
    record = visible_record(request, uuid)
    form = VoidForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({field: list(said) for field, said in form.errors.items()})
        counts = services.void(
            consultation=record,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
            by=request.user,
        )
    except (Invalid, Conflict) as refusal:
        if answers.wants_json(request):
            body = {"code": refusal.code, "errors": refusal.errors}
            return answers.json(body, status=refusal.status)
        return _page(request, record, form=form, errors=refusal.errors, status=refusal.status)
    if answers.wants_json(request):
        outcome = services.Outcome(
            uuid=str(record.uuid), bucket=record.bucket, depth=record.depth, day=counts
        )
        return answers.json({**outcome.as_json(), "voided": True})
    if request.headers.get("HX-Request"):
        return render(request, "desk/_strip.html", {"counts": counts})
    return HttpResponse(status=303, headers={"Location": reverse("desk:today")})
