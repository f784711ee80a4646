"""Of several offers on one cross product one applies, and the others hear why not.

The order of what comes in decides nothing: priority, then the code; one of a group, whatever it is on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from functools import partial
from itertools import chain
from types import MappingProxyType

from crossbank.engine.conditions import Facts
from crossbank.engine.eligibility import NOTHING, judge, judge_right, local_day
from crossbank.engine.offer_groups import excluded_by, first_of_groups, rank
from crossbank.engine.terms import (
    BenefitType,
    CustomerKind,
    LiveOffer,
    LosingOffer,
    OfferChoice,
    OfferTerms,
    Reason,
    ReasonKind,
    Right,
)

_REMEMBERED = 1000  # answers of one book
_NO_GROUP: Mapping[str, OfferTerms] = MappingProxyType({})
_UNUSED: Mapping[str, str] = MappingProxyType({})


def choose(
    offers: Iterable[OfferTerms],
    *,
    main: str,
    customer_kind: CustomerKind,
    at: datetime,
    zone: tzinfo,
    facts: Facts = NOTHING,
    rights: Iterable[Right] = (),
    used_up: Collection[str] = (),
    groups: Mapping[str, OfferTerms] = _NO_GROUP,
) -> OfferChoice:
    """This will judge the offers of one cross product: at most one applies.

    Shape: the highest priority wins, then the code; losers in the same order. Offers for another
    main are no alternative and are left out. A right takes the place of its own offer, the one
    that ends first of several; `used_up` are codes of offers of which nothing is left; `groups`
    are offers in use elsewhere, which exclude the others of their group.
    """
    held: dict[str, Right] = {}
    for right in sorted(rights, key=lambda r: (r.until, r.code), reverse=True):
        held[right.terms.code] = right
    everyones = [terms for terms in offers if terms.code not in held]
    promised = [right.terms for right in held.values()]
    live: LiveOffer | None = None
    losing: list[LosingOffer] = []
    for terms in sorted((*everyones, *promised), key=rank):
        verdict: LiveOffer | Reason
        if terms.code in held:
            verdict = judge_right(held[terms.code], at=at, facts=facts)
        else:
            verdict = judge(
                terms, main=main, customer_kind=customer_kind, at=at, zone=zone, facts=facts
            )
        verdict = _left(verdict, used_up, groups)
        if isinstance(verdict, LiveOffer):
            if live is None:
                live = verdict
                continue
            verdict = _beaten(terms, live.terms)
        if verdict.kind is not ReasonKind.WRONG_MAIN:
            losing.append(LosingOffer(terms=terms, reason=verdict))
    return OfferChoice(live=live, losing=tuple(losing))


def _left(
    verdict: LiveOffer | Reason, used_up: Collection[str], groups: Mapping[str, OfferTerms]
) -> LiveOffer | Reason:
    """What holds for him may be used up, or excluded by what he uses elsewhere."""
    if isinstance(verdict, Reason):
        return verdict
    if verdict.terms.code in used_up:
        return Reason(kind=ReasonKind.EXHAUSTED)
    return excluded_by(verdict.terms, groups) or verdict


def _beaten(loser: OfferTerms, winner: OfferTerms) -> Reason:
    same_group = loser.exclusion_group and loser.exclusion_group == winner.exclusion_group
    two_prices = BenefitType.TEXT not in (loser.benefit_type, winner.benefit_type)
    one_price = two_prices and not same_group
    kind = ReasonKind.ONE_PRICE_BENEFIT if one_price else ReasonKind.LOWER_PRIORITY
    return Reason(kind=kind, subject=winner.code)


_Asked = tuple[str, CustomerKind, Facts, frozenset[tuple[str, str]]]


class OfferBook:
    """Offers sorted once, so that advice asks only those of its main product.

    Verdicts follow from the local day, so a day's are worked out once per main and customer kind;
    a customer's own rights are worked in each time.
    """

    def __init__(
        self,
        offers: Iterable[OfferTerms],
        *,
        rights: Iterable[Right] = (),
        used_up: Collection[str] = (),
    ) -> None:
        self._by_main: dict[str, list[OfferTerms]] = {}
        for terms in offers:
            for main in terms.mains:
                self._by_main.setdefault(main, []).append(terms)
        self.rights = tuple(rights)
        self._used_up = frozenset(used_up)
        self._conditioned = any(terms.conditions for terms in chain(*self._by_main.values()))
        everything = (*chain(*self._by_main.values()), *(right.terms for right in self.rights))
        self._grouped = frozenset((t.cross, t.code) for t in everything if t.exclusion_group)
        self._day: tuple[date, tzinfo] | None = None
        self._known: dict[_Asked, dict[str, OfferChoice]] = {}

    def choices(
        self,
        *,
        main: str,
        customer_kind: CustomerKind,
        at: datetime,
        zone: tzinfo,
        facts: Facts = NOTHING,
        used: Mapping[str, str] = _UNUSED,
    ) -> dict[str, OfferChoice]:
        """As the function `choices`. The answer is shared: read it, do not change it."""
        day = (local_day(at, zone), zone)
        if day != self._day or self.rights:  # a right ends at a moment, not with a day
            self._day, self._known = day, {}
        ticked = self._grouped.intersection(used.items())
        asked = (main, customer_kind, facts if self._conditioned else NOTHING, ticked)
        if asked not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[asked] = choices(
                self._by_main.get(main, ()),
                main=main,
                customer_kind=customer_kind,
                at=at,
                zone=zone,
                facts=facts,
                rights=self.rights,
                used_up=self._used_up,
                used=dict(ticked),
            )
        return self._known[asked]


def choices(
    offers: Iterable[OfferTerms],
    *,
    main: str,
    customer_kind: CustomerKind,
    at: datetime,
    zone: tzinfo,
    facts: Facts = NOTHING,
    rights: Iterable[Right] = (),
    used_up: Collection[str] = (),
    used: Mapping[str, str] = _UNUSED,
) -> dict[str, OfferChoice]:
    """This will judge all offers, by cross product in code order; a cross without any is absent.

    A right to the main product itself is no cross product's offer and is left out. `used`: product
    -> code of the offer that is to be used on it; what applies there excludes its group elsewhere.
    """
    rights = tuple(rights)
    beside = sorted(_by_cross(offers, rights, main).items())
    judged = partial(
        choose,
        main=main,
        customer_kind=customer_kind,
        at=at,
        zone=zone,
        facts=facts,
        used_up=used_up,
    )
    found = {cross: judged(known, rights=held) for cross, (known, held) in beside}
    on_main = (r.terms for r in rights if (r.terms.cross, r.terms.code) == (main, used.get(main)))
    groups = first_of_groups((*_in_use(found, used), *on_main))
    if not groups:
        return found
    return {cross: judged(known, rights=held, groups=groups) for cross, (known, held) in beside}


def _by_cross(
    offers: Iterable[OfferTerms], rights: Iterable[Right], main: str
) -> dict[str, tuple[list[OfferTerms], list[Right]]]:
    found: dict[str, tuple[list[OfferTerms], list[Right]]] = {}
    for terms in offers:
        if main in terms.mains:
            found.setdefault(terms.cross, ([], []))[0].append(terms)
    for right in rights:
        if right.terms.cross != main:
            found.setdefault(right.terms.cross, ([], []))[1].append(right)
    return found


def _in_use(found: Mapping[str, OfferChoice], used: Mapping[str, str]) -> Iterator[OfferTerms]:
    for cross, choice in found.items():
        if choice.live and choice.live.terms.code == used.get(cross):
            yield choice.live.terms
