"""The ledger: points and badges, each entry written once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly
from crossbank.engine import badges as engine
from crossbank.leads.models.leads import Lead


class Level(models.TextChoices):
    BRONZE = engine.Level.BRONZE.value, _("Bronze")
    SILVER = engine.Level.SILVER.value, _("Silver")
    GOLD = engine.Level.GOLD.value, _("Gold")


class Change(models.TextChoices):
    EARNED = engine.Change.EARNED.value, _("Earned")
    PAUSED = engine.Change.PAUSED.value, _("Paused")
    RESUMED = engine.Change.RESUMED.value, _("Goes on")
    REVOKED = engine.Change.REVOKED.value, _("Taken back")


class PointEntry(AppendOnly):
    """A point that vested, or one that was taken back after it had."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="points", verbose_name=_("lead"))
    number = models.PositiveSmallIntegerField(_("number"))
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="points",
        verbose_name=_("employee"),
    )
    at = models.DateTimeField(_("when"))
    year = models.PositiveSmallIntegerField(_("year"))
    change = models.SmallIntegerField(_("points"))

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["at", "lead", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="point_entry_once"),
            models.CheckConstraint(condition=Q(change__in=[1, -1]), name="point_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}.{self.number} {self.change:+}"


class Badge(AppendOnly):
    """One turn in the life of a badge: earned, paused, going on, taken back."""

    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="badges",
        verbose_name=_("employee"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    change = models.CharField(_("what"), max_length=10, choices=Change.choices)
    paused_reason = models.CharField(_("why it pauses"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["at", "employee", "level", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "year", "level", "number"], name="badge_entry_once"
            ),
            models.CheckConstraint(
                condition=(Q(change="paused") & ~Q(paused_reason=""))
                | (~Q(change="paused") & Q(paused_reason="")),
                name="badge_pauses_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.year} {self.level} {self.change}"


class NameConsent(models.Model):
    """Somebody agreed that the programme's page names him; without a row it does not."""

    employee = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="name_consent",
        verbose_name=_("employee"),
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("consent to be named")
        verbose_name_plural = _("consents to be named")

    def __str__(self) -> str:
        return str(self.employee_id)
