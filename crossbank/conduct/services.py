"""The only writer of the trail."""

from datetime import datetime
from typing import Any

from crossbank.conduct.models import AuditEntry
from crossbank.org.models import User


def record(
    *, action: str, subject: str, detail: dict[str, Any] | None = None, at: datetime, by: User
) -> AuditEntry:
    """This will add one entry in the caller's transaction: when it fails, the act fails too."""
    entry = AuditEntry(
        at=at,
        actor=by.username,
        actor_role=by.role,
        branch_code=by.branch.code if by.branch else "",
        action=action,
        subject=subject[:100],
        detail=detail or {},
    )
    entry.save(force_insert=True)
    return entry
