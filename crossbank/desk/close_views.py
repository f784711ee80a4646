"""Closing one's day in three short steps; every tap is saved, so a reload goes on there."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crossbank.catalog.models import Product
from crossbank.desk import closing, days
from crossbank.desk.close_forms import NONE, AnswerForm, CheckForm, SignForm, seen_text
from crossbank.desk.days import FIRST_YEAR, Day
from crossbank.desk.evening import Asked, Evening, evening
from crossbank.desk.first_days import first_days
from crossbank.desk.record_views import Errors
from crossbank.desk.scene import Conflict, Invalid
from crossbank.org.access import FRONT, requires

STEPS = (1, 2, 3)


@requires(*FRONT)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, on: date | None = None) -> HttpResponse:
    """One of the three steps; POST keeps the first one's count on paper."""
    now = timezone.now()
    day = _day(request, on, now)
    if day.is_signed:
        return _signed_already(request, day)
    if request.method == "POST":
        return _check(request, day, now)
    return _page(request, day, step=_step(request, day), now=now)


def _day(request: HttpRequest, on: date | None, now: datetime) -> Day:
    today = request.user.branch.local_day(now)
    on = on or today
    if on.year < FIRST_YEAR or on > today:
        raise Http404
    return days.day(request.user, on, at=now)


def _step(request: HttpRequest, day: Day) -> int:
    """The step in the address; without one, where the draft stands."""
    asked = request.GET.get("step", "")
    if asked in map(str, STEPS):
        return int(asked)
    return 2 if day.close else 1


def _page(
    request: HttpRequest,
    day: Day,
    *,
    step: int,
    now: datetime,
    form: CheckForm | None = None,
    typed: dict[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    if step == STEPS[0]:
        form = _check_form(day, form, errors)
    context: dict[str, Any] = {
        "day": day,
        "step": step,
        "steps": STEPS,
        "errors": errors or {},
        "everybody": request.GET.get("all") == "1",
        "evening": evening_of(day, typed),
        "draft": day.close,
        "paper_differs": _paper_differs(day),
        "form": form,
        "seen": seen_text(day.counts),
        "is_today": day.on == request.user.branch.local_day(now),
    }
    if step == STEPS[-1]:
        context["first_days"] = first_days(request.user, day.on)
    return render(request, "desk/close.html", context, status=status)


def _paper_differs(day: Day) -> bool:
    counts = day.counts
    columns = (counts.main_only, counts.plus_one, counts.plus_two)
    return bool(day.close) and day.close.paper not in (None, columns)


def evening_of(day: Day, typed: dict[str, str] | None = None) -> Evening:
    """The question of a day with the answers that its draft or signature has."""
    return evening(day.lines, day.answers, typed)


def _check_form(day: Day, form: CheckForm | None, errors: Errors | None) -> CheckForm:
    """What was typed, else what the draft keeps; with what was refused at its field."""
    draft = day.close
    kept = {name: getattr(draft, name) for name in CheckForm.base_fields} if draft else {}
    if not errors:
        return form or CheckForm(initial=kept)
    form = form or CheckForm(kept)  # bound, as only such a form can be refused
    form.refuse(errors)
    return form


def _check(request: HttpRequest, day: Day, now: datetime) -> HttpResponse:
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _page(request, day, step=1, now=now, form=form, status=422)
    try:
        closing.check(
            employee=request.user,
            branch=request.user.branch,
            business_date=day.on,
            paper=form.paper,
            note=form.cleaned_data["paper_note"],
            at=now,
            by=request.user,
        )
    except (Invalid, Conflict) as refusal:
        return _page(
            request, day, step=1, now=now, form=form, errors=refusal.errors, status=refusal.status
        )
    return _to(day.on, step=2)


def _to(on: date, *, anchor: str = "", **query: Any) -> HttpResponse:
    address = reverse("desk:close_day", args=[on])
    return HttpResponse(
        status=303, headers={"Location": f"{address}?{urlencode(query)}{anchor and '#'}{anchor}"}
    )


@requires(*FRONT)
@require_POST
def reflect(request: HttpRequest, on: date) -> HttpResponse:
    """Keep one answer, or take it back, and show the next customer without one."""
    now = timezone.now()
    day = _day(request, on, now)
    form = AnswerForm(request.POST)
    everybody = request.GET.get("all") == "1"
    try:
        asked = _asked(day, form)
        if request.POST.get("take_back"):
            where = request.user.branch
            closing.take_back(consultation=asked.record, branch=where, at=now, by=request.user)
            following: Asked | None = asked
        else:
            _answer(request, asked, form, now)
            following = evening_of(day).next_open(asked.record, everybody=everybody)
    except (Invalid, Conflict) as refusal:
        typed = {
            f"{form['consultation'].value()} {c}": words for c, words in form.own_words.items()
        }
        return _page(
            request, day, step=2, now=now, typed=typed, errors=refusal.errors, status=refusal.status
        )
    anchor = f"case-{following.record.uuid}" if following else "cb-next"
    more = {"all": 1} if everybody else {}
    return _to(on, step=2, anchor=anchor, **more)


def _asked(day: Day, form: AnswerForm) -> Asked:
    """The customer of the question that a tap is about. Raises Invalid."""
    form.is_valid()
    meant = form.cleaned_data.get("consultation")
    found = next((one for one in evening_of(day).asked if one.record.uuid == meant), None)
    if found is None:
        raise Invalid({"consultation": [_("This customer is not part of the evening question.")]})
    return found


def _answer(request: HttpRequest, asked: Asked, form: AnswerForm, now: datetime) -> None:
    if not form.is_valid():
        raise Invalid({field: list(said) for field, said in form.errors.items()})
    line, product = form.own, None
    if form.cleaned_data["answer"] != NONE:
        lines = asked.lines_of(form.code)
        product = Product.objects.filter(code=form.code).first() if lines is not None else None
        if product is None or (form.place is not None and form.place >= len(lines)):
            raise Invalid({"answer": [_("There is no such line for this customer.")]})
        line = form.own or lines[form.place]
    closing.reflect(
        consultation=asked.record,
        branch=request.user.branch,
        product=product,
        line=line,
        at=now,
        by=request.user,
    )


@requires(*FRONT)
@require_POST
def sign(request: HttpRequest, on: date) -> HttpResponse:
    """Sign the figures that stood on the page."""
    now = timezone.now()
    day = _day(request, on, now)
    if day.is_signed:
        return _signed_already(request, day)
    form = SignForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({"seen": [_("Look at the sum before you sign it.")]})
        sheet = closing.sign(
            employee=request.user,
            branch=request.user.branch,
            business_date=on,
            seen=form.counts,
            at=now,
            by=request.user,
        )
    except (Invalid, Conflict) as refusal:
        step = 1 if "paper_note" in refusal.errors else STEPS[-1]
        day = _day(request, on, now)  # with the figures of now
        return _page(request, day, step=step, now=now, errors=refusal.errors, status=refusal.status)
    if sheet.closed_at != now:  # the other tab was quicker
        return _signed_already(request, _day(request, on, now))
    messages.success(request, _("Signed. This day is closed."))
    return HttpResponse(status=303, headers={"Location": reverse("desk:day", args=[on])})


def _signed_already(request: HttpRequest, day: Day) -> HttpResponse:
    """Closing twice: the first signature stays, and says so with its own figures."""
    first = day.signatures[-1]
    local = timezone.localtime(first.signed_at, request.user.branch.zone)
    words = _(
        "Signed already by %(who)s on %(when)s: %(a)d main only, %(b)d main + 1, %(c)d main + 2. "
        "The first signature stays."
    ) % {
        "who": first.signed_by,
        "when": date_format(local, "DATETIME_FORMAT"),
        "a": first.main_only,
        "b": first.plus_one,
        "c": first.plus_two,
    }
    messages.info(request, words)
    return HttpResponse(status=303, headers={"Location": reverse("desk:day", args=[day.on])})
