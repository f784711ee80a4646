"""`erase_contacts`: end calls that nobody made, forget the numbers of calls that ended long ago."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.calls import forgetting


class Command(BaseCommand):
    help = (
        "Ends calls that are OVERDUE_DAYS days overdue, and erases the contact numbers of calls that "
        "ended CONTACT_DAYS days ago. Run it nightly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        ended = forgetting.end_overdue(at=now)
        erased = forgetting.erase_due(at=now)
        self.stdout.write(
            f"{ended} calls ended as never made, {settings.OVERDUE_DAYS} days overdue."
        )
        self.stdout.write(
            f"{erased} contact numbers erased, {settings.CONTACT_DAYS} days after the call ended."
        )
