"""A team's goal: proposed by its manager, agreed by conduct, read by those whom it is for."""

from datetime import timedelta

import pytest

pytest.importorskip("playwright")

from django.utils import timezone
from playwright.sync_api import expect

from crossbank.org import switches
from crossbank.review.models import Goal
from tests.journeys.test_pages import violations, wider_than_screen


def unsound(page) -> list[object]:
    """What is wrong with the page as it stands, in light and dark."""
    found: list[object] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [*violations(page), *wider_than_screen(page)]
    return found


def test_a_goal_is_proposed_mended_agreed_and_read(new_page, live_server, listen, sign_in) -> None:
    now = timezone.now()
    switches.turn(key=switches.TEAM_GOALS, on=True, at=now, by="admin")
    manager, conduct = (new_page(who, java_script_enabled=False) for who in ("manager", "conduct"))
    seller, sound = new_page("seller"), []
    complaints = listen(seller)

    manager.goto(live_server.url + "/review/")
    manager.get_by_role("link", name="Team goals").click()
    manager.get_by_role("link", name="Propose a goal").click()
    manager.get_by_label("Coverage").check()
    manager.get_by_label("At least, in percent").fill("600")
    manager.get_by_label("First day").fill(f"{now.date() + timedelta(days=1)}")
    manager.get_by_label("Last day").fill(f"{now.date() + timedelta(days=40)}")
    manager.get_by_label("Reason").fill("Customers ask why nobody said it.")
    manager.get_by_role("button", name="Propose").click()
    expect(manager.get_by_role("alert")).to_contain_text("Type 100 or less.")
    manager.get_by_label("At least, in percent").fill("60")
    manager.get_by_role("button", name="Propose").click()
    expect(manager.locator("[data-figure='state']")).to_have_text("Waits for conduct")

    conduct.goto(live_server.url + "/review/")
    conduct.get_by_role("link", name="Team goals (1 waiting)").click()
    conduct.get_by_role("link", name="Coverage: at least 60 %").click()
    conduct.get_by_role("button", name="Send back").click()
    expect(conduct.get_by_role("alert")).to_contain_text("Say what should be different.")
    conduct.get_by_label("Note").fill("Fair.")
    conduct.get_by_role("button", name="Agree").click()
    expect(conduct.locator("[data-figure='state']")).to_have_text("Agreed, begins later")

    seller.goto(live_server.url + "/day/")
    seller.get_by_role("link", name="Goals of your team").click()
    expect(seller.get_by_role("listitem").first).to_contain_text(
        "Customers ask why nobody said it."
    )
    sound += unsound(seller)
    seller.get_by_role("link", name="Coverage: at least 60 %").click()
    expect(seller.locator("[data-figure='state']")).to_have_text("Agreed, begins later")
    sound += unsound(seller)
    manager, conduct = new_page("manager"), new_page("conduct")
    for page, path in (
        (manager, "/review/goals/new/"),
        (manager, f"/review/goals/{Goal.objects.get().pk}/"),
        (conduct, "/review/goals/"),
    ):
        page.goto(live_server.url + path)
        sound += unsound(page)

    assert sound == []
    assert complaints == []
