"""One's own due list as a calendar file: the day, the product, a link; nothing of the customer."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from crossbank.calls.listing import Line
from crossbank.calls.models import Task


def calendar_file(lines: Iterable[Line], *, address_of: Callable[[Task], str]) -> bytes:
    """This will write one all-day event per call (RFC 5545), without an alarm.

    The UID never changes, so that taking the file in again moves an event instead of doubling it;
    SEQUENCE grows with every attempt, and with a day that the branch closes later.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Crossbank//Calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for line in lines:
        calendar.add_component(_event(line, address_of(line.task)))
    return calendar.to_ical()


def _event(line: Line, address: str) -> Event:
    task, event = line.task, Event()
    event.add("uid", f"call-{task.pk}@crossbank")
    event.add("dtstamp", task.created_at)
    event.add("sequence", task.attempts + (line.on - task.due_on).days)
    event.add("dtstart", line.on)
    event.add("dtend", line.on + timedelta(days=1))
    event.add("summary", _("Call: %(product)s") % {"product": task.about})
    about = [str(task.get_kind_display())]
    if task.main_name:
        about.append(_("beside %(main)s") % {"main": task.main_name})
    event.add("description", ", ".join(about))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
