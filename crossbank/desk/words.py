"""The engine's reasons in the reader's words."""

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.engine.conditions import Attribute
from crossbank.engine.terms import Reason, ReasonKind, Snapshot
from crossbank.matrix.models import Rating

_A_NAME_IS_ENOUGH = 330  # days; later the same month comes round again
_SENTENCES: dict[ReasonKind, Promise] = {
    ReasonKind.NEED: gettext_lazy("fits “%(subject)s”"),
    ReasonKind.SAID: gettext_lazy("said in %(month)s: %(subject)s"),
    ReasonKind.RATING: gettext_lazy("%(subject)s"),
    ReasonKind.OFFER: gettext_lazy("offer today"),
    ReasonKind.SEASON: gettext_lazy("first among equals until %(day)s: %(text)s"),
    ReasonKind.FREE: gettext_lazy("costs nothing"),
    ReasonKind.OTHER_FAMILY: gettext_lazy("another kind of product"),
    ReasonKind.ASK_FIRST: gettext_lazy("ask first"),
    ReasonKind.ADVISER_ONLY: gettext_lazy("an adviser concludes it"),
    ReasonKind.ASK: gettext_lazy("ask first: %(text)s"),
    ReasonKind.DEFERRED: gettext_lazy("may be accepted from day %(days)s on"),
    ReasonKind.NOT_ALLOWED: gettext_lazy("%(text)s"),
    ReasonKind.HELD: gettext_lazy("has it already"),
    ReasonKind.RETIRED: gettext_lazy("no longer sold"),
    ReasonKind.QUIET: gettext_lazy("quiet until %(day)s: the customer said no"),
    ReasonKind.EXCLUDED: gettext_lazy("not together with %(subject)s: %(text)s"),
    ReasonKind.AT_MOST_ONE: gettext_lazy("not together with %(subject)s: %(text)s"),
    ReasonKind.REQUIRES: gettext_lazy("%(text)s (one of %(subjects)s)"),
    ReasonKind.NOT_ELIGIBLE: gettext_lazy("cannot have it: %(text)s"),
    ReasonKind.NOT_NOW: gettext_lazy("not now: %(text)s"),
    ReasonKind.NOT_IN_INTEREST: gettext_lazy("not in the customer’s interest: %(text)s"),
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
    ReasonKind.EXHAUSTED: gettext_lazy("nothing is left of it"),
    ReasonKind.NEEDS_APPROVAL: gettext_lazy("needs a personal approval"),
    ReasonKind.AFTER_DRAWDOWN: gettext_lazy("after drawdown"),
    ReasonKind.LOWER_PRIORITY: gettext_lazy("%(subject)s comes first"),
    ReasonKind.ONE_PRICE_BENEFIT: gettext_lazy("%(subject)s gives the one price benefit"),
    ReasonKind.SAME_GROUP: gettext_lazy("not together with “%(text)s”"),
    ReasonKind.PAIR_NOT_ALLOWED: gettext_lazy("the pair is not allowed"),
}
# what is asked while nobody knows, where the owner wrote no question of his own
_QUESTIONS: dict[str, Promise] = {
    Attribute.CUSTOMER_KIND: gettext_lazy("Is the customer with us already?"),
    Attribute.AGE_BAND: gettext_lazy("How old is the customer?"),
    Attribute.NEED: gettext_lazy("What does the customer need it for?"),
    Attribute.HOLDS: gettext_lazy("Which products does the customer have?"),
    Attribute.CHANNEL: gettext_lazy("How is the customer served?"),
    Attribute.BRANCH: gettext_lazy("Is it offered in your branch?"),
    Attribute.REGION: gettext_lazy("Is it offered in your region?"),
}


def question_words(reason: Reason) -> str:
    """All that an ASK reason wants to know, on one line."""
    usual = (str(_QUESTIONS[Attribute(name)]) for name in reason.subjects)
    return " ".join(filter(None, (reason.text, *usual)))


def _name(reason: Reason, snapshot: Snapshot) -> str:
    """What the reason's subject is called: a need, a product, a rating, or the code itself."""
    if reason.kind in (ReasonKind.NEED, ReasonKind.SAID) and reason.subject in snapshot.need:
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
        "text": question_words(reason) if reason.kind is ReasonKind.ASK else reason.text,
        "days": reason.days,
        "day": formats.date_format(reason.day, "SHORT_DATE_FORMAT") if reason.day else "",
        "month": _month(reason) if reason.day else "",
    }


def _month(reason: Reason) -> str:
    """A month of the past year by its name; with its year where the name alone could mislead."""
    is_recent = reason.days is not None and reason.days < _A_NAME_IS_ENOUGH
    return formats.date_format(reason.day, "F" if is_recent else "YEAR_MONTH_FORMAT")
