"""Evidence as the page prints it: every sentence and number worked out beforehand."""

from dataclasses import dataclass
from typing import Any

from crossbank.engine.evidence import MIN_SHOWN
from crossbank.engine.proposals import LEVEL, MIN_LIFT, MIN_TOGETHER
from crossbank.matrix.evidence import GROWN
from crossbank.org.models import Role, User
from crossbank.review import evidence_words, words
from crossbank.review.evidence import PROPOSAL_DAYS, Decided, Evidence, Open, Pair
from crossbank.review.rollup import Reach
from crossbank.web.templatetags.house import decimals, share

TOP = 50  # pairs on the page; the filter shows the others
_TOP_DECIDED = 20


@dataclass(frozen=True, kw_only=True)
class ProposalLine:
    """`slug` names the proposal inside the page."""

    proposal: Open
    slug: str
    rating: str
    after: str
    seen: str
    against: str


@dataclass(frozen=True, kw_only=True)
class PairLine:
    """`interval` is empty where too few customers heard of the product to speak of a share."""

    pair: Pair
    figure: str
    rating: str
    interval: str


@dataclass(frozen=True, kw_only=True)
class DecidedLine:
    decided: Decided
    period: str
    evidence: str


def context(found: Evidence, *, counted: Reach, by: User) -> dict[str, Any]:
    """This will give all that the template needs beside the forms and the pairs' period."""
    return {
        "found": found,
        "counted": counted,
        "counted_until": words.period(counted.last, counted.last),
        "proposal_period": words.period(found.since, found.last),
        "proposals": [_proposal(one) for one in found.proposals],
        "decided": [_decided(one) for one in found.decided[:_TOP_DECIDED]],
        "pairs": [_pair(one) for one in found.pairs[:TOP]],
        "pairs_total": len(found.pairs),
        "may_decide": by.role == Role.OWNER,
        "rules": {
            "shown": MIN_SHOWN,
            "together": MIN_TOGETHER,
            "lift": decimals(MIN_LIFT, 1),
            "level": share(LEVEL),
            "days": PROPOSAL_DAYS,
            "grown": GROWN,
        },
    }


def _proposal(one: Open) -> ProposalLine:
    proposal = one.proposal
    return ProposalLine(
        proposal=one,
        slug=f"{proposal.kind.value}-{proposal.main}-{proposal.cross}",
        rating=words.rating(proposal.rating.value if proposal.rating else ""),
        after=words.rating(one.after.value),
        seen=evidence_words.seen(proposal, one.main, one.cross),
        against=evidence_words.against(proposal),
    )


def _pair(pair: Pair) -> PairLine:
    acceptance = pair.figures.acceptance
    return PairLine(
        pair=pair,
        figure=f"pair:{pair.figures.main}:{pair.figures.cross}",
        rating=words.rating(pair.rating),
        interval=evidence_words.interval(acceptance) if acceptance else "",
    )


def _decided(decided: Decided) -> DecidedLine:
    return DecidedLine(
        decided=decided,
        period=words.period(decided.note.since, decided.note.last),
        evidence=evidence_words.kept(decided.note),
    )
