"""What an employee's day says of coaching: that a note waits for his answer, until he answered."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.org.day_lines import DayLine
from crossbank.org.models import User
from crossbank.training.models import CoachingNote


def waiting(employee: User, _at: datetime) -> DayLine | None:
    """One query; of several notes no number, and the page that lists them: nobody is hurried."""
    notes = list(CoachingNote.objects.awaiting(employee)[:2])
    if not notes:
        return None
    is_one = len(notes) == 1
    return DayLine(
        words=_("A coaching note waits for your answer")
        if is_one
        else _("Coaching notes wait for your answer"),
        url=notes[0].get_absolute_url() if is_one else reverse("training:training"),
        icon="message-square",
    )
