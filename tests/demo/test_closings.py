"""The demo's evenings: most days signed, a few not, something late, one sheet of paper that differs."""

from datetime import UTC, datetime

import pytest

from crossbank.conduct.models import AuditEntry
from crossbank.demo import closings, history
from crossbank.desk.models import Consultation, DayClose, DaySheet, LateEntry, Reflection
from crossbank.desk.proof import drift
from crossbank.desk.sheet_states import sheet_counts, state
from crossbank.engine.closing import DayState
from crossbank.org.calendars import calendar_of

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def closed(march_bank, thursday) -> dict[str, int]:
    history.play(today=thursday, days_back=10, seed=1)
    return closings.play(today=thursday, seed=1)


def test_most_days_are_signed_as_they_were_and_some_closed_by_themselves(closed) -> None:
    sheets = list(DaySheet.objects.select_related("branch"))
    states = [
        state(s, day=s.business_date, branch=s.branch, at=MORNING, calendar=calendar_of(s.branch))
        for s in sheets
    ]

    assert states.count(DayState.SIGNED) == closed["signed days"] > 0.8 * len(sheets)
    assert states.count(DayState.LAPSED) > 0
    for close in DayClose.objects.select_related("sheet__branch"):
        assert sheet_counts(close) == sheet_counts(close.sheet)
        assert (close.signed_at, close.signed_by) == (close.sheet.closed_at, close.sheet.closed_by)
        assert close.sheet.branch.local_day(close.signed_at) == close.sheet.business_date
    assert AuditEntry.objects.filter(action="day_closed").count() == closed["signed days"]
    assert drift() == []


def test_nobody_signs_before_his_last_save(closed) -> None:
    for record in Consultation.objects.all():
        signed = DayClose.objects.filter(
            sheet__employee=record.employee_id, sheet__business_date=record.business_date
        ).first()
        assert signed is None or signed.signed_at > record.received_at


def test_walker_finds_what_he_resolved(closed) -> None:
    last = DaySheet.objects.filter(employee__username="seller").latest("business_date")

    answers = Reflection.objects.filter(close__sheet=last)

    assert last.closed_at is not None
    assert answers.filter(product__isnull=False).exclude(line="").exists()
    assert Reflection.objects.count() == closed["evening answers"] > answers.count()


def test_one_late_entry_waits_and_one_paper_differs_in_the_branch_of_the_walk(closed) -> None:
    late = LateEntry.objects.get()
    paper = [close for close in DayClose.objects.all() if close.differs_on_paper]

    assert (late.branch.code, late.state, late.employee.username != "seller") == (
        "B01", "waiting", True,
    )  # fmt: skip
    assert [(c.sheet.branch.code, c.paper_note) for c in paper] == [("B01", closings.PAPER_NOTE)]


def test_test_day_and_a_second_time_change_nothing(closed, thursday) -> None:
    test_day = history.test_day_before(thursday)
    counts = history.counts_on(test_day, branch="B01")
    before = DayClose.objects.count(), Reflection.objects.count(), LateEntry.objects.count()

    assert closings.play(today=thursday, seed=1) == {}

    assert (counts.main_only, counts.plus_one, counts.plus_two) == (22, 13, 5)
    assert before == (
        DayClose.objects.count(), Reflection.objects.count(), LateEntry.objects.count(),
    )  # fmt: skip
