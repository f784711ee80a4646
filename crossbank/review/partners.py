"""Partners' products and what partners add by themselves: a month of it is one statement.

Whose product it was, the edition that was shown says: a record of March keeps March's partner.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crossbank.engine.terms import Bucket, Response
from crossbank.matrix import editions
from crossbank.review import facts
from crossbank.review.facts import Item, Talk
from crossbank.review.results import Answers, PartnerRow
from crossbank.review.terms import Filter, Named

NOBODY = Named()  # the bank itself


@dataclass(frozen=True, kw_only=True)
class GivenRow:
    """How often a partner's benefit came with a main product."""

    partner: Named
    benefit: Named
    main: Named
    times: int


@dataclass(frozen=True, kw_only=True)
class MainRow:
    """How often a partner's product was what customers came for, and took."""

    partner: Named
    main: Named
    times: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one partner's statement holds."""

    partner: Named
    mains: tuple[MainRow, ...]
    rows: tuple[PartnerRow, ...]
    given: tuple[GivenRow, ...]

    @property
    def total(self) -> Answers:
        return sum((row.answers for row in self.rows), Answers())


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One month. Shape: `parts` by partner, mains and rows by product, given by (benefit, main).

    `with_offers`: this bank uses offers; else nothing is known of their use. `partner` narrows `parts` alone; `own` and `partners` are everything in the places asked for.
    """

    asked: Filter
    partner: Named | None
    with_offers: bool
    made_by: str
    made_at: datetime  # aware, in the reader's zone
    parts: tuple[Part, ...]
    own: Answers
    partners: Answers

    @property
    def lines(self) -> int:
        return sum(len((*part.mains, *part.rows, *part.given)) for part in self.parts)


def statement(
    asked: Filter, *, partner: Named | None, with_offers: bool, made_by: str, made_at: datetime
) -> Statement:
    """This will add up one period by partner, without reading who recorded, in a few queries."""
    asked = replace(asked, names=False)
    talks = facts.read(asked)
    sums = _Sums(talks, facts.withdrawn(asked) if with_offers else ())
    mains, rows, given = _main_rows(talks), sums.rows(), _given_rows(talks)
    met = {row.partner.code: row.partner for row in (*given, *rows, *mains)}
    if partner:
        met = {partner.code: met.get(partner.code, partner)}
    return Statement(
        asked=asked,
        partner=partner,
        with_offers=with_offers,
        made_by=made_by,
        made_at=made_at,
        parts=tuple(
            Part(
                partner=met[code],
                mains=tuple(row for row in mains if row.partner.code == code),
                rows=tuple(row for row in rows if row.partner.code == code),
                given=tuple(row for row in given if row.partner.code == code),
            )
            for code in sorted(met)
        ),
        own=sums.total(is_own=True),
        partners=sums.total(is_own=False),
    )


class _Sums:
    """Counted in one walk from the oldest record to the newest; names as the newest has them."""

    def __init__(self, talks: Iterable[Talk], withdrawn: Container[tuple[int, str]] = ()) -> None:
        self.names: dict[str, str] = {}
        self.partners: dict[str, str] = {}
        self.counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for talk in talks:
            for item, partner in _presented(talk):
                self.names[item.cross] = item.name
                self.partners[partner.code] = partner.name
                here = self.counts[partner.code, item.cross]
                here[item.response] += 1
                here["with_offer"] += bool(item.offer) and item.response == Response.ACCEPTED
                here["withdrawn"] += (talk.pk, item.cross) in withdrawn

    def rows(self) -> tuple[PartnerRow, ...]:
        return tuple(
            PartnerRow(
                partner=Named(code=partner, name=self.partners[partner]),
                product=Named(code=product, name=self.names[product]),
                answers=Answers(**self.counts[partner, product]),
            )
            for partner, product in sorted(self.counts)
            if partner != NOBODY.code
        )

    def total(self, *, is_own: bool) -> Answers:
        found = (
            Answers(**counts)
            for (partner, _), counts in self.counts.items()
            if (partner == NOBODY.code) is is_own
        )
        return sum(found, Answers())


def _presented(talk: Talk) -> Iterator[tuple[Item, Named]]:
    """What was presented, each with its partner, or NOBODY."""
    items = () if talk.counted_only else talk.items
    known = editions.load(talk.edition).snapshot.product if items else {}
    for item in items:
        product = known.get(item.cross)
        is_partners = product and product.partner
        yield (
            item,
            Named(code=product.partner, name=product.partner_name) if is_partners else NOBODY,
        )


def _main_rows(talks: Iterable[Talk]) -> tuple[MainRow, ...]:
    """Who left without it took nothing; a paper entry is in no figure of a product."""
    partners: dict[str, Named] = {}
    mains: dict[str, Named] = {}
    times: Counter[tuple[str, str]] = Counter()
    for talk in talks:
        if talk.counted_only or talk.bucket == Bucket.NO_MAIN:
            continue
        product = editions.load(talk.edition).snapshot.product.get(talk.main)
        if product and product.partner:
            partners[product.partner] = Named(code=product.partner, name=product.partner_name)
            mains[talk.main] = Named(code=talk.main, name=talk.main_name)
            times[product.partner, talk.main] += 1
    return tuple(
        MainRow(partner=partners[partner], main=mains[main], times=times[partner, main])
        for partner, main in sorted(times)
    )


def _given_rows(talks: Iterable[Talk]) -> tuple[GivenRow, ...]:
    names: dict[tuple[str, str], str] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for talk in talks:
        for one in talk.comes_with:
            names["partner", one["partner"]] = one["partner_name"]
            names["benefit", one["code"]] = one["name"]
            names["main", talk.main] = talk.main_name
            times[one["partner"], one["code"], talk.main] += 1

    def named(what: str, code: str) -> Named:
        return Named(code=code, name=names[what, code])

    return tuple(
        GivenRow(
            partner=named("partner", partner),
            benefit=named("benefit", benefit),
            main=named("main", main),
            times=times[partner, benefit, main],
        )
        for partner, benefit, main in sorted(times)
    )
