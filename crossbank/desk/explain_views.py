"""Explain and try: why the desk shows what it shows."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.desk.explain import Told, matrix_of, tell
from crossbank.desk.explain_forms import ExplainForm
from crossbank.matrix.editions import NoEdition
from crossbank.offers import services as offers
from crossbank.org import switches
from crossbank.org.access import REVIEWERS, requires, visible_branches
from crossbank.org.context import areas_of
from crossbank.org.models import Role

# a manager is asked by his people why a product is not there; what is not published is not his
_DRAFT_READERS = {Role.OWNER, Role.CONDUCT, Role.AUDITOR, Role.ADMIN}


@requires(*REVIEWERS, Role.ADMIN)
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """A GET form, so that an answer is an address one can send to a colleague."""
    now = timezone.now()
    form = _form(request, request.GET or None, now)
    told = _told(request, form, now) if form.is_valid() else None
    context = {"form": form, "told": told, "asked": form.asked if told else None}
    return render(request, "desk/explain.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, data: Any, now: datetime) -> ExplainForm:
    """Raises Http404 for a branch outside the reader's scope."""
    branches = visible_branches(request.user)
    form = ExplainForm(
        data,
        branches=branches,
        own=request.user.branch,
        with_draft=request.user.role in _DRAFT_READERS,
        now=now,
    )
    if data and data.get("branch") and data["branch"] not in form.branches:
        raise Http404
    return form


def _told(request: HttpRequest, form: ExplainForm, now: datetime) -> Told | None:
    asked = form.asked
    try:
        matrix = matrix_of(asked, now=now)
    except NoEdition:
        form.add_error("at", _("No edition was in force then."))
        return None
    main = matrix.snapshot.product.get(asked.main)
    if main is None or not main.is_main:
        form.add_error("main", _("In this matrix it is no main product on sale."))
        return None
    known = offers.terms_at(asked.at).values() if areas_of(request)[switches.OFFERS] else ()
    return tell(asked, matrix, known)
