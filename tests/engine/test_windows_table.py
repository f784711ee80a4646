"""Windows x branches x moments, as decision 7 says: the day of the branch, to its last microsecond.

A fixed window is judged in the local day of the branch where it is used; a right ends with the Nth
local day of the branch that issued it, kept as one moment that is the same everywhere.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crossbank.engine.eligibility import ends_early, judge, judge_right, right_until
from crossbank.engine.terms import CustomerKind, LiveOffer, Reason, ReasonKind, Right, Trigger
from tests.engine.bank import fixed, relative

BERLIN, BANGKOK, CAIRO = "Europe/Berlin", "Asia/Bangkok", "Africa/Cairo"
HAVANA, APIA = "America/Havana", "Pacific/Apia"
BRANCHES = (BERLIN, BANGKOK, CAIRO, HAVANA, APIA)
TICK, DAY = timedelta(microseconds=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(terms, at: datetime, zone: str) -> tuple[str, date | None]:
    """live and its last day, else the reason and its day."""
    unknown = CustomerKind.UNKNOWN
    verdict = judge(terms, main="M", customer_kind=unknown, at=at, zone=ZoneInfo(zone))
    if isinstance(verdict, Reason):
        return verdict.kind.value, verdict.day
    return "live", verdict.last_day


def window(first: date, last: date):
    """As a form gives it: the last day inclusive."""
    return fixed("F", "X", "M", first=first, until=last + DAY)


# branch, first day and when it begins, last day and when it is over; every moment in UTC
FIXED = [
    # plain days
    (BERLIN, "2026-01-10", "2026-01-09T23:00", "2026-01-12", "2026-01-12T23:00"),
    (BANGKOK, "2026-03-01", "2026-02-28T17:00", "2026-03-31", "2026-03-31T17:00"),
    (APIA, "2026-03-01", "2026-02-28T11:00", "2026-03-31", "2026-03-31T11:00"),
    # clocks go forward at 02:00: the day before, the day of 23 hours, the day after
    (BERLIN, "2026-03-28", "2026-03-27T23:00", "2026-03-28", "2026-03-28T23:00"),
    (BERLIN, "2026-03-29", "2026-03-28T23:00", "2026-03-29", "2026-03-29T22:00"),
    (BERLIN, "2026-03-30", "2026-03-29T22:00", "2026-03-30", "2026-03-30T22:00"),
    # clocks go back at 03:00: a day of 25 hours
    (BERLIN, "2026-10-24", "2026-10-23T22:00", "2026-10-24", "2026-10-24T22:00"),
    (BERLIN, "2026-10-25", "2026-10-24T22:00", "2026-10-25", "2026-10-25T23:00"),
    # the midnight that ends the window, or begins it, does not exist: 00:00 is 01:00
    (CAIRO, "2026-04-20", "2026-04-19T22:00", "2026-04-23", "2026-04-23T22:00"),
    (CAIRO, "2026-04-24", "2026-04-23T22:00", "2026-04-24", "2026-04-24T21:00"),
    (HAVANA, "2026-03-01", "2026-03-01T05:00", "2026-03-07", "2026-03-08T05:00"),
    (HAVANA, "2026-03-08", "2026-03-08T05:00", "2026-03-08", "2026-03-09T04:00"),
    # at 24:00 it is 23:00 once more: a day of 25 hours
    (CAIRO, "2026-10-29", "2026-10-28T21:00", "2026-10-29", "2026-10-29T22:00"),
    # the midnight that ends the window comes twice: the first one counts
    (HAVANA, "2026-10-30", "2026-10-30T04:00", "2026-10-31", "2026-11-01T04:00"),
    (HAVANA, "2026-11-01", "2026-11-01T04:00", "2026-11-01", "2026-11-02T05:00"),
    # a whole day that never was: a window to it is over with the day before
    (APIA, "2011-12-28", "2011-12-28T10:00", "2011-12-29", "2011-12-30T10:00"),
    (APIA, "2011-12-28", "2011-12-28T10:00", "2011-12-30", "2011-12-30T10:00"),
    (APIA, "2011-12-30", "2011-12-30T10:00", "2011-12-31", "2011-12-31T10:00"),
]


@pytest.mark.parametrize(("zone", "first", "begins", "last", "ends"), FIXED)
def test_fixed_window_holds_from_its_first_to_its_last_microsecond(
    zone, first, begins, last, ends
) -> None:
    terms = window(date.fromisoformat(first), date.fromisoformat(last))
    begins, ends = utc(begins), utc(ends)
    first, last = date.fromisoformat(first), date.fromisoformat(last)

    moments = {
        "before": begins - TICK,
        "begins": begins,
        "inside": begins + (ends - begins) / 2,
        "last": ends - TICK,
        "end": ends,
        "after": ends + TICK,
    }
    assert {name: told(terms, at, zone) for name, at in moments.items()} == {
        "before": ("not_yet", first),
        "begins": ("live", last),
        "inside": ("live", last),
        "last": ("live", last),
        "end": ("ended", last),
        "after": ("ended", last),
    }


@pytest.mark.parametrize(("zone", "first", "begins", "last", "ends"), FIXED)
def test_countdown_of_a_fixed_window_runs_to_its_end(zone, first, begins, last, ends) -> None:
    terms = window(date.fromisoformat(first), date.fromisoformat(last))

    live = judge(
        terms, main="M", customer_kind=CustomerKind.UNKNOWN, at=utc(begins), zone=ZoneInfo(zone)
    )

    assert isinstance(live, LiveOffer)
    assert live.ends_at == utc(ends)


def test_window_of_the_day_that_never_was_never_holds() -> None:
    ghost = date(2011, 12, 30)
    terms = window(ghost, ghost)

    skipped = utc("2011-12-30T10:00")

    assert told(terms, skipped - TICK, APIA) == ("not_yet", ghost)
    assert told(terms, skipped, APIA) == ("ended", ghost)


@pytest.mark.parametrize(
    ("moment", "open_in"),
    [
        ("2026-03-31T10:59:59.999999", BRANCHES),
        ("2026-03-31T11:00", (BERLIN, BANGKOK, CAIRO, HAVANA)),
        ("2026-03-31T16:59:59.999999", (BERLIN, BANGKOK, CAIRO, HAVANA)),
        ("2026-03-31T17:00", (BERLIN, CAIRO, HAVANA)),
        ("2026-03-31T21:59:59.999999", (BERLIN, CAIRO, HAVANA)),
        ("2026-03-31T22:00", (HAVANA,)),
        ("2026-04-01T03:59:59.999999", (HAVANA,)),
        ("2026-04-01T04:00", ()),
    ],
)
def test_one_fixed_window_ends_in_each_branch_with_its_own_day(moment, open_in) -> None:
    terms = window(date(2026, 3, 1), date(2026, 3, 31))

    found = tuple(zone for zone in BRANCHES if told(terms, utc(moment), zone)[0] == "live")

    assert found == open_in


# branch that issues, moment, days after, last local day, when the right is over
RELATIVE = [
    (BERLIN, "2026-01-10T11:00", 30, "2026-02-09", "2026-02-09T23:00"),
    (BERLIN, "2026-01-10T11:00", 0, "2026-01-10", "2026-01-10T23:00"),
    # the last microsecond of a day, and the first one of the next
    (BERLIN, "2026-03-31T21:59:59.999999", 30, "2026-04-30", "2026-04-30T22:00"),
    (BERLIN, "2026-03-31T22:00", 30, "2026-05-01", "2026-05-01T22:00"),
    (BANGKOK, "2026-03-01T16:59:59.999999", 30, "2026-03-31", "2026-03-31T17:00"),
    (BANGKOK, "2026-03-01T17:00", 30, "2026-04-01", "2026-04-01T17:00"),
    # it ends before, with and after the day of 23 hours; over the day of 25
    (BERLIN, "2026-03-01T12:00", 27, "2026-03-28", "2026-03-28T23:00"),
    (BERLIN, "2026-03-01T12:00", 28, "2026-03-29", "2026-03-29T22:00"),
    (BERLIN, "2026-03-01T12:00", 29, "2026-03-30", "2026-03-30T22:00"),
    (BERLIN, "2026-09-25T10:00", 30, "2026-10-25", "2026-10-25T23:00"),
    # the midnight that ends it does not exist
    (CAIRO, "2026-03-24T10:00", 30, "2026-04-23", "2026-04-23T22:00"),
    (CAIRO, "2026-03-24T10:00", 31, "2026-04-24", "2026-04-24T21:00"),
    (HAVANA, "2026-02-05T12:00", 30, "2026-03-07", "2026-03-08T05:00"),
    # the day that ends at 24:00 once more at 23:00; the midnight that comes twice
    (CAIRO, "2026-09-29T10:00", 30, "2026-10-29", "2026-10-29T22:00"),
    (HAVANA, "2026-10-01T12:00", 30, "2026-10-31", "2026-11-01T04:00"),
    (HAVANA, "2026-10-01T12:00", 31, "2026-11-01", "2026-11-02T05:00"),
    # the second half past midnight of a Havana night is still the first day
    (HAVANA, "2026-11-01T04:30", 1, "2026-11-02", "2026-11-03T05:00"),
    (HAVANA, "2026-11-01T05:30", 1, "2026-11-02", "2026-11-03T05:00"),
    # over the day that never was
    (APIA, "2011-11-29T12:00", 30, "2011-12-29", "2011-12-30T10:00"),
    (APIA, "2011-11-29T12:00", 31, "2011-12-29", "2011-12-30T10:00"),
    (APIA, "2011-11-29T12:00", 32, "2011-12-31", "2011-12-31T10:00"),
]


@pytest.mark.parametrize(("zone", "given", "days", "last", "until"), RELATIVE)
def test_right_ends_with_the_nth_local_day_of_the_branch_that_issued_it(
    zone, given, days, last, until
) -> None:
    terms = relative("R", "X", "M", Trigger.MAIN_RECORDED, days)

    end = right_until(terms, at=utc(given), zone=ZoneInfo(zone))

    right = Right(terms=terms, until=end, last_day=date.fromisoformat(last), code="")
    live = judge_right(right, at=end - TICK)
    assert end == utc(until)
    assert isinstance(live, LiveOffer)
    assert (live.last_day, live.ends_at) == (date.fromisoformat(last), end)
    assert not ends_early(live.last_day, end, ZoneInfo(zone))


# an end in Bangkok, in Berlin; where somebody reads it; is it over there before its day is?
READ = [
    (BANGKOK, "2026-03-31T17:00", BANGKOK, False),
    (BANGKOK, "2026-03-31T17:00", BERLIN, True),  # at 19:00
    (BANGKOK, "2026-03-31T17:00", HAVANA, True),
    (BANGKOK, "2026-03-31T17:00", APIA, False),  # on the next morning
    (BERLIN, "2026-03-31T22:00", BANGKOK, False),
    (BERLIN, "2026-03-31T22:00", HAVANA, True),
]


@pytest.mark.parametrize(("given_in", "until", "zone", "early"), READ)
def test_right_has_one_last_day_and_says_where_it_is_over_before_that_day_is(
    given_in, until, zone, early
) -> None:
    terms, day = relative("R", "X", "M", Trigger.APPROVAL, 60), date(2026, 3, 31)
    right = Right(terms=terms, until=utc(until), last_day=day, code="")

    live, over = judge_right(right, at=right.until - TICK), judge_right(right, at=right.until)

    assert (live.last_day, live.ends_at) == (day, right.until)
    assert over == Reason(kind=ReasonKind.ENDED, day=day)
    assert ends_early(day, right.until, ZoneInfo(zone)) is early
