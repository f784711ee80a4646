"""Points and badges: prove that the stored ledger follows from the events, or add what is due."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.leads import ledger
from crossbank.org import switches


class Command(BaseCommand):
    help = (
        "Compares points, badges and the states of leads with the events they follow from; exit 1 "
        "and the differing rows when not equal. --fix adds what is due (every night). Without points "
        "in use, states alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--check", action="store_true", help="compare and report (the default)", default=True
        )
        how.add_argument("--fix", action="store_true", help="add the entries that are missing")

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = self._ledger(fix=options["fix"]) + [
            f"lead {lead} is not as its last event says" for lead in ledger.state_drift()
        ]
        for words in trouble:
            self.stdout.write(words)
        if trouble:
            self.stderr.write("Points, badges or states differ from their events.")
            raise SystemExit(1)
        self.stdout.write("All that is kept follows from what happened to leads.")

    def _ledger(self, *, fix: bool) -> list[str]:
        """Nobody's points are kept where the bank uses none; turned on, the next night adds them."""
        if not switches.is_on(switches.POINTS):
            self.stdout.write("This bank uses no points: only the states of leads are checked.")
            return []
        now = timezone.now()
        if fix:
            self.stdout.write(f"{ledger.settle(at=now)} entries added.")
        found = ledger.drift(at=now)
        return [
            f"{words}: {', '.join(map(str, row))}"
            for words, rows in (("missing", found.missing), ("too much", found.surplus))
            for row in rows
        ]
