"""The day sheet that counts, and the receipts that make a save happen exactly once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import Branch


class DaySheet(models.Model):
    """One employee's counters of one business day; they change only with the records they count."""

    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="day_sheets",
        verbose_name=_("employee"),
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="day_sheets", verbose_name=_("branch")
    )
    business_date = models.DateField(_("day"))
    main_only = models.PositiveIntegerField(_("main only"), default=0)
    plus_one = models.PositiveIntegerField(_("main + 1"), default=0)
    plus_two = models.PositiveIntegerField(_("main + 2"), default=0)
    no_main = models.PositiveIntegerField(_("no main"), default=0)
    presented = models.PositiveIntegerField(_("presented"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    # how often a record moved them: whoever added them up sees by it whether to do so again
    changes = models.PositiveIntegerField(_("changes"), default=1)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("closed by"),
        null=True,
        blank=True,
    )
    reopened_at = models.DateTimeField(_("last reopened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("day sheet")
        verbose_name_plural = _("day sheets")
        ordering = ["-business_date", "employee"]
        indexes = [models.Index(fields=["business_date"], name="day_sheet_day")]
        constraints = [
            models.UniqueConstraint(fields=["employee", "business_date"], name="day_sheet_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="day_sheet_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.business_date}"


class Receipt(models.Model):
    """Proof that one author's save happened: the same key again gets the same answer."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uuid = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    outcome = models.JSONField()
    business_date = models.DateField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["author", "uuid"], name="receipt_once")]

    def __str__(self) -> str:
        return str(self.uuid)
