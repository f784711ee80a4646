"""Who and where: regions, branches, people, and who sees what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "crossbank.org"
    verbose_name = _("Organisation")
