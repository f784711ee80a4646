"""Goals of teams on pages: who reads what, who answers, and what cannot be typed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crossbank.review import goals
from crossbank.review.models import Goal

pytestmark = pytest.mark.django_db

PAGE = "/review/goals/"
REASON = "Customers ask why nobody said it."


def day(n: int) -> date:
    """So many days from today, on the clock of B01."""
    return datetime.now(ZoneInfo("Europe/Berlin")).date() + timedelta(days=n)


def typed(**fields: object) -> dict[str, object]:
    terms = {"measure": "coverage", "least": 60, "since": f"{day(5)}", "last": f"{day(40)}"}
    return {**terms, "reason": REASON, **fields}


def test_a_goal_from_a_managers_page_to_the_teams(enter, crowd):
    mia, carl, anna = enter("mia"), enter("carl"), enter("anna.zx")
    answer = mia.post(f"{PAGE}new/", typed())
    goal = Goal.objects.get()

    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}{goal.pk}/")
    assert (goal.branch.code, goal.since, goal.last) == ("B01", day(5), day(40))
    assert REASON not in anna.get(PAGE).content.decode()
    assert anna.get(f"{PAGE}{goal.pk}/").status_code == 404
    assert "Team goals (1 waiting)" in carl.get("/review/").content.decode()
    answer = carl.post(f"{PAGE}{goal.pk}/decide/", {"act": "agree", "note": "Fair."})
    assert answer.status_code == 303

    page = anna.get(f"{PAGE}{goal.pk}/").content.decode()
    assert [words for words in (REASON, "Fair.", "Agreed, begins later") if words not in page] == []
    assert [words for words in ("Mia", "Carl", "<textarea") if words in page] == []
    assert "Mia" in enter("aron").get(f"{PAGE}{goal.pk}/").content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("anna.zx", {"agreed"}),
        ("mia", {"agreed", "waiting", "sent_back"}),
        ("rita", {"agreed", "waiting", "sent_back"}),
        ("olga", {"agreed", "waiting", "sent_back", "river"}),
        ("carl", {"agreed", "waiting", "sent_back", "river"}),
        ("aron", {"agreed", "waiting", "sent_back", "river"}),
        ("mona", {"river"}),
        ("chai.wj", set()),
    ],
)
def test_each_reads_what_is_his_to_read(enter, crowd, put_goal, who, seen):
    rows = {state: put_goal(state, reason=f"It is {state}") for state in ("agreed", "sent_back")}
    rows["waiting"] = put_goal(measure="signed", reason="It is waiting")
    rows["river"] = put_goal(branch=crowd["mona"].branch, reason="It is river")

    page = enter(who).get(PAGE).content.decode()
    doors = {name: enter(who).get(f"{PAGE}{row.pk}/").status_code for name, row in rows.items()}

    assert {name for name, row in rows.items() if row.reason in page} == seen
    assert {name for name, status in doors.items() if status == 200} == seen
    assert set(doors.values()) <= {200, 404}


def test_what_waits_stands_first_then_what_runs(enter, put_goal):
    put_goal("agreed", since=day(40), until=day(80), reason="D coming")
    put_goal("agreed", since=day(-90), until=day(-40), reason="E over")
    put_goal("agreed", reason="C running")
    put_goal(measure="signed", reason="B waiting")

    lines = enter("carl").get(PAGE).context["lines"]

    assert [line["goal"].reason[0] for line in lines] == ["B", "C", "D", "E"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"least": 0}, "least"),
        ({"least": 101}, "least"),
        ({"least": "much\x00"}, "least"),
        ({"measure": "depth"}, "measure"),
        ({"measure": "cross_rate"}, "measure"),
        ({"measure": "coverage\x00"}, "measure"),
        ({"measure": ""}, "measure"),
        ({"since": "tomorrow\x00"}, "since"),
        ({"since": "2026-02-31"}, "since"),
        ({"since": "2020-01-01"}, "since"),
        ({"last": "0001-01-01"}, "last"),
        ({"last": "9999-12-31"}, "last"),
        ({"reason": ""}, "reason"),
        ({"reason": "with \x00 inside"}, "reason"),
        ({"reason": "call 0151 4711 081"}, "reason"),
        ({"reason": "Everybody must sell more."}, "reason"),
        ({"reason": "long " * 100}, "reason"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(enter, fields, field):
    answer = enter("mia").post(f"{PAGE}new/", typed(**fields))

    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, [field])
    assert {name: form[name].value() for name in form.fields} == {
        name: str(value) for name, value in typed(**fields).items()
    }
    assert not Goal.objects.exists()


def test_days_the_wrong_way_round_and_a_second_goal_are_told_at_the_days(enter):
    mia = enter("mia")
    wrong = mia.post(f"{PAGE}new/", typed(last=f"{day(4)}"))
    first, second = (mia.post(f"{PAGE}new/", typed()) for _n in range(2))

    assert (wrong.status_code, first.status_code, second.status_code) == (422, 303, 422)
    assert list(wrong.context["form"].errors) == ["last"]
    assert list(second.context["form"].errors) == ["since"]
    assert Goal.objects.count() == 1


def test_an_earlier_goal_lends_its_terms_to_its_own_manager_alone(enter, put_goal):
    goal = put_goal("sent_back", least=75)

    form = enter("mia").get(f"{PAGE}new/?like={goal.pk}").context["form"]
    assert (form["least"].value(), form["reason"].value()) == (75, REASON)
    assert form["since"].value() > day(0)
    others = [f"like={goal.pk + 1}", "like=x", "like=%00", "like=" + "9" * 50]
    assert {enter("mia").get(f"{PAGE}new/?{one}").status_code for one in others} == {404}
    assert enter("mona").get(f"{PAGE}new/?like={goal.pk}").status_code == 404


def test_an_answer_that_cannot_be_given_any_more_says_so(enter, crowd, put_goal):
    goal, now = put_goal(), timezone.now()
    address = f"{PAGE}{goal.pk}/decide/"
    carl, cora = enter("carl"), enter("cora")

    mute = carl.post(address, {"act": "send_back", "note": ""})
    odd = [
        carl.post(address, {"act": "nod\x00"}),
        carl.post(address, {"act": "agree", "note": "\x00"}),
    ]
    first = carl.post(address, {"act": "agree"})
    second = cora.post(address, {"act": "send_back", "note": "Much too high."})
    goals.withdraw(goal=goal, reason="Two are ill.", at=now, by=crowd["mia"])
    third = cora.post(address, {"act": "agree"})
    again = enter("mia").post(f"{PAGE}{goal.pk}/withdraw/", {"reason": "Once more."})

    assert (mute.status_code, list(mute.context["decision"].errors)) == (422, ["note"])
    assert [one.status_code for one in odd] == [422, 422]
    assert [one.status_code for one in (first, second, third, again)] == [303, 409, 409, 409]
    assert "stands at “Running” meanwhile" in second.content.decode()
    assert "You had written: “Much too high.”" in second.content.decode()
    assert "stands at “Withdrawn” meanwhile" in third.content.decode()
    assert "“Once more.”" in again.content.decode()


def test_who_proposed_it_as_a_manager_does_not_agree_as_conduct(enter, crowd, put_goal):
    goal = put_goal(proposed_by=crowd["carl"])

    page = enter("carl").get(f"{PAGE}{goal.pk}/")
    answer = enter("carl").post(f"{PAGE}{goal.pk}/decide/", {"act": "agree"})

    assert page.context["decision"] is None
    assert answer.status_code == 403
    assert "somebody else of conduct decides" in answer.content.decode()
    assert Goal.objects.get().decision == ""


def test_another_branchs_goal_does_not_exist(enter, put_goal):
    goal = put_goal("agreed")
    mona = enter("mona")

    assert mona.post(f"{PAGE}{goal.pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert enter("carl").post(f"{PAGE}{goal.pk + 1}/decide/", {"act": "agree"}).status_code == 404
    assert Goal.objects.get().withdrawn_at is None


def test_withdrawing_needs_words_and_the_team_reads_them(enter, put_goal):
    goal = put_goal("agreed")
    mia = enter("mia")

    mute = mia.post(f"{PAGE}{goal.pk}/withdraw/", {"reason": ""})
    nul = mia.post(f"{PAGE}{goal.pk}/withdraw/", {"reason": "\x00"})
    done = mia.post(f"{PAGE}{goal.pk}/withdraw/", {"reason": "Two are ill."})

    assert [one.status_code for one in (mute, nul, done)] == [422, 422, 303]
    assert "Two are ill." in enter("anna.zx").get(f"{PAGE}{goal.pk}/").content.decode()


def test_what_was_answered_is_confirmed_and_the_manager_learns_of_a_no(enter, put_goal):
    goal, conduct, manager = put_goal(), enter("carl"), enter("mia")
    assert "Goals of your team" in manager.get("/day/").content.decode()

    conduct.post(f"{goal.get_absolute_url()}decide/", {"act": "send_back", "note": "Too much."})

    assert "Sent back. The manager reads your note." in conduct.get(PAGE).content.decode()
    day = manager.get("/day/").content.decode()
    assert "A goal for your team was sent back" in day
    assert goal.get_absolute_url() in day
    assert "goal" not in enter("anna.zx").get("/day/").content.decode().lower()
    put_goal(measure="signed")
    assert "Goals of your team" in manager.get("/day/").content.decode()
