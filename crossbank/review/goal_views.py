"""Goals of teams: a manager proposes, conduct decides, the team and those above it read."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.org import switches
from crossbank.org.access import FRONT, REVIEWERS, may_see_names, requires
from crossbank.org.context import areas_of, while_on
from crossbank.org.models import Role
from crossbank.review import goals
from crossbank.review.forms import query
from crossbank.review.goal_figures import Standing, standings
from crossbank.review.goal_forms import (
    MEANING,
    DecideForm,
    ProposeForm,
    WithdrawForm,
    measures,
    next_month,
)
from crossbank.review.goal_refusals import Refused
from crossbank.review.models import Goal
from crossbank.review.models.goals import GoalQuerySet
from crossbank.review.numbers import LEAST

READERS = (*FRONT, *(role for role in REVIEWERS if role not in FRONT))
PAGE = 25


@requires(*READERS)
@while_on(switches.TEAM_GOALS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits, what runs, what is over; a team reads its own."""
    found = _visible(request).in_order(timezone.localdate())
    pages = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [_line(request, one) for one in standings(pages, at=timezone.now())],
        "before": f"page={pages.number - 1}" if pages.has_previous() else "",
        "after": f"page={pages.number + 1}" if pages.has_next() else "",
        "is_one_place": request.user.role in FRONT,
        "may_propose": request.user.role == Role.MANAGER,
        "back": _back(request),
        "team": goals.TEAM,
        "meanings": [(one.label, MEANING[one]) for one in measures(areas_of(request))],
        "few": LEAST,
    }
    return render(request, "review/goals.html", context)


def _visible(request: HttpRequest) -> GoalQuerySet:
    return Goal.objects.visible_to(request.user).in_use(areas_of(request))


def _back(request: HttpRequest) -> str:
    return "desk:today" if request.user.role == Role.SELLER else "review:review"


def _line(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """`query` leads to the same figure in review, for whom review is open."""
    may_review = standing.asked and request.user.role in REVIEWERS
    return {
        "goal": standing.goal,
        "standing": standing,
        "is_kept": standing.goal.measure == Goal.Measure.KEPT,
        "query": query(standing.asked) if may_review else "",
        "few": LEAST,
    }


@requires(Role.MANAGER)
@while_on(switches.TEAM_GOALS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose one for the own branch; `?like=` begins with the terms of an earlier one."""
    now, user, areas = timezone.now(), request.user, areas_of(request)
    if request.method != "POST":
        first = {**next_month(user.branch.local_day(now)), **_like(request)}
        return _form(request, ProposeForm(initial=first, areas=areas))
    form = ProposeForm(request.POST, areas=areas)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        goal = goals.propose(**form.entry, at=now, by=user)
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _form(request, form, status=refusal.status)
    messages.success(request, _("Proposed. It holds when conduct has agreed."))
    return HttpResponse(status=303, headers={"Location": goal.get_absolute_url()})


def _like(request: HttpRequest) -> dict[str, Any]:
    text = request.GET.get("like", "")
    if not text:
        return {}
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Http404
    goal = get_object_or_404(_visible(request), pk=int(text))
    return {"measure": goal.measure, "least": goal.least, "reason": goal.reason}


def _form(request: HttpRequest, form: ProposeForm, *, status: int = 200) -> HttpResponse:
    form.show_what_was_typed()
    return render(request, "review/goal_new.html", {"form": form}, status=status)


@requires(*READERS)
@while_on(switches.TEAM_GOALS)
@require_safe
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal with its terms, its figure and what was said about it."""
    return _goal(request, pk)


@requires(Role.CONDUCT)
@while_on(switches.TEAM_GOALS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what was proposed, or send it back with words."""
    found, form = get_object_or_404(_visible(request), pk=pk), DecideForm(request.POST)
    if not form.is_valid():
        return _goal(request, pk, decision=form, status=422)
    does = goals.agree if form.cleaned_data["act"] == "agree" else goals.send_back
    try:
        does(goal=found, note=form.cleaned_data["note"], at=timezone.now(), by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _goal(request, pk, decision=form, status=refusal.status)
    messages.success(
        request,
        _("Agreed. The team reads it now.")
        if does is goals.agree
        else _("Sent back. The manager reads your note."),
    )
    return HttpResponse(status=303, headers={"Location": found.get_absolute_url()})


@requires(Role.MANAGER, Role.CONDUCT)
@while_on(switches.TEAM_GOALS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End it before its days are over."""
    found, form = get_object_or_404(_visible(request), pk=pk), WithdrawForm(request.POST)
    if not form.is_valid():
        return _goal(request, pk, withdrawal=form, status=422)
    try:
        goals.withdraw(
            goal=found, reason=form.cleaned_data["reason"], at=timezone.now(), by=request.user
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _goal(request, pk, withdrawal=form, status=refusal.status)
    messages.success(request, _("Withdrawn. Everybody of the team reads why."))
    return HttpResponse(status=303, headers={"Location": found.get_absolute_url()})


def _goal(
    request: HttpRequest,
    pk: int,
    *,
    decision: DecideForm | None = None,
    withdrawal: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Read anew: of two who decide at once, the second sees what the first has said."""
    user, at = request.user, timezone.now()
    rows = _visible(request).in_order(timezone.localdate())
    row = get_object_or_404(rows.select_related("decided_by", "withdrawn_by"), pk=pk)
    (standing,) = standings([row], at=at)
    is_waiting = standing.state == Goal.State.WAITING
    may_decide = is_waiting and user.role == Role.CONDUCT and user.pk != row.proposed_by_id
    may_withdraw = standing.is_open and goals.may_withdraw(row, user)
    context = {
        "goal": row,
        "line": _line(request, standing),
        "state": standing.state,
        "meaning": MEANING[Goal.Measure(row.measure)],
        "trouble": decision or withdrawal,
        "decision": (decision or DecideForm()) if may_decide else None,
        "withdrawal": (withdrawal or WithdrawForm()) if may_withdraw else None,
        # nothing typed is lost, also where there is nothing to answer any more
        "unsent": _typed(decision, is_shown=may_decide)
        or _typed(withdrawal, is_shown=may_withdraw),
        "may_propose": user.role == Role.MANAGER and not standing.is_open,
        "shows_names": may_see_names(user),
    }
    return render(request, "review/goal.html", context, status=status)


def _typed(form: DecideForm | WithdrawForm | None, *, is_shown: bool) -> str:
    if form is None or is_shown:
        return ""
    return form.data.get("note") or form.data.get("reason") or ""
