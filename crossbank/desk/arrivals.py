"""When an entry says that it happened, and when it came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crossbank.desk.entries import Entry

CLOCK_TOLERANCE = timedelta(minutes=5)
_BELIEVED = timedelta(hours=72)  # of what waited before it was sent (decision 7)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """When a record says that it happened, and when it came. `is_late`: into a day that took no
    saves any more, let in by a manager."""

    recorded_at: datetime
    clock_suspect: bool = False
    received_at: datetime
    is_late: bool = False


def arrival_of(entry: Entry, *, at: datetime, waited: bool = False) -> Arrival:
    """What the paper sheet or the desk said, where that can be believed; else the moment it came,
    and that the client's clock was wrong. `waited`: what is handed in may be three days old.
    """
    said = entry.client_saved_at
    if entry.paper_taken is not None and entry.started_at:
        recorded_at = entry.started_at  # the time that stood on the paper sheet
    elif said and at - (_BELIEVED if waited else CLOCK_TOLERANCE) <= said <= at + CLOCK_TOLERANCE:
        recorded_at = said
    else:
        return Arrival(recorded_at=at, clock_suspect=said is not None, received_at=at)
    return Arrival(recorded_at=recorded_at, received_at=at)
