"""Points and kept turnover -> badges; the same answer whenever it is asked again.

Bronze at 5 and silver at 15 vested points of a year. Gold for the highest kept turnover brought to
other units by the wins of a year, decided once, on 15 February after it, over what is known then:
all who tie for it get it, and nobody does where nothing was kept. Points and badges of a year pause
while too many of its wins were taken back; a badge that falls below its points is revoked. A win taken back at
any time is a fact of that moment: it counts from then on, and never changes an entry of before, so
a stored life of badges only grows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from crossbank.engine.leads import State
from crossbank.engine.points import Point, Step, Story, points, steps_until

GOLD_MONTH, GOLD_DAY = 2, 15


class Level(StrEnum):
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class Change(StrEnum):
    EARNED = "earned"
    PAUSED = "paused"
    RESUMED = "resumed"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`least_known`: fewer wins whose end is known say nothing yet about who keeps what."""

    bronze: int = 5
    silver: int = 15
    kept_bound: float = 0.7
    least_known: int = 5

    @property
    def steps(self) -> tuple[tuple[Level, int], ...]:
        return (Level.BRONZE, self.bronze), (Level.SILVER, self.silver)

    def is_low(self, *, kept: int, known: int) -> bool:
        return known >= self.least_known and kept / known < self.kept_bound


RULES = Rules()


@dataclass(frozen=True, kw_only=True)
class Award:
    """One entry of a badge's life; `number` counts those of an employee, year and level."""

    at: datetime
    employee: int
    year: int
    level: Level
    number: int
    change: Change
    known: int = 0  # of a pause: wins whose end is known, and how many of them were kept
    kept: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes known of a win: that it was kept or taken back; later, that it was after all.

    `known`, `kept`, `kept_minor`: what it adds to those of the employee's year.
    """

    at: datetime
    lead: int
    employee: int
    year: int  # of the win
    known: int
    kept: int
    kept_minor: int


def outcomes(stories: Iterable[Story], *, at: datetime) -> tuple[Outcome, ...]:
    """What is known of wins up to a moment, ordered by moment and lead."""
    found = (one for story in stories for one in _outcomes(story, at))
    return tuple(sorted(found, key=lambda one: (one.at, one.lead)))


def _outcomes(story: Story, at: datetime) -> Iterator[Outcome]:
    """Kept once the cooling-off is over, unless it was taken back in it; taken back at any time."""
    steps = list(steps_until(story, at))
    for place, won in enumerate(steps):
        if won.to is not State.WON:
            continue
        kept_from = won.at + story.cooling(won)
        back = next((one.at for one in steps[place:] if one.to is State.LOST), None)
        if back and back < kept_from:
            yield _piece(story, won, back, known=1)
            continue
        if kept_from <= at:
            yield _piece(story, won, kept_from, known=1, kept=1)
        if back:
            yield _piece(story, won, back, kept=-1)


def _piece(story: Story, won: Step, at: datetime, *, known: int = 0, kept: int = 0) -> Outcome:
    return Outcome(
        at=at,
        lead=story.lead,
        employee=story.sender,
        year=won.year,
        known=known,
        kept=kept,
        kept_minor=kept * (won.kept_minor or 0),
    )


@dataclass(kw_only=True)
class _Shelf:
    """One employee's badges of one year, as they stand while time passes."""

    employee: int
    year: int
    rules: Rules
    points: int = 0
    known: int = 0
    kept: int = 0
    is_paused: bool = False
    held: set[Level] = field(default_factory=set)
    awards: list[Award] = field(default_factory=list)

    def point(self, at: datetime, change: int) -> None:
        self.points += change
        for level, needed in self.rules.steps:
            if self.points >= needed and level not in self.held:
                self.give(at, level)
            elif self.points < needed and level in self.held:
                self.held.discard(level)
                self._write(at, level, Change.REVOKED)

    def hear(self, outcome: Outcome) -> None:
        self.known += outcome.known
        self.kept += outcome.kept
        is_low = self.rules.is_low(kept=self.kept, known=self.known)
        if is_low != self.is_paused:
            self.is_paused = is_low
            for level in (level for level in Level if level in self.held):
                self._write(outcome.at, level, Change.PAUSED if is_low else Change.RESUMED)

    def give(self, at: datetime, level: Level) -> None:
        """Earned is earned, and said so even where it pauses at once."""
        self.held.add(level)
        self._write(at, level, Change.EARNED)
        if self.is_paused:
            self._write(at, level, Change.PAUSED)

    def _write(self, at: datetime, level: Level, change: Change) -> None:
        is_pause = change is Change.PAUSED
        self.awards.append(
            Award(
                at=at,
                employee=self.employee,
                year=self.year,
                level=level,
                number=1 + sum(one.level is level for one in self.awards),
                change=change,
                known=self.known if is_pause else 0,
                kept=self.kept if is_pause else 0,
            )
        )


def awards(stories: Sequence[Story], *, at: datetime, rules: Rules = RULES) -> tuple[Award, ...]:
    """This will write the life of all badges up to a moment, ordered by moment and owner."""
    entries, heard = points(stories, at=at), outcomes(stories, at=at)
    shelves: dict[tuple[int, int], _Shelf] = {}

    def shelf(employee: int, year: int) -> _Shelf:
        fresh = _Shelf(employee=employee, year=year, rules=rules)
        return shelves.setdefault((employee, year), fresh)

    # at one moment: points, then outcomes, then gold; so that the order never depends on the caller
    acts: list[tuple[datetime, int, int, Point | Outcome | tuple[int, int]]] = [
        *((one.at, 0, one.lead, one) for one in entries),
        *((one.at, 1, one.lead, one) for one in heard),
        *((moment, 2, employee, (employee, year)) for moment, employee, year in _gold(heard, at)),
    ]
    for moment, _kind, _key, act in sorted(acts, key=lambda one: one[:3]):
        if isinstance(act, Point):
            shelf(act.employee, act.year).point(moment, act.change)
        elif isinstance(act, Outcome):
            shelf(act.employee, act.year).hear(act)
        else:
            shelf(*act).give(moment, Level.GOLD)
    found = (award for one in shelves.values() for award in one.awards)
    return tuple(sorted(found, key=_order))


def pauses(
    stories: Iterable[Story], *, at: datetime, rules: Rules = RULES
) -> dict[tuple[int, int], tuple[int, int]]:
    """(employee, year) -> wins kept and known, where points and badges pause now."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for one in outcomes(stories, at=at):
        kept, known = found.get((one.employee, one.year), (0, 0))
        found[one.employee, one.year] = kept + one.kept, known + one.known
    return {key: (k, n) for key, (k, n) in found.items() if rules.is_low(kept=k, known=n)}


def _order(award: Award) -> tuple[datetime, int, int, str, int]:
    return award.at, award.employee, award.year, award.level.value, award.number


def _gold(heard: Iterable[Outcome], at: datetime) -> Iterator[tuple[datetime, int, int]]:
    """(moment, employee, year) of every gold badge; what is heard later changes none."""
    kept: dict[int, dict[int, int]] = {}
    for one in heard:
        if one.at <= _gold_day(one.year):
            of_year = kept.setdefault(one.year, {})
            of_year[one.employee] = of_year.get(one.employee, 0) + one.kept_minor
    for year, sums in kept.items():
        moment, best = _gold_day(year), max(sums.values())
        if moment <= at and best > 0:
            yield from ((moment, employee, year) for employee, n in sums.items() if n == best)


def _gold_day(year: int) -> datetime:
    return datetime(year + 1, GOLD_MONTH, GOLD_DAY, tzinfo=UTC)


def standing(entries: Iterable[Award]) -> dict[tuple[int, int, Level], Change]:
    """(employee, year, level) -> earned, paused or resumed; a revoked badge is not there."""
    found: dict[tuple[int, int, Level], Change] = {}
    for one in entries:
        key = one.employee, one.year, one.level
        found[key] = one.change
        if one.change is Change.REVOKED:
            del found[key]
    return found
