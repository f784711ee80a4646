"""The evening of a busy day: few taps, nothing lost, nothing signed while something is unsent."""

from uuid import uuid4

import pytest

pytest.importorskip("playwright")

from django.utils import timezone
from playwright.sync_api import Page, expect

from crossbank.desk import services
from crossbank.desk.entries import Answer, Entry
from crossbank.desk.models import DayClose, DaySheet, LateEntry, Reflection
from crossbank.desk.proof import drift

MAINS = ("ACC-BAS", "ACC-SAL", "CRD-DEB", "LON-CSH", "SAV-INS")


@pytest.fixture
def busy_day(person):
    """30 customers of today: 12 main only, 12 main + 1, 6 with answers but nothing taken."""
    seller, now = person("seller"), timezone.now()
    for n in range(30):
        said = ("", "accepted", "", "accepted", "declined")[n % 5]
        answers = (Answer(code="DIG-APP", response=said),) if said else ()
        entry = Entry(uuid=uuid4(), main=MAINS[n % 5], edition=1, answers=answers)
        services.record(entry=entry, branch=seller.branch, at=now, by=seller)
    return seller


class Taps:
    """Counts what a finger does."""

    def __init__(self, page: Page) -> None:
        self.page, self.n = page, 0

    def __call__(self, locator) -> None:
        locator.tap()
        self.n += 1


def sign_in_again(page: Page, live_server, sign_in) -> None:
    """The session is gone, as after a night or on another computer."""
    page.context.clear_cookies()
    page.reload()
    assert "/accounts/login/?next=" in page.url
    session = sign_in("seller").cookies["sessionid"].value
    cookie = {"name": "sessionid", "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])


@pytest.mark.parametrize("width", [1366, 360])
def test_thirty_customers_are_closed_with_three_answers_in_twelve_taps(
    new_page, live_server, listen, sign_in, busy_day, width
) -> None:
    page = new_page("seller", has_touch=True, viewport={"width": width, "height": 768})
    listen(page)
    tap = Taps(page)
    page.goto(live_server.url + "/day/")

    tap(page.get_by_role("link", name="Close the day"))
    tap(page.get_by_role("button", name="The sum is right: continue"))
    expect(page.get_by_text("More customers (")).to_be_visible()
    for n in range(3):
        case = page.locator(".cb-case").nth(n)
        tap(case.locator(".cb-pick > summary").first)
        tap(case.locator(".cb-pick[open] .cb-pick__lines > button").first)
        expect(page.locator(".cb-answer")).to_have_count(n + 1)
        assert Reflection.objects.count() == n + 1
        if n == 0:
            expect(page.locator(".cb-case").nth(1)).to_be_in_viewport()  # the next one is in view
            page.reload()
            expect(page.locator(".cb-answer")).to_have_count(1)
        if n == 1:
            sign_in_again(page, live_server, sign_in)
            page.goto(live_server.url + "/day/close/")
            expect(page.locator(".cb-answer")).to_have_count(2)
    tap(page.get_by_role("link", name="Continue to the signature"))
    tap(page.get_by_role("button", name="Sign this day"))

    expect(page.get_by_text("Signed. This day is closed.")).to_be_visible()
    assert tap.n <= 12, tap.n
    signed = DayClose.objects.get()
    assert (signed.main_only, signed.plus_one, signed.plus_two) == (18, 12, 0)
    assert signed.reflections.filter(did_not_fit=False).count() == 3
    assert DaySheet.objects.get().closed_by == busy_day
    assert drift() == []


def test_draft_in_another_tab_stands_in_the_way_of_the_signature(desk, live_server) -> None:
    desk.keyboard.press("1")
    desk.keyboard.press("1")
    other = desk.context.new_page()
    other.goto(live_server.url + "/day/close/?step=3")
    button = other.get_by_role("button", name="Sign this day")

    expect(other.locator("[data-unsent-list]")).to_have_text("Basic current account (draft)")
    expect(button).to_be_disabled()

    desk.keyboard.press("Enter")
    expect(desk.locator("#cb-toast-text")).to_have_text("Saved: Main only")
    expect(button).to_be_enabled()
    expect(other.locator("[data-unsent]")).to_be_hidden()
    button.click()  # the page still shows the day before that save
    expect(other.get_by_text("Another save came in meanwhile")).to_be_visible()
    other.get_by_role("button", name="Sign this day").click()
    expect(other.get_by_text("Signed. This day is closed.")).to_be_visible()
    assert DayClose.objects.get().main_only == 1


def test_tab_that_was_closed_holds_nothing_up(desk, live_server) -> None:
    desk.keyboard.press("1")
    desk.keyboard.press("1")
    other = desk.context.new_page()
    other.goto(live_server.url + "/day/close/")
    button = other.get_by_role("button", name="The sum is right: continue")
    expect(button).to_be_disabled()

    desk.close()

    expect(button).to_be_enabled()


def test_desk_serves_a_browser_whose_tabs_do_not_hear_each_other(
    new_page, live_server, listen
) -> None:
    page = new_page("seller")
    listen(page)
    page.add_init_script("delete window.BroadcastChannel")
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")

    page.keyboard.press("1")
    page.keyboard.press("Enter")

    expect(page.locator("#cb-toast-text")).to_have_text("Saved: Main only")


def test_save_of_a_closed_day_is_handed_in_with_one_button(desk, person) -> None:
    desk.keyboard.press("1")
    desk.keyboard.press("1")
    seller, now = person("seller"), timezone.now()
    services.close_day(
        employee=seller,
        branch=seller.branch,
        business_date=seller.branch.local_day(now),
        at=now,
        by=seller,
    )

    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Hand in as a late entry").click()

    expect(desk.locator("#cb-toast-text")).to_contain_text("Handed in as a late entry")
    expect(desk.locator("#cb-attention")).to_be_hidden()
    late = LateEntry.objects.get()
    assert (late.main_name, late.entry["answers"][0]["code"]) == (
        "Basic current account",
        "CRD-DEB",
    )
    desk.complaints.clear()  # 409 is reported by the browser


def test_own_words_are_kept_with_enter(new_page, live_server, listen, busy_day) -> None:
    page = new_page("seller")
    listen(page)
    page.goto(live_server.url + "/day/close/?step=2")
    case = page.locator(".cb-case").first
    case.locator(".cb-pick > summary").first.click()
    case.locator(".cb-pick[open] details summary").click()
    case.locator(".cb-pick[open] input[name^=own]").fill("Shall I show you how it looks?")
    page.keyboard.press("Enter")

    expect(page.locator(".cb-answer")).to_contain_text("“Shall I show you how it looks?”")
    assert Reflection.objects.get().line == "Shall I show you how it looks?"


def test_morning_line_leaves_with_the_first_save(desk) -> None:
    expect(desk.locator("#cb-morning")).to_be_visible()

    desk.keyboard.press("1")
    desk.keyboard.press("Enter")

    expect(desk.locator("#cb-toast-text")).to_have_text("Saved: Main only")
    expect(desk.locator("#cb-morning")).to_have_count(0)
