"""Which edition is in force: a numbered line of editions, each with the moment it starts."""

from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    OVERTAKEN = "overtaken"


def standing(*, effective_from: datetime, higher_starts: datetime | None, at: datetime) -> Standing:
    """This will say where one edition stands at a moment.

    The rule: of the editions whose moment has come, the highest number is in force. A later
    decision outranks an earlier one, so an edition that a higher number starts before (or with)
    is overtaken: it never comes into force, not even when its own moment has come. That is also
    how a scheduled edition is called off: publish a newer one that starts at once.

    `higher_starts`: the earliest start among all higher numbers; None when there is none.
    """
    if higher_starts is not None and higher_starts <= effective_from:
        return Standing.OVERTAKEN
    if effective_from > at:
        return Standing.SCHEDULED
    if higher_starts is not None and higher_starts <= at:
        return Standing.SUPERSEDED
    return Standing.IN_FORCE
