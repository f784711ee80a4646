"""A manager's word on a signed day, where the bank asks for one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly
from crossbank.desk.models.closings import DayClose


class Approval(AppendOnly):
    """Somebody else looked at a signature and found nothing to ask. It stays with that signature:
    a day that is opened again and signed anew waits anew."""

    close = models.OneToOneField(
        DayClose, models.PROTECT, related_name="approval", verbose_name=_("signature")
    )
    at = models.DateTimeField(_("approved at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )

    class Meta:
        verbose_name = _("approval of a day sheet")
        verbose_name_plural = _("approvals of day sheets")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.close_id} {self.at:%Y-%m-%d %H:%M}"
