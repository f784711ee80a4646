"""A holiday that was entered after the promise moves the call on every page, and is not late."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from crossbank.calls import listing
from crossbank.org.models import Holiday
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY, TUESDAY = date(2026, 3, 20), date(2026, 3, 23), date(2026, 3, 24)


@pytest.fixture
def moved(promised, person):
    """Promised for a Friday and a Monday; afterwards both become holidays."""
    tasks = [promised(day=FRIDAY, product_name="Fri"), promised(day=MONDAY, product_name="Mon")]
    for day in (FRIDAY, MONDAY):
        Holiday.objects.create(branch=person("seller").branch, on=day, name="late news")
    return tasks


def moment(day: date) -> datetime:
    return NOON.replace(year=day.year, month=day.month, day=day.day)


def shown(person, day: date) -> tuple[list[str], list[str], list[tuple[date, str]]]:
    """What is late, due and soon on some day."""
    due = listing.due_list(person("seller"), at=moment(day))
    late = [line.task.product_name for one in due.late for line in one.lines]
    soon = [(one.on, line.task.product_name) for one in due.soon for line in one.lines]
    return late, [line.task.product_name for line in due.due], soon


@pytest.mark.parametrize(
    ("day", "found", "now"),
    [
        (date(2026, 3, 19), ([], [], [(TUESDAY, "Fri"), (TUESDAY, "Mon")]), 0),
        (FRIDAY, ([], [], [(TUESDAY, "Fri"), (TUESDAY, "Mon")]), 0),
        (MONDAY, ([], [], [(TUESDAY, "Fri"), (TUESDAY, "Mon")]), 0),
        (TUESDAY, ([], ["Fri", "Mon"], []), 2),
        (date(2026, 3, 25), (["Fri", "Mon"], [], []), 2),
    ],
)
def test_call_moves_to_the_day_after_the_holiday(person, moved, day, found, now) -> None:
    assert shown(person, day) == found
    assert listing.due_now(person("seller"), at=moment(day)) == now


def test_call_that_moves_out_of_the_next_days_waits(person, promised) -> None:
    branch = person("seller").branch
    promised(day=date(2026, 3, 25))  # the fifth open day from NOON's Wednesday
    Holiday.objects.create(branch=branch, on=date(2026, 3, 25), name="late news")

    assert shown(person, date(2026, 3, 18)) == ([], [], [(date(2026, 3, 26), "Debit card")])
    assert shown(person, date(2026, 3, 17)) == ([], [], [])


def test_holiday_that_is_taken_back_takes_the_move_back(person, moved) -> None:
    Holiday.objects.filter(on=FRIDAY).delete()

    assert shown(person, FRIDAY) == ([], ["Fri"], [(TUESDAY, "Mon")])


def test_page_slip_and_calendar_file_name_the_moved_day(sign_in, person, promised) -> None:
    now = timezone.now()
    branch = person("seller").branch
    on = branch.local_day(now) + timedelta(days=1)
    task = promised(day=on, at=now)
    client = sign_in("seller")
    first = Calendar.from_ical(client.get("/calls/calendar.ics").content).walk("VEVENT")[0]

    Holiday.objects.create(branch=branch, on=task.due_on, name="late news")

    line = client.get(f"/calls/{task.pk}/").context["line"]
    slip = client.get(f"/calls/{task.pk}/?print=1").context["line"]
    (event,) = Calendar.from_ical(client.get("/calls/calendar.ics").content).walk("VEVENT")
    assert line.on > task.due_on
    assert line.is_moved
    assert (slip.on, event["dtstart"].dt) == (line.on, line.on)
    assert event["dtend"].dt == line.on + timedelta(days=1)
    assert event["sequence"] > first["sequence"]
