"""Many records that are alike but for their number, in one short breath.

Django prepares every value of every row while the transaction waits; with twenty thousand rows
desks would wait with it. Here a value is prepared once for all that are alike, and before.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import connection

from crossbank.desk.models import Consultation

_FIELDS = [field for field in Consultation._meta.concrete_fields if not field.primary_key]
_NUMBER = Consultation._meta.get_field("uuid")
_INSERT = f"""
    INSERT INTO {Consultation._meta.db_table} ({", ".join(field.column for field in _FIELDS)})
    VALUES ({", ".join(["%s"] * len(_FIELDS))})
"""  # noqa: S608 - table and columns are the model's own

Prepared = Sequence[tuple[Any, ...]]


def prepared(alike: Iterable[tuple[Consultation, int]]) -> Prepared:
    """This will give the values of each unsaved record so many times, each with its own number."""
    place, rows = _FIELDS.index(_NUMBER), []
    for record, count in alike:
        values = [
            field.get_db_prep_save(field.pre_save(record, add=True), connection)
            for field in _FIELDS
        ]
        for _n in range(count):
            values[place] = _NUMBER.get_db_prep_save(uuid4(), connection)
            rows.append(tuple(values))
    return rows


def insert(rows: Prepared) -> None:
    """This will write prepared records in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
