"""What a customer has already and what he said before, as his earlier records tell it.

His number stands in the form and comes in a request's body only. A known product enters the form
as `held-<CODE>` with the mark `known-<CODE>`; without its tick it becomes `nothold-<CODE>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from crossbank.conduct.references import reference_hash
from crossbank.desk.forms import Row
from crossbank.desk.models import Bucket, Consultation, DeclineReason, Redemption, Response
from crossbank.desk.pictures import Draft
from crossbank.engine.terms import SaidNeed, Snapshot
from crossbank.org import switches
from crossbank.voice import profiles

_ROWS = 300  # one customer's; more stand behind a number that is nobody's


@dataclass(frozen=True, kw_only=True)
class Known:
    """Of one customer: product code -> known since; and the needs he named before."""

    held: Mapping[str, date] = field(default_factory=dict)
    said: tuple[SaidNeed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """A product the customer has: `since` is None when he said so just now."""

    code: str
    name: str
    since: date | None


def known_of(draft: Draft, *, areas: Mapping[str, bool], day: date) -> Known:
    """What earlier conversations tell of the customer in the form; asks nothing without a number."""
    reference = reference_hash(draft.values.get("customer_ref", ""))
    if not reference or not areas.get(switches.CUSTOMER_REFERENCE):
        return Known()
    asks = areas[switches.NEED_PROFILE]
    return Known(
        held=held_since(reference, on=day, corrects=draft.corrects),
        said=profiles.said(customer_ref=reference, day=day) if asks else (),
    )


def held_since(reference: str, *, on: date, corrects: str = "") -> dict[str, date]:
    """This will read from the standing records of one hash what he holds, in one query.

    The latest word counts: taken, come for or “has it already” begins it; presented again with
    another answer ends it, because nobody is offered what he has. So does withdrawing in time, and
    a free time that was over by `on` without a second yes. The record that is being corrected
    says nothing.
    """
    records = Consultation.objects.standing().filter(customer_ref=reference)
    if corrects:
        records = records.exclude(uuid=corrects)
    since: dict[str, date] = {}
    for day, bucket, main, main_gone, held, code, gone, response, reason in _told(records, on):
        has = list(held)
        if main_gone:
            since.pop(main, None)
        elif bucket != Bucket.NO_MAIN:
            has.append(main)
        if not gone and (response == Response.ACCEPTED or reason == DeclineReason.HAS_IT):
            has.append(code)
        elif code:
            since.pop(code, None)
        for one in has:
            since.setdefault(one, day)
    return since


def _told(records: QuerySet[Consultation], on: date) -> list[tuple[Any, ...]]:
    """What the records say, the oldest first, one row for each answer."""
    ended = Redemption.objects.ended(on).filter(consultation=OuterRef("pk"))
    told = records.annotate(
        main_gone=Exists(ended.filter(item=None)),
        item_gone=Exists(ended.filter(item=OuterRef("items"))),
    )
    rows = told.order_by("-business_date", "-pk").values_list(
        "business_date", "bucket", "main_code", "main_gone", "held",
        "items__product_code", "item_gone", "items__response", "items__reason",
    )[:_ROWS]  # fmt: skip
    return list(reversed(rows))


def with_known(draft: Draft, known: Known) -> Draft:
    """The form with what is known filled in; what was said in this conversation comes first."""
    rows = {code: _without_mark(row) for code, row in draft.rows.items()}
    for code in known.held:
        row = rows.get(code, Row())
        if code != draft.main and not (row.nothold or row.item or row.asked or row.held):
            rows[code] = replace(row, held="1", known="1")
    return replace(draft, rows=rows)


def _without_mark(row: Row) -> Row:
    """What was filled in when the page was drawn last, taken back: it is looked up again."""
    if not row.known:
        return row
    denied = not row.held and not row.item
    return replace(row, held="", known="", nothold="1" if denied else row.nothold)


def held_lines(
    draft: Draft, known: Known, snapshot: Snapshot, *, shown: set[str]
) -> tuple[Held, ...]:
    """What the customer has already, without a card on which that could be taken back."""
    return tuple(
        Held(
            code=code,
            name=snapshot.product[code].name,
            since=known.held.get(code) if row.known else None,
        )
        for code, row in draft.rows.items()
        if row.held and not row.item and code in snapshot.product and code not in shown
    )
