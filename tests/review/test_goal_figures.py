"""The figure of a team's goal beside its bound, and nothing of goals where they are off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.kept.models import Outcome
from crossbank.org import switches
from crossbank.org.models import OpeningHours, Role, User
from crossbank.review.goal_figures import standings
from crossbank.review.models import Goal
from tests.review import world
from tests.review.conftest import figures_on
from tests.review.test_goal_pages import PAGE, REASON, day, typed

pytestmark = pytest.mark.django_db


def turn(key: str, *, on: bool) -> None:
    switches.turn(key=key, on=on, at=timezone.now(), by="admin")


@pytest.fixture
def month(crowd, shelf):
    """Forty conversations in B01, thirty with something presented; ten in B02, all of them."""
    for n in range(40):
        world.consultation(
            shelf=shelf,
            employee=crowd[("anna.zx", "bruno.qv")[n % 2]],
            day=day(-n % 8 - 8),
            answers={"CRD": "declined"} if n % 4 else {},
        )
    world.consultation(shelf=shelf, employee=crowd["bruno.qv"], day=day(-8), source="paper")
    for n in range(10):
        world.consultation(
            shelf=shelf, employee=crowd["chai.wj"], day=day(-n), answers={"CRD": "declined"}
        )
    return crowd


def test_figure_is_the_one_of_the_review_page(month, enter, put_goal):
    goal = put_goal("agreed", since=day(-14), until=day(20))
    world.person("dara", Role.SELLER, branch=month["chai.wj"].branch)
    few = put_goal("agreed", since=day(-9), until=day(20), branch=month["chai.wj"].branch)

    page = enter("carl").get(PAGE)
    (asked,) = (one["query"] for one in page.context["lines"] if one["goal"] == goal)
    review = figures_on(enter("carl").get(f"/review/?{asked}"))

    said = figures_on(page)
    assert (said[f"goal:{goal.pk}"], said[f"goal:{goal.pk}:n"]) == (
        review["coverage"],
        review["live"],
    )
    assert said[f"goal:{goal.pk}"] == "75.0 %"
    assert (said[f"goal:{few.pk}"], said[f"goal:{few.pk}:n"]) == ("Too few to say", "10")
    assert "review/?" not in enter("anna.zx").get(PAGE).content.decode()


def test_nothing_is_counted_before_it_begins_and_after_it_ends(month, put_goal):
    rows = [
        put_goal("agreed", since=day(1), until=day(40)),
        put_goal(),
        put_goal("agreed", since=day(-60), until=day(-20)),
    ]
    found = standings(Goal.objects.in_order(day(0)), at=timezone.now())

    assert {one.goal.pk: (one.state, one.n) for one in found} == {
        rows[0].pk: ("coming", None),
        rows[1].pk: ("waiting", None),
        rows[2].pk: ("over", 0),
    }


@pytest.mark.parametrize(
    ("at", "n", "signed"),
    [
        (datetime(2026, 3, 30, 9, tzinfo=UTC), 24, 19),  # Monday: Friday can still be signed
        (datetime(2026, 3, 31, 9, tzinfo=UTC), 25, 19),
        (datetime(2026, 3, 31, 22, 30, tzinfo=UTC), 26, 19),  # Wednesday, in Berlin
    ],
)
def test_a_sheet_counts_when_nobody_can_sign_it_any_more(crowd, put_goal, at, n, signed):
    """Five weeks of sheets; on Mondays none was signed, nor on the last Friday."""
    branch = crowd["mia"].branch
    OpeningHours.objects.bulk_create(OpeningHours(branch=branch, weekday=n) for n in range(5))
    days = [date(2026, 2, 23) + timedelta(days=n) for n in range(37)]
    for one in days:
        if one.weekday() < 5:
            is_signed = one.weekday() and one != date(2026, 3, 27)
            DaySheet.objects.create(
                employee=crowd["anna.zx"], branch=branch, business_date=one,
                closed_at=at if is_signed else None,
                closed_by=crowd["anna.zx"] if is_signed else None,
            )  # fmt: skip
    put_goal("agreed", measure="signed", since=days[0], until=date(2026, 5, 1))

    (one,) = standings(Goal.objects.in_order(at.date()), at=at)
    assert (one.n, round((one.share or 0) * n)) == (n, signed)
    assert one.asked is None  # no page of review has this share

    DaySheet.objects.filter(business_date=days[7]).update(reopened_at=at)
    (one,) = standings(Goal.objects.in_order(at.date()), at=at)
    assert one.n == n - 1  # a Monday that was opened again


def test_kept_counts_the_sales_whose_check_day_lies_in_its_days(crowd, shelf, put_goal):
    for n in range(30):
        record = world.consultation(
            shelf=shelf, employee=crowd["anna.zx"], day=day(-100 + n), answers={"CRD": "accepted"}
        )
        (item,) = ConsultationItem.objects.filter(consultation=record)
        mark, age = ("open", 90) if n % 3 else ("withdrawn", 2)
        Outcome.objects.create(
            item=item, branch=item.consultation.branch, sold_on=item.consultation.business_date, mark=mark, on=day(0), age=age, source="hand", by=crowd["mia"],
            at=timezone.now(),
        )  # fmt: skip
    sold = sorted(Consultation.objects.values_list("business_date", flat=True))
    put_goal("agreed", measure="kept", since=day(-30), until=day(30))

    (one,) = standings(Goal.objects.in_order(day(0)), at=timezone.now())

    assert one.n == sum(day(-120) <= at <= day(-90) for at in sold) == 11
    assert one.share is None
    (later,) = standings(Goal.objects.in_order(day(0)), at=timezone.now() + timedelta(days=15))
    assert (later.n, later.share) == (26, 17 / 26)


@pytest.mark.parametrize("measure", Goal.Measure.values)
def test_many_goals_cost_as_much_as_one(month, put_goal, enter, queries, measure):
    """Of different days and branches; pages and figures alike."""
    river = month["chai.wj"].branch
    world.person("dara", Role.SELLER, branch=river)
    carl, costs = enter("carl"), []
    carl.get(PAGE)
    for n in range(25):
        days = {"since": day(-40 * n - 10), "until": day(30 - 40 * n)}
        put_goal("agreed", measure=measure, branch=(month["mia"].branch, river)[n % 2], **days)
        if n in (0, 2, 5, 24):
            with queries() as seen:
                page = carl.get(PAGE)
            costs.append((len(page.context["lines"]), len(seen)))

    assert [lines for lines, _cost in costs] == [1, 3, 6, 25]
    assert len({cost for _lines, cost in costs}) == 1


def test_of_a_team_that_shrank_or_went_away_nothing_is_told(month, put_goal, enter):
    goal = put_goal("agreed", since=day(-14), until=day(20))
    branch, river = goal.branch, month["chai.wj"].branch
    page = enter("carl").get(PAGE)
    assert figures_on(page)[f"goal:{goal.pk}"] == "75.0 %"

    branch.merged_into = river
    branch.save()
    gone = enter("carl").get(PAGE)
    branch.merged_into = None
    branch.save()
    User.objects.filter(username="bruno.qv").update(is_active=False)
    small = [enter("carl").get(PAGE), enter("anna.zx").get(f"{PAGE}{goal.pk}/")]

    assert [figures_on(page) for page in (gone, *small[:1])] == [
        {f"goal:{goal.pk}": "Too few to say"}
    ] * 2
    assert figures_on(small[1])[f"goal:{goal.pk}"] == "Too few to say"
    assert "30" not in figures_on(small[1]).values()
    assert "or fewer than 3 people serve customers" in small[0].content.decode()


def test_pages_of_goals(put_goal, enter):
    for n in range(30):
        put_goal("agreed", since=day(-100 * n - 90), until=day(-100 * n - 50))
    carl = enter("carl")

    lengths = [len(carl.get(f"{PAGE}?page={n}").context["lines"]) for n in (1, 2, 9, "x", "%00")]
    assert lengths == [25, 5, 5, 25, 25]
    ways = [
        (page.context["before"], page.context["after"])
        for page in map(carl.get, (PAGE, f"{PAGE}?page=2"))
    ]
    assert ways == [("", "page=2"), ("page=1", "")]
    assert 'rel="next" href="?page=2"' in carl.get(PAGE).content.decode()


def test_the_review_page_has_one_quiet_line_for_the_branch_and_none_for_a_person(
    month, put_goal, enter
):
    put_goal("agreed", reason="secret of B01")
    put_goal("agreed", measure="signed", since=day(3), until=day(40))
    mia = enter("mia")

    page = mia.get("/review/").content.decode()
    assert page.count("Coverage: at least 60 %") == 1
    assert "Signed day sheets: at least" not in page
    others = [
        mia.get("/review/?staff=anna.zx"),
        enter("carl").get("/review/"),
        enter("mona").get("/review/"),
    ]
    assert ["at least 60" in one.content.decode() for one in others] == [False] * 3


def test_off_it_is_on_no_page_and_in_no_query(month, put_goal, enter, queries):
    goal = put_goal("agreed")
    turn(switches.TEAM_GOALS, on=False)
    addresses = ["", "new/", f"{goal.pk}/", f"{goal.pk}/decide/", f"{goal.pk}/withdraw/"]
    told = {}

    for who in ("anna.zx", "mia", "rita", "olga", "carl", "aron"):
        client = enter(who)
        for address in addresses:
            for method in (client.get, client.post):
                assert method(PAGE + address).status_code in (403, 404, 405), (who, address)
        with queries() as seen:
            pages = [client.get(page) for page in ("/", "/review/", "/day/", "/desk/")]
        told[who] = [
            page.request["PATH_INFO"]
            for page in pages
            if "oals" in page.content.decode() or REASON in page.content.decode()
        ]
        told[who] += [q["sql"] for q in seen.captured_queries if "review_goal" in q["sql"]]

    assert told == {who: [] for who in told}


def test_on_it_costs_the_page_of_review_one_query(month, put_goal, enter, queries):
    put_goal("agreed")
    mia = enter("mia")
    mia.get("/review/")
    counted = {}
    for on in (False, True):
        turn(switches.TEAM_GOALS, on=on)
        with queries() as seen:
            mia.get("/review/")
        counted[on] = len(seen)

    assert counted[True] - counted[False] == 1


def test_kept_is_no_goal_where_the_bank_does_not_follow_it_up(put_goal, enter):
    goal = put_goal("agreed", measure="kept", reason="Kept counts")
    mia = enter("mia")
    assert "Kept counts" in mia.get(PAGE).content.decode()
    turn(switches.KEPT, on=False)

    pages = [mia.get(PAGE), mia.get(f"{PAGE}new/"), mia.get("/review/")]
    assert ["Kept" in page.content.decode() for page in pages] == [False] * 3
    assert mia.get(f"{PAGE}{goal.pk}/").status_code == 404
    assert mia.post(f"{PAGE}new/", typed(measure="kept")).status_code == 422


def test_no_goal_reaches_the_desk(put_goal, enter):
    put_goal("agreed")
    anna = enter("anna.zx")

    assert "oal" not in anna.get("/desk/").content.decode().replace("goal_", "")
    assert PAGE in anna.get("/day/").content.decode()


def test_the_back_office_reads_it_and_writes_nothing(put_goal, enter):
    goal = put_goal("agreed")
    adam = enter("adam")
    row = f"/admin/review/goal/{goal.pk}/"

    assert adam.get("/admin/review/goal/").status_code == 200
    assert adam.get(f"{row}change/").status_code == 200
    refused = [
        adam.post(f"{row}change/", {"least": 99}),
        adam.post(f"{row}delete/", {"post": "yes"}),
    ]
    refused.append(adam.get("/admin/review/goal/add/"))
    assert [one.status_code for one in refused] == [403, 403, 403]
    assert enter("olga").get("/admin/review/goal/").status_code == 403
