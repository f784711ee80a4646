"""A follow-up with a day is a promise: its call stands on the due list, and goes with its record."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.calls import promising as calls
from crossbank.calls.models import Task
from crossbank.calls.promising import Promise
from crossbank.catalog.models import Product
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import (
    Bucket,
    Consultation,
    ConsultationItem,
    DeclineReason,
    Redemption,
    Response,
)
from crossbank.desk.quiet import silenced
from crossbank.desk.scene import Conflict
from crossbank.engine.terms import Snapshot
from crossbank.engine.workdays import Calendar, add_months, on_or_after
from crossbank.matrix import editions
from crossbank.org import switches
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

ASKED_BEFORE = timedelta(days=7)  # the second yes, before the first charge


def make(
    consultation: Consultation,
    items: Sequence[ConsultationItem],
    entry: Entry,
    *,
    at: datetime,
    by: User,
) -> list[Task]:
    """This will promise a call for each follow-up with a day, in the caller's transaction, and
    settle what the customer was to be asked and has answered now.

    A correction's calls take the place of the corrected record's: who calls, what was tried and the
    number go on; a form never shows a number again. None where the bank uses no calls.
    """
    if consultation.replaces:
        withdraw(consultation.replaces, at=at)
        _agree_again(consultation, at=at, by=by)
    _settle(consultation, items, at=at)
    dated = [item for item in items if item.response == Response.FOLLOW_UP and item.due_on]
    if not dated or not switches.is_on(switches.CALLS):
        return []
    answers = {answer.code: answer for answer in entry.answers}
    promised = (_follow_up(consultation, one, answers[one.product_code], at=at) for one in dated)
    return [calls.promise(promise=one, at=at, by=by) for one in promised]


def _promise(consultation: Consultation, **fields: Any) -> Promise:
    """A promise that goes with a record, and takes the place of that of the corrected one."""
    return Promise(
        branch=consultation.branch,
        main_code=consultation.main_code,
        origin=origin_of(consultation),
        origin_uuid=consultation.uuid,
        customer_ref=consultation.customer_ref,
        instead_of=_instead_of(consultation),
        **fields,
    )


def _follow_up(
    consultation: Consultation, item: ConsultationItem, answer: Answer, *, at: datetime
) -> Promise:
    snapshot = editions.load(consultation.edition_id).snapshot
    today = consultation.branch.local_day(at)
    return _promise(
        consultation,
        kind=Task.Kind.FOLLOW_UP,
        employee=None if answer.for_branch else consultation.employee,
        day=max(item.due_on or today, today),  # a save that arrives late promises nothing past
        product=item.product,
        product_name=item.product_name,
        main_name=consultation.main_name,
        say=_fact(snapshot, item, consultation),
        say_in=_fact_in_words(snapshot, item, consultation),
        language=answer.language,
        contact=answer.contact,
    )


def _fact(snapshot: Snapshot, item: ConsultationItem, consultation: Consultation) -> str:
    """What may help, as a fact: `say` is for the counter."""
    pair = snapshot.pair(consultation.main_code, item.product_code)
    return (pair.benefit or pair.say) if pair else ""


def _fact_in_words(
    snapshot: Snapshot, item: ConsultationItem, consultation: Consultation
) -> dict[str, str]:
    """The same by language, where it is said otherwise there."""
    own = _fact(snapshot, item, consultation)
    said = {
        code: _fact(snapshot.in_language(code), item, consultation)
        for code, _name in settings.LANGUAGES
    }
    return {code: fact for code, fact in said.items() if fact != own}


def _instead_of(consultation: Consultation) -> str:
    return origin_of(consultation.replaces) if consultation.replaces else ""


def _settle(consultation: Consultation, items: Sequence[ConsultationItem], *, at: datetime) -> None:
    """Nobody calls a customer about what he took, has, or does not want to hear of."""
    if not consultation.customer_ref:
        return
    answered = {item.product_id for item in items if _has(item)}
    if consultation.bucket != Bucket.NO_MAIN:
        answered.add(consultation.main_id)
    if any(item.response == Response.DECLINED for item in items):
        quiet = silenced(
            consultation.customer_ref,
            on=consultation.business_date,
            zone=consultation.branch.zone,
        )
        answered |= {item.product_id for item in items if item.product_code in quiet}
    calls.settle(
        customer_ref=consultation.customer_ref,
        products=answered,
        origin=origin_of(consultation),
        at=at,
        answered_at=consultation.received_at,
    )


def _settle_again(customer_ref: str, *, at: datetime) -> None:
    """What is open again stays settled where the customer has answered it in another record."""
    if not customer_ref:
        return
    asking = Task.objects.open().filter(customer_ref=customer_ref, kind__in=Task.ASKING)
    first = asking.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        return
    since = Consultation.objects.standing().filter(
        customer_ref=customer_ref, received_at__gte=first
    )
    for record in since.prefetch_related("items").order_by("pk"):
        _settle(record, list(record.items.all()), at=at)


def _has(item: ConsultationItem) -> bool:
    return item.response == Response.ACCEPTED or item.reason == DeclineReason.HAS_IT


def has_from(consultation: Consultation) -> list[Product]:
    """What the customer has from a record: the main product, then what he took beside it."""
    main = [] if consultation.bucket == Bucket.NO_MAIN else [consultation.main]
    taken = consultation.items.filter(response=Response.ACCEPTED).select_related("product")
    return [*main, *(item.product for item in taken)]


@transaction.atomic
def agree(
    consultation: Consultation, *, kind: str, product: Product, day: date, at: datetime, by: User
) -> Task:
    """This will promise a call about what the customer has from a record: it matures, is renewed,
    ends, or is looked at together. It goes with its record; agreed anew it moves to the new day.

    Raises WrongDay, and Conflict where the record counts no more or the call is over.
    """
    record = Consultation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=consultation.pk
    )
    if not record.is_standing:
        raise Conflict(
            "not_standing",
            _("This record does not count any more: nothing is promised with it."),
        )
    task = calls.promise(
        promise=_agreed(consultation, kind=kind, product=product, day=day, employee=by),
        at=at,
        by=by,
    )
    if not task.is_open:
        raise Conflict("call_over", _("This call is over: put a new one on the list in Calls."))
    return task if task.asked_on == day else calls.move(task, day)


def _agreed(
    consultation: Consultation, *, kind: str, product: Product, day: date, employee: User | None
) -> Promise:
    return _promise(
        consultation,
        kind=kind,
        employee=employee,
        day=day,
        product=product,
        product_name=product.name,
        main_name="" if product == consultation.main else consultation.main_name,
    )


def _agree_again(consultation: Consultation, *, at: datetime, by: User) -> None:
    """What was agreed with the corrected record holds on, for what the customer still has."""
    today = consultation.branch.local_day(at)
    agreed = Task.objects.of_origin(_instead_of(consultation)).filter(kind__in=Task.BY_HAND)
    kept = agreed.filter(withdrawn_at=at, product__in=has_from(consultation))
    for task in kept.select_related("product", "employee").order_by("pk"):
        again = _agreed(
            consultation,
            kind=task.kind,
            product=task.product,
            day=max(task.asked_on, today),
            employee=task.employee,
        )
        calls.promise(promise=again, at=at, by=by)


def ask_again(
    consultation: Consultation, used: Sequence[Redemption], *, at: datetime, by: User
) -> list[Task]:
    """This will put the second yes on the due list, a week before an offer first costs something.

    Silence ends the offer: nothing is charged without that yes (PS15/22).
    """
    due = [one for one in used if one.charged_from and not one.reversed_at]
    if not due or not switches.is_on(switches.CALLS):
        return []
    today = consultation.branch.local_day(at)
    return [
        calls.promise(promise=_second_yes(consultation, one, today), at=at, by=by) for one in due
    ]


def _second_yes(consultation: Consultation, used: Redemption, today: date) -> Promise:
    """A week before the first charge, never later."""
    return _promise(
        consultation,
        kind=Task.Kind.SECOND_YES,
        employee=consultation.employee,
        # a list reaches ten years; offers of old releases may be free for longer
        day=min(max(used.charged_from - ASKED_BEFORE, today), today + calls.FURTHEST),
        is_deadline=True,
        product=used.product,
        product_name=used.product.name,
        main_name=consultation.main_name,
        say=str(used.terms["benefit_text"]),
    )


def ask_no_more(used: Redemption, *, at: datetime) -> int:
    """This will take the second yes off the list: the customer withdrew in time."""
    return calls.call_off(
        origin=f"consultation:{used.consultation_id}",
        kind=Task.Kind.SECOND_YES,
        product=used.product,
        at=at,
    )


def uses_of(consultation: Consultation) -> list[tuple[Redemption, bool]]:
    """The offers that a record used, each with whether the customer agreed to be charged later.

    Without that second yes an offer that was free first just ends.
    """
    used = list(
        consultation.redemptions.standing().select_related("product", "grant").order_by("pk")
    )
    said_on = _second_yeses(consultation) if any(one.charged_from for one in used) else {}
    return [(one, _in_time(said_on.get(one.product_id), one)) for one in used]


def _second_yeses(consultation: Consultation) -> dict[int, date]:
    """Row ids of products -> local day of the yes."""
    said = Task.objects.of_origin(origin_of(consultation)).second_yeses()
    found = said.filter(product__isnull=False).values_list("product_id", "closed_at")
    return {product: consultation.branch.local_day(at) for product, at in found}


def _in_time(said_on: date | None, used: Redemption) -> bool:
    """After its free time an offer has ended by itself: a late yes revives nothing."""
    return bool(said_on and used.charged_from) and said_on < used.charged_from


def origin_of(consultation: Consultation) -> str:
    return f"consultation:{consultation.pk}"


def withdraw(consultation: Consultation, *, at: datetime) -> int:
    """This will take the open calls of a record off every list, and put back what it settled."""
    withdrawn = calls.withdraw(
        origin=origin_of(consultation), customer_ref=consultation.customer_ref, at=at
    )
    _settle_again(consultation.customer_ref, at=at)
    return withdrawn


def bring_back(consultation: Consultation, *, correction: Consultation, at: datetime) -> int:
    """This will put the calls of a record that counts again back on their lists; not that for a
    second yes to what the customer withdrew from.
    """
    back = calls.bring_back(
        origin=origin_of(consultation),
        customer_ref=consultation.customer_ref,
        since=origin_of(correction),
        at=at,
    )
    for one in consultation.redemptions.standing().exclude(reversed_at=None):
        ask_no_more(one, at=at)
    _settle_again(consultation.customer_ref, at=at)
    return back


def quick_days(branch: Branch, at: datetime) -> tuple[date, ...]:
    """This will name the days behind the keys: tomorrow, in a week, in one month and in three.

    Each is moved to a day that the branch works, as a promise would be.
    """
    return quick_days_of(branch.local_day(at), calendar_of(branch))


def quick_days_of(today: date, calendar: Calendar) -> tuple[date, ...]:
    days = (
        today + timedelta(days=1),
        today + timedelta(days=7),
        add_months(today, 1),
        add_months(today, 3),
    )
    return tuple(on_or_after(day, calendar) for day in days)
