"""What a customer answers at the counter settles his calls, and a no on the telephone is quiet."""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crossbank.calls import services as calls
from crossbank.calls.models import Task
from crossbank.conduct.references import reference_hash
from crossbank.desk.models import Consultation
from crossbank.desk.quiet import silenced
from crossbank.engine.workdays import add_workdays
from crossbank.org.calendars import calendar_of
from crossbank.org.models import Branch, User

BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.django_db
NUMBER = "A 4711"
OTHER = "B 1"


@pytest.fixture
def day(person):
    """The n-th open day of B01 after today."""
    branch = person("seller").branch
    return lambda n: add_workdays(branch.local_day(timezone.now()), n, calendar_of(branch))


@pytest.fixture
def promised(sign_in, save, content, day):
    """This will save a follow-up on the debit card beside the basic account, and give its call."""

    def make(who: str = "seller", *, ref: str = NUMBER, n: int = 3, **more) -> Task:
        data = content(item_CRD_DEB="follow_up", due_CRD_DEB=day(n).isoformat(), customer_ref=ref)
        assert save(sign_in(who), {**data, **more}).status_code == 201
        return Task.objects.latest("pk")

    return make


@pytest.fixture
def answer(sign_in, save, content):
    """This will save an answer to the debit card, in the other branch unless said otherwise."""

    def say(response: str, reason: str = "", *, who: str = "seller2", ref: str = NUMBER, **more):
        data = content(item_CRD_DEB=response, customer_ref=ref)
        data |= {"reason-CRD-DEB": reason} if reason else {}
        reply = save(sign_in(who), {**data, **more})
        assert reply.status_code == 201, reply.content
        return data["uuid"]

    return say


@pytest.mark.parametrize(
    ("response", "reason", "is_settled"),
    [
        ("accepted", "", True),
        ("declined", "no_need", True),
        ("declined", "has_it", True),
        ("declined", "not_now", False),
        ("declined", "", False),
        ("interested", "", False),
    ],
)
def test_answer_that_takes_or_silences_it_takes_the_call_off_the_list(
    promised, answer, response, reason, is_settled
) -> None:
    task, stranger = promised(), promised(ref=OTHER)

    answer(response, reason)

    assert list(Task.objects.open().order_by("pk")) == [*([] if is_settled else [task]), stranger]


def test_second_refusal_settles_as_it_silences(promised, answer) -> None:
    answer("declined", "not_now")
    task = promised()

    answer("declined", "too_expensive")

    assert list(Task.objects.open()) == []
    task.refresh_from_db()
    assert task.settled_by == f"consultation:{Consultation.objects.latest('pk').pk}"


def test_coming_for_it_as_the_main_product_settles_it(promised, sign_in, save, content) -> None:
    promised()

    save(sign_in("seller2"), content("CRD-DEB", customer_ref=NUMBER, no_main="1"))
    left = Task.objects.open().count()
    save(sign_in("seller2"), content("CRD-DEB", customer_ref=NUMBER))

    assert (left, Task.objects.open().count()) == (1, 0)


def test_undo_of_the_answer_puts_the_call_back(promised, answer, sign_in) -> None:
    task = promised()
    uuid = answer("accepted")

    sign_in("seller2").post(f"/desk/consultations/{uuid}/void/")

    assert list(Task.objects.open()) == [task]


def test_correction_of_the_answer_and_its_undo_follow_what_stands(
    promised, answer, sign_in
) -> None:
    task = promised()
    first = answer("accepted")
    second = answer("interested", replaces=first)
    assert list(Task.objects.open()) == [task]

    sign_in("seller2").post(f"/desk/consultations/{second}/void/")

    assert list(Task.objects.open()) == []


def test_two_sellers_who_promise_make_one_call_on_the_later_word(promised, person, day) -> None:
    first = promised(n=3)
    second = promised("manager", n=5)

    assert list(Task.objects.open()) == [second]
    assert (second.due_on, second.employee) == (day(5), person("manager"))
    first.refresh_from_db()
    assert first.settled_by == second.origin


def test_undo_of_the_second_promise_leaves_the_first(promised, sign_in) -> None:
    first = promised()
    second = promised("manager")

    sign_in("manager").post(f"/desk/consultations/{second.origin_uuid}/void/")

    assert list(Task.objects.open()) == [first]


# --- a no on the telephone ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "ago", "is_quiet"),
    [
        ("reached_no", 0, True),
        ("reached_no", 89, True),
        ("reached_no", 90, False),
        ("reached_yes", 0, False),
    ],
)
def test_no_on_the_telephone_is_quiet_for_the_set_days(
    promised, person, sign_in, outcome, ago, is_quiet
) -> None:
    task = promised()
    at = timezone.now()
    calls.note_outcome(task=task, outcome=outcome, at=at, by=person("seller"))
    day = person("seller2").branch.local_day(at) - timedelta(days=ago)  # by his calendar
    Task.objects.update(closed_at=datetime.combine(day, time(12), person("seller").branch.zone))

    page = sign_in("seller2").post(
        "/desk/ACC-BAS/", {"customer_ref": NUMBER, "more": "1"}, headers={"hx-request": "true"}
    )

    shown = {card.code for card in page.context["panel"].drawn}
    assert ("CRD-DEB" not in shown) is is_quiet


def test_day_of_that_no_is_the_branch_s_own(promised, person, queries) -> None:
    task = promised()
    at = timezone.now()
    calls.note_outcome(task=task, outcome="reached_no", at=at, by=person("seller"))
    Branch.objects.filter(code="B01").update(time_zone="Pacific/Pago_Pago")  # 11 hours behind
    there = Branch.objects.get(code="B01").local_day(at)

    with queries() as seen:
        found = silenced(reference_hash(NUMBER), on=at.astimezone(BERLIN).date(), zone=BERLIN)

    assert found == {"CRD-DEB": there + timedelta(days=90)}
    assert len(seen) == 1


# --- a correction of the promise itself --------------------------------------------------------


def test_correction_after_one_attempt_leaves_one(promised, person, sign_in, day) -> None:
    old = promised(n=0)
    colleague = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")[0]
    now = timezone.now()
    calls.note_outcome(task=old, outcome="not_reached", at=now, by=person("seller"))
    calls.hand_over(task=old, to=colleague, at=now, by=person("seller"))
    due_on = Task.objects.get().due_on

    new = promised(n=0, note="another word", replaces=str(old.origin_uuid))

    assert list(Task.objects.open()) == [new]
    assert (new.employee, new.attempts, new.due_on) == (colleague, 1, due_on)
    assert new.tries.get().by == person("seller")


def test_correction_after_the_end_promises_no_new_call(promised, person, sign_in) -> None:
    old = promised()
    calls.note_outcome(task=old, outcome="reached_yes", at=timezone.now(), by=person("seller"))

    promised(n=5, replaces=str(old.origin_uuid), uuid=str(uuid4()))

    assert list(Task.objects.open()) == []
    assert set(Task.objects.values_list("outcome", flat=True)) == {"reached_yes"}


# --- several records of one customer ------------------------------------------------------------


@pytest.fixture
def void(sign_in):
    def voided(task_or_uuid, who: str = "seller") -> None:
        uuid = getattr(task_or_uuid, "origin_uuid", task_or_uuid)
        reply = sign_in(who).post(f"/desk/consultations/{uuid}/void/", {"reason": "slip"})
        assert reply.status_code in (200, 303), reply.content

    return voided


@pytest.fixture
def corrected(sign_in, save, content, day):
    """This will correct the record of a call; its follow-up stays unless said otherwise."""

    def make(task: Task, **answers) -> str:
        answers = answers or {"item_CRD_DEB": "follow_up", "due_CRD_DEB": task.asked_on.isoformat()}
        data = content(customer_ref=NUMBER, note="again", **answers)
        data |= {"replaces": task.origin_uuid, "replace_reason": "slip"}
        reply = save(sign_in("seller"), data)
        assert reply.status_code == 201, reply.content
        return data["uuid"]

    return make


def open_calls() -> list[Task]:
    return list(Task.objects.open().order_by("pk"))


@pytest.mark.parametrize("keeps", [True, False])
def test_void_of_a_correction_leaves_the_later_promise(promised, corrected, void, keeps):
    first = promised()
    later = promised("seller2", n=5)
    assert open_calls() == [later]

    answers = {} if keeps else {"item_CRD_DEB": "interested"}
    void(corrected(first, **answers))

    assert open_calls() == [later]


def test_voids_in_any_order_leave_the_call_that_still_stands(promised, void):
    first, second, third = promised(), promised("seller2", n=4), promised("seller2", n=5)

    void(second, "seller2")
    assert open_calls() == [third]
    void(third, "seller2")

    assert open_calls() == [first]


def test_call_stays_settled_while_another_answer_stands(promised, answer, void):
    task = promised()
    once, twice = answer("accepted"), answer("accepted")

    void(once, "seller2")
    assert open_calls() == []
    void(twice, "seller2")

    assert open_calls() == [task]


def test_answer_of_before_the_promise_settles_nothing_again(promised, answer, void):
    answer("declined", "has_it")
    task = promised()
    taken = answer("accepted")

    void(taken, "seller2")

    assert open_calls() == [task]


def test_correcting_a_note_opens_no_call_that_was_answered_since(promised, answer, corrected):
    task = promised()
    answer("accepted")

    corrected(task)

    assert open_calls() == []


def test_no_on_the_telephone_outlives_the_record_it_was_noted_for(
    promised, corrected, void, person
):
    task = promised()
    correction = corrected(task)
    call = Task.objects.open().get()
    calls.note_outcome(task=call, outcome="reached_no", at=timezone.now(), by=person("seller"))

    void(correction)

    task.refresh_from_db()
    assert open_calls() == []
    assert (task.outcome, task.attempts, task.tries.count()) == ("reached_no", 1, 1)


def test_attempt_for_a_voided_promise_counts_for_the_one_before(promised, void, person):
    first, second = promised(), promised("seller2", n=5)
    calls.note_outcome(task=second, outcome="not_reached", at=timezone.now(), by=person("seller2"))

    void(second, "seller2")

    first.refresh_from_db()
    assert open_calls() == [first]
    assert (first.attempts, first.tries.count()) == (1, 1)


def test_no_noted_for_a_voided_promise_is_a_no(promised, void, person):
    promised()
    second = promised("seller2", n=5)
    calls.note_outcome(task=second, outcome="reached_no", at=timezone.now(), by=person("seller2"))

    void(second, "seller2")

    assert open_calls() == []
