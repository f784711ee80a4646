"""Why a goal was not written or not decided, in words; each knows its status and its field."""


class Refused(Exception):
    """Nothing was written. `field`: of the form that was sent, empty where it is about all of it."""

    status = 422
    field = ""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field or self.field


class NotYours(Refused):
    """It is another one's to do."""

    status = 403


class OwnGoal(Refused):
    """Nobody agrees to what he proposed himself."""

    status = 403


class UnfitDays(Refused):
    """Too early, too late, too short or too long."""


class GoneBranch(Refused):
    """There is no team any more: it was merged into another one."""


class SmallTeam(Refused):
    """A goal of so few would be the goal of a person."""


class Presses(Refused):
    """Words that press."""

    field = "reason"


class Overlaps(Refused):
    """Two goals for one thing on one day."""

    field = "since"


class Moved(Refused):
    """It is not any more what the page showed."""

    status = 409
