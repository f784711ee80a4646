"""What came after a day was closed: handed in, accepted as a correction, or refused."""

from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.desk import services
from crossbank.desk.arrivals import arrival_of
from crossbank.desk.entries import Entry
from crossbank.desk.kept_entries import from_plain, to_plain, without_numbers
from crossbank.desk.models import Consultation, LateEntry
from crossbank.desk.rows import bucket_and_depth
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.sheet_states import refuse_out_of_reach, state_now
from crossbank.engine.closing import DayState
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User


@transaction.atomic
def hand_in(*, entry: Entry, branch: Branch, at: datetime, by: User) -> LateEntry:
    """This will keep what a day did not take; until it is decided, the same entry again is the same
    late entry.

    It never slips into the next day. Raises Conflict when its day is today and open (then it is
    simply saved), too long ago, or when it is decided; Invalid for a main product nobody knows.
    """
    original = services.original_of(entry, by=by) if entry.replaces else None
    arrival = arrival_of(entry, at=at, waited=True)
    recorded_at = original.recorded_at if original else arrival.recorded_at
    where = original.branch if original else branch
    day = original.business_date if original else where.local_day(recorded_at)
    employee = original.employee if original else by
    known = LateEntry.objects.filter(author=by, uuid=entry.uuid).first()
    if known:
        return _same(known, entry)
    refuse_out_of_reach(day, branch=where, at=at, calendar=calendar_of(where))
    _refuse_open_today(employee, day=day, branch=where, at=at)
    main = Product.objects.filter(code=entry.main).first()
    if main is None:
        raise Invalid({"main": [_("There is no main product with this code.")]})
    late = LateEntry(
        employee=employee,
        author=by,
        branch=where,
        business_date=day,
        uuid=entry.uuid,
        entry=to_plain(entry),
        main_name=main.name,
        recorded_at=recorded_at,
        handed_in_at=at,
    )
    try:
        with transaction.atomic():
            late.save(force_insert=True)
    except IntegrityError:  # the other of two taps came first
        return _same(LateEntry.objects.get(author=by, uuid=entry.uuid), entry)
    return late


def _refuse_open_today(employee: User, *, day: date, branch: Branch, at: datetime) -> None:
    """The desk saves into today alone: what belongs to an earlier day waits, even an open one's."""
    if day != branch.local_day(at):
        return
    if state_now(employee, day=day, branch=branch, at=at) is DayState.OPEN:
        raise Conflict("day_open", _("This day is open: save it at the desk as usual."))


def _same(known: LateEntry, entry: Entry) -> LateEntry:
    """Raises Conflict for other content, and once it is decided: nothing would be kept again."""
    if known.state == LateEntry.State.ACCEPTED:
        raise Conflict("decided", _("This late entry was accepted already: it counts."))
    if known.state == LateEntry.State.REFUSED:
        told = _("This late entry was refused: “%(why)s”") % {"why": known.decision_note}
        raise Conflict("decided", told)
    if from_plain(known.entry).fingerprint() != entry.fingerprint():
        raise Conflict(
            "uuid_reused", _("This save was sent before with other content."), field="uuid"
        )
    return known


@transaction.atomic
def accept(*, late: LateEntry, note: str, at: datetime, by: User) -> Consultation:
    """This will write a late entry as a correction of its closed day, judged as it came.

    Counters move with it in the same transaction; the signature keeps its own numbers. Raises
    Conflict when it is decided already, Invalid when it cannot stand.
    """
    row = _waiting(late, by=by)
    entry = from_plain(row.entry)
    refuse_out_of_reach(
        row.business_date, branch=row.branch, at=at, calendar=calendar_of(row.branch)
    )
    came = arrival_of(entry, at=row.handed_in_at, waited=True)
    arrival = replace(came, recorded_at=row.recorded_at, is_late=True)
    outcome = services.write(entry=entry, branch=row.branch, arrival=arrival, at=at, by=row.author)
    if outcome.replayed:
        raise Conflict("known", _("This consultation was saved meanwhile: refuse the late entry."))
    record = Consultation.objects.get(uuid=row.uuid, entered_by=row.author)
    _decide(row, LateEntry.State.ACCEPTED, note, consultation=record, at=at, by=by)
    return record


@transaction.atomic
def refuse(*, late: LateEntry, note: str, at: datetime, by: User) -> LateEntry:
    """This will leave a late entry out of every figure; it stays to be read, with the reason.

    Raises Invalid without a note, Conflict when it is decided already.
    """
    row = _waiting(late, by=by)
    if not note:
        raise Invalid({"note": [_("Say in a few words why it is refused.")]})
    return _decide(row, LateEntry.State.REFUSED, note, consultation=None, at=at, by=by)


def _waiting(late: LateEntry, *, by: User) -> LateEntry:
    """The row, locked: of two managers one decides. Nobody decides on what he handed in himself."""
    row = (
        LateEntry.objects.select_for_update(of=("self",))
        .select_related("branch__region", "author__branch", "employee")
        .get(pk=late.pk)
    )
    if by.pk in (row.author_id, row.employee_id):
        raise Conflict(
            "same_person",
            _("Who handed it in does not decide on it: ask another manager or the region."),
        )
    if not row.is_waiting:
        raise Conflict("decided", _("Somebody decided on this late entry already."))
    return row


def _decide(
    row: LateEntry,
    state: LateEntry.State,
    note: str,
    *,
    consultation: Consultation | None,
    at: datetime,
    by: User,
) -> LateEntry:
    row.state, row.decided_at, row.decided_by, row.decision_note = state, at, by, note
    row.consultation, row.entry = consultation, without_numbers(row.entry)
    row.save(
        update_fields=[
            "state", "decided_at", "decided_by", "decision_note", "consultation", "entry",
        ]
    )  # fmt: skip
    bucket, depth = bucket_and_depth(from_plain(row.entry))
    conduct.record(
        action=f"late_entry_{state.value}",
        subject=f"{row.employee.username} {row.business_date}",
        detail={"uuid": str(row.uuid), "bucket": bucket, "depth": depth, "note": note},
        at=at,
        by=by,
    )
    return row
