"""Rollups: sums of what the desk recorded, kept by day. Any of them can be made again from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.matrix.models import Edition, Rating


class CountedDay(models.Model):
    """A business day whose pairs are counted, and which facts it was counted from.

    Records are only ever added and voided, never taken away, so these two numbers together are the
    version of a day: whatever happens to it, a correction or the voiding of one, moves one of them.
    """

    day = models.DateField(_("day"), unique=True)
    records = models.PositiveIntegerField(_("records"))
    voided = models.PositiveIntegerField(_("voided"))
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


class DayCustomers(models.Model):
    """Customers who took a main product on a day, by the edition that was shown."""

    day = models.DateField(_("day"))
    main = models.CharField(_("main product"), max_length=20)
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", verbose_name=_("matrix edition")
    )
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("customers of a day")
        verbose_name_plural = _("customers of a day")
        constraints = [
            models.UniqueConstraint(fields=["day", "main", "edition"], name="day_customers_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.main}: {self.times}"


class DayAnswers(models.Model):
    """What customers of a main product answered to a cross product on a day.

    `rating` as the edition shown had it; empty where the customer asked for what is not rated.
    """

    day = models.DateField(_("day"))
    main = models.CharField(_("main product"), max_length=20)
    cross = models.CharField(_("cross product"), max_length=20)
    rating = models.CharField(_("rating"), max_length=20, choices=Rating.choices, blank=True)
    response = models.CharField(_("answer"), max_length=10)
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("answers of a day")
        verbose_name_plural = _("answers of a day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "main", "cross", "rating", "response"], name="day_answers_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.main} → {self.cross} {self.response}: {self.times}"


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
