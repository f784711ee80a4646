"""What happened with a customer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "crossbank.desk"
    verbose_name = _("Desk")
