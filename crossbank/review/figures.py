"""Filter -> Figures: the one place that adds up, for the page, the workbook and the command.

Source of every definition: the contract's workbook chapter, printed for readers in `words.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crossbank.desk.models import DeclineReason
from crossbank.engine import tally
from crossbank.engine.tally import Counts
from crossbank.engine.terms import Bucket, Response
from crossbank.matrix import editions
from crossbank.review.facts import Facts, Talk, read
from crossbank.review.terms import (
    ONE_DAY,
    DataRow,
    Figures,
    Filter,
    Group,
    MissedRow,
    Named,
    PairRow,
    Place,
    Span,
    TallyRow,
)

# What a styled workbook made inside a request may hold (decision 12).
ROW_LIMIT = 20_000

_Key = tuple[date, int, int | None]
_Pair = tuple[str, str]
_REASONS = {reason.value: place for place, reason in enumerate(DeclineReason)}
_OPEN_BUCKETS = {Bucket.MAIN_ONLY.value, Bucket.PLUS_ONE.value}


def figures(asked: Filter, *, made_by: str, made_at: datetime, with_data: bool = False) -> Figures:
    """This will count everything the filter asks for, in a fixed number of queries.

    `with_data`: also make the rows of the sheet `Data`, unless there are more than ROW_LIMIT.
    """
    facts = read(asked)
    rows = _tally_rows(asked, facts)
    by_day = _by_day(asked, rows)
    pairs = _Pairs.of(facts.talks)
    data_rows = sum(max(len(talk.items), 1) for talk in facts.talks)
    return Figures(
        asked=asked,
        made_by=made_by,
        made_at=made_at,
        totals=tally.fold(row.counts for row in rows),
        live=sum(not talk.counted_only for talk in facts.talks),
        offered=sum(bool(talk.items) for talk in facts.talks if not talk.counted_only),
        tally=rows,
        by_region=_groups((row.region, row.counts) for row in rows),
        by_branch=_groups((row.branch, row.counts) for row in rows),
        by_staff=_people((row.staff, row.counts) for row in rows) if asked.names else (),
        by_day=by_day,
        by_week=_by_week(by_day),
        pairings=pairs.rows(),
        missed=pairs.missed_rows(),
        nothing_offered=_nothing_offered(facts.talks),
        data_rows=data_rows,
        data=_data(asked, facts) if with_data and data_rows <= ROW_LIMIT else (),
        products=tuple(Named(code=code, name=pairs.names[code]) for code in sorted(pairs.names)),
    )


def _tally_rows(asked: Filter, facts: Facts) -> tuple[TallyRow, ...]:
    places = {place.pk: place for place in asked.places}
    counts = _counts(facts.talks)
    rows = (
        TallyRow(
            day=day,
            region=places[branch].region,
            branch=places[branch].named,
            staff=facts.people[who] if who else Named(),
            counts=counts[day, branch, who],
        )
        for day, branch, who in counts
    )
    return tuple(sorted(rows, key=lambda r: (r.day, r.region.code, r.branch.code, r.staff.code)))


def _counts(talks: Iterable[Talk]) -> dict[_Key, Counts]:
    """Counted as plain numbers first: a Counts for each consultation would cost more than all."""
    numbers: dict[_Key, Counter[str]] = defaultdict(Counter)
    for talk in talks:
        here = numbers[talk.day, talk.branch, talk.employee]
        here[talk.bucket] += 1
        if talk.items and not talk.counted_only:
            here["presented"] += len(talk.items)
            here["taken"] += sum(item.response == Response.ACCEPTED for item in talk.items)
    return {key: Counts(**counter) for key, counter in numbers.items()}


def _groups(counted: Iterable[tuple[Named, Counts]]) -> tuple[Group, ...]:
    sums: dict[Named, Counts] = defaultdict(Counts)
    for key, counts in counted:
        sums[key] += counts
    return tuple(Group(key=key, counts=sums[key]) for key in sorted(sums, key=lambda k: k.code))


def _people(counted: Iterable[tuple[Named, Counts]]) -> tuple[Group, ...]:
    """Colleagues in alphabetical order, never by their figures (decision 13)."""
    return tuple(
        sorted(_groups(counted), key=lambda group: (group.key.name.casefold(), group.key.code))
    )


def _by_day(asked: Filter, rows: Iterable[TallyRow]) -> tuple[Span, ...]:
    sums: dict[date, Counts] = defaultdict(Counts)
    for row in rows:
        sums[row.day] += row.counts
    return tuple(
        Span(since=day, until=day + ONE_DAY, counts=sums.get(day, Counts())) for day in asked.days
    )


def _by_week(days: Iterable[Span]) -> tuple[Span, ...]:
    weeks: dict[date, list[Span]] = defaultdict(list)
    for day in days:
        weeks[day.since - timedelta(days=day.since.weekday())].append(day)
    return tuple(
        Span(
            since=week[0].since,
            until=week[-1].until,
            counts=tally.fold(day.counts for day in week),
        )
        for week in weeks.values()
    )


@dataclass
class _Pairs:
    """What is known of each pair, gathered in one walk from the oldest record to the newest.

    A product that was renamed, or a pair that was rated anew, is shown as the newest record of the
    period has it.
    """

    names: dict[str, str] = field(default_factory=dict)
    ratings: dict[_Pair, str] = field(default_factory=dict)
    answers: dict[_Pair, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: dict[_Pair, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    missed: Counter[_Pair] = field(default_factory=Counter)
    missed_ratings: dict[_Pair, str] = field(default_factory=dict)

    @classmethod
    def of(cls, talks: Iterable[Talk]) -> "_Pairs":
        pairs = cls()
        for talk in talks:
            pairs.names[talk.main] = talk.main_name
            if not talk.counted_only:
                pairs._answers_of(talk)
                if talk.bucket in _OPEN_BUCKETS:
                    pairs._missed_in(talk)
        return pairs

    def _answers_of(self, talk: Talk) -> None:
        for item in talk.items:
            pair = (talk.main, item.cross)
            self.names[item.cross] = item.name
            self.ratings[pair] = item.rating
            self.answers[pair][item.response] += 1
            if item.reason and item.response == Response.DECLINED:
                self.reasons[pair][item.reason] += 1

    def _missed_in(self, talk: Talk) -> None:
        snapshot = editions.load(talk.edition).snapshot
        for cross in tally.missed(
            snapshot,
            main=talk.main,
            presented=[item.cross for item in talk.items],
            held=talk.held,
            taken=[item.cross for item in talk.items if item.response == Response.ACCEPTED],
        ):
            self.missed[talk.main, cross] += 1
            self.missed_ratings[talk.main, cross] = snapshot.rows[talk.main][cross].rating.value
            self.names.setdefault(cross, snapshot.product[cross].name)

    def _named(self, code: str) -> Named:
        return Named(code=code, name=self.names[code])

    def rows(self) -> tuple[PairRow, ...]:
        found = (
            PairRow(
                main=self._named(main),
                cross=self._named(cross),
                rating=self.ratings[main, cross],
                **answers,
            )
            for (main, cross), answers in self.answers.items()
        )
        return tuple(sorted(found, key=lambda r: (-r.presented, r.main.code, r.cross.code)))

    def missed_rows(self) -> tuple[MissedRow, ...]:
        found = (
            MissedRow(
                main=self._named(main),
                cross=self._named(cross),
                rating=self.missed_ratings[main, cross],
                not_presented=times,
                declined=self.answers.get((main, cross), Counter())[Response.DECLINED],
                top_reason=_top(self.reasons.get((main, cross), Counter())),
            )
            for (main, cross), times in self.missed.items()
        )
        return tuple(sorted(found, key=lambda r: (-r.not_presented, r.main.code, r.cross.code)))


def _top(reasons: Mapping[str, int]) -> str:
    """The most frequent reason; of equals the first in the order of the choices."""
    return min(reasons, key=lambda r: (-reasons[r], _REASONS.get(r, len(_REASONS)), r), default="")


def _nothing_offered(talks: Iterable[Talk]) -> tuple[tuple[str, int], ...]:
    found = Counter(talk.nothing_offered for talk in talks if talk.nothing_offered)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _data(asked: Filter, facts: Facts) -> tuple[DataRow, ...]:
    places = {place.pk: place for place in asked.places}
    zones = {place.pk: ZoneInfo(place.time_zone) for place in asked.places}
    return tuple(
        row
        for talk in facts.talks
        for row in _rows_of(
            talk,
            place=places[talk.branch],
            zone=zones[talk.branch],
            staff=facts.people[talk.employee].code if talk.employee else "",
        )
    )


def _rows_of(talk: Talk, *, place: Place, zone: ZoneInfo, staff: str) -> Iterable[DataRow]:
    heads = {
        "consultation": str(talk.uuid),
        "business_date": talk.day,
        # Excel has no zones: the clock on the branch's wall, to the second
        "recorded_at": talk.recorded_at.astimezone(zone).replace(tzinfo=None, microsecond=0),
        "region": place.region.code,
        "branch": place.code,
        "staff": staff,
        "main": talk.main,
        "edition": talk.edition_number,
        "bucket": talk.bucket,
        "source": talk.source,
    }
    blank = DataRow(**heads, cross="", response="", reason="", offer="", price_shown="")
    if not talk.items:
        return (blank,)
    return (
        blank._replace(
            cross=item.cross,
            response=item.response,
            reason=item.reason,
            offer=item.offer,
            price_shown=item.price_shown,
        )
        for item in talk.items
    )
