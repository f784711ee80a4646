"""What a customer said he plans, and when he said it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Need

_MONTHS = 12  # what was said longer ago is not held against anybody


class Horizon(models.TextChoices):
    NOW = "now", _("Now")
    THIS_YEAR = "this_year", _("This year")
    LATER = "later", _("Later")


class NeedProfileQuerySet(models.QuerySet["NeedProfile"]):
    def of(self, customer_ref: str) -> "NeedProfileQuerySet":
        return self.filter(customer_ref=customer_ref)

    def fresh(self, day: date) -> "NeedProfileQuerySet":
        """Said within a year before this day, about needs that are still asked for."""
        return self.filter(asked_on__gt=year_before(day), asked_on__lte=day, need__is_active=True)

    def soonest_first(self) -> "NeedProfileQuerySet":
        places = [models.When(horizon=value, then=n) for n, value in enumerate(Horizon.values)]
        return self.order_by(models.Case(*places), "-asked_on", "need__code")


def year_before(day: date) -> date:
    """The same day twelve months ago; 29 February has none and becomes the 28th."""
    try:
        return day.replace(year=day.year - _MONTHS // 12)
    except ValueError:
        return day.replace(year=day.year - _MONTHS // 12, day=28)


class NeedProfile(models.Model):
    """A need that a customer named when he was asked; said again, it takes the new day."""

    customer_ref = models.CharField(_("customer reference (hash)"), max_length=64)
    need = models.ForeignKey(Need, models.PROTECT, related_name="+", verbose_name=_("need"))
    horizon = models.CharField(_("when"), max_length=10, choices=Horizon.choices)
    asked_on = models.DateField(_("asked on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )

    objects = NeedProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a customer")
        verbose_name_plural = _("needs of customers")
        constraints = [
            models.UniqueConstraint(
                fields=["customer_ref", "need"],
                name="need_once_per_customer",
                violation_error_message=_("This customer named this need already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(customer_ref=""),
                name="need_of_somebody",
                violation_error_message=_("A need belongs to a customer number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.horizon} {self.asked_on}"
