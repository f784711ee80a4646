"""Page, workbook and figures say the same, and what plain loops over the records say.

A small bank lives through two weeks: paper, corrections, voids, a late entry into a closed day, a
product renamed, a colleague who moved, a branch merged into another; and of what was sold 90 days
before them some is known. Then 200 random filters.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from crossbank.desk.models import Bucket, Consultation, ConsultationItem, Source
from crossbank.engine import keeping
from crossbank.engine.tally import Counts
from crossbank.org.models import Branch, Role, User
from crossbank.review import rollup
from crossbank.review import scope as scopes
from crossbank.review.figures import figures
from crossbank.review.sums import TREND
from crossbank.web.templatetags.house import DASH, share
from tests.review import world
from tests.review.conftest import figures_on, sheets_of
from tests.review.expected import Expected
from tests.review.world import put

FIRST = date(2026, 3, 2)
DAYS = 14
LATE = date(2026, 3, 4)
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
FILTERS = 200


@pytest.fixture
def bank(people, shelf) -> dict[str, User]:
    dice = Random(7)
    river = people["chai.wj"].branch
    old = world.branch(
        "B03", region=people["mia"].branch.region, time_zone="Europe/Berlin", name="Old Quay"
    )
    dora = world.person("dora.qq", Role.SELLER, name="Dora Quill", branch=old)
    renamed = world.edition(author=people["olga"], number=2, names={**world.NAMES, "APP": "Appy"})
    sellers = [people["anna.zx"], people["bruno.qv"], people["chai.wj"], dora]
    _sell_before(dice, shelf, sellers, by=people["mia"])
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        if n == 5:  # Dora's branch is merged, and she moves to the one that goes on
            dora.branch = people["mia"].branch
            dora.save()
            Branch.objects.filter(pk=old.pk).update(merged_into=people["mia"].branch)
        if n == 9:  # Bruno moves to another region
            sellers[1].branch = river
            sellers[1].save()
        for seller in sellers:
            for _ in range(dice.randrange(4)):
                _record(dice, shelf, seller, day, edition=renamed if n >= 7 else shelf.edition)
    rollup.catch_up(at=NOW)
    # after everything was rolled up: a late entry, and a record that is voided
    late = _record(dice, shelf, sellers[0], LATE, edition=shelf.edition, fate="corrected")
    wrong = Consultation.objects.standing().filter(business_date=FIRST + timedelta(days=7)).first()
    Consultation.objects.filter(pk=wrong.pk).update(voided_at=NOW, voided_by=wrong.employee)
    world.move(wrong, by=Counts() - world.counts_of(wrong))
    assert rollup.stale(rollup.Q(), at=NOW) == [LATE, wrong.business_date]
    assert late.source == Source.CORRECTION
    return people


def _sell_before(dice, shelf, sellers, *, by: User) -> None:
    """What was sold early enough to be known by now; of most of it something is."""
    for n in range(-106, -64):
        day = FIRST + timedelta(days=n)
        _record(dice, shelf, dice.choice(sellers), day, edition=shelf.edition)
    for item in ConsultationItem.objects.filter(response="accepted").select_related("consultation"):
        if dice.random() < 0.7:
            put(item, dice.choice(["open", "open", "withdrawn", "closed"]), 90, by=by)


def _record(dice, shelf, seller, day, *, edition, fate="") -> Consultation:
    fate = fate or dice.choice(["stands"] * 8 + ["voided", "replaced", "corrected", "paper"])
    main = dice.choice(["ACC", "ACC", "LON"])
    crosses = dice.sample(["CRD", "APP", "SAV", "PRM", "INS", "TRV"], dice.randrange(5))
    no_main = dice.random() < 0.1 and fate != "paper"
    said = {
        cross: dice.choice(
            ["declined", ("declined", "no_need"), ("declined", "not_now"), "interested"]
            + ["accepted"] * (2 * (not no_main))
        )
        for cross in crosses
    }
    fields = {
        "voided": {"voided_at": NOW, "voided_by": seller},
        "replaced": {"replaced_at": NOW},
        "corrected": {"source": Source.CORRECTION},
        "paper": {"source": Source.PAPER, "bucket": Bucket.PLUS_ONE, "depth": 1},
    }.get(fate, {})
    if fate != "paper":
        fields["held"] = dice.sample(sorted(set(world.NAMES) - {main, *crosses}), dice.randrange(2))
        fields["hands_on_ms"] = dice.choice([None, dice.randrange(2000, 20_000)])
        fields["offerable"] = dice.choice([None, None, 2, 3])
        if not crosses:
            fields["nothing_offered"] = dice.choice(["", "in_hurry", "forgot"])
    return world.consultation(
        shelf=shelf,
        employee=seller,
        day=day,
        main=main,
        answers={} if fate == "paper" else said,
        no_main=no_main,
        edition=edition,
        at=datetime(day.year, day.month, day.day, dice.randrange(9, 17), tzinfo=UTC),
        **fields,
    )


def random_query(dice: Random, username: str) -> dict[str, str]:
    since = FIRST + timedelta(days=dice.randrange(-2, DAYS))
    asked = {
        "from": since.isoformat(),
        "until": (since + timedelta(days=dice.randrange(DAYS))).isoformat(),
    }
    choices = {"branch": ["B01", "B02", "B03"], "region": ["R-NORTH", "R-EAST"]}
    choices["main"] = ["ACC", "LON"]
    if username in ("mia", "carl"):
        choices["staff"] = ["anna.zx", "bruno.qv", "dora.qq"]
    if username in ("mia", "rita"):
        choices |= {"branch": ["B01", "B03"], "region": ["R-NORTH"]}
    for name, values in choices.items():
        if dice.random() < 0.25:
            asked[name] = dice.choice(values)
    return asked


def test_200_random_filters_agree(bank, monkeypatch):
    monkeypatch.setattr("crossbank.review.numbers.LEAST", 1)
    dice = Random(11)
    clients = {}
    for username in ("mia", "rita", "olga", "carl"):
        clients[username] = Client()
        clients[username].force_login(bank[username])
    seen = Counter()
    for _ in range(FILTERS):
        username = dice.choice(list(clients))
        asked = random_query(dice, username)
        page = clients[username].get("/review/", asked)
        assert page.status_code == 200, (username, asked)
        numbers = figures_on(page)
        book = sheets_of(clients[username].get("/review/", {**asked, "export": "xlsx"}).content)
        total = slow_total(bank[username], asked)
        expected = Expected(book)
        assert numbers == {name: expected.of(name) for name in numbers}, (username, asked)
        # of days on which nobody came only what became of earlier sales is told
        assert numbers.get("total", "0") == str(total), (username, asked)
        told = (numbers.get("known"), numbers.get("kept_rate"))
        if total or told != (None, None):
            assert told == slow_kept(bank[username], asked), (username, asked)
        seen["kept"] += told[1] not in (None, DASH, "0.0 %", "100.0 %")
        if not numbers:
            assert len(book["Data"]) == 1, (username, asked)
        seen[username, bool(numbers)] += 1
    assert min(seen[username, True] for username in clients) > 20
    assert seen["kept"] > 20


def slow_total(user: User, asked: dict[str, str]) -> int:
    """The three columns, by one plain walk over every record there is."""
    return sum(record.bucket != "no_main" for record in slow_records(user, asked))


def slow_kept(user: User, asked: dict[str, str]) -> tuple[str | None, str | None]:
    """The share that is known, and of it the share that is kept, sale by sale; of nobody alone."""
    if "staff" in asked:
        return None, None
    earlier = {
        name: (date.fromisoformat(day) - timedelta(days=90)).isoformat()
        for name, day in asked.items()
        if name in ("from", "until")
    }
    states = [
        keeping.state(next((outcome.noted for outcome in item.outcomes.all()), None))
        for record in slow_records(user, {**asked, **earlier})
        for item in record.items.all()
        if item.response == "accepted"
    ]
    known = [state for state in states if state != "not_known"]
    return (
        share(len(known) / len(states) if states else None),
        share(known.count("kept") / len(known) if known else None),
    )


def slow_records(user: User, asked: dict[str, str]) -> list[Consultation]:
    mine = {
        "mia": lambda record: record.branch.code in ("B01", "B03"),
        "rita": lambda record: record.branch.region.code == "R-NORTH",
    }.get(user.username, lambda record: True)
    wanted = {
        "branch": lambda record: record.branch.code,
        "region": lambda record: record.branch.region.code,
        "staff": lambda record: record.employee.username,
        "main": lambda record: record.main_code,
    }
    return [
        record
        for record in Consultation.objects.select_related("branch__region", "employee")
        if mine(record)
        and record.voided_at is None
        and record.replaced_at is None
        and asked["from"] <= record.business_date.isoformat() <= asked["until"]
        and all(read(record) == asked[name] for name, read in wanted.items() if name in asked)
    ]


def test_rolled_up_or_not_the_figures_are_the_same(bank):
    """Of the whole bank and of each place, with what lies before the period."""
    questions = [
        {},
        {"main": "ACC"},
        {"branch": "B01"},
        {"branch": "B03", "main": "LON"},
        {"region": "R-NORTH"},
        {"staff": "dora.qq"},
    ]

    def answers() -> list:
        return [
            figures(
                scopes.narrow(
                    scopes.whole_bank(),
                    since=FIRST + timedelta(days=6),
                    last=FIRST + timedelta(days=11),
                    **asked,
                ),
                made_by="test",
                made_at=NOW,
                with_data=with_data,
                with_kept=True,
            )
            for asked in questions
            for with_data in (False, True)
        ]

    half_rolled = answers()
    rollup.catch_up(at=NOW)
    rolled = answers()
    rollup.CountedDay.objects.all().delete()
    from_records = answers()

    assert half_rolled == rolled == from_records
    for plain, whole in zip(rolled[::2], rolled[1::2], strict=True):
        assert replace(whole, data=(), tally=(), people=plain.people) == plain
    everything = rolled[0]
    assert everything.before.counts.total > 0
    assert sum(week.counts.total for week in everything.trend) == sum(
        record.bucket != "no_main" and FIRST <= record.business_date < FIRST + timedelta(days=12)
        for record in Consultation.objects.standing()
    )
    assert timedelta(days=DAYS) < TREND
    zone = ZoneInfo("Europe/Berlin")
    assert everything.asked.places[0].time_zone == zone.key


def test_a_merged_branch_is_seen_from_the_one_that_went_on(bank, ask):
    page = ask("mia", f"from={FIRST}&until={FIRST + timedelta(days=DAYS)}")
    text = page.content.decode()

    assert "<h1>B01 Harbour</h1>" in text
    assert "Dora Quill" in text  # of both branches, as one person
    assert "Bruno Qvist" in text  # he moved, his customers did not
    old = ask("mia", f"from={FIRST}&until={FIRST + timedelta(days=DAYS)}&branch=B03")
    assert 0 < int(figures_on(old)["total"]) < int(figures_on(page)["total"])
    moved = ask("mia", f"from={FIRST}&until={FIRST + timedelta(days=DAYS)}&staff=bruno.qv")
    assert figures_on(moved)["staff:bruno.qv:total"] == figures_on(page)["staff:bruno.qv:total"]
