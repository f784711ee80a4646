"""What it adds up to; reads all rooms, writes no fact."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "crossbank.review"
    verbose_name = _("Review")
