"""What stands behind keys in step 2: bundles, objections, facts; nothing of it shows before."""

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect

from crossbank.desk.models import Consultation, ConsultationItem
from tests.journeys.test_desk import answers, keys, saved

CARE = "Together at one price"


def test_bundle_by_one_key_after_more(desk) -> None:
    keys(desk, "3 m s")
    box = desk.locator("[for=CARD-CARE-s]")
    expect(box).to_contain_text("The customer said yes to all of it")
    keys(desk, "s")
    expect(box).to_contain_text("Taken together")
    expect(desk.locator('[data-card="INS-CRD"]')).to_contain_text("in “Card care”")

    keys(desk, "Enter")

    saved(desk, "Main + 2")
    assert answers() == [("DIG-ALR", "accepted"), ("INS-CRD", "accepted")]
    assert Consultation.objects.get().bundle_code == "CARD-CARE"
    assert set(ConsultationItem.objects.values_list("price_shown", flat=True)) == {
        "2.50 a month for both"
    }


def test_third_press_takes_all_of_it_back(desk) -> None:
    keys(desk, "3 m s s s Enter")

    saved(desk, "Main only")
    assert answers() == []
    assert Consultation.objects.get().bundle_code == ""


def test_part_taken_out_again_leaves_the_other_alone(desk) -> None:
    keys(desk, "3 m s s")
    card = desk.locator('[data-card="INS-CRD"]')
    expect(card).to_have_attribute("data-answer", "accepted")
    desk.locator('label[for="INS-CRD-d"]').click()
    expect(card).to_have_attribute("data-answer", "declined")
    expect(desk.locator('[data-card="DIG-ALR"]')).not_to_contain_text("Card care")

    keys(desk, "Enter")

    saved(desk, "Main + 1")
    assert dict(answers()) == {"DIG-ALR": "accepted", "INS-CRD": "declined"}
    assert Consultation.objects.get().bundle_code == ""
    assert ConsultationItem.objects.get(product_code="DIG-ALR").price_shown == "1.00 a month"


def test_bundle_by_touch_and_without_a_script(desk, new_page, live_server) -> None:
    desk.locator('[data-main="CRD-DEB"].cb-tile').click()
    desk.locator("[data-more]").click()
    for words in ("All of it presented", "The customer said yes", "Taken together"):
        box = desk.locator("[for=CARD-CARE-s]")
        expect(box).to_contain_text(words)
        if words != "Taken together":
            box.click()
    desk.locator("[data-save]").click()
    saved(desk, "Main + 2")

    plain = new_page("seller", java_script_enabled=False)
    plain.goto(f"{live_server.url}/desk/CRD-DEB/")
    for _ in range(2):
        plain.locator("[for=CARD-CARE-s]").click()
        plain.get_by_role("button", name="Show what fits now").click()
    plain.locator("[data-save]").click()

    records = Consultation.objects.order_by("pk")
    assert [(r.bucket, r.bundle_code) for r in records] == [("plus_two", "CARD-CARE")] * 2


def test_nothing_of_it_shows_before_its_key(desk) -> None:
    keys(desk, "3 1")

    for text in (CARE, "When the customer says", "also took"):
        expect(desk.get_by_text(text).first).not_to_be_in_viewport()
    visible = desk.locator(".cb-pc__objections dl, .cb-pc__fact, .cb-stepup").filter(visible=True)
    expect(visible).to_have_count(0)


def test_objections_of_the_last_card_by_their_key(desk) -> None:
    requests: list[str] = []
    desk.on("request", lambda request: requests.append(request.url))
    keys(desk, "3 1 a")
    told = desk.locator(".cb-pc__objections dl").filter(visible=True)

    expect(told).to_have_count(1)
    expect(desk.locator("[data-last] .cb-pc__objections dl")).to_be_visible()
    assert requests == []  # it was there from the start

    keys(desk, "q 1")  # cards are drawn again, and what was open stays open
    expect(desk.locator(".cb-pc__objections[open] dl").filter(visible=True)).to_have_count(1)
    keys(desk, "a")
    expect(told).to_have_count(0)


def test_objection_of_the_need_stands_there_once_it_is_stated(desk) -> None:
    keys(desk, "8 q")
    desk.get_by_text("Save for a goal or a child").locator("visible=true").click()
    keys(desk, "1 a")

    expect(desk.get_by_text("I would rather keep my money at hand.").first).to_be_visible()
