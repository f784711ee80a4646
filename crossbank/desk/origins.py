"""Who wrote a cell of the matrix, and who spoke in vain, in words."""

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossbank.engine.explain import Line, Place
from crossbank.engine.rules import Loser, Why
from crossbank.engine.terms import Snapshot
from crossbank.matrix.models import Rating

_WHY_LOST: Mapping[Why, Promise] = {
    Why.NOT_ALLOWED: gettext_lazy("something forbids the pair"),
    Why.MANUAL: gettext_lazy("the pair is written by hand"),
    Why.PRIORITY: gettext_lazy("another rule comes first"),
    Why.SAME: gettext_lazy("another rule says the same"),
}


def written(line: Line, snapshot: Snapshot) -> Iterator[str]:
    """Rating and reason, the hand or rule that wrote them, and who spoke in vain."""
    if line.pair:
        words = {"rating": Rating(line.pair.rating.value).label, "reason": line.pair.reason}
        yield _("%(rating)s: %(reason)s") % words if line.pair.reason else str(words["rating"])
    elif line.step:
        words = {"reason": line.step.reason}
        yield _("a better main product: %(reason)s") % words
    elif line.place is Place.NOT_RATED:
        yield _("nobody rated this pair; it may be recorded when the customer asks for it")
    if line.pair or line.step:
        yield _origin_words(line, snapshot)
    for loser in line.origin.losers:
        yield _loser_words(loser)


def _origin_words(line: Line, snapshot: Snapshot) -> str:
    rule, rows = line.origin.rule, line.origin.heirs_of
    who = _("by the rule %(rule)s") % {"rule": rule} if rule else _("by hand")
    if not rows:
        return _("written %(who)s") % {"who": who}
    named = ", ".join(snapshot.product[code].name for code in rows if code in snapshot.product)
    return _("inherited from the row of %(row)s, written there %(who)s") % {
        "row": named,
        "who": who,
    }


def _loser_words(loser: Loser) -> str:
    words = {"rule": loser.rule, "why": _WHY_LOST[loser.why]}
    if loser.rule:
        return _("the rule %(rule)s does not decide: %(why)s") % words
    return _("what was written by hand does not decide: %(why)s") % words
