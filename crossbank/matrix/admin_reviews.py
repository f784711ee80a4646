"""The second pair of eyes: what waits, what it would change, and the decision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crossbank.conduct import phrase_views
from crossbank.engine import snapshot as snapshots
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions, reviews, services
from crossbank.matrix.admin_forms import DecisionForm
from crossbank.matrix.admin_views import findings, sent_words
from crossbank.matrix.contents import no_longer_sold
from crossbank.matrix.edition_changes import change_groups
from crossbank.matrix.models import Edition, EditionReview
from crossbank.matrix.refusals import REFUSED, words_of
from crossbank.org.admin_site import ReadOnlyAdmin
from crossbank.org.models import User

_JOINED = ("author", "decided_by", "again_of", "edition")


@admin.register(EditionReview)
class EditionReviewAdmin(ReadOnlyAdmin):
    """Every edition that was submitted, with what became of it; one at most waits."""

    place = 5
    list_display = ("submitted_at", "state", "made_by", "note", "answered_by", "decision_note")
    list_display_links = ("submitted_at", "state")
    list_filter = ("state",)
    list_select_related = _JOINED
    search_fields = ("note", "decision_note", "author__username", "author__first_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EditionReview]:
        rows = super().get_queryset(request).select_related(*_JOINED)
        return rows.defer("snapshot", "again_of__snapshot", "edition__snapshot")

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        own = path("<path:object_id>/decide/", decide, name="matrix_editionreview_decide")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return super().change_view(request, object_id, form_url, extra_context)
        return self._page(request, self._found(request, object_id), DecisionForm())

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Approve, return or withdraw; a refusal is said on the same page."""
        review = self._found(request, object_id)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._page(request, review, form, status=422)
        try:
            decided = self._decide(request, review, **form.cleaned_data)
        except REFUSED as refusal:
            told, status = words_of(refusal)
            messages.warning(request, told)
            fresh = self._found(request, object_id)
            return self._page(request, fresh, form, status=status)
        messages.success(request, _decided_words(decided))
        made = decided.edition or decided
        return redirect(f"admin:matrix_{made._meta.model_name}_change", made.pk)

    def _found(self, request: HttpRequest, object_id: str) -> EditionReview:
        review = self.get_object(request, unquote(object_id))
        if review is None:
            raise Http404
        return review

    def _decide(
        self, request: HttpRequest, review: EditionReview, *, decision: str, note: str
    ) -> EditionReview:
        given: dict[str, Any] = {"review": review, "at": timezone.now(), "by": request.user}
        acts: dict[str, Callable[[], EditionReview]] = {
            DecisionForm.APPROVE: lambda: reviews.approve(**given, note=note),
            DecisionForm.RETURN: lambda: reviews.return_for_changes(**given, note=note),
            DecisionForm.WITHDRAW: lambda: reviews.withdraw(**given),
        }
        with transaction.atomic():
            decided = acts[decision]()
            self.log_change(request, decided, [{"changed": {"fields": [gettext("state")]}}])
            if decided.edition:
                log = self.admin_site.get_model_admin(Edition)
                log.log_addition(request, decided.edition, [{"added": {}}])
        return decided

    def _page(
        self, request: HttpRequest, review: EditionReview, form: DecisionForm, *, status: int = 200
    ) -> HttpResponse:
        now = timezone.now()
        frozen = snapshots.from_json(review.snapshot)
        before = _before(review)
        old = editions.load(before.pk).snapshot if before else Snapshot()
        waits = review.state == EditionReview.State.IN_REVIEW
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review of an edition"),
            "opts": self.opts,
            "review": review,
            "form": form,
            "before": before,
            "groups": change_groups(old, frozen),
            "waits": waits,
            "is_own": review.author_id == request.user.pk,
            "is_late": waits and review.effective_from and review.effective_from <= now,
            "unsold": no_longer_sold(frozen, at=now) if waits and review.again_of else [],
            **(_against_now(review, frozen, at=now, by=request.user) if waits else _NOTHING),
        }
        return TemplateResponse(request, "admin/review.html", context, status=status)

    @admin.display(description=_("author"), ordering="author__username")
    def made_by(self, review: EditionReview) -> str:
        return str(review.author)  # as text: an owner may not open a person's page

    @admin.display(description=_("decided by"), empty_value="–")
    def answered_by(self, review: EditionReview) -> str:
        return str(review.decided_by or "")


_NOTHING: dict[str, Any] = {
    "called_off": [],
    "moved": [],
    "blocking": [],
    "severe": [],
    "remarks": [],
    "can_approve": False,
}


def _against_now(
    review: EditionReview, frozen: Snapshot, *, at: datetime, by: User
) -> dict[str, Any]:
    """What stands against approving: the working copy moved on, or something blocks."""
    candidate = services.contents_for(again_of=review.again_of, starts=review.effective_from, at=at)
    severe = [] if review.again_of else phrase_views.severe_lines(by)
    has_moved = candidate.digest != review.digest
    remarks = [problem for problem in candidate.problems if not problem.blocking]
    starts = max(review.effective_from or at, at)
    return {
        "called_off": editions.called_off_by(starts=starts, at=at),
        "moved": change_groups(frozen, candidate.snapshot) if has_moved else [],
        "blocking": findings(candidate.blocking, candidate.snapshot),
        "severe": severe,
        "remarks": findings(remarks, candidate.snapshot),
        "can_approve": not has_moved and not candidate.blocking and not severe,
    }


def _before(review: EditionReview) -> Edition | None:
    """The newest edition when it was submitted: what the author saw it against."""
    older = Edition.objects.filter(published_at__lte=review.submitted_at)
    if review.edition:
        older = older.filter(number__lt=review.edition.number)
    return older.only("pk", "number").order_by("-number").first()


def _decided_words(review: EditionReview) -> str:
    if review.edition is None:
        return {
            EditionReview.State.RETURNED: gettext("Returned to the author with your words."),
            EditionReview.State.WITHDRAWN: gettext("Withdrawn. Nothing was published."),
        }[review.state]
    return sent_words(review.edition)


def news(user: User) -> str:
    """For the first page: that an edition waits, and for whom."""
    waiting = EditionReview.objects.waiting().select_related("author").defer("snapshot").first()
    if waiting is None:
        return ""
    if waiting.author == user:
        return gettext("Your edition waits for a colleague.")
    return gettext("An edition by %(author)s waits for your decision.") % {"author": waiting.author}
