"""Bulk history for measuring: many made-up colleagues, rows of the same shape as real ones."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crossbank.conduct.marker import demo_mark
from crossbank.demo import days, guard, history, staff, world
from crossbank.demo.days import Played, Shift
from crossbank.demo.guard import State
from crossbank.demo.history import TEST_BRANCH
from crossbank.demo.world import Clerk, World
from crossbank.desk.models import DaySheet
from crossbank.matrix import editions
from crossbank.matrix.models import Edition


class Command(BaseCommand):
    help = "Adds bulk history of made-up colleagues (sim-0001, ...) to a demo database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, required=True, metavar="N")
        parser.add_argument("--days", type=int, required=True, metavar="N", help="up to yesterday")
        parser.add_argument(
            "--per-day", type=int, required=True, metavar="N", help="customers of each, on average"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("employees", "days", "per_day"):
            if options[name] < 1:
                raise CommandError(f"--{name.replace('_', '-')} must be 1 or more.")
        found = guard.state()
        guard.refuse_foreign(found, command="simulate")
        edition = Edition.objects.order_by("number").first() if found is not State.EMPTY else None
        if edition is None:
            raise CommandError(
                "There is no published matrix here yet: run `demo --no-serve` first."
            )
        clerks = staff.made_up(
            options["employees"], per_day=options["per_day"], seed=options["seed"]
        )
        invented = world.build(seed=options["seed"], edition=editions.load(edition.pk))
        today = history.today_at(timezone.now())
        written = history.write(_days(invented, clerks, today=today, days_back=options["days"]))
        self.stdout.write(
            f"{len(clerks)} made-up colleagues: {written.consultations:,} consultations, "
            f"{written.answers:,} presented products, {written.sheets:,} day sheets added. "
            "Days that they had already were left alone."
        )


def _days(
    invented: World, clerks: list[Clerk], *, today: date, days_back: int
) -> Iterator[tuple[Shift, list[Played]]]:
    open_days = history.calendar()
    first = today - timedelta(days=days_back)
    done = set(
        DaySheet.objects.filter(
            employee__username__startswith=staff.PREFIX, business_date__gte=first
        ).values_list("employee_id", "business_date")
    )
    done |= _test_day(clerks)
    for day in (first + timedelta(days=n) for n in range(days_back)):
        for clerk in clerks:
            hours = open_days.open_on(clerk.branch, day)
            if hours and (clerk.user.pk, day) not in done:
                shift = days.shift(world=invented, clerk=clerk, day=day, hours=hours, today=today)
                yield shift, list(days.ordinary(shift, away=0))


def _test_day(clerks: list[Clerk]) -> set[tuple[int, date]]:
    """The test day keeps its exact figures: nobody is added to it."""
    mark = demo_mark()
    if mark is None:
        return set()
    day = history.test_day_before(date.fromisoformat(mark.detail["today"]))
    return {(clerk.user.pk, day) for clerk in clerks if clerk.branch.code == TEST_BRANCH}
