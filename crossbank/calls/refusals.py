"""Why something cannot be done with a call, in words; each knows its status."""


class Refused(Exception):
    """What cannot be done, in words a person may read."""

    status = 409


class Ended(Refused):
    """The call was kept, fell silent or was withdrawn."""


class NotedMeanwhile(Refused):
    """Somebody noted an attempt since the page was drawn."""


class NoNumber(Refused):
    """There is no number to show."""


class WrongDay(Refused):
    """A day on which no call can be promised."""

    status = 422


class WrongColleague(Refused):
    """Only people who serve customers in the same branch."""

    status = 422


class NotTheOwner(Refused):
    """The call belongs to somebody else."""

    status = 403
