"""The one translator at the counter: what the form holds now, as the engine's Picture.

Lenient on purpose: it draws a page, it judges nothing. Unknown codes are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.http import QueryDict

from crossbank.catalog.models import Product
from crossbank.desk.forms import Row, rows
from crossbank.desk.models import Consultation
from crossbank.engine import right_codes
from crossbank.engine.conditions import Facts
from crossbank.engine.eligibility import local_day
from crossbank.engine.layers import facts_of
from crossbank.engine.offer_choice import OfferBook
from crossbank.engine.terms import CustomerKind, Picture, SaidNeed, Snapshot

_DIGIT = re.compile(r"([A-Z0-9-]+):([1-9])(?:,|\Z)")
KEPT_FIELDS = (
    "need", "customer_kind", "customer_ref", "note", "nothing_offered", "no_main", "came_for",
    "started_at", "replaces", "replace_reason", "uuid",
    "drawn_for", "bundle", "press_bundle", "right",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The form as it stands: what was typed, the codes on the three cards, the others' digits."""

    main: str
    values: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Row] = field(default_factory=dict)
    slots: tuple[str, ...] = ()
    digits: Mapping[str, str] = field(default_factory=dict)

    @property
    def customer_kind(self) -> CustomerKind:
        value = self.values.get("customer_kind", "")
        return CustomerKind(value) if value in list(CustomerKind) else CustomerKind.UNKNOWN

    @property
    def corrects(self) -> str:
        """The record that this form takes the place of; empty for a new one."""
        try:
            return str(UUID(self.values.get("replaces", "")))
        except ValueError:
            return ""

    @property
    def uuid(self) -> str:
        """The form's own key; a new one when there is none that could ever be saved."""
        try:
            return str(UUID(self.values.get("uuid", "")))
        except ValueError:
            return str(uuid4())


def draft(main: str, data: QueryDict) -> Draft:
    """Everything a person typed so far, so that nothing is lost when the page is drawn again."""
    return Draft(
        main=main,
        values={name: data.get(name, "") for name in KEPT_FIELDS},
        rows=rows(data),
        slots=tuple(data.get("slots", "").split(",")) if data.get("slots") else (),
        digits=dict(_DIGIT.findall(data.get("digits", ""))),
    )


def of_record(main: str, record: Consultation) -> Draft:
    """A saved record as a form again, to be corrected. Its story must be loaded."""
    answers = {
        item.product_code: Row(
            item=item.response,
            reason=item.reason,
            offer=item.offer.code if item.offer else "",
            consent="1" if item.consent_at else "",
            asked="1" if item.asked else "",
            due=item.due_on.isoformat() if item.due_on else "",
        )
        for item in record.items.all()
    }
    answers |= {held: Row(held="1") for held in record.held}
    values = {
        "need": record.need.code if record.need else "",
        "customer_kind": record.customer_kind,
        "note": record.note,
        "nothing_offered": record.nothing_offered,
        "no_main": "1" if record.bucket == "no_main" else "",
        "came_for": record.stepped_up_from,
        "replaces": str(record.uuid),
        "bundle": record.bundle_code,
        "right": _right_on_main(record),
    }
    answered = tuple(code for code, row in answers.items() if row.item)
    return Draft(main=main, values=values, rows=answers, slots=answered[:3])


def _right_on_main(record: Consultation) -> str:
    used = record.redemptions.standing().filter(item=None, grant__isnull=False)
    return used.values_list("grant__code", flat=True).first() or ""


def picture(
    draft: Draft,
    *,
    snapshot: Snapshot,
    offers: OfferBook,
    retired: tuple[str, ...],
    silenced: Mapping[str, date] = MappingProxyType({}),
    said: tuple[SaidNeed, ...] = (),
    facts: Facts,
    at: datetime,
    zone: ZoneInfo,
) -> Picture:
    """The engine's picture of this conversation at this moment in this branch."""
    known = {code: row for code, row in draft.rows.items() if code in snapshot.product}
    answered = tuple(code for code, row in known.items() if row.item)
    seen = Picture(
        main=draft.main,
        need=draft.values.get("need", ""),
        said=said,
        customer_kind=draft.customer_kind,
        presented=answered,
        taken=tuple(code for code in answered if known[code].item == "accepted"),
        held=tuple(code for code, row in known.items() if row.held and not row.item),
        kept=tuple((n, code) for n, code in enumerate(draft.slots[:3]) if code in answered),
        retired=retired,
        silenced=silenced,
        day=local_day(at, zone),
        facts=facts,
    )
    return replace(
        seen,
        offers=offers.choices(
            main=draft.main,
            customer_kind=draft.customer_kind,
            at=at,
            zone=zone,
            facts=facts_of(seen, "", snapshot),
            used=_used(draft, offers),
        ),
    )


def _used(draft: Draft, offers: OfferBook) -> dict[str, str]:
    """product -> code of the offer that is ticked on it, his right on the main product too."""
    used = {code: row.offer for code, row in draft.rows.items() if row.offer}
    shown = right_codes.read(draft.values.get("right", ""))
    on_main = (right.terms for right in offers.rights if right.code == shown)
    return used | {terms.cross: terms.code for terms in on_main if terms.cross == draft.main}


def retired_codes(snapshot: Snapshot, day: date) -> tuple[str, ...]:
    """Products of an edition that were withdrawn from sale since it was published."""
    on_sale = set(Product.objects.on_sale(day).values_list("code", flat=True))
    return tuple(code for code in snapshot.product if code not in on_sale)
