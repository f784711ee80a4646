"""The one translator at the counter: what the form holds now, as the engine's Picture.

Lenient on purpose: it draws a page, it judges nothing. Unknown codes are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.http import QueryDict

from crossbank.catalog.models import Product
from crossbank.desk.forms import Row, rows
from crossbank.desk.models import Consultation
from crossbank.engine.eligibility import OfferBook, local_day
from crossbank.engine.terms import CustomerKind, Picture, Snapshot

_DIGIT = re.compile(r"([A-Z0-9-]+):([1-9])(?:,|\Z)")
KEPT_FIELDS = (
    "need", "customer_kind", "customer_ref", "note", "nothing_offered", "no_main", "came_for",
    "started_at", "replaces", "replace_reason", "uuid",
    "drawn_for", "bundle", "press_bundle",
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
    }
    answered = tuple(code for code, row in answers.items() if row.item)
    return Draft(main=main, values=values, rows=answers, slots=answered[:3])


def picture(
    draft: Draft,
    *,
    snapshot: Snapshot,
    offers: OfferBook,
    retired: tuple[str, ...],
    at: datetime,
    zone: ZoneInfo,
) -> Picture:
    """The engine's picture of this conversation at this moment in this branch."""
    known = {code: row for code, row in draft.rows.items() if code in snapshot.product}
    answered = tuple(code for code, row in known.items() if row.item)
    return Picture(
        main=draft.main,
        need=draft.values.get("need", ""),
        customer_kind=draft.customer_kind,
        presented=answered,
        taken=tuple(code for code in answered if known[code].item == "accepted"),
        held=tuple(code for code, row in known.items() if row.held and not row.item),
        kept=tuple((n, code) for n, code in enumerate(draft.slots[:3]) if code in answered),
        retired=retired,
        day=local_day(at, zone),
        offers=offers.choices(
            main=draft.main,
            customer_kind=draft.customer_kind,
            at=at,
            zone=zone,
        ),
    )


def retired_codes(snapshot: Snapshot, day: date) -> tuple[str, ...]:
    """Products of an edition that were withdrawn from sale since it was published."""
    on_sale = set(Product.objects.on_sale(day).values_list("code", flat=True))
    return tuple(code for code in snapshot.product if code not in on_sale)
