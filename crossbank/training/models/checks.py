"""A self-check that its owner alone reads, days of practice, and counts that know nobody."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import Branch, Region, User

# So long is an own answer kept; and a month of counts, after it is over.
KEPT = timedelta(days=365)


class OwnQuerySet(models.QuerySet["BarrierCheck | PracticeDay"]):
    """Rows that nobody reads but who wrote them."""

    def of(self, employee: User) -> "OwnQuerySet":
        return self.filter(employee=employee)

    def stale(self, day: date) -> "OwnQuerySet":
        return self.filter(on__lt=day - KEPT)


class BarrierCheck(models.Model):
    """What one employee marked on one day. No page but his own reads it, nor does the admin.

    `counts_in`: the branch whose mix of that month holds it. Of a person's checks of a month only
    the last one is held anywhere, and none of a manager: who reads a mix must not know one part. For
    who becomes one later it is left out again when he reads.
    """

    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    on = models.DateField(_("day"))
    marks = models.JSONField(_("marked"), default=list, blank=True)
    month = models.CharField(_("month of the mix"), max_length=7)
    counts_in = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="+",
        verbose_name=_("counted in"),
        null=True,
        blank=True,
    )

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        constraints = [
            models.UniqueConstraint(fields=["employee", "on"], name="check_once_a_day"),
            models.UniqueConstraint(
                fields=["employee", "month"],
                condition=Q(counts_in__isnull=False),
                name="check_counted_once_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on}"  # never what was marked: this may reach a log


class PracticeDay(models.Model):
    """One employee practised the pair of that day; he alone sees it."""

    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    on = models.DateField(_("day"))
    main_code = models.CharField(_("main product"), max_length=20)
    cross_code = models.CharField(_("cross product"), max_length=20)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of practice")
        verbose_name_plural = _("days of practice")
        constraints = [
            models.UniqueConstraint(fields=["employee", "on"], name="practised_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on}"


class MixCount(models.Model):
    """How many of a branch marked one barrier in one month; without barrier, how many answered.

    All rows of a month and branch are made and written together. The region is that of the first
    answer: a branch that changes it takes no past month along.
    """

    month = models.CharField(_("month"), max_length=7)  # 2026-03: no day could stand in it
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    barrier = models.CharField(_("barrier"), max_length=20, blank=True)
    n = models.PositiveIntegerField(_("how many"), default=0)

    class Meta:
        verbose_name = _("count of a mix")
        verbose_name_plural = _("counts of mixes")
        constraints = [
            models.UniqueConstraint(fields=["month", "branch", "barrier"], name="mix_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.branch_id} {self.barrier}"
