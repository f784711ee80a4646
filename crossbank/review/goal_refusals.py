"""Why a goal was not written or not decided, in words; each knows its status and its field."""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crossbank.engine.phrases import Finding
from crossbank.review.models import Goal


class Refused(Exception):
    """Nothing was written."""

    status = 422
    field = ""

    def __str__(self) -> str:
        return _("This cannot be done now.")


class NotYours(Refused):
    """It is another one's to do."""

    status = 403

    def __str__(self) -> str:
        return _("A goal is proposed by the manager of its branch and decided by conduct.")


class OwnGoal(Refused):
    """Nobody agrees to what he proposed himself."""

    status = 403

    def __str__(self) -> str:
        return _("You proposed this goal, so somebody else of conduct decides on it.")


class UnfitDays(Refused):
    def __init__(self, field: str, words: str | Promise) -> None:
        super().__init__()
        self.field, self.words = field, words

    def __str__(self) -> str:
        return str(self.words)


class SmallTeam(Refused):
    """A goal of so few would be the goal of a person."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.least = least

    def __str__(self) -> str:
        return _(
            "Fewer than %(least)d people serve customers in this branch: a goal would be "
            "somebody’s own, and nobody has one."
        ) % {"least": self.least}


class Presses(Refused):
    """Words that press; says which, and what would be better."""

    field = "reason"

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding

    def __str__(self) -> str:
        told = {"quote": self.finding.quote, "better": self.finding.rule.better}
        return _("“%(quote)s” presses. Better: %(better)s") % told


class Overlaps(Refused):
    """Two goals for one thing on one day."""

    field = "since"

    def __init__(self, goal: Goal) -> None:
        super().__init__()
        self.goal = goal

    def __str__(self) -> str:
        since, last = (
            date_format(day, "SHORT_DATE_FORMAT") for day in (self.goal.since, self.goal.last)
        )
        told = {"goal": self.goal.title, "since": since, "last": last}
        return (
            _("For some of these days there is a goal already: “%(goal)s”, %(since)s to %(last)s.")
            % told
        )


class Moved(Refused):
    """It is not any more what the page showed."""

    status = 409

    def __init__(self, state: str | Promise) -> None:
        super().__init__()
        self.state = state

    def __str__(self) -> str:
        return _("Nothing was changed: this goal stands at “%(state)s” meanwhile.") % {
            "state": self.state
        }
