"""Many rows at once: by COPY where the database can, else in large batches."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models


def write(rows: Sequence[models.Model]) -> None:
    """This will insert rows of one model, unsaved, and give them their numbers.

    Rows that they point at must have theirs.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor == "postgresql":
        _number(model, rows)
        _copy(model, rows)
    else:
        model.objects.bulk_create(rows)


def _number(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = model._meta.concrete_fields
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in fields)
    readers = [_reader(field) for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([reader(row) for reader in readers])


def _reader(field: models.Field) -> Callable[[models.Model], Any]:
    """What COPY writes of a field. A reference is read from the row it points at, which may have
    got its number only now; plain values go as they are, which is most of the time that this saves."""
    if isinstance(field, models.ForeignKey):

        def reference(row: models.Model) -> Any:
            if field.is_cached(row) and (other := getattr(row, field.name)) is not None:
                return other.pk
            return getattr(row, field.attname)

        return reference
    if isinstance(field, models.JSONField):
        return lambda row: field.get_db_prep_save(getattr(row, field.attname), connection)
    return lambda row: getattr(row, field.attname)
