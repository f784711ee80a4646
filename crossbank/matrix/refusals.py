"""Why publishing or reviewing was refused, in words for the page, with the status to answer."""

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.matrix import reviews, services

REFUSALS: dict[type[Exception], tuple[Promise, int]] = {
    services.CannotPublish: (_("This must be mended first. Nothing was published."), 422),
    services.ApproverMissing: (_("Another person has to approve this."), 409),
    services.SamePerson: (
        _("You submitted this edition yourself. Another person has to decide about it."),
        409,
    ),
    services.ReviewWaits: (_("An edition is in review. Only one can wait at a time."), 409),
    services.DraftMoved: (
        _(
            "This is not what you saw: somebody changed the matrix meanwhile, or other products "
            "are on sale on the day it starts. Please look again."
        ),
        409,
    ),
    services.StartsInPast: (_("This moment has passed. Leave it empty to start at once."), 422),
    reviews.NothingNew: (_("Nothing has changed, so nothing was published."), 409),
    reviews.AlreadyDecided: (_("This review was decided already. Nothing was changed."), 409),
    reviews.ChangedSince: (
        _(
            "The matrix was changed after this was submitted, so it was not published. Return it; "
            "the author submits it again."
        ),
        409,
    ),
    reviews.NotTheAuthor: (_("Only the author withdraws an edition. Return it instead."), 409),
    reviews.NoWords: (_("Say what should be changed."), 422),
    IntegrityError: (_("A colleague published at the same moment. Please look again."), 409),
}
REFUSED = tuple(REFUSALS)


def words_of(refusal: Exception) -> tuple[Promise, int]:
    return REFUSALS[type(refusal)] if type(refusal) in REFUSALS else REFUSALS[IntegrityError]
