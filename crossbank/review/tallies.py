"""Consultations -> counts by the keys that pages ask for: one plain pass, no models, no queries.

The same pass makes the rollups of closed days and counts what is not rolled up yet, so both say the
same. Of an edition only what it says is asked: which crosses were missed, how many could be offered.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from crossbank.desk.models import Source
from crossbank.engine import tally
from crossbank.engine.terms import Bucket, Response, Snapshot
from crossbank.review.facts import Talk
from crossbank.review.numbers import Numbers

ROOM = 3  # three crosses that may be offered, and the rule of three can be asked for
LONGEST_SECONDS = 600  # hands on keys; what took longer stands here
HOUR, SECONDS = "hour", "seconds"  # kinds of curve
Key = TypeVar("Key")

_OPEN_BUCKETS = {Bucket.MAIN_ONLY.value, Bucket.PLUS_ONE.value}


@dataclass(kw_only=True)
class Counted:
    """Shape: `tallies` by (day, branch, employee, main, edition), `pairs` by (day, branch, main,
    cross, edition), `curves` by (day, branch, main, kind, value) -> times. Branches, employees
    and editions are row ids; values of HOUR are hours of the branch's clock, of SECONDS whole ones."""

    tallies: dict[tuple[date, int, int | None, str, int], Numbers] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    pairs: dict[tuple[date, int, str, str, int], Numbers] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    curves: Counter[tuple[date, int, str, str, int]] = field(default_factory=Counter)


def count(
    talks: Iterable[Talk], *, zones: Mapping[int, ZoneInfo], shown: Callable[[int], Snapshot]
) -> Counted:
    """This will count consultations in any order. `zones`: branch -> its clock; `shown`: edition ->
    what it says."""
    counted = Counted()
    for talk in talks:
        numbers = counted.tallies[talk.day, talk.branch, talk.employee, talk.main, talk.edition]
        numbers[talk.bucket] += 1
        place = (talk.day, talk.branch, talk.main)
        if talk.source != Source.IMPORT:  # which hour it was, nobody wrote down
            hour = talk.recorded_at.astimezone(zones[talk.branch]).hour
            counted.curves[*place, HOUR, hour] += 1
        if not talk.counted_only:
            _add_live(numbers, talk, shown(talk.edition))
            _add_pairs(counted, talk, shown(talk.edition))
            if talk.hands_on_ms is not None:
                seconds = min((talk.hands_on_ms + 500) // 1000, LONGEST_SECONDS)
                counted.curves[*place, SECONDS, seconds] += 1
    return counted


def _add_live(numbers: Numbers, talk: Talk, snapshot: Snapshot) -> None:
    said = len(talk.items)
    numbers["live"] += 1
    numbers["live_no_main"] += talk.bucket == Bucket.NO_MAIN
    numbers["offered"] += bool(said)
    numbers["presented"] += said
    if talk.nothing_offered:
        numbers[talk.nothing_offered] += 1
    taken = [item for item in talk.items if item.response == Response.ACCEPTED]
    numbers["took"] += bool(taken)
    numbers["taken"] += len(taken)
    numbers["with_offer"] += sum(bool(item.offer) for item in taken)
    if offerable_in(talk, snapshot) >= ROOM:
        numbers["roomy"] += 1
        numbers["three"] += said >= ROOM
        numbers["silent"] += not said


def offerable_in(talk: Talk, snapshot: Snapshot) -> int:
    """How many crosses could be offered to one customer; where nobody kept it, as the edition shown
    and what he has tell."""
    if talk.offerable is not None:
        return talk.offerable
    return tally.offerable(snapshot, main=talk.main, held=talk.held, quiet=())


def _add_pairs(counted: Counted, talk: Talk, snapshot: Snapshot) -> None:
    for item in talk.items:
        numbers = counted.pairs[talk.day, talk.branch, talk.main, item.cross, talk.edition]
        numbers[item.response] += 1
        if item.response == Response.DECLINED:
            if item.reason:
                numbers[item.reason] += 1
        elif item.response == Response.ACCEPTED:
            numbers["with_offer"] += bool(item.offer)
    for cross in missed_in(talk, snapshot):
        counted.pairs[talk.day, talk.branch, talk.main, cross, talk.edition]["missed"] += 1


def missed_in(talk: Talk, snapshot: Snapshot) -> tuple[str, ...]:
    """The strong and good crosses that one customer did not hear of (contract: not presented)."""
    if talk.counted_only or talk.bucket not in _OPEN_BUCKETS:
        return ()
    return tally.missed(
        snapshot,
        main=talk.main,
        presented=[item.cross for item in talk.items],
        held=talk.held,
        taken=[item.cross for item in talk.items if item.response == Response.ACCEPTED],
    )


def sums(numbers: Iterable[tuple[Key, Mapping[str, int]]]) -> dict[Key, Numbers]:
    """This will add up by key, in any order."""
    found: dict[Key, Numbers] = defaultdict(Counter)
    for key, more in numbers:
        found[key].update(more)
    return found


def median(times: Mapping[int, int]) -> float | None:
    """This will find the middle of values that occurred so often; None of nothing."""
    n = sum(times.values())
    if not n:
        return None
    lower, upper, seen = None, None, 0
    for value in sorted(times):
        seen += times[value]
        if lower is None and seen > (n - 1) // 2:
            lower = value
        if seen > n // 2:
            upper = value
            break
    return (lower + upper) / 2
