"""Evidence in words: what a proposal rests on, for owners; and the reason it gives a new pair."""

from django.utils.translation import gettext as _

from crossbank.engine.chance import Estimate
from crossbank.engine.evidence import AlsoTaken
from crossbank.engine.proposals import REFUSED_BELOW, Proposal, ProposalKind
from crossbank.matrix.models import EvidenceNote
from crossbank.review.terms import Named
from crossbank.web.templatetags.house import decimals, share

_BEYOND = 100
_LIFT_ENDS = (("lift", "value"), ("low", "low"), ("high", "high"))


def interval(estimate: Estimate) -> str:
    """A share's 95 % interval: “1.0 % – 5.2 %”."""
    return f"{share(estimate.low)} – {share(estimate.high)}"


def seen(proposal: Proposal, main: Named, cross: Named) -> str:
    """What happened, as a sentence."""
    if proposal.kind is ProposalKind.RECONSIDER:
        return _(
            "Presented %(of)d times to customers who came for %(main)s: %(times)d accepted "
            "(%(share)s; 95 %% interval %(interval)s), %(declined)d declined."
        ) % {**_numbers(proposal, main, cross), "declined": proposal.declined}
    return _(
        "%(times)d of %(of)d customers who came for %(main)s asked for %(cross)s and took it "
        "(%(share)s), although nobody is told to mention it."
    ) % _numbers(proposal, main, cross)


def against(proposal: Proposal) -> str:
    """What it is held against, as a sentence."""
    if proposal.rating is not None:
        limit = REFUSED_BELOW[proposal.rating]
        return _(
            "Even the upper end of the interval is below %(limit)s, which is less than a pair "
            "with this rating should reach."
        ) % {"limit": share(limit)}
    return _(
        "By chance it would be about %(expected)s: lift %(lift)s (95 %% interval %(low)s to "
        "%(high)s). Chance of so many by accident: %(chance)s, one of %(tests)d pairs asked about."
    ) % {
        "expected": decimals(proposal.expected, 1),
        "lift": _ends(proposal.lift.value),
        "low": _ends(proposal.lift.low),
        "high": _ends(proposal.lift.high),
        "chance": _small(proposal.chance),
        "tests": proposal.tests,
    }


def reason(proposal: Proposal) -> str:
    """What the draft says of a new pair until its owner writes something better; 120 characters."""
    return (
        _("Customers ask for it: %(times)d of %(of)d took it unprompted, %(lift)s times chance")
        % {
            "times": proposal.times,
            "of": proposal.of,
            "lift": _ends(proposal.lift.value) if proposal.lift else "",
        }
    )[:120]


def also_taken(fact: AlsoTaken, product: str, other: str, *, days: int) -> str:
    """A fact, without a word of what anybody should do about it."""
    return _(
        "Of 100 who took %(product)s, %(times)d also took %(other)s "
        "(n = %(n)d, last %(days)d days)."
    ) % {
        "product": product,
        "other": other,
        "times": fact.of_hundred,
        "n": fact.n,
        "days": days,
    }


def kept(note: EvidenceNote) -> str:
    """The figures of a decision, as they were when it was made."""
    figures = note.figures
    plain = {"times": figures["times"], "of": figures["of"]}
    if note.kind == EvidenceNote.Kind.RECONSIDER:
        return _("%(times)d of %(of)d accepted") % plain
    lift = figures["lift"]
    return _("%(times)d of %(of)d customers, lift %(lift)s (%(low)s to %(high)s)") % {
        **plain,
        **{end: _ends(lift[name]) for end, name in _LIFT_ENDS},
    }


def _numbers(proposal: Proposal, main: Named, cross: Named) -> dict[str, object]:
    return {
        "times": proposal.times,
        "of": proposal.of,
        "main": main.name or main.code,
        "cross": cross.name or cross.code,
        "share": share(proposal.share.value),
        "interval": interval(proposal.share),
    }


def _ends(value: float | None) -> str:
    """A ratio; where hardly anybody else asked for it, its size means nothing."""
    if value is None or value > _BEYOND:
        return _("more than %(limit)d") % {"limit": _BEYOND}
    return decimals(value, 1)


def _small(chance: float) -> str:
    if chance < 0.0001:
        return _("less than 1 in 10,000")
    return share(chance)
