"""Why a coaching note or a reply is refused, in words; each knows its status and its field."""

from django.utils.translation import gettext as _

from crossbank.engine.phrases import Finding


class Refused(Exception):
    """Nothing was written."""

    status = 422
    field = ""

    def __str__(self) -> str:
        return _("This cannot be done now.")


class Presses(Refused):
    """Words that press; says which, and what would be better."""

    field = "text"

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding

    def __str__(self) -> str:
        told = {"quote": self.finding.quote, "better": self.finding.rule.better}
        return _("“%(quote)s” puts pressure on a colleague. Better: %(better)s") % told


class NotOfBranch(Refused):
    field = "to"

    def __str__(self) -> str:
        return _("This colleague does not sell in your branch.")


class NotOfThread(Refused):
    status = 403


class KeyReused(Refused):
    def __str__(self) -> str:
        return _("This was sent a moment ago, in other words. Open the page anew to write again.")
