"""Tallies from before, on paper or in a workbook, that were taken over: which file, when, by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly


class OldTallies(AppendOnly):
    """One file of old tallies, as it was taken over; its digest keeps it from coming twice."""

    digest = models.CharField(_("file"), max_length=64, unique=True)
    rows = models.PositiveIntegerField(_("rows"))
    customers = models.PositiveIntegerField(_("customers"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    at = models.DateTimeField(_("taken over at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("old tallies")
        verbose_name_plural = _("old tallies")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.first_on} {self.last_on} {self.customers}"
