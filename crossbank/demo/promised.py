"""Calls that the invented history promised: B01 has some to make, so that its list can be walked."""

from datetime import date

from django.db.models import QuerySet

from crossbank.demo.history import TEST_BRANCH
from crossbank.desk import promises
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import Consultation, ConsultationItem, Response

_WALKER = "seller"  # the demo person who walks through his own list
_SHARED = 9  # of so many calls one belongs to the whole branch


def play(*, today: date) -> int:
    """This will promise what B01's customers of the history still wait for; how many calls.

    The demo seller has one late and one for today, whatever the dice said. Again, it adds nothing.
    """
    waiting = [*_follow_ups().filter(due_on__gte=today)]
    walkers = _follow_ups().filter(consultation__employee__username=_WALKER)
    late = walkers.filter(due_on__lt=today).order_by("-due_on", "pk").first()
    mine = [item for item in waiting if item.consultation.employee.username == _WALKER]
    if mine and mine[0].due_on != today:
        mine[0].due_on = today
        mine[0].save(update_fields=["due_on"])
    found = [*([late] if late else []), *waiting]
    for place, item in enumerate(found):
        _promise(item, is_shared=item not in (late, *mine) and place % _SHARED == 0)
    return len(found)


def _follow_ups() -> QuerySet[ConsultationItem]:
    standing = Consultation.objects.standing().filter(branch__code=TEST_BRANCH)
    return (
        ConsultationItem.objects.filter(response=Response.FOLLOW_UP, consultation__in=standing)
        .select_related("product", "consultation__branch", "consultation__employee")
        .order_by("due_on", "pk")
    )


def _promise(item: ConsultationItem, *, is_shared: bool) -> None:
    record = item.consultation
    entry = Entry(
        uuid=record.uuid,
        main=record.main_code,
        edition=record.edition_id,
        answers=(Answer(code=item.product_code, response=item.response),),
    )
    for call in promises.make(record, [item], entry, at=record.recorded_at, by=record.employee):
        if is_shared and call.employee_id:
            call.employee = None
            call.save(update_fields=["employee"])
