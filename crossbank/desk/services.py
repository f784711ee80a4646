"""Record, correct, void, close: all that writes what happened with a customer; long as that.

Lock order: receipt, consultation, day sheet. The sheet comes last because it is the hot row.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.catalog.models import Need, Product
from crossbank.conduct import services as conduct
from crossbank.desk import counters
from crossbank.desk.entries import Entry
from crossbank.desk.judgement import Conflict, Invalid, Scene, check
from crossbank.desk.models import Consultation, ConsultationItem, DaySheet, Receipt, Source
from crossbank.desk.rows import bucket_and_depth, build, counts_of
from crossbank.engine.tally import Counts
from crossbank.engine.terms import OfferTerms
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.org.models import Branch, User

CLOCK_TOLERANCE = timedelta(minutes=5)
STALE_AFTER = timedelta(hours=72)
UNDO_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a save answers. `day`: the employee's counters of that day, now."""

    uuid: str
    bucket: str
    depth: int
    day: Counts
    replayed: bool = False

    def as_json(self) -> dict[str, Any]:
        columns = ("main_only", "plus_one", "plus_two", "no_main")
        return {
            "uuid": self.uuid,
            "bucket": self.bucket,
            "depth": self.depth,
            "day": {name: getattr(self.day, name) for name in columns},
        }


def moment(entry: Entry, at: datetime) -> tuple[datetime, bool]:
    """When it happened, and whether the client's clock was wrong (decision 7)."""
    if entry.paper_taken is not None and entry.started_at:
        return entry.started_at, False  # the time that stood on the paper sheet
    said = entry.client_saved_at
    if said is None:
        return at, False
    if abs(said - at) <= CLOCK_TOLERANCE:
        return said, False
    return at, True


def _day_closed() -> Conflict:
    return Conflict("day_closed", _("This day is closed; a manager can reopen it."))


def record(*, entry: Entry, branch: Branch, at: datetime, by: User) -> Outcome:
    """This will write one consultation exactly once, with its counters, or nothing.

    Raises Invalid (422), Conflict (409) or editions.NoEdition for an unknown edition (422).
    """
    recorded_at, clock_suspect = moment(entry, at)
    bucket, depth = bucket_and_depth(entry)
    with transaction.atomic():
        original = _original(entry, branch=branch, at=at, by=by) if entry.replaces else None
        where = original.branch if original else branch
        day = original.business_date if original else where.local_day(recorded_at)
        fresh = counters.insert_receipt(
            author_id=by.pk,
            uuid=entry.uuid,
            fingerprint=entry.fingerprint(),
            outcome={"bucket": bucket, "depth": depth},
            business_date=day,
            at=at,
        )
        if not fresh:
            return _replay(entry, by=by)
        if original:
            _refuse_unless_correctable(original, at=at)
            recorded_at, clock_suspect = original.recorded_at, False
        scene = _scene(
            entry,
            employee=original.employee if original else by,
            branch=where,
            recorded_at=recorded_at,
            clock_suspect=clock_suspect,
            at=at,
            by=by,
        )
        if entry.paper_taken is None:
            check(entry, scene)
        consultation, items = build(entry, scene, source=_source(entry, original))
        _write(consultation, items, original=original, at=at)
        counts = _count(consultation, original)
    return Outcome(uuid=str(entry.uuid), bucket=bucket, depth=depth, day=counts)


def _source(entry: Entry, original: Consultation | None) -> str:
    if entry.paper_taken is not None:
        return Source.PAPER
    return Source.CORRECTION if original else Source.DESK


def _replay(entry: Entry, *, by: User) -> Outcome:
    """The stored outcome with the counters of now. Raises Conflict for other content."""
    receipt = Receipt.objects.get(author=by, uuid=entry.uuid)
    if receipt.fingerprint != entry.fingerprint():
        raise Conflict(
            "uuid_reused", _("This save was sent before with other content."), field="uuid"
        )
    sheet = DaySheet.objects.filter(
        employee__consultations__entered_by=by,
        employee__consultations__uuid=entry.uuid,
        business_date=receipt.business_date,
    ).first()
    return Outcome(
        uuid=str(entry.uuid),
        bucket=receipt.outcome["bucket"],
        depth=receipt.outcome["depth"],
        day=sheet_counts(sheet),
        replayed=True,
    )


def sheet_counts(sheet: DaySheet | None) -> Counts:
    """A sheet's counters as Counts; nothing when there is no sheet yet."""
    if sheet is None:
        return Counts()
    return Counts(**{name: getattr(sheet, name) for name in counters.COLUMNS})


def _original(entry: Entry, *, branch: Branch, at: datetime, by: User) -> Consultation:
    """The record that is corrected, locked. One's own; a manager's branch. Raises Invalid."""
    mine = Consultation.objects.select_for_update(of=("self",)).select_related("branch", "employee")
    scope = mine.filter(branch=branch) if by.role == "manager" else mine.filter(employee=by)
    # the record its page shows: one's own first, then the oldest
    found = sorted(
        scope.filter(uuid=entry.replaces), key=lambda row: (row.employee_id != by.pk, row.pk)
    )
    if not found:
        raise Invalid({"replaces": [_("There is no such record to correct.")]})
    return found[0]


def _refuse_unless_correctable(original: Consultation, *, at: datetime) -> None:
    if not original.is_standing:
        raise Invalid({"replaces": [_("This record was corrected or voided already.")]})
    if original.source == Source.PAPER:  # it holds a number only: a form can't give that back
        raise Invalid(
            {"replaces": [_("A customer from the paper sheet: void it, enter it again.")]}
        )
    if original.business_date != original.branch.local_day(at):
        raise _day_closed()


def _scene(
    entry: Entry,
    *,
    employee: User,
    branch: Branch,
    recorded_at: datetime,
    clock_suspect: bool,
    at: datetime,
    by: User,
) -> Scene:
    """What the entry is judged by: editions, product rows, offers, need."""
    try:
        force = editions.in_force(number=entry.edition, at=at)
    except editions.NoEdition:
        raise Invalid({"edition": [_("There is no edition with this number.")]}) from None
    if force.superseded_at and at - force.superseded_at > STALE_AFTER:
        raise Conflict(
            "stale_edition",
            _("This page shows a matrix that was replaced more than three days ago. Reload it."),
            field="edition",
        )
    codes = {entry.main, *entry.presented, *entry.held}
    used = {answer.offer for answer in entry.answers if answer.offer}
    need = Need.objects.filter(code=entry.need).values_list("pk", flat=True) if entry.need else []
    return Scene(
        shown=force.shown.snapshot,
        edition_id=force.shown.pk,
        current=force.current.snapshot,
        products={product.code: product for product in Product.objects.filter(code__in=codes)},
        offers=_used_offers(used),
        need_id=next(iter(need), None),
        employee=employee,
        branch=branch,
        entered_by=by,
        recorded_at=recorded_at,
        received_at=at,
        clock_suspect=clock_suspect,
    )


def _used_offers(codes: Iterable[str]) -> dict[str, tuple[int, OfferTerms]]:
    if not codes:
        return {}
    return {terms.code: (pk, terms) for pk, terms in offers.terms_of(codes).items()}


def _write(
    consultation: Consultation,
    items: list[ConsultationItem],
    *,
    original: Consultation | None,
    at: datetime,
) -> None:
    if original:
        consultation.replaces = original
        # only a hash is kept, so the form of a correction cannot show the number again
        consultation.customer_ref = consultation.customer_ref or original.customer_ref
        original.replaced_at = at
        original.save(update_fields=["replaced_at"])
    consultation.save(force_insert=True)
    ConsultationItem.objects.bulk_create(items)


def _count(consultation: Consultation, original: Consultation | None) -> Counts:
    """The last statement of a recording: it takes the hot row, and finds a closed day."""
    if original:
        counts = counters.shift(
            employee_id=consultation.employee_id,
            business_date=consultation.business_date,
            by=counts_of(consultation) - counts_of(original),
        )
    else:
        counts = counters.add(
            employee_id=consultation.employee_id,
            branch_id=consultation.branch_id,
            business_date=consultation.business_date,
            counts=counts_of(consultation),
        )
    if counts is None:
        raise _day_closed()
    return counts


@transaction.atomic
def void(*, consultation: Consultation, reason: str, at: datetime, by: User) -> Counts:
    """This will take a record out of the tally; the row stays, with who and why.

    Within ten seconds of saving its own author needs no reason (undo). Voiding a correction puts
    the corrected record back. Raises Invalid without a reason, Conflict when the day is closed or
    over. Voiding twice is the same as once.
    """
    # `of`: the joins hold nullable columns, which PostgreSQL will not lock
    row = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("branch")
        .get(pk=consultation.pk)
    )
    if row.voided_at:
        return sheet_counts(_sheet_of(row))
    if row.replaced_at:
        raise Invalid({"__all__": [_("This record was corrected: void the correction.")]})
    if row.business_date != row.branch.local_day(at):
        raise _day_closed()
    is_undo = row.entered_by_id == by.pk and at - row.received_at <= UNDO_WITHIN
    if not reason and not is_undo:
        raise Invalid({"reason": [_("Say in a few words why it is voided.")]})
    row.voided_at, row.voided_by, row.void_reason = at, by, reason
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])
    back = Counts()
    if row.replaces_id:
        Consultation.objects.filter(pk=row.replaces_id).update(replaced_at=None)
        back = counts_of(Consultation.objects.get(pk=row.replaces_id))
    if not is_undo:
        conduct.record(
            action="consultation_voided",
            subject=str(row.uuid),
            detail={"reason": reason},
            at=at,
            by=by,
        )
    counts = counters.shift(
        employee_id=row.employee_id, business_date=row.business_date, by=back - counts_of(row)
    )
    if counts is None:
        raise _day_closed()
    return counts


def _sheet_of(row: Consultation) -> DaySheet | None:
    return DaySheet.objects.filter(
        employee=row.employee_id, business_date=row.business_date
    ).first()


@transaction.atomic
def close_day(
    *, employee: User, branch: Branch, business_date: date, at: datetime, by: User
) -> DaySheet:
    """This will close a day sheet: no record can enter afterwards. Returns the closed sheet.

    The sheet row is locked first and counted after, so that a recording either is in the count or
    finds the day closed. Closing twice keeps the first signature.
    """
    counters.add(
        employee_id=employee.pk, branch_id=branch.pk, business_date=business_date, counts=Counts()
    )
    sheet = DaySheet.objects.select_for_update(of=("self",)).get(
        employee=employee, business_date=business_date
    )
    if sheet.closed_at is None:
        sheet.closed_at, sheet.closed_by = at, by
        sheet.save(update_fields=["closed_at", "closed_by"])
        conduct.record(
            action="day_closed",
            subject=f"{employee.username} {business_date}",
            detail=asdict(sheet_counts(sheet)),
            at=at,
            by=by,
        )
    return sheet
