"""Sales of long ago, and what the bank's book says of them: of some, nothing yet.

They lie before the weeks that figures are read of, so that none of those changes.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from crossbank.demo import days, history, staff, world
from crossbank.demo.days import Played, Shift
from crossbank.demo.world import Clerk
from crossbank.engine import keeping
from crossbank.kept import sales, services
from crossbank.kept.models import Mark
from crossbank.kept.sales import Sale
from crossbank.kept.services import Told
from crossbank.matrix import editions
from crossbank.org.models import User

_OLDEST, _YOUNGEST = 200, 95  # days ago
_SALES = 60
_MANAGERS = {"B01": "manager", "B02": "manager2"}  # of the branches that sold, and who notes it
_WITHDRAWN, _CLOSED, _KEPT = 3, 3, 34  # the rest is not known yet
_DAY = timedelta(days=1)


def play(*, today: date, days_back: int, seed: int) -> dict[str, int]:
    """This will sell what was sold long ago and note what became of it; deterministic by seed.

    A history that reaches so far back has such sales already.
    """
    if days_back < _YOUNGEST:
        history.write(_long_ago(today, seed))
    rows = sales.sold().filter(
        consultation__branch__code__in=_MANAGERS,
        consultation__business_date__range=(today - _OLDEST * _DAY, today - _YOUNGEST * _DAY),
    )
    found = sales.read(rows.order_by("consultation__recorded_at", "pk")[:_SALES])
    noted = list(_notes(found, today, Random(f"sold {seed}")))  # noqa: S311 - invented life
    at = datetime.combine(today - 2 * _DAY, time(8), tzinfo=UTC)
    for branch, name in _MANAGERS.items():
        told = [one for place, one in noted if place == branch]
        by = User.objects.select_related("branch").get(username=name)
        if told:
            services.take_over(told=told, unmatched=0, at=at, by=by)
    return {"sales": len(found), "outcomes of them": len(noted)}


def _long_ago(today: date, seed: int) -> Iterator[tuple[Shift, list[Played]]]:
    """One product each, by turns of the colleagues, from the oldest day to the youngest."""
    edition = editions.current(history.begins(today, days_back=_OLDEST))
    invented = world.build(seed=seed, edition=edition)
    places = [one for one in staff.of_the_bank() if one.branch.code in _MANAGERS]
    for (place, day, hours), times in _turns(places, today).items():
        shift = days.shift(world=invented, clerk=places[place], day=day, hours=hours, today=today)
        yield shift, days.at_depths(shift, [1] * times)


def _turns(clerks: list[Clerk], today: date) -> Counter[tuple[int, date, tuple[time, time]]]:
    """(colleague, day, its hours) -> how many customers, spread evenly over days of open doors."""
    open_days = history.calendar()
    span = [today - age * _DAY for age in range(_OLDEST, _YOUNGEST - 1, -1)]
    turns: Counter[tuple[int, date, tuple[time, time]]] = Counter()
    for n in range(_SALES):
        place = n % len(clerks)
        hours = ((day, open_days.open_on(clerks[place].branch, day)) for day in span)
        doors = [(day, one) for day, one in hours if one]
        turns[place, *doors[n * len(doors) // _SALES]] += 1
    return turns


def _notes(found: tuple[Sale, ...], today: date, rng: Random) -> Iterator[tuple[str, Told]]:
    """(branch, outcome), as the dice give them; only from some products anybody withdraws."""
    order = list(found)
    rng.shuffle(order)
    withdrawn = [sale for sale in order if sale.cancel_by][:_WITHDRAWN]
    others = [sale for sale in order if sale not in withdrawn]
    for sale in withdrawn:
        yield _told(sale, Mark.WITHDRAWN, rng.randint(1, 10))
    for sale in others[:_CLOSED]:
        yield _told(sale, Mark.CLOSED, rng.randint(35, 80))
    for sale in others[_CLOSED : _CLOSED + _KEPT]:
        most = (today - sale.record.business_date).days - 3  # before the day of noting, anywhere
        yield _told(sale, Mark.OPEN, min(keeping.CHECK_DAYS + rng.randint(0, 3), most))


def _told(sale: Sale, mark: Mark, age: int) -> tuple[str, Told]:
    on = sale.record.business_date + age * _DAY
    return sale.record.branch.code, Told(item=sale.item.pk, mark=mark.value, on=on, seen=0)
