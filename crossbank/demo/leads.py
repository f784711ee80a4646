"""An invented lead programme of three years, the size of the sample bank.

It grows as a real one is told to have grown (57 leads of 27 people in a year, 150 of 70, more than
80 of about 100 in the next half): leads two fifths of that, people a sixth, because there are no
more desks here. As everywhere, few hand on much and most a little: each year somebody reaches
silver, and a few bronze.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from crossbank.catalog.models import Product
from crossbank.demo import bank
from crossbank.engine import leads as engine
from crossbank.engine.leads import Act, State
from crossbank.engine.workdays import Calendar, on_or_after
from crossbank.leads import ledger
from crossbank.leads.models import Lead, LeadEvent, Unit
from crossbank.org import switches
from crossbank.org.access import FRONT
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

# years ago -> leads in that whole year, people who take part
_YEARS = {2: (23, 5), 1: (60, 12), 0: (66, 17)}
_FALLS = 1.3  # how fast it falls from who hands on most to the next
_LISTENERS = 3  # who hand on most hear best: work begins on nearly all of theirs
_WORTH = (50_000, 120_000, 250_000, 600_000)  # roughly, in minor units
_DAY = timedelta(days=1)
_SEEN_AFTER = 4 * _DAY  # who handed it on looks after some days
_NO = ("Has one elsewhere already", "Wants to wait until next year", "Did not answer twice")
_NOT_OURS = ("No need of ours: a question about the card", "Asked for a product we do not sell")
_TAKEN_BACK = "Withdrew within the cooling-off"


@dataclass(frozen=True, kw_only=True)
class _World:
    dice: Random
    until: datetime
    units: list[Unit]
    said: dict[str, list[str]]
    members: dict[int, list[User]]
    products: dict[int, list[Product]]
    calendars: dict[int, Calendar]


@dataclass(kw_only=True)
class _Tale:
    """One lead while it is told; events after the end of the history are left out."""

    lead: Lead
    world: _World
    events: list[LeadEvent] = field(default_factory=list)

    def happens(self, act: Act, at: datetime, by: User, **more: object) -> bool:
        before = State(self.lead.state)
        connects = self.lead.to_unit.is_coordination
        to = State.NEW if act is Act.HAND_ON else engine.after(act, before, connects=connects)
        if at > self.world.until or to is None:
            return False
        self.lead.state, self.lead.changed_at = to, at
        self.lead.kept_minor = more.get("kept_minor")
        self.events.append(
            LeadEvent(
                lead=self.lead,
                number=len(self.events) + 1,
                at=at,
                by=by,
                act=act,
                from_state="" if act is Act.HAND_ON else before,
                to_state=to,
                unit=self.lead.to_unit,
                assignee=self.lead.assignee,
                **more,
            )
        )
        return True


@transaction.atomic
def play(*, today: date, seed: int) -> dict[str, int]:
    """This will write the programme up to yesterday, its points and badges too where they are used; once."""
    world = _world(today, seed)
    tales = [tale for ago in _YEARS for tale in _year(world, today, ago)]
    tales.sort(key=lambda tale: tale.lead.created_at)
    Lead.objects.bulk_create(tale.lead for tale in tales)
    LeadEvent.objects.bulk_create(event for tale in tales for event in tale.events)
    if switches.is_on(switches.POINTS):
        ledger.settle(at=world.until)
    return {"leads": len(tales), "people": len({tale.lead.from_employee_id for tale in tales})}


def _world(today: date, seed: int) -> _World:
    units = list(
        Unit.objects.in_use().select_related("branch").prefetch_related("members", "products")
    )
    return _World(
        dice=Random(f"{seed}:leads"),  # noqa: S311 - invented life
        until=datetime.combine(today, time(0), tzinfo=UTC),
        units=units,
        said={row["code"]: row["said"] for row in bank.read("units")},
        members={unit.pk: list(unit.members.all()) for unit in units},
        products={unit.pk: list(unit.products.all()) for unit in units},
        calendars={branch.pk: calendar_of(branch) for branch in Branch.objects.order_by("pk")},
    )


def _year(world: _World, today: date, ago: int) -> Iterator[_Tale]:
    """The running year has its share of leads up to yesterday."""
    people = _YEARS[ago][1]
    first = date(today.year - ago, 1, 2)
    days = ((today if ago == 0 else date(today.year - ago, 12, 20)) - first).days
    staff = User.objects.filter(role__in=FRONT).select_related("branch").order_by("pk")
    senders = list(staff)[:people]
    places = _places(world.dice, ago)
    count = round(len(places) * max(days, 0) / 352)
    for n in range(count):  # spread evenly, so that every half tells how the programme grew
        place = places[n] % len(senders)
        hears = 0.4 if place < _LISTENERS else 0.0
        yield _tale(world, senders[place], first + (n * days // count) * _DAY, hears)


def _places(dice: Random, ago: int) -> list[int]:
    """Whose leads a whole year brings, by place: everybody's one, and the first one's many."""
    leads, people = _YEARS[ago]
    parts = [(place + 1) ** -_FALLS for place in range(people)]
    counts = (max(1, round(leads * part / sum(parts))) for part in parts)
    places = [place for place, count in enumerate(counts) for _n in range(count)]
    dice.shuffle(places)
    return places


def _others(world: _World, sender: User) -> list[Unit]:
    return [one for one in world.units if sender not in world.members[one.pk]]


def _tale(world: _World, sender: User, day: date, hears: float) -> _Tale:
    dice = world.dice
    unit = dice.choice(_others(world, sender))
    day = on_or_after(day, world.calendars[sender.branch_id])
    clock = time(dice.randrange(9, 18), dice.randrange(60))
    at = datetime.combine(day, clock, tzinfo=sender.branch.zone).astimezone(UTC)
    at = min(at, world.until - timedelta(hours=1))
    products = world.products[unit.pk]
    product = dice.choice(products) if products and dice.random() < 0.5 else None
    lead = Lead(
        uuid=UUID(int=dice.getrandbits(128), version=4),
        from_employee=sender,
        from_role=sender.role,
        from_branch=sender.branch,
        to_unit=unit,
        product=product,
        said=dice.choice(world.said[unit.code]),
        value_estimate_minor=dice.choice(_WORTH) if dice.random() < 0.6 else None,
        cooling_days=engine.cooling_days(product.withdrawal_days if product else None),
        created_at=at,
        handed_on=sender.branch.local_day(at),
        changed_at=at,
    )
    tale = _Tale(lead=lead, world=world)
    tale.happens(Act.HAND_ON, at, sender)
    at += timedelta(hours=dice.randrange(2, 22))
    if not unit.is_coordination or _connect(tale, at):
        _live(tale, at, hears + (1 - hears) * dice.random())
    _finish(tale)
    return tale


def _connect(tale: _Tale, at: datetime) -> bool:
    """Coordination passes it to the unit that can help, within the day."""
    lead, world = tale.lead, tale.world
    taker = world.dice.choice(world.members[lead.to_unit_id])
    units = [one for one in _others(world, lead.from_employee) if not one.is_coordination]
    if at > world.until:
        return False
    lead.assignee = taker
    tale.happens(Act.ACCEPT, at, taker)
    at += timedelta(hours=1)
    if at > world.until:
        return False
    lead.to_unit, lead.assignee = world.dice.choice(units), None
    return tale.happens(Act.REASSIGN, at, taker)


def _live(tale: _Tale, at: datetime, fate: float) -> None:
    """What the unit does with it; most leads lead to work, some of them to a sale."""
    dice, lead = tale.world.dice, tale.lead
    taker = dice.choice(tale.world.members[lead.to_unit_id])
    at += timedelta(hours=2)
    if fate < 0.05:
        return  # nobody took it up
    if fate < 0.12:
        tale.happens(Act.REJECT, at, taker, note=dice.choice(_NOT_OURS))
        return
    if at <= tale.world.until:
        lead.assignee = taker
    tale.happens(Act.ACCEPT, at, taker)
    at += timedelta(hours=dice.randrange(12, 60))
    tale.happens(Act.CONTACT, at, taker)
    at += timedelta(days=dice.randrange(1, 8))
    if fate < 0.3:
        tale.happens(Act.LOSE, at, taker, note=dice.choice(_NO))
        return
    tale.happens(Act.QUALIFY, at, taker)
    _end(tale, taker, at + timedelta(days=dice.randrange(5, 30)), fate)


def _end(tale: _Tale, taker: User, at: datetime, fate: float) -> None:
    dice = tale.world.dice
    if fate < 0.45:
        tale.happens(Act.LOSE, at, taker, note=dice.choice(_NO))
    elif fate < 0.85:
        kept = dice.choice([40_000, 90_000, 150_000, 320_000, 800_000])
        tale.happens(Act.WIN, at, taker, kept_minor=kept)
        if fate > 0.81:
            tale.happens(Act.LOSE, at + 6 * _DAY, taker, note=_TAKEN_BACK)


def _finish(tale: _Tale) -> None:
    """What a lead repeats of its last event, and by when the next step is due."""
    lead, last = tale.lead, tale.events[-1]
    place, calendar = lead.place, tale.world.calendars[lead.place.pk]
    new_on = max(place.local_day(e.at) for e in tale.events if e.to_state == State.NEW)
    last_day = engine.last_day(new_on, calendar)
    lead.expires_at = datetime.combine(last_day + _DAY, time(0), tzinfo=place.zone)
    state, day = State(lead.state), place.local_day(last.at)
    if lead.to_unit.is_coordination:  # one day for the whole way
        state, day = State.NEW, new_on
    lead.due_on = engine.due_on(state, day, calendar)
    if last.number > 1:
        lead.news_at = last.at
    if lead.changed_at + _SEEN_AFTER <= tale.world.until:
        lead.seen_at = max(lead.changed_at, min(lead.expires_at, tale.world.until))
