"""Promise a call, and settle or withdraw it: one customer is promised one call about one thing.

A contact number is sealed as soon as it comes in, and goes on sealed. What touches the calls of one
customer holds him first, then rows in the order of their keys.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from crossbank.calls.models import Attempt, Task
from crossbank.calls.refusals import WrongDay
from crossbank.catalog.models import Product
from crossbank.conduct.references import seal
from crossbank.engine.workdays import on_or_after, on_or_before
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

FURTHEST = timedelta(days=3660)  # ten years: a loan's end, not a slip of the finger

_COPIED = (
    "branch", "product_name", "main_name", "main_code", "say", "say_in", "origin_uuid",
    "customer_ref",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was promised. `contact` in clear, never stored so; `instead_of`: the origin of an older
    call about the same product whose story goes on in this one; `say_in`: `say` by language;
    `language`: the customer's, "" for that of whoever calls; `is_deadline`: where the branch is
    closed on that day, the last open one before it."""

    kind: str
    branch: Branch
    day: date
    origin: str
    is_deadline: bool = False
    employee: User | None = None
    product: Product | None = None
    product_name: str = ""
    main_name: str = ""
    main_code: str = ""
    say: str = ""
    say_in: dict[str, str] = field(default_factory=dict)
    language: str = ""
    origin_uuid: UUID | None = None
    customer_ref: str = ""
    contact: str = field(default="", repr=False)
    instead_of: str = ""


@transaction.atomic
def promise(*, promise: Promise, at: datetime, by: User) -> Task:
    """This will put a call on the due list of the first open day from the promised one on.

    Once per origin, kind and product: asked again it gives the call that is there, unchanged. An
    open call of the same kind to the same customer about the same product gives its place to this
    one, whoever promised it, with the attempts that were made: two are all.
    Raises WrongDay for a day before the branch's today at `at`, or far away.
    """
    require_day(promise.day, branch=promise.branch, at=at)
    hold(promise.customer_ref)
    before, due_on = _before(promise), _due_on(promise, promise.branch.local_day(at))
    task, is_new = Task.objects.get_or_create(
        origin=promise.origin,
        kind=promise.kind,
        product=promise.product,
        defaults={
            **{name: getattr(promise, name) for name in _COPIED},
            "asked_on": min(promise.day, due_on),
            "due_on": due_on,
            "created_at": at,
            "created_by": by,
            **_carried(promise, before),
        },
    )
    if is_new and before:
        _take_place(task, before, at=at)
    return task


def move(task: Task, day: date) -> Task:
    """This will put an open call on another day that the customer agreed to."""
    task.asked_on, task.due_on = day, on_or_after(day, calendar_of(task.branch))
    task.save(update_fields=["asked_on", "due_on"])
    return task


def require_day(day: date, *, branch: Branch, at: datetime) -> None:
    """This will refuse a day that is past in the branch, or ten years away. Raises WrongDay."""
    today = branch.local_day(at)
    if day < today:
        raise WrongDay(_("This day is past: choose today or a later one."))
    if day > today + FURTHEST:
        raise WrongDay(_("This day is more than ten years away."))


def _due_on(promise: Promise, today: date) -> date:
    calendar = calendar_of(promise.branch)
    early = on_or_before(promise.day, calendar)
    is_early = promise.is_deadline and early >= today
    return early if is_early else on_or_after(promise.day, calendar)


def hold(customer_ref: str) -> None:
    """This will let nobody else promise to or settle for this customer until the transaction ends.

    No row stands for a customer, so PostgreSQL locks the hash; SQLite has one writer anyway.
    """
    if customer_ref and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [customer_ref])


def _before(promise: Promise) -> list[Task]:
    """The calls whose place this one takes: the corrected one, ended or not, then open ones."""
    same = Task.objects.filter(kind=promise.kind, product=promise.product)
    found: list[Task] = []
    if promise.instead_of:
        found += same.of_origin(promise.instead_of)
    if promise.customer_ref and promise.product:
        others = same.open().filter(customer_ref=promise.customer_ref)
        found += others.exclude(origin=promise.origin).locked()
    return found


def _told(before: list[Task]) -> Task | None:
    """The call whose attempts count."""
    return max(before, key=lambda task: task.attempts, default=None)


def _carried(promise: Promise, before: list[Task]) -> dict[str, Any]:
    """Who calls, the number and what was tried already. A call that ended stays ended."""
    corrected = next((task for task in before if task.origin == promise.instead_of), None)
    keeps = corrected and promise.employee  # who corrects may give it to the branch, no more
    carried = {
        "employee": corrected.employee if corrected and keeps else promise.employee,
        "language": promise.language or (corrected.language if corrected else ""),
        "contact": seal(promise.contact) or next((t.contact for t in before if t.contact), ""),
    }
    if corrected and corrected.settled_at:  # what he answered since is no part of the correction
        carried |= {"settled_at": corrected.settled_at, "settled_by": corrected.settled_by}
    told = _told(before)
    if told is None:
        return carried
    carried["attempts"] = told.attempts
    if told.closed_at:
        return {**carried, "contact": "", "closed_at": told.closed_at, "outcome": told.outcome}
    if told.attempts and told.asked_on == promise.day:
        carried["due_on"] = told.due_on  # the same promise: its second attempt has its day
    return carried


def _take_place(task: Task, before: list[Task], *, at: datetime) -> None:
    if told := _told(before):
        _copy_tries(told, task)
    _settle([one.pk for one in before if one.is_open], origin=task.origin, at=at)


def _settle(pks: Collection[int], *, origin: str, at: datetime) -> int:
    if not pks:
        return 0
    return Task.objects.filter(pk__in=pks).update(settled_at=at, settled_by=origin)


@transaction.atomic
def settle(
    *,
    customer_ref: str,
    products: Collection[int],
    origin: str,
    at: datetime,
    answered_at: datetime | None = None,
) -> int:
    """This will take calls off every list that ask a customer what he has answered; how many.

    `products`: row ids. Dates of what he has (it matures, is renewed, ends) are no question and
    stay, and so does what was promised after he answered. `origin`: where he answered; `withdraw`
    of it puts them back.
    """
    if not customer_ref or not products:
        return 0
    hold(customer_ref)
    asking = Task.objects.open().filter(
        kind__in=Task.ASKING, product__in=products, created_at__lte=answered_at or at
    )
    others = asking.filter(customer_ref=customer_ref).exclude(origin=origin)
    return _settle([task.pk for task in others.locked()], origin=origin, at=at)


@transaction.atomic
def withdraw(*, origin: str, at: datetime, customer_ref: str = "") -> int:
    """This will take the calls of an origin off every list; how many. Ended ones stay.

    What gave its place to them is open again, with what was tried meanwhile, unless the customer is
    promised another such call or was called.
    """
    hold(customer_ref)
    own = list(Task.objects.of_origin(origin))
    waiting = Task.objects.of_origin(origin).filter(closed_at=None, withdrawn_at=None)
    withdrawn = waiting.update(withdrawn_at=at)
    if customer_ref:
        for task in Task.objects.filter(settled_by=origin).locked():
            since = _same(own, task)
            if since is None or since.closed_at is None:
                _open_again(task, since, at=at)
    return withdrawn


def _same(tasks: Iterable[Task], task: Task) -> Task | None:
    """The call about the same thing."""
    what = (task.kind, task.product_id)
    return next((one for one in tasks if (one.kind, one.product_id) == what), None)


def _open_again(task: Task, since: Task | None, *, at: datetime) -> None:
    """`since`: the call that had its place; what was tried in it counts."""
    task.settled_at, task.settled_by = None, ""
    _tell(task, since)
    task.save()
    _keep_one(task, at=at)


def _tell(task: Task, since: Task | None) -> None:
    """Two attempts are all, whichever record they were made for."""
    if since is None or since.attempts <= task.attempts:
        return
    _copy_tries(since, task)
    task.attempts, task.due_on = since.attempts, max(task.due_on, since.due_on)
    if since.closed_at:
        task.closed_at, task.outcome, task.contact = since.closed_at, since.outcome, ""
        task.settled_at, task.settled_by = None, ""


def _copy_tries(source: Task, task: Task) -> None:
    Attempt.objects.bulk_create(
        Attempt(
            task=task, number=one.number, at=one.at, by_id=one.by_id, outcome=one.outcome,
            next_on=one.next_on,
        )
        for one in source.tries.filter(number__gt=task.tries.count()).order_by("number")
    )  # fmt: skip


def _keep_one(task: Task, *, at: datetime) -> None:
    """Of several open calls to one customer about one thing the last promised stays."""
    if not task.customer_ref or task.product_id is None:
        return
    same = Task.objects.open().filter(customer_ref=task.customer_ref)
    *older, newest = [None, *same.filter(kind=task.kind, product=task.product_id).order_by("pk")]
    if newest:
        _settle([one.pk for one in older if one], origin=newest.origin, at=at)


def call_off(*, origin: str, kind: str, product: Product, at: datetime) -> int:
    """This will take one call of an origin off every list: what it was for is over."""
    waiting = Task.objects.of_origin(origin).open().filter(kind=kind, product=product)
    return waiting.update(withdrawn_at=at)


@transaction.atomic
def bring_back(*, origin: str, at: datetime, customer_ref: str = "", since: str = "") -> int:
    """This will put withdrawn calls of an origin back on their lists, where nothing settled them;
    how many.

    `since`: the origin of the calls that had their place; what was tried in those counts. Else a
    call that is back looks as if it had never been away.
    """
    hold(customer_ref)
    meanwhile = list(Task.objects.of_origin(since)) if since else []
    back = list(Task.objects.of_origin(origin).filter(withdrawn_at__lte=at))
    for task in back:
        task.withdrawn_at = None
        _tell(task, _same(meanwhile, task))
        task.save()
        _keep_one(task, at=at)
    return len(back)
