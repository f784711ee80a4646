"""The offer of one card in words: what it gives and until when, or that it is over and what holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from math import ceil

from django.utils.translation import gettext as _

from crossbank.desk.words import reason_words
from crossbank.engine import right_codes
from crossbank.engine.eligibility import ends_early
from crossbank.engine.terms import (
    LiveOffer,
    OfferChoice,
    OfferTerms,
    ProductTerms,
    ReasonKind,
    Snapshot,
)

_OVER = {ReasonKind.ENDED, ReasonKind.PAUSED}


@dataclass(frozen=True, kw_only=True)
class OfferLine:
    """An offer on a card: what it gives, and its clock as the server sees it."""

    code: str
    name: str
    only_now: bool
    benefit: str
    say: str
    price_with: str
    price_alone: str
    last_day: date | None
    ends_here: datetime | None  # his right, over before that day is
    seconds_left: int | None
    right: str  # the customer's own, as it is read aloud
    ask: str  # what its conditions leave to be asked first
    version: int  # of its terms
    is_shared: bool  # one of several products whose offers exclude each other


@dataclass(frozen=True, kw_only=True)
class Ended:
    """An offer that was ticked and does not hold any more; `name` is empty where nobody knows it."""

    name: str
    words: str


def offer_line(
    live: LiveOffer,
    snapshot: Snapshot,
    *,
    at: datetime,
    zone: tzinfo,
    shared: Collection[str],
) -> OfferLine:
    """The clock runs on seconds left, as the server counts them (branch PCs are often wrong).

    A countdown is for a window that closes for everybody; a right that begins today shows its
    last day instead. It never ends before the server says so.
    """
    terms = live.terms
    counts_down = live.ends_at is not None and terms.window == "fixed" and live.right is None
    left = ceil((live.ends_at - at).total_seconds()) if live.ends_at else None
    early = live.last_day and live.ends_at and ends_early(live.last_day, live.ends_at, zone)
    return OfferLine(
        code=terms.code,
        name=terms.name,
        only_now=live.only_now,
        benefit=terms.benefit_text,
        say=terms.say,
        price_with=terms.price_with_text,
        price_alone=terms.price_alone_text,
        last_day=live.last_day,
        ends_here=live.ends_at if early else None,
        seconds_left=left if counts_down else None,
        right=right_codes.spoken(live.right.code) if live.right else "",
        ask=reason_words(live.ask, snapshot) if live.ask else "",
        version=terms.version,
        is_shared=terms.exclusion_group in shared,
    )


def ended(
    code: str, choice: OfferChoice, product: ProductTerms, snapshot: Snapshot
) -> Ended | None:
    """This will say why the ticked offer does not hold any more, and what holds instead of it.

    None while it holds. One that nobody knows any more (archived, a right that is over) has ended.
    """
    if not code or (choice.live and choice.live.terms.code == code):
        return None
    lost = next((one for one in choice.losing if one.terms.code == code), None)
    if lost is None or lost.reason.kind in _OVER:
        why = _("This offer has ended.")
    else:
        why = _("This offer does not apply: %(why)s.") % {
            "why": reason_words(lost.reason, snapshot)
        }
    if choice.live:
        holds = _("What still holds: “%(offer)s”.") % {"offer": choice.live.terms.name}
    else:
        price = {"product": product.name, "price": product.price_text}
        holds = _("What still holds: %(product)s, %(price)s.") % price
    return Ended(name=lost.terms.name if lost else "", words=f"{why} {holds}")


def shared_groups(choices: Iterable[OfferChoice], *, on_main: Iterable[OfferTerms]) -> set[str]:
    """This will name the groups with offers on several products: using one turns the others off.

    `on_main`: of his rights to the main product itself.
    """
    found: dict[str, set[str]] = {}
    for terms in (*_all_terms(choices), *on_main):
        found.setdefault(terms.exclusion_group, set()).add(terms.cross)
    return {group for group, crosses in found.items() if group and len(crosses) > 1}


def _all_terms(choices: Iterable[OfferChoice]) -> Iterable[OfferTerms]:
    for choice in choices:
        yield from (one.terms for one in choice.losing)
        if choice.live:
            yield choice.live.terms
