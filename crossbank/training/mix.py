"""What keeps a branch from offering, without names: months that are over, five people or more.

No one's answer comes out by subtracting either:
- an answer stands in one month alone, so that two months differ by whole groups, never by the one
  who came in between; and a month is shown when it is over, and does not change any more;
- none of its readers knows a part of it: managers' own answers are in no mix, and who gave one as a
  seller and reads it as a manager is shown, and counted, the others alone;
- the region counts either all its people, or those of its larger branches alone: what is left of it
  beside branches that are shown is always five or more, or nobody.

What all of a group marked is known of each of them, however large it is: so all, and all but one,
are told in the same words, and barriers stand in their own order, never in that of their numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise

from crossbank.org.models import Branch, Region, User
from crossbank.training.barriers import BARRIERS
from crossbank.training.counts import PEOPLE, month_of
from crossbank.training.models import BarrierCheck, MixCount

FEWEST = 5
MONTHS = 3  # that are over; the newest one with enough people is shown
_Counts = Mapping[str, int]  # barrier -> people; `PEOPLE` -> all who answered


@dataclass(frozen=True, kw_only=True)
class Line:
    """`n` of `of` people; None where that would be nearly all of them."""

    title: str | Promise
    sign: str | Promise
    n: int | None
    of: int

    @property
    def dots(self) -> tuple[bool, ...]:
        full = self.of if self.n is None else self.n
        return tuple(place < full for place in range(self.of))


@dataclass(frozen=True, kw_only=True)
class Mix:
    """`branch`: none for that of a region. `month`: its first day. `lines`: all eight, in order."""

    region: Region
    branch: Branch | None = None
    month: date
    people: int
    lines: tuple[Line, ...]


def of_branch(branch: Branch, *, reader: User, at: datetime) -> Mix | None:
    """This will tell the branch's own mix; None without a month in which five others answered."""
    for month in _months(at):
        found = _of_branches(month, Q(branch=branch), reader)
        if (counts := found.get(branch.pk)) and counts[PEOPLE] >= FEWEST:
            return _mix(month, counts, region=branch.region, branch=branch)
    return None


def of_region(region: Region, *, reader: User, at: datetime) -> Mix | None:
    """This will tell the region's mix, of all its people where the rest hides everybody."""
    for month in _months(at):
        shown, rest = _shown_and_rest(_of_branches(month, Q(region=region), reader).values())
        counts = _sum((shown, rest)) if rest[PEOPLE] >= FEWEST else shown
        if counts[PEOPLE] >= FEWEST:
            return _mix(month, counts, region=region)
    return None


def _months(at: datetime) -> list[str]:
    """The last ones that are over, the newest first."""
    months, first = [], date.fromisoformat(f"{month_of(at)}-01")
    for _n in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(f"{first:%Y-%m}")
    return months


def _of_branches(month: str, where: Q, reader: User) -> dict[int, _Counts]:
    """Branch -> what others than the reader answered."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in MixCount.objects.filter(where, month=month):
        found[row.branch_id][row.barrier] = row.n
    for own in BarrierCheck.objects.of(reader).filter(month=month, counts_in__in=found):
        for code in (PEOPLE, *own.marks):
            found[own.counts_in_id][code] -= 1
    return dict(found)


def _shown_and_rest(every: Collection[_Counts]) -> tuple[_Counts, _Counts]:
    """Branches that have a mix of their own, added up; and all others."""
    return (
        _sum(one for one in every if one[PEOPLE] >= FEWEST),
        _sum(one for one in every if one[PEOPLE] < FEWEST),
    )


def _sum(parts: Iterable[_Counts]) -> _Counts:
    total = dict.fromkeys((PEOPLE, *(barrier.code for barrier in BARRIERS)), 0)
    for part in parts:
        for code in total:
            total[code] += part.get(code, 0)
    return total


def _mix(month: str, counts: _Counts, *, region: Region, branch: Branch | None = None) -> Mix:
    people = counts[PEOPLE]
    return Mix(
        region=region,
        branch=branch,
        month=date.fromisoformat(f"{month}-01"),
        people=people,
        lines=tuple(
            Line(
                title=barrier.title,
                sign=barrier.sign,
                n=_told(counts.get(barrier.code, 0), people),
                of=people,
            )
            for barrier in BARRIERS
        ),
    )


def _told(n: int, people: int) -> int | None:
    return None if n >= people - 1 else n
