"""What to say next: an edition and the picture of a conversation make ranked suggestions.

Source: decision 4. Order: need match (stated now, then said before), rating, live offer, table
order, season, code. Total and stable: the order of the input never shows, unknown codes mean nothing. A little long because
ranking, the three and the offer line share one scene.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from crossbank.engine.basket import basket_problems as basket_problems
from crossbank.engine.basket import clashes, unmet
from crossbank.engine.basket import excluded_by as excluded_by
from crossbank.engine.layers import first_refusal, question, reasons_of
from crossbank.engine.seasons import in_season
from crossbank.engine.terms import (
    RATING_ORDER,
    Advice,
    PairTerms,
    Picture,
    ProductTerms,
    Rating,
    Reason,
    ReasonKind,
    Refusal,
    RuleKind,
    SaidNeed,
    SeasonTerms,
    Snapshot,
    Suggestion,
)

_SLOTS = 3
_PLACE = itemgetter(slice(6))
_RECOMMENDED = (Rating.STRONG, Rating.GOOD)
# The reasons that say nothing but their kind, made once: advice is asked for at every key.
_RATED = {r: Reason(kind=ReasonKind.RATING, subject=r.value) for r in Rating}
_PLAIN = {
    kind: Reason(kind=kind)
    for kind in (
        ReasonKind.FREE,
        ReasonKind.ASK_FIRST,
        ReasonKind.ADVISER_ONLY,
        ReasonKind.HELD,
        ReasonKind.RETIRED,
    )
}
_FREE_PLACE = Reason(kind=ReasonKind.FREE_PLACE)


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """A picture in the shapes that every cell asks for; sorted, so that input order never shows."""

    snapshot: Snapshot
    picture: Picture
    wanted: frozenset[str]  # crosses of the stated need
    said: Mapping[str, SaidNeed]  # crosses of needs from earlier conversations: an order, no more
    answered: frozenset[str]
    blocked: tuple[Mapping[str, list[Reason]], ...]  # by excludes, at_most_one, requires_any
    warned: Mapping[str, list[Reason]]
    picks: Mapping[str, SeasonTerms]
    refused: Mapping[str, Reason]  # by a condition of the product
    asks: Mapping[str, Reason]


def advise(snapshot: Snapshot, picture: Picture) -> Advice:
    """This will say what to offer, what else there is, and why the rest is not offered.

    Shape: `cards` at most three, in slot order; an answered card (`kept`) holds its slot and is
    never replaced, except when the customer turns out to have the product. Only strong and good
    products enter the three, and `possible` ones for the stated need; other `possible` ones fill
    what is left open. Answering a card moves none of the others. An unknown main gives Advice().
    """
    if picture.main not in snapshot.product:
        return Advice()
    scene = _scene(snapshot, picture)
    offerable, not_allowed, why_not = _sorted_out(scene)
    cards, passed = _cards(scene, offerable)
    shown = {card.code for card in cards}
    more = tuple(s for s in offerable if s.code not in shown)
    gone = {*picture.held, *picture.retired, *picture.silenced, *scene.refused}
    return Advice(
        cards=cards,
        more=more,
        offer_line=_offer_line(scene, more),
        not_allowed=not_allowed,
        why_not=why_not,
        steps_up=tuple(
            step for step in snapshot.ladders.get(picture.main, ()) if step.better not in gone
        ),
        passed=tuple((code, why) for code, why in passed.items() if code not in shown),
    )


def _scene(snapshot: Snapshot, picture: Picture) -> _Scene:
    need = snapshot.need.get(picture.need)
    kept = (code for _, code in picture.kept)
    taken = tuple(sorted({*picture.taken} - {picture.main}))
    beside = (*taken, *sorted({*picture.held} - {*taken}))
    around = (picture.main, *beside)  # the order in which a product in the way is named
    rules = snapshot.rules
    refused, asks = _judged(snapshot, picture)
    return _Scene(
        snapshot=snapshot,
        picture=picture,
        wanted=frozenset(need.crosses if need else ()),
        said=_said(snapshot, picture),
        answered=frozenset((*picture.presented, *picture.taken, *kept)),
        blocked=(
            clashes(rules, RuleKind.EXCLUDES, around),
            clashes(rules, RuleKind.AT_MOST_ONE, taken),
            unmet(rules, around),
        ),
        warned=clashes(rules, RuleKind.WARN, beside),
        picks=in_season(snapshot, picture.day),
        refused=refused,
        asks=asks,
    )


def _said(snapshot: Snapshot, picture: Picture) -> dict[str, SaidNeed]:
    """cross -> the first of the needs said before that it serves."""
    found: dict[str, SaidNeed] = {}
    for said in picture.said:
        if said.need in snapshot.need:
            for cross in snapshot.need[said.need].crosses:
                found.setdefault(cross, said)
    return found


def _match(scene: _Scene, code: str) -> int:
    """What is said now comes before what was said once."""
    return 0 if code in scene.wanted else 1 if code in scene.said else 2


def _judged(snapshot: Snapshot, picture: Picture) -> tuple[dict[str, Reason], dict[str, Reason]]:
    """What conditions say of the row: refusals and questions. Most rows have none."""
    refused: dict[str, Reason] = {}
    asks: dict[str, Reason] = {}
    for product in _row(snapshot, picture.main).conditioned:
        reasons = reasons_of(product, picture, snapshot)
        if why := first_refusal(reasons):
            refused[product.code] = why
        elif ask := question(reasons):
            asks[product.code] = ask
    return refused, asks


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """One cell as every conversation finds it: the suggestion without need, offer or warning."""

    code: str
    plain: Suggestion
    rating: int
    rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    cells: tuple[_Cell, ...]
    not_allowed: tuple[Refusal, ...]
    conditioned: tuple[ProductTerms, ...]  # crosses and better mains with conditions of their own


def _row(snapshot: Snapshot, main: str) -> _Row:
    """A row prepared once per edition: advice is asked for at every key."""
    rows: dict[str, _Row] = snapshot.memory.setdefault("advice.rows", {})
    if main not in rows:
        known = [
            (snapshot.product[code], pair)
            for code, pair in snapshot.rows.get(main, {}).items()
            if code in snapshot.product
        ]
        better = (step.better for step in snapshot.ladders.get(main, ()))
        ladder = (snapshot.product[code] for code in better if code in snapshot.product)
        rows[main] = _Row(
            conditioned=tuple(p for p in (*(p for p, _ in known), *ladder) if p.conditions),
            cells=tuple(
                _Cell(
                    code=pair.cross,
                    plain=_suggestion(product, pair),
                    rating=RATING_ORDER[pair.rating],
                    rank=pair.rank,
                )
                for product, pair in known
                if pair.rating is not Rating.NOT_ALLOWED
            ),
            not_allowed=tuple(
                Refusal(
                    product=product,
                    pair=pair,
                    reason=Reason(kind=ReasonKind.NOT_ALLOWED, text=pair.reason),
                )
                for product, pair in known
                if pair.rating is Rating.NOT_ALLOWED
            ),
        )
    return rows[main]


def _sorted_out(
    scene: _Scene,
) -> tuple[list[Suggestion], tuple[Refusal, ...], tuple[Refusal, ...]]:
    """The row in three: offerable ones ranked, forbidden ones and dropped ones in row order.

    Rating before offer: an offer never lifts a rating. A season only orders what is equal in all
    the rest. The code makes the order total.
    """
    row, offers = _row(scene.snapshot, scene.picture.main), scene.picture.offers
    gone = _gone(scene)
    special = {
        *scene.wanted, *scene.said, *offers, *scene.warned, *scene.picks, *scene.asks,
    }  # fmt: skip
    ranked: list[tuple[int, int, bool, int, bool, str, Suggestion]] = []
    why_not: list[Refusal] = []
    for cell in row.cells:
        code, found = cell.code, cell.plain
        if code in gone and (reason := _dropped(scene, code)):
            why_not.append(Refusal(product=found.product, pair=found.pair, reason=reason))
            continue
        if code in special:
            found = _suggestion(found.product, found.pair, scene)
        no_offer, no_pick = found.offer is None, code not in scene.picks
        place = (_match(scene, code), cell.rating, no_offer, cell.rank, no_pick, code)
        ranked.append((*place, found))
    ranked.sort(key=_PLACE)
    return [entry[-1] for entry in ranked], row.not_allowed, tuple(why_not)


def _gone(scene: _Scene) -> set[str]:
    """Codes that may drop out; `_dropped` has the last word and the reason."""
    picture, blocked = scene.picture, (code for by in scene.blocked for code in by)
    return {*picture.held, *picture.retired, *picture.silenced, *scene.refused, *blocked}


def _dropped(scene: _Scene, code: str) -> Reason | None:
    if code in scene.picture.held:
        return _PLAIN[ReasonKind.HELD]
    if code in scene.answered:  # what was said stays said
        return None
    if code in scene.picture.retired:
        return _PLAIN[ReasonKind.RETIRED]
    if code in scene.refused:
        return scene.refused[code]
    if code in scene.picture.silenced:
        return Reason(kind=ReasonKind.QUIET, day=scene.picture.silenced[code])
    return next((by[code][0] for by in scene.blocked if code in by), None)


def _suggestion(
    product: ProductTerms,
    pair: PairTerms,
    scene: _Scene | None = None,
    *,
    other_family: bool = False,
) -> Suggestion:
    """One card; without a scene as every conversation finds it."""
    choice = scene.picture.offers.get(product.code) if scene else None
    offer = choice.live if choice else None
    reasons: list[Reason] = []
    if scene and product.code in scene.wanted:
        reasons.append(Reason(kind=ReasonKind.NEED, subject=scene.picture.need))
    elif scene and (said := scene.said.get(product.code)):
        reasons.append(_said_reason(said, scene.picture.day))
    reasons.append(_RATED[pair.rating])
    if offer:
        reasons.append(Reason(kind=ReasonKind.OFFER, subject=offer.terms.code))
    if scene and (pick := scene.picks.get(product.code)):
        last = pick.until_on - timedelta(days=1)
        reasons.append(Reason(kind=ReasonKind.SEASON, text=pick.reason, day=last))
    reasons.extend(_own_reasons(product, pair, other_family=other_family))
    if scene:
        if ask := scene.asks.get(product.code):
            reasons.append(ask)
        reasons.extend(scene.warned.get(product.code, ()))
    return Suggestion(
        product=product,
        pair=pair,
        reasons=tuple(reasons),
        offer=offer,
        losing_offers=choice.losing if choice else (),
    )


def _said_reason(said: SaidNeed, day: date | None) -> Reason:
    days = (day - said.on).days if day else None
    return Reason(kind=ReasonKind.SAID, subject=said.need, day=said.on, days=days)


def _own_reasons(product: ProductTerms, pair: PairTerms, *, other_family: bool) -> Iterator[Reason]:
    """What product and pair say by themselves."""
    if product.is_free:
        yield _PLAIN[ReasonKind.FREE]
    if other_family:
        yield Reason(kind=ReasonKind.OTHER_FAMILY, subject=product.family)
    if pair.rating is Rating.POSSIBLE:
        yield _PLAIN[ReasonKind.ASK_FIRST]
    if product.needs_licence:
        yield _PLAIN[ReasonKind.ADVISER_ONLY]
    if product.defer_days:
        yield Reason(kind=ReasonKind.DEFERRED, days=product.defer_days)


_Passed = dict[str, Reason]


def _cards(scene: _Scene, offerable: list[Suggestion]) -> tuple[tuple[Suggestion, ...], _Passed]:
    """The three, and why others were passed over. Kept cards stand where the rule alone would put
    them, or are built around.

    The first way matters: counting the family of an answered card as shown could change the
    choice of an unanswered one beside it, and a card must not jump because its neighbour spoke.
    """
    kept = _kept(scene.picture, {s.code: s for s in offerable})
    keeping = {s.code for s in kept.values()}
    unsaid = [s for s in offerable if s.code not in scene.answered or s.code in keeping]
    three, lifted, passed = _rule_of_three(scene, {}, unsaid)
    if any(three[slot : slot + 1] != [card] for slot, card in kept.items()):
        unsaid = [s for s in unsaid if s.code not in keeping]
        three, lifted, passed = _rule_of_three(scene, kept, unsaid)
    cards = (
        _suggestion(s.product, s.pair, scene, other_family=True) if s.code in lifted else s
        for s in three
    )
    return tuple(cards), passed


def _kept(picture: Picture, offerable: Mapping[str, Suggestion]) -> dict[int, Suggestion]:
    kept: dict[int, Suggestion] = {}
    for slot, code in sorted(picture.kept):
        again = any(code == card.code for card in kept.values())
        if slot in range(_SLOTS) and slot not in kept and code in offerable and not again:
            kept[slot] = offerable[code]
    return kept


def _rule_of_three(
    scene: _Scene, kept: Mapping[int, Suggestion], unsaid: list[Suggestion]
) -> tuple[list[Suggestion], set[str], _Passed]:
    """The cards in slot order, the codes that came before better ones for their family, and why
    those others were passed over (some of them may have been picked later)."""
    first = [s for s in unsaid if s.pair.rating in _RECOMMENDED or s.code in scene.wanted]
    then = [s for s in unsaid if s.pair.rating not in _RECOMMENDED and s.code not in scene.wanted]
    families = {card.product.family: card.code for card in kept.values()}
    picked: list[Suggestion] = []
    lifted: set[str] = set()
    passed: _Passed = {}
    while len(kept) + len(picked) < _SLOTS and (queue := first or then):
        place = next((i for i, s in enumerate(queue) if s.product.family not in families), 0)
        card = queue.pop(place)
        picked.append(card)
        if place:
            lifted.add(card.code)
            passed = {s.code: _same_family(s, families) for s in queue[:place]} | passed
        families.setdefault(card.product.family, card.code)
    if picked and len(kept) + len(picked) == _SLOTS:
        passed = _keep_one_free(picked, kept, unsaid) | passed
    rest = iter(picked)
    slots = (kept[slot] if slot in kept else next(rest, None) for slot in range(_SLOTS))
    return [card for card in slots if card], lifted & {card.code for card in picked}, passed


def _same_family(s: Suggestion, families: Mapping[str, str]) -> Reason:
    return Reason(kind=ReasonKind.FAMILY_SHOWN, subject=families[s.product.family])


def _keep_one_free(
    picked: list[Suggestion], kept: Mapping[int, Suggestion], unsaid: list[Suggestion]
) -> _Passed:
    """Three cards that all cost money are a sales pitch: the last pick gives way, or goes."""
    if any(card.product.is_free for card in (*kept.values(), *picked)):
        return {}
    picked.pop()
    fits = (s for s in unsaid if s.product.is_free and s.pair.rating in _RECOMMENDED)
    free = next(fits, None)
    over = unsaid[: unsaid.index(free)] if free else unsaid
    picked.extend([free] if free else [])
    third = Reason(kind=ReasonKind.THIRD_FREE, subject=free.code if free else "")
    return {s.code: _FREE_PLACE if s.product.is_free else third for s in over}


def _offer_line(scene: _Scene, more: tuple[Suggestion, ...]) -> Suggestion | None:
    best: Suggestion | None = None
    for s in more:  # ranked: of equal priority the first stays
        if s.offer and s.code not in scene.answered:
            priority = s.offer.terms.priority
            if best is None or best.offer is None or priority > best.offer.terms.priority:
                best = s
    return best
