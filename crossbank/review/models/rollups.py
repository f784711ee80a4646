"""Rollups: sums of what the desk recorded, kept by day. Any of them can be made again from it.

Narrow and several, because a rollup is worth only what it makes smaller: each has the keys of one
kind of page, and what it counts in columns.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.models import Edition
from crossbank.org.models import Branch


class CountedDay(models.Model):
    """A business day that is rolled up, and which state of its day sheets it was counted from.

    `changes`: the sum of theirs. Whatever happens to a record, correction, void or late entry, moves
    it in the same transaction, so a day is up to date exactly while both agree.
    """

    day = models.DateField(_("day"), unique=True)
    changes = models.PositiveBigIntegerField(_("changes"))
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class Tallied(models.Model):
    """The columns of `tallies.Tally`, which says what they count."""

    day = models.DateField(_("day"))
    main_only = models.PositiveIntegerField(default=0)
    plus_one = models.PositiveIntegerField(default=0)
    plus_two = models.PositiveIntegerField(default=0)
    no_main = models.PositiveIntegerField(default=0)
    presented = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
    live_no_main = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    took = models.PositiveIntegerField(default=0)
    with_offer = models.PositiveIntegerField(default=0)
    roomy = models.PositiveIntegerField(default=0)
    three = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    in_hurry = models.PositiveIntegerField(default=0)
    came_for_service = models.PositiveIntegerField(default=0)
    not_suitable = models.PositiveIntegerField(default=0)
    forgot = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class BranchDay(Tallied):
    """A branch's day."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("day of a branch")
        verbose_name_plural = _("days of branches")
        constraints = [models.UniqueConstraint(fields=["day", "branch"], name="branch_day_once")]
        indexes = [models.Index(fields=["branch", "day"], name="branch_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.branch_id}"


class StaffDay(Tallied):
    """What one colleague recorded in a branch on a day."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("day of a colleague")
        verbose_name_plural = _("days of colleagues")
        constraints = [
            models.UniqueConstraint(fields=["day", "branch", "employee"], name="staff_day_once")
        ]
        indexes = [models.Index(fields=["branch", "day"], name="staff_day_branch")]

    def __str__(self) -> str:
        return f"{self.day} {self.employee_id}"


class MainDay(Tallied):
    """A main product's day in the whole bank, by the edition that was shown."""

    main = models.CharField(_("main product"), max_length=20)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("day of a main product")
        verbose_name_plural = _("days of main products")
        constraints = [
            models.UniqueConstraint(fields=["day", "main", "edition"], name="main_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.main}"


class BranchMainDay(Tallied):
    """A main product's day in one branch, by the edition that was shown."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    main = models.CharField(_("main product"), max_length=20)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("day of a main product in a branch")
        verbose_name_plural = _("days of main products in branches")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "branch", "main", "edition"], name="branch_main_day_once"
            )
        ]
        indexes = [
            models.Index(fields=["branch", "day"], name="branch_main_day_branch"),
            models.Index(fields=["main", "day"], name="branch_main_day_main"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.branch_id} {self.main}"


class Paired(models.Model):
    """The columns of `tallies.Said`, which says what they count. The edition shown says how the
    pair was rated, what the products were called and whose they were."""

    day = models.DateField(_("day"))
    main = models.CharField(_("main product"), max_length=20)
    cross = models.CharField(_("cross product"), max_length=20)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    accepted = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0)
    interested = models.PositiveIntegerField(default=0)
    follow_up = models.PositiveIntegerField(default=0)
    with_offer = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    has_it = models.PositiveIntegerField(default=0)
    no_need = models.PositiveIntegerField(default=0)
    not_now = models.PositiveIntegerField(default=0)
    too_expensive = models.PositiveIntegerField(default=0)
    thinks_it_over = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class PairDay(Paired):
    """What customers of a main product heard of a cross product, in the whole bank on a day."""

    class Meta:
        verbose_name = _("day of a pair")
        verbose_name_plural = _("days of pairs")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "main", "cross", "edition"], name="pair_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.main} → {self.cross}"


class BranchPairDay(Paired):
    """The same in one branch."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("day of a pair in a branch")
        verbose_name_plural = _("days of pairs in branches")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "branch", "main", "cross", "edition"], name="branch_pair_day_once"
            )
        ]
        indexes = [models.Index(fields=["branch", "day"], name="branch_pair_day_branch")]

    def __str__(self) -> str:
        return f"{self.day} {self.branch_id} {self.main} → {self.cross}"


class Curve(models.Model):
    """How often something took a value: the hour a customer was served, the seconds on keys."""

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10)
    value = models.PositiveSmallIntegerField(_("value"))
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        abstract = True


class BranchCurve(Curve):
    """In one branch."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("curve of a branch")
        verbose_name_plural = _("curves of branches")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "branch", "kind", "value"], name="branch_curve_once"
            )
        ]
        indexes = [models.Index(fields=["branch", "day"], name="branch_curve_branch")]

    def __str__(self) -> str:
        return f"{self.day} {self.branch_id} {self.kind} {self.value}: {self.times}"


class MainCurve(Curve):
    """Of one main product, in the whole bank."""

    main = models.CharField(_("main product"), max_length=20)

    class Meta:
        verbose_name = _("curve of a main product")
        verbose_name_plural = _("curves of main products")
        constraints = [
            models.UniqueConstraint(fields=["day", "main", "kind", "value"], name="main_curve_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.main} {self.kind} {self.value}: {self.times}"


class DayTogether(models.Model):
    """Customers of a day who took two products, main ones included; with itself: who took it."""

    day = models.DateField(_("day"))
    one = models.CharField(_("product"), max_length=20)
    other = models.CharField(_("other product"), max_length=20)
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("products taken together on a day")
        verbose_name_plural = _("products taken together on a day")
        indexes = [
            models.Index(fields=["one", "day"], name="together_one_day"),
            models.Index(fields=["other", "day"], name="together_other_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["day", "one", "other"], name="day_together_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.one} + {self.other}: {self.times}"
