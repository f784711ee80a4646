"""The seller at his desk, with real keys in a real browser."""

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from crossbank.desk.models import Consultation, ConsultationItem, DaySheet
from crossbank.desk.proof import drift


def keys(page: Page, text: str) -> int:
    """Presses the keys in order and returns how many there were."""
    pressed = text.split()
    for key in pressed:
        page.keyboard.press(key)
    return len(pressed)


def saved(page: Page, bucket: str) -> None:
    expect(page.locator("#cb-toast-text")).to_have_text(f"Saved: {bucket}")


def answers() -> list[tuple[str, str]]:
    return list(ConsultationItem.objects.order_by("pk").values_list("product_code", "response"))


@pytest.mark.parametrize(
    ("pressed", "count", "bucket", "items"),
    [
        ("1 Enter", 2, "Main only", []),
        ("1 1 1 Enter", 4, "Main + 1", [("CRD-DEB", "accepted")]),
        (
            "1 1 1 2 2 Enter",
            6,
            "Main + 2",
            [("CRD-DEB", "accepted"), ("DIG-APP", "accepted")],
        ),
        (
            "1 1 1 2 3 Enter",
            6,
            "Main + 1",
            [("CRD-DEB", "accepted"), ("DIG-APP", "declined"), ("SAV-INS", "declined")],
        ),
        ("Numpad1 Numpad1 Numpad1 NumpadEnter", 4, "Main + 1", [("CRD-DEB", "accepted")]),
    ],
)
def test_keys_record_the_tally(desk, pressed, count, bucket, items) -> None:
    assert keys(desk, pressed) == count
    saved(desk, bucket)
    assert answers() == items
    assert drift() == []


def test_paid_card_takes_one_key_more(desk) -> None:
    # 4 = offer line: alerts cost 1 a month: presented, price and separability, the yes
    assert keys(desk, "1 4 4") == 3
    expect(desk.locator('[data-card="DIG-ALR"] .cb-consent')).to_contain_text("separately")
    assert keys(desk, "4 Enter") == 2
    saved(desk, "Main + 1")
    item = ConsultationItem.objects.get()
    assert (item.product_code, item.response, item.consent_at is not None) == (
        "DIG-ALR", "accepted", True,
    )  # fmt: skip


def test_asked_but_no_yes_is_presented_only(desk) -> None:
    keys(desk, "1 4 4")
    expect(desk.locator('label[for="DIG-ALR-c"]')).to_have_text("The customer said yes 4")
    keys(desk, "Enter")
    saved(desk, "Main only · SMS and push alerts: presented, no yes")
    assert answers() == [("DIG-ALR", "declined")]


def test_same_by_touch(desk) -> None:
    taps = 0
    for target in ('[data-main="ACC-BAS"].cb-tile', 'label[for="CRD-DEB-a"]', "[data-save]"):
        desk.locator(target).click()
        taps += 1
    assert taps <= 4 + 1
    saved(desk, "Main + 1")

    for target in (
        '[data-main="ACC-BAS"].cb-tile', "[data-show-card]", 'label[for="DIG-ALR-a"]',
        'label[for="DIG-ALR-c"]', "[data-save]",
    ):  # fmt: skip
        desk.locator(target).click()
    saved(desk, "Main + 1")
    assert answers() == [("CRD-DEB", "accepted"), ("DIG-ALR", "accepted")]


def test_second_press_and_second_tap_take_back(desk) -> None:
    keys(desk, "1 1 1 1")
    desk.locator('label[for="DIG-APP-d"]').click()
    desk.locator('label[for="DIG-APP-d"]').click()
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert answers() == []


def test_undo_within_ten_seconds(desk) -> None:
    keys(desk, "1 1 1 Enter")
    saved(desk, "Main + 1")
    keys(desk, "u")
    expect(desk.locator("#cb-toast-text")).to_have_text("Undone: it is not counted.")
    expect(desk.locator('[data-count="plus_one"]')).to_have_text("0")
    assert Consultation.objects.standing().count() == 0


def test_reason_need_kind_note_and_held(desk) -> None:
    keys(desk, "3 k q 8")
    expect(desk.locator('[data-card="CRD-SUP"]')).to_be_visible()
    keys(desk, "1 r 3 n")
    desk.keyboard.type("back on Friday")
    desk.keyboard.press("Enter")
    saved(desk, "Main only")
    record = Consultation.objects.select_related("need").get()
    assert (record.need.code, record.customer_kind, record.note) == (
        "TRAVEL",
        "new",
        "back on Friday",
    )
    assert ConsultationItem.objects.get().reason == "not_now"


def test_held_drops_out_and_the_next_moves_up(desk) -> None:
    keys(desk, "1 1")
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "declined")
    keys(desk, "h")
    first = desk.locator(".cb-panel > .cb-cards [data-card]").first
    expect(first).not_to_have_attribute("data-card", "CRD-DEB")
    keys(desk, "Enter")
    saved(desk, "Main only")
    assert Consultation.objects.get().held == ["CRD-DEB"]
    assert answers() == []


def test_keys_of_the_last_card_guess_no_card(desk) -> None:
    keys(desk, "1 i f h Enter")
    saved(desk, "Main only")
    assert answers() == []
    assert Consultation.objects.get().held == []


def test_escape_keeps_the_draft(desk) -> None:
    keys(desk, "1 1 1 Escape")
    expect(desk.locator("#cb-step1")).to_be_visible()
    keys(desk, "1")
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "accepted")


def test_better_main_keeps_the_answers(desk) -> None:
    keys(desk, "1 1 1 m")
    desk.locator('[data-step-up="ACC-PLS"]').wait_for()
    keys(desk, "b")
    expect(desk.locator(".cb-panel h1")).to_have_text("Plus account package")
    keys(desk, "Enter")
    saved(desk, "Main + 1")
    record = Consultation.objects.get()
    assert (record.main_code, record.stepped_up_from, record.depth) == ("ACC-PLS", "ACC-BAS", 1)


def test_another_product_the_customer_asked_for(desk) -> None:
    keys(desk, "1 /")
    desk.keyboard.type("term")
    keys(desk, "Enter")
    card = desk.locator('[data-card="SAV-TRM"]')
    expect(card).to_have_attribute("data-answer", "declined")
    keys(desk, "9 Enter")
    saved(desk, "Main + 1")
    item = ConsultationItem.objects.get()
    assert (item.product_code, item.asked, item.rating) == ("SAV-TRM", True, "")


def test_search_of_step_two_finds_what_is_on_a_card_too(desk) -> None:
    keys(desk, "1 /")
    desk.keyboard.type("mobile")
    keys(desk, "Enter Enter")
    saved(desk, "Main only")
    assert answers() == [("DIG-APP", "declined")]
    assert ConsultationItem.objects.get().asked is False


def test_forbidden_product_says_what_instead_and_cannot_be_taken(desk) -> None:
    keys(desk, "1 /")
    desk.keyboard.type("cash")
    keys(desk, "Enter")
    card = desk.locator('[data-card="LON-CSH"]')
    expect(card).to_contain_text("Instead:")
    expect(card.locator("[value=accepted]")).to_have_count(0)
    keys(desk, "9 9 Enter")  # back, and presented again: never taken
    saved(desk, "Main only")
    assert answers() == [("LON-CSH", "declined")]


def test_search_finds_the_other_mains(desk) -> None:
    keys(desk, "/")
    desk.keyboard.type("stud")
    desk.keyboard.press("Enter")
    expect(desk.locator(".cb-panel h1")).to_have_text("Student account")


def outcome(page: Page, pressed: str, *, pause: int) -> tuple:
    """Plays one customer and returns what was recorded of him."""
    before = Consultation.objects.count()
    for key in pressed.split():
        keys(page, key)
        page.wait_for_timeout(pause)
    keys(page, "Enter")
    expect(page.locator("#cb-step1")).to_be_visible()
    expect(page.locator("#cb-toast-text")).to_contain_text("Saved: ")
    assert Consultation.objects.count() == before + 1
    record = Consultation.objects.order_by("-pk").first()
    items = record.items.order_by("place").values_list("product_code", "response")
    return record.need_id, record.customer_kind, record.held, list(items)


@pytest.mark.parametrize(
    "pressed",
    ["7 1 h 1 1", "1 q 6 1", "1 q 6 3 3", "1 k 2 2 q 6 1", "1 1 h i", "7 1 h 1 r 3 k 2", "1 m 5 5"],
)
def test_fast_fingers_and_slow_ones_record_the_same(desk, pressed) -> None:
    """What is typed while the server draws the cards again acts on the new cards, in order."""
    slow = outcome(desk, pressed, pause=800)
    line = desk.context.new_cdp_session(desk)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    desk.reload()

    fast = outcome(desk, pressed, pause=0)

    assert fast == slow


def test_text_typed_while_cards_are_redrawn_is_not_lost(desk) -> None:
    keys(desk, "1 1 h n")
    desk.keyboard.type("back on friday")
    keys(desk, "Enter")
    saved(desk, "Main only")
    record = Consultation.objects.get()
    assert (record.note, record.held) == ("back on friday", ["CRD-DEB"])


def test_cards_that_cannot_be_redrawn_still_serve(desk) -> None:
    desk.route("**/desk/ACC-BAS/", lambda route: route.abort())
    keys(desk, "1 k 2 2 Enter")
    saved(desk, "Main + 1")
    assert answers() == [("DIG-APP", "accepted")]
    desk.complaints.clear()  # the browser reports the broken line itself


def test_offer_is_used_only_with_what_is_taken(desk) -> None:
    keys(desk, "1 4 o Enter")  # 4: alerts, on the line of today's offer
    saved(desk, "Main only")
    keys(desk, "1 4 o 4 4 Enter")
    saved(desk, "Main + 1")
    found = ConsultationItem.objects.order_by("pk").values_list("response", "offer__code")
    assert list(found) == [("declined", None), ("accepted", "OT-6")]


def test_draft_is_marked_and_can_be_started_over(desk) -> None:
    keys(desk, "2 Escape 1 1 1 Escape")
    tile = desk.locator('.cb-tile[data-main="ACC-BAS"]')
    expect(tile).to_have_attribute("data-draft", "draft")
    expect(desk.locator(".cb-tile[data-draft]")).to_have_count(1)  # looking alone leaves no draft
    keys(desk, "1")
    desk.get_by_role("button", name="Draft: start over").click()
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "")
    expect(desk.locator("[data-start-over]")).to_be_hidden()
    keys(desk, "Enter")
    saved(desk, "Main only")
    expect(tile).not_to_have_attribute("data-draft", "draft")
    assert answers() == []


@pytest.mark.parametrize(
    ("pressed", "asked"),
    [("1", False), ("1 1 1", True), ("1 1 1 Escape", True), ("1 Escape", False)],
)
def test_leaving_with_something_unsaved_is_asked_about(desk, pressed, asked) -> None:
    heard = []
    desk.on("dialog", lambda dialog: (heard.append(dialog.type), dialog.accept()))
    keys(desk, pressed)
    desk.reload()
    assert heard == (["beforeunload"] if asked else [])


def test_contradictions_stay_on_the_screen(desk) -> None:
    keys(desk, "1 1 1 x Enter")
    expect(desk.locator("[data-clash]")).to_contain_text("yet something is taken")
    keys(desk, "x Enter")
    saved(desk, "Main + 1")
    keys(desk, "1 1 0 1 Enter")
    expect(desk.locator("[data-clash]")).to_contain_text("yet something is presented")
    keys(desk, "1 1 1 Enter")  # to taken, back, and presented: what was presented ends "nothing"
    saved(desk, "Main only")
    assert answers() == [("CRD-DEB", "accepted"), ("CRD-DEB", "declined")]
    assert Consultation.objects.filter(nothing_offered="").count() == 2


def test_closed_choices_show_what_was_chosen(desk) -> None:
    keys(desk, "1 0 1 n")
    desk.keyboard.type("no time")
    shown = desk.locator(".cb-tools [data-now]")
    expect(shown).to_have_text(["Customer in a hurry", "no time"])


def test_price_is_told_again_only_once(desk) -> None:
    """A card that waits for the yes goes on waiting when the cards are drawn again."""
    keys(desk, "1 4 4 k 4 Enter")
    saved(desk, "Main + 1")
    assert answers() == [("DIG-ALR", "accepted")]


def test_help_names_the_keys_of_this_step_only(desk) -> None:
    keys(desk, "?")
    listed = desk.locator("[data-key-list]")
    expect(listed).to_contain_text("Basic current account")
    expect(listed).not_to_contain_text("Last card: interested")
    keys(desk, "Escape 1 ?")
    expect(listed).to_contain_text("Last card: interested")
    expect(listed).not_to_contain_text("Salary account")
    expect(listed).not_to_contain_text("Undo")


def test_left_without_main_and_nothing_offered(desk) -> None:
    keys(desk, "1 x Enter")
    saved(desk, "No main")
    keys(desk, "1 0 1 Enter")
    saved(desk, "Main only")
    assert list(Consultation.objects.order_by("pk").values_list("bucket", "nothing_offered")) == [
        ("no_main", ""), ("main_only", "in_hurry"),
    ]  # fmt: skip


def test_lost_line_loses_nothing(desk) -> None:
    keys(desk, "1 1 1")
    desk.context.set_offline(True)
    keys(desk, "Enter")
    expect(desk.locator("#cb-attention")).to_contain_text("Nothing is lost")
    desk.context.set_offline(False)  # the page notices and sends it again by itself
    saved(desk, "Main + 1")
    expect(desk.locator("#cb-attention")).to_be_hidden()
    assert DaySheet.objects.get().plus_one == 1
    desk.complaints.clear()  # the browser reports the broken line itself


def test_refused_save_comes_back_with_its_answers(desk, person) -> None:
    from django.utils import timezone

    from crossbank.desk.services import close_day

    keys(desk, "1 1 1")
    seller = person("seller")
    day = seller.branch.local_day(timezone.now())
    close_day(
        employee=seller, branch=seller.branch, business_date=day, at=timezone.now(), by=seller
    )
    keys(desk, "Enter")
    expect(desk.locator("#cb-attention")).to_contain_text("This day is closed")
    desk.get_by_role("button", name="Open it again").click()
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "accepted")
    assert Consultation.objects.count() == 0
    desk.complaints.clear()  # 409 is reported by the browser


def test_save_is_on_the_screen_and_nothing_is_preselected(desk) -> None:
    for tile in "123456789":
        keys(desk, tile)
        box = desk.locator("[data-save]").bounding_box()
        assert box["y"] + box["height"] <= 768
        assert desk.locator(".cb-panel input:checked").count() == 0
        keys(desk, "Escape")


def test_digits_work_on_a_thai_keyboard(desk) -> None:
    desk.evaluate(
        """() => { for (const [key, code] of [["ๅ", "Digit1"], ["ๅ", "Digit1"], ["ๅ", "Digit1"]])
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key, code, bubbles: true})) }"""
    )
    expect(desk.locator('[data-card="CRD-DEB"]')).to_have_attribute("data-answer", "accepted")


def test_without_javascript(new_page, live_server) -> None:
    page = new_page("seller", java_script_enabled=False)
    page.goto(live_server.url + "/desk/")

    page.locator('.cb-tile[data-main="ACC-SAL"]').click()
    page.locator('label[for="DIG-APP-a"]').click()
    page.locator('label[for="CRD-CLA-a"]').click()
    page.locator("[data-save]").click()
    assert "tick that the customer said yes" in page.content()
    page.locator('label[for="CRD-CLA-c"]').click()
    page.locator('label[for="CRD-CLA-o"]').click()
    page.locator("[data-save]").click()

    expect(page.get_by_role("status").first).to_contain_text("Saved: Main + 2")
    item = ConsultationItem.objects.get(product_code="CRD-CLA")
    assert (item.offer.code, item.consent_at is not None) == ("OT-1", True)
    page.get_by_role("button", name="Undo").click()
    assert Consultation.objects.standing().count() == 0


def test_cards_are_painted_at_once_on_a_slow_computer(desk) -> None:
    """Counts, not times, fail a test; the time is measured and printed by `.ci/bench`."""
    requests = []
    desk.on("request", lambda r: requests.append(r.url))

    keys(desk, "5")

    expect(desk.locator(".cb-panel > .cb-cards [data-card]")).to_have_count(3)
    assert requests == []
