"""`weekly_mail`: every view whose owner asked for it, as a workbook to his own address."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crossbank.review import week, weekly
from crossbank.review.models import WeeklyMail
from crossbank.review.weekly import Outcome, Result


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day. Write it like 2026-11-23.") from None


class Command(BaseCommand):
    help = (
        "Sends the week that is over as a workbook to everybody who asked for it, each week once. "
        "Run it on Monday morning, and again whenever a mail could not be sent. "
        "It forgets which mails went out more than a year ago."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="as if it were this day")
        parser.add_argument("--dry-run", action="store_true", help="say who would get what")

    def handle(self, *args: Any, **options: Any) -> None:
        on, is_dry = options["on"], options["dry_run"]
        if on and on > timezone.localdate():
            raise CommandError("--on lies in the future: that week is not over.")
        if on and week.last_full(on) < WeeklyMail.known_from(timezone.now()):
            raise CommandError("--on lies too far back: nobody knows what went out then.")
        if not settings.SENDS_MAIL and not is_dry:
            raise CommandError(
                "No mail server is set. Set EMAIL_URL, for example "
                "smtp+tls://user:password@mail.bank.example:587, and EMAIL_FROM."
            )
        unclear = 0 if is_dry else self._bury()
        if not is_dry:
            WeeklyMail.objects.forgotten(timezone.now()).delete()
        jobs = weekly.jobs(on=on, at=timezone.now())
        found = [weekly.send(job, at=timezone.now(), is_dry=is_dry) for job in jobs]
        results = [result for result in found if result]
        for result in results:
            self._tell(result)
        failed = sum(result.outcome is Outcome.FAILED for result in results) + unclear
        if failed:
            raise CommandError(f"{failed} could not be sent, or nobody knows; see above.")
        sent = sum(result.outcome is Outcome.SENT for result in results)
        self.stdout.write(f"{sent} sent.")

    def _bury(self) -> int:
        left = weekly.bury(at=timezone.now())
        for mail in left:
            self.stderr.write(
                f"{mail.view.by.username}, {mail.view.name}, {week.written(mail.week)}: "
                "a run ended while sending it; it may have left and is not sent again"
            )
        return len(left)

    def _tell(self, result: Result) -> None:
        to = self.stderr if result.outcome is Outcome.FAILED else self.stdout
        why = f" ({result.why})" if result.why else ""
        what = f"{result.who}, {result.view}, {week.written(result.week)}"
        to.write(f"{what}: {result.outcome.value}{why}")
