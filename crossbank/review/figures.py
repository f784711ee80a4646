"""Filter -> Figures: the one place that adds up, for the page, the workbook and the command.

Source of every definition: the contract's workbook chapter, printed for readers in `words.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from crossbank.engine import tally
from crossbank.engine.tally import Counts
from crossbank.matrix import editions
from crossbank.org.models import User
from crossbank.review import day_rows, facts, keeping, rated, raw_rows, sums
from crossbank.review.numbers import NOTHING, Numbers, Tally, as_tally
from crossbank.review.pairs import Pairs
from crossbank.review.results import Figures, Group, SaleRow, Span, TallyRow
from crossbank.review.sums import TREND, Sums
from crossbank.review.tallies import median
from crossbank.review.terms import CONVERSIONS, DAYS, ONE_DAY, SALES, Filter, Named, Place

# What a styled workbook made inside a request may hold (decision 12).
ROW_LIMIT = 20_000
_WEEK = timedelta(weeks=1)


def figures(
    asked: Filter,
    *,
    made_by: str,
    made_at: datetime,
    with_data: bool = False,
    with_kept: bool = False,
    more: Collection[str] = (),
) -> Figures:
    """This will count everything the filter asks for, in a fixed number of queries.

    `with_data`: also the rows of the sheets `Tally` and `Data`, and then all sheets are counted from
    these same records; unless there would be more than ROW_LIMIT. `more`: which of SHEETS besides.
    `with_kept`: what became of sales, of nobody by name.
    """
    with_kept &= asked.staff is None
    # what was sold is in the rollups; where they have no keys for it, it is counted by itself
    sold_by_day = with_kept and not sums.is_beside_rollups(asked)
    look_back = keeping.CHECK if sold_by_day else timedelta()
    found, talks = sums.read(asked, today=made_at.date(), look_back=look_back), None
    if with_data and _total(found.by_branch.values()).data_rows <= ROW_LIMIT:
        talks = facts.read(asked)
        found = sums.of_talks(asked, talks, found)
    people = _people(asked, {*found.by_staff, *(who for _d, _b, who in found.by_row if who)})
    shown = editions.load_many(key[-1] for key in (*found.by_main, *found.pairs))
    pairs = Pairs(sums=found.pairs, mains=found.by_main, shown=shown)
    names = pairs.names()
    by_day = _by_day(asked, found.by_day)
    numbers = _total(found.by_branch.values())
    kept, kept_before = None, None
    if with_kept:
        taken = {day: numbers["taken"] for day, numbers in found.by_day.items()}
        kept, kept_before = keeping.checked_tally(asked, taken=taken if sold_by_day else None)
    if talks is None:
        more = ()
    days = day_rows.read(asked, at=made_at) if DAYS in more else ()
    sold = keeping.ledger(asked) if SALES in more and kept and kept.sold <= ROW_LIMIT else ()
    return Figures(
        asked=asked,
        made_by=made_by,
        made_at=made_at,
        numbers=numbers,
        before=_total(n for day, n in found.by_day.items() if _is_before(asked, day)),
        kept=kept,
        kept_before=kept_before,
        unsigned=found.unsigned,
        median_seconds=median(found.seconds),
        timed=sum(found.seconds.values()),
        tally=_tally_rows(asked, found, people),
        by_region=_by_region(asked, found.by_branch),
        by_branch=_groups((_places(asked)[pk].named, n) for pk, n in found.by_branch.items()),
        by_staff=_people_groups((people[pk], n) for pk, n in found.by_staff.items()),
        by_main=_groups((names[main], n) for (main, _edition), n in found.by_main.items()),
        by_day=by_day,
        by_week=_by_week(by_day),
        trend=_trend(asked, found.by_day),
        hours=_hours(found.hours),
        pairings=pairs.rows(names),
        missed=pairs.missed(names),
        partners=pairs.partners(names),
        reasons=pairs.reasons(),
        nothing_offered=_nothing_offered(numbers),
        data=tuple(raw_rows.of_talks(asked, talks, people)) if talks is not None else (),
        days=days,
        sales=sold,
        ratings=rated.read(asked, at=made_at) if CONVERSIONS in more else None,
        products=_products(names, sold),
        people=_by_code({*people.values(), *(row.staff for row in days if row.staff.code)}),
    )


def _products(names: Mapping[str, Named], sold: Iterable[SaleRow]) -> tuple[Named, ...]:
    """Named as they were last shown in the period, else as they were sold."""
    earlier = {one.code: one for row in sold for one in (row.main, row.product)}
    return _by_code({**earlier, **names}.values())


def _by_code(named: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(named, key=lambda one: one.code))


def _total(numbers: Iterable[Numbers]) -> Tally:
    return as_tally(sum(numbers, Counter()))


def _is_before(asked: Filter, day: date) -> bool:
    return asked.before[0] <= day <= asked.before[1]


def _places(asked: Filter) -> dict[int, Place]:
    return {place.pk: place for place in asked.places}


def _people(asked: Filter, pks: set[int]) -> dict[int, Named]:
    found = {pk: asked.known[pk] for pk in pks if pk in asked.known}
    missing = pks - found.keys()
    if missing:
        more = User.objects.filter(pk__in=missing).only("pk", "username", "first_name", "last_name")
        found |= {who.pk: Named(code=who.username, name=who.display_name) for who in more}
    return found


def _tally_rows(asked: Filter, found: Sums, people: Mapping[int, Named]) -> tuple[TallyRow, ...]:
    places = _places(asked)
    rows = (
        TallyRow(
            day=day,
            region=places[branch].region,
            branch=places[branch].named,
            staff=people[who] if who else Named(),
            counts=as_tally(numbers).counts,
        )
        for (day, branch, who), numbers in found.by_row.items()
    )
    return tuple(sorted(rows, key=lambda r: (r.day, r.region.code, r.branch.code, r.staff.code)))


def _by_region(asked: Filter, by_branch: Mapping[int, Numbers]) -> tuple[Group, ...]:
    places = _places(asked)
    return _groups((places[pk].region, numbers) for pk, numbers in by_branch.items())


def _groups(counted: Iterable[tuple[Named, Numbers]]) -> tuple[Group, ...]:
    totals: dict[Named, Numbers] = defaultdict(Counter)
    for key, numbers in counted:
        totals[key].update(numbers)
    return tuple(
        Group(key=key, counts=as_tally(totals[key]).counts)
        for key in sorted(totals, key=lambda key: key.code)
    )


def _people_groups(counted: Iterable[tuple[Named, Numbers]]) -> tuple[Group, ...]:
    """Colleagues in alphabetical order, never by their figures (decision 13)."""
    return tuple(
        sorted(_groups(counted), key=lambda group: (group.key.name.casefold(), group.key.code))
    )


def _by_day(asked: Filter, numbers: Mapping[date, Numbers]) -> tuple[Span, ...]:
    return tuple(
        Span(since=day, until=day + ONE_DAY, counts=_counts(numbers.get(day))) for day in asked.days
    )


def _counts(numbers: Numbers | None) -> Counts:
    return as_tally(numbers).counts if numbers else Counts()


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


def _trend(asked: Filter, numbers: Mapping[date, Numbers]) -> tuple[Span, ...]:
    """Weeks of seven days each, the last one ends with the period."""
    starts = [asked.until - TREND + n * _WEEK for n in range(TREND // _WEEK)]
    return tuple(
        Span(
            since=start,
            until=start + _WEEK,
            counts=tally.fold(_counts(numbers.get(start + n * ONE_DAY)) for n in range(_WEEK.days)),
        )
        for start in starts
    )


def _hours(times: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Every hour between the first and the last busy one, quiet ones too."""
    if not times:
        return ()
    return tuple((hour, times.get(hour, 0)) for hour in range(min(times), max(times) + 1))


def _nothing_offered(numbers: Tally) -> tuple[tuple[str, int], ...]:
    found = [(reason, getattr(numbers, reason)) for reason in NOTHING]
    return tuple(sorted(((r, n) for r, n in found if n), key=lambda pair: (-pair[1], pair[0])))
