"""How a day ends: a close that somebody signs, the answers to its one question, what came late."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.conduct.models import FrozenError
from crossbank.desk.models.consultations import Consultation
from crossbank.desk.models.sheets import DaySheet
from crossbank.org.models import Branch

_REOPENING = frozenset({"reopened_at", "reopened_by", "reopen_reason"})


class DayCloseQuerySet(models.QuerySet["DayClose"]):
    def standing(self) -> "DayCloseQuerySet":
        """The draft or the signature that holds; at most one of a sheet."""
        return self.filter(reopened_at__isnull=True)

    def signed(self) -> "DayCloseQuerySet":
        return self.filter(signed_at__isnull=False)


class DayClose(models.Model):
    """One close of a day sheet: a draft until it is signed, then kept as it was signed.

    The six counters are those of the signature; what comes later moves the sheet, never these.
    """

    sheet = models.ForeignKey(
        DaySheet, models.PROTECT, related_name="closes", verbose_name=_("day sheet")
    )
    started_at = models.DateTimeField(_("started at"))
    paper_main_only = models.PositiveSmallIntegerField(
        _("main only on paper"), null=True, blank=True
    )
    paper_plus_one = models.PositiveSmallIntegerField(_("main + 1 on paper"), null=True, blank=True)
    paper_plus_two = models.PositiveSmallIntegerField(_("main + 2 on paper"), null=True, blank=True)
    paper_note = models.CharField(_("why the paper differs"), max_length=200, blank=True)

    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("signed by"),
        null=True,
        blank=True,
    )
    main_only = models.PositiveIntegerField(_("main only"), default=0)
    plus_one = models.PositiveIntegerField(_("main + 1"), default=0)
    plus_two = models.PositiveIntegerField(_("main + 2"), default=0)
    no_main = models.PositiveIntegerField(_("no main"), default=0)
    presented = models.PositiveIntegerField(_("presented"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)

    reopened_at = models.DateTimeField(_("reopened at"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("reopened by"),
        null=True,
        blank=True,
    )
    reopen_reason = models.CharField(_("why reopened"), max_length=200, blank=True)

    objects = DayCloseQuerySet.as_manager()

    class Meta:
        verbose_name = _("day close")
        verbose_name_plural = _("day closes")
        ordering = ["sheet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(reopened_at__isnull=True), name="day_close_standing"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="day_close_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True, reopen_reason="")
                | (
                    Q(reopened_at__isnull=False, reopened_by__isnull=False)
                    & Q(signed_at__isnull=False)
                    & ~Q(reopen_reason="")
                ),
                name="day_close_reopened_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.signed_at or self.started_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A signature is kept as it was given; only its reopening is written beside it."""
        if self._was_signed and not _REOPENING.issuperset(kwargs.get("update_fields") or ["all"]):
            raise FrozenError(f"{self._meta.label} rows are frozen once signed")
        super().save(*args, **kwargs)
        self._was_signed = self.signed_at is not None

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self._was_signed:
            raise FrozenError(f"{self._meta.label} rows are frozen once signed")
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "DayClose":
        row = super().from_db(*args, **kwargs)
        row._was_signed = row.__dict__.get("signed_at") is not None
        return row

    _was_signed = False

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def paper(self) -> tuple[int, int, int] | None:
        """The three columns as counted on paper; None where nobody counted."""
        counted = (self.paper_main_only, self.paper_plus_one, self.paper_plus_two)
        return None if None in counted else counted

    @property
    def differs_on_paper(self) -> bool:
        """Whether the signed columns are others than those counted on paper."""
        return self.paper not in (None, (self.main_only, self.plus_one, self.plus_two))


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def standing(self) -> "ReflectionQuerySet":
        """Answers about records that count: not corrected since, nor voided."""
        return self.filter(
            consultation__voided_at__isnull=True, consultation__replaced_at__isnull=True
        )

    def gone(self) -> "ReflectionQuerySet":
        return self.filter(
            Q(consultation__voided_at__isnull=False) | Q(consultation__replaced_at__isnull=False)
        )


class Reflection(models.Model):
    """The answer to “what else could I have offered?” for one customer: a product and a line.

    Code, name and line are copied: what was resolved in March reads as in March.
    """

    close = models.ForeignKey(DayClose, models.PROTECT, related_name="reflections")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="reflections")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product"), null=True, blank=True
    )
    product_code = models.CharField(max_length=20, blank=True)
    product_name = models.CharField(max_length=100, blank=True)
    line = models.CharField(_("line"), max_length=300, blank=True)
    did_not_fit = models.BooleanField(_("did not fit"), default=False)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the evening question")
        verbose_name_plural = _("answers to the evening question")
        ordering = ["close", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "consultation"], name="reflected_once_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(did_not_fit=True, product__isnull=True, product_code="", line="")
                | (Q(did_not_fit=False, product__isnull=False) & ~Q(line="")),
                name="reflection_is_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.product_code or '-'}"


class LateEntryQuerySet(models.QuerySet["LateEntry"]):
    def waiting(self) -> "LateEntryQuerySet":
        return self.filter(state=LateEntry.State.WAITING)

    def in_branches(self, branches: models.QuerySet[Branch]) -> "LateEntryQuerySet":
        return self.filter(branch__in=branches)


class LateEntry(models.Model):
    """A consultation that came after its day was closed: kept as it was typed, until a manager
    accepts it as a correction or refuses it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="late_entries",
        verbose_name=_("employee"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="late_entries", verbose_name=_("branch")
    )
    business_date = models.DateField(_("day"))
    uuid = models.UUIDField(_("number"), editable=False)
    entry = models.JSONField(_("entry"))
    main_name = models.CharField(_("main product"), max_length=100)
    recorded_at = models.DateTimeField(_("recorded at"))
    handed_in_at = models.DateTimeField(_("handed in at"))

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decision_note = models.CharField(_("note"), max_length=200, blank=True)
    consultation = models.OneToOneField(
        Consultation,
        models.PROTECT,
        related_name="late_entry",
        verbose_name=_("became"),
        null=True,
        blank=True,
    )

    objects = LateEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("late entry")
        verbose_name_plural = _("late entries")
        ordering = ["business_date", "pk"]
        indexes = [
            models.Index(
                fields=["branch"], condition=Q(state="waiting"), name="late_entry_waiting"
            ),
            models.Index(fields=["employee", "business_date"], name="late_entry_of_a_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "uuid"], name="late_entry_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False) & Q(decided_by__isnull=False)),
                name="late_entry_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", consultation__isnull=False)
                | (~Q(state="accepted") & Q(consultation__isnull=True)),
                name="late_entry_accepted_is_a_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.uuid}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
