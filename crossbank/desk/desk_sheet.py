"""The desk sheet: one row of the matrix on one A5 page, with the offers of its day."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.desk.pictures import retired_codes
from crossbank.desk.words import reason_words
from crossbank.engine import eligibility
from crossbank.engine.advice import advise
from crossbank.engine.terms import (
    CustomerKind,
    LiveOffer,
    OfferChoice,
    Picture,
    ProductTerms,
    Refusal,
    Snapshot,
    Suggestion,
    WindowKind,
)
from crossbank.matrix import editions, tables
from crossbank.matrix.models import Rating
from crossbank.offers import services as offers
from crossbank.org import switches
from crossbank.org.access import EVERYONE, requires
from crossbank.org.context import areas_of
from crossbank.web import answers


@dataclass(frozen=True, kw_only=True)
class SheetOffer:
    """An offer on paper: a last day only where it is the same for everybody who reads the sheet."""

    name: str
    price_with: str
    price_alone: str
    benefit: str
    say: str
    window: str  # "only now", or days after something, in the offer's own words
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class SheetCard:
    product: ProductTerms
    rating: str
    rating_label: str | Promise
    reason: str
    benefit: str
    say: str
    do_not_say: str
    may_accept: bool
    offer: SheetOffer | None


@dataclass(frozen=True, kw_only=True)
class NotNow:
    """A product that is not offered beside the main, or only later, and why."""

    code: str
    name: str
    why: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One main product's row, as it is printed. `valid_until` is the earliest last day on it."""

    main: ProductTerms
    is_retired: bool
    cards: tuple[SheetCard, ...]
    also: tuple[SheetCard, ...]
    later: tuple[NotNow, ...]
    never: tuple[NotNow, ...]
    disclosures: tuple[ProductTerms, ...]
    valid_until: date | None


def compose(
    snapshot: Snapshot,
    *,
    main: ProductTerms,
    choices: dict[str, OfferChoice],
    retired: tuple[str, ...] = (),
) -> Sheet:
    """This will put on paper what advice says to a customer nobody knows anything about yet."""
    advice = advise(snapshot, Picture(main=main.code, offers=choices, retired=retired))
    cards = tuple(map(_card, advice.cards))
    also = tuple(map(_card, advice.more))
    last_days = [c.offer.last_day for c in (*cards, *also) if c.offer and c.offer.last_day]
    return Sheet(
        main=main,
        is_retired=main.code in retired,
        cards=cards,
        also=also,
        later=tuple(
            _not_now(refusal, snapshot)
            for refusal in advice.why_not
            if refusal.product.code not in retired
        ),
        never=tuple(_not_now(refusal, snapshot) for refusal in advice.not_allowed),
        disclosures=tuple(p for p in (main, *(c.product for c in cards)) if p.disclosure),
        valid_until=min(last_days, default=None),
    )


def _card(suggestion: Suggestion) -> SheetCard:
    pair = suggestion.pair
    return SheetCard(
        product=suggestion.product,
        rating=pair.rating.value,
        rating_label=Rating(pair.rating).label,
        reason=pair.reason,
        benefit=pair.benefit,
        say=pair.say,
        do_not_say=pair.do_not_say,
        may_accept=suggestion.may_accept,
        offer=_offer(suggestion.offer) if suggestion.offer else None,
    )


def _offer(live: LiveOffer) -> SheetOffer:
    terms = live.terms
    # a window after an event is counted from each customer's own day: no date for paper
    is_dated = terms.window is WindowKind.FIXED
    return SheetOffer(
        name=terms.name,
        price_with=terms.price_with_text,
        price_alone=terms.price_alone_text,
        benefit=terms.benefit_text,
        say=terms.say,
        window="" if is_dated else terms.window_text or _("only in this conversation"),
        last_day=live.last_day if is_dated else None,
    )


def _not_now(refusal: Refusal, snapshot: Snapshot) -> NotNow:
    return NotNow(
        code=refusal.product.code,
        name=refusal.product.name,
        why=reason_words(refusal.reason, snapshot),
        instead=refusal.pair.instead,
    )


def live_choices(*, main: str, at: datetime, zone: tzinfo) -> dict[str, OfferChoice]:
    """The offers beside a main product, for a customer nobody knows."""
    terms = offers.all_terms().values()
    return offers.choices(terms, main=main, customer_kind=CustomerKind.UNKNOWN, at=at, zone=zone)


@requires(*EVERYONE)
@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """On the screen it looks like the paper; the print button makes the paper."""
    at, zone = timezone.now(), timezone.get_current_timezone()
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        return render(request, "matrix/no_edition.html")
    snapshot = edition.for_reader
    main = snapshot.product.get(code)
    if main is None or not main.is_main:
        return _no_sheet(request, main)
    day = eligibility.local_day(at, zone)
    with_offers = areas_of(request)[switches.OFFERS]
    choices = live_choices(main=code, at=at, zone=zone) if with_offers else {}
    found = compose(snapshot, main=main, choices=choices, retired=retired_codes(snapshot, day))
    context = {
        "sheet": found,
        "edition": edition,
        "today": day,
        "legend": tables.legend(snapshot)[:3],
    }
    return render(request, "matrix/sheet.html", context)


def _no_sheet(request: HttpRequest, product: ProductTerms | None) -> HttpResponse:
    if product is None:
        message = _("The matrix in force has no product of this code.")
    else:
        message = _("Nobody comes for “%(name)s”: it is offered beside other products.") % {
            "name": product.name
        }
    return answers.problem(request, 404, "not_found", message, template="404.html")
