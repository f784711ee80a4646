"""Whose database is this? The demo and the simulator keep out of a real bank's."""

from enum import StrEnum

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from crossbank.catalog.models import Product
from crossbank.conduct.marker import demo_mark
from crossbank.conduct.models import AuditEntry
from crossbank.org.models import User


class State(StrEnum):
    EMPTY = "empty"
    DEMO = "demo"
    FOREIGN = "foreign"


def state() -> State:
    """This will look before anything is migrated or written; tables may be missing."""
    tables = set(connection.introspection.table_names())
    ours = {*connection.introspection.django_table_names(), "django_migrations"}
    if tables - ours:
        return State.FOREIGN
    if _has(tables, AuditEntry) and demo_mark():
        return State.DEMO
    in_use = any(_has(tables, model) and model.objects.exists() for model in (User, Product))
    return State.FOREIGN if in_use else State.EMPTY


def _has(tables: set[str], model: type[User | Product | AuditEntry]) -> bool:
    return model._meta.db_table in tables


def refuse_foreign(found: State, *, command: str) -> None:
    """Raises CommandError on a database that is not the demo's, unless DEBUG is on."""
    if found is State.FOREIGN and not settings.DEBUG:
        raise CommandError(
            f"This database is in use and was not made by `demo`, so `{command}` leaves it alone. "
            "Point DATABASE_URL at an empty database (or remove it to use var/crossbank.sqlite3)."
        )
