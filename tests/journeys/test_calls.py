"""From the desk to the due list: a follow-up in three keys, an outcome in one."""

from datetime import date

import pytest

pytest.importorskip("playwright")

from django.utils import timezone
from playwright.sync_api import expect

from crossbank.calls.models import Task
from crossbank.conduct.references import unseal
from crossbank.desk.models import Consultation, ConsultationItem
from crossbank.desk.promises import quick_days
from tests.journeys.conftest import listening
from tests.journeys.test_desk import answers, keys, saved


@pytest.fixture
def days(person) -> tuple[date, ...]:
    return quick_days(person("seller").branch, timezone.now())


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_follow_up_takes_three_keys(desk, days, place) -> None:
    keys(desk, "1")

    assert keys(desk, f"1 f {place}") == 3
    keys(desk, "Enter")

    saved(desk, "Main only")
    assert answers() == [("CRD-DEB", "follow_up")]
    task = Task.objects.get()
    assert task.due_on == task.asked_on == days[place - 1]


def test_day_and_number_show_after_follow_up_only_and_go_with_it(desk, days) -> None:
    keys(desk, "1 1")
    box = desk.locator('[data-card="CRD-DEB"] .cb-due')
    expect(box).to_be_hidden()
    keys(desk, "f 2")
    expect(box).to_be_visible()
    expect(desk.locator("#CRD-DEB-u")).to_have_value(days[1].isoformat())
    box.locator("[name=contact-CRD-DEB]").fill("0151 77")
    desk.locator('label[for="CRD-DEB-d"]').click()
    expect(box).to_be_hidden()

    keys(desk, "Enter")

    saved(desk, "Main only")
    assert answers() == [("CRD-DEB", "declined")]
    assert Task.objects.count() == 0


def test_digit_after_the_day_is_a_card_again(desk, days) -> None:
    keys(desk, "1 1 f 2 2 2 Enter")

    saved(desk, "Main + 1")
    assert answers() == [("CRD-DEB", "follow_up"), ("DIG-APP", "accepted")]
    assert Task.objects.get().due_on == days[1]


def test_by_touch_with_a_number_for_the_branch_in_another_language(desk, days) -> None:
    desk.locator('[data-main="ACC-BAS"].cb-tile').click()
    card = desk.locator('[data-card="CRD-DEB"]')
    card.locator('label[for="CRD-DEB-d"]').click()
    card.locator('label[for="CRD-DEB-f"]').click()
    card.get_by_role("button", name="in a month").click()
    card.locator("[name=contact-CRD-DEB]").fill("0151 77")
    card.locator("[name=language-CRD-DEB]").select_option("ru")
    card.locator("[name=branch-CRD-DEB]").check()
    desk.locator("[data-save]").click()

    saved(desk, "Main only")
    task = Task.objects.get()
    assert (task.due_on, unseal(task.contact)) == (days[2], "0151 77")
    assert (task.employee, task.language) == (None, "ru")


def test_tick_for_the_branch_outlives_another_answer(desk, days) -> None:
    keys(desk, "1 1 f 2")
    desk.locator("[name=branch-CRD-DEB]").check()
    desk.locator('label[for="CRD-DEB-d"]').click()
    keys(desk, "f 1 Enter")

    saved(desk, "Main only")
    task = Task.objects.get()
    assert (task.due_on, task.employee) == (days[0], None)


def test_undo_takes_the_call_back(desk) -> None:
    keys(desk, "1 1 f 1 Enter")
    saved(desk, "Main only")

    keys(desk, "u")

    expect(desk.locator("#cb-toast-text")).to_have_text("Undone: it is not counted.")
    assert not Task.objects.open().exists()


def test_without_a_script_the_same_form_promises(new_page, live_server, days) -> None:
    page = new_page("seller", java_script_enabled=False)
    page.goto(f"{live_server.url}/desk/ACC-BAS/")
    page.locator('label[for="CRD-DEB-f"]').click()
    page.locator("#CRD-DEB-u").fill(days[0].isoformat())
    page.locator("[data-save]").click()

    assert Task.objects.get().due_on == days[0]


def test_call_is_opened_and_noted_by_one_key_each(new_page, live_server, listen, person) -> None:
    from crossbank.calls import promising

    seller = person("seller")
    now = timezone.now()
    promise = promising.Promise(
        kind="review_talk",
        branch=seller.branch,
        employee=seller,
        day=quick_days(seller.branch, now)[0],
        origin="test:1",
        product_name="Term deposit",
        contact="0151 77",
    )
    promising.promise(promise=promise, at=now, by=seller)
    page = new_page("seller")
    listen(page)
    page.goto(f"{live_server.url}/day/")
    page.get_by_role("link", name="Calls due").click()
    page.wait_for_url("**/calls/")
    keys(listening(page), "1")
    page.wait_for_url("**/calls/*/")
    expect(page.get_by_role("heading", name="What to say")).to_be_visible()
    expect(page.get_by_text("0151 77")).to_have_count(0)
    keys(page, "s")
    expect(page.locator(".cb-call-number")).to_have_text("0151 77")

    keys(listening(page), "3")

    expect(page.locator(".cb-notice")).to_contain_text("second and last attempt")
    assert Task.objects.get().attempts == 1


def test_number_typed_in_silences_what_was_refused(desk) -> None:
    keys(desk, "1")
    desk.locator('[name="customer_ref"]').fill("A 1")
    desk.locator('[name="customer_ref"]').blur()
    say = desk.locator(".cb-say-quiet")
    expect(say).to_be_hidden()
    keys(desk, "1 r 2")
    expect(say).to_contain_text("I will not bring it up again for 90 days.")
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert ConsultationItem.objects.get().reason == "no_need"

    keys(desk, "1")
    card = desk.locator('[data-card="CRD-DEB"]')
    expect(card).to_be_visible()
    desk.locator('[name="customer_ref"]').fill("a1")
    with desk.expect_response("**/desk/ACC-BAS/"):
        desk.locator('[name="customer_ref"]').blur()
    expect(card).to_have_count(0)
    keys(desk, "m")
    expect(desk.locator(".cb-whynot")).to_contain_text("quiet until")
    keys(desk, "/")
    desk.keyboard.type("Debit")
    keys(desk, "Enter")
    expect(card).to_have_attribute("data-answer", "declined")
    keys(desk, "Enter")

    expect(desk.locator("#cb-toast-text")).to_have_text("Saved: Main only")
    assert Consultation.objects.count() == 2
    assert ConsultationItem.objects.latest("pk").asked


def test_enter_in_the_number_field_saves_once(desk) -> None:
    keys(desk, "1 1")
    desk.locator('[name="customer_ref"]').fill("A 1")

    keys(desk, "Enter")

    saved(desk, "Main only")
    assert Consultation.objects.get().customer_ref != ""
