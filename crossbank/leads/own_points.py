"""A person's own points and badges; nobody else's."""

from dataclasses import dataclass
from datetime import datetime

from crossbank.engine import badges as engine
from crossbank.engine import points
from crossbank.leads import ledger
from crossbank.leads.models import Badge, Level
from crossbank.org.models import User


@dataclass(frozen=True, kw_only=True)
class OwnPoints:
    """For oneself alone. `badges`: (level, year, reason of a pause or an empty text).

    `pause`: why the points of the year pause just now, or an empty text; none of them is lost.
    """

    year: int
    vested: int
    pending: int
    pause: str
    badges: tuple[tuple[str, int, str], ...]


def own_points(employee: User, *, at: datetime) -> OwnPoints:
    """This will derive a person's points from what happened to his leads, in two queries.

    Gold compares people, so it is read from the ledger that the night wrote: one query more.
    """
    told = ledger.stories(sender=employee)
    year = employee.branch.local_day(at).year
    earned = points.totals(points.points(told, at=at))
    life = [one for one in engine.awards(told, at=at) if one.level is not engine.Level.GOLD]
    held = [(of_year, level.value) for _who, of_year, level in engine.standing(life)]
    why = {
        of_year: f"{kept}/{known}"
        for (_who, of_year), (kept, known) in engine.pauses(told, at=at).items()
    }
    return OwnPoints(
        year=year,
        vested=earned.get((employee.pk, year), 0),
        pending=points.pending(told, at=at),
        pause=why.get(year, ""),
        badges=tuple(
            (str(Level(level).label), of_year, why.get(of_year, ""))
            for of_year, level in sorted([*held, *_golds(employee)], key=lambda one: one[0])
        ),
    )


def _golds(employee: User) -> list[tuple[int, str]]:
    rows = Badge.objects.filter(employee=employee, level=Level.GOLD)
    return sorted(set(rows.values_list("year", "level")))
