"""What is counted, as frozen values and as the columns of the rollups."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields

from crossbank.engine.tally import Counts


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What consultations add up to.

    The three columns and `no_main` count all records; the rest only those recorded at the desk:
    `live` ones, `offered`: something was presented, `took`: and something of it taken; `presented`
    and `taken` products, `with_offer` of them; `roomy`: ROOM or more crosses could be offered, of which `three` heard of as many and
    `silent` of none; then why nothing was offered.
    """

    main_only: int = 0
    plus_one: int = 0
    plus_two: int = 0
    no_main: int = 0
    presented: int = 0
    taken: int = 0
    live: int = 0
    live_no_main: int = 0
    offered: int = 0
    took: int = 0
    with_offer: int = 0
    roomy: int = 0
    three: int = 0
    silent: int = 0
    in_hurry: int = 0
    came_for_service: int = 0
    not_suitable: int = 0
    forgot: int = 0
    other: int = 0

    @property
    def counts(self) -> Counts:
        return Counts(**{one.name: getattr(self, one.name) for one in fields(Counts)})

    @property
    def records(self) -> int:
        return self.counts.total + self.no_main

    @property
    def data_rows(self) -> int:
        """Rows of the sheet `Data`: one for each presented product, or one where none was."""
        return self.presented + self.records - self.offered

    @property
    def coverage(self) -> float | None:
        """The share of customers at the desk who heard of at least one more product."""
        return self.offered / self.live if self.live else None

    @property
    def acceptance(self) -> float | None:
        return self.taken / self.presented if self.presented else None

    @property
    def three_rate(self) -> float | None:
        return self.three / self.roomy if self.roomy else None

    @property
    def silent_rate(self) -> float | None:
        return self.silent / self.roomy if self.roomy else None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is known of one pair. `missed`: strong or good, and not presented; the reasons are those
    of refusals."""

    accepted: int = 0
    declined: int = 0
    interested: int = 0
    follow_up: int = 0
    with_offer: int = 0
    missed: int = 0
    has_it: int = 0
    no_need: int = 0
    not_now: int = 0
    too_expensive: int = 0
    thinks_it_over: int = 0
    elsewhere: int = 0


LEAST = 20  # of fewer no share is told


@dataclass(frozen=True, kw_only=True)
class Kept:
    """`sold` products; `withdrawn` and `closed_early` are known not to be kept."""

    sold: int = 0
    kept: int = 0
    withdrawn: int = 0
    closed_early: int = 0

    def __add__(self, more: "Kept") -> "Kept":
        names = (one.name for one in fields(Kept))
        return Kept(**{name: getattr(self, name) + getattr(more, name) for name in names})

    @property
    def known(self) -> int:
        return self.kept + self.withdrawn + self.closed_early

    @property
    def not_known(self) -> int:
        return self.sold - self.known

    @property
    def known_share(self) -> float | None:
        """None where too few were sold to speak of a share."""
        return self.known / self.sold if self.sold >= LEAST else None

    @property
    def kept_rate(self) -> float | None:
        """Of what is known; None where that is too little."""
        return self.kept / self.known if self.known >= LEAST else None


TALLY = tuple(one.name for one in fields(Tally))
SAID = tuple(one.name for one in fields(Said))
REASONS = SAID[SAID.index("has_it") :]
NOTHING = TALLY[TALLY.index("in_hurry") :]

Numbers = Counter[str]


def as_tally(numbers: Mapping[str, int]) -> Tally:
    return Tally(**{name: numbers.get(name, 0) for name in TALLY})
