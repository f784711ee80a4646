"""Workbooks that went out by mail."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from crossbank.review.models.views import SavedView


class WeeklyMailQuerySet(models.QuerySet["WeeklyMail"]):
    def to_try_again(self) -> "WeeklyMailQuerySet":
        return self.filter(state=WeeklyMail.State.FAILED, tries__lt=WeeklyMail.MOST_TRIES)

    def silent(self, at: datetime) -> "WeeklyMailQuerySet":
        """Those whose run ended before it said how the sending went."""
        return self.filter(state=WeeklyMail.State.SENDING, tried_at__lt=at - WeeklyMail.SILENCE)

    def forgotten(self, at: datetime) -> "WeeklyMailQuerySet":
        """Those so old that nobody asks how they went."""
        return self.filter(week__lt=WeeklyMail.known_from(at))

    def newest(self) -> "WeeklyMailQuerySet":
        """Of each view the one of its last week."""
        of_view = WeeklyMail.objects.filter(view=OuterRef("view")).order_by("-week")
        return self.filter(week=of_view.values("week")[:1])


class WeeklyMail(models.Model):
    """One week of one view, sent to its owner once: whoever inserts the row sends it, or takes it
    up where it failed.

    A refusal of the mail server is tried again; what nobody knows of (the machine stopped on the
    way) is not, because one mail too many is worse than none: the figures are on the page.
    """

    class State(models.TextChoices):
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNCLEAR = "unclear", _("Not known whether it was sent")

    MOST_TRIES = 5
    SILENCE = timedelta(hours=1)
    MEMORY = timedelta(days=366)

    view = models.ForeignKey(
        SavedView, models.CASCADE, related_name="mails", verbose_name=_("saved view")
    )
    week = models.DateField(_("Monday of the week"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SENDING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    tried_at = models.DateTimeField(_("last tried at"))
    reason = models.CharField(_("why it failed"), max_length=200, blank=True)

    objects = WeeklyMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly mail")
        verbose_name_plural = _("weekly mails")
        constraints = [
            models.UniqueConstraint(fields=["view", "week"], name="weekly_mail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.view_id} {self.week} {self.state}"

    @classmethod
    def known_from(cls, at: datetime) -> date:
        """The first day of weeks of which it is known what went out; none before is sent again."""
        return at.date() - cls.MEMORY
