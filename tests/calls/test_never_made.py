"""A call that nobody makes ends by itself, on every page at once and in the table at night."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crossbank.calls import forgetting, listing, refusals, services
from crossbank.calls.models import Task
from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import unseal
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
CANARY = "+49 151 2345 6789"


def after(days: int) -> datetime:
    return NOON + timedelta(days=days)


@pytest.mark.parametrize(("days", "is_waiting"), [(29, True), (30, False)])
def test_call_so_long_overdue_is_over_on_every_read(person, promised, days, is_waiting) -> None:
    seller, task = person("seller"), promised(contact=CANARY)
    due = listing.due_list(seller, at=after(days))

    assert bool(due.late) is is_waiting
    assert listing.due_now(seller, at=after(days)) == int(is_waiting)
    if is_waiting:
        assert services.reveal(task=task, at=after(days), by=seller) == CANARY
        return
    for act in (
        lambda: services.reveal(task=task, at=after(days), by=seller),
        lambda: services.note_outcome(task=task, outcome="reached_yes", at=after(days), by=seller),
        lambda: services.hand_over(task=task, to=None, at=after(days), by=seller),
    ):
        with pytest.raises(refusals.Ended, match="Never made"):
            act()
    assert not AuditEntry.objects.filter(action="contact_shown").exists()


def test_night_ends_it_and_the_number_goes_thirty_days_later(person, promised) -> None:
    task = promised(contact=CANARY)
    ended = promised(contact=CANARY)
    services.note_outcome(task=ended, outcome="reached_yes", at=NOON, by=person("seller"))

    runs = [forgetting.end_overdue(at=after(days)) for days in (30, 31, 31)]
    task.refresh_from_db()
    kept = unseal(task.contact)
    erased = [forgetting.erase_due(at=after(days)) for days in (60, 61)]

    assert (runs, erased) == ([0, 1, 0], [1, 1])
    task.refresh_from_db()
    assert (task.outcome, task.closed_at, task.attempts) == ("never_made", after(31), 0)
    assert (kept, task.contact) == (CANARY, "")


def test_set_number_of_days_counts(person, promised, settings) -> None:
    settings.OVERDUE_DAYS = 2
    promised()

    assert listing.due_now(person("seller"), at=after(1)) == 1
    assert listing.due_now(person("seller"), at=after(2)) == 0
    assert forgetting.end_overdue(at=after(3)) == 1


def test_page_says_that_it_was_never_made(sign_in, person, promised) -> None:
    task = promised(contact=CANARY)  # long before the clock of now

    page = sign_in("seller").get(f"/calls/{task.pk}/").content.decode()

    assert Task.objects.open().get() == task
    assert timezone.now() > after(31)
    assert "Never made" in page
    assert 'name="outcome"' not in page
    assert 'data-key="s"' not in page
    assert b"BEGIN:VEVENT" not in sign_in("seller").get("/calls/calendar.ics").content
