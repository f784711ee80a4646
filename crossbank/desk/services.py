"""Record, correct, void: all that writes what happened with a customer; long as that.

Lock order: receipt, consultation, counters of limited offers and rights by the offer's code, promised
calls (the customer first, then rows), day sheet. The sheet comes last because it is the hot row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crossbank.catalog.models import Need, Product
from crossbank.conduct import services as conduct
from crossbank.desk import counters, given_rights, promises, uses
from crossbank.desk.arrivals import Arrival, arrival_of
from crossbank.desk.entries import Entry
from crossbank.desk.judgement import check
from crossbank.desk.kept import Kept
from crossbank.desk.models import (
    Consultation,
    ConsultationItem,
    DaySheet,
    Receipt,
    Redemption,
    Source,
)
from crossbank.desk.quiet import silenced
from crossbank.desk.rows import bucket_and_depth, build, counts_of
from crossbank.desk.scene import Conflict, Invalid, Scene
from crossbank.desk.sheet_states import day_closed, may_still_change, refuse_lapsed
from crossbank.desk.sheet_states import sheet_counts as sheet_counts
from crossbank.desk.signing import close_day as close_day
from crossbank.engine.tally import Counts
from crossbank.engine.terms import OfferTerms
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.org.models import Branch, User

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


def record(*, entry: Entry, branch: Branch, at: datetime, by: User) -> Outcome:
    """This will write one consultation exactly once, with its counters, or nothing.

    Raises Invalid (422), Conflict (409) or editions.NoEdition for an unknown edition (422).
    """
    return write(entry=entry, branch=branch, arrival=arrival_of(entry, at=at), at=at, by=by)


@transaction.atomic
def write(*, entry: Entry, branch: Branch, arrival: Arrival, at: datetime, by: User) -> Outcome:
    """The whole of `record`, for a moment that is decided already. `by`: who entered it."""
    bucket, depth = bucket_and_depth(entry)
    kept = Kept()
    original = original_of(entry, by=by) if entry.replaces else None
    where = original.branch if original else branch
    day = original.business_date if original else where.local_day(arrival.recorded_at)
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
        _refuse_unless_correctable(original, arrival, at=at)
        kept = uses.give_back(original, at=at)  # first: the correction may use the same again
        arrival = replace(arrival, recorded_at=original.recorded_at, clock_suspect=False)
        # only a hash is kept, so the form of a correction cannot show the number again
        entry = replace(entry, customer_ref=entry.customer_ref or original.customer_ref)
    elif not arrival.is_late:
        refuse_lapsed(by, day=day, branch=where, at=at)
    employee = original.employee if original else by
    scene = _scene(entry, employee=employee, branch=where, kept=kept, arrival=arrival, by=by)
    if entry.paper_taken is None:
        check(entry, scene)
    consultation, items = build(entry, scene, source=_source(entry, original, arrival))
    _write(consultation, items, original=original, at=at)
    used: list[Redemption] = []
    if entry.paper_taken is None:
        used = uses.take(entry, scene, consultation, items, kept=kept)
        given_rights.take_back_freed(kept.grants, at=at)
        given_rights.issue(entry, scene, consultation)
    promises.make(consultation, items, entry, at=at, by=by)
    promises.ask_again(consultation, used, at=at, by=by)
    counts = _count(consultation, original, is_late=arrival.is_late)
    return Outcome(uuid=str(entry.uuid), bucket=bucket, depth=depth, day=counts)


def _source(entry: Entry, original: Consultation | None, arrival: Arrival) -> str:
    if entry.paper_taken is not None:
        return Source.PAPER
    return Source.CORRECTION if original or arrival.is_late else Source.DESK


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


def original_of(entry: Entry, *, by: User) -> Consultation:
    """The record that is corrected, locked. One's own; a manager's branch. Raises Invalid."""
    rows = Consultation.objects.select_for_update(of=("self",), no_key=True).select_related(
        "branch", "employee"
    )
    found = rows.correctable_by(by).meant_by(entry.replaces, reader=by)
    if found is None:
        raise Invalid({"replaces": [_("There is no such record to correct.")]})
    return found


def _refuse_unless_correctable(original: Consultation, arrival: Arrival, *, at: datetime) -> None:
    if not original.is_standing:
        raise Invalid({"replaces": [_("This record was corrected or voided already.")]})
    if original.is_counted_only:  # it holds a number only: a form can't give that back
        raise Invalid(
            {"replaces": [_("A customer from the paper sheet: void it, enter it again.")]}
        )
    if not (arrival.is_late or _may_still_change(original, at=at)):
        raise day_closed()


def _may_still_change(row: Consultation, *, at: datetime) -> bool:
    return may_still_change(row.employee, day=row.business_date, branch=row.branch, at=at)


def _scene(
    entry: Entry,
    *,
    employee: User,
    branch: Branch,
    kept: Kept,
    arrival: Arrival,
    by: User,
) -> Scene:
    """What the entry is judged by: editions, product rows, offers, need."""
    at = arrival.received_at
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
        offers=_used_offers(used) | kept.offers,
        need_id=next(iter(need), None),
        rights=uses.held_rights(entry, kept=kept, at=arrival.recorded_at),
        quiet=frozenset(
            silenced(
                entry.customer_ref,
                on=branch.local_day(arrival.recorded_at),
                zone=branch.zone,
                replaces=entry.replaces,
            )
        ),
        employee=employee,
        branch=branch,
        entered_by=by,
        recorded_at=arrival.recorded_at,
        received_at=at,
        clock_suspect=arrival.clock_suspect,
    )


def _used_offers(codes: Iterable[str]) -> dict[str, tuple[int, OfferTerms]]:
    if not codes:
        return {}
    return {terms.code: (pk, terms) for pk, terms in offers.said_terms(codes).items()}


def _write(
    consultation: Consultation,
    items: list[ConsultationItem],
    *,
    original: Consultation | None,
    at: datetime,
) -> None:
    if original:
        consultation.replaces = original
        original.replaced_at = at
        original.save(update_fields=["replaced_at"])
    consultation.save(force_insert=True)
    ConsultationItem.objects.bulk_create(items)


def _count(consultation: Consultation, original: Consultation | None, *, is_late: bool) -> Counts:
    """The last statement of a recording: it takes the hot row, and finds a closed day.

    What a manager lets in late moves a closed sheet; the signature keeps its own numbers.
    """
    change = counts_of(consultation) - (counts_of(original) if original else Counts())
    if original:
        counts = counters.shift(
            employee_id=consultation.employee_id,
            business_date=consultation.business_date,
            by=change,
        )
    else:
        counts = counters.add(
            employee_id=consultation.employee_id,
            branch_id=consultation.branch_id,
            business_date=consultation.business_date,
            counts=change,
        )
    if counts is None and is_late:
        counts = counters.amend(
            employee_id=consultation.employee_id,
            business_date=consultation.business_date,
            by=change,
        )
    if counts is None:
        raise day_closed()
    return counts


@transaction.atomic
def void(*, consultation: Consultation, reason: str, at: datetime, by: User) -> Counts:
    """This will take a record out of the tally; the row stays, with who and why.

    Within ten seconds of saving its own author needs no reason (undo). Voiding a correction puts
    the corrected record back. Raises Invalid without a reason, Conflict when the day is closed or
    over. Voiding twice is the same as once.
    """
    # `of`: the joins hold nullable columns, which PostgreSQL will not lock; `no_key`: who only
    # points at the record, as an answer of the evening does, need not wait for it
    row = (
        Consultation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch", "employee")
        .get(pk=consultation.pk)
    )
    if row.voided_at:
        return sheet_counts(_sheet_of(row))
    if row.replaced_at:
        raise Invalid({"__all__": [_("This record was corrected: void the correction.")]})
    if not _may_still_change(row, at=at):
        raise day_closed()
    is_undo = row.entered_by_id == by.pk and at - row.received_at <= UNDO_WITHIN
    if not reason and not is_undo:
        raise Invalid({"reason": [_("Say in a few words why it is voided.")]})
    row.voided_at, row.voided_by, row.void_reason = at, by, reason
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])
    kept = uses.give_back(row, at=at)
    given_rights.take_back(row, at=at)
    original = _bring_back(row, kept=kept, at=at) if row.replaces_id else None
    given_rights.take_back_freed(kept.grants, at=at)
    promises.withdraw(row, at=at)
    if original:
        promises.bring_back(original, correction=row, at=at)
    back = counts_of(original) if original else Counts()
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
        raise day_closed()
    return counts


def _bring_back(correction: Consultation, *, kept: Kept, at: datetime) -> Consultation:
    """The corrected record stands again, with what it used and gave; `kept`: the correction's uses."""
    Consultation.objects.filter(pk=correction.replaces_id).update(replaced_at=None)
    original = Consultation.objects.select_related("branch").get(pk=correction.replaces_id)
    uses.take_again(original, correction=correction, kept=kept)
    given_rights.bring_back(original, at=at)
    return original


def _sheet_of(row: Consultation) -> DaySheet | None:
    return DaySheet.objects.filter(
        employee=row.employee_id, business_date=row.business_date
    ).first()
