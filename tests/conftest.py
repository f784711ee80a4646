"""What every test may ask for: the sample bank, its people, signed-in clients, a counted query."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from crossbank.demo import bank as sample
from crossbank.matrix import editions
from crossbank.offers import services as offers
from crossbank.org.models import User

# a Wednesday, in the middle of every window that tests look at
NOON = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races exist on PostgreSQL only: SQLite queues its writers."""
    if connection.vendor != "postgresql":
        if os.environ.get("CROSSBANK_RACES") == "require":
            raise pytest.UsageError("CROSSBANK_RACES=require, and this is not PostgreSQL")
        skip = pytest.mark.skip(reason="races cannot be seen on SQLite")
        for item in items:
            if "race" in item.keywords:
                item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures that tests found, `record_property("figure", …)`, whichever process ran them."""
    for report in terminalreporter.getreports("passed"):
        for name, words in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(words)


@pytest.fixture(autouse=True)
def _clean_slate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    editions.forget()
    offers.forget()  # as a server that just started
    # asked once per process; here it would be one query of whichever test comes first
    monkeypatch.setattr("crossbank.conduct.context.is_demo", lambda: False)
    translation.activate("en")
    yield
    translation.deactivate()


@cache
def _sample_rows(today: date) -> list[tuple[str, Sequence[object]]]:
    """What writes all rows of the loaded and published sample bank: statements and their values.

    They are as Django words them, once: every test plays them again as they are.
    """
    rooms = [
        m
        for m in apps.get_models(include_auto_created=True)
        if m.__module__.startswith("crossbank.")
    ]
    with transaction.atomic():
        sample.load(today=today)
        now = timezone.now()
        sample.publish(effective_from=now - timedelta(days=365), at=now)
        rows = [(model, list(model._base_manager.all())) for model in rooms]
        transaction.set_rollback(True)
    editions.forget()
    written: list[tuple[str, Sequence[object]]] = []

    def note(execute, sql, params, many, context):
        written.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        for model, found in rows:
            model._base_manager.bulk_create(found)
        transaction.set_rollback(True)
    return written


@pytest.fixture
def bank(db: None) -> None:
    """The whole sample bank with edition 1 in force since long ago; no history."""
    rows = _sample_rows(timezone.now().date())
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, values in rows:
            cursor.execute(sql, values)


@pytest.fixture
def person(bank: None):
    """username -> that person of the sample bank."""
    return lambda username: User.objects.select_related("branch__region", "region").get(
        username=username
    )


@pytest.fixture
def sign_in(person):
    """username -> a client signed in as that person."""

    def signed_in(username: str, **options) -> Client:
        client = Client(**options)
        client.force_login(person(username))
        return client

    return signed_in


@pytest.fixture
def queries():
    """`with queries() as seen:` then `len(seen)`: what went to the database, transactions aside."""

    class Counted(CaptureQueriesContext):
        quiet = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

        def __len__(self) -> int:
            return sum(not q["sql"].startswith(self.quiet) for q in self.captured_queries)

    return lambda: Counted(connection)
