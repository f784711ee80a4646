"""An entry that waits: as plain values and back, its contact numbers under seal."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from crossbank.conduct.references import seal, unseal
from crossbank.desk.entries import Answer, Entry

Plain = dict[str, Any]
_MOMENTS = ("started_at", "client_saved_at")
_KEYS = ("uuid", "replaces")


def to_plain(entry: Entry) -> Plain:
    """What JSON can hold; the customer's number is a hash already."""
    plain = asdict(entry)
    for name in (*_MOMENTS, *_KEYS):
        plain[name] = str(plain[name]) if plain[name] else None
    for answer in plain["answers"]:
        answer["due_on"] = answer["due_on"].isoformat() if answer["due_on"] else None
        answer["contact"] = seal(answer["contact"])
    return plain


def from_plain(plain: Plain) -> Entry:
    """The entry again, number by number as it was typed."""
    values = {**plain, "held": tuple(plain["held"])}
    for name in _MOMENTS:
        values[name] = parse_datetime(plain[name]) if plain[name] else None
    for name in _KEYS:
        values[name] = UUID(plain[name]) if plain[name] else None
    values["answers"] = tuple(_answer(answer) for answer in plain["answers"])
    return Entry(**values)


def _answer(plain: Plain) -> Answer:
    due_on = date.fromisoformat(plain["due_on"]) if plain["due_on"] else None
    return Answer(**{**plain, "due_on": due_on, "contact": unseal(plain["contact"])})


def without_numbers(plain: Plain) -> Plain:
    """The same once it is decided: the number went to its call, or is nobody's business."""
    return {**plain, "answers": [{**answer, "contact": ""} for answer in plain["answers"]]}
