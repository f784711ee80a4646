"""The mark of a demo database: written when it was empty, so that a real one never carries it."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from crossbank.conduct import services
from crossbank.conduct.models import AuditEntry
from crossbank.org.models import User

DEMO_LOADED = "demo_loaded"


def mark_demo(*, detail: dict[str, Any], at: datetime, by: User) -> AuditEntry:
    """This will mark the database as a demo, for good: the trail is append-only."""
    entry = services.record(action=DEMO_LOADED, subject="sample bank", detail=detail, at=at, by=by)
    is_demo.cache_clear()
    return entry


def demo_mark() -> AuditEntry | None:
    """The newest mark, with what was loaded in `detail`; None on any other database."""
    return AuditEntry.objects.filter(action=DEMO_LOADED).order_by("pk").last()


@lru_cache(maxsize=1)
def is_demo() -> bool:
    """Asked for on every page, so read once per process; tests call `is_demo.cache_clear()`."""
    return AuditEntry.objects.filter(action=DEMO_LOADED).exists()
