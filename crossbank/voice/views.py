"""The three questions, to answer; and what came of them, for conduct alone."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossbank.org import switches
from crossbank.org.access import FRONT, HEARERS, requires
from crossbank.org.context import while_on
from crossbank.voice import figures, questions, survey
from crossbank.voice.forms import AnswerForm
from crossbank.web import answers as replies


@requires(*FRONT)
@require_POST
@while_on(switches.SURVEY)
def answers(request: HttpRequest) -> HttpResponse:
    """The next tap on the turned screen. The token travels in the body, not in an address."""
    token = request.POST.get("token", "")
    return _tapped(request, token, address=reverse("voice:answers"), is_turned=True)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@while_on(switches.SURVEY)
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The same on the customer's telephone, where the bank has a public address; the token alone
    is the right, and serves once."""
    if not settings.PUBLIC_ADDRESS and not request.user.is_authenticated:
        return replies.signed_out(request)
    return _tapped(request, token, address=request.path, is_turned=False)


def _tapped(request: HttpRequest, token: str, *, address: str, is_turned: bool) -> HttpResponse:
    now = timezone.now()
    form = AnswerForm(request.POST, asked=questions.questions())
    is_valid = form.is_valid()
    try:
        survey.check(token=token, at=now)
        if is_valid and form.is_whole:
            survey.answer(token=token, **form.answer, at=now)
            return HttpResponse(status=303, headers={"Location": reverse("voice:thanks")})
    except (survey.NoSuchTicket, survey.Answered, survey.TooLate) as closed:
        return shut(request, closed)
    shown = questions.page(token, address=address, given=form.given, is_turned=is_turned)
    return render(request, "voice/question.html", shown, status=200 if is_valid else 422)


def shut(request: HttpRequest, why: Exception) -> HttpResponse:
    """Why the questions are not asked, in words for a customer."""
    if isinstance(why, survey.NoSuchTicket):
        raise Http404
    if isinstance(why, survey.Answered):
        words = _("These questions were answered already. Thank you.")
    else:
        words = _("The time for these questions is over. Nothing was kept.")
    return render(request, "voice/shut.html", {"words": words}, status=409)


@login_not_required
@never_cache
@require_safe
@while_on(switches.SURVEY)
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "voice/thanks.html")


@requires(*HEARERS)
@require_safe
@while_on(switches.SURVEY)
def pushed(request: HttpRequest) -> HttpResponse:
    """By branch and month, from five answers on; the branch line has no door here."""
    now = timezone.now()
    context = {
        "cells": figures.pushed(now),
        "wishes": figures.wishes(now),
        "fewest": figures.FEWEST,
    }
    return render(request, "voice/pushed.html", context)
