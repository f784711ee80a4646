"""What comes first among equals for some days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, text


class SeasonalPick(models.Model):
    """A product that breaks ties for some days: never above a better rating, offer or rank."""

    cross = models.ForeignKey(
        Product, models.CASCADE, related_name="seasons", verbose_name=_("cross product")
    )
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("day after the last"))
    reason = models.CharField(
        _("why"), max_length=120, validators=text, help_text=_("Like: before the holidays.")
    )

    class Meta:
        verbose_name = _("seasonal pick")
        verbose_name_plural = _("seasonal picks")
        ordering = ["from_on", "cross"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lt=F("until_on")),
                name="season_in_order",
                violation_error_message=_("The season ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["cross", "from_on"],
                name="season_once",
                violation_error_message=_("This product has a season that begins on this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cross.code} {self.from_on}"
