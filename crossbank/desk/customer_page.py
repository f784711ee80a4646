"""One page for the customer: what he took, on which terms, until when he may undo it, what he left.

It names nobody: no employee, no customer number, no note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any

from crossbank.desk.models import Bucket, Consultation, ConsultationItem, Redemption, Response
from crossbank.desk.right_papers import Paper
from crossbank.engine import receipt_codes, right_codes
from crossbank.engine.keeping import cancel_by
from crossbank.engine.terms import BenefitTerms, OfferTerms, ProductTerms, Snapshot
from crossbank.offers.services import thawed
from crossbank.org.models import Branch, OpeningHours


@dataclass(frozen=True, kw_only=True)
class Used:
    """An offer on its terms as they were. `free_until`: the last day without charge, where it is
    free first; `said_yes`: he agreed again to pay `later_price` from then on."""

    terms: OfferTerms
    free_until: date | None = None
    later_price: str = ""
    said_yes: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One product and its days: `cancel_by` and `sign_from` are None where none are given."""

    name: str
    price: str
    partner: str  # whose product it is; "" for the bank's own
    disclosure: str
    cancel_by: date | None
    reflect_days: int | None
    sign_from: date | None
    offer: Used | None = None
    bundle: str = ""
    comes_with: tuple[BenefitTerms, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpokenOf:
    """A product that was talked about and not taken; `again`: to talk again, on a day if agreed."""

    name: str
    again: bool = False
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Weekdays in a row with the same hours: Monday to Friday."""

    first: str
    last: str
    opens_at: time
    closes_at: time


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """`code`: finds this conversation again, as it is read aloud; empty where nobody asks for it."""

    code: str
    came_for: str  # what he came for and did not take; empty when he took it
    taken: tuple[Taken, ...]
    open_later: tuple[SpokenOf, ...]
    left: tuple[SpokenOf, ...]
    rights: tuple[Paper, ...]
    hours: tuple[Hours, ...]


def customer_page(
    record: Consultation,
    shown: Snapshot,
    *,
    uses: Sequence[tuple[Redemption, bool]] = (),
    rights: tuple[Paper, ...] = (),
    with_code: bool = False,
) -> CustomerPage:
    """This will read one record whose story is loaded; prices and days as in the edition shown.

    `uses`: as of `promises.uses_of`. What he withdrew from since is no offer of his.
    """
    items = tuple(record.items.all())
    has_main = record.bucket != Bucket.NO_MAIN
    used = {
        one.product_id: _used(one, shown, said_yes=said)
        for one, said in uses
        if not one.reversed_at
    }
    taken = [_item_taken(item, record, shown, used) for item in items if _is_taken(item)]
    if has_main:
        taken.insert(0, _main_taken(record, shown, used))
    not_taken = [item for item in items if not _is_taken(item)]
    return CustomerPage(
        code=right_codes.spoken(receipt_codes.code_of(record.uuid)) if with_code else "",
        came_for="" if has_main else record.main_name,
        taken=tuple(taken),
        open_later=tuple(_spoken(i) for i in not_taken if i.response != Response.DECLINED),
        left=tuple(_spoken(i) for i in not_taken if i.response == Response.DECLINED),
        rights=rights,
        hours=_hours(record.branch),
    )


def _is_taken(item: ConsultationItem) -> bool:
    return item.response == Response.ACCEPTED


def _used(use: Redemption, shown: Snapshot, *, said_yes: bool) -> Used:
    terms = thawed(use.terms)
    if use.charged_from is None:
        return Used(terms=terms)
    return Used(
        terms=terms,
        free_until=use.free_until,
        later_price=terms.price_alone_text or shown.product[terms.cross].price_text,
        said_yes=said_yes,
    )


def _main_taken(record: Consultation, shown: Snapshot, used: dict[int, Used]) -> Taken:
    product, offer = shown.product[record.main_code], used.get(record.main_id)
    given = (shown.benefit.get(kept["code"]) for kept in record.comes_with)
    return Taken(
        name=record.main_name,
        price=(offer.terms.price_with_text if offer else "") or product.price_text,
        offer=offer,
        comes_with=tuple(filter(None, given)),
        **_terms(product, record),
    )


def _item_taken(
    item: ConsultationItem, record: Consultation, shown: Snapshot, used: dict[int, Used]
) -> Taken:
    terms = record.bundle_terms or {}
    in_bundle = item.product_code in terms.get("parts", ())
    return Taken(
        name=item.product_name,
        price=item.price_shown,
        offer=used.get(item.product_id),
        bundle=terms["name"] if in_bundle else "",
        **_terms(shown.product[item.product_code], record),
    )


def _terms(product: ProductTerms, record: Consultation) -> dict[str, Any]:
    """The last day on which it may be cancelled counts: the day of the conversation plus N."""
    start, days, wait = record.business_date, product.withdrawal_days, product.reflection_days
    return {
        "partner": product.partner_name,
        "disclosure": product.disclosure,
        "cancel_by": cancel_by(start, days),
        "reflect_days": wait or None,
        "sign_from": start + timedelta(days=wait) if wait else None,
    }


def _spoken(item: ConsultationItem) -> SpokenOf:
    again = item.response == Response.FOLLOW_UP
    return SpokenOf(name=item.product_name, again=again, on=item.due_on)


def _hours(branch: Branch) -> tuple[Hours, ...]:
    rows = list(OpeningHours.objects.filter(branch=branch).order_by("weekday"))
    # a run: the same hours on weekdays that follow each other
    runs = groupby(
        enumerate(rows), lambda one: (one[1].weekday - one[0], one[1].opens_at, one[1].closes_at)
    )
    found = []
    for (_place, opens_at, closes_at), group in runs:
        days = [row for _n, row in group]
        first, last = days[0].get_weekday_display(), days[-1].get_weekday_display()
        found.append(
            Hours(
                first=str(first),
                last=str(last) if len(days) > 1 else "",
                opens_at=opens_at,
                closes_at=closes_at,
            )
        )
    return tuple(found)
