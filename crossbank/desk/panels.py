"""Step 2 as values: the panel of one main product, ready for its template.

One panel is drawn the same way for the preloaded templates, the page without JavaScript, a
re-ranked fragment and a refused save.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from crossbank.desk.better_mains import Better, better_mains
from crossbank.desk.bundles import BundleCard, bundle_cards, pressed
from crossbank.desk.card_offers import shared_groups
from crossbank.desk.cards import Card, Counter, asked_card, card_of, main_for_adviser
from crossbank.desk.forms import Row
from crossbank.desk.held import Held, Known, held_lines, with_known
from crossbank.desk.pictures import Draft, picture
from crossbank.desk.rights import RightLine
from crossbank.desk.words import reason_words
from crossbank.engine.advice import advise
from crossbank.engine.conditions import Facts
from crossbank.engine.eligibility import local_day
from crossbank.engine.layers import REFUSED, facts_of, question, reasons_of
from crossbank.engine.terms import (
    Advice,
    BenefitTerms,
    NeedTerms,
    OfferChoice,
    Picture,
    ProductTerms,
    Rating,
    ReasonKind,
    Refusal,
    Snapshot,
)

NOBODY = Known()


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
    main_for_adviser: str
    main_asks: str
    main_refused: tuple[str, ...]
    comes_with: tuple[BenefitTerms, ...]
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
    held: tuple[Held, ...]
    others: tuple[ProductTerms, ...]
    draft: Draft
    slots: str
    digits: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    rights: tuple[RightLine, ...] = ()
    facts: Facts = field(default_factory=Facts)  # what conditions are judged by
    rights_are_shared: bool = False  # one to the main product excludes offers on cards

    @property
    def denied(self) -> tuple[str, ...]:
        """What he said that he has no more."""
        return tuple(code for code, row in self.draft.rows.items() if row.nothold)

    @property
    def knows(self) -> bool:
        """Something here came from earlier records, and belongs to one customer number."""
        return bool(self.denied) or any(held.since for held in self.held)

    @property
    def right_field(self) -> str:
        """How a right to the main product is ticked; of several, and a code that was typed, one."""
        codes = [right.code for right in self.rights if right.on_main or right.chosen]
        is_asked = any(right.on_main for right in self.rights)
        return ("radio" if len(codes) > 1 else "checkbox") if is_asked else ""

    @property
    def drawn(self) -> tuple[Card, ...]:
        return (*self.cards, *self.spoken_of, *self.more)


def panel(
    draft: Draft,
    counter: Counter,
    *,
    known: Known = NOBODY,
    errors: dict[str, list[str]] | None = None,
) -> Panel:
    """This will ask the engine and dress its answer for the template."""
    snapshot = counter.snapshot
    main = snapshot.product[draft.main]
    draft = pressed(with_known(draft, known), snapshot)
    seen = picture(
        draft,
        snapshot=snapshot,
        offers=counter.offers,
        retired=counter.retired,
        silenced=counter.silenced,
        said=known.said,
        facts=counter.facts,
        at=counter.at,
        zone=counter.zone,
    )
    advice = advise(snapshot, seen)
    on_main = [one.terms for one in counter.offers.rights if one.terms.cross == main.code]
    shared = shared_groups(seen.offers.values(), on_main=on_main)
    layers = reasons_of(main, seen, snapshot)
    errors = errors or {}
    cards = tuple(
        replace(
            card_of(s, draft, counter, shared=shared), key=str(n), errors=_errors_of(s.code, errors)
        )
        for n, s in enumerate(advice.cards, start=1)
    )
    line = advice.offer_line.code if advice.offer_line else ""
    others = tuple(
        replace(card, errors=_errors_of(card.code, errors))
        for card in _keyed(
            _more(advice, draft, counter, seen, shared), draft, first=len(cards) + 1, line=line
        )
    )
    more = tuple(card for card in others if not card.spoken_of)
    return Panel(
        main=main,
        main_for_adviser=main_for_adviser(main, counter),
        main_asks=reason_words(asks, snapshot) if (asks := question(layers)) else "",
        main_refused=tuple(reason_words(one, snapshot) for one in layers if one.kind in REFUSED),
        comes_with=snapshot.comes_with(main.code, local_day(counter.at, counter.zone)),
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
        held=held_lines(draft, known, snapshot, shown={card.code for card in (*cards, *others)}),
        others=_others(draft, snapshot, counter.retired, may_ask=_may_ask(advice)),
        draft=draft,
        slots=",".join(card.code for card in cards),
        digits=",".join(f"{card.code}:{card.key}" for card in others if card.key),
        errors=_other_errors(errors, {card.code for card in (*cards, *others)}),
        facts=facts_of(seen, "", snapshot),
        rights_are_shared=any(terms.exclusion_group in shared for terms in on_main),
    )


def _need_name(draft: Draft, snapshot: Snapshot) -> str:
    need = snapshot.need.get(draft.values.get("need", ""))
    return need.name if need else ""


def _more(
    advice: Advice, draft: Draft, counter: Counter, seen: Picture, shared: Collection[str]
) -> tuple[Card, ...]:
    """The rest of the row, what the customer asked for, and answered ones that dropped out since."""
    snapshot = counter.snapshot
    ranked = (card_of(s, draft, counter, shared=shared) for s in advice.more)
    shown = {s.code for s in (*advice.cards, *advice.more)}
    extra = (
        asked_card(
            snapshot.product[code],
            draft,
            counter,
            layers=reasons_of(snapshot.product[code], seen, snapshot),
            choice=seen.offers.get(code, OfferChoice()),
            shared=shared,
        )
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


def _may_ask(advice: Advice) -> set[str]:
    """What conditions or his own refusal took out of the row: a customer may still ask for it."""
    why = {*REFUSED, ReasonKind.QUIET}
    return {r.product.code for r in advice.why_not if r.reason.kind in why}


def _others(
    draft: Draft, snapshot: Snapshot, retired: tuple[str, ...], *, may_ask: set[str]
) -> tuple[ProductTerms, ...]:
    """Products outside the row, or out of it for now, that a customer may ask for, by name."""
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
                and (
                    product.code not in row
                    or product.code in may_ask
                    or row[product.code].rating is Rating.NOT_ALLOWED
                )
                and not draft.rows.get(product.code, Row()).asked
            ),
            key=lambda product: (product.name, product.code),
        )
    )
