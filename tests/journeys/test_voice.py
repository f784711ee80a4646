"""What only a browser shows: one click, one key, a turned screen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crossbank.desk.models import Consultation
from crossbank.org import switches
from crossbank.voice.models import AnswerCount, NeedProfile


@pytest.fixture
def known(sign_in):
    """A customer who took the debit card at some earlier time."""
    data = {
        "uuid": "5b0c3f0e-7d0f-4c8e-9d7e-0d2a4a1f0c11",
        "main": "ACC-BAS",
        "edition": "1",
        "customer_ref": "4711",
        "item-CRD-DEB": "accepted",
    }
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    day = timezone.localdate() - timedelta(days=30)
    Consultation.objects.update(business_date=day)


@pytest.fixture
def all_on(bank) -> None:
    for key in (switches.SURVEY, switches.NEED_PROFILE):
        switches.turn(key=key, on=True, at=timezone.now(), by="admin")


def open_main(page) -> None:
    page.keyboard.press("2")
    page.wait_for_selector("form.cb-panel")


def test_has_already_and_one_click_that_he_has_not(known, desk):
    open_main(desk)
    main = desk.locator("form.cb-panel h1").inner_text()
    desk.fill('[name="customer_ref"]', "4711")
    desk.keyboard.press("Tab")
    desk.keyboard.press("k")
    held = desk.locator(".cb-held label", has_text="Debit card")
    held.wait_for()
    shown = [card.get_attribute("data-card") for card in desk.locator("[data-card]").all()]
    assert "CRD-DEB" not in shown

    held.click()
    desk.locator('input[name="nothold-CRD-DEB"]').wait_for(state="attached")

    assert desk.locator('[name="customer_ref"]').input_value() == "4711"
    assert desk.locator(".cb-held label", has_text="Debit card").count() == 0
    assert desk.locator("form.cb-panel h1").inner_text() == main
    desk.keyboard.press("Enter")
    desk.locator("#cb-undo").wait_for()
    assert Consultation.objects.order_by("-pk").first().held == ["ACC-BAS"]


def test_customers_page_is_one_key_away_while_the_save_is_told(desk):
    link = desk.locator('a[href="/desk/last/"]')
    assert not link.is_visible()
    open_main(desk)
    desk.keyboard.press("Enter")
    desk.locator("#cb-undo").wait_for()
    assert link.is_visible()

    with desk.context.expect_page() as opened:
        desk.keyboard.press("c")

    paper = opened.value
    paper.wait_for_selector("article.cb-paper")
    assert paper.url.endswith("/customer/")
    desk.keyboard.press("u")
    desk.locator("#cb-toast-text", has_text="Undone").wait_for()
    assert not link.is_visible()  # there is no such record any more


def test_plans_are_asked_beside_the_cards_and_order_them(all_on, desk):
    open_main(desk)
    desk.fill('[name="customer_ref"]', "4711")
    desk.keyboard.press("Tab")
    desk.keyboard.press("w")
    dialog = desk.locator("#cb-aside")
    number = dialog.locator('[name="customer_ref"]')
    number.wait_for()
    number.fill("4711")
    dialog.locator('label[for="plan-TRAVEL"]').click()
    dialog.locator('label[for="plan-this_year"]').click()
    dialog.get_by_role("button", name="Keep it").click()
    dialog.get_by_text("Kept.").wait_for()
    dialog.get_by_role("button", name="Close").click()

    desk.keyboard.press("k")
    desk.locator(".cb-pc__why", has_text="said in").first.wait_for()

    assert NeedProfile.objects.get().need.code == "TRAVEL"


def test_customer_answers_with_three_taps_on_the_turned_screen(all_on, desk):
    open_main(desk)
    desk.keyboard.press("Enter")
    desk.locator("#cb-undo").wait_for()
    with desk.context.expect_page() as opened:
        desk.keyboard.press("t")
    turned = opened.value

    turned.get_by_role("button", name="Yes, it was useful").click()
    turned.get_by_role("button", name="No, I decided freely").click()
    turned.get_by_role("button", name="Nothing for now").click()

    turned.get_by_text("Thank you.").wait_for()
    said = AnswerCount.objects.filter(n=1).values_list("question", "said")
    assert set(said) == {("useful", "yes"), ("felt_pushed", "no")}
    assert turned.locator(".cb-nav").count() == 0
