"""`forget_answers`: delete what customers said so long ago that nothing shows it any more."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.voice import counts, profiles, survey


class Command(BaseCommand):
    help = (
        "Deletes answers and plans of customers that are older than twelve months. Run it nightly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        day = timezone.localdate()
        counted = counts.forget_old(day=day)
        plans = profiles.forget_old(day=day)
        survey.forget_old(day=day)
        self.stdout.write(f"{counted} counts of answers and {plans} plans deleted.")
