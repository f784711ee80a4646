"""What every page needs; knows Django, knows no room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "crossbank.web"
