"""What happened to leads -> points; the same answer whenever it is asked again.

One point for a lead whose receiver began to work on it (`qualified`, a dated act of his). It vests
when the cooling-off is over; a win before that starts the days again from the win. A reversal
before it vests means that it never does; after it, a negative entry: withdrawn at any time, or a
sale taken back within its own cooling-off. Every entry carries the year of the qualifying act, as
the sender's wall showed it. What happened later never changes an entry of before, so a stored
ledger only grows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crossbank.engine.leads import State


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a lead. `year`: of the sender's local day. `by`: who did it.

    `cooling_days`: of a win that named what was sold; None: those of the lead count.
    """

    at: datetime
    year: int
    to: State
    by: int
    kept_minor: int | None = None
    cooling_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A lead with its events in order; it never goes to a unit of the sender (`leads.services`)."""

    lead: int
    sender: int
    cooling_days: int
    steps: tuple[Step, ...]

    def cooling(self, win: Step | None = None) -> timedelta:
        """How long a point waits, or a win may be taken back."""
        own = win.cooling_days if win else None
        return timedelta(days=self.cooling_days if own is None else own)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One entry of the ledger; `number` counts a lead's entries, which go +1, -1, +1 …"""

    at: datetime
    lead: int
    number: int
    employee: int
    year: int
    change: int


def points(stories: Iterable[Story], *, at: datetime) -> tuple[Point, ...]:
    """This will write the ledger up to and with a moment, ordered by moment, lead and number."""
    found = (point for story in stories for point in _of_story(story, at))
    return tuple(sorted(found, key=lambda one: (one.at, one.lead, one.number)))


def pending(stories: Iterable[Story], *, at: datetime) -> int:
    """How many points wait for the end of their cooling-off."""
    return sum(_walk(story, at)[1] for story in stories)


def totals(entries: Iterable[Point]) -> dict[tuple[int, int], int]:
    """(employee, year) -> vested points."""
    found: dict[tuple[int, int], int] = {}
    for one in entries:
        key = one.employee, one.year
        found[key] = found.get(key, 0) + one.change
    return found


def _of_story(story: Story, at: datetime) -> tuple[Point, ...]:
    return _walk(story, at)[0]


@dataclass(kw_only=True)
class _Clock:
    """Where one lead's point stands."""

    story: Story
    since: datetime | None = None  # it waits to vest since then
    year: int = 0
    won: Step | None = None
    entries: list[Point] = field(default_factory=list)

    @property
    def is_vested(self) -> bool:
        return len(self.entries) % 2 == 1

    def pass_time(self, until: datetime) -> None:
        if self.since is not None:
            vests_at = self.since + self.story.cooling(self.won)
            if vests_at <= until:
                self._add(vests_at, +1)
                self.since = None

    def take_back(self, at: datetime) -> None:
        self.since = None
        if self.is_vested:
            self._add(at, -1)

    def qualify(self, step: Step) -> None:
        if self.since is None and not self.is_vested:
            self.since, self.year = step.at, step.year

    def win(self, step: Step) -> None:
        self.won = step
        if self.since is not None:
            self.since = step.at

    def lose(self, at: datetime) -> None:
        """A point that waits goes; a vested one only with a sale taken back in its days."""
        if self.since is not None or self._is_cooling(at):
            self.take_back(at)
        self.won = None

    def _is_cooling(self, at: datetime) -> bool:
        return self.won is not None and at < self.won.at + self.story.cooling(self.won)

    def _add(self, at: datetime, change: int) -> None:
        self.entries.append(
            Point(
                at=at,
                lead=self.story.lead,
                number=len(self.entries) + 1,
                employee=self.story.sender,
                year=self.year,
                change=change,
            )
        )


def _walk(story: Story, at: datetime) -> tuple[tuple[Point, ...], bool]:
    """The entries of one lead up to a moment, and whether a point still waits."""
    clock, before = _Clock(story=story), State.NEW
    for step in steps_until(story, at):
        clock.pass_time(step.at)
        if step.to is State.QUALIFIED:
            clock.qualify(step)
        elif step.to is State.WON:
            clock.win(step)
        elif step.to is State.LOST:
            clock.lose(step.at)
        elif before is State.QUALIFIED:  # back to an earlier state: the work was none
            clock.take_back(step.at)
        before = step.to
    clock.pass_time(at)
    return tuple(clock.entries), clock.since is not None


def steps_until(story: Story, at: datetime) -> Iterator[Step]:
    """This will give the acts so far that count: nobody begins work on, or wins, a lead of his own."""
    for step in story.steps:
        is_gain = step.to in (State.QUALIFIED, State.WON)
        if step.at <= at and not (is_gain and step.by == story.sender):
            yield step
