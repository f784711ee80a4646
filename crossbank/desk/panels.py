"""Step 2 as values: the panel of one main product, ready for its template.

One panel is drawn the same way for the preloaded templates, the page without JavaScript, a
re-ranked fragment and a refused save.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crossbank.desk.forms import Row
from crossbank.desk.pictures import Draft, picture
from crossbank.desk.words import reason_words
from crossbank.engine.advice import advise
from crossbank.engine.eligibility import OfferBook
from crossbank.engine.terms import (
    Advice,
    LiveOffer,
    NeedTerms,
    PairTerms,
    ProductTerms,
    Rating,
    ReasonKind,
    Refusal,
    Snapshot,
    StepUp,
    Suggestion,
)
from crossbank.matrix.editions import Loaded
from crossbank.matrix.models import Rating as RatingLabel

# said elsewhere on the card: the chip, the price, the offer line
_QUIET = {
    ReasonKind.RATING,
    ReasonKind.FREE,
    ReasonKind.OFFER,
    ReasonKind.ASK_FIRST,
    ReasonKind.OTHER_FAMILY,
    ReasonKind.ADVISER_ONLY,
    ReasonKind.DEFERRED,
}


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
    seconds_left: int | None


@dataclass(frozen=True, kw_only=True)
class Card:
    """One product that may be presented; `row` is what was answered so far."""

    code: str
    name: str
    rating: str
    rating_label: str
    why: str
    say: str
    do_not_say: str
    price: str
    needs_consent: bool
    may_accept: bool
    cannot_accept_because: str
    disclosure: str
    withdrawal_days: int | None
    reasons: tuple[str, ...] = ()
    offer: OfferLine | None = None
    losing: tuple[str, ...] = ()
    row: Row = field(default_factory=Row)
    asked: bool = False
    instead: str = ""
    key: str = ""
    blocked_by: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def spoken_of(self) -> bool:
        """Asked for or answered: it stays in sight, wherever the ranking puts it."""
        return self.asked or bool(self.row.item)


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    code: str
    name: str
    reason: str
    instead: str
    held: bool


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Everything step 2 shows for one main product."""

    main: ProductTerms
    edition: int
    question: str
    needs: tuple[NeedTerms, ...]
    need_name: str
    cards: tuple[Card, ...]
    spoken_of: tuple[Card, ...]
    more: tuple[Card, ...]
    offer_line: Card | None
    not_allowed: tuple[WhyNot, ...]
    why_not: tuple[WhyNot, ...]
    steps_up: tuple[StepUp, ...]
    step_up_products: dict[str, ProductTerms]
    others: tuple[ProductTerms, ...]
    draft: Draft
    slots: str
    digits: str
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def drawn(self) -> tuple[Card, ...]:
        return (*self.cards, *self.spoken_of, *self.more)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What every panel of a branch shares at one moment: edition, offers, retired codes, clock."""

    loaded: Loaded
    offers: OfferBook
    retired: tuple[str, ...]
    at: datetime
    zone: ZoneInfo

    @property
    def snapshot(self) -> Snapshot:
        return self.loaded.snapshot


def panel(draft: Draft, counter: Counter, *, errors: dict[str, list[str]] | None = None) -> Panel:
    """This will ask the engine and dress its answer for the template."""
    snapshot = counter.snapshot
    main = snapshot.product[draft.main]
    advice = advise(
        snapshot,
        picture(
            draft,
            snapshot=snapshot,
            offers=counter.offers,
            retired=counter.retired,
            at=counter.at,
            zone=counter.zone,
        ),
    )
    errors = errors or {}
    cards = tuple(
        replace(_card(s, draft, counter), key=str(n), errors=_errors_of(s.code, errors))
        for n, s in enumerate(advice.cards, start=1)
    )
    line = advice.offer_line.code if advice.offer_line else ""
    others = tuple(
        replace(card, errors=_errors_of(card.code, errors))
        for card in _keyed(_more(advice, draft, counter), draft, first=len(cards) + 1, line=line)
    )
    more = tuple(card for card in others if not card.spoken_of)
    return Panel(
        main=main,
        edition=counter.loaded.number,
        question=main.purpose_question,
        needs=snapshot.needs_of(draft.main),
        need_name=_need_name(draft, snapshot),
        cards=cards,
        spoken_of=tuple(card for card in others if card.spoken_of),
        more=more,
        offer_line=next((card for card in more if card.code == line), None),
        not_allowed=tuple(_why_not(refusal, snapshot) for refusal in advice.not_allowed),
        why_not=tuple(_why_not(refusal, snapshot) for refusal in advice.why_not),
        steps_up=advice.steps_up,
        step_up_products={
            step.better: snapshot.product[step.better]
            for step in advice.steps_up
            if step.better in snapshot.product
        },
        others=_others(draft, snapshot, counter.retired),
        draft=draft,
        slots=",".join(card.code for card in cards),
        digits=",".join(f"{card.code}:{card.key}" for card in others if card.key),
        errors=_other_errors(errors, {card.code for card in (*cards, *others)}),
    )


def _need_name(draft: Draft, snapshot: Snapshot) -> str:
    need = snapshot.need.get(draft.values.get("need", ""))
    return need.name if need else ""


def _more(advice: Advice, draft: Draft, counter: Counter) -> tuple[Card, ...]:
    """The rest of the row, the products he asked for, and answered ones that dropped out since."""
    snapshot = counter.snapshot
    ranked = (_card(s, draft, counter) for s in advice.more)
    shown = {s.code for s in (*advice.cards, *advice.more)}
    extra = (
        _asked_card(snapshot.product[code], row, draft, snapshot)
        for code, row in draft.rows.items()
        if (row.asked or row.item)
        and code not in shown
        and code in snapshot.product
        and code != draft.main
    )
    return (*extra, *ranked)


def _keyed(cards: tuple[Card, ...], draft: Draft, *, first: int, line: str) -> tuple[Card, ...]:
    """Digits behind the three. A card that was spoken of keeps its own; of the others the offer
    line's comes first, then the row in its order; what was asked for takes them from 9 downwards.
    """
    keys = {card.code: draft.digits.get(card.code, "") for card in cards if card.spoken_of}
    free = [str(n) for n in range(first, 10) if str(n) not in keys.values()]
    for card in sorted(cards, key=lambda card: card.code != line):
        if free and not keys.get(card.code):
            keys[card.code] = free.pop(-1 if card.asked else 0)
    return tuple(replace(card, key=keys.get(card.code, "")) for card in cards)


def _errors_of(code: str, errors: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(
        message
        for field, messages in errors.items()
        if field.partition("-")[2] == code
        for message in messages
    )


def _other_errors(errors: dict[str, list[str]], shown: set[str]) -> dict[str, list[str]]:
    """Errors that stand on no card: those of the whole form, and those of products not shown."""
    found = {}
    for name, messages in errors.items():
        code = name.partition("-")[2]
        if not code:
            found[name] = messages
        elif code not in shown:
            found[name] = [f"{code[:40]}: {message}" for message in messages]
    return found


def _card(suggestion: Suggestion, draft: Draft, counter: Counter) -> Card:
    snapshot, product, pair = counter.snapshot, suggestion.product, suggestion.pair
    return Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value,
        rating_label=str(RatingLabel(pair.rating.value).label),
        why=pair.reason,
        say=pair.say,
        do_not_say=pair.do_not_say,
        price=product.price_text,
        needs_consent=product.needs_consent,
        may_accept=suggestion.may_accept,
        cannot_accept_because=_cannot(product),
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        reasons=tuple(
            reason_words(reason, snapshot)
            for reason in suggestion.reasons
            if reason.kind not in _QUIET
        ),
        offer=_offer_line(suggestion.offer, counter) if suggestion.offer else None,
        losing=tuple(
            f"{losing.terms.name}: {reason_words(losing.reason, snapshot)}"
            for losing in suggestion.losing_offers
        ),
        row=draft.rows.get(product.code, Row()),
        blocked_by=_in_the_way(product.code, snapshot),
    )


def _asked_card(product: ProductTerms, row: Row, draft: Draft, snapshot: Snapshot) -> Card:
    """A product the customer asked for himself; a forbidden one says so and can't be taken."""
    pair = snapshot.pair(draft.main, product.code)
    forbidden = pair is not None and pair.rating is Rating.NOT_ALLOWED
    return Card(
        code=product.code,
        name=product.name,
        rating=pair.rating.value if pair else "",
        rating_label=str(RatingLabel(pair.rating.value).label) if pair else _("Not rated"),
        why=_asked_why(pair),
        say=pair.say if pair and not forbidden else "",
        instead=pair.instead if pair and forbidden else "",
        do_not_say=pair.do_not_say if pair else "",
        price=product.price_text,
        needs_consent=product.needs_consent,
        may_accept=not forbidden and not product.needs_licence and not product.defer_days,
        cannot_accept_because=pair.reason if forbidden and pair else _cannot(product),
        disclosure=product.disclosure,
        withdrawal_days=product.withdrawal_days,
        row=row,
        asked=True,
        blocked_by=_in_the_way(product.code, snapshot),
    )


def _asked_why(pair: PairTerms | None) -> str:
    if pair is None:
        return _("The customer asked for it.")
    # a forbidden one says its reason where the yes would be
    return "" if pair.rating is Rating.NOT_ALLOWED else pair.reason


def _cannot(product: ProductTerms) -> str:
    """Why it is not concluded at the desk today; empty when it may be."""
    if product.needs_licence:
        return _("An adviser concludes it: note interest or a follow-up.")
    if product.defer_days:
        return _("May be accepted from day %(day)d on: note a follow-up.") % {
            "day": product.defer_days
        }
    return ""


def _in_the_way(code: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Products that cannot be taken together with this one: the page greys them at once."""
    found: set[str] = set()
    for rule in snapshot.rules:
        if rule.kind == "at_most_one" and code in rule.subjects:
            found.update(rule.subjects)
        elif rule.kind == "excludes" and code in rule.subjects:
            found.update(rule.objects)
        elif rule.kind == "excludes" and code in rule.objects:
            found.update(rule.subjects)
    return tuple(sorted(found - {code}))


def _offer_line(live: LiveOffer, counter: Counter) -> OfferLine:
    """The clock runs on seconds left, as the server counts them (branch PCs are often wrong).

    A countdown is for a window that closes for everybody; a right that begins today shows its
    last day instead.
    """
    terms = live.terms
    counts_down = live.ends_at is not None and terms.window == "fixed"
    left = int((live.ends_at - counter.at).total_seconds()) if live.ends_at else None
    return OfferLine(
        code=terms.code,
        name=terms.name,
        only_now=live.only_now,
        benefit=terms.benefit_text,
        say=terms.say,
        price_with=terms.price_with_text,
        price_alone=terms.price_alone_text,
        last_day=live.last_day,
        seconds_left=left if counts_down else None,
    )


def _why_not(refusal: Refusal, snapshot: Snapshot) -> WhyNot:
    return WhyNot(
        code=refusal.product.code,
        name=refusal.product.name,
        reason=reason_words(refusal.reason, snapshot),
        instead=refusal.pair.instead,
        held=refusal.reason.kind is ReasonKind.HELD,
    )


def _others(draft: Draft, snapshot: Snapshot, retired: tuple[str, ...]) -> tuple[ProductTerms, ...]:
    """Products outside the row that a customer may ask for, by name."""
    row = snapshot.rows.get(draft.main, {})
    better = {step.better for step in snapshot.steps_up if step.main == draft.main}
    return tuple(
        sorted(
            (
                product
                for product in snapshot.products
                if product.is_cross
                and product.code != draft.main
                and product.code not in retired
                and product.code not in better
                and (product.code not in row or row[product.code].rating is Rating.NOT_ALLOWED)
                and not draft.rows.get(product.code, Row()).asked
            ),
            key=lambda product: (product.name, product.code),
        )
    )
