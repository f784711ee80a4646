"""What we teach: a private self-check, one pair a day to practise, and coaching notes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "crossbank.training"
    verbose_name = _("Training")
