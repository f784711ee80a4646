"""What we must not do, and who did what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConductConfig(AppConfig):
    name = "crossbank.conduct"
    verbose_name = _("Conduct")
