"""What changes leads. Every act is one event, one line of the trail, one new state: together."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from crossbank.catalog.models import Product
from crossbank.conduct import services as conduct
from crossbank.conduct.references import seal, unseal
from crossbank.engine import leads as engine
from crossbank.leads import refusals, routes
from crossbank.leads.models import Lead, LeadEvent, Unit
from crossbank.org.calendars import calendar_of
from crossbank.org.models import User

Act, State = engine.Act, engine.State

_DAY = timedelta(days=1)
# what makes a press the same press
_HANDED_ON = ("said", "product_id", "main_code", "contact_on", "value_estimate_minor")
# rows that were just read need no question whether they exist
_ROWS = {"lead", "by", "from_employee", "from_branch", "to_unit", "unit", "product", "assignee"}


def hand_on(
    *,
    uuid: UUID,
    unit: Unit,
    said: str,
    product: Product | None = None,
    main_code: str = "",
    contact_on: date | None = None,
    value_estimate_minor: int | None = None,
    contact: str = "",
    at: datetime,
    by: User,
) -> Lead:
    """This will hand a need on. The same `uuid` of the same person again gives the same lead.

    Raises OwnUnit, NotInUse, NobodyThere, NotServed, DayPassed; KeyReused for the same `uuid` with
    something else; ValidationError for what cannot be stored.
    """
    today = by.branch.local_day(at)
    lead = Lead(
        uuid=uuid,
        from_employee=by,
        from_role=by.role,
        from_branch=by.branch,
        to_unit=unit,
        said=said,
        product=product,
        main_code=main_code,
        contact_on=contact_on,
        value_estimate_minor=value_estimate_minor,
        contact=seal(contact),
        cooling_days=engine.cooling_days(product.withdrawal_days if product else None),
        created_at=at,
        handed_on=today,
        changed_at=at,
    )
    if known := _handed_on_before(lead, contact):
        return known
    routes.refuse_unfit(unit, product, contact_on, today, by)
    _start_anew(lead, at=at)
    lead.clean_fields(exclude=_ROWS)
    try:
        with transaction.atomic():
            lead.save(force_insert=True)
            _write(lead, Act.HAND_ON, before="", at=at, by=by)
    except IntegrityError:  # the same press twice: the other one was faster
        lead = _handed_on_before(lead, contact)
    return lead


def _handed_on_before(lead: Lead, contact: str) -> Lead | None:
    """What this person handed on with this key; a number that is erased cannot differ."""
    known = Lead.objects.sent_by(lead.from_employee).filter(uuid=lead.uuid).first()
    if known is None:
        return None
    is_same = all(getattr(known, name) == getattr(lead, name) for name in _HANDED_ON)
    unit = known.events.values_list("unit", flat=True).get(number=1)
    is_same_number = not known.contact or unseal(known.contact) == contact
    if not (is_same and is_same_number and unit == lead.to_unit_id):
        raise refusals.KeyReused
    return known


def _start_anew(lead: Lead, *, at: datetime) -> None:
    """New at its unit: the days to accept it count from now."""
    calendar, today = calendar_of(lead.place), lead.place.local_day(at)
    last = engine.last_day(today, calendar)
    lead.expires_at = datetime.combine(last + _DAY, time(0), tzinfo=lead.place.zone)
    lead.due_on = engine.due_on(State.NEW, today, calendar)


@transaction.atomic
def accept(*, lead: Lead, at: datetime, by: User) -> Lead:
    """This will make the lead one's own task. Raises AlreadyTaken, RanOut, MovedOn, NotYours.

    The row is locked: of two who accept at once, the second finds it taken.
    """
    locked = _locked(lead, by)
    if locked.state == State.ACCEPTED or (locked.assignee_id and locked.state in engine.OPEN):
        raise refusals.AlreadyTaken
    locked.assignee = by
    return _move(locked, Act.ACCEPT, at=at, by=by)


@transaction.atomic
def note_contact(*, lead: Lead, note: str = "", at: datetime, by: User) -> Lead:
    """This will note that the customer was spoken with. Raises MovedOn, NotYours."""
    return _move(_locked(lead, by), Act.CONTACT, note=note, at=at, by=by)


@transaction.atomic
def qualify(*, lead: Lead, note: str = "", at: datetime, by: User) -> Lead:
    """This will say that the unit began to work on it: the dated act that a point counts from.

    Raises MovedOn, NotYours.
    """
    return _move(_locked(lead, by), Act.QUALIFY, note=note, at=at, by=by)


@transaction.atomic
def take_back_qualified(*, lead: Lead, note: str, at: datetime, by: User) -> Lead:
    """This will say that no work began after all; the point goes too. Raises NoWords, MovedOn."""
    return _move(_locked(lead, by), Act.UNQUALIFY, note=note, at=at, by=by)


@transaction.atomic
def win(
    *,
    lead: Lead,
    kept_minor: int | None = None,
    sold: Product | None = None,
    note: str = "",
    at: datetime,
    by: User,
) -> Lead:
    """This will end it well. `kept_minor`: turnover that it brought and that stays, if known.

    `sold`: its own withdrawal counts then, else that of the product the lead was about.
    Raises MovedOn, NotYours.
    """
    locked = _locked(lead, by)
    locked.kept_minor = kept_minor
    return _move(locked, Act.WIN, note=note, sold=sold, at=at, by=by)


@transaction.atomic
def lose(*, lead: Lead, note: str, at: datetime, by: User) -> Lead:
    """This will end it without a result, or take back a win. Raises NoWords, MovedOn, NotYours."""
    locked = _locked(lead, by)
    locked.kept_minor = None
    return _move(locked, Act.LOSE, note=note, at=at, by=by)


@transaction.atomic
def reject(*, lead: Lead, note: str, at: datetime, by: User) -> Lead:
    """This will give it back to the sender with words. Raises NoWords, MovedOn, NotYours."""
    return _move(_locked(lead, by), Act.REJECT, note=note, at=at, by=by)


@transaction.atomic
def reassign(*, lead: Lead, unit: Unit, note: str = "", at: datetime, by: User) -> Lead:
    """This will pass it to another unit, where it starts as new.

    Raises SameUnit, SendersUnit, NotInUse, NobodyThere, NotServed, MovedOn, NotYours.
    """
    locked = _locked(lead, by)
    routes.refuse_passing(locked, unit)
    locked.to_unit, locked.assignee = unit, None
    return _move(locked, Act.REASSIGN, note=note, at=at, by=by)


@transaction.atomic
def hand_over(*, lead: Lead, colleague: User, note: str = "", at: datetime, by: User) -> Lead:
    """This will make it a colleague's task; a new one is accepted with that.

    Raises NoSuchColleague, MovedOn, NotYours.
    """
    locked = _locked(lead, by)
    is_member = locked.to_unit.members.filter(pk=colleague.pk, is_active=True).exists()
    is_fit = colleague.pk not in (locked.assignee_id, locked.from_employee_id)
    if not (is_member and is_fit):
        raise refusals.NoSuchColleague
    locked.assignee = colleague
    return _move(locked, Act.HAND_OVER, note=note, at=at, by=by)


@transaction.atomic
def mark_seen(*, until: datetime, by: User) -> int:
    """This will say that the sender has read what happened up to a moment. Gives how many."""
    return Lead.objects.sent_by(by).with_news(until).update(seen_at=until)


def _locked(lead: Lead, by: User) -> Lead:
    """The row for this transaction alone, for a member of the unit that has it now."""
    rows = Lead.objects.select_related("to_unit__branch", "from_branch", "product")
    locked = rows.select_for_update(of=("self",)).get(pk=lead.pk)
    is_member = locked.to_unit.members.filter(pk=by.pk).exists()
    if not is_member or locked.from_employee_id == by.pk:
        raise refusals.NotYours
    return locked


def _move(
    lead: Lead,
    act: engine.Act,
    *,
    note: str = "",
    sold: Product | None = None,
    at: datetime,
    by: User,
) -> Lead:
    at = max(at, lead.changed_at)  # who waited for the row acts after who had it
    before, to = lead.state, _next_state(lead, act, note, at)
    lead.state, lead.changed_at, lead.news_at = to, at, at
    if act is Act.REASSIGN:
        _start_anew(lead, at=at)
    elif to != before:
        _set_due(lead, to, at=at)
    lead.save(
        update_fields=[
            *("state", "changed_at", "news_at", "due_on", "expires_at"),
            *("to_unit", "assignee", "kept_minor"),
        ]
    )
    _write(lead, act, before=before, note=note, sold=sold, at=at, by=by)
    return lead


def _next_state(lead: Lead, act: engine.Act, note: str, at: datetime) -> State:
    before = State(lead.state)
    to = engine.after(act, before, connects=lead.to_unit.is_coordination)
    if lead.state_at(at) == State.EXPIRED:
        raise refusals.RanOut
    if to is None:
        could = engine.after(act, before) is not None
        raise refusals.OnlyConnects if could else refusals.MovedOn
    if act in engine.NEEDS_WORDS and not note.strip():
        raise refusals.NoWords
    return to


def _set_due(lead: Lead, to: State, *, at: datetime) -> None:
    """Coordination has one day for the whole way: nothing it does lengthens it."""
    if to in engine.OPEN and lead.to_unit.is_coordination:
        return
    today = lead.place.local_day(at)
    calendar = calendar_of(lead.place)
    lead.due_on = engine.due_on(to, today, calendar, contact_on=lead.contact_on)


def _write(
    lead: Lead,
    act: engine.Act,
    *,
    before: str,
    note: str = "",
    sold: Product | None = None,
    at: datetime,
    by: User,
) -> None:
    event = LeadEvent(
        lead=lead,
        number=lead.events.count() + 1,
        at=at,
        by=by,
        act=act,
        from_state=before,
        to_state=lead.state,
        unit=lead.to_unit,
        assignee=lead.assignee,
        note=note,
        kept_minor=lead.kept_minor if act is Act.WIN else None,
        product=sold,
        cooling_days=engine.cooling_days(sold.withdrawal_days) if sold else None,
    )
    event.clean_fields(exclude=_ROWS)
    event.save(force_insert=True)
    detail = {"unit": lead.to_unit.code, "state": str(lead.state)}
    conduct.record(action=f"lead_{act}", subject=f"lead {lead.pk}", detail=detail, at=at, by=by)
