"""Goals of teams: what a branch wants to reach together, agreed by conduct before it holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly, AppendOnlyQuerySet
from crossbank.conduct.personal import refuse_personal
from crossbank.org import switches
from crossbank.org.access import visible_branches
from crossbank.org.models import Branch, Role, User
from crossbank.review.terms import ONE_DAY
from crossbank.web.text import validate_text

LONGEST = 300
_TEXT = [validate_text, refuse_personal]
# what is written after the terms; the terms themselves are written once
_LATER = {
    "decision", "decided_by", "decided_at", "decision_note",
    "withdrawn_by", "withdrawn_at", "withdrawal_reason",
}  # fmt: skip


class GoalQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: User) -> "GoalQuerySet":
        """Those of one's branches; a team sees what was agreed, not what is still talked about."""
        found = self.filter(branch__in=visible_branches(user))
        return found.filter(decision=Goal.Decision.AGREED) if user.role == Role.SELLER else found

    def in_use(self, areas: Mapping[str, bool]) -> "GoalQuerySet":
        """Without those that measure what this bank has turned off."""
        return self if areas[switches.KEPT] else self.exclude(measure=Goal.Measure.KEPT)

    def standing(self) -> "GoalQuerySet":
        """Those that hold, or may come to hold."""
        return self.filter(withdrawn_at__isnull=True).exclude(decision=Goal.Decision.SENT_BACK)

    def agreed(self) -> "GoalQuerySet":
        return self.standing().filter(decision=Goal.Decision.AGREED)

    def waiting(self, day: date) -> "GoalQuerySet":
        return self.standing().filter(decision="", until__gt=day)

    def over(self, since: date, until: date) -> "GoalQuerySet":
        """Those with a day in a period."""
        return self.filter(since__lt=until, until__gt=since)

    def in_order(self, day: date) -> "GoalQuerySet":
        """What waits first, then what runs; within each the newest days first."""
        stands = Q(withdrawn_at__isnull=True, until__gt=day)
        rank = Case(
            When(stands & Q(decision=""), then=0),
            When(stands & Q(decision=Goal.Decision.AGREED, since__lte=day), then=1),
            When(stands & Q(decision=Goal.Decision.AGREED), then=2),
            default=3,
        )
        people = self.select_related("branch__region", "branch__merged_into", "proposed_by")
        return people.order_by(rank, "-since", "branch__code", "measure", "pk")


class Goal(AppendOnly):
    """What one branch wants to reach together in some weeks: a share that is not to fall below.

    Only how customers are served can be a goal. How much of it they take never is, nor anything of
    one person. Units: `least` is whole percent; `since` and `until` are days, half-open.
    """

    class Measure(models.TextChoices):
        COVERAGE = "coverage", _("Coverage")
        SIGNED = "signed", _("Signed day sheets")
        KEPT = "kept", _("Kept after 90 days")

    class Decision(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        SENT_BACK = "sent_back", _("Sent back")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for conduct")
        SENT_BACK = "sent_back", _("Sent back")
        LAPSED = "lapsed", _("Not decided in time")
        COMING = "coming", _("Agreed, begins later")
        RUNNING = "running", _("Running")
        OVER = "over", _("Over")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.WAITING, State.COMING, State.RUNNING)

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    measure = models.CharField(_("what is measured"), max_length=10, choices=Measure.choices)
    least = models.PositiveSmallIntegerField(_("at least, in percent"))
    since = models.DateField(_("first day"))
    until = models.DateField(_("day after the last"))
    reason = models.CharField(_("reason"), max_length=LONGEST, validators=_TEXT)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, blank=True, default=""
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.CharField(
        _("note of conduct"), max_length=LONGEST, blank=True, validators=_TEXT
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.CharField(
        _("why it was withdrawn"), max_length=LONGEST, blank=True, validators=_TEXT
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("team goal")
        verbose_name_plural = _("team goals")
        indexes = [models.Index(fields=["branch", "until"], name="goal_of_branch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__in=["coverage", "signed", "kept"]),
                name="goal_never_of_sales",
                violation_error_message=_("A goal is about serving well, never about how much."),
            ),
            models.CheckConstraint(
                condition=Q(least__gte=1, least__lte=100),
                name="goal_bound_is_a_share",
                violation_error_message=_("The bound lies between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="goal_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="goal_has_reason",
                violation_error_message=_("A goal needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(
                    decision="", decided_by__isnull=True, decided_at__isnull=True, decision_note=""
                )
                | Q(
                    ~Q(decision_note="") | Q(decision="agreed"),
                    decision__in=["agreed", "sent_back"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="goal_decided_by_somebody",
                violation_error_message=_("Who sends a goal back says why."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="goal_agreed_by_another",
                violation_error_message=_("Who proposed a goal does not decide on it."),
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawal_reason=""
                )
                | Q(
                    ~Q(withdrawal_reason=""),
                    ~Q(decision="sent_back"),
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                ),
                name="goal_withdrawn_with_reason",
                violation_error_message=_("Who withdraws a goal says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"goal {self.pk}"

    @property
    def last(self) -> date:
        return self.until - ONE_DAY

    @property
    def title(self) -> str:
        told = {"measure": self.get_measure_display(), "least": self.least}
        return _now("%(measure)s: at least %(least)d %%") % told

    def get_absolute_url(self) -> str:
        return reverse("review:goal", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What was proposed is what is agreed: only an answer to it is written later."""
        fields = kwargs.get("update_fields")
        if not self._state.adding and fields and set(fields) <= _LATER:
            models.Model.save(self, *args, **kwargs)
        else:
            super().save(*args, **kwargs)

    def state_on(self, day: date) -> State:
        """This will say how it stands on a day of its branch."""
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.decision == self.Decision.SENT_BACK:
            return self.State.SENT_BACK
        if not self.decision:
            return self.State.WAITING if day < self.until else self.State.LAPSED
        if day < self.since:
            return self.State.COMING
        return self.State.RUNNING if day < self.until else self.State.OVER
