"""What we may give, to whom, until when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OffersConfig(AppConfig):
    name = "crossbank.offers"
    verbose_name = _("Offers")
