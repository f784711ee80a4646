"""What review answers, as frozen values: no models, no queries, no request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import NamedTuple

from crossbank.engine.tally import Counts
from crossbank.review.numbers import Kept, Tally
from crossbank.review.terms import ONE_DAY, SALES, Filter, Named


@dataclass(frozen=True, kw_only=True)
class TallyRow:
    day: date
    region: Named
    branch: Named
    staff: Named
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class DayRow(TallyRow):
    """A day sheet; without the right to names those of a branch, as far as the last of them is."""

    state: str
    signed_at: datetime | None = None  # the branch's clock, without zone


@dataclass(frozen=True, kw_only=True)
class SaleRow:
    """One product that a customer took, and what became of it; of nobody by name.

    `cancel_by`: the last day to withdraw, None where he never may; `as_of`: the day of what is
    known, None where nothing is.
    """

    day: date
    region: Named
    branch: Named
    main: Named
    product: Named
    code: str
    cancel_by: date | None
    check_day: date
    state: str
    as_of: date | None


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """The matrix in force. Shape: (main, cross) -> code of the rating."""

    edition: int
    pairs: Mapping[tuple[Named, Named], str]


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


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What customers said to products that were presented to them.

    `with_offer`: accepted with an offer; `withdrawn`: of those, given back in time.
    """

    accepted: int = 0
    declined: int = 0
    interested: int = 0
    follow_up: int = 0
    with_offer: int = 0
    withdrawn: int = 0

    @property
    def presented(self) -> int:
        return self.accepted + self.declined + self.interested + self.follow_up

    @property
    def acceptance(self) -> float | None:
        return self.accepted / self.presented if self.presented else None

    @property
    def known_withdrawn(self) -> int | None:
        """None where no offer was used: nobody would have noted it."""
        return self.withdrawn if self.with_offer else None

    def __add__(self, other: "Answers") -> "Answers":
        names = (field.name for field in fields(Answers))
        return Answers(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, kw_only=True)
class PartnerRow:
    """One product of a partner; as the editions shown say, whose it is."""

    partner: Named
    product: Named
    answers: Answers


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

    Shape: `tally` by (day, region, branch, staff), only with rows; groups by code, colleagues by
    name; `by_day` every day of the period, `by_week` every week from its Monday, `trend` the eight
    weeks up to the last day; pairs the most frequent first, then by codes; partners by code, then
    product; `hours` from the first busy hour to the last, `reasons` and `nothing_offered` the most
    frequent first. `before`: the same number of days, just before. `kept`: sales whose check day lies
    in the period, None where nobody asked or one colleague alone would be meant. `unsigned`: days of colleagues
    before today that nobody closed. `data`, `days`, `sales` and `ratings` are empty unless asked for,
    `days` ordered as `tally`, `sales` by day; `products` and `people`: who and what is named, by code.
    Units: `median_seconds` on keys of one customer, None when unknown; known of `timed` customers.
    """

    asked: Filter
    made_by: str
    made_at: datetime  # aware, in the reader's zone
    numbers: Tally
    before: Tally
    kept: Kept | None
    kept_before: Kept | None
    unsigned: int
    median_seconds: float | None
    timed: int
    tally: tuple[TallyRow, ...]
    by_region: tuple[Group, ...]
    by_branch: tuple[Group, ...]
    by_staff: tuple[Group, ...]
    by_main: tuple[Group, ...]
    by_day: tuple[Span, ...]
    by_week: tuple[Span, ...]
    trend: tuple[Span, ...]
    hours: tuple[tuple[int, int], ...]
    pairings: tuple[PairRow, ...]
    missed: tuple[MissedRow, ...]
    partners: tuple[PartnerRow, ...]
    reasons: tuple[tuple[str, int], ...]
    nothing_offered: tuple[tuple[str, int], ...]
    data: tuple[DataRow, ...] = field(default=(), repr=False)
    days: tuple[DayRow, ...] = ()
    sales: tuple[SaleRow, ...] = ()
    ratings: Ratings | None = None
    products: tuple[Named, ...] = ()
    people: tuple[Named, ...] = ()

    @property
    def totals(self) -> Counts:
        return self.numbers.counts

    @property
    def data_rows(self) -> int:
        return self.numbers.data_rows

    def rows_of(self, sheets: Collection[str]) -> int:
        """Of the longest sheet, the chosen ones among them."""
        sold = self.kept.sold if self.kept and SALES in sheets else 0
        return max(self.data_rows, sold)

    @property
    def is_empty(self) -> bool:
        return not self.numbers.records
