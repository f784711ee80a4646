"""Goals of teams: about serving well alone, agreed by another person, frozen, and nobody's own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.org.models import Branch, Role, User
from crossbank.review import goal_refusals as refusals
from crossbank.review import goals
from crossbank.review.models import Goal

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 18, 11, tzinfo=UTC)
APRIL = (date(2026, 4, 1), date(2026, 5, 1))
SALES = ("cross_rate", "depth", "plus_one", "plus_two", "acceptance", "taken", "turnover", "total")


def day(n: int) -> date:
    return AT.date() + timedelta(days=n)


@pytest.fixture
def propose(crowd):
    """propose(measure="signed", …) -> what was proposed by the manager of B01."""

    def proposed(*, by: str = "mia", **fields: object) -> Goal:
        terms = {"measure": "coverage", "least": 60, "reason": "Customers ask why nobody said it."}
        since, until = APRIL
        return goals.propose(
            **{**terms, "since": since, "until": until, "at": AT, **fields}, by=crowd[by]
        )

    return proposed


@pytest.fixture
def agreed(propose, crowd) -> Goal:
    return goals.agree(goal=propose(), at=AT, by=crowd["carl"])


def put(**fields: object) -> Goal:
    """A row as the database takes it, past the service."""
    since, until = APRIL
    terms = {"measure": "coverage", "least": 60, "reason": "x", "since": since, "until": until}
    return Goal.objects.create(**{**terms, "proposed_at": AT, **fields})


def test_proposed_agreed_and_over_without_a_job(propose, crowd):
    goal = propose()

    states = [goal.state_on(day(n)) for n in (0, 100)]
    goals.agree(goal=goal, note="Fair.", at=AT, by=crowd["carl"])
    stands = Goal.objects.get()

    assert states == ["waiting", "lapsed"]
    assert [stands.state_on(one) for one in (day(0), APRIL[0], stands.last, APRIL[1])] == [
        "coming",
        "running",
        "running",
        "over",
    ]
    assert (stands.decided_by, stands.decided_at, stands.decision_note) == (
        crowd["carl"],
        AT,
        "Fair.",
    )
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor", "detail")) == [
        (
            "goal_proposed",
            "mia",
            {
                "branch": "B01",
                "measure": "coverage",
                "least": 60,
                "since": "2026-04-01",
                "last": "2026-04-30",
            },
        ),
        ("goal_agreed", "carl", {"branch": "B01", "measure": "coverage"}),
    ]


@pytest.mark.parametrize("measure", SALES)
def test_how_much_is_sold_is_never_a_goal(propose, crowd, measure):
    with pytest.raises(ValidationError):
        propose(measure=measure)
    with pytest.raises(IntegrityError, match="goal_never_of_sales"), transaction.atomic():
        put(measure=measure, branch=crowd["mia"].branch, proposed_by=crowd["mia"])

    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"least": 0}, "goal_bound_is_a_share"),
        ({"least": 101}, "goal_bound_is_a_share"),
        ({"until": APRIL[0]}, "goal_days_in_order"),
        ({"reason": ""}, "goal_has_reason"),
        ({"decision": "agreed"}, "goal_decided_by_somebody"),
        ({"decision": "agreed", "decided_by": "mia", "decided_at": AT}, "goal_agreed_by_another"),
        (
            {"decision": "sent_back", "decided_by": "carl", "decided_at": AT},
            "goal_decided_by_somebody",
        ),
        ({"withdrawn_by": "carl", "withdrawn_at": AT}, "goal_withdrawn_with_reason"),
    ],
)
def test_database_refuses_what_the_service_refuses(crowd, broken, name):
    who = {key: crowd[value] for key, value in broken.items() if key.endswith("_by")}
    base = {"branch": crowd["mia"].branch, "proposed_by": crowd["mia"]}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        put(**{**base, **broken, **who})
    assert put(**base).pk


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"since": day(-1)}, "since"),
        ({"since": day(367), "until": day(400)}, "since"),
        ({"since": day(5), "until": day(5)}, "last"),
        ({"since": day(5), "until": day(32)}, "last"),
        ({"since": day(5), "until": day(372)}, "last"),
    ],
)
def test_days_that_cannot_be_a_goals(propose, fields, field):
    with pytest.raises(refusals.UnfitDays) as refused:
        propose(**fields)
    assert (refused.value.field, Goal.objects.count()) == (field, 0)

    assert propose(since=day(0), until=day(28)).pk
    assert propose(since=day(30), until=day(30 + 366)).pk


@pytest.mark.parametrize("least", [0, 101, -3])
def test_a_bound_is_a_share(propose, least):
    with pytest.raises(ValidationError):
        propose(least=least)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("", ValidationError),
        ("nul \x00 sign", ValidationError),
        ("about 4711 0815 99", ValidationError),
        ("mail an@x.de", ValidationError),
        ("Everybody must sell more.", refusals.Presses),
    ],
)
def test_a_goal_needs_a_reason_that_can_be_kept(propose, reason, refusal):
    with pytest.raises(refusal):
        propose(reason=reason)
    assert not Goal.objects.exists()


def test_a_goal_of_one_or_two_would_be_somebodys_own(propose):
    with pytest.raises(refusals.SmallTeam):
        propose(by="mona")

    User.objects.filter(username="bruno.qv").update(is_active=False)
    with pytest.raises(refusals.SmallTeam):
        propose()


def test_a_team_that_shrank_meanwhile_gets_no_goal(propose, crowd):
    goal = propose()
    User.objects.filter(username="bruno.qv").update(is_active=False)
    with pytest.raises(refusals.SmallTeam):
        goals.agree(goal=goal, at=AT, by=crowd["carl"])
    assert goals.send_back(goal=goal, note="Few.", at=AT, by=crowd["carl"]).pk


def test_a_branch_that_was_merged_away_gets_no_goal(propose, crowd):
    goal = propose()
    Branch.objects.filter(code="B01").update(merged_into=Branch.objects.get(code="B02"))
    crowd["mia"].branch.refresh_from_db()

    for does in (goals.agree, lambda **_told: propose(measure="signed")):
        with pytest.raises(refusals.GoneBranch):
            does(goal=goal, at=AT, by=crowd["carl"])
    assert Goal.objects.get().decision == ""


@pytest.mark.parametrize("who", ["anna.zx", "rita", "olga", "carl", "aron", "adam"])
def test_only_a_manager_proposes(propose, who):
    with pytest.raises(refusals.NotYours):
        propose(by=who)


def test_one_goal_for_one_thing_on_one_day(propose, crowd):
    first = propose()
    with pytest.raises(refusals.Overlaps) as refused:
        propose(since=date(2026, 4, 30), until=date(2026, 6, 1))
    assert str(refused.value).count("Coverage: at least 60 %") == 1

    propose(since=date(2026, 5, 1), until=date(2026, 6, 1))
    propose(measure="signed")
    goals.send_back(goal=first, note="Too high.", at=AT, by=crowd["carl"])
    second = propose()
    goals.withdraw(goal=second, reason="A slip.", at=AT, by=crowd["mia"])
    third = propose(least=50)

    # one that came past the service is found when it is to hold
    put(branch=third.branch, proposed_by=crowd["mia"])
    with pytest.raises(refusals.Overlaps):
        goals.agree(goal=third, at=AT, by=crowd["carl"])
    assert Goal.objects.get(pk=third.pk).decision == ""


@pytest.mark.parametrize("who", ["mia", "mona", "anna.zx", "rita", "olga", "aron"])
def test_only_conduct_decides(propose, crowd, who):
    goal = propose()
    for does in (goals.agree, goals.send_back):
        with pytest.raises(refusals.NotYours):
            does(goal=goal, note="No.", at=AT, by=crowd[who])
    assert Goal.objects.get().decision == ""


def test_nobody_agrees_to_his_own(propose, crowd):
    goal = propose()
    crowd["mia"].role = Role.CONDUCT
    crowd["mia"].save()

    with pytest.raises(refusals.OwnGoal):
        goals.agree(goal=goal, at=AT, by=crowd["mia"])
    assert Goal.objects.get().decision == ""


def test_what_was_decided_withdrawn_or_missed_is_decided_no_more(propose, crowd):
    goal, carl, cora = propose(), crowd["carl"], crowd["cora"]
    goals.agree(goal=goal, at=AT, by=carl)
    with pytest.raises(refusals.Moved):
        goals.agree(goal=goal, at=AT, by=cora)
    goals.withdraw(goal=goal, reason="Two are ill.", at=AT, by=crowd["mia"])
    for does in (goals.agree, goals.send_back):
        with pytest.raises(refusals.Moved):
            does(goal=goal, note="x", at=AT, by=cora)
    with pytest.raises(refusals.Moved):
        goals.withdraw(goal=goal, reason="Again.", at=AT, by=carl)
    late = propose()
    with pytest.raises(refusals.Moved):
        goals.agree(goal=late, at=AT + timedelta(days=60), by=carl)

    assert AuditEntry.objects.filter(action="goal_agreed").count() == 1
    assert Goal.objects.get(pk=goal.pk).decided_by == carl


def test_a_no_and_a_withdrawal_need_words(propose, crowd):
    goal = propose()
    with pytest.raises(ValidationError):
        goals.send_back(goal=goal, note="", at=AT, by=crowd["carl"])
    with pytest.raises(ValidationError):
        goals.withdraw(goal=goal, reason="", at=AT, by=crowd["carl"])

    assert Goal.objects.get().state_on(day(0)) == "waiting"
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("who", ["mona", "anna.zx", "rita", "olga", "aron"])
def test_manager_of_the_branch_and_conduct_withdraw_and_nobody_else(agreed, crowd, who):
    with pytest.raises(refusals.NotYours):
        goals.withdraw(goal=agreed, reason="No.", at=AT, by=crowd[who])

    over = datetime(2026, 5, 2, tzinfo=UTC)
    with pytest.raises(refusals.Moved):
        goals.withdraw(goal=agreed, reason="We missed it.", at=over, by=crowd["mia"])
    goals.withdraw(goal=agreed, reason="Two are ill.", at=AT, by=crowd["carl"])
    assert Goal.objects.get().state_on(day(0)) == "withdrawn"


def test_terms_are_written_once(agreed):
    agreed.least = 90
    for way in (
        agreed.save,
        lambda: agreed.save(update_fields=["least"]),
        lambda: agreed.save(update_fields=["least", "decision_note"]),
        agreed.delete,
        lambda: Goal.objects.update(least=90),
        lambda: Goal.objects.all().delete(),
    ):
        with pytest.raises(FrozenError):
            way()
    assert Goal.objects.get().least == 60


def test_a_goal_that_the_trail_does_not_take_is_not_written(propose, monkeypatch):
    def fails(**_told: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("crossbank.conduct.services.record", fails)
    with pytest.raises(RuntimeError):
        propose()
    assert not Goal.objects.exists()
