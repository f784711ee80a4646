"""Reading for a long time as of one moment, while the branches go on recording."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def steady() -> Iterator[None]:
    """What is read inside is of one moment; it locks nobody out and nothing can be written.

    Inside another transaction that one decides.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with _deferred():
            yield


@contextmanager
def _deferred() -> Iterator[None]:
    """SQLite's `atomic()` is made for writers and would keep all others out; this one only reads."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            # first: after an error SQLite may have rolled back by itself, and would complain below
            cursor.execute("PRAGMA query_only = OFF")
            cursor.execute("ROLLBACK")
