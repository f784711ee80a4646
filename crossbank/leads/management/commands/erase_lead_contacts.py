"""Erase the sealed numbers of leads that are over, or that nobody touched any more."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.leads import contacts


class Command(BaseCommand):
    help = (
        "Erases contact and case numbers of leads CONTACT_DAYS days after their end or the last act "
        "(every night)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        erased = contacts.erase(at=timezone.now())
        days = settings.CONTACT_DAYS
        self.stdout.write(f"{erased} numbers erased, {days} days after the end or the last act.")
