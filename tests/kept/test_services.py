"""What is noted of sales: a chain that only grows, days that can be true, one branch's alone."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.engine.keeping import Fault
from crossbank.kept import refusals, sales, services
from crossbank.kept.models import Outcome
from crossbank.kept.services import Told
from crossbank.org.models import Branch
from tests.kept.conftest import state_of, today

pytestmark = pytest.mark.django_db


def test_days_and_state_of_a_sale_are_computed_as_the_customer_reads_them(sell, sign_in):
    item = sell(100)

    (sale,) = sales.read(sales.sold())

    day = item.consultation.business_date
    assert (sale.item, sale.outcome, sale.state.value) == (item, None, "not_known")
    assert sale.check_day == day + timedelta(days=90)
    assert sale.cancel_by == day + timedelta(days=14)
    page = sign_in("manager").get(f"/desk/consultations/{item.consultation.uuid}/customer/")
    assert {
        one.cancel_by for one in page.context["page"].taken if one.name == item.product_name
    } == {sale.cancel_by}
    assert page.context["page"].code == sale.code
    assert sale.code in page.content.decode()


@pytest.mark.parametrize(
    ("mark", "age", "state"),
    [
        ("open", 30, "not_known"),
        ("open", 95, "kept"),
        ("withdrawn", 3, "withdrawn"),
        ("closed", 60, "closed_early"),
        ("closed", 95, "kept"),
    ],
)
def test_noted_is_kept_with_its_line_of_the_trail(sell, note, mark, age, state):
    item = sell(100)

    made = note(item, mark, age)

    assert state_of(item) == state
    assert (made.age, made.source, made.replaces, made.by.username) == (
        age,
        "hand",
        None,
        "manager",
    )
    line = AuditEntry.objects.get(action="sale_outcome_noted")
    assert line.subject == f"sale {item.pk}"
    assert line.detail == {"mark": mark, "on": made.on.isoformat()}


def test_later_one_takes_the_place_and_the_earlier_stays(sell, note):
    item = sell(100)
    first = note(item, "closed", 40)
    second = note(item, "open", 95)
    third = note(item, "mistaken", 95)

    assert state_of(item) == "not_known"
    assert [one.replaces for one in (first, second, third)] == [None, first, second]
    assert list(Outcome.objects.standing()) == [third]
    with pytest.raises(FrozenError):
        first.save()
    with pytest.raises(FrozenError):
        Outcome.objects.all().delete()


@pytest.mark.parametrize(
    ("mark", "age", "fault"),
    [
        ("open", -1, Fault.BEFORE_SALE),
        ("closed", 102, Fault.NOT_YET),
        ("withdrawn", 15, Fault.TOO_LATE),
    ],
)
def test_what_cannot_be_true_is_refused(sell, note, mark, age, fault):
    with pytest.raises(refusals.Untrue) as told:
        note(sell(100), mark, age)

    assert told.value.fault is fault
    assert not Outcome.objects.exists()
    assert not AuditEntry.objects.filter(action="sale_outcome_noted").exists()


def test_an_old_list_adds_nothing(sell, note):
    item = sell(100)
    note(item, "open", 95)

    for mark, age in (("open", 95), ("open", 30)):
        with pytest.raises(refusals.SaysNothing):
            note(item, mark, age)

    assert (Outcome.objects.count(), state_of(item)) == (1, "kept")


def test_who_did_not_see_what_stands_is_refused(sell, note):
    item = sell(100)
    first = note(item, "open", 30)

    for seen in (0, first.pk + 1):
        with pytest.raises(refusals.Moved):
            note(item, "closed", 50, seen=seen)

    assert list(Outcome.objects.all()) == [first]


@pytest.mark.parametrize("who", ["seller", "regional", "owner", "conduct", "auditor", "admin"])
def test_only_managers_note(sell, note, who):
    with pytest.raises(refusals.NotManager):
        note(sell(100), "open", 95, by=who)

    assert not Outcome.objects.exists()


def test_another_branchs_sale_is_nobodys_to_note(sell, note):
    with pytest.raises(refusals.Moved):
        note(sell(100), "open", 95, by="manager2")

    assert not Outcome.objects.exists()


def test_the_branch_that_goes_on_notes_what_was_sold_before(sell, note, merged):
    item = sell(100, who="seller2")

    note(item, "open", 95)

    assert state_of(item) == "kept"


def test_what_is_no_sale(sell):
    now = timezone.now()
    standing = sell(100)
    for fields in (
        {"source": "paper"},
        {"source": "import"},
        {"replaced_at": now},
    ):
        sell(100, **fields)
    voided = sell(100)
    Consultation.objects.filter(pk=voided.consultation_id).update(
        voided_at=now, voided_by=voided.consultation.employee_id
    )
    declined = sell(100)
    ConsultationItem.objects.filter(pk=declined.pk).update(response="declined")

    assert list(sales.sold()) == [standing]


def test_due_are_those_of_whom_nothing_is_known_ninety_days_later(sell, note):
    waiting, early, mistaken = sell(120), sell(110), sell(100)
    sell(89)
    note(early, "open", 30)
    note(mistaken, "closed", 20)
    note(mistaken, "mistaken", 20)
    for mark, age in (("open", 95), ("closed", 20), ("withdrawn", 2)):
        note(sell(100), mark, age)
    # whatever was replaced makes nobody due twice, and nobody known
    known = sell(100)
    note(known, "open", 10)
    note(known, "open", 20)
    note(known, "open", 91)

    due = sales.due(Branch.objects.all(), at=timezone.now())
    assert list(due) == [waiting, early, mistaken]


def test_a_check_is_due_by_the_clock_of_its_branch(sell):
    """18:00 UTC: it is the next day in Bangkok already, and still the same one in Berlin."""
    at = datetime.combine(today(), time(18), tzinfo=UTC)
    young = sell(89, who="seller2")
    sell(89)

    assert list(sales.due(Branch.objects.all(), at=at)) == [young]
    assert not sales.due(Branch.objects.filter(code="B01"), at=at).exists()


def test_reading_takes_a_fixed_number_of_queries(sell, note, queries):
    note(sell(100), "open", 95)
    sales.read(sales.sold())  # the edition is in memory from here on
    with queries() as one:
        sales.read(sales.sold())
    for _n in range(3):
        note(sell(100), "open", 95)
    with queries() as four:
        assert len(sales.read(sales.sold())) == 4

    assert len(one) == len(four) == 2


def test_all_of_a_workbook_or_nothing(sell, person):
    items = [sell(100), sell(100)]
    told = [Told(item=one.pk, mark="open", on=today(), seen=0) for one in items]
    late = Told(item=items[1].pk, mark="withdrawn", on=today(), seen=0)

    with pytest.raises(refusals.Untrue):
        services.take_over(
            told=[told[0], late], unmatched=0, at=timezone.now(), by=person("manager")
        )
    assert not Outcome.objects.exists()
    services.take_over(told=told, unmatched=3, at=timezone.now(), by=person("manager"))

    assert [state_of(one) for one in items] == ["kept", "kept"]
    line = AuditEntry.objects.get(action="sale_outcomes_taken_over")
    assert (line.subject, line.detail) == ("branch B01", {"rows": 2, "unmatched": 3})
