"""What happens later to what a record used or gave: the loan is paid out, the customer withdraws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crossbank.conduct import services as conduct
from crossbank.desk import given_rights, promises
from crossbank.desk.models import Bucket, Consultation, IssuedRight, Redemption
from crossbank.desk.scene import Conflict, Invalid
from crossbank.desk.uses import use_of
from crossbank.engine import eligibility
from crossbank.engine.keeping import cancel_by
from crossbank.engine.terms import CustomerKind, LiveOffer, OfferTerms, Reason, Snapshot, Trigger
from crossbank.matrix import editions
from crossbank.offers import limits, rights
from crossbank.offers import services as offers
from crossbank.offers.models import Grant
from crossbank.org.models import User

Starting = Mapping[int, tuple[int, OfferTerms]]  # release -> (offer, terms)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A right that waits for the pay-out of a loan; `verdict`: what is to be asked first, or why
    it would not begin."""

    release: int
    offer: int
    terms: OfferTerms
    verdict: LiveOffer | Reason

    @property
    def begins(self) -> bool:
        return isinstance(self.verdict, LiveOffer)


@dataclass(frozen=True, kw_only=True)
class Later:
    """What a record gave, the soonest end first, and what may still happen to it; `until`: row id
    of a use -> the last day on which the customer may withdraw from it."""

    record: Consultation
    given: tuple[Grant, ...]
    waiting: tuple[Waiting, ...]
    until: Mapping[int, date]

    @property
    def begins(self) -> bool:
        return any(one.begins for one in self.waiting)

    @property
    def last_day(self) -> date | None:
        return max(self.until.values(), default=None)


def later(records: Sequence[Consultation], *, at: datetime) -> list[Later]:
    """This will say of records with their story what may still happen to each, in their order.

    In as many queries for many as for one.
    """
    starting = offers.starting({record.main_code for record in records}, Trigger.DRAWDOWN, at)
    given = given_rights.issued_by_each(records)
    until = _until(records, at=at)
    return [
        Later(
            record=record,
            given=tuple(given_rights.by_end(given[record.pk])),
            waiting=_waiting(record, starting.get(record.main_code, {}), given[record.pk], at=at),
            until=until[record.pk],
        )
        for record in records
    ]


def _waiting(
    record: Consultation, starting: Starting, given: Iterable[IssuedRight], *, at: datetime
) -> tuple[Waiting, ...]:
    if not starting or not record.is_standing or record.bucket == Bucket.NO_MAIN:
        return ()
    before = {one.grant.release.offer_id for one in given}
    facts = given_rights.facts_told(record)
    return tuple(
        Waiting(
            release=release,
            offer=offer,
            terms=terms,
            verdict=eligibility.judge(
                terms,
                main=record.main_code,
                customer_kind=CustomerKind(record.customer_kind),
                at=at,
                zone=record.branch.zone,
                facts=facts,
                event=Trigger.DRAWDOWN,
            ),
        )
        for release, (offer, terms) in starting.items()
        if offer not in before
    )


def _until(records: Sequence[Consultation], *, at: datetime) -> dict[int, dict[int, date]]:
    """record -> the uses from which the customer may still withdraw -> until which day."""
    found: dict[int, dict[int, date]] = {record.pk: {} for record in records}
    standing = {record.pk: record for record in records if record.is_standing}
    used = Redemption.objects.standing().filter(consultation__in=standing, reversed_at=None)
    rows = [(one, standing[one.consultation_id]) for one in used.order_by("pk")]
    shown = editions.load_many(record.edition_id for _one, record in rows)
    for one, record in rows:
        last = _last_day(record, one, shown[record.edition_id].snapshot)
        if last and record.branch.local_day(at) <= last:
            found[record.pk][one.pk] = last
    return found


def _last_day(record: Consultation, used: Redemption, shown: Snapshot) -> date | None:
    """As it stands on the customer's paper: by the days of the edition that was shown."""
    return cancel_by(record.business_date, shown.product[used.terms["cross"]].withdrawal_days)


@transaction.atomic
def begin_at_drawdown(
    consultation: Consultation, *, on: date, at: datetime, by: User
) -> list[Grant]:
    """This will give the rights that begin when the loan of a record is paid out, once.

    `on`: a local day of the record's branch, not before the record and not in the future. Raises
    Invalid for the day, Conflict when the record no longer stands or no right begins with it.
    """
    record = _locked(consultation.pk)
    _require_day(record, on, at=at)
    begins_at = eligibility.day_starts(on, record.branch.zone)
    starting = offers.starting_beside(record.main_code, Trigger.DRAWDOWN, at)
    waiting = _waiting(record, starting, given_rights.issued_by(record), at=begins_at)
    wanted = {one.release: (one.offer, one.terms) for one in waiting if one.begins}
    given = given_rights.give(_not_ended(wanted, record, on, at=at), record, at=begins_at)
    if not given:
        raise Conflict("nothing_begins", _("No right begins with this: look at what it gave."))
    conduct.record(
        action="drawdown_recorded",
        subject=str(record.uuid),
        detail={
            "on": on.isoformat(),
            "offers": sorted(one.release.terms["code"] for one in given),
        },
        at=at,
        by=by,
    )
    return given


def _require_day(record: Consultation, on: date, *, at: datetime) -> None:
    if on < record.business_date:
        day = date_format(record.business_date, "SHORT_DATE_FORMAT")
        told = _("The conversation was on %(day)s: a loan is paid out later.") % {"day": day}
        raise Invalid({"paid_out_on": [told]})
    if on > record.branch.local_day(at):
        raise Invalid({"paid_out_on": [_("This day is still to come.")]})


def _not_ended(wanted: Starting, record: Consultation, on: date, *, at: datetime) -> Starting:
    """Without the rights that would be over by now. Raises Invalid when that leaves none of some."""
    zone = record.branch.zone
    begins_at = eligibility.day_starts(on, zone)
    good = {
        release: (offer, terms)
        for release, (offer, terms) in wanted.items()
        if eligibility.right_until(terms, at=begins_at, zone=zone) > at
    }
    if wanted and not good:
        told = _("That long ago the right would have ended by now: nothing begins.")
        raise Invalid({"paid_out_on": [told]})
    return good


def _locked(pk: int) -> Consultation:
    """The record as it is now, first of all rows: a void or a correction waits, or is seen."""
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("branch__region", "main", "need").get(pk=pk)


@transaction.atomic
def reverse(redemption: Redemption, *, at: datetime, by: User) -> Redemption:
    """This will note that the customer withdrew in time; the terms say whether that frees the right.

    Nobody asks him then whether he wants to be charged. Raises Conflict when it was noted before,
    when the record counts no more, when nobody withdraws from the product or the time is over.
    """
    record = _locked(redemption.consultation_id)
    row = record.redemptions.select_related("product").get(pk=redemption.pk)
    terms = offers.thawed(row.terms)
    if not record.is_standing:
        raise Conflict("not_standing", _("This record was corrected or voided meanwhile."))
    if row.reversed_at:
        raise Conflict("already_reversed", _("This was noted before."))
    shown = editions.load(record.edition_id).snapshot
    last = _last_day(record, row, shown)
    if last is None:
        raise Conflict("no_withdrawal", _("Nobody withdraws from this product."))
    if record.branch.local_day(at) > last:
        raise Conflict("too_late", _("The days to withdraw are over."))
    if terms.frees_on_reversal:
        limits.give_back(use_of(row.offer_id, terms, record))
        rights.give_back([row.grant_id] if row.grant_id else [])
        given_rights.take_back_freed([row.grant_id], at=at)
    row.reversed_at, row.reversed_by = at, by
    row.save(update_fields=["reversed_at", "reversed_by"])
    promises.ask_no_more(row, at=at)
    conduct.record(
        action="offer_use_reversed",
        subject=str(record.uuid),
        detail={"offer": terms.code, "freed": terms.frees_on_reversal},
        at=at,
        by=by,
    )
    return row
