"""Rights: find one by its code or the customer's number, hand it out on paper."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crossbank.conduct.references import reference_hash
from crossbank.desk import earlier, rights
from crossbank.desk.afterwards import Later
from crossbank.desk.forms import FindRightForm
from crossbank.desk.right_papers import Paper, papers
from crossbank.engine import right_codes
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import areas_of, while_on


@requires(*FRONT)
@while_on(switches.OFFERS)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By code or by customer number, which never stands in an address; in every branch."""
    with_reference = areas_of(request)[switches.CUSTOMER_REFERENCE]
    if request.method != "POST":
        return _found(request, FindRightForm(with_reference=with_reference))
    form = FindRightForm(request.POST, with_reference=with_reference)
    if not form.is_valid():
        return _found(request, form, status=422)
    now, code, branch = timezone.now(), form.cleaned_data["code"], request.user.branch
    if code:
        grant, trouble = rights.by_code(code, at=now)
        records = earlier.of_right(code, branch=branch)
        if trouble:
            form.add_error("code", trouble)
            return _found(request, form, later=earlier.open_ends(records, at=now), status=422)
        known = [grant]
    else:
        reference = reference_hash(form.cleaned_data["customer_ref"])
        joined = Grant.objects.select_related("release", "branch")
        known = list(joined.of_customer(reference).open(now))
        records = earlier.of_customer(reference, branch=branch)
    shown = papers(known, at=now, zone=branch.zone)
    return _found(request, form, shown, later=earlier.open_ends(records, at=now))


def _found(
    request: HttpRequest,
    form: FindRightForm,
    known: list[Paper] | None = None,
    *,
    later: Sequence[Later] = (),
    status: int = 200,
) -> HttpResponse:
    is_part = bool(request.headers.get("HX-Request"))
    template = "desk/_find_right.html" if is_part else "desk/rights.html"
    context = {"form": form, "rights": known, "later": later}
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@requires(*FRONT)
@while_on(switches.OFFERS)
@require_safe
def right(request: HttpRequest, code: str) -> HttpResponse:
    """One right on paper: what it gives, until when, its code to read aloud and as a picture."""
    plain = right_codes.read(code)
    grant = get_object_or_404(Grant.objects.select_related("release", "branch"), code=plain)
    (shown,) = papers([grant], at=timezone.now(), zone=request.user.branch.zone)
    return render(request, "desk/right.html", {"right": shown})
