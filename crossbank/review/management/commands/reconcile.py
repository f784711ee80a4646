"""Prove that everything counted agrees with the records it counts, and mend what does not."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crossbank.desk import proof
from crossbank.org.models import Role, User
from crossbank.review import rollup

_MADE_BY = "command line"


class Command(BaseCommand):
    help = (
        "Compares every day sheet and every counted day with its records; exit 1 and the differing "
        "rows when not equal. --fix counts again what differs; a day that was closed keeps what was "
        "signed and is only reported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--check", action="store_true", help="compare and report (the default)")
        which.add_argument("--fix", action="store_true", help="mend what can be mended")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix"]:
            self._fix(timezone.now())
        troubles = [*self._sheets(), *self._days()]
        if troubles:
            for trouble in troubles:
                self.stderr.write(trouble)
            raise SystemExit(1)
        self.stdout.write("All day sheets agree with their records.")
        self.stdout.write("All counted days agree with their records.")

    def _fix(self, at: datetime) -> None:
        # whoever has the machine's command line acts with its rights, under no name of ours
        by = User(username=_MADE_BY, role=Role.ADMIN)
        for row in proof.drift():
            if proof.mend(row, at=at, by=by):
                self.stdout.write(f"{row['employee']} {row['business_date']}: counted again.")
        for day in rollup.drift():
            rollup.count_day(day, at=at)
            self.stdout.write(f"{day}: counted again.")

    def _sheets(self) -> list[str]:
        found = proof.drift()
        for row in found:
            columns = ", ".join(
                f"{name}: sheet {values[0]}, records {values[1]}"
                for name, values in row.items()
                if isinstance(values, tuple)
            )
            closed = " (closed: correct it by a late entry)" if row["is_closed"] else ""
            self.stdout.write(f"{row['employee']} {row['business_date']}: {columns}{closed}")
        return _summary(found, "day sheets differ from their records.")

    def _days(self) -> list[str]:
        days = rollup.drift()
        for day in days:
            self.stdout.write(
                f"{day}: counts differ; count again: rollup --from {day} --until {day}"
            )
        return _summary(days, "counted days differ from their records.")


def _summary(found: Iterable[Any], words: str) -> list[str]:
    number = len(list(found))
    return [f"{number} {words}"] if number else []
