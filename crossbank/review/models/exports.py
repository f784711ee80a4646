"""Raw data on its way into a file."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExportQuerySet(models.QuerySet["Export"]):
    def open(self) -> "ExportQuerySet":
        return self.filter(state__in=Export.OPEN)

    def silent(self, at: datetime) -> "ExportQuerySet":
        """Those whose process says nothing any more."""
        return self.open().filter(seen_at__lt=at - Export.SILENCE)

    def old(self, at: datetime) -> "ExportQuerySet":
        return self.filter(made_at__lt=at - Export.KEPT)


class Export(models.Model):
    """Raw data that somebody asked for, too long for an answer: written to a file by a process of
    its own, and gone with the file after a day.

    `places` (branches by row id) and `names` say what the file holds, so that it is handed only to
    somebody who may still see all of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Starting")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)
    SLOTS = 3  # at once in the whole bank
    SILENCE = timedelta(seconds=60)  # after it a process is taken for dead
    KEPT = timedelta(hours=24)

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    filter = models.CharField(_("filter"), max_length=500)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    slot = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    rows_done = models.PositiveBigIntegerField(_("rows done"), default=0)
    rows_all = models.PositiveBigIntegerField(_("rows"))
    places = models.JSONField(_("branches"), default=list)
    names = models.BooleanField(_("with names"), default=False)
    file_name = models.CharField(_("file name"), max_length=150)
    made_at = models.DateTimeField(_("asked for at"))
    seen_at = models.DateTimeField(_("last sign of life"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["by", "made_at"], name="export_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], slot__isnull=False)
                | Q(state__in=["done", "cancelled", "failed"], slot__isnull=True),
                name="export_open_has_slot",
            ),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(slot__isnull=False), name="export_slot_once"
            ),
            models.UniqueConstraint(
                fields=["by"], condition=Q(slot__isnull=False), name="export_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def is_silent(self, at: datetime) -> bool:
        return self.is_open and self.seen_at < at - self.SILENCE
