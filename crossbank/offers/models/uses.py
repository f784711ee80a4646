"""How often an offer was used, where that is limited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.offers.models.offers import Offer


class OfferCount(models.Model):
    """One counter of a limited offer. It moves only by a conditional update, with a use."""

    class Scope(models.TextChoices):
        TOTAL = "total", _("In all")
        BRANCH = "branch", _("Per branch")
        CUSTOMER = "customer", _("Per customer")

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="counts")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    key = models.CharField(max_length=64, blank=True)  # branch code, hash of the customer number
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("uses of an offer")
        verbose_name_plural = _("uses of offers")
        constraints = [
            models.UniqueConstraint(fields=["offer", "scope", "key"], name="offer_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.scope} {self.used}"
