"""Publishing: what will change, what stands against it, and the act itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossbank.conduct import phrase_views
from crossbank.engine.problems import Problem
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions, health, reviews, services, words
from crossbank.matrix.admin_forms import PublishForm
from crossbank.matrix.contents import no_longer_sold
from crossbank.matrix.edition_changes import change_groups
from crossbank.matrix.models import Edition, EditionReview
from crossbank.matrix.places import Pages
from crossbank.matrix.refusals import REFUSED, words_of
from crossbank.org.access import KEEPERS, requires
from crossbank.org.context import areas_of
from crossbank.org.switches import FOUR_EYES


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem or remark in words, and the page that mends it."""

    words: str
    url: str


def findings(problems: Iterable[Problem], snapshot: Snapshot) -> list[Finding]:
    """Problems in words, each with the address of the row that mends it, in a few queries."""
    listed = list(problems)
    if not listed:
        return []
    pages = Pages()
    return [
        Finding(words=words.problem_words(problem, snapshot), url=pages.problem(problem))
        for problem in listed
    ]


@requires(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Look first, then submit what was looked at: a draft that moved since is shown again."""
    return publish_page(request, again_of=None)


def publish_page(request: HttpRequest, *, again_of: Edition | None) -> HttpResponse:
    """Submit the working copy, or an old edition, for review; with four eyes off publish it."""
    now, four_eyes = timezone.now(), areas_of(request)[FOUR_EYES]
    if request.method != "POST":
        form = PublishForm(now=now, four_eyes=four_eyes)
        return _page(request, form, again_of, at=now)
    form = PublishForm(request.POST, now=now, four_eyes=four_eyes)
    if not form.is_valid():
        return _page(request, form, again_of, at=now, status=422)
    try:
        made = _send(request, form.cleaned_data, again_of)
    except REFUSED as refusal:
        told, status = words_of(refusal)
        messages.warning(request, told)
        if isinstance(refusal, services.DraftMoved):
            kept = {**form.cleaned_data, "seen": ""}
            form = PublishForm(initial=kept, now=now, four_eyes=four_eyes)
        return _page(request, form, again_of, at=now, status=status)
    messages.success(request, sent_words(made))
    return redirect(f"admin:matrix_{made._meta.model_name}_change", made.pk)


def _send(
    request: HttpRequest, typed: dict[str, Any], again_of: Edition | None
) -> Edition | EditionReview:
    """The review that now waits, or with four eyes off the edition itself."""
    given: dict[str, Any] = {
        "note": typed["note"],
        "effective_from": typed["effective_from"],
        "at": timezone.now(),
        "by": request.user,
    }
    made: Edition | EditionReview
    with transaction.atomic():
        if not areas_of(request)[FOUR_EYES]:
            candidate = services.contents_for(
                again_of=again_of, starts=given["effective_from"], at=given["at"]
            )
            reviews.refuse_same(candidate.digest)
            seen = typed["seen"] or candidate.digest
            made = services.publish_edition(**given, again_of=again_of, seen=seen)
        elif again_of:
            made = reviews.publish_again(edition=again_of, **given)
        else:
            made = reviews.submit_for_review(**given, seen=typed["seen"])
        log = admin.site.get_model_admin(type(made))
        log.log_addition(request, made, [{"added": {}}])
    return made


def sent_words(made: Edition | EditionReview) -> str:
    if isinstance(made, EditionReview):
        return _("Submitted. A colleague has to approve it before desks see it.")
    if made.effective_from > made.published_at:
        return _("Edition %(number)d is published. Desks use it from %(moment)s.") % {
            "number": made.number,
            "moment": date_format(timezone.localtime(made.effective_from), "DATETIME_FORMAT"),
        }
    return _("Edition %(number)d is published. Desks use it from now on.") % {"number": made.number}


def _page(
    request: HttpRequest,
    form: PublishForm,
    again_of: Edition | None,
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    typed = getattr(form, "cleaned_data", form.initial)
    candidate = services.contents_for(again_of=again_of, starts=typed.get("effective_from"), at=at)
    if not form.is_bound:
        form.initial["seen"] = candidate.digest
    newest = Edition.objects.only("pk", "number", "digest").order_by("-number").first()
    old = editions.load(newest.pk).snapshot if newest else Snapshot()
    groups = change_groups(old, candidate.snapshot)
    remarks = [problem for problem in candidate.problems if not problem.blocking]
    title = (
        _("Publish edition %(number)d again") % {"number": again_of.number}
        if again_of
        else _("Publish the matrix")
    )
    context = {
        **admin.site.each_context(request),
        "title": title,
        "opts": Edition._meta,
        "form": form,
        "newest": newest,
        "again_of": again_of,
        "waiting": EditionReview.objects.waiting().select_related("author").first(),
        "four_eyes": areas_of(request)[FOUR_EYES],
        "groups": groups,
        "is_same": not any(group.count for group in groups),
        "blocking": findings(candidate.blocking, candidate.snapshot),
        "remarks": findings(remarks, candidate.snapshot),
        "severe": [] if again_of else phrase_views.severe_lines(request.user),
        "health": None if again_of else health.sums(services.compile_draft(at=at), at=at),
        "called_off": editions.called_off_by(starts=typed.get("effective_from") or at, at=at),
        "unsold": no_longer_sold(candidate.snapshot, at=at) if again_of else [],
        "pairs": len(candidate.snapshot.pairs),
        "products": len(candidate.snapshot.products),
    }
    return TemplateResponse(request, "admin/publish.html", context, status=status)
