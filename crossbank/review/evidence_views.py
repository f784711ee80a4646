"""Evidence for the matrix: what pairs did, what that proposes, and an owner's answer to it.

Figures of the whole bank without a person in them, so only for those who see the whole bank.
"""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossbank.matrix import evidence as decisions
from crossbank.matrix.evidence import Finding
from crossbank.org.access import BANK_REVIEWERS, requires
from crossbank.org.models import Role, User
from crossbank.review import evidence_page, evidence_words, rollup, words
from crossbank.review.evidence import Names, evidence, findings, is_open
from crossbank.review.evidence_forms import DecisionForm, EvidenceFilter


@requires(*BANK_REVIEWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@requires(Role.OWNER)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """The numbers are counted again here: what the page sent says only which proposal is meant."""
    at = timezone.now()
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, decision=form, status=422)
    asked = form.cleaned_data
    finding = _find(asked, last=rollup.refresh(at=at).last, at=at)
    if finding is None:
        form.add_error(None, _("This is no longer proposed: the counts or the draft have moved."))
        return _page(request, decision=form, status=409)
    try:
        message = _carry_out(asked["decision"], finding, at=at, by=request.user)
    except (decisions.DraftMoved, IntegrityError):
        form.add_error(None, _("The draft speaks of this pair already. Nothing was changed."))
        return _page(request, decision=form, status=409)
    except ValidationError as trouble:
        form.add_error(None, trouble.messages)
        return _page(request, decision=form, status=422)
    messages.success(request, message)
    back = f"{reverse('review:evidence')}?{request.GET.urlencode()}"
    return HttpResponse(status=303, headers={"Location": back})


def _find(asked: dict[str, str], *, last: date, at: datetime) -> Finding | None:
    """The proposal that is meant, when it still waits."""
    wanted = (asked["kind"], asked["main"], asked["cross"])
    for finding in findings(last=last, at=at):
        if decisions.key(finding.proposal) == wanted and is_open(finding.proposal):
            return finding
    return None


def _carry_out(decision: str, finding: Finding, *, at: datetime, by: User) -> str:
    pair = f"{finding.proposal.main} → {finding.proposal.cross}"
    if decision == "dismiss":
        decisions.dismiss(finding, at=at, by=by)
        return _("%(pair)s is put away until there is twice as much evidence.") % {"pair": pair}
    pairing = decisions.accept(
        finding, reason=evidence_words.reason(finding.proposal), at=at, by=by
    )
    return _("%(pair)s is in the draft as “%(rating)s”. Desks see it after publishing.") % {
        "pair": pair,
        "rating": pairing.get_rating_display(),
    }


def _page(
    request: HttpRequest, *, decision: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    at, names = timezone.now(), Names()
    counted = rollup.refresh(at=at)
    form = EvidenceFilter(request.GET, names=names, last=counted.last)
    context: dict[str, Any] = {"form": form, "decision": decision}
    if not form.is_valid():
        return render(request, "review/evidence.html", context, status=max(status, 422))
    asked = form.cleaned_data
    found = evidence(
        findings(last=counted.last, at=at),
        names=names,
        since=asked["since"],
        until=asked["until"],
        last=counted.last,
        main=asked["main"],
        cross=asked["cross"],
        at=at,
    )
    context |= {
        **evidence_page.context(found, counted=counted, by=request.user),
        "period": words.period(asked["since"], asked["last"]),
        "query": request.GET.urlencode(),
    }
    return render(request, "review/evidence.html", context, status=status)
