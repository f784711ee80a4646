"""One invented conversation: what was advised, what was presented, what the customer said.

It keeps the product's own rules, because it asks the same engine as the desk does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from crossbank.conduct.references import reference_hash
from crossbank.demo import life
from crossbank.demo.life import Habit
from crossbank.demo.world import Clerk, World
from crossbank.desk.entries import Answer, Entry
from crossbank.engine.advice import basket_problems
from crossbank.engine.terms import Advice, Picture, ProductTerms, Suggestion

_TELLS_HOLDING = 0.8  # asked "do you have it?", he says so before it is presented
_CUSTOMER_NUMBERS = 1500  # per branch: some come again
_OFFER_LINE = 0.15
_SAYS_MORE = 3  # after that many cards, `m`

Pick = TypeVar("Pick")


@dataclass(kw_only=True)
class _Talk:
    """What is known so far. Grows answer by answer."""

    world: World
    rng: Random
    clerk: Clerk
    habit: Habit
    at: datetime
    day: date
    main: str
    customer_kind: str
    no_main: bool
    owns: frozenset[str]
    need: str = ""
    came_for: str = ""
    answers: list[Answer] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)

    @property
    def taken(self) -> tuple[str, ...]:
        return tuple(answer.code for answer in self.answers if answer.response == "accepted")

    @property
    def answered(self) -> tuple[str, ...]:
        return tuple(answer.code for answer in self.answers)

    def advice(self) -> Advice:
        live, offers = self.world.choices(
            main=self.main, customer_kind=self.customer_kind, at=self.at, clerk=self.clerk
        )
        picture = Picture(
            main=self.main,
            need=self.need,
            presented=self.answered,
            taken=self.taken,
            held=tuple(self.held),
            kept=tuple(self.kept),
            retired=self.world.retired(self.day),
            offers=offers,
        )
        return self.world.advise(picture, live=live)

    def stands_with(self, code: str) -> bool:
        """Would the basket keep all rules? Advice sees to it; here nothing was advised."""
        return not basket_problems(
            self.world.edition.snapshot,
            main=self.main,
            taken=(*self.taken, code),
            held=self.held,
        )


def talk(
    *, world: World, rng: Random, clerk: Clerk, habit: Habit, started_at: datetime, at: datetime
) -> Entry:
    """This will invent one conversation that ends at `at`; the dice alone decide."""
    talk = _begin(world, rng, clerk, habit, at)
    _step_up(talk)
    wanted = _weighted(rng, dict(enumerate(habit.reach)))
    while len(talk.answers) < wanted and (card := _next_card(talk)):
        if not _has_it(talk, card.code):
            talk.answers.append(_answer(talk, card))
    if not talk.no_main:
        _asked_for(talk)
    return _entry(talk, started_at)


def paper(*, world: World, rng: Random, clerk: Clerk, at: datetime) -> Entry:
    """This will invent a line of the paper sheet: main, how many were taken, when."""
    mains, weights = world.mains(clerk, at.astimezone(clerk.zone).date())
    return Entry(
        uuid=new_uuid(rng),
        main=rng.choices(mains, cum_weights=weights)[0],
        edition=world.edition.number,
        client_saved_at=at,
        paper_taken=_weighted(rng, {0: 6, 1: 3, 2: 1}),
    )


def _weighted(rng: Random, weights: Mapping[Pick, float]) -> Pick:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def new_uuid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def _begin(world: World, rng: Random, clerk: Clerk, habit: Habit, at: datetime) -> _Talk:
    day = at.astimezone(clerk.zone).date()
    mains, weights = world.mains(clerk, day)
    kind = _weighted(rng, life.CUSTOMERS)
    known = {"existing": 1.0, "new": 0.0}.get(kind, 0.6)
    main = rng.choices(mains, cum_weights=weights)[0]
    return _Talk(
        world=world,
        rng=rng,
        clerk=clerk,
        habit=habit,
        at=at,
        day=day,
        main=main,
        customer_kind=kind,
        no_main=rng.random() < life.NO_MAIN,
        owns=frozenset(
            code for code, share in life.HOLDINGS.items() if rng.random() < share * known
        ),
        need=_need(world, rng, habit, main),
    )


def _need(world: World, rng: Random, habit: Habit, main: str) -> str:
    if rng.random() >= habit.asks_need:
        return ""
    needs = [need for need in world.edition.snapshot.needs_of(main) if need.code in world.needs]
    obvious = [need for need in needs if main in need.mains]
    pool = obvious if obvious and rng.random() < 0.85 else needs
    return rng.choice(pool).code if pool else ""


def _step_up(talk: _Talk) -> None:
    """Some take the better main product instead; it is decided before anything is presented."""
    better = [step.better for step in talk.advice().steps_up]
    if better and not talk.no_main and talk.rng.random() < life.STEPS_UP:
        talk.came_for, talk.main = talk.main, talk.rng.choice(better)


def _next_card(talk: _Talk) -> Suggestion | None:
    """The next of the three; the offer's line now and then; after the three the rest."""
    advice = talk.advice()
    answered = set(talk.answered)
    cards = [card for card in advice.cards if card.code not in answered]
    line = advice.offer_line
    if line and talk.rng.random() < _OFFER_LINE * talk.habit.attaches_offer:
        cards.insert(0, line)
    if talk.habit.free_only or len(answered) >= _SAYS_MORE:
        cards += [card for card in advice.more if card.code not in answered]
    if talk.habit.free_only:
        cards = [card for card in cards if card.product.is_free]
    return cards[0] if cards else None


def _has_it(talk: _Talk, code: str) -> bool:
    """He says that he has it: noted, and the next card moves up."""
    told = code in talk.owns and talk.rng.random() < _TELLS_HOLDING
    if told:
        talk.held.append(code)
    return told


def _answer(talk: _Talk, card: Suggestion) -> Answer:
    slots = [suggestion.code for suggestion in talk.advice().cards]
    if card.code in slots:
        talk.kept.append((slots.index(card.code), card.code))
    offer = ""
    if card.offer and talk.rng.random() < talk.habit.attaches_offer:
        offer = card.offer.terms.code
    response = _response(talk, card, with_offer=bool(offer))
    return _said(talk, card.product, response, offer=offer)


def _response(talk: _Talk, card: Suggestion, *, with_offer: bool) -> str:
    if card.code in talk.owns:
        return "declined"
    if not card.may_accept:
        return _weighted(talk.rng, life.NOT_TODAY)
    need = talk.world.edition.snapshot.need.get(talk.need)
    chance = life.TAKEN[card.pair.rating] * talk.habit.charm * life.TIRED ** len(talk.answers)
    chance *= life.FOR_THE_NEED if need and card.code in need.crosses else 1
    chance *= life.WITH_OFFER if with_offer else 1
    chance *= 1 if card.product.is_free else life.COSTS_MONEY
    chance *= life.UNWANTED.get((talk.main, card.code), 1)
    if not talk.no_main and talk.rng.random() < chance:
        return "accepted"
    return _weighted(talk.rng, life.NOT_TAKEN)


def _said(
    talk: _Talk, product: ProductTerms, response: str, *, offer: str = "", asked: bool = False
) -> Answer:
    return Answer(
        code=product.code,
        response=response,
        reason=_reason(talk, product) if response == "declined" and not asked else "",
        offer=offer if response == "accepted" else "",
        consent=response == "accepted" and product.needs_consent,
        asked=asked,
        due_on=_due(talk) if response == "follow_up" else None,
    )


def _reason(talk: _Talk, product: ProductTerms) -> str:
    if talk.rng.random() >= talk.habit.names_reason:
        return ""
    if product.code in talk.owns:
        return "has_it"
    if product.is_insurance:
        return _weighted(talk.rng, life.REASONS_COVER)
    return _weighted(talk.rng, life.REASONS_FREE if product.is_free else life.REASONS_PAID)


def _due(talk: _Talk) -> date:
    due = talk.day + timedelta(days=talk.rng.randint(*life.FOLLOW_UP_DAYS))
    return due + timedelta(days=max(0, 7 - due.weekday()) if due.weekday() >= 5 else 0)


def _asked_for(talk: _Talk) -> None:
    """He asks for something that nobody rated beside his main product; most ask for nothing."""
    wish = talk.rng.random()
    if wish < life.ASKED_FOR:
        pool = _unrated(talk)
    else:
        wish -= life.ASKED_FOR
        pool = [p for p in _unrated(talk) if wish < life.ASKED_WITH.get((talk.main, p.code), 0)]
    if not pool:
        return
    product = talk.rng.choice(pool)
    today = not product.needs_licence and not product.defer_days
    response = "follow_up"
    if today and talk.rng.random() < life.TAKEN_WHEN_ASKED and talk.stands_with(product.code):
        response = "accepted"
    talk.answers.append(_said(talk, product, response, asked=True))


def _unrated(talk: _Talk) -> list[ProductTerms]:
    """What could be asked for: cross products outside the row, neither his own nor spoken of."""
    snapshot, gone = talk.world.edition.snapshot, talk.world.retired(talk.day)
    row = snapshot.rows.get(talk.main, {})
    better = {step.better for step in snapshot.steps_up if step.main == talk.main}
    return [
        product
        for product in snapshot.products
        if product.is_cross
        and product.code not in {talk.main, *row, *better, *gone, *talk.owns, *talk.answered}
    ]


def _entry(talk: _Talk, started_at: datetime) -> Entry:
    rng, habit = talk.rng, talk.habit
    silent = "" if talk.answers or rng.random() >= 0.6 else _weighted(rng, life.NOTHING_OFFERED)
    seconds = rng.uniform(*habit.hands_on_s) + 1.1 * len(talk.answers)
    number = ""
    if talk.customer_kind == "existing" and rng.random() < life.WITH_REFERENCE:
        number = f"{talk.clerk.branch.code}-{rng.randrange(_CUSTOMER_NUMBERS):06}"
    return Entry(
        uuid=new_uuid(rng),
        main=talk.main,
        edition=talk.world.edition.number,
        need=talk.need,
        customer_kind=talk.customer_kind,
        customer_ref=reference_hash(number),
        note=rng.choice(life.NOTES) if rng.random() < life.WITH_NOTE else "",
        started_at=started_at,
        client_saved_at=talk.at,
        hands_on_ms=round(min(seconds, 25) * 1000),
        came_for=talk.came_for,
        answers=tuple(talk.answers),
        held=tuple(talk.held),
        nothing_offered=silent,
        no_main=talk.no_main,
    )
