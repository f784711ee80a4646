"""What notes the outcome of sales: by hand, one; out of a workbook, many or none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from crossbank.conduct import services as conduct
from crossbank.engine import keeping
from crossbank.kept import refusals
from crossbank.kept.models import Outcome
from crossbank.kept.sales import Sale, read, visible_to
from crossbank.org.models import Role, User


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be noted of a sale. `seen`: row id of what stood when it was looked at, or 0."""

    item: int
    mark: str
    on: date
    seen: int


def days_of(sale: Sale) -> int | None:
    """How many days he may withdraw, None where he never may."""
    return (sale.cancel_by - sale.record.business_date).days if sale.cancel_by else None


def fault_of(sale: Sale, *, mark: str, on: date, today: date) -> keeping.Fault | None:
    """This will say why something cannot be true of a sale, or None."""
    return keeping.fault(
        keeping.Mark(mark),
        on=on,
        sold_on=sale.record.business_date,
        withdrawal_days=days_of(sale),
        today=today,
    )


def says_more(sale: Sale, *, mark: str, on: date) -> bool:
    """This will say whether something adds to what stands."""
    return _adds_to(sale.outcome, sale, mark=mark, on=on)


def is_news(sale: Sale, *, mark: str, on: date) -> bool:
    """The same of a row of a list: what was called a mistake since comes back by hand alone, however
    often the list is read again."""
    stands = sale.outcome.replaces if sale.is_taken_back else sale.outcome
    return _adds_to(stands, sale, mark=mark, on=on)


def _adds_to(stands: Outcome | None, sale: Sale, *, mark: str, on: date) -> bool:
    return keeping.says_more(
        keeping.Mark(mark),
        age=(on - sale.record.business_date).days,
        than=stands.noted if stands else None,
    )


@transaction.atomic
def note_outcome(*, told: Told, note: str = "", at: datetime, by: User) -> Outcome:
    """This will note by hand what became of one sale, in place of what stood.

    Raises NotManager, Moved, Untrue, SaysNothing.
    """
    (made,) = _write([told], note=note, source=Outcome.Source.HAND, at=at, by=by)
    conduct.record(
        action="sale_outcome_noted",
        subject=f"sale {made.item_id}",
        detail={"mark": made.mark, "on": made.on.isoformat()},
        at=at,
        by=by,
    )
    return made


@transaction.atomic
def take_over(*, told: Iterable[Told], unmatched: int, at: datetime, by: User) -> list[Outcome]:
    """This will note all rows of a workbook that were matched, or none.

    `unmatched`: how many of its rows had no sale; the trail tells it. Raises as `note_outcome`.
    """
    made = _write(list(told), note="", source=Outcome.Source.WORKBOOK, at=at, by=by)
    conduct.record(
        action="sale_outcomes_taken_over",
        subject=f"branch {by.branch.code}",
        detail={"rows": len(made), "unmatched": unmatched},
        at=at,
        by=by,
    )
    return made


def _write(told: list[Told], *, note: str, source: str, at: datetime, by: User) -> list[Outcome]:
    if by.role != Role.MANAGER:
        raise refusals.NotManager
    rows = visible_to(by).filter(pk__in=[one.item for one in told])
    sales = {sale.item.pk: sale for sale in read(rows)}
    if sales.keys() != {one.item for one in told}:  # voided since, or never his to note
        raise refusals.Moved
    made = [_made(one, sales[one.item], at=at) for one in told]
    for outcome in made:
        outcome.note, outcome.source, outcome.by, outcome.at = note, source, by, at
        outcome.clean_fields(exclude={"item", "branch", "replaces", "by"})
    try:
        with transaction.atomic():
            Outcome.objects.bulk_create(made)
    except IntegrityError:  # two who saw the same: the other one was faster
        raise refusals.Moved from None
    return made


def _made(told: Told, sale: Sale, *, at: datetime) -> Outcome:
    if told.seen != sale.seen:
        raise refusals.Moved
    today = sale.record.branch.local_day(at)
    if fault := fault_of(sale, mark=told.mark, on=told.on, today=today):
        raise refusals.Untrue(fault, sale)
    if not says_more(sale, mark=told.mark, on=told.on):
        raise refusals.SaysNothing
    return Outcome(
        item=sale.item,
        branch=sale.record.branch,
        sold_on=sale.record.business_date,
        mark=told.mark,
        on=told.on,
        age=(told.on - sale.record.business_date).days,
        replaces=sale.outcome,
    )
