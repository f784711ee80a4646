"""A save as values: what the form said, before anything is judged or written."""

import hashlib
import hmac
import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

# What measures the typing or the clock, not the content: two sends of one save may differ in it.
_NOT_CONTENT = {"client_saved_at", "hands_on_ms"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the customer said to one presented product."""

    code: str
    response: str
    reason: str = ""
    offer: str = ""
    consent: bool = False
    asked: bool = False
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One consultation as it was entered. `paper_taken`: catch-up from the paper sheet."""

    uuid: UUID
    main: str
    edition: int
    need: str = ""
    customer_kind: str = ""
    customer_ref: str = ""  # already hashed
    note: str = ""
    started_at: datetime | None = None
    client_saved_at: datetime | None = None
    hands_on_ms: int | None = None
    came_for: str = ""
    bundle: str = ""
    answers: tuple[Answer, ...] = ()
    held: tuple[str, ...] = ()
    nothing_offered: str = ""
    no_main: bool = False
    replaces: UUID | None = None
    replace_reason: str = ""
    paper_taken: int | None = None

    @property
    def accepted(self) -> tuple[str, ...]:
        return tuple(answer.code for answer in self.answers if answer.response == "accepted")

    @property
    def presented(self) -> tuple[str, ...]:
        return tuple(answer.code for answer in self.answers)

    def fingerprint(self) -> str:
        """The content, whatever the order in which it was sent (contract: replay)."""
        content = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in _NOT_CONTENT
        }
        content["answers"] = sorted(
            ({f.name: getattr(answer, f.name) for f in fields(answer)} for answer in self.answers),
            key=lambda answer: answer["code"],
        )
        content["held"] = sorted(self.held)
        text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def reference_hash(reference: str) -> str:
    """The bank's customer number as a keyed hash: the same number gives the same hash (C13)."""
    plain = "".join(reference.split()).upper()
    if not plain:
        return ""
    return hmac.new(settings.REFERENCE_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()
