"""Needs that another unit serves, handed on and thanked for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "crossbank.leads"
    verbose_name = _("Leads")
