"""What review is asked, as frozen values: no models, no queries, no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)

# Sheets that stand in the workbook only where somebody asked for them.
DAYS, CONVERSIONS, SALES = "days", "conversions", "kept"
SHEETS = (DAYS, CONVERSIONS, SALES)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A code with the name people know; both empty where a name is not for the reader."""

    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A branch whose figures the reader may see. `now`: the code of the branch that goes on for it,
    its own while it stands."""

    pk: int
    code: str
    name: str
    region: Named
    time_zone: str
    now: str

    @property
    def named(self) -> Named:
        return Named(code=self.code, name=self.name)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is counted. `places` is the reader's scope, narrowed by region and branch.

    Units: `since` and `until` are business dates, half-open. `names` says whether the reader may
    see colleagues by name; without it no query reads who recorded. `known`: those whose names were
    read already, by row id.
    """

    since: date
    until: date
    places: tuple[Place, ...]
    names: bool
    known: Mapping[int, Named] = field(default_factory=dict, repr=False, compare=False)
    everywhere: bool = False  # no branch of the bank is left out
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
    def before(self) -> tuple[date, date]:
        """As many days, just before. Inclusive at both ends."""
        return self.since - (self.until - self.since), self.since - ONE_DAY

    @property
    def is_one_place(self) -> bool:
        """One branch, perhaps with those that were merged into it."""
        return len({place.now for place in self.places}) == 1

    @property
    def one_place(self) -> Place:
        """Only of one place: the branch that goes on, else the one there is."""
        return next((one for one in self.places if one.code == one.now), self.places[0])

    @property
    def one_region(self) -> Named | None:
        """The region asked for, or the only one in sight of a reader who does not see the bank."""
        regions = {place.region for place in self.places}
        is_alone = len(regions) == 1 and not self.everywhere
        return self.region or (regions.pop() if is_alone else None)

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
            return self.one_place.code
        return self.one_region.code if self.one_region else "bank"
