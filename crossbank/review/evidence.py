"""Counts -> what the page of evidence says: proposals with their state, and the pairs' figures.

Proposals always look at the same number of days, whatever the page's filter says: a list that
changes with the period asked for would let anybody look until something turns up, and "has grown"
would mean nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from crossbank.catalog.models import Product
from crossbank.engine.evidence import PairCounts, PairFigures, pair_figures
from crossbank.engine.proposals import Proposal, propose
from crossbank.engine.terms import Rating, Snapshot
from crossbank.matrix import editions
from crossbank.matrix.evidence import Finding, is_dismissed, key, latest_notes, rating_after
from crossbank.matrix.models import EvidenceNote, Pairing
from crossbank.review import pair_days
from crossbank.review.terms import ONE_DAY, Named

PROPOSAL_DAYS = 182  # half a year: long enough to see rare pairs, short enough to be about today


@dataclass(frozen=True, kw_only=True)
class Open:
    """A proposal that waits for somebody."""

    finding: Finding
    main: Named
    cross: Named
    after: Rating

    @property
    def proposal(self) -> Proposal:
        return self.finding.proposal


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision that was made, as it was made. `pairing`: the draft's row, while there is one."""

    note: EvidenceNote
    main: Named
    cross: Named
    pairing: int | None


@dataclass(frozen=True, kw_only=True)
class Pair:
    figures: PairFigures
    main: Named
    cross: Named
    rating: str  # of the edition in force; empty: not rated


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Shape: `proposals` as the engine orders them, `decided` the newest first, `pairs` the most
    presented first. `since`, `last`: the days that proposals were counted over, inclusive."""

    since: date
    last: date
    proposals: tuple[Open, ...]
    decided: tuple[Decided, ...]
    pairs: tuple[Pair, ...]


class Names:
    """Products by code as the catalogue has them now; a code that is gone stands for itself."""

    def __init__(self) -> None:
        rows = Product.objects.order_by("code").values_list("code", "name", "is_main", "is_cross")
        self._names = {code: Named(code=code, name=name) for code, name, _, _ in rows}
        self.mains = tuple(self._names[code] for code, _, is_main, _ in rows if is_main)
        self.crosses = tuple(self._names[code] for code, _, _, is_cross in rows if is_cross)

    def __call__(self, code: str) -> Named:
        return self._names.get(code, Named(code=code))


def findings(*, last: date, at: datetime) -> tuple[Finding, ...]:
    """This will make the proposals of the half year up to `last`; none without an edition."""
    since = last - (PROPOSAL_DAYS - 1) * ONE_DAY
    counts = pair_days.counts(since, last + ONE_DAY)
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        return ()
    proposals = propose(counts, edition.snapshot, shown=_shown(counts))
    return tuple(Finding(proposal=proposal, since=since, last=last) for proposal in proposals)


def _shown(counts: PairCounts) -> dict[int, Snapshot]:
    return {pk: editions.load(pk).snapshot for pk in sorted({pk for _, pk in counts.customers})}


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """What the working copy says by hand: (main, cross) -> row id and rating."""

    rows: dict[tuple[str, str], tuple[int, str]]

    @classmethod
    def read(cls) -> "_Draft":
        rows = Pairing.objects.order_by().values_list("main__code", "cross__code", "pk", "rating")
        return cls(rows={(main, cross): (pk, rating) for main, cross, pk, rating in rows})

    def has_moved(self, proposal: Proposal) -> bool:
        """Somebody rated the pair, or rated it anew, since the edition in force."""
        row = self.rows.get((proposal.main, proposal.cross))
        return row is not None and row[1] != proposal.rating

    def row(self, main: str, cross: str) -> int | None:
        pk, _ = self.rows.get((main, cross), (None, ""))
        return pk


def is_open(proposal: Proposal) -> bool:
    """Does a proposal still wait for a decision?"""
    note = latest_notes().get(key(proposal))
    return not _Draft.read().has_moved(proposal) and not is_dismissed(proposal, note)


def evidence(
    found: tuple[Finding, ...],
    *,
    names: Names,
    since: date,
    until: date,
    last: date,
    main: str = "",
    cross: str = "",
    at: datetime,
) -> Evidence:
    """This will put together what the page shows; `since` and `until` (half-open) are of its pairs,
    `last` is the last day of the proposals."""
    notes, draft = latest_notes(), _Draft.read()
    return Evidence(
        since=last - (PROPOSAL_DAYS - 1) * ONE_DAY,
        last=last,
        proposals=tuple(
            Open(
                finding=finding,
                main=names(finding.proposal.main),
                cross=names(finding.proposal.cross),
                after=rating_after(finding.proposal),
            )
            for finding in found
            if not draft.has_moved(finding.proposal)
            and not is_dismissed(finding.proposal, notes.get(key(finding.proposal)))
            and _is_asked_for(finding.proposal.main, finding.proposal.cross, main, cross)
        ),
        decided=tuple(
            Decided(
                note=note,
                main=names(note.main_code),
                cross=names(note.cross_code),
                pairing=draft.row(note.main_code, note.cross_code),
            )
            for note in sorted(notes.values(), key=lambda note: -note.pk)
            if _is_asked_for(note.main_code, note.cross_code, main, cross)
        ),
        pairs=_pairs(since, until, main=main, cross=cross, names=names, at=at),
    )


def _is_asked_for(main: str, cross: str, only_main: str, only_cross: str) -> bool:
    return only_main in ("", main) and only_cross in ("", cross)


def _pairs(
    since: date, until: date, *, main: str, cross: str, names: Names, at: datetime
) -> tuple[Pair, ...]:
    narrowed = {name: code for name, code in (("main", main), ("cross", cross)) if code}
    try:
        snapshot = editions.current(at).snapshot
    except editions.NoEdition:
        snapshot = Snapshot()
    return tuple(
        Pair(
            figures=figures,
            main=names(figures.main),
            cross=names(figures.cross),
            rating=pair.rating.value
            if (pair := snapshot.pair(figures.main, figures.cross))
            else "",
        )
        for figures in pair_figures(pair_days.answers(since, until, **narrowed))
    )
