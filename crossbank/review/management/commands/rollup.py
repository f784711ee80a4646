"""`rollup`: count the days that are over, so that the figures of a bank need not read its records."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crossbank.review import rollup


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-31") from None


class Command(BaseCommand):
    help = (
        "Makes the review's figures of closed days: of those whose records moved since they were "
        "counted, or with --from and --until of all days of a period again. Run it every night; "
        "pages are right without it, only slower."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="since", type=_day, metavar="YYYY-MM-DD")
        parser.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="both inclusive")

    def handle(self, *args: Any, **options: Any) -> None:
        since, until = options["since"], options["until"]
        if since and until and since > until:
            raise CommandError("--until lies before --from.")
        at = timezone.now()
        days = rollup.catch_up(at=at, since=since, until=until)
        period = f": {days[0]} to {days[-1]}" if days else ""
        self.stdout.write(
            f"{len(days)} days counted{period}; closed days end with {rollup.last_closed(at)}."
        )
