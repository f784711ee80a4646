"""One record: to read, to correct, to void."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crossbank.desk import services
from crossbank.desk.forms import VoidForm
from crossbank.desk.judgement import Conflict, Invalid
from crossbank.desk.models import Consultation
from crossbank.matrix import editions
from crossbank.org.access import (
    FRONT,
    RECORD_READERS,
    may_see_names,
    requires,
    visible_branches,
)
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
    found = Consultation.objects.with_story().filter(uuid=as_uuid(str(uuid)))
    if user.role == Role.SELLER:
        today = user.branch.local_day(timezone.now())
        found = found.filter(employee=user, business_date=today)
    else:
        found = found.in_branches(visible_branches(user))
    own_first = sorted(found, key=lambda row: (row.employee_id != user.pk, row.pk))
    if not own_first:
        raise Http404
    return own_first[0]


@requires(*RECORD_READERS)
@require_safe
def consultation(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One record: what was shown, said and taken; correct and void where that is allowed."""
    return _page(request, visible_record(request, uuid), form=VoidForm())


def _page(
    request: HttpRequest,
    record: Consultation,
    *,
    form: VoidForm,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    """Products are named as in the edition that was shown."""
    known = editions.load(record.edition_id).snapshot.product
    names = {code: product.name for code, product in known.items()}
    today = record.branch.local_day(timezone.now())
    is_front = request.user.role in FRONT
    context = {
        "record": record,
        "held": [names.get(code, code) for code in record.held],
        "came_for": names.get(record.stepped_up_from, record.stepped_up_from),
        "show_name": record.employee_id == request.user.pk or may_see_names(request.user),
        "is_front": is_front,
        "may_change": is_front and record.is_standing and record.business_date == today,
        "form": form,
        "errors": errors or {},
    }
    return render(request, "desk/consultation.html", context, status=status)


@requires(*FRONT)
@require_POST
def void(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Take a record out of the tally; undo within ten seconds needs no reason."""
    record = visible_record(request, uuid)
    form = VoidForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({field: list(messages) for field, messages in form.errors.items()})
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
