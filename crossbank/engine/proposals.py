"""What the counts propose for the next draft: unrated pairs to rate, rated ones to reconsider.

**The chance model of `rate_it`.** A rated cross is taken often because an employee brought it up,
an unrated one only when the customer asked. To compare the two would measure our own proposing. So
like is compared with like: only consultations whose edition did *not* rate the pair. In these, the
chance that a customer of main M asks for cross X and takes it is

    chance(M, X) = appeal(X) x pace(M),

whatever is asked for more often everywhere, times however much customers of M ask for anything
(a long mortgage talk brings up more than a card renewal). With nothing else at work, each asked
and taken X falls on M with the probability

    share(M) = customers(M, X) x pace(M) / the same summed over all mains where X was not rated,

so the number beside M is binomial given the number everywhere, exactly, for small counts too. The
test is its upper tail; the lift is the odds seen against the odds of chance, with the exact 95 %
interval of the same binomial. `pace` is fitted to all other crosses (rounds of proportional
fitting) and drawn towards the average where little was asked for. What is found is set aside and
everything measured again, because two strong pairs in one row or column hide each other; the last
measurement decides.

**Many pairs.** Holm's correction at 5 % for the whole list, not Benjamini-Hochberg: each wrong
proposal costs an owner's attention and may put a sentence into employees' mouths, the list is read
again every week, and Holm holds however the pairs hang together. Crosses asked for fewer than
MIN_TOGETHER times anywhere cannot be proposed and are no questions; that depends on the total
alone, on which the test is conditional (R. E. Tarone, 1990), so it costs nothing.

**What proposes nothing.** Two crosses taken in one conversation: a customer who says yes to one
thing says yes to others, so liking cannot be told from a yes-sayer; they stand in the also-taken
facts. Products held already were sold under conditions that nobody recorded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crossbank.engine.chance import Estimate, at_least, holm, ratio, wilson
from crossbank.engine.evidence import MIN_SHOWN, TAKEN, PairCounts, pair_figures
from crossbank.engine.terms import Rating, Snapshot

MIN_TOGETHER = 10  # asked for and taken together at least so often
MIN_LIFT = 1.5  # its lower end: at least half as often again as by chance
LEVEL = 0.05  # chance that anything at all in the list of unrated pairs is false
# A pair is refused when even the upper end of its acceptance is below this.
REFUSED_BELOW = {Rating.STRONG: 0.10, Rating.GOOD: 0.05}

_PASSES = 5  # each sets found pairs aside; one or two change anything
_ROUNDS = 12  # of proportional fitting; its error is then far below that of the counts
_ORDINARY = 10.0  # so many takings of an average main are lent to each

Pair = tuple[str, str]  # main, cross


class ProposalKind(StrEnum):
    RATE_IT = "rate_it"  # not rated, and taken together more than chance
    RECONSIDER = "reconsider"  # strong or good, and refused


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Something for an owner to decide, with all it rests on.

    `times` of `of`: asked for and taken, of customers of the main while the pair was not rated; or
    accepted, of presented while it had `rating`. `share` is their share with its interval.
    `expected`: what chance alone would give; `lift`: the odds seen against those of chance;
    `chance`: the probability of so many or more by chance, one of `tests` asked at once. The last
    four only of RATE_IT.
    """

    kind: ProposalKind
    main: str
    cross: str
    rating: Rating | None = None
    times: int
    of: int
    share: Estimate
    declined: int = 0
    expected: float | None = None
    lift: Estimate | None = None
    chance: float | None = None
    tests: int = 0

    @property
    def support(self) -> int:
        """What grows with evidence: takings together, or presentations."""
        return self.times if self.kind is ProposalKind.RATE_IT else self.of


def propose(
    counts: PairCounts, edition: Snapshot, *, shown: Mapping[int, Snapshot]
) -> tuple[Proposal, ...]:
    """This will propose what the counts say against an edition, unrated pairs first.

    `shown`: the editions by the names that the counts use. Shape: unrated pairs by rising chance,
    refused ones by falling number of presentations, then by codes.
    """
    return (*_rate_it(counts, edition, shown), *_reconsider(counts, edition))


def _rate_it(
    counts: PairCounts, edition: Snapshot, shown: Mapping[int, Snapshot]
) -> tuple[Proposal, ...]:
    table = _Table(counts, shown)
    sure: frozenset[Pair] = frozenset()
    for _ in range(_PASSES):
        aside, cells = sure, table.cells(aside=sure)
        many = {pair: cell.surprise for pair, cell in cells.items() if cell.times >= MIN_TOGETHER}
        sure = holm(many, tests=len(cells), level=LEVEL)
        if sure == aside:
            break
    found = (
        _proposal(pair, cells[pair], tests=len(cells))
        for pair in sorted(sure, key=lambda pair: (cells[pair].surprise, pair))
        if _may_be_rated(edition, *pair)
    )
    return tuple(p for p in found if p.lift and p.lift.low >= MIN_LIFT)


def _may_be_rated(edition: Snapshot, main: str, cross: str) -> bool:
    ends = edition.product.get(main), edition.product.get(cross)
    better = {step.better for step in edition.ladders.get(main, ())}
    return bool(
        ends[0]
        and ends[0].is_main
        and ends[1]
        and ends[1].is_cross
        and cross not in {main, *better}
        and edition.pair(main, cross) is None
    )


def _proposal(pair: Pair, cell: "_Cell", *, tests: int) -> Proposal:
    return Proposal(
        kind=ProposalKind.RATE_IT,
        main=pair[0],
        cross=pair[1],
        times=cell.times,
        of=cell.customers,
        share=wilson(cell.times, cell.customers),
        expected=cell.elsewhere * cell.chance / (1 - cell.chance),
        lift=ratio(cell.times, cell.times + cell.elsewhere, cell.chance),
        chance=cell.surprise,
        tests=tests,
    )


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """One unrated pair: taken beside its main and elsewhere, and the share that chance gives it."""

    customers: int
    times: int
    elsewhere: int
    chance: float

    @property
    def surprise(self) -> float:
        return at_least(self.times, self.times + self.elsewhere, self.chance)


class _Table:
    """All unrated pairs: who could ask, who asked and took.

    Everything is walked in the order of codes, so that sums are equal whatever order days had.
    """

    def __init__(self, counts: PairCounts, shown: Mapping[int, Snapshot]) -> None:
        self.taken: Counter[Pair] = Counter()
        for (main, cross, rating, response), times in counts.answers.items():
            if not rating and response == TAKEN:
                self.taken[main, cross] += times
        self.everywhere: Counter[str] = Counter()
        for (_, cross), times in self.taken.items():
            self.everywhere[cross] += times
        self.crosses = sorted(self.everywhere)
        self.customers = _unrated(counts, shown, self.crosses)

    def cells(self, *, aside: frozenset[Pair]) -> dict[Pair, _Cell]:
        """This will measure every pair against the others of its cross, without those set aside:
        a pair already known to belong together is no yardstick of chance for its row and column.
        """
        usual = {
            cross: [
                (main, row[cross], self.taken[main, cross])
                for main, row in self.customers.items()
                if cross in row and (main, cross) not in aside
            ]
            for cross in self.crosses
        }
        fit = _fit(usual, self.customers)
        cells = {}
        for cross, column in usual.items():
            if self.everywhere[cross] < MIN_TOGETHER:
                continue
            elsewhere = sum(times for _, _, times in column)
            weight = sum(n * fit.pace[main] for main, n, _ in column)
            for main, row in self.customers.items():
                n, times = row.get(cross, 0), self.taken[main, cross]
                is_usual = (main, cross) not in aside
                others = weight - n * fit.pace[main] if is_usual else weight
                if n and others > 0:  # else nobody could ask for it elsewhere: no yardstick
                    mine = n * fit.pace_without(main, cross, n * is_usual, times * is_usual)
                    cells[main, cross] = _Cell(
                        customers=n,
                        times=times,
                        elsewhere=elsewhere - times * is_usual,
                        chance=mine / (mine + others),
                    )
        return cells


_Column = list[tuple[str, int, int]]  # main, customers, takings


@dataclass(frozen=True, kw_only=True)
class _Fit:
    """`asked`: takings of a main; `usual`: as many as its customers would ask for on average."""

    asked: Mapping[str, int]
    usual: Mapping[str, float]
    appeal: Mapping[str, float]
    pace: Mapping[str, float]

    def pace_without(self, main: str, cross: str, customers: int, times: int) -> float:
        """A pair does not explain itself: its own takings are no sign of talkative customers."""
        usual = self.usual[main] - customers * self.appeal[cross]
        return (self.asked[main] - times + _ORDINARY) / (max(usual, 0.0) + _ORDINARY)


def _fit(columns: Mapping[str, _Column], mains: Iterable[str]) -> _Fit:
    """How much customers of a main ask for anything, against the average: proportional fitting."""
    asked = dict.fromkeys(mains, 0)
    for column in columns.values():
        for main, _, times in column:
            asked[main] += times
    pace, usual, appeal = dict.fromkeys(asked, 1.0), dict.fromkeys(asked, 0.0), {}
    for _ in range(_ROUNDS):
        usual = dict.fromkeys(asked, 0.0)
        for cross, column in columns.items():
            weight = sum(n * pace[main] for main, n, _ in column)
            appeal[cross] = sum(times for _, _, times in column) / (weight or 1.0)
            for main, n, _ in column:
                usual[main] += n * appeal[cross]
        pace = {main: (asked[main] + _ORDINARY) / (usual[main] + _ORDINARY) for main in asked}
    return _Fit(asked=asked, usual=usual, appeal=appeal, pace=pace)


def _unrated(
    counts: PairCounts, shown: Mapping[int, Snapshot], crosses: Iterable[str]
) -> dict[str, dict[str, int]]:
    """main -> cross -> customers whose edition did not rate the pair; only positive numbers."""
    asked = tuple(crosses)
    found: dict[str, dict[str, int]] = {}
    for (main, edition), n in sorted(counts.customers.items()):
        row = shown[edition].rows.get(main, {})
        here: dict[str, int] = found.setdefault(main, {})
        for cross in asked:
            if cross not in row and cross != main:
                here[cross] = here.get(cross, 0) + n
    return found


def _reconsider(counts: PairCounts, edition: Snapshot) -> tuple[Proposal, ...]:
    """Only presentations under today's rating count, and only of what may be accepted at the desk:
    where a licence or a later day is needed, a follow-up is the yes."""
    found = []
    for rating, limit in REFUSED_BELOW.items():
        for pair in pair_figures(counts, rating=rating.value):
            terms, product = edition.pair(pair.main, pair.cross), edition.product.get(pair.cross)
            if terms is None or terms.rating is not rating or product is None:
                continue
            accepted = wilson(pair.accepted, pair.presented)
            at_desk = not product.needs_licence and not product.defer_days
            if at_desk and pair.presented >= MIN_SHOWN and accepted.high < limit:
                found.append(
                    Proposal(
                        kind=ProposalKind.RECONSIDER,
                        main=pair.main,
                        cross=pair.cross,
                        rating=rating,
                        times=pair.accepted,
                        of=pair.presented,
                        share=accepted,
                        declined=pair.declined,
                    )
                )
    return tuple(sorted(found, key=lambda p: (-p.of, p.main, p.cross)))
