"""Keep, show the number, hand over: all that a person does with a promised call.

A contact number is sealed as soon as it comes in; only `reveal` opens it, and writes the trail.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.calls.models import Attempt, Task
from crossbank.calls.promising import hold, require_day, settle
from crossbank.calls.refusals import (
    Ended,
    NoNumber,
    NotedMeanwhile,
    NotTheOwner,
    WrongColleague,
    WrongDay,
)
from crossbank.conduct import services as conduct
from crossbank.conduct.references import Unreadable, unseal
from crossbank.engine.workdays import add_workdays, on_or_after
from crossbank.org.access import FRONT
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Role, User

RETRY_AFTER = 2  # open days between two attempts: nobody is called day after day


def _locked(task: Task, at: datetime) -> Task:
    """The row as it is now, held until the transaction ends. Raises Ended."""
    # `of`: the joins hold nullable columns, which PostgreSQL will not lock
    row = (
        Task.objects.select_for_update(of=("self",))
        .select_related("branch", "employee")
        .get(pk=task.pk)
    )
    if row.withdrawn_at:
        raise Ended(_("This call was withdrawn together with what it came from."))
    if row.settled_at:
        raise Ended(_("The customer has answered meanwhile, or agreed to another day."))
    if not row.is_waiting(row.branch.local_day(at)):
        ended = row.get_outcome_display() or Task.Outcome.NEVER_MADE.label
        raise Ended(_("This call has ended: %(outcome)s.") % {"outcome": ended})
    return row


def _require_owner(task: Task, by: User) -> None:
    if not task.belongs_to(by):
        raise NotTheOwner(_("This call belongs to somebody else; hand it over first."))


@transaction.atomic
def note_outcome(
    *,
    task: Task,
    outcome: str,
    next_on: date | None = None,
    seen: int | None = None,
    at: datetime,
    by: User,
) -> Task:
    """This will note one attempt and end the call, or move it to the day of the second.

    A yes or a no ends it at once; the second attempt ends it whatever came of it. `next_on`: the
    day the customer named, moved to an open one; needed for `later`, refused on the last attempt.
    `seen`: how many attempts the page showed. Two who note at once: the row lock lets one through,
    the other finds it ended or noted. A no settles the customer's other calls on the product.

    Raises Ended, NotedMeanwhile, NotTheOwner, WrongDay.
    """
    hold(task.customer_ref)
    row = _locked(task, at)
    _require_owner(row, by)
    if seen is not None and seen != row.attempts:
        raise NotedMeanwhile(_("An attempt was noted a moment ago: look at it first."))
    number = row.attempts + 1
    due_on = _next_day(row, outcome, next_on, at=at)
    Attempt(task=row, number=number, at=at, by=by, outcome=outcome, next_on=due_on).save(
        force_insert=True
    )
    row.attempts = number
    if due_on:
        row.due_on = due_on
    else:
        row.closed_at, row.outcome = at, _end(outcome)
    row.save(update_fields=["attempts", "due_on", "closed_at", "outcome"])
    if row.outcome == Task.Outcome.REACHED_NO:
        asked = [row.product_id] if row.product_id else []
        settle(customer_ref=row.customer_ref, products=asked, origin=f"call:{row.pk}", at=at)
    return row


def _end(outcome: str) -> str:
    return Task.Outcome.SILENT if outcome == Attempt.Outcome.NOT_REACHED else outcome


def _next_day(task: Task, outcome: str, next_on: date | None, *, at: datetime) -> date | None:
    """The day of the second attempt; None when there is none. Raises WrongDay."""
    if outcome in (Attempt.Outcome.REACHED_YES, Attempt.Outcome.REACHED_NO):
        return None
    if task.is_last_attempt:
        if outcome == Attempt.Outcome.LATER:
            raise WrongDay(
                _(
                    "This was the second attempt, and after it nobody calls again: note yes or no. "
                    "The customer is welcome to come by himself."
                )
            )
        return None
    if outcome == Attempt.Outcome.NOT_REACHED:
        return retry_day(task, at=at)
    if next_on is None:
        raise WrongDay(_("Which day did the customer say?"))
    require_day(next_on, branch=task.branch, at=at)
    return on_or_after(next_on, calendar_of(task.branch))


def retry_day(task: Task, *, at: datetime) -> date:
    """When somebody who was not reached is called for the second and last time."""
    return add_workdays(task.branch.local_day(at), RETRY_AFTER, calendar_of(task.branch))


@transaction.atomic
def reveal(*, task: Task, at: datetime, by: User) -> str:
    """This will give the number in clear to the call's owner, and write that into the trail.

    Only while the call is open: afterwards nobody has a reason to dial. Raises Ended, NotTheOwner,
    NoNumber.
    """
    row = _locked(task, at)
    _require_owner(row, by)
    try:
        number = unseal(row.contact)
    except Unreadable:
        raise NoNumber(_("The number was sealed with another key: nobody can read it.")) from None
    if not number:
        raise NoNumber(_("No number was left for this call."))
    conduct.record(action="contact_shown", subject=f"call {row.pk}", at=at, by=by)
    return number


@transaction.atomic
def hand_over(*, task: Task, to: User | None, at: datetime, by: User) -> Task:
    """This will give the call to a colleague of the branch, or with None to anybody there.

    By its owner or the branch's manager. Raises Ended, NotTheOwner, WrongColleague.
    """
    row = _locked(task, at)
    if not (by.role == Role.MANAGER and by.branch_id == row.branch.now_id):
        _require_owner(row, by)
    if to and not (to.is_active and to.role in FRONT and to.branch_id == row.branch.now_id):
        raise WrongColleague(_("Choose somebody who serves customers in this branch."))
    before, row.employee = row.employee, to
    row.save(update_fields=["employee"])
    conduct.record(
        action="call_handed_over",
        subject=f"call {row.pk}",
        detail={"from": before.username if before else "", "to": to.username if to else ""},
        at=at,
        by=by,
    )
    return row
