"""Offers by the branch's own clock, in tables; long because every rule has its row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from crossbank.engine.eligibility import (
    OfferState,
    day_starts,
    judge,
    local_day,
    state,
    window_days,
)
from crossbank.engine.offer_choice import OfferBook, choices, choose
from crossbank.engine.terms import (
    BenefitType,
    CustomerKind,
    LiveOffer,
    OfferChoice,
    OfferKind,
    Reason,
    ReasonKind,
    Right,
    Trigger,
    WindowKind,
)
from tests.engine.bank import BERLIN, NOON, OFFERS, fixed, live_offers, offer, relative

UNKNOWN, NEW, EXISTING = CustomerKind.UNKNOWN, CustomerKind.NEW, CustomerKind.EXISTING
BANGKOK = ZoneInfo("Asia/Bangkok")
BY_CODE = {terms.code: terms for terms in OFFERS}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def judged(terms, main="M", kind=UNKNOWN, at=NOON, zone=BERLIN):
    return judge(terms, main=main, customer_kind=kind, at=at, zone=zone)


def chosen(*offers, main="M", kind=UNKNOWN, at=NOON):
    """The winner's code, and (code, reason, subject) of the losers."""
    choice = choose(offers, main=main, customer_kind=kind, at=at, zone=BERLIN)
    live = choice.live.terms.code if choice.live else None
    return live, [(o.terms.code, o.reason.kind, o.reason.subject) for o in choice.losing]


# --- days ---------------------------------------------------------------------------------------


def test_local_day_is_the_branch_s_and_not_utc_s():
    late = utc(2026, 7, 15, 22, 30)

    assert local_day(late, BERLIN) == date(2026, 7, 16)
    assert local_day(late, ZoneInfo("America/New_York")) == date(2026, 7, 15)
    assert local_day(late.astimezone(BANGKOK), BERLIN) == date(2026, 7, 16)


def test_local_day_of_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        local_day(datetime(2026, 7, 15), BERLIN)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Berlin", date(2026, 1, 15), utc(2026, 1, 14, 23)),
        ("Europe/Berlin", date(2026, 7, 15), utc(2026, 7, 14, 22)),
        # the two clock-change days start in the old time and last 23 and 25 hours
        ("Europe/Berlin", date(2026, 3, 29), utc(2026, 3, 28, 23)),
        ("Europe/Berlin", date(2026, 3, 30), utc(2026, 3, 29, 22)),
        ("Europe/Berlin", date(2026, 10, 25), utc(2026, 10, 24, 22)),
        ("Europe/Berlin", date(2026, 10, 26), utc(2026, 10, 25, 23)),
        ("Asia/Bangkok", date(2026, 3, 29), utc(2026, 3, 28, 17)),
        # no midnight: clocks go from 00:00 to 01:00
        ("Africa/Cairo", date(2026, 4, 24), utc(2026, 4, 23, 22)),
        ("America/Santiago", date(2026, 9, 6), utc(2026, 9, 6, 4)),
        # back from 24:00 to 23:00: the last hour twice, midnight once
        ("Africa/Cairo", date(2026, 10, 30), utc(2026, 10, 29, 22)),
        # midnight twice: the first one
        ("America/Havana", date(2026, 11, 1), utc(2026, 11, 1, 4)),
        # 23:30 to 00:30: the day starts at half past twelve
        ("America/Toronto", date(1919, 3, 31), utc(1919, 3, 31, 4, 30)),
        # a whole day that never was starts where the next one does
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), utc(2011, 12, 30, 10)),
    ],
)
def test_day_starts_at_its_first_moment(zone, day, expected):
    assert day_starts(day, ZoneInfo(zone)) == expected
    assert day_starts(day, ZoneInfo(zone)).tzinfo is UTC


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "Africa/Cairo", "America/Santiago", "America/Havana", "Australia/Lord_Howe"],
)
def test_day_starts_is_the_border_of_every_day_of_two_years(zone):
    where = ZoneInfo(zone)
    for number in range(730):
        day = date(2026, 1, 1) + timedelta(days=number)
        start = day_starts(day, where)

        assert local_day(start, where) == day
        assert local_day(start - timedelta(microseconds=1), where) == day - timedelta(days=1)


def test_day_starts_in_a_plain_offset():
    assert day_starts(date(2026, 1, 1), timezone(timedelta(hours=-5))) == utc(2026, 1, 1, 5)


# --- windows ------------------------------------------------------------------------------------

SUMMER = {"first": date(2026, 6, 1), "until": date(2026, 9, 1)}
WINTER = {"first": date(2025, 12, 15), "until": date(2026, 1, 7), "repeats_yearly": True}


@pytest.mark.parametrize(
    ("sentence", "terms", "day", "expected"),
    [
        (
            "once: as typed, before, in and after",
            fixed("O", "X", "M", **SUMMER),
            date(2030, 1, 1),
            (date(2026, 6, 1), date(2026, 9, 1)),
        ),
        (
            "yearly: this year's while it runs",
            fixed("O", "X", "M", **SUMMER, repeats_yearly=True),
            date(2029, 8, 31),
            (date(2029, 6, 1), date(2029, 9, 1)),
        ),
        (
            "yearly: on the day after, next year's",
            fixed("O", "X", "M", **SUMMER, repeats_yearly=True),
            date(2029, 9, 1),
            (date(2030, 6, 1), date(2030, 9, 1)),
        ),
        (
            "yearly: never before its first date",
            fixed("O", "X", "M", **SUMMER, repeats_yearly=True),
            date(2024, 7, 1),
            (date(2026, 6, 1), date(2026, 9, 1)),
        ),
        (
            "across New Year: in January it is last year's",
            fixed("O", "X", "M", **WINTER),
            date(2028, 1, 6),
            (date(2027, 12, 15), date(2028, 1, 7)),
        ),
        (
            "across New Year: in December it is this year's",
            fixed("O", "X", "M", **WINTER),
            date(2028, 12, 15),
            (date(2028, 12, 15), date(2029, 1, 7)),
        ),
        (
            "across New Year: between them, the coming one",
            fixed("O", "X", "M", **WINTER),
            date(2028, 1, 7),
            (date(2028, 12, 15), date(2029, 1, 7)),
        ),
        (
            "from 29 February: where there is none, from the day after the 28th",
            fixed(
                "O", "X", "M", first=date(2024, 2, 29), until=date(2024, 3, 3), repeats_yearly=True
            ),
            date(2025, 2, 1),
            (date(2025, 3, 1), date(2025, 3, 3)),
        ),
        (
            "to 29 February with it: where there is none, to the 28th",
            fixed(
                "O", "X", "M", first=date(2024, 2, 1), until=date(2024, 3, 1), repeats_yearly=True
            ),
            date(2025, 2, 28),
            (date(2025, 2, 1), date(2025, 3, 1)),
        ),
        (
            "to 28 February with it: in a leap year not to the 29th",
            fixed(
                "O", "X", "M", first=date(2025, 2, 1), until=date(2025, 3, 1), repeats_yearly=True
            ),
            date(2028, 2, 28),
            (date(2028, 2, 1), date(2028, 2, 29)),
        ),
        (
            "to New Year's Eve with it: the next begins in its own year",
            fixed(
                "O", "X", "M", first=date(2025, 12, 1), until=date(2026, 1, 1), repeats_yearly=True
            ),
            date(2027, 1, 1),
            (date(2027, 12, 1), date(2028, 1, 1)),
        ),
        ("no dates, no window", offer("O", "X", "M"), date(2026, 1, 1), None),
        (
            "one side open",
            offer("O", "X", "M", until_on=date(2026, 9, 1), repeats_yearly=True),
            date(2026, 1, 1),
            (date.min, date(2026, 9, 1)),
        ),
    ],
)
def test_window_days_gives_the_occurrence_that_holds_the_day(sentence, terms, day, expected):
    assert window_days(terms, day) == expected, sentence


NOW, SOON, ENDED, PAUSED = OfferState


@pytest.mark.parametrize(
    ("sentence", "terms", "at", "expected"),
    [
        ("a second before", fixed("O", "X", "M", **SUMMER), utc(2026, 5, 31, 21, 59, 59), SOON),
        ("the first local moment", fixed("O", "X", "M", **SUMMER), utc(2026, 5, 31, 22), NOW),
        ("the last day to its end", fixed("O", "X", "M", **SUMMER), utc(2026, 8, 31, 21, 59), NOW),
        ("the moment after", fixed("O", "X", "M", **SUMMER), utc(2026, 8, 31, 22), ENDED),
        ("paused counts more", fixed("O", "X", "M", **SUMMER, is_paused=True), NOON, PAUSED),
        ("winter, every year", fixed("O", "X", "M", **WINTER), utc(2031, 1, 6, 22, 59), NOW),
        ("over for this winter", fixed("O", "X", "M", **WINTER), utc(2031, 1, 6, 23), SOON),
        ("with the main: always", offer("O", "X", "M"), NOON, NOW),
        (
            "with the main, campaign over",
            offer("O", "X", "M", until_on=date(2026, 7, 15)),
            NOON,
            ENDED,
        ),
        ("after the main: always", BY_CODE["TL-1"], NOON, NOW),
        ("after the main, paused", replace(BY_CODE["TL-1"], is_paused=True), NOON, PAUSED),
        ("fixed, but not planned yet", offer("O", "X", "M", window=WindowKind.FIXED), NOON, SOON),
        (
            "an upside-down window never opens",
            fixed(
                "O", "X", "M", first=date(2026, 9, 1), until=date(2026, 6, 1), repeats_yearly=True
            ),
            NOON,
            SOON,
        ),
    ],
)
def test_state_follows_the_branch_s_day(sentence, terms, at, expected):
    assert state(terms, at, BERLIN) is expected, sentence


def test_state_differs_between_branches_at_the_same_moment():
    evening = utc(2026, 8, 31, 18)

    assert state(fixed("O", "X", "M", **SUMMER), evening, BERLIN) is NOW
    assert state(fixed("O", "X", "M", **SUMMER), evening, BANGKOK) is ENDED


# --- one offer ----------------------------------------------------------------------------------


def test_judge_one_time_offer_lives_in_the_consultation_only():
    terms = offer("O", "X", "M N")

    assert judged(terms) == LiveOffer(terms=terms, only_now=True)
    assert judged(terms, main="X") == Reason(kind=ReasonKind.WRONG_MAIN)


@pytest.mark.parametrize(
    ("zone", "last_day", "ends_at"),
    [
        (BERLIN, date(2026, 10, 25), utc(2026, 10, 25, 23)),  # the 25-hour day
        (BANGKOK, date(2026, 10, 25), utc(2026, 10, 25, 17)),
        (ZoneInfo("Africa/Cairo"), date(2026, 4, 23), utc(2026, 4, 23, 22)),  # then no midnight
        (ZoneInfo("America/Santiago"), date(2026, 9, 5), utc(2026, 9, 6, 4)),
    ],
)
def test_judge_fixed_offer_includes_its_last_day(zone, last_day, ends_at):
    terms = fixed("O", "X", "M", first=date(2026, 1, 1), until=last_day + timedelta(days=1))
    tick = timedelta(microseconds=1)

    live = LiveOffer(terms=terms, only_now=False, last_day=last_day, ends_at=ends_at)
    assert judged(terms, at=ends_at - tick, zone=zone) == live
    assert judged(terms, at=ends_at, zone=zone) == Reason(kind=ReasonKind.ENDED, day=last_day)


def test_judge_fixed_offer_before_its_first_day_says_when():
    terms = fixed("O", "X", "M", **WINTER)

    reason = Reason(kind=ReasonKind.NOT_YET, day=date(2026, 12, 15))
    assert judged(terms) == reason


def test_judge_fixed_offer_without_an_end_shows_none():
    terms = fixed("O", "X", "M", first=date(2026, 1, 1), until=None)

    assert judged(terms) == LiveOffer(terms=terms, only_now=False)


@pytest.mark.parametrize(
    ("at", "days", "last_day", "ends_at"),
    [
        (utc(2026, 7, 15, 10), 30, date(2026, 8, 14), utc(2026, 8, 14, 22)),
        (utc(2026, 7, 15, 22, 30), 30, date(2026, 8, 15), utc(2026, 8, 15, 22)),  # local day 16th
        (utc(2026, 10, 11, 10), 14, date(2026, 10, 25), utc(2026, 10, 25, 23)),  # over the change
        (utc(2026, 7, 15, 10), 0, date(2026, 7, 15), utc(2026, 7, 15, 22)),
    ],
)
def test_judge_relative_offer_is_open_on_day_0_and_ends_with_day_n(at, days, last_day, ends_at):
    terms = relative("O", "X", "M", Trigger.MAIN_RECORDED, days)

    live = LiveOffer(terms=terms, only_now=False, last_day=last_day, ends_at=ends_at)
    assert judged(terms, at=at) == live


@pytest.mark.parametrize(
    ("status", "kind", "refused"),
    [
        ("both", UNKNOWN, False),
        ("both", NEW, False),
        ("new", NEW, False),
        ("new", EXISTING, True),
        ("new", UNKNOWN, True),
        ("existing", EXISTING, False),
        ("existing", NEW, True),
        ("existing", UNKNOWN, True),
    ],
)
def test_judge_customer_status(status, kind, refused):
    verdict = judged(offer("O", "X", "M", customer_status=status), kind=kind)

    reason = Reason(kind=ReasonKind.CUSTOMER_STATUS, subject=status)
    assert (verdict == reason) is refused
    assert isinstance(verdict, LiveOffer) is not refused


@pytest.mark.parametrize(
    ("terms", "kind", "expected"),
    [
        (BY_CODE["TL-2"], UNKNOWN, Reason(kind=ReasonKind.NEEDS_APPROVAL)),
        (BY_CODE["TL-2"], EXISTING, Reason(kind=ReasonKind.NEEDS_APPROVAL)),
        (BY_CODE["TL-2"], NEW, Reason(kind=ReasonKind.CUSTOMER_STATUS, subject="existing")),
        (BY_CODE["TL-5"], UNKNOWN, Reason(kind=ReasonKind.AFTER_DRAWDOWN)),
        (BY_CODE["TL-5"], NEW, Reason(kind=ReasonKind.AFTER_DRAWDOWN)),
    ],
)
def test_judge_offers_that_wait_for_an_approval_or_a_drawdown(terms, kind, expected):
    assert judged(terms, main="HOM-PUR", kind=kind) == expected


def test_judge_refuses_in_the_written_order():
    wrong = replace(
        BY_CODE["TL-2"], is_paused=True, from_on=date(2030, 1, 1), until_on=date(2031, 1, 1)
    )
    steps = [
        ({"main": "X"}, ReasonKind.WRONG_MAIN, {}),
        ({}, ReasonKind.PAUSED, {}),
        ({}, ReasonKind.NOT_YET, {"is_paused": False}),
        ({}, ReasonKind.CUSTOMER_STATUS, {"from_on": None, "until_on": None}),
        ({"kind": EXISTING}, ReasonKind.NEEDS_APPROVAL, {}),
    ]
    terms = wrong
    for how, expected, mended in steps:
        terms = replace(terms, **mended)

        assert judged(terms, **({"main": "ACC-SAL", "kind": NEW} | how)).kind is expected


def test_judge_one_time_offer_keeps_campaign_dates():
    terms = offer("O", "X", "M", from_on=date(2026, 7, 16))

    assert judged(terms) == Reason(kind=ReasonKind.NOT_YET, day=date(2026, 7, 16))
    assert judged(terms, at=utc(2026, 7, 15, 22)).only_now is True


# --- all offers of one cross --------------------------------------------------------------------


def test_choose_without_offers_is_nothing():
    assert choose((), main="M", customer_kind=UNKNOWN, at=NOON, zone=BERLIN) == OfferChoice()


TEXT = {"benefit_type": BenefitType.TEXT}
GROUP = {"exclusion_group": "G"}


@pytest.mark.parametrize(
    ("sentence", "offers", "winner", "losers"),
    [
        (
            "the highest priority wins, whatever its code",
            [offer("A", "X", "M", 1), offer("Z", "X", "M", 2)],
            "Z",
            [("A", ReasonKind.ONE_PRICE_BENEFIT, "Z")],
        ),
        (
            "the code breaks a tie",
            [offer("B", "X", "M"), offer("A", "X", "M")],
            "A",
            [("B", ReasonKind.ONE_PRICE_BENEFIT, "A")],
        ),
        (
            "inside a group the reason is the priority",
            [offer("A", "X", "M", 1, **GROUP), offer("B", "X", "M", 2, **GROUP)],
            "B",
            [("A", ReasonKind.LOWER_PRIORITY, "B")],
        ),
        (
            "two different groups: still one price benefit",
            [offer("A", "X", "M", 1, **GROUP), offer("B", "X", "M", 2, exclusion_group="H")],
            "B",
            [("A", ReasonKind.ONE_PRICE_BENEFIT, "B")],
        ),
        (
            "a benefit in words loses too: one offer per cross",
            [offer("A", "X", "M", 1, **TEXT), offer("B", "X", "M", 2)],
            "B",
            [("A", ReasonKind.LOWER_PRIORITY, "B")],
        ),
        (
            "and wins too, when it stands higher",
            [offer("A", "X", "M", 1), offer("B", "X", "M", 2, **TEXT)],
            "B",
            [("A", ReasonKind.LOWER_PRIORITY, "B")],
        ),
        (
            "one that does not apply never wins; others' mains are not listed",
            [
                offer("A", "X", "M", 1),
                offer("B", "X", "M", 5, is_paused=True),
                offer("C", "X", "OTHER", 9),
                offer("D", "X", "M", 3, customer_status="new"),
            ],
            "A",
            [("B", ReasonKind.PAUSED, ""), ("D", ReasonKind.CUSTOMER_STATUS, "new")],
        ),
        (
            "nobody has to win",
            [offer("B", "X", "M", is_paused=True), offer("A", "X", "M", is_paused=True)],
            None,
            [("A", ReasonKind.PAUSED, ""), ("B", ReasonKind.PAUSED, "")],
        ),
    ],
)
def test_choose_one_winner_and_the_losers_with_their_reason(sentence, offers, winner, losers):
    assert chosen(*offers) == (winner, losers), sentence
    assert chosen(*offers[::-1]) == (winner, losers), sentence


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (EXISTING, (ReasonKind.NEEDS_APPROVAL, "")),
        (UNKNOWN, (ReasonKind.NEEDS_APPROVAL, "")),
        (NEW, (ReasonKind.CUSTOMER_STATUS, "existing")),
    ],
)
def test_choose_salary_account_shows_why_the_personal_card_offer_does_not_apply(kind, why):
    offers = [terms for terms in OFFERS if terms.cross == "CRD-CLA"]

    assert chosen(*offers, main="ACC-SAL", kind=kind) == ("OT-1", [("TL-2", *why)])


def test_choose_with_an_approval_given_would_prefer_the_personal_offer():
    approved = replace(BY_CODE["TL-2"], trigger=Trigger.MAIN_RECORDED)

    assert chosen(approved, BY_CODE["OT-1"], main="ACC-SAL", kind=EXISTING) == (
        "TL-2",
        [("OT-1", ReasonKind.LOWER_PRIORITY, "TL-2")],
    )


def test_choices_by_cross_leaves_out_what_belongs_to_other_mains():
    found = live_offers("CRD-DEB")

    assert list(found) == ["CRD-CLA", "DIG-ALR", "LON-CSH"]
    assert [found[cross].live.terms.code for cross in found] == ["OT-2", "OT-6", "TL-1"]
    assert found["LON-CSH"].live.last_day == date(2026, 8, 14)
    assert choices(OFFERS[::-1], main="CRD-DEB", customer_kind=NEW, at=NOON, zone=BERLIN) == found
    assert live_offers("LON-REF") == {}


EACH = {"main": "M", "customer_kind": UNKNOWN, "at": NOON, "zone": BERLIN}


@pytest.mark.parametrize(
    ("sentence", "used", "live"),
    [
        ("nothing is used: both are to be had", {}, {"X": "A", "Y": "B", "Z": "F"}),
        ("one is used: its group is off elsewhere", {"Y": "B"}, {"Y": "B", "Z": "F"}),
        (
            "two are used: the one that comes first stays",
            {"X": "A", "Y": "B"},
            {"X": "A", "Y": "C", "Z": "F"},
        ),
        ("what does not apply excludes nothing", {"X": "P"}, {"X": "A", "Y": "B", "Z": "F"}),
        ("nor what is an offer for another product", {"Z": "A"}, {"X": "A", "Y": "B", "Z": "F"}),
        ("an offer without a group excludes nothing", {"Z": "F"}, {"X": "A", "Y": "B", "Z": "F"}),
    ],
)
def test_offer_in_use_excludes_its_group_on_other_products(sentence, used, live):
    offers = [
        offer("A", "X", "M", 3, **GROUP),
        offer("P", "X", "M", 9, is_paused=True, **GROUP),
        offer("B", "Y", "M", 2, **GROUP),
        offer("C", "Y", "M", 1),
        offer("F", "Z", "M", 1),
    ]

    for some in (offers, offers[::-1]):
        found = choices(some, used=used, **EACH)
        assert {c: o.live.terms.code for c, o in found.items() if o.live} == live, sentence
        assert OfferBook(some).choices(used=used, **EACH) == found, sentence


def test_right_used_on_the_main_product_excludes_its_group_beside_it():
    terms = relative("R", "M", "OTHER", Trigger.MAIN_RECORDED, 30, **GROUP)
    until, day = NOON + timedelta(1), date(2026, 7, 16)
    right = Right(terms=replace(terms, name="Lower rate"), until=until, last_day=day, code="r")
    beside = [offer("A", "X", "M", 99, **GROUP)]

    shown = choices(beside, rights=[right], **EACH)["X"]
    used = choices(beside, rights=[right], used={"M": "R"}, **EACH)["X"]

    assert shown.live.terms.code == "A"
    told = Reason(kind=ReasonKind.SAME_GROUP, subject="R", text="Lower rate")
    assert (used.live, [one.reason for one in used.losing]) == (None, [told])


def test_choices_of_the_mortgage_wait_for_the_drawdown():
    renovation = live_offers("HOM-PUR")["HOM-REN"]

    assert renovation.live is None
    assert [o.reason.kind for o in renovation.losing] == [ReasonKind.AFTER_DRAWDOWN]
    assert BY_CODE["OT-4"].kind is OfferKind.ONE_TIME
    assert live_offers("HOM-PUR")["INS-HOM"].live.only_now is True
