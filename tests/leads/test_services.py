"""Every act on a lead: what it writes, and what it refuses without a trace."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crossbank.catalog.models import Product
from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.leads import contacts, refusals, services
from crossbank.leads.ledger import state_drift
from crossbank.leads.models import Lead, LeadEvent, Unit
from crossbank.org.models import Holiday
from tests.leads.conftest import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db


def events(lead: Lead) -> list[tuple[str, str, str]]:
    return list(lead.events.values_list("act", "to_state", "note"))


def test_handing_on_writes_lead_event_and_trail(hand_on, person) -> None:
    lead = hand_on(product="HOM-PUR", contact_on=date(2026, 3, 27), value_estimate_minor=500)

    lead.refresh_from_db()
    assert (lead.state, lead.from_role, lead.handed_on) == ("new", "seller", date(2026, 3, 16))
    assert (lead.due_on, lead.assignee, lead.news_at) == (date(2026, 3, 17), None, None)
    assert lead.expires_at == datetime(2026, 3, 30, 22, tzinfo=UTC)  # Berlin's midnight
    assert events(lead) == [("hand_on", "new", "")]
    entry = AuditEntry.objects.get(action="lead_hand_on")
    assert (entry.subject, entry.actor, entry.detail["unit"]) == (
        f"lead {lead.pk}",
        "seller",
        "MORTGAGE",
    )


def test_same_press_twice_is_one_lead(hand_on, person) -> None:
    key = uuid4()

    first = hand_on(uuid=key, contact="1")
    services.reassign(
        lead=first, unit=Unit.objects.get(code="BUSINESS"), at=MONDAY, by=person("marie.w")
    )
    assert hand_on(uuid=key, contact="1") == first
    for other in ({"said": "Else"}, {"unit": "BUSINESS"}, {"product": "HOM-PUR"}, {"contact": "2"}):
        with pytest.raises(refusals.KeyReused):
            hand_on(**{"uuid": key, "contact": "1", **other})
    assert (Lead.objects.count(), LeadEvent.objects.count()) == (1, 2)
    assert hand_on("seller2", uuid=key).from_employee.username == "seller2"


def test_whole_way_to_a_win(walk, person) -> None:
    lead = walk("accept", "note_contact", "qualify")
    services.win(lead=lead, kept_minor=90_000, at=MONDAY + DAY, by=person("marie.w"))

    lead.refresh_from_db()
    assert (lead.state, lead.kept_minor, lead.assignee.username) == ("won", 90_000, "marie.w")
    assert [act for act, _state, _note in events(lead)] == [
        "hand_on",
        "accept",
        "contact",
        "qualify",
        "win",
    ]
    assert lead.news_at == MONDAY + DAY
    assert list(lead.events.values_list("kept_minor", flat=True))[-1] == 90_000
    assert state_drift() == []

    services.lose(lead=lead, note="Withdrew", at=MONDAY + 2 * DAY, by=person("marie.w"))
    lead.refresh_from_db()
    assert (lead.state, lead.kept_minor) == ("lost", None)


def test_win_may_name_what_was_sold(walk, person) -> None:
    sold = Product.objects.get(code="INS-LIF")
    Product.objects.filter(pk=sold.pk).update(withdrawal_days=30)
    sold.refresh_from_db()
    lead = walk("accept", "qualify")
    services.win(lead=lead, sold=sold, at=MONDAY + DAY, by=person("marie.w"))

    event = lead.events.get(act="win")
    assert (event.product, event.cooling_days, lead.cooling_days) == (sold, 31, 14)


def test_who_waited_for_the_row_acts_after_who_had_it(walk, person) -> None:
    lead = walk("accept", "qualify")
    services.win(lead=lead, at=MONDAY, by=person("marie.w"))  # read the clock before, waited

    moments = list(lead.events.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] == MONDAY + 2 * HOUR


def test_due_days_go_over_holidays_of_the_units_branch(hand_on, person) -> None:
    unit = Unit.objects.get(code="MORTGAGE")
    for on in (date(2026, 3, 17), date(2026, 3, 20)):
        Holiday.objects.create(branch=unit.branch, on=on, name="Closed")

    lead = hand_on("seller2")  # of another branch, where both days are open
    assert lead.due_on == date(2026, 3, 18)
    taken = services.accept(lead=lead, at=MONDAY + 2 * DAY, by=person("marie.w"))
    assert taken.due_on == date(2026, 3, 23)  # Thursday, then Monday: Friday is closed


def test_coordination_has_one_day_for_the_whole_way(hand_on, person) -> None:
    lead = hand_on(unit="CONNECT")
    due = [lead.due_on]
    for act in (services.accept, services.note_contact):
        due.append(act(lead=lead, at=MONDAY + HOUR, by=person("olga.v")).due_on)
    assert due == [date(2026, 3, 17)] * 3
    for act in (services.qualify, services.lose):
        with pytest.raises(refusals.OnlyConnects):
            act(lead=lead, note="because", at=MONDAY + HOUR, by=person("olga.v"))

    passed = services.reassign(
        lead=lead,
        unit=Unit.objects.get(code="BUSINESS"),
        at=MONDAY + 2 * HOUR,
        by=person("olga.v"),
    )
    assert (passed.state, passed.assignee, passed.to_unit.code) == ("new", None, "BUSINESS")
    assert events(lead)[-1] == ("reassign", "new", "")


def test_named_day_takes_the_place_of_the_count(hand_on, person) -> None:
    lead = hand_on(contact_on=date(2026, 4, 18))  # a Saturday

    assert services.accept(lead=lead, at=MONDAY, by=person("marie.w")).due_on == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"who": "marie.w"}, refusals.OwnUnit),
        ({"unit": "BUSINESS", "product": "INV-FND"}, refusals.NotServed),
        ({"contact_on": date(2026, 3, 15)}, refusals.DayPassed),
        ({"contact_on": date(2027, 3, 30)}, refusals.DayPassed),
    ],
)
def test_refused_handing_on_leaves_nothing(hand_on, given, refusal) -> None:
    with pytest.raises(refusal) as told:
        hand_on(**given)

    assert told.value.status == 422
    assert (
        Lead.objects.count(),
        AuditEntry.objects.filter(subject__startswith="lead").count(),
    ) == (
        0,
        0,
    )


def test_unit_out_of_use_takes_nothing(hand_on) -> None:
    Unit.objects.filter(code="MORTGAGE").update(is_active=False)

    with pytest.raises(refusals.NotInUse):
        hand_on()


def test_unit_all_of_whose_members_left_takes_nothing(hand_on, walk, person) -> None:
    lead = walk("accept", unit="CONNECT", taker="olga.v")
    unit = Unit.objects.get(code="BUSINESS")
    unit.members.update(is_active=False)

    with pytest.raises(refusals.NobodyThere) as told:
        hand_on(unit="BUSINESS")
    assert (told.value.status, told.value.field) == (422, "unit")
    with pytest.raises(refusals.NobodyThere):
        services.reassign(lead=lead, unit=unit, at=MONDAY + DAY, by=person("olga.v"))
    assert (Lead.objects.count(), lead.events.count()) == (1, 2)


def test_licensed_product_goes_where_it_is_served_or_to_coordination(hand_on, person) -> None:
    assert hand_on(unit="INVEST", product="INV-FND").state == "new"
    lead = hand_on(unit="CONNECT", product="INV-FND")
    assert hand_on(unit="BUSINESS", product="ACC-BAS").state == "new"

    with pytest.raises(refusals.NotServed):
        services.reassign(
            lead=lead, unit=Unit.objects.get(code="INSURE"), at=MONDAY, by=person("olga.v")
        )


@pytest.mark.parametrize(
    "said", ["Call 0171 234 56 78 90", "account 12345678901", "+49 (30) 1234-5678"]
)
def test_number_of_a_customer_is_not_said_aloud(hand_on, said) -> None:
    with pytest.raises(ValidationError):
        hand_on(said=said)
    assert Lead.objects.count() == 0


def test_amounts_and_days_may_be_said(hand_on) -> None:
    assert hand_on(said="Some 1 200 000 by 31.12.2026, 80 m2").pk


def test_second_to_accept_finds_it_taken(hand_on, person) -> None:
    lead = hand_on()
    services.accept(lead=lead, at=MONDAY, by=person("marie.w"))

    for who in ("kanya.t", "marie.w"):
        with pytest.raises(refusals.AlreadyTaken) as told:
            services.accept(lead=lead, at=MONDAY, by=person(who))
        assert "Marie" not in str(told.value)
    assert [act for act, *_rest in events(lead)] == ["hand_on", "accept"]


def test_each_act_needs_its_state(walk, person) -> None:
    new, done = walk(), walk("accept", "qualify", "lose")
    marie = person("marie.w")

    for act in ("note_contact", "qualify", "win", "lose", "take_back_qualified"):
        with pytest.raises(refusals.MovedOn):
            getattr(services, act)(lead=new, note="because", at=MONDAY, by=marie)
    for act in ("note_contact", "qualify", "win", "lose", "reject"):
        with pytest.raises(refusals.MovedOn):
            getattr(services, act)(lead=done, note="because", at=MONDAY + DAY, by=marie)
    with pytest.raises(refusals.MovedOn):
        services.accept(lead=done, at=MONDAY + DAY, by=marie)
    assert (new.events.count(), done.events.count()) == (1, 4)


@pytest.mark.parametrize(
    ("acts", "act"),
    [([], "reject"), (["accept"], "lose"), (["accept", "qualify"], "take_back_qualified")],
)
def test_a_no_needs_words(walk, person, acts, act) -> None:
    lead = walk(*acts)

    with pytest.raises(refusals.NoWords):
        getattr(services, act)(lead=lead, note="  ", at=MONDAY + DAY, by=person("marie.w"))
    assert lead.events.count() == 1 + len(acts)


def test_strangers_and_the_sender_himself_do_nothing(hand_on, person) -> None:
    lead = hand_on()
    lead.to_unit.members.add(person("seller"))  # he moved there since

    for who in ("niran.c", "seller", "manager", "admin"):
        with pytest.raises(refusals.NotYours):
            services.accept(lead=lead, at=MONDAY, by=person(who))
    assert lead.events.count() == 1


def test_lead_is_not_passed_to_the_senders_own_unit_or_nowhere(walk, person) -> None:
    lead = walk("accept", who="clara.f")
    marie = person("marie.w")

    for unit, refusal in [("BUSINESS", refusals.SendersUnit), ("MORTGAGE", refusals.SameUnit)]:
        with pytest.raises(refusal):
            services.reassign(
                lead=lead, unit=Unit.objects.get(code=unit), at=MONDAY + DAY, by=marie
            )


def test_handing_over_inside_the_unit_keeps_state_and_day(walk, person) -> None:
    lead = walk("accept")
    due = lead.due_on
    for who in ("marie.w", "niran.c"):
        with pytest.raises(refusals.NoSuchColleague):
            services.hand_over(
                lead=lead, colleague=person(who), at=MONDAY + DAY, by=person("marie.w")
            )

    moved = services.hand_over(
        lead=lead, colleague=person("kanya.t"), at=MONDAY + DAY, by=person("marie.w")
    )

    assert (moved.state, moved.due_on, moved.assignee.username) == ("accepted", due, "kanya.t")


def test_new_lead_handed_to_a_colleague_is_his(hand_on, person) -> None:
    lead = services.hand_over(
        lead=hand_on(), colleague=person("kanya.t"), at=MONDAY + HOUR, by=person("marie.w")
    )

    assert (lead.state, lead.assignee.username) == ("accepted", "kanya.t")
    assert lead.due_on == date(2026, 3, 18)  # to speak with the customer
    with pytest.raises(refusals.AlreadyTaken):
        services.accept(lead=lead, at=MONDAY + HOUR, by=person("marie.w"))


def test_nobody_takes_it_up_and_it_runs_out_by_itself(hand_on, person) -> None:
    lead = hand_on()
    last = lead.expires_at - timedelta(microseconds=1)

    assert (lead.state_at(last), lead.state_at(lead.expires_at)) == ("new", "expired")
    with pytest.raises(refusals.RanOut):
        services.accept(lead=lead, at=lead.expires_at, by=person("marie.w"))
    assert services.accept(lead=lead, at=last, by=person("marie.w")).state == "accepted"


def test_sender_has_news_until_he_has_seen_it(walk, hand_on, person) -> None:
    def news(at) -> int:
        return Lead.objects.sent_by(person("seller")).with_news(at).count()

    lead = walk("accept", "note_contact")
    silent = hand_on()
    assert news(MONDAY + DAY) == 1
    assert services.mark_seen(until=MONDAY + HOUR, by=person("seller")) == 1
    assert news(MONDAY + DAY) == 1  # the contact came after what he has seen
    services.mark_seen(until=MONDAY + DAY, by=person("seller"))
    assert news(MONDAY + DAY) == 0
    assert news(silent.expires_at) == 1  # running out is news too
    services.mark_seen(until=silent.expires_at + HOUR, by=person("seller"))
    assert news(silent.expires_at + DAY) == 0
    lead.refresh_from_db()
    assert lead.has_news(silent.expires_at + DAY) is False


def test_contact_is_sealed_and_only_its_owner_reads_it(hand_on, person) -> None:
    lead = hand_on(contact="CANARY-4711")
    assert "CANARY" not in lead.contact
    services.accept(lead=lead, at=MONDAY, by=person("marie.w"))
    lead.refresh_from_db()

    for who in ("seller", "kanya.t", "manager"):
        with pytest.raises(refusals.NotYours):
            contacts.read(lead=lead, at=MONDAY, by=person(who))
    assert contacts.read(lead=lead, at=MONDAY, by=person("marie.w")) == "CANARY-4711"
    looks = AuditEntry.objects.filter(action="lead_contact_read")
    assert list(looks.values_list("actor", "subject")) == [("marie.w", f"lead {lead.pk}")]
    assert "CANARY" not in str(list(AuditEntry.objects.values()))


def test_contact_goes_thirty_days_after_the_end(hand_on, person) -> None:
    lead, running = hand_on(contact="1"), hand_on(contact="2")
    marie = person("marie.w")
    for one in (lead, running):
        services.accept(lead=one, at=MONDAY, by=marie)
    lead.refresh_from_db()
    ended = services.lose(lead=lead, note="No", at=MONDAY, by=marie)

    running.refresh_from_db()
    assert contacts.read(lead=ended, at=MONDAY + HOUR, by=marie) == ""
    assert contacts.read(lead=running, at=MONDAY + HOUR, by=marie) == "2"
    services.qualify(lead=running, at=MONDAY + 5 * DAY, by=marie)
    running.refresh_from_db()
    assert contacts.erase(at=MONDAY + 30 * DAY - HOUR) == 0
    assert contacts.erase(at=MONDAY + 30 * DAY) == 1
    assert list(Lead.objects.exclude(contact="").values_list("pk", flat=True)) == [running.pk]
    # nobody said how it ended: the number does not wait for that
    assert contacts.read(lead=running, at=MONDAY + 35 * DAY, by=marie) == ""
    assert contacts.erase(at=MONDAY + 35 * DAY - HOUR) == 0
    assert contacts.erase(at=MONDAY + 35 * DAY) == 1


def test_contact_waits_for_the_day_that_the_customer_named(hand_on, person) -> None:
    lead = hand_on(contact="1", contact_on=date(2026, 9, 1))
    services.accept(lead=lead, at=MONDAY, by=person("marie.w"))
    over = datetime(2026, 9, 30, 22, tzinfo=UTC) + DAY  # Berlin's midnight, thirty days later

    assert contacts.erase(at=over - timedelta(microseconds=1)) == 0
    assert contacts.erase(at=over) == 1


def test_begun_work_is_asked_for_its_end(walk) -> None:
    assert walk("accept", "qualify").due_on == date(2026, 4, 13)


def test_events_are_written_once(walk) -> None:
    event = walk("accept").events.first()

    with pytest.raises(FrozenError):
        event.save()
    with pytest.raises(FrozenError):
        LeadEvent.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadEvent.objects.bulk_create([LeadEvent(**{**_plain(event), "id": None})])


def _plain(event: LeadEvent) -> dict[str, object]:
    return {f.attname: getattr(event, f.attname) for f in event._meta.concrete_fields}


def test_failing_trail_undoes_the_act(hand_on, person, monkeypatch) -> None:
    lead = hand_on()

    def broken(**_given) -> None:
        raise RuntimeError

    monkeypatch.setattr("crossbank.conduct.services.record", broken)
    with pytest.raises(RuntimeError):
        services.accept(lead=lead, at=MONDAY, by=person("marie.w"))
    with pytest.raises(RuntimeError):
        hand_on()

    lead.refresh_from_db()
    assert (lead.state, lead.events.count(), Lead.objects.count()) == ("new", 1, 1)


def test_every_product_of_a_unit_is_there(bank) -> None:
    licensed = set(Product.objects.filter(needs_licence=True).values_list("code", flat=True))

    served = set(Unit.objects.in_use().values_list("products__code", flat=True))
    assert licensed <= served
