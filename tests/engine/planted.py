"""Invented histories in which the truth about 400 unrated pairs is known.

Harder than the model of `engine.proposals` asks for: crosses differ in appeal, mains in traffic and
in how much their customers ask for, rated crosses sell many times as well because they are brought
up, and a second edition rates some more pairs half-way.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from itertools import product as every

from crossbank.engine.evidence import PairCounts, Said, Talk
from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import PairTerms, Rating, Snapshot
from tests.engine.bank import product
from tests.engine.counting import count

MAINS = tuple(f"M{n:02}" for n in range(25))
CROSSES = tuple(f"X{n:02}" for n in range(28))
UNRATED, PLANTED = 400, 10
AFFINITY = 0.03  # so many customers of the main ask for the planted cross on top
_USUAL = 0.004  # of customers ask for an average unrated cross and take it
_ANSWERS = ("accepted", "declined", "declined")


@dataclass(frozen=True)
class History:
    talks: list[Talk]
    shown: dict[int, Snapshot]
    planted: frozenset[tuple[str, str]]
    unrated: frozenset[tuple[str, str]]

    @property
    def counts(self) -> PairCounts:
        return count(self.talks)


def history(
    seed: int, *, customers: int = 60_000, affinity: float = AFFINITY, pace_spread: float = 0.4
) -> History:
    rng = random.Random(seed)
    pairs = rng.sample(list(every(MAINS, CROSSES)), len(MAINS) * len(CROSSES))
    unrated, rated = pairs[:UNRATED], pairs[UNRATED:]
    late = frozenset(rated[:20])  # rated by the second edition only
    shown = {
        1: edition([pair for pair in rated if pair not in late]),
        2: edition(rated),
    }
    true = frozenset(rng.sample(unrated, PLANTED if affinity else 0))
    appeal = {x: _USUAL * rng.lognormvariate(0, 0.5) for x in CROSSES}
    pace = {m: rng.lognormvariate(0, pace_spread) for m in MAINS}
    traffic = [rng.lognormvariate(0, 0.5) for _ in MAINS]
    chance = {
        (m, x): appeal[x] * pace[m] + (affinity if (m, x) in true else 0)
        for m, x in every(MAINS, CROSSES)
    }
    habits = {(m, n): _Habit.of(m, n, shown[n], chance) for m in MAINS for n in shown}
    talks = [
        habits[m, 1 if n < customers / 2 else 2].talk(rng)
        for n, m in enumerate(rng.choices(MAINS, weights=traffic, k=customers))
    ]
    return History(talks=talks, shown=shown, planted=true, unrated=frozenset(unrated))


def edition(
    rated: list[tuple[str, str]],
    *,
    mains: Sequence[str] = MAINS,
    crosses: Sequence[str] = CROSSES,
) -> Snapshot:
    """A pair's rating follows from its place, so that both editions agree."""
    return compile_snapshot(
        products=[
            *(product(code, is_cross=False) for code in mains),
            *(product(code, is_main=False) for code in crosses),
        ],
        pairs=[
            PairTerms(main=m, cross=x, rating=list(Rating)[(int(m[1:]) + int(x[1:])) % 3])
            for m, x in rated
        ],
        needs=[],
        rules=[],
        steps_up=[],
    )


@dataclass(frozen=True)
class _Habit:
    """What customers of one main do under one edition."""

    main: str
    number: int
    row: tuple[tuple[str, str], ...]  # rated crosses
    asked: tuple[str, ...]
    weights: tuple[float, ...]
    asks: float  # for anything

    @classmethod
    def of(
        cls, main: str, number: int, snapshot: Snapshot, chance: dict[tuple[str, str], float]
    ) -> "_Habit":
        row = snapshot.rows.get(main, {})
        asked = tuple(x for x in CROSSES if x not in row)
        weights = tuple(chance[main, x] for x in asked)
        return cls(
            main=main,
            number=number,
            row=tuple((x, pair.rating.value) for x, pair in row.items()),
            asked=asked,
            weights=tuple(accumulate(weights)),
            asks=min(sum(weights), 0.9),
        )

    def talk(self, rng: random.Random) -> Talk:
        brought_up = rng.sample(self.row, k=min(len(self.row), rng.randrange(3)))
        said = [Said(x, rating, rng.choice(_ANSWERS)) for x, rating in brought_up]
        if self.asked and rng.random() < self.asks:
            cross = rng.choices(self.asked, cum_weights=self.weights)[0]
            said.append(Said(cross, "", "accepted"))
        return Talk(main=self.main, edition=self.number, no_main=False, said=tuple(said))
