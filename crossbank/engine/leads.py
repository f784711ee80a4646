"""The life of a lead: which act leads from which state to which, and when it is due.

new -> accepted -> contacted -> qualified -> won | lost;  also rejected, expired
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from crossbank.engine.workdays import Calendar, add_workdays, on_or_after

ACCEPT_WORKDAYS = 1  # the coordination unit connects within the same day
CONTACT_WORKDAYS = 2
QUALIFY_WORKDAYS = 5
END_WORKDAYS = 20  # work began: how did it end?
EXPIRE_WORKDAYS = 10  # nobody took it: the sender learns that, and may hand it on anew
COOLING_DAYS = 14  # unless the product's own withdrawal is longer


class State(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"
    REJECTED = "rejected"
    EXPIRED = "expired"  # never an event: a new lead whose time is over


class Act(StrEnum):
    HAND_ON = "hand_on"
    ACCEPT = "accept"
    CONTACT = "contact"
    QUALIFY = "qualify"
    UNQUALIFY = "unqualify"  # the work that began was none: the point goes too
    WIN = "win"
    LOSE = "lose"
    REJECT = "reject"
    REASSIGN = "reassign"  # to another unit: it starts there as new
    HAND_OVER = "hand_over"  # to a colleague of the same unit, who has it with that


OPEN = frozenset({State.NEW, State.ACCEPTED, State.CONTACTED, State.QUALIFIED})
_BEFORE_WORK = (State.NEW, State.ACCEPTED, State.CONTACTED)

# act -> the states it starts from, and the state it leads to (None: it stays, but is not new)
MOVES: Mapping[Act, tuple[tuple[State, ...], State | None]] = {
    Act.ACCEPT: ((State.NEW,), State.ACCEPTED),
    Act.CONTACT: ((State.ACCEPTED,), State.CONTACTED),
    Act.QUALIFY: ((State.ACCEPTED, State.CONTACTED), State.QUALIFIED),
    Act.UNQUALIFY: ((State.QUALIFIED,), State.CONTACTED),
    Act.WIN: ((State.QUALIFIED,), State.WON),
    Act.LOSE: ((State.ACCEPTED, State.CONTACTED, State.QUALIFIED, State.WON), State.LOST),
    Act.REJECT: (_BEFORE_WORK, State.REJECTED),
    Act.REASSIGN: (_BEFORE_WORK, State.NEW),
    Act.HAND_OVER: ((*_BEFORE_WORK, State.QUALIFIED), None),
}
# coordination finds out who can help; it does none of the work and begins none
CONNECTS = frozenset({Act.ACCEPT, Act.CONTACT, Act.REJECT, Act.REASSIGN, Act.HAND_OVER})
NEEDS_WORDS = frozenset({Act.REJECT, Act.LOSE, Act.UNQUALIFY})


def after(act: Act, state: State, *, connects: bool = False) -> State | None:
    """This will name the state that an act leads to, or None where it cannot be done.

    `connects`: the lead is with coordination.
    """
    if act not in MOVES or (connects and state in _BEFORE_WORK and act not in CONNECTS):
        return None
    starts, target = MOVES[act]
    if target is None:
        target = State.ACCEPTED if state is State.NEW else state
    return target if state in starts else None


def acts_from(state: State, *, connects: bool = False) -> tuple[Act, ...]:
    """What can be done with a lead in this state, in the order of work."""
    return tuple(act for act in MOVES if after(act, state, connects=connects) is not None)


def due_on(
    state: State, today: date, calendar: Calendar, *, contact_on: date | None = None
) -> date | None:
    """This will say by which day the next step is due; None when nothing is.

    A day that the customer named takes the place of the count, moved to an open day.
    """
    if state is State.NEW:
        return add_workdays(today, ACCEPT_WORKDAYS, calendar)
    if state is State.ACCEPTED and contact_on:
        return on_or_after(max(contact_on, today), calendar)
    if state is State.ACCEPTED:
        return add_workdays(today, CONTACT_WORKDAYS, calendar)
    if state is State.CONTACTED:
        return add_workdays(today, QUALIFY_WORKDAYS, calendar)
    if state is State.QUALIFIED:
        return add_workdays(today, END_WORKDAYS, calendar)
    return None


def last_day(today: date, calendar: Calendar) -> date:
    """The last local day on which somebody may accept a lead handed on today."""
    return add_workdays(today, EXPIRE_WORKDAYS, calendar)


def cooling_days(withdrawal_days: int | None) -> int:
    """Days until a point vests: past the product's own withdrawal, whose last day is a whole one."""
    return max(COOLING_DAYS, withdrawal_days + 1 if withdrawal_days else 0)
