"""The engine's reasons in the reader's words."""

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.engine.terms import Reason, ReasonKind, Snapshot
from crossbank.matrix.models import Rating

_SENTENCES: dict[ReasonKind, Promise] = {
    ReasonKind.NEED: gettext_lazy("fits “%(subject)s”"),
    ReasonKind.RATING: gettext_lazy("%(subject)s"),
    ReasonKind.OFFER: gettext_lazy("offer today"),
    ReasonKind.SEASON: gettext_lazy("first among equals until %(day)s: %(text)s"),
    ReasonKind.FREE: gettext_lazy("costs nothing"),
    ReasonKind.OTHER_FAMILY: gettext_lazy("another kind of product"),
    ReasonKind.ASK_FIRST: gettext_lazy("ask first"),
    ReasonKind.ADVISER_ONLY: gettext_lazy("an adviser concludes it"),
    ReasonKind.DEFERRED: gettext_lazy("may be accepted from day %(days)s on"),
    ReasonKind.NOT_ALLOWED: gettext_lazy("%(text)s"),
    ReasonKind.HELD: gettext_lazy("has it already"),
    ReasonKind.RETIRED: gettext_lazy("no longer sold"),
    ReasonKind.EXCLUDED: gettext_lazy("not together with %(subject)s: %(text)s"),
    ReasonKind.AT_MOST_ONE: gettext_lazy("not together with %(subject)s: %(text)s"),
    ReasonKind.REQUIRES: gettext_lazy("%(text)s (one of %(subjects)s)"),
    ReasonKind.FAMILY_SHOWN: gettext_lazy("%(subject)s, of the same kind, is shown already"),
    ReasonKind.THIRD_FREE: gettext_lazy(
        "one of three cards must cost nothing, so %(subject)s comes instead"
    ),
    ReasonKind.FREE_PLACE: gettext_lazy(
        "one of three cards must cost nothing, but only strong and good products take that place"
    ),
    ReasonKind.ANSWERED: gettext_lazy("it was spoken of already"),
    ReasonKind.BELOW: gettext_lazy("three others come first"),
    ReasonKind.WARN: gettext_lazy("with %(subject)s: %(text)s"),
    ReasonKind.WRONG_MAIN: gettext_lazy("not with this main product"),
    ReasonKind.NOT_YET: gettext_lazy("from %(day)s on"),
    ReasonKind.ENDED: gettext_lazy("ended on %(day)s"),
    ReasonKind.PAUSED: gettext_lazy("paused"),
    ReasonKind.NEEDS_APPROVAL: gettext_lazy("needs a personal approval"),
    ReasonKind.AFTER_DRAWDOWN: gettext_lazy("after drawdown"),
    ReasonKind.LOWER_PRIORITY: gettext_lazy("%(subject)s comes first"),
    ReasonKind.ONE_PRICE_BENEFIT: gettext_lazy("%(subject)s gives the one price benefit"),
    ReasonKind.PAIR_NOT_ALLOWED: gettext_lazy("the pair is not allowed"),
}


def _name(reason: Reason, snapshot: Snapshot) -> str:
    """What the reason's subject is called: a need, a product, a rating, or the code itself."""
    if reason.kind is ReasonKind.NEED and reason.subject in snapshot.need:
        return snapshot.need[reason.subject].name
    if reason.kind is ReasonKind.RATING:
        return str(Rating(reason.subject).label)
    product = snapshot.product.get(reason.subject)
    return product.name if product else reason.subject


def reason_words(reason: Reason, snapshot: Snapshot) -> str:
    """One reason as a short phrase in the language of the request."""
    if reason.kind is ReasonKind.CUSTOMER_STATUS:
        only_new = reason.subject == "new"
        return _("new customers only") if only_new else _("existing customers only")
    if reason.kind is ReasonKind.THIRD_FREE and not reason.subject:
        return _("one of three cards must cost nothing, and nothing free fits")
    known = snapshot.product
    return str(_SENTENCES[reason.kind]) % {
        "subject": _name(reason, snapshot),
        "subjects": ", ".join(known[code].name for code in reason.subjects if code in known),
        "text": reason.text,
        "days": reason.days,
        "day": formats.date_format(reason.day, "SHORT_DATE_FORMAT") if reason.day else "",
    }
