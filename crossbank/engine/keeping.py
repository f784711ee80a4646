"""What became of a product that was taken: kept, given back, ended early, or not known yet.

A sale counts for good only when the bank's own book says that the customer still has it 90 days
later. Silence is never taken for that.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CHECK_DAYS = 90


class Mark(StrEnum):
    """What the bank's book says of a product, as of a day."""

    OPEN = "open"  # the customer has it
    WITHDRAWN = "withdrawn"  # he withdrew in time
    CLOSED = "closed"  # he ended it afterwards
    MISTAKEN = "mistaken"  # what was noted before was about something else


class State(StrEnum):
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    CLOSED_EARLY = "closed_early"
    NOT_KNOWN = "not_known"


class Fault(StrEnum):
    """Why a mark cannot be true of a sale."""

    BEFORE_SALE = "before_sale"
    NOT_YET = "not_yet"  # its day has not come
    NO_WITHDRAWAL = "no_withdrawal"  # nobody withdraws from this product
    TOO_LATE = "too_late"  # the last day to withdraw was over


@dataclass(frozen=True, kw_only=True)
class Noted:
    """The mark that stands for a sale. Units: `age` whole days from the sale to the mark's day."""

    mark: Mark
    age: int


def cancel_by(sold_on: date, withdrawal_days: int | None) -> date | None:
    """This will give the last day on which a customer may withdraw; None where he never may.

    The day of the conversation plus N: the same day stands on the page he took home.
    """
    return sold_on + timedelta(days=withdrawal_days) if withdrawal_days else None


def check_day(sold_on: date) -> date:
    """This will give the day on which a sale is known to be kept, or not."""
    return sold_on + timedelta(days=CHECK_DAYS)


def state(noted: Noted | None) -> State:
    """This will say what became of a sale by the mark that stands; None: nothing was noted.

    Ended on the check day itself is ended early: that evening he did not have it any more.
    """
    if noted is None or noted.mark is Mark.MISTAKEN:
        return State.NOT_KNOWN
    if noted.mark is Mark.WITHDRAWN:
        return State.WITHDRAWN
    if noted.mark is Mark.CLOSED:
        return State.KEPT if noted.age > CHECK_DAYS else State.CLOSED_EARLY
    return State.KEPT if noted.age >= CHECK_DAYS else State.NOT_KNOWN


def fault(
    mark: Mark, *, on: date, sold_on: date, withdrawal_days: int | None, today: date
) -> Fault | None:
    """This will say why a mark cannot be true of a sale, or None."""
    if on < sold_on:
        return Fault.BEFORE_SALE
    if on > today:
        return Fault.NOT_YET
    if mark is not Mark.WITHDRAWN:
        return None
    last = cancel_by(sold_on, withdrawal_days)
    if last is None:
        return Fault.NO_WITHDRAWAL
    return Fault.TOO_LATE if on > last else None


def says_more(mark: Mark, *, age: int, than: Noted | None) -> bool:
    """This will say whether a mark adds to what stands: an old list read again adds nothing.

    That he had it then says nothing beside a mark of that day or a later one; any other mark says
    something unless it is the very same.
    """
    if than is None:
        return mark is not Mark.MISTAKEN
    if mark is Mark.OPEN and than.mark is not Mark.MISTAKEN:
        return age > than.age
    return (mark, age) != (than.mark, than.age) and (mark, than.mark) != (
        Mark.MISTAKEN,
        Mark.MISTAKEN,
    )
