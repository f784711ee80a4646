"""What review is asked and what it answers, as frozen values: no models, no queries, no request."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from crossbank.engine.tally import Counts

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A code with the name people know; both empty where a name is not for the reader."""

    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A branch whose figures the reader may see."""

    pk: int
    code: str
    name: str
    region: Named
    time_zone: str

    @property
    def named(self) -> Named:
        return Named(code=self.code, name=self.name)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is counted. `places` is the reader's scope, narrowed by region and branch.

    Units: `since` and `until` are business dates, half-open. `names` says whether the reader may
    see colleagues by name; without it no query reads who recorded.
    """

    since: date
    until: date
    places: tuple[Place, ...]
    names: bool
    region: Named | None = None
    branch: Named | None = None
    staff: Named | None = None
    main: Named | None = None

    @property
    def last(self) -> date:
        return self.until - ONE_DAY

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.since + n * ONE_DAY for n in range((self.until - self.since).days))

    @property
    def is_one_place(self) -> bool:
        return len(self.places) == 1

    @property
    def by_person(self) -> bool:
        """Colleagues are listed one by one only inside one branch, and only by right."""
        return self.names and self.is_one_place

    @property
    def is_narrowed(self) -> bool:
        return any((self.region, self.branch, self.staff, self.main))

    @property
    def scope(self) -> str:
        """The narrowest place, as a word for a file name."""
        if self.is_one_place:
            return self.places[0].code
        return self.region.code if self.region else "bank"


@dataclass(frozen=True, kw_only=True)
class TallyRow:
    day: date
    region: Named
    branch: Named
    staff: Named
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Group:
    """The counts of one region, branch or colleague."""

    key: Named
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Span:
    """The counts of one day or week. `until` is exclusive; a week at the border is cut there."""

    since: date
    until: date
    counts: Counts

    @property
    def last(self) -> date:
        return self.until - ONE_DAY


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """How often a cross product was presented beside a main product, and what customers said."""

    main: Named
    cross: Named
    rating: str  # of the newest record; empty: not rated, the customer asked
    accepted: int = 0
    declined: int = 0
    interested: int = 0
    follow_up: int = 0

    @property
    def presented(self) -> int:
        return self.accepted + self.declined + self.interested + self.follow_up

    @property
    def acceptance(self) -> float | None:
        return self.accepted / self.presented if self.presented else None


@dataclass(frozen=True, kw_only=True)
class MissedRow:
    """A strong or good cross that customers of this main product did not hear of."""

    main: Named
    cross: Named
    rating: str
    not_presented: int
    declined: int
    top_reason: str  # code, empty when nobody gave one


class DataRow(NamedTuple):
    """One presented product, or a consultation where nothing was presented. Names = the columns."""

    consultation: str
    business_date: date
    recorded_at: datetime  # the branch's clock, without zone
    region: str
    branch: str
    staff: str
    main: str
    cross: str
    response: str
    reason: str
    offer: str
    price_shown: str
    edition: int
    bucket: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that page and workbook print; neither adds anything up.

    Shape: `tally` by (day, region, branch, staff); groups by code, colleagues by name; `by_day`
    every day of the period, `by_week` every week from its Monday; pairs the most frequent first,
    then by codes. `live` counts consultations recorded at the desk, `no_main` among them, `offered`
    those where something was presented. `data` is empty unless asked for, `data_rows` says how many
    there are.
    """

    asked: Filter
    made_by: str
    made_at: datetime  # aware, in the reader's zone
    totals: Counts
    live: int
    offered: int
    tally: tuple[TallyRow, ...]
    by_region: tuple[Group, ...]
    by_branch: tuple[Group, ...]
    by_staff: tuple[Group, ...]
    by_day: tuple[Span, ...]
    by_week: tuple[Span, ...]
    pairings: tuple[PairRow, ...]
    missed: tuple[MissedRow, ...]
    nothing_offered: tuple[tuple[str, int], ...]
    data_rows: int
    data: tuple[DataRow, ...] = field(default=(), repr=False)
    products: tuple[Named, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.tally

    @property
    def coverage(self) -> float | None:
        """The share of customers at the desk who heard of at least one more product."""
        return self.offered / self.live if self.live else None

    @property
    def acceptance(self) -> float | None:
        return self.totals.taken / self.totals.presented if self.totals.presented else None
