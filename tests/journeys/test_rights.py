"""A right born at one counter and used at another: found by its code, used once, read by a camera."""

import io
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from crossbank.desk.models import Consultation, Redemption
from crossbank.engine.right_codes import spoken
from crossbank.offers.models import Grant, Offer
from tests.released import release


def save_debit_card(page, live_server) -> Grant:
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")
    return Grant.objects.get()


@pytest.fixture
def give_right(sign_in):
    """This will save a main product for a customer and give the right that comes with it."""

    def given(main: str, number: str) -> Grant:
        data = {"uuid": str(uuid4()), "main": main, "edition": "1", "customer_ref": number}
        assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
        return Grant.objects.latest("pk")

    return given


def test_right_travels_to_another_branch_and_is_used_once(new_page, live_server, listen) -> None:
    seller, seller2 = new_page("seller"), new_page("seller2")
    listen(seller)
    complaints = listen(seller2)
    grant = save_debit_card(seller, live_server)

    seller.goto(f"{live_server.url}{Consultation.objects.get().get_absolute_url()}")
    seller.get_by_role("link", name="Print it for the customer").click()
    expect(seller.locator(".cb-right__code figcaption")).to_have_text(spoken(grant.code))
    seller2.goto(live_server.url + "/desk/")
    seller2.wait_for_selector("#cb-desk[data-ready]", state="attached")
    seller2.keyboard.press("y")
    seller2.locator("#cb-aside #id_code").fill(spoken(grant.code).lower())
    seller2.keyboard.press("Enter")
    seller2.locator("#cb-aside [data-right]").click()
    seller2.keyboard.press("5")
    expect(seller2.locator(".cb-rights")).to_contain_text("Cash loan")
    expect(seller2.locator('input[name="right"]')).to_be_checked()
    seller2.keyboard.press("Enter")
    expect(seller2.locator("#cb-toast-text")).to_contain_text("Saved")

    used = Redemption.objects.get()
    assert (used.grant, used.item, used.product.code) == (grant, None, "LON-CSH")
    assert used.consultation.branch.code == "B02"
    seller2.keyboard.press("y")
    seller2.locator("#cb-aside #id_code").fill(grant.code)
    seller2.keyboard.press("Enter")
    expect(seller2.locator("#cb-aside")).to_contain_text("This right was used already.")
    expect(seller2.locator("#cb-aside")).not_to_contain_text("B02")
    assert ["422" in one for one in complaints] == [True]
    complaints.clear()


def test_code_that_is_typed_wrong_is_said_at_once(new_page, live_server) -> None:
    page = new_page("seller")
    grant = save_debit_card(page, live_server)
    wrong = ("2" if grant.code[0] == "1" else "1") + grant.code[1:]

    page.keyboard.press("y")
    page.locator("#cb-aside #id_code").fill(wrong)
    page.keyboard.press("Enter")

    expect(page.locator("#cb-aside [role=alert]")).to_have_text(
        "This code has a typing mistake: read it once more."
    )
    expect(page.locator("#cb-aside #id_code")).to_have_value(wrong)


def test_picture_on_paper_is_the_code(new_page, live_server) -> None:
    page = new_page("seller")
    grant = save_debit_card(page, live_server)
    page.goto(f"{live_server.url}/rights/{grant.code}/?print=1")
    page.emulate_media(media="print")

    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [grant.code]
    expect(page.locator(".cb-right")).not_to_contain_text("B01")


def test_next_conversation_starts_with_what_the_customer_has(new_page, live_server) -> None:
    page = new_page("seller")
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")
    page.keyboard.press("3")
    page.locator('#cb-step2 [name="customer_ref"]').fill("4711")
    page.locator('#cb-step2 [name="customer_ref"]').blur()
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")

    page.keyboard.press("1")
    expect(page.locator(".cb-rights")).to_have_count(0)
    page.locator('#cb-step2 [name="customer_ref"]').fill("4711")
    page.locator('#cb-step2 [name="customer_ref"]').blur()

    expect(page.locator(".cb-rights")).to_contain_text("Cash loan")
    assert "4711" not in page.url


def test_offer_withdrawn_while_on_screen_is_refused_and_drawn_as_ended(desk) -> None:
    page = desk
    page.keyboard.press("1")
    page.keyboard.press("4")  # the offer line's product
    page.keyboard.press("4")
    page.keyboard.press("4")
    page.keyboard.press("o")
    expect(page.locator('[name="offer-DIG-ALR"]')).to_be_checked()
    Offer.objects.filter(code="OT-6").update(is_paused=True)

    page.keyboard.press("Enter")
    notice = page.locator(".cb-unsaved")
    expect(notice).to_contain_text("This offer has ended; the product itself may still be taken")
    notice.get_by_role("button", name="Open it again").click()

    card = page.locator('#cb-step2 [data-card="DIG-ALR"]')
    expect(card.locator(".cb-offer--ended")).to_contain_text(
        "This offer has ended. What still holds: SMS and push alerts, 1.00 a month."
    )
    expect(card.locator(".cb-offer--ended input")).to_be_disabled()
    expect(card.locator('[name="offer-DIG-ALR"]')).to_have_count(0)
    expect(card).to_have_attribute("data-answer", "asking")
    expect(card.locator('[name="consent-DIG-ALR"]')).not_to_be_checked()
    expect(card.locator(".cb-consent")).to_be_visible()
    expect(page.locator("#cb-step2 [data-clash]")).to_contain_text("This offer has ended")
    assert Consultation.objects.count() == 0
    page.keyboard.press("Enter")  # he did not say yes to the price without it
    expect(notice).to_contain_text("It costs something (1.00 a month)")
    assert Consultation.objects.count() == 0
    notice.get_by_role("button", name="Open it again").click()
    page.keyboard.press("4")
    expect(card).to_have_attribute("data-answer", "accepted")
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")
    assert Consultation.objects.get().items.get().offer is None
    assert [code in one for code, one in zip(("409", "422"), page.complaints, strict=True)] == [
        True
    ] * 2
    page.complaints.clear()


def test_offer_that_ends_on_the_screen_asks_for_the_yes_again(desk) -> None:
    page = desk
    page.keyboard.press("1")
    for key in "444o":
        page.keyboard.press(key)
    card = page.locator('#cb-step2 [data-card="DIG-ALR"]')
    expect(card).to_have_attribute("data-answer", "accepted")
    Offer.objects.filter(code="OT-6").update(is_paused=True)

    card.locator(".cb-offer").dispatch_event("cb:offer-ended")

    expect(card.locator(".cb-offer--ended")).to_contain_text("What still holds")
    expect(card).to_have_attribute("data-answer", "asking")


def test_offer_in_use_takes_its_group_off_the_other_cards_until_it_is_left(
    new_page, live_server, listen
) -> None:
    Offer.objects.filter(code__in=["OT-2", "OT-6"]).update(exclusion_group="ONE")
    release("OT-2", "OT-6")
    page = new_page("seller")
    listen(page)
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")
    for key in "3m":
        page.keyboard.press(key)
    alerts, card = (page.locator(f'#cb-step2 [data-card="{c}"]') for c in ("DIG-ALR", "CRD-CLA"))
    other = card.locator('[name="offer-CRD-CLA"]')
    expect(other).to_have_count(1)

    alerts.locator(".cb-pc__key").click()
    page.keyboard.press("o")

    expect(other).to_have_count(0)
    expect(card.locator(".cb-pc__losing")).to_contain_text("not together with “Alerts")
    expect(alerts.locator('[name="offer-DIG-ALR"]')).to_be_checked()
    page.keyboard.press("h")  # he has them: the offer is left
    expect(other).to_have_count(1)


def with_number(page, main: str, number: str = "4711") -> None:
    page.locator("#cb-find").fill(main)
    page.keyboard.press("Enter")
    say_number(page, number)


def say_number(page, number: str = "4711") -> None:
    page.locator('#cb-step2 [name="customer_ref"]').fill(number)
    page.locator('#cb-step2 [name="customer_ref"]').blur()
    expect(page.locator(".cb-rights")).to_be_visible()


@pytest.mark.parametrize("main", ["ACC-PRM", "ACC-SAL"])  # the loan is not rated; behind a key
def test_right_to_a_product_that_is_not_on_a_card_is_used(desk, give_right, main) -> None:
    page, grant = desk, give_right("CRD-DEB", "4711")
    with_number(page, main)

    page.locator(".cb-rights").get_by_text("Show its card").click()
    card = page.locator('#cb-step2 [data-card="LON-CSH"]')
    expect(card).to_have_attribute("data-answer", "declined")
    expect(card).to_be_visible()
    card.locator("[for=LON-CSH-a]").click()
    card.locator("[for=LON-CSH-c]").click()
    page.keyboard.press("o")
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")

    used = Redemption.objects.get()
    assert (used.grant, used.item.product_code) == (grant, "LON-CSH")


def test_code_of_one_right_and_another_for_the_main_are_one_choice(desk, give_right) -> None:
    page = desk
    loan, card = give_right("CRD-DEB", "4711"), give_right("SAV-TRM", "4711")
    page.keyboard.press("y")
    page.locator("#cb-aside #id_code").fill(card.code)
    page.keyboard.press("Enter")
    page.locator("#cb-aside [data-right]").click()
    page.keyboard.press("5")
    expect(page.locator(".cb-rights")).to_contain_text(spoken(card.code))
    say_number(page)

    fields = page.locator('#cb-step2 [name="right"]')
    expect(page.locator(f"#right-{card.code}")).to_be_checked()
    page.locator(f"[for=right-{loan.code}]").click()
    expect(page.locator(f"#right-{card.code}")).not_to_be_checked()
    assert {one.get_attribute("type") for one in fields.all()} == {"radio"}
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")

    assert [one.grant for one in Redemption.objects.all()] == [loan]


def test_yes_to_an_offer_is_asked_again_when_its_terms_change_on_screen(desk) -> None:
    page = desk
    page.keyboard.press("1")
    page.keyboard.press("4")
    page.keyboard.press("4")
    page.keyboard.press("4")
    page.keyboard.press("o")
    expect(page.locator('[type=checkbox][name="offer-DIG-ALR"]')).to_be_checked()
    Offer.objects.filter(code="OT-6").update(price_with_text="9.99 CU")
    release("OT-6")

    page.keyboard.press("Enter")
    notice = page.locator(".cb-unsaved")
    expect(notice).to_contain_text("This offer has other terms now")
    notice.get_by_role("button", name="Open it again").click()

    card = page.locator('#cb-step2 [data-card="DIG-ALR"]')
    expect(card.locator(".cb-offer")).to_contain_text("9.99 CU")
    expect(page.locator('[type=checkbox][name="offer-DIG-ALR"]')).not_to_be_checked()
    expect(page.locator('[name="consent-DIG-ALR"]')).not_to_be_checked()
    assert Consultation.objects.count() == 0
    assert ["409" in one for one in page.complaints] == [True]
    page.complaints.clear()


def test_more_cards_with_offers_are_no_draft(desk) -> None:
    page = desk
    page.keyboard.press("1")
    page.keyboard.press("m")
    expect(page.locator('[name="offer-version-DIG-ALR"]')).to_have_count(1)

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(page.locator("#cb-step1")).to_be_visible()
    expect(page.locator(".cb-tile[data-draft]")).to_have_count(0)


def test_code_typed_before_the_panel_came_is_used_by_keys_alone(desk, give_right) -> None:
    page, grant = desk, give_right("CRD-DEB", "4711")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)

    page.keyboard.press("y")
    page.keyboard.type(grant.code)
    expect(page.locator("#cb-aside #id_code")).to_have_value(grant.code)
    page.keyboard.press("Enter")
    expect(page.locator("#cb-aside [data-right]")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("5")
    expect(page.locator(f"[for=right-{grant.code}] .cb-on")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved")

    assert [one.grant for one in Redemption.objects.all()] == [grant]


def test_offer_that_is_used_looks_used(desk) -> None:
    page = desk
    for key in "1444o":
        page.keyboard.press(key)
    label = page.locator("[for=DIG-ALR-o]")

    pressed = label.evaluate("one => getComputedStyle(one).backgroundColor")
    page.keyboard.press("o")

    assert pressed != label.evaluate("one => getComputedStyle(one).backgroundColor")
