"""Decision 4 as promises that can be checked from outside, whatever the way advice is made."""

from crossbank.engine.terms import (
    Advice,
    Picture,
    ProductTerms,
    Rating,
    RuleKind,
    Snapshot,
)

_RECOMMENDED = (Rating.STRONG, Rating.GOOD)


class World:
    """An edition seen from one picture, by plain definitions."""

    def __init__(self, edition: Snapshot, picture: Picture) -> None:
        self.picture = picture
        self.rules = edition.rules
        self.products: dict[str, ProductTerms] = {p.code: p for p in edition.products}
        known = picture.main in self.products
        self.row = {p.cross: p for p in edition.pairs if known and p.main == picture.main}
        self.row = {cross: p for cross, p in self.row.items() if cross in self.products}
        self.needs = {need.code for need in edition.needs}
        self.wanted = {
            cross for n in edition.needs if n.code == picture.need for cross in n.crosses
        }
        self.picks = {
            season.cross
            for season in edition.seasons
            if picture.day and season.from_on <= picture.day < season.until_on
        }
        self.said = {*picture.presented, *picture.taken, *(code for _, code in picture.kept)}
        self.offerable = {code for code in self.row if self._may_be_offered(code)}
        self.unsaid = self.offerable - self.said

    def _may_be_offered(self, code: str) -> bool:
        if self.row[code].rating is Rating.NOT_ALLOWED or code in self.picture.held:
            return False
        if code in self.said:
            return True
        return (
            code not in self.picture.retired
            and not any(self._forbids(r, code) for r in self.rules)
            and not any(self._refuses(c, code) for c in self.products[code].conditions)
        )

    def _refuses(self, condition, code: str) -> bool:
        """Only what is known refuses; nobody tells his age, and a new customer holds nothing."""
        seen = self.picture
        there = {"one": True, "none": False}[condition.operator.split("_")[1]]
        match condition.attribute:
            case "holds":
                held = {seen.main, *seen.taken} - {code} | {*seen.held}
                if held & {*condition.values}:
                    return not there
                return there and seen.customer_kind == "new"
            case "customer_kind":
                known = seen.customer_kind
            case "need":
                known = seen.need if seen.need in self.needs else ""
            case _:
                known = getattr(seen.facts, condition.attribute)
        return bool(known) and (known in condition.values) is not there

    def _forbids(self, rule, code: str) -> bool:
        taken = {*self.picture.taken} - {self.picture.main}
        there = {self.picture.main, *taken, *self.picture.held}
        subjects, objects = {*rule.subjects}, {*rule.objects}
        forward, back = code in subjects, code in objects
        if rule.kind is RuleKind.EXCLUDES:
            return bool((forward and objects & there) or (back and subjects & there - {code}))
        if rule.kind is RuleKind.AT_MOST_ONE:
            return forward and bool(subjects & taken - {code})
        return rule.kind is RuleKind.REQUIRES_ANY and forward and not objects & there

    def is_free(self, code: str) -> bool:
        return self.products[code].is_free

    def family(self, code: str) -> str:
        return self.products[code].family

    def is_recommended(self, code: str) -> bool:
        return self.row[code].rating in _RECOMMENDED

    def is_filler(self, code: str) -> bool:
        return not self.is_recommended(code) and code not in self.wanted

    def place(self, code: str) -> tuple:
        pair, choice = self.row[code], self.picture.offers.get(code)
        rating = list(Rating).index(pair.rating)
        no_offer, no_pick = not (choice and choice.live), code not in self.picks
        return (code not in self.wanted, rating, no_offer, pair.rank, no_pick, code)

    def three_of(self, codes: set[str]) -> list[str]:
        """What decision 4 says when nothing was answered yet."""
        three: list[str] = []
        for _ in range(3):
            shown = {self.family(code) for code in three}
            three += sorted(
                codes - {*three},
                key=lambda c: (self.is_filler(c), self.family(c) in shown, self.place(c)),
            )[:1]
        if len(three) == 3 and not any(map(self.is_free, three)):
            free = [c for c in codes if self.is_free(c) and self.is_recommended(c)]
            three[2:] = sorted(free, key=self.place)[:1]
        return three

    def kept(self) -> dict[int, str]:
        kept: dict[int, str] = {}
        for slot, code in sorted(self.picture.kept):
            valid = code in self.offerable and code not in kept.values()
            if valid and 0 <= slot <= 2:
                kept.setdefault(slot, code)
        return kept


def broken_promises(edition: Snapshot, picture: Picture, advice: Advice) -> list[str]:
    """The promises that this advice breaks, in words."""
    world = World(edition, picture)
    cards, more = [s.code for s in advice.cards], [s.code for s in advice.more]
    checks = {
        "at most three cards": len(cards) <= 3,
        "each product once": len({*cards, *more}) == len(cards) + len(more),
        "all that may be offered, and nothing else": {*cards, *more} == world.offerable,
        "more is ranked": more == sorted(more, key=world.place),
        "what is forbidden is listed": [r.product.code for r in advice.not_allowed]
        == [c for c, pair in world.row.items() if pair.rating is Rating.NOT_ALLOWED],
        "what dropped out is listed": {r.product.code for r in advice.why_not}
        == {c for c, p in world.row.items() if p.rating is not Rating.NOT_ALLOWED}
        - world.offerable,
        "the offer line is new, live and outside the three": advice.offer_line is None
        or (
            advice.offer_line.offer is not None and advice.offer_line.code in {*more} & world.unsaid
        ),
        **_promises_of_the_three(world, cards),
    }
    return [promise for promise, holds in checks.items() if not holds]


def _promises_of_the_three(world: World, cards: list[str]) -> dict[str, bool]:
    kept = world.kept()
    fresh = [code for code in cards if code not in kept.values()]
    left = world.unsaid - {*cards}
    paid = not any(map(world.is_free, cards))
    as_before = cards == world.three_of(world.unsaid | {*kept.values()})
    return {
        "answered cards stay": [c for c in cards if c in kept.values()]
        == [kept[slot] for slot in sorted(kept)],
        "in their places": len(cards) < 3 or all(cards[slot] == kept[slot] for slot in kept),
        "no answered product comes back": {*fresh} <= world.unsaid,
        "an ask-first one only for the need, or after all the others": not any(
            map(world.is_filler, fresh)
        )
        or all(map(world.is_filler, left)),
        "one of three costs nothing": len(cards) < 3 or not fresh or not paid,
        "no place stays empty without a reason": len(cards) == 3
        or not left
        or (
            len(cards) == 2
            and paid
            and not any(world.is_free(c) and world.is_recommended(c) for c in left)
        ),
        "without answers, exactly decision 4": bool(kept) or as_before,
        "another family where there is one": as_before or _is_mixed(world, cards, fresh, left),
    }


def _is_mixed(world: World, cards: list[str], fresh: list[str], left: set[str]) -> bool:
    """A new card repeats a family only when no other was to be had, or because it is the free one.

    Only candidates of its own class count: a possible one never comes before a recommended one.
    """
    for code in fresh:
        others = [c for c in cards if c != code]
        only_free = world.is_free(code) and not any(map(world.is_free, others))
        families = {world.family(c) for c in others}
        if world.family(code) in families and not (only_free and len(cards) == 3):
            rivals = [c for c in left if world.is_filler(c) == world.is_filler(code)]
            if any(world.family(c) not in families for c in rivals):
                return False
    return True
