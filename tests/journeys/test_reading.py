"""Reading pages in a real browser: the heat-map by keyboard, the sheet on paper, the clock."""

import re

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from crossbank.engine.snapshot import from_json
from crossbank.matrix.models import Edition
from tests.journeys.test_pages import sideways, violations


def names_of_focus(page: Page, keys: str) -> list[str]:
    """What has the focus after each key, as a screen reader names it."""
    names = []
    for key in keys.split():
        page.keyboard.press(key)
        names.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.textContent.trim()"
            )
        )
    return names


@pytest.fixture
def heat(new_page, live_server, listen) -> Page:
    page = new_page("owner")
    listen(page)
    page.goto(live_server.url + "/matrix/")
    expect(page.get_by_role("grid")).to_be_visible()
    return page


def test_the_heat_map_by_keyboard_alone(heat):
    first = heat.locator("[data-heat] tbody td").first
    stops = heat.locator("[data-heat] [tabindex='0']")
    expect(stops).to_have_count(1)

    first.focus()

    assert names_of_focus(heat, "ArrowRight ArrowRight ArrowRight ArrowRight ArrowDown") == [
        "not rated",
        "not rated",
        "Classic credit card beside Basic current account: Ask first",
        "Debit card beside Basic current account: Strong",
        "Debit card beside Salary account: Strong",
    ]
    assert names_of_focus(heat, "ArrowUp ArrowUp Home ArrowDown End PageDown") == [
        "Debit card beside Basic current account: Strong",
        "Debit card",
        "Basic current account",
        "the same product",
        "Partner cashback programme beside Basic current account: Good",
        "not rated",
    ]
    expect(stops).to_have_count(1)


def test_enter_opens_the_pair_and_escape_comes_back(heat):
    heat.get_by_label("Credit protection cover beside Basic current account").focus()
    heat.keyboard.press("Enter")

    dialog = heat.get_by_role("dialog", name="Credit protection cover beside Basic current account")
    expect(dialog).to_contain_text("No credit to protect")
    expect(dialog).to_contain_text("Instead")
    assert violations(heat) == []

    heat.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert names_of_focus(heat, "ArrowLeft") == [
        "Card and ID-theft cover beside Basic current account: Ask first"
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 1366), ("light", 320)])
def test_reading_pages_have_no_barrier_and_do_not_slide(
    new_page, live_server, listen, scheme, width
):
    page = new_page("seller", color_scheme=scheme, viewport={"width": width, "height": 768})
    listen(page)

    for address in ("/matrix/", "/matrix/HOM-PUR/", "/products/CRD-CLA/", "/offers/"):
        page.goto(live_server.url + address)
        assert violations(page) == [], address
        assert sideways(page) == 0, address


def test_every_desk_sheet_fits_one_a5_page(new_page, live_server):
    page = new_page("seller")
    snapshot = from_json(Edition.objects.get().snapshot)
    mains = [product.code for product in snapshot.products if product.is_main]

    pages = {}
    for main in mains:
        page.goto(f"{live_server.url}/matrix/{main}/")
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        size = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
        inches = [round(float(side) / 72 * 25.4) for side in size.groups()]
        pages[main] = (len(re.findall(rb"/Type /Page\b", paper)), *inches)

    assert pages == dict.fromkeys(mains, (1, 148, 210))


def test_the_countdown_greys_what_is_over_and_says_so_once(new_page, live_server, listen):
    page = new_page("seller")
    listen(page)
    page.goto(live_server.url + "/offers/")
    page.evaluate(
        """() => {
            window.over = 0;
            document.addEventListener("cb:offer-ended", () => { window.over += 1; });
            const box = document.createElement("div");
            box.dataset.ends = "";
            const clock = document.createElement("span");
            clock.dataset.secondsLeft = "2";
            box.append(clock);
            document.getElementById("main").append(box);
            box.dispatchEvent(new CustomEvent("cb:countdown", { bubbles: true }));
        }"""
    )

    box = page.locator("#main > [data-ends]")
    expect(box).to_have_text("00:00:02")
    expect(box).to_have_class("cb-is-over")
    expect(box).to_have_text("00:00:00")
    page.wait_for_timeout(1200)
    assert page.evaluate("window.over") == 1


def test_a_record_is_voided_on_one_line(new_page, live_server, sign_in):
    key = "6f1c1f0e-6d3c-4a55-9a53-0f6f0b9f8f12"
    data = {"uuid": key, "main": "ACC-BAS", "edition": "1"}
    sign_in("seller").post("/desk/consultations/", data)
    page = new_page("seller")

    page.goto(f"{live_server.url}/desk/consultations/{key}/")

    correct, void = (page.get_by_text(words).bounding_box() for words in ("Correct it", "Void it"))
    assert (void["y"], void["height"]) == (correct["y"], correct["height"])


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chip_has_one_look_in_and_outside_the_admin(new_page, live_server, person, theme, scheme):
    owner = person("owner")
    owner.theme = theme
    owner.save(update_fields=["theme"])
    page = new_page("owner", color_scheme=scheme)
    look = """(chip) => ["color", "backgroundColor", "fontSize", "borderRadius", "fontWeight"]
      .map((name) => getComputedStyle(chip)[name])"""

    looks = []
    for address in ("/products/CRD-DEB/", "/admin/matrix/pairing/"):
        page.goto(live_server.url + address)
        looks.append(page.locator(".cb-chip--good").first.evaluate(look))

    assert looks[0] == looks[1]
