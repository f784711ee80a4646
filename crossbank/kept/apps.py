"""What became of what was sold: kept, withdrawn, ended early, or not known yet."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeptConfig(AppConfig):
    name = "crossbank.kept"
    verbose_name = _("Sold and kept")
