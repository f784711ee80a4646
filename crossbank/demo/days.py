"""One colleague's invented day: when customers come, what happens to the records afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from crossbank.demo import life, talks
from crossbank.demo.life import Habit
from crossbank.demo.world import Clerk, World
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Source
from crossbank.desk.rows import bucket_and_depth
from crossbank.desk.scene import Scene

_MINUTE = timedelta(minutes=1)

# B01's test day: how many customers took 0, 1, 2, 3 cross products. 40 in all, 22 / 13 / 5.
TEST_DAY_DEPTHS = {0: 22, 1: 13, 2: 4, 3: 1}
_DEEP = 2
_TRIES = 20_000


@dataclass(frozen=True, kw_only=True)
class Played:
    """An entry with the scene it is judged by, and what became of the record.

    At most one of `correction` and `void_reason` is set.
    """

    entry: Entry
    scene: Scene
    source: str = Source.DESK
    correction: "Played | None" = None
    void_reason: str = ""
    voided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Shift:
    """One clerk on one day, with the dice for it: another day's dice never move this one's."""

    world: World
    clerk: Clerk
    day: date
    opens: time
    closes: time
    habit: Habit
    rng: Random

    def moment(self, at: time) -> datetime:
        return datetime.combine(self.day, at, tzinfo=self.clerk.zone)


def shift(*, world: World, clerk: Clerk, day: date, hours: tuple[time, time], today: date) -> Shift:
    return Shift(
        world=world,
        clerk=clerk,
        day=day,
        opens=hours[0],
        closes=hours[1],
        habit=life.habit(clerk.habit, weeks_ago=(today - day).days / 7),
        rng=Random(f"{world.seed}:{clerk.user.username}:{day}"),  # noqa: S311 - invented life
    )


def ordinary(shift: Shift, *, away: float = life.AWAY) -> Iterator[Played]:
    """This will play a day as it comes, with its paper lines, corrections and voids."""
    rng = shift.rng
    if rng.random() < away:
        return
    pace = (shift.clerk.pace or shift.habit.pace) * life.WEEKDAYS[shift.day.weekday()]
    for started_at, at in _moments(shift, _poisson(rng, pace)):
        if rng.random() < life.PAPER:
            entry = talks.paper(world=shift.world, rng=rng, clerk=shift.clerk, at=at)
            late = min(at + rng.randint(20, 120) * _MINUTE, shift.moment(time(23, 30)))
            yield Played(
                entry=entry, scene=_scene(shift, entry, at, received_at=late), source=Source.PAPER
            )
        else:
            yield _afterwards(shift, _talk(shift, started_at, at))


def planned(shifts: list[Shift]) -> Iterator[tuple[Shift, list[Played]]]:
    """This will play exactly 40 counted customers, 22 main only, 13 main + 1, 5 main + 2.

    Who took two or more was served by those who present most; a conversation is invented again
    until it comes out at its planned depth, so it looks like any other.
    """
    rng = Random(f"{shifts[0].world.seed}:test day:{shifts[0].day}")  # noqa: S311
    depths = [depth for depth, n in TEST_DAY_DEPTHS.items() for _ in range(n)]
    deep = sorted((depth for depth in depths if depth >= _DEEP), reverse=True)
    plain = [depth for depth in depths if depth < _DEEP]
    rng.shuffle(plain)
    plans: dict[int, list[int]] = {n: [] for n in range(len(shifts))}
    by_reach = sorted(plans, key=lambda n: (-shifts[n].habit.mean_reach, n))
    for place, depth in enumerate(deep):
        plans[by_reach[place % len(by_reach)]].append(depth)
    for depth in plain:
        plans[min(plans, key=lambda n: (len(plans[n]), n))].append(depth)
    for n, plan in plans.items():
        yield shifts[n], at_depths(shifts[n], plan)


def at_depths(shift: Shift, depths: list[int]) -> list[Played]:
    """This will play so many customers, each of whom takes as many cross products as is written."""
    shift.rng.shuffle(depths)
    moments = _moments(shift, len(depths))
    return [
        _talk(shift, *moment, fits=lambda entry, depth=depth: _is_at(entry, depth))
        for moment, depth in zip(moments, depths, strict=True)
    ]


def _is_at(entry: Entry, depth: int) -> bool:
    return not entry.no_main and bucket_and_depth(entry)[1] == depth


def _talk(
    shift: Shift,
    started_at: datetime,
    at: datetime,
    *,
    fits: Callable[[Entry], bool] = lambda _: True,
) -> Played:
    for _ in range(_TRIES):
        entry = talks.talk(
            world=shift.world,
            rng=shift.rng,
            clerk=shift.clerk,
            habit=shift.habit,
            started_at=started_at,
            at=at,
        )
        if fits(entry):
            return Played(entry=entry, scene=_scene(shift, entry, at))
    raise RuntimeError(f"{shift.clerk.user.username}: no such conversation in {_TRIES} tries")


def _scene(
    shift: Shift, entry: Entry, at: datetime, *, received_at: datetime | None = None
) -> Scene:
    world, user = shift.world, shift.clerk.user
    return Scene(
        shown=world.edition.snapshot,
        edition_id=world.edition.pk,
        current=world.edition.snapshot,
        products=world.products,
        offers=world.offers,
        need_id=world.needs.get(entry.need),
        employee=user,
        branch=shift.clerk.branch,
        entered_by=user,
        recorded_at=at,
        received_at=received_at or at,
        clock_suspect=False,
    )


def _poisson(rng: Random, mean: float) -> int:
    """How many came, when `mean` come on average (Knuth: multiply dice until below e^-mean)."""
    limit, product, n = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        n += 1
    return n


def _moments(shift: Shift, n: int) -> list[tuple[datetime, datetime]]:
    """When n conversations began and ended, one after the other, inside the opening hours."""
    rng = shift.rng
    opens, closes = _minutes(shift.opens), _minutes(shift.closes)
    hours = range(opens // 60, -(-closes // 60))
    weights = [life.HOURS.get(hour, 1.0) for hour in hours]
    begins = (hour * 60 + rng.uniform(0, 60) for hour in rng.choices(hours, weights=weights, k=n))
    gap = min(20.0, (closes - opens) / (n + 1))  # what is kept free for each who comes later
    minutes, free = [], float(opens)
    for left, came in zip(range(n, 0, -1), sorted(begins), strict=True):
        begin = max(free, min(came, closes - left * gap))
        free = begin + min(rng.uniform(3, 17), gap * 0.9)
        minutes.append((begin, free))
    midnight = shift.moment(time(0))  # adding to a local moment moves the hands of the wall clock
    return [
        (midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end))
        for begin, end in ((round(a, 1), round(b, 1)) for a, b in minutes)
    ]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _afterwards(shift: Shift, played: Played) -> Played:
    """A few records are corrected or voided the same day, with a reason."""
    chance = shift.rng.random()
    later = played.scene.recorded_at + shift.rng.randint(2, 25) * _MINUTE
    if chance < life.VOIDED:
        return replace(played, void_reason=shift.rng.choice(life.WHY_VOIDED), voided_at=later)
    if chance < life.VOIDED + life.CORRECTED and played.entry.accepted:
        return _corrected(shift, played, later)
    return played


def _corrected(shift: Shift, played: Played, later: datetime) -> Played:
    """Two records that differ in the last product that was taken; either may be the right one."""
    with_it, last = played.entry, played.entry.accepted[-1]
    without = replace(
        with_it,
        answers=tuple(_declined(a) if a.code == last else a for a in with_it.answers),
    )
    wrong, right, why = (
        (without, with_it, life.CAME_BACK)
        if shift.rng.random() < 0.5
        else (with_it, without, life.NOT_AFTER_ALL)
    )
    # drawn from the same dice, so that a second run gives the same number
    right = replace(right, uuid=talks.new_uuid(shift.rng), replaces=wrong.uuid, replace_reason=why)
    return replace(
        played,
        entry=wrong,
        correction=Played(
            entry=right,
            scene=_scene(shift, right, played.scene.recorded_at, received_at=later),
            source=Source.CORRECTION,
        ),
    )


def _declined(answer: Answer) -> Answer:
    return replace(answer, response="declined", consent=False)
