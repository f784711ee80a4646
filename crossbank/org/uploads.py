"""Workbooks between sending and confirming: kept for a day, for the person who sent them."""

from datetime import datetime, timedelta
from typing import Any

from crossbank.org.models import Upload, User

KEPT = timedelta(days=1)


class CannotTakeOver(Exception):
    """Something in the workbook stands against it; `plan.troubles` name the cells."""

    def __init__(self, plan: Any) -> None:
        super().__init__(f"{len(plan.troubles)} troubles")
        self.plan = plan


class Moved(Exception):
    """What would be written is not what was shown: somebody else was faster. `plan` is the new one."""

    def __init__(self, plan: Any) -> None:
        super().__init__("not what was shown")
        self.plan = plan


def keep(*, kind: str, content: bytes, at: datetime, by: User) -> Upload:
    """This will keep a workbook instead of the person's earlier one, and forget old ones."""
    Upload.objects.filter(at__lt=at - KEPT).delete()
    found, _new = Upload.objects.update_or_create(
        kind=kind, by=by, defaults={"at": at, "content": content}
    )
    return found


def kept(*, kind: str, at: datetime, by: User) -> Upload | None:
    """The person's workbook that waits to be confirmed, unless a day has passed."""
    return Upload.objects.filter(kind=kind, by=by, at__gte=at - KEPT).first()


def forget(*, kind: str, by: User) -> None:
    Upload.objects.filter(kind=kind, by=by).delete()
