"""Answers that were kept one by one before are counts after, and no answer is left."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("voice", "0002_survey")]
LATEST = [("voice", "0008_used_ticket_forgets_its_moment")]


@pytest.fixture
def before():
    """The models of the room as they were; the newest again when the test is over."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps.get_model
    _forward()


def _forward():
    executor = MigrationExecutor(connection)
    executor.migrate(LATEST)
    return MigrationExecutor(connection).loader.project_state(LATEST).apps.get_model


def test_answers_become_counts_and_used_tickets_lose_their_moment(before):
    rows = [
        ("2026-02", "B01", "ACC", ["APP", "CRD"], "yes", "no", "HOME"),
        ("2026-03", "B01", "ACC", ["CRD"], "no", "yes", ""),
        ("2026-03", "B01", "CRD", [], "no", "", "HOME"),
        ("2026-03", "B02", "ACC", ["ACC"], "", "", ""),
    ]
    for n, (month, branch, main, shown, useful, felt, need) in enumerate(rows):
        before("voice", "Answer").objects.create(
            id=2**40 + n, month=month, branch_code=branch, main_code=main, presented=shown,
            useful=useful, felt_pushed=felt, next_need=need,
        )  # fmt: skip
    ends = datetime(2026, 3, 18, 11, 7, 9, tzinfo=UTC)
    ticket = before("voice", "Ticket").objects.create
    ticket(token_hash="a", about="used", expires_at=ends, is_used=True)
    ticket(token_hash="b", about="open", expires_at=ends, main_code="ACC", month="2026-03")

    after = _forward()

    cells = ("month", "question", "about", "said", "n")
    assert sorted(after("voice", "AnswerCount").objects.values_list(*cells)) == [
        ("2026-02", "felt_pushed", "B01", "no", 1),
        ("2026-02", "next_need", "", "HOME", 1),
        ("2026-02", "useful", "ACC", "yes", 1),
        ("2026-02", "useful", "APP", "yes", 1),
        ("2026-02", "useful", "CRD", "yes", 1),
        ("2026-03", "felt_pushed", "B01", "yes", 1),
        ("2026-03", "next_need", "", "HOME", 1),
        ("2026-03", "useful", "ACC", "no", 1),
        ("2026-03", "useful", "CRD", "no", 2),
    ]
    assert "voice_answer" not in connection.introspection.table_names()
    kept = after("voice", "Ticket").objects.order_by("about")
    assert list(kept.values_list("about", "asked_on", "expires_at", "main_code")) == [
        ("open", date(2026, 3, 18), ends, "ACC"),
        ("used", date(2026, 3, 18), None, ""),
    ]
