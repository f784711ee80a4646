"""Why an act on a lead is refused, in words; each knows its status and the field it is about."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """Nothing was written."""

    status = 409
    field = ""

    def __str__(self) -> str:
        return _("This cannot be done now.")


class OwnUnit(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("This is your own unit: what you serve yourself needs no handing on.")


class NotServed(Refused):
    status, field = 422, "product"

    def __str__(self) -> str:
        return _(
            "This product needs a licensed adviser, and this unit has none for it. Choose a unit "
            "that serves it, or “not sure”."
        )


class NotInUse(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("This unit takes no leads any more. Choose another one, or “not sure”.")


class NobodyThere(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("Nobody takes leads there just now. Choose another unit, or “not sure”.")


class KeyReused(Refused):
    status = 422

    def __str__(self) -> str:
        return _("This was handed on a moment ago, in other words. Open the page anew to add one.")


class DayPassed(Refused):
    status, field = 422, "contact_on"

    def __str__(self) -> str:
        return _("This day has passed, or is more than a year away.")


class NoWords(Refused):
    status, field = 422, "note"

    def __str__(self) -> str:
        return _("Say why, in a few words: your colleague reads it.")


class NoSuchColleague(Refused):
    status, field = 422, "colleague"

    def __str__(self) -> str:
        return _("Choose a colleague of this unit who does not have it already.")


class OnlyConnects(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("Coordination connects: pass it to the unit that can help, or say why none can.")


class SameUnit(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("It is with this unit already. Choose another one.")


class SendersUnit(Refused):
    status, field = 422, "unit"

    def __str__(self) -> str:
        return _("The colleague who handed it on works there. Choose another unit.")


class AlreadyTaken(Refused):
    """Names nobody: who took it stands in the lead, for those who may read it."""

    def __str__(self) -> str:
        return _("It is accepted already, by you or by a colleague. Nothing was changed.")


class MovedOn(Refused):
    def __str__(self) -> str:
        return _("It has moved on since this page was opened. Nothing was changed; look again.")


class RanOut(Refused):
    def __str__(self) -> str:
        return _("Its time is over: nobody took it up. Whoever handed it on can do so anew.")


class NotYours(Refused):
    """Not of the unit, or one's own lead: nobody takes up what he himself handed on."""

    status = 403

    def __str__(self) -> str:
        return _("Only colleagues of the unit do this, and nobody with a lead of his own.")
