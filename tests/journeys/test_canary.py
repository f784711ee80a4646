"""What is typed about a customer stands in no address that the browser asks for."""

from playwright.sync_api import expect

from crossbank.calls.models import Task
from crossbank.conduct.references import reference_hash
from crossbank.desk.models import Consultation
from crossbank.org import switches
from crossbank.voice.models import NeedProfile
from tests.conftest import NOON

REF, NUMBER = "CANARY-REF-4711", "CANARY-TEL-0151"


def test_numbers_travel_in_bodies_alone(desk, live_server) -> None:
    switches.turn(key=switches.NEED_PROFILE, on=True, at=NOON, by="admin")
    asked, sent = [], []
    desk.on("request", lambda request: asked.append(request.url))
    desk.on("request", lambda request: sent.append(request.post_data or ""))
    desk.goto(live_server.url + "/desk/")
    desk.wait_for_selector("#cb-desk[data-ready]", state="attached")

    desk.keyboard.press("1")
    desk.fill('[name="customer_ref"]', REF)
    desk.keyboard.press("Tab")
    desk.keyboard.press("k")
    desk.keyboard.press("w")
    plans = desk.locator("#cb-aside")
    plans.locator('[name="customer_ref"]').fill(REF)
    plans.locator('label[for="plan-TRAVEL"]').click()
    plans.locator('label[for="plan-now"]').click()
    plans.get_by_role("button", name="Keep it").click()
    expect(plans).to_contain_text("Kept.")
    plans.get_by_role("button", name="Close").click()
    desk.keyboard.press("1")
    desk.keyboard.press("f")
    desk.keyboard.press("1")
    first = desk.locator(".cb-due [name^=contact-]").first
    first.fill(NUMBER)
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    expect(desk.locator("#cb-toast-text")).to_contain_text("Saved")
    desk.keyboard.press("y")
    desk.locator("#cb-aside #id_customer_ref").fill(REF)
    desk.keyboard.press("Enter")
    expect(desk.locator("#cb-aside")).to_contain_text("right")
    desk.goto(f"{live_server.url}/calls/{Task.objects.get().pk}/")

    assert [url for url in [*asked, desk.url] if "CANARY" in url.upper()] == []
    assert len([body for body in sent if REF in body]) >= 4  # it was typed, and it was sent
    assert len([body for body in sent if NUMBER in body]) >= 1
    kept = [*Consultation.objects.all(), *NeedProfile.objects.all()]
    assert {row.customer_ref for row in kept} == {reference_hash(REF)}
