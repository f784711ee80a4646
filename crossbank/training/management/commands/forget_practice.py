"""`forget_practice`: delete self-checks and days of practice so old that nobody is shown them."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.training import counts, services


class Command(BaseCommand):
    help = (
        "Deletes self-checks, days of practice and counts of mixes that are older than twelve "
        "months. Run it nightly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        day = timezone.localdate()
        own = services.forget_old(day=day)
        counted = counts.forget_old(day=day)
        self.stdout.write(f"{own} self-checks and days of practice and {counted} counts deleted.")
