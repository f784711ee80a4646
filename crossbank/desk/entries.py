"""A save as values: what the form said, before anything is judged or written."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from crossbank.conduct.references import reference_hash

# What measures the typing or the clock, not the content: two sends of one save may differ in it.
_NOT_CONTENT = {"client_saved_at", "hands_on_ms"}
_LATER = {"contact", "for_branch", "language", "offer_version"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the customer said to one presented product.

    `offer_version`: the version of the offer's terms that was on the card; None when nobody says.
    """

    code: str
    response: str
    reason: str = ""
    offer: str = ""
    offer_version: int | None = None
    consent: bool = False
    asked: bool = False
    due_on: date | None = None
    contact: str = field(default="", repr=False)  # in clear, on its way to the seal
    for_branch: bool = False  # anybody there may call
    language: str = ""  # of the call; "" for that of whoever calls

    def content(self) -> dict[str, Any]:
        """Its fields for the fingerprint: of the number only a keyed hash.

        What came later is left out where it says nothing: a receipt written before still is what
        the same save gives today.
        """
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["contact"] = reference_hash(self.contact)
        return {name: value for name, value in values.items() if value or name not in _LATER}


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
    right: str = ""
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
            (answer.content() for answer in self.answers),
            key=lambda answer: answer["code"],
        )
        content["held"] = sorted(self.held)
        if not self.right:  # as it was before there were rights: a retry must find its receipt
            del content["right"]
        text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
