"""Step 2 as values: the panel of one main product, ready for its template.

One panel is drawn the same way for the preloaded templates, the page without JavaScript, a
re-ranked fragment and a refused save.
"""

from dataclasses import dataclass, field, replace

from crossbank.desk.better_mains import Better, better_mains
from crossbank.desk.bundles import BundleCard, bundle_cards, pressed
from crossbank.desk.cards import Card, Counter, asked_card, card_of
from crossbank.desk.forms import Row
from crossbank.desk.pictures import Draft, picture
from crossbank.desk.words import reason_words
from crossbank.engine.advice import advise
from crossbank.engine.terms import (
    Advice,
    NeedTerms,
    ProductTerms,
    Rating,
    Refusal,
    Snapshot,
)


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    code: str
    name: str
    reason: str
    instead: str


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
    better: tuple[Better, ...]
    bundles: tuple[BundleCard, ...]
    held: tuple[ProductTerms, ...]
    others: tuple[ProductTerms, ...]
    draft: Draft
    slots: str
    digits: str
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def drawn(self) -> tuple[Card, ...]:
        return (*self.cards, *self.spoken_of, *self.more)


def panel(draft: Draft, counter: Counter, *, errors: dict[str, list[str]] | None = None) -> Panel:
    """This will ask the engine and dress its answer for the template."""
    snapshot = counter.snapshot
    main = snapshot.product[draft.main]
    draft = pressed(draft, snapshot)
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
        replace(card_of(s, draft, counter), key=str(n), errors=_errors_of(s.code, errors))
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
        better=better_mains(advice.steps_up, draft, snapshot),
        bundles=bundle_cards(advice, draft, snapshot),
        held=_held(draft, snapshot, shown={card.code for card in (*cards, *others)}),
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
    """The rest of the row, what the customer asked for, and answered ones that dropped out since."""
    snapshot = counter.snapshot
    ranked = (card_of(s, draft, counter) for s in advice.more)
    shown = {s.code for s in (*advice.cards, *advice.more)}
    extra = (
        asked_card(snapshot.product[code], row, draft, snapshot)
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


def _why_not(refusal: Refusal, snapshot: Snapshot) -> WhyNot:
    return WhyNot(
        code=refusal.product.code,
        name=refusal.product.name,
        reason=reason_words(refusal.reason, snapshot),
        instead=refusal.pair.instead,
    )


def _held(draft: Draft, snapshot: Snapshot, *, shown: set[str]) -> tuple[ProductTerms, ...]:
    """What the customer has already, without a card on which that could be taken back."""
    return tuple(
        snapshot.product[code]
        for code, row in draft.rows.items()
        if row.held and not row.item and code in snapshot.product and code not in shown
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
