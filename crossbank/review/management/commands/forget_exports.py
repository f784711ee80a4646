"""`forget_exports`: long exports are kept for a day, the file and what was asked."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.review import exports


class Command(BaseCommand):
    help = (
        "Deletes exports that are a day old with their files, and calls those failed whose "
        "process died. Asking for a new one does the same. Run it every hour, or at least nightly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        forgotten, buried = exports.forget(at=at), exports.bury(at=at)
        self.stdout.write(f"{forgotten} exports forgotten, {buried} called failed.")
