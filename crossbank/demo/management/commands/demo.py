"""One command from a clone to a bank that can be walked through."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from crossbank.conduct.marker import demo_mark, mark_demo
from crossbank.demo import (
    bank,
    closings,
    given,
    guard,
    history,
    leads,
    practised,
    promised,
    serving,
    sold,
)
from crossbank.demo.guard import State
from crossbank.desk.models import Consultation
from crossbank.org.models import User
from crossbank.review import rollup

_EXPORTED_DAYS = 28
# what each demo person is for, in the order of the walk
PEOPLE = {
    "seller": "serves customers in B01",
    "seller2": "serves customers in B02",
    "manager": "reviews B01, takes the workbook",
    "manager2": "reviews B02",
    "regional": "reviews the region of B01",
    "owner": "keeps products, matrix and offers",
    "owner2": "approves what owner publishes",
    "conduct": "looks after fair conduct",
    "auditor": "reads everything, changes nothing",
    "admin": "people, branches, what this bank uses",
}


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2100:
        raise ArgumentTypeError(f"{text!r} is not a day of this century; write it as 2026-03-31")
    return found


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number in a range, both ends included."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return read


class Command(BaseCommand):
    help = "Makes a demo bank with some weeks of history, and serves it on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=number(1, 65535), default=8000)
        parser.add_argument("--no-serve", action="store_true", help="load only")
        parser.add_argument(
            "--export",
            type=Path,
            metavar="FILE.xlsx",
            help=f"write the last {_EXPORTED_DAYS} days of the whole bank as a workbook",
        )
        parser.add_argument("--days", type=number(0, 3650), default=63, help="days of history (63)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another history")
        parser.add_argument(
            "--today",
            type=day,
            metavar="YYYY-MM-DD",
            help="the history ends the day before; the default is the clock's today",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = options["today"] or history.today_at(now)
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.")
        if not options["no_serve"]:
            serving.require_free(options["port"])
        found = guard.state()
        guard.refuse_foreign(found, command="demo")
        call_command("migrate", verbosity=0, interactive=False)
        self._load(found, today=today, at=now, options=options)
        rollup.catch_up(at=now)
        if options["export"]:
            self._export(options["export"], today)
        serving.collect_if_stale()
        self._tell(today, options["port"])
        if not options["no_serve"]:
            self.stdout.write("Serving. Stop it with Ctrl-C.")
            self.stdout.flush()
            serving.serve(options["port"])

    def _load(self, found: State, *, today: date, at: datetime, options: dict[str, Any]) -> None:
        mark = demo_mark() if found is State.DEMO else None
        files = bank.digest()
        if mark and mark.detail["files"] == files:
            self.stdout.write(
                f"The demo bank is here since {mark.at:%Y-%m-%d}: no days were added, "
                "nothing was changed."
            )
            return
        with transaction.atomic():  # all of it or nothing, so that a second try starts clean
            self._say("Added", bank.load(today=today))
            bank.publish(effective_from=_in_force_from(today, options["days"]), at=at)
            if Consultation.objects.exists():
                self.stdout.write("No days were added; nothing that was here was changed.")
            else:
                self._play(today, options["days"], options["seed"])
            if found is not State.FOREIGN:
                mark_demo(
                    detail={
                        "files": files,
                        "today": (mark.detail["today"] if mark else today.isoformat()),
                        "seed": options["seed"],
                    },
                    at=at,
                    by=User.objects.select_related("branch").get(username="admin"),
                )

    def _play(self, today: date, days: int, seed: int) -> None:
        written = history.play(today=today, days_back=days, seed=seed)
        long_ago = sold.play(today=today, days_back=days, seed=seed)
        self._say(
            f"Played {days} days of life up to {today - timedelta(days=1)} (seed {seed})",
            {
                "consultations": written.consultations,
                "presented products": written.answers,
                "day sheets": written.sheets,
                "promised calls": promised.play(today=today),
                **given.play(today=today, seed=seed),
                **closings.play(today=today, seed=seed),
            },
        )
        self._say("Played an invented programme of leads", leads.play(today=today, seed=seed))
        self._say("Played some practice", practised.play(today=today))
        self._say("Played sales of long ago", long_ago)

    def _say(self, lead: str, counts: dict[str, int]) -> None:
        parts = [f"{n:,} {what}" for what, n in counts.items() if n]
        if parts:
            self.stdout.write(f"{lead}: {', '.join(parts)}.")

    def _export(self, file: Path, today: date) -> None:
        first = today - timedelta(days=_EXPORTED_DAYS - 1)
        call_command(
            "export",
            *("--from", first.isoformat(), "--until", today.isoformat(), "--out", str(file)),
            stdout=self.stdout,
        )

    def _tell(self, today: date, port: int) -> None:
        test_day = self._test_day(today)
        counts = history.counts_on(test_day, branch=history.TEST_BRANCH)
        address = f"http://{serving.ADDRESS}:{port}/"
        self.stdout.write("")
        self.stdout.write(self.style.MIGRATE_HEADING(address))
        if settings.HTTPS:
            self.stdout.write("HTTPS is on, so browsers cannot sign in here: set HTTPS=0.")
        self.stdout.write(f"Everybody's password: {bank.PASSWORD}")
        for user in User.objects.filter(username__in=PEOPLE).order_by("pk"):
            role = str(user.get_role_display())
            self.stdout.write(f"  {user.username:<10}{role:<19}{PEOPLE[user.username]}")
        self.stdout.write("")
        self.stdout.write(
            f"Test day of {history.TEST_BRANCH}: {test_day:%Y-%m-%d, %A}: {counts.total} customers, "
            f"{counts.main_only} main only, {counts.plus_one} main + 1, {counts.plus_two} main + 2; "
            f"cross rate {counts.cross_rate or 0:.1%}, depth {counts.depth or 0:.3f}."
        )
        period = f"from={test_day}&until={test_day}&branch={history.TEST_BRANCH}"
        self.stdout.write(f"  as manager: {address}review/?{period}")

    def _test_day(self, today: date) -> date:
        """Of the day for which the history was played, perhaps some weeks ago."""
        mark = demo_mark()
        return history.test_day_before(date.fromisoformat(mark.detail["today"]) if mark else today)


def _in_force_from(today: date, days: int) -> datetime:
    """Edition 1 is in force before the history, and early enough for a longer simulation."""
    new_year = datetime(today.year - 1, 1, 1, tzinfo=UTC)
    return min(new_year, history.begins(today, days_back=days))
