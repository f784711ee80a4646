"""What sellers stumbled over at the desk, each once: with real keys in a real browser."""

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from crossbank.desk.models import Consultation, ConsultationItem
from tests.journeys.test_desk import answers, keys, saved

RECORD = "**/desk/consultations/"
COVERED = """() => [...document.querySelectorAll(".cb-bottom :is(button, summary, label)")]
    .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
    .filter((one) => {
        one.scrollIntoView({ block: "nearest" });
        const box = one.getBoundingClientRect();
        if (!box.width) return false;
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return !one.contains(top) && top !== one;
    }).map((one) => one.textContent.trim())"""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_what_was_saved_lies_over_no_control(desk, width, height) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    keys(desk, "1 1 1 Enter")
    saved(desk, "Main + 1")
    undo = desk.locator("#cb-undo")
    box = undo.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    keys(desk, "2 2")
    expect(undo).to_be_visible()
    assert desk.evaluate(COVERED) == []


def test_search_waits_for_nobody(desk) -> None:
    """A bank line that is down: the letters stay letters, and a known card still comes up."""
    desk.route("**/desk/ACC-BAS/", lambda route: route.abort())
    keys(desk, "1 1 1 /")
    desk.keyboard.type("mobile")
    expect(desk.locator("[data-asked]")).to_have_value("mobile")
    keys(desk, "Enter Enter")
    saved(desk, "Main + 1")
    assert answers() == [("CRD-DEB", "accepted"), ("DIG-APP", "declined")]
    assert desk.complaints == []  # nothing was asked of the server


def test_unrated_product_that_cannot_be_fetched_changes_nothing(desk) -> None:
    held = []
    desk.route("**/desk/ACC-BAS/", lambda route: held.append(route))  # noqa: PLW0108 - no built-in is accepted
    keys(desk, "1 /")
    desk.keyboard.type("term")
    keys(desk, "Enter 9 1 Enter")  # meant for a card that never comes
    held[0].abort()
    expect(desk.locator("[data-clash]")).to_contain_text("Nothing was changed")
    assert desk.locator(".cb-panel input:checked").count() == 0
    assert Consultation.objects.count() == 0
    desk.unroute("**/desk/ACC-BAS/")
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert answers() == []
    desk.complaints.clear()


@pytest.mark.parametrize(
    ("pressed", "reasons"),
    [
        ("1 1 1 r 3", [("CRD-DEB", "")]),
        ("1 1 2 2 r 3", [("CRD-DEB", "not_now"), ("DIG-APP", "")]),
        ("1 1 r 3 1", [("CRD-DEB", "")]),
        ("1 1 r 3 i", [("CRD-DEB", "")]),
        ("1 4 4 r 3", [("DIG-ALR", "not_now")]),
        ("1 r 3", []),
    ],
)
def test_reason_belongs_to_what_was_presented_and_not_taken(desk, pressed, reasons) -> None:
    keys(desk, pressed)
    shown = desk.locator("select[name^=reason-]")
    for index in range(shown.count()):
        if shown.nth(index).input_value():
            expect(shown.nth(index)).to_be_visible()
    keys(desk, "Enter")
    expect(desk.locator("#cb-toast-text")).to_contain_text("Saved: ")
    found = ConsultationItem.objects.order_by("product_code").values_list("product_code", "reason")
    assert list(found) == reasons


def found(page: Page, field: str, text: str) -> list[str]:
    page.locator(field).fill(text)
    lines = page.locator(field).locator("xpath=..").locator(".cb-found li:visible")
    return [line.split("\n")[0].strip() for line in lines.all_inner_texts()]


def test_search_begins_with_what_starts_so(desk) -> None:
    def rank(name: str, text: str) -> int:
        name = name.lower()
        return 0 if name.startswith(text) else 1 if f" {text}" in name else 2

    first = found(desk, "#cb-find", "s")
    names = desk.locator("#cb-found li:visible strong").all_inner_texts()
    assert [rank(name, "s") for name in names] == sorted(rank(name, "s") for name in names)
    assert {rank(name, "s") for name in names} == {0, 1, 2}
    desk.locator("#cb-find").press("Enter")
    expect(desk.locator(".cb-panel h1")).to_have_text(names[0])
    assert first
    keys(desk, "Escape 1 m")
    desk.locator('[data-step-up="ACC-PLS"]').wait_for()
    lines = found(desk, "[data-asked]", "c")
    assert [rank(name, "c") for name in lines] == sorted(rank(name, "c") for name in lines)
    rated = desk.evaluate(
        "[...document.querySelectorAll('.cb-asked li:not([hidden])')]"
        ".map((line) => Boolean(line.querySelector('[data-go-to]')))"
    )
    for step in (0, 1, 2):
        group = [is_rated for is_rated, name in zip(rated, lines, strict=True)
                 if rank(name, "c") == step]  # fmt: skip
        assert group == sorted(group, reverse=True)


def test_search_without_a_hit_says_so_and_enter_does_nothing(desk) -> None:
    keys(desk, "/")
    desk.keyboard.type("zzz")
    expect(desk.locator("#cb-step1 [data-none]")).to_have_text("Nothing found")
    expect(desk.locator("#cb-step1 [data-none]")).to_be_visible()
    keys(desk, "Enter Escape 1 /")
    desk.keyboard.type("zzz")
    expect(desk.locator(".cb-asked [data-none]")).to_be_visible()
    keys(desk, "Enter Escape 1 Enter")
    saved(desk, "Main only")
    assert answers() == [("CRD-DEB", "declined")]


def test_reopened_record_keeps_its_own_place(desk) -> None:
    desk.route(RECORD, lambda route: route.abort())
    keys(desk, "1 1 1 Enter")
    expect(desk.locator("#cb-attention")).to_contain_text("Not saved")
    keys(desk, "1 2 2 Escape")
    desk.get_by_role("button", name="Open it again").click()
    expect(desk.locator("[data-clash]")).to_contain_text("did not answer")  # what was refused
    keys(desk, "Escape")
    tile = desk.locator('.cb-tile[data-main="ACC-BAS"]')
    expect(tile).to_have_attribute("data-draft", "draft (2)")
    desk.unroute(RECORD)
    keys(desk, "1")
    expect(desk.locator('[data-card="DIG-APP"]')).to_have_attribute("data-answer", "accepted")
    keys(desk, "Enter")
    saved(desk, "Main + 1")
    keys(desk, "1")
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "accepted")
    keys(desk, "Enter")
    expect(desk.locator('[data-count="plus_one"]')).to_have_text("2")
    assert answers() == [("DIG-APP", "accepted"), ("CRD-DEB", "accepted")]
    desk.complaints.clear()


def test_next_person_at_the_same_computer_gets_nobody_elses_record(desk, sign_in) -> None:
    url = desk.url.removesuffix("/desk/")
    keys(desk, "1 1 1")
    other = sign_in("manager").cookies["sessionid"].value
    mine = next(c for c in desk.context.cookies() if c["name"] == "sessionid")
    desk.context.add_cookies([{"name": "sessionid", "value": other, "url": url}])
    keys(desk, "Enter")
    expect(desk.locator("#cb-attention")).to_contain_text("Somebody else is signed in now")
    assert Consultation.objects.count() == 0
    desk.context.add_cookies([mine])
    desk.get_by_role("button", name="Try again").click()
    saved(desk, "Main + 1")
    assert Consultation.objects.get().employee.username == "seller"
    desk.complaints.clear()


def test_second_tap_on_taken_is_the_yes(desk) -> None:
    keys(desk, "1")
    desk.locator("[data-show-card]").click()
    taken = desk.locator('label[for="DIG-ALR-a"]')
    taken.click()
    expect(desk.locator('[data-card="DIG-ALR"]')).to_have_attribute("data-answer", "asking")
    taken.click()
    keys(desk, "Enter")
    saved(desk, "Main + 1")
    assert ConsultationItem.objects.get().consent_at is not None


def test_unsaved_records_are_one_line_each_and_sent_together(desk) -> None:
    desk.route(RECORD, lambda route: route.abort())
    keys(desk, "1 1 1 Enter")
    lines = desk.locator(".cb-unsaved strong")
    expect(lines).to_have_count(1)
    expect(desk.locator("#cb-try-all")).to_be_hidden()
    keys(desk, "2 Enter")
    expect(lines).to_have_count(2)
    texts = [text.split(" ", 3)[3] for text in lines.all_inner_texts()]
    assert sorted(texts) == ["Basic current account, Main + 1", "Salary account, Main only"]
    desk.unroute(RECORD)
    desk.get_by_role("button", name="Try all again").click()
    expect(desk.locator("#cb-attention")).to_be_hidden()
    expect(desk.locator('[data-count="plus_one"]')).to_have_text("1")
    expect(desk.locator('[data-count="main_only"]')).to_have_text("1")
    desk.complaints.clear()


def test_what_the_customer_has_is_shown_and_can_be_taken_back(desk) -> None:
    keys(desk, "1 1 h")
    chip = desk.locator(".cb-held label")
    expect(chip).to_have_text("Debit card ✕")
    chip.click()
    expect(chip).to_have_count(0)
    expect(desk.locator('.cb-panel > .cb-cards [data-card="CRD-DEB"]')).to_be_visible()
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert Consultation.objects.get().held == []


def test_pressed_card_comes_into_sight_and_a_redraw_moves_nothing(desk) -> None:
    desk.set_viewport_size({"width": 390, "height": 700})
    keys(desk, "1 3")
    desk.wait_for_function(
        """() => {
            const head = document.querySelector('.cb-panel [data-card="SAV-INS"] .cb-pc__head');
            const { top, bottom } = head.getBoundingClientRect();
            return top >= 0 && bottom <= document.querySelector(".cb-savebar").getBoundingClientRect().top;
        }"""
    )
    before = desk.evaluate("scrollY")
    assert before > 0
    with desk.expect_response("**/desk/ACC-BAS/"):
        keys(desk, "k")
    expect(desk.locator("#kind-new")).to_be_checked()
    desk.wait_for_function("document.querySelector('.cb-panel [name=uuid]')")
    assert abs(desk.evaluate("scrollY") - before) <= 1


def test_undo_pressed_while_the_save_is_on_its_way(desk) -> None:
    waiting = []
    desk.route(RECORD, lambda route: waiting.append(route))  # noqa: PLW0108 - no built-in is accepted
    keys(desk, "1 1 1 Enter")
    expect(desk.locator("#cb-toast-text")).to_have_text("Saving…")
    keys(desk, "u")
    waiting[0].continue_()
    expect(desk.locator("#cb-toast-text")).to_have_text("Undone: it is not counted.")
    assert Consultation.objects.standing().count() == 0
    assert Consultation.objects.count() == 1


@pytest.mark.parametrize("field", ["n", "/"])
def test_escape_leaves_the_field(desk, field) -> None:
    keys(desk, f"1 {field}")
    desk.keyboard.type("a")
    keys(desk, "Escape 1 1 Enter")
    saved(desk, "Main + 1")
    assert answers() == [("CRD-DEB", "accepted")]


def test_interest_pressed_again_is_presented(desk) -> None:
    keys(desk, "1 1 i i 2 f f")
    expect(desk.locator("[data-last]")).to_have_count(1)
    expect(desk.locator("[data-last]")).to_have_attribute("data-card", "DIG-APP")
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert answers() == [("CRD-DEB", "declined"), ("DIG-APP", "declined")]


def test_help_opens_at_its_top(desk) -> None:
    desk.set_viewport_size({"width": 390, "height": 500})
    keys(desk, "1 ?")
    expect(desk.locator("#cb-keys-title")).to_be_focused()
    assert desk.evaluate("document.getElementById('cb-keys').scrollTop") == 0


def test_without_javascript_nothing_is_shown_that_needs_it(new_page, live_server) -> None:
    page = new_page("seller", java_script_enabled=False)
    page.goto(live_server.url + "/desk/ACC-BAS/")
    expect(page.locator("[data-show-card]")).to_be_hidden()
    page.locator('label[for="CRD-DEB-h"]').click()
    page.get_by_role("button", name="Show what fits now").click()
    page.locator(".cb-held label").click()
    page.get_by_role("button", name="Show what fits now").click()
    expect(page.locator(".cb-held")).to_have_count(0)
