"""What if the draft were published: who of the last 30 days would have seen other cards?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crossbank.desk.models import COUNTED_ONLY, Consultation
from crossbank.desk.pictures import retired_codes
from crossbank.desk.where import NOWHERE
from crossbank.engine.advice import advise
from crossbank.engine.conditions import Attribute, Facts
from crossbank.engine.offer_choice import OfferBook
from crossbank.engine.terms import CustomerKind, OfferChoice, OfferTerms, Picture, Snapshot
from crossbank.review.terms import Named

DAYS = 30
MOST = 20_000  # the latest ones; more would not make the answer better, only later
EXAMPLES = 10


_Cards = tuple[str, ...]


class Case(NamedTuple):
    """One conversation before any answer, as far as cards depend on it.

    `live`: (cross, offer) of the offers that applied. `held` sorted. `day`: the local day where an
    edition has seasonal picks, else None, so that equal days are advised once. `facts`: where it
    was, if a condition asks for it; else equal ones of all branches are advised once.
    """

    main: str
    need: str
    kind: str
    held: tuple[str, ...]
    live: tuple[tuple[str, str], ...]
    day: date | None = None
    facts: Facts = NOWHERE


class Seen(NamedTuple):
    """A recorded conversation, of which only the moment is added to the case."""

    main: str
    need: str
    kind: str
    held: tuple[str, ...]
    at: datetime
    zone: str
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Change:
    """Equal conversations that would have seen other cards. Codes in slot order.

    Offers and day are left out of `case`: what applied shows in the cards, if anywhere.
    """

    case: Case
    times: int
    before: _Cards
    after: _Cards

    @property
    def only_order(self) -> bool:
        return sorted(self.before) == sorted(self.after)


@dataclass(frozen=True, kw_only=True)
class MainRow:
    main: Named
    total: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Shape: `mains` with most changed first, then by code, those without a change too;
    `changes` all of them, the most frequent first. `is_cut`: only the latest MOST were looked at.
    """

    since: date
    total: int
    other_cards: int
    other_order: int
    mains: tuple[MainRow, ...]
    changes: tuple[Change, ...]
    is_cut: bool

    @property
    def changed(self) -> int:
        return self.other_cards + self.other_order

    @property
    def share(self) -> float | None:
        return self.changed / self.total if self.total else None


def what_if(
    current: Snapshot, draft: Snapshot, *, offers: Iterable[OfferTerms], at: datetime
) -> WhatIf:
    """This will advise every conversation of the last 30 days by both, before any answer.

    Offers are judged at the moment of the conversation. What is not sold any more at `at` is left
    out on both sides: it would not be shown again, whatever is published.
    """
    since = at.date() - timedelta(days=DAYS - 1)
    seen, is_cut = _read(since)
    replay = _Replay(
        offers,
        by_day=bool(current.seasons or draft.seasons),
        by_place=any(map(_asks_where, (current, draft))),
    )
    cases = Counter(replay.cases(seen))
    old, new = ((one, retired_codes(one, at.date())) for one in (current, draft))
    alike: Counter[tuple[Case, _Cards, _Cards]] = Counter()
    for case, times in cases.items():
        before, after = replay.cards(case, *old), replay.cards(case, *new)
        if before != after:
            alike[case._replace(live=(), day=None, facts=NOWHERE), before, after] += times
    changes = [
        Change(case=case, times=times, before=before, after=after)
        for (case, before, after), times in alike.items()
    ]
    changes.sort(key=lambda change: (-change.times, change.case, change.before, change.after))
    return WhatIf(
        since=since,
        total=len(seen),
        other_cards=sum(change.times for change in changes if not change.only_order),
        other_order=sum(change.times for change in changes if change.only_order),
        mains=_by_main(cases, changes, (draft, current)),
        changes=tuple(changes),
        is_cut=is_cut,
    )


def _asks_where(edition: Snapshot) -> bool:
    conditions = (condition for product in edition.products for condition in product.conditions)
    return any(condition.attribute in _PLACES for condition in conditions)


_PLACES = {Attribute.BRANCH, Attribute.REGION}
_FIELDS = (
    "main_code", "need__code", "customer_kind", "held", "recorded_at",
    "branch__time_zone", "branch__code", "branch__region__code",
)  # fmt: skip


def _read(since: date) -> tuple[list[Seen], bool]:
    """The latest conversations at a desk that count, and whether there were more."""
    found = Consultation.objects.standing().filter(business_date__gte=since)
    rows = found.exclude(source__in=COUNTED_ONLY).order_by("-recorded_at", "-pk")
    listed = list(rows.values_list(*_FIELDS)[: MOST + 1])
    seen = [
        Seen(
            *(main, need or "", kind, tuple(sorted(held)), at, zone),
            replace(NOWHERE, branch=branch, region=region),
        )
        for main, need, kind, held, at, zone, branch, region in listed[:MOST]
    ]
    return seen, len(listed) > MOST


class _Replay:
    """Conversations again, by an edition of one's choice; equal ones are advised once."""

    def __init__(self, offers: Iterable[OfferTerms], *, by_day: bool, by_place: bool) -> None:
        self._by_day = by_day
        self._by_place = by_place
        self._book = OfferBook(offers)
        self._choices: dict[tuple[tuple[str, str], ...], dict[str, OfferChoice]] = {}

    def cases(self, seen: Iterable[Seen]) -> Iterator[Case]:
        """Verdicts on offers follow from main, customer and local day: each is asked for once.

        By zone and moment, because a book remembers one local day at a time.
        """
        live: dict[tuple[str, str, str, date], tuple[tuple[str, str], ...]] = {}
        for one in sorted(seen, key=lambda one: (one.zone, one.at)):
            zone = ZoneInfo(one.zone)
            day = one.at.astimezone(zone).date()
            asked = (one.main, one.kind, one.zone, day)
            if asked not in live:
                live[asked] = self._live(one, zone)
            known = day if self._by_day else None
            facts = one.facts if self._by_place else NOWHERE
            yield Case(one.main, one.need, one.kind, one.held, live[asked], known, facts)

    def _live(self, one: Seen, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
        choices = self._book.choices(
            main=one.main, customer_kind=CustomerKind(one.kind), at=one.at, zone=zone
        )
        live = tuple((cross, c.live.terms.code) for cross, c in choices.items() if c.live)
        self._choices.setdefault(live, choices)
        return live

    def cards(self, case: Case, snapshot: Snapshot, retired: tuple[str, ...]) -> _Cards:
        picture = Picture(
            main=case.main,
            need=case.need,
            customer_kind=CustomerKind(case.kind),
            held=case.held,
            retired=retired,
            day=case.day,
            facts=case.facts,
            offers=self._choices[case.live],
        )
        return tuple(card.code for card in advise(snapshot, picture).cards)


def _by_main(
    cases: Mapping[Case, int], changes: Iterable[Change], books: tuple[Snapshot, ...]
) -> tuple[MainRow, ...]:
    total, changed = Counter[str](), Counter[str]()
    for case, times in cases.items():
        total[case.main] += times
    for change in changes:
        changed[change.case.main] += change.times
    rows = (
        MainRow(main=_named(main, books), total=total[main], changed=changed[main])
        for main in total
    )
    return tuple(sorted(rows, key=lambda row: (-row.changed, row.main.code)))


def _named(code: str, books: Iterable[Snapshot]) -> Named:
    known = (book.product[code].name for book in books if code in book.product)
    return Named(code=code, name=next(known, ""))
