"""The sample bank and its history; nobody imports it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "crossbank.demo"
