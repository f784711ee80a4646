"""The statements the ORM cannot say: insert-once, and add under a condition.

Both run on SQLite (3.35 on) and PostgreSQL. Names come from the models, values are parameters.
"""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from crossbank.desk.models import DaySheet, Receipt
from crossbank.engine.tally import Counts

COLUMNS = ("main_only", "plus_one", "plus_two", "no_main", "presented", "taken")
_SHEET = DaySheet._meta.db_table
_RECEIPT = Receipt._meta.db_table

_INSERT_RECEIPT = f"""
    INSERT INTO {_RECEIPT} (author_id, uuid, fingerprint, outcome, business_date, created_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (author_id, uuid) DO NOTHING
    RETURNING id
"""  # noqa: S608 - table names are the models' own
_ADD = f"""
    INSERT INTO {_SHEET} (employee_id, branch_id, business_date, changes, {", ".join(COLUMNS)})
    VALUES (%s, %s, %s, 1, {", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (employee_id, business_date) DO UPDATE
    SET changes = {_SHEET}.changes + 1,
        {", ".join(f"{name} = {_SHEET}.{name} + excluded.{name}" for name in COLUMNS)}
    WHERE {_SHEET}.closed_at IS NULL
    RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608
_SHIFT = f"""
    UPDATE {_SHEET}
    SET changes = changes + 1, {", ".join(f"{name} = {name} + %s" for name in COLUMNS)}
    WHERE employee_id = %s AND business_date = %s AND closed_at IS NULL
    RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608
# what a manager lets into a closed day: the one statement that does not ask whether it is open
_AMEND = f"""
    UPDATE {_SHEET}
    SET changes = changes + 1, {", ".join(f"{name} = {name} + %s" for name in COLUMNS)}
    WHERE employee_id = %s AND business_date = %s AND closed_at IS NOT NULL
    RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _values(counts: Counts) -> list[int]:
    return [getattr(counts, name) for name in COLUMNS]


def _counts(rows: list[tuple[Any, ...]]) -> Counts | None:
    return Counts(**dict(zip(COLUMNS, rows[0], strict=True))) if rows else None


def insert_receipt(
    *,
    author_id: int,
    uuid: UUID,
    fingerprint: str,
    outcome: dict[str, Any],
    business_date: date,
    at: datetime,
) -> bool:
    """This will keep the key unless this author used it before; False when he did.

    On PostgreSQL a second sender waits here until the first commits or rolls back.
    """
    key = Receipt._meta.get_field("uuid").get_db_prep_value(uuid, connection)
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(business_date)
    values = [author_id, key, fingerprint, json.dumps(outcome), day, moment]
    return bool(_rows(_INSERT_RECEIPT, values))


def add(*, employee_id: int, branch_id: int, business_date: date, counts: Counts) -> Counts | None:
    """This will add to the sheet, making it when it is the day's first; None when it is closed."""
    day = connection.ops.adapt_datefield_value(business_date)
    return _counts(_rows(_ADD, [employee_id, branch_id, day, *_values(counts)]))


def shift(*, employee_id: int, business_date: date, by: Counts) -> Counts | None:
    """This will move an existing sheet by a difference (corrections, voids); None when closed."""
    day = connection.ops.adapt_datefield_value(business_date)
    return _counts(_rows(_SHIFT, [*_values(by), employee_id, day]))


def amend(*, employee_id: int, business_date: date, by: Counts) -> Counts | None:
    """This will move a closed sheet by an accepted late entry; None when it is open or missing."""
    day = connection.ops.adapt_datefield_value(business_date)
    return _counts(_rows(_AMEND, [*_values(by), employee_id, day]))
