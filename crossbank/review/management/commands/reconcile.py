"""Prove that everything counted agrees with the records it counts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from crossbank.desk.proof import drift
from crossbank.review import pair_days


class Command(BaseCommand):
    help = (
        "Compares every day sheet and every counted day of pairs with its records; exit 1 and the "
        "differing rows when not equal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare and report (the default)", default=True
        )

    def handle(self, *args: Any, **options: Any) -> None:
        troubles = [*self._sheets(), *self._pairs()]
        if troubles:
            for trouble in troubles:
                self.stderr.write(trouble)
            raise SystemExit(1)
        self.stdout.write("All day sheets agree with their records.")
        self.stdout.write("All counted days of pairs agree with their records.")

    def _sheets(self) -> list[str]:
        found = drift()
        for row in found:
            columns = ", ".join(
                f"{name}: sheet {values[0]}, records {values[1]}"
                for name, values in row.items()
                if isinstance(values, tuple)
            )
            self.stdout.write(f"{row['employee']} {row['business_date']}: {columns}")
        return [f"{len(found)} day sheets differ from their records."] if found else []

    def _pairs(self) -> list[str]:
        days = pair_days.drift()
        for day in days:
            self.stdout.write(
                f"{day}: pair counts differ; count again: evidence --from {day} --until {day}"
            )
        return [f"{len(days)} counted days of pairs differ from their records."] if days else []
