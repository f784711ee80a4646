"""Deciding on a proposal of the counts: into the draft, or away. The only writer of the notes."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

from django.db import transaction

from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.engine.chance import Estimate
from crossbank.engine.proposals import Proposal, ProposalKind
from crossbank.engine.terms import PairTerms, Rating
from crossbank.matrix.models import Pairing
from crossbank.matrix.models.evidence import EvidenceNote
from crossbank.matrix.models.languages import of_entries
from crossbank.matrix.services import compile_draft
from crossbank.org.models import User

# A dismissed proposal comes back when its support has grown so many times.
GROWN = 2
# An unrated pair starts as "ask first": what customers ask for is not yet what fits all of them.
_STEP_DOWN = {Rating.STRONG: Rating.GOOD, Rating.GOOD: Rating.POSSIBLE}
_RANK = 100  # behind what owners put in order themselves
_COPIED = ("reason", "instead", "benefit", "say", "do_not_say", "kind", "link_kind", "rank")

Key = tuple[str, str, str]  # kind, main, cross


class DraftMoved(Exception):
    """The draft says something about this pair already, so the proposal is out of date."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A proposal with the days it was counted over, both ends inclusive."""

    proposal: Proposal
    since: date
    last: date


def rating_after(proposal: Proposal) -> Rating:
    """What the draft will say: the careful one, or one step less."""
    return _STEP_DOWN[proposal.rating] if proposal.rating else Rating.POSSIBLE


def key(proposal: Proposal) -> Key:
    return proposal.kind.value, proposal.main, proposal.cross


def latest_notes() -> dict[Key, EvidenceNote]:
    """The newest decision on each proposal."""
    notes = EvidenceNote.objects.select_related("by").order_by("pk")
    return {(note.kind, note.main_code, note.cross_code): note for note in notes}


def is_dismissed(proposal: Proposal, note: EvidenceNote | None) -> bool:
    """Put away, until the support over a period of the same length has grown GROWN times."""
    if note is None or note.decision != EvidenceNote.Decision.DISMISSED:
        return False
    return proposal.support < GROWN * note.support


@transaction.atomic
def accept(finding: Finding, *, reason: str, at: datetime, by: User) -> Pairing:
    """This will write the pair into the draft as `rating_after` says, and keep the evidence.

    `reason`: for a new pair. Raises DraftMoved; then nothing is written.
    """
    proposal = finding.proposal
    now = compile_draft(at=at).snapshot.pair(proposal.main, proposal.cross)
    row = (
        Pairing.objects.select_for_update(of=("self",))
        .filter(main__code=proposal.main, cross__code=proposal.cross)
        .first()
    )
    rated = now.rating if now else None
    if rated is not proposal.rating or (row is not None and row.rating != proposal.rating):
        raise DraftMoved
    pairing = row or _new(proposal, now, reason)
    pairing.rating = rating_after(proposal).value
    pairing.origin = Pairing.Origin.MANUAL
    pairing.full_clean()
    pairing.save()
    _note(finding, EvidenceNote.Decision.ACCEPTED, at=at, by=by)
    return pairing


def _new(proposal: Proposal, now: PairTerms | None, reason: str) -> Pairing:
    """An own cell; where a rule or an inherited row spoke, with the words it used."""
    ends = Product.objects.in_bulk([proposal.main, proposal.cross], field_name="code")
    if len(ends) < 2:
        raise DraftMoved
    words: dict[str, Any] = {"reason": reason, "rank": _RANK}
    if now:
        words = {name: getattr(now, name) for name in _COPIED} | {"words": of_entries(now.words)}
    return Pairing(main=ends[proposal.main], cross=ends[proposal.cross], **words)


@transaction.atomic
def dismiss(finding: Finding, *, at: datetime, by: User) -> EvidenceNote:
    """This will put a proposal away and keep the evidence it had."""
    return _note(finding, EvidenceNote.Decision.DISMISSED, at=at, by=by)


def _note(finding: Finding, decision: str, *, at: datetime, by: User) -> EvidenceNote:
    proposal = finding.proposal
    is_accepted = decision == EvidenceNote.Decision.ACCEPTED
    note = EvidenceNote(
        kind=proposal.kind.value,
        main_code=proposal.main,
        cross_code=proposal.cross,
        decision=decision,
        rating_before=proposal.rating.value if proposal.rating else "",
        rating_after=rating_after(proposal).value if is_accepted else "",
        since=finding.since,
        last=finding.last,
        support=proposal.support,
        figures=_figures(proposal),
        at=at,
        by=by,
    )
    note.full_clean()
    note.save(force_insert=True)
    conduct.record(
        action=f"evidence_{decision}",
        subject=f"{proposal.main} → {proposal.cross}",
        detail={
            "kind": note.kind,
            "rating_before": note.rating_before,
            "rating_after": note.rating_after,
            "since": f"{note.since}",
            "last": f"{note.last}",
            "figures": note.figures,
        },
        at=at,
        by=by,
    )
    return note


def _figures(proposal: Proposal) -> dict[str, Any]:
    """Plain numbers; an upper end without limit is null, because JSON knows no infinity."""
    plain = {"times": proposal.times, "of": proposal.of, "share": _estimate(proposal.share)}
    if proposal.kind is ProposalKind.RECONSIDER or proposal.lift is None:
        return {**plain, "declined": proposal.declined}
    return {
        **plain,
        "expected": proposal.expected,
        "lift": _estimate(proposal.lift),
        "chance": proposal.chance,
        "tests": proposal.tests,
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {name: value if isfinite(value) else None for name, value in asdict(estimate).items()}
