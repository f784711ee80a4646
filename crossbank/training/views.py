"""Today's tip and pair, the self-check that only its owner reads, and the mix without names."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.org import switches
from crossbank.org.access import FRONT, requires
from crossbank.org.context import while_on
from crossbank.org.models import Role, User
from crossbank.training import barriers, facts, practising, services
from crossbank.training import mix as mixes
from crossbank.training.forms import CheckForm
from crossbank.training.models import BarrierCheck, CoachingNote
from crossbank.training.note_lines import listed

_CHECKS = 12  # of one's own, side by side


@requires(*FRONT)
@while_on(switches.PRACTICE)
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """What to try today, for the reader alone."""
    now, user = timezone.now(), request.user
    day = user.branch.local_day(now)
    last = BarrierCheck.objects.of(user).order_by("-on").first()
    dots = practising.dots(user, day=day)
    notes = CoachingNote.objects.with_thread().filter(to=user).newest_first()
    context = {
        "day": day,
        "tip": barriers.tip(last.marks if last else (), day=day),
        "is_checked": last is not None,
        "is_own_tip": bool(last and last.marks),
        "drill": practising.drill(at=now, by=user),
        "is_done": dots[-1].is_done,
        "dots": dots,
        "done": sum(dot.is_done for dot in dots),
        "fact": facts.fact(day),
        "notes": listed(notes, page=request.GET.get("page", ""), reader=user, at=now),
        "is_manager": user.role == Role.MANAGER,
    }
    return render(request, "training/training.html", context)


@requires(*FRONT)
@while_on(switches.PRACTICE)
@require_POST
def practised(request: HttpRequest) -> HttpResponse:
    """One tap; what the pair of the day is, the server knows."""
    now = timezone.now()
    drill = practising.drill(at=now, by=request.user)
    if drill is None:
        raise Http404
    pair = drill.pair
    services.practise(main=pair.main, cross=pair.cross, at=now, by=request.user)
    return _back("training:training")


def _back(name: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name)})


@requires(*FRONT)
@while_on(switches.PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Eight sentences to mark, and one's own course over time."""
    now, user = timezone.now(), request.user
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.answer(marks=form.cleaned_data["marks"], at=now, by=user)
        messages.success(request, _("Kept for you alone. Your tips follow it from now on."))
        return _back("training:training")
    response = render(
        request,
        "training/check.html",
        {
            "form": form,
            "barriers": barriers.BARRIERS,
            "course": course(user),
            "today": user.branch.local_day(now),
        },
        status=422 if form.is_bound else 200,
    )
    response.headers["Cache-Control"] = "no-store"  # colleagues share the computer
    return response


@dataclass(frozen=True, kw_only=True)
class Course:
    """Own checks side by side: `days` the oldest first, and a row of marks for each barrier."""

    days: tuple[date, ...]
    rows: tuple[tuple[str | Promise, tuple[bool, ...]], ...]


def course(employee: User) -> Course | None:
    """This will read somebody's own last checks, for his own page; None before the first."""
    checks = list(BarrierCheck.objects.of(employee).order_by("-on")[:_CHECKS])[::-1]
    if not checks:
        return None
    return Course(
        days=tuple(one.on for one in checks),
        rows=tuple(
            (barrier.title, tuple(barrier.code in one.marks for one in checks))
            for barrier in barriers.BARRIERS
        ),
    )


@requires(*FRONT)
@while_on(switches.PRACTICE)
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """One button, and all that one wrote for himself is gone."""
    services.forget(at=timezone.now(), by=request.user)
    messages.success(request, _("Your answers and days of practice are deleted."))
    return _back("training:check")


@requires(Role.MANAGER, Role.REGIONAL)
@while_on(switches.PRACTICE)
@require_safe
def mix(request: HttpRequest) -> HttpResponse:
    """The branch's from five people on, else the region's; nobody's name, no count below five."""
    now, user = timezone.now(), request.user
    region = user.region if user.role == Role.REGIONAL else user.branch.region
    asked = {"reader": user, "at": now}
    found = None if user.role == Role.REGIONAL else mixes.of_branch(user.branch, **asked)
    context = {
        "mix": found or mixes.of_region(region, **asked),
        "is_manager": user.role == Role.MANAGER,
        "fewest": mixes.FEWEST,
        "months": mixes.MONTHS,
    }
    return render(request, "training/mix.html", context)
