"""What customers say of themselves and of the conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "crossbank.voice"
    verbose_name = _("Voice")
