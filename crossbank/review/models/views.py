"""Views of the figures that people keep for themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import User
from crossbank.review import periods
from crossbank.web.text import validate_text


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def own(self, person: User) -> "SavedViewQuerySet":
        """Nobody sees another's."""
        return self.filter(by=person).order_by("name", "pk")


class SavedView(models.Model):
    """A filter of review that somebody kept under a name of his own; gone with his account.

    `filter`: place, colleague and main product as they stand in an address. They are codes and no
    keys: what they name is looked for, and may be out of sight, whenever the view is opened.
    """

    MOST = 12  # a person
    FIXED = "fixed"

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=40, validators=[validate_text])
    filter = models.TextField(_("filter"), blank=True)
    period = models.CharField(
        _("period"),
        max_length=10,
        choices=[*periods.LABELS.items(), (FIXED, _("Exactly these days"))],
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    opens_first = models.BooleanField(_("opens first"), default=False)

    is_weekly = models.BooleanField(_("every Monday by mail"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["by", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["by"], condition=Q(opens_first=True), name="saved_view_one_opens_first"
            ),
            models.CheckConstraint(
                condition=Q(period="fixed", first_day__isnull=False, last_day__isnull=False)
                | ~Q(period="fixed") & Q(first_day__isnull=True, last_day__isnull=True),
                name="saved_view_fixed_has_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name
