"""Prove that the day counters agree with the records they count."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from crossbank.desk.proof import drift


class Command(BaseCommand):
    help = (
        "Compares every day sheet with its records; exit 1 and the differing rows when not equal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare and report (the default)", default=True
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = drift()
        for row in found:
            columns = ", ".join(
                f"{name}: sheet {values[0]}, records {values[1]}"
                for name, values in row.items()
                if isinstance(values, tuple)
            )
            self.stdout.write(f"{row['employee']} {row['business_date']}: {columns}")
        if found:
            self.stderr.write(f"{len(found)} day sheets differ from their records.")
            raise SystemExit(1)
        self.stdout.write("All day sheets agree with their records.")
