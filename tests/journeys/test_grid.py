"""The grid editor in a real browser, by keyboard alone: rate, paste, meet a colleague, save."""

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from crossbank.matrix.models import Pairing
from tests.journeys.test_pages import sideways, violations

GRID = "/admin/matrix/pairing/grid/"


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )


def tab_to(page: Page, name: str) -> None:
    """By Tab alone, as a person without a mouse gets there."""
    for _step in range(60):
        if focused(page).strip().startswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")


def into_clipboard(page: Page, text: str) -> None:
    """As another program does: the text is typed elsewhere, chosen and copied."""
    other = page.context.new_page()
    other.set_content("<textarea></textarea>")
    other.locator("textarea").fill(text)
    other.keyboard.press("Control+a")
    other.keyboard.press("Control+c")
    other.close()


def said(page: Page):
    return page.locator("[data-status]")


def unsaved(page: Page):
    return page.locator("[data-count]")


def place(main: str, cross: str, *fields: str):
    found = Pairing.objects.filter(main__code=main, cross__code=cross)
    return found.values_list(*(fields or ("rating", "reason"))).first()


@pytest.fixture
def page(new_page, live_server, listen) -> Page:
    """Two rows and the cards: ACC-BAS and its heir ACC-PLS with three other accounts."""
    page = new_page("owner")
    listen(page)
    page.goto(f"{live_server.url}{GRID}?mains=ACCOUNTS&crosses=CARDS")
    page.wait_for_selector("[data-grid][data-ready]")
    return page


def test_moving_is_told_in_words(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    heard = []
    for key in [
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "Home",
        "End",
        "Control+Home",
        "Control+End",
    ]:
        page.keyboard.press(key)
        heard.append(focused(page))

    assert heard == [
        "Debit card beside Basic current account: Strong, By hand",
        "Gold travel credit card beside Basic current account: not rated",
        "Gold travel credit card beside Salary account: Ask first, By hand",
        "Classic credit card beside Salary account: Strong, By hand",
        "Supplementary card beside Salary account: not rated",
        "Classic credit card beside Basic current account: Ask first, By hand",
        "Supplementary card beside Student account: not rated",
    ]
    expect(page.locator("[data-table] td[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-table]')") is None


def test_rate_undo_and_save_only_what_changed(page, person) -> None:
    before = dict(Pairing.objects.values_list("pk", "rating"))
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data) if r.method == "POST" else None)
    tab_to(page, "Classic credit card beside Basic")

    press(page, "g ArrowRight g ArrowRight g")
    expect(unsaved(page)).to_have_text("Unsaved: 3 · Without a reason: 1")
    press(page, "Control+z Control+z ArrowLeft")
    expect(unsaved(page)).to_have_text("Unsaved: 1")
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    changed = {
        pk: rating
        for pk, rating in Pairing.objects.values_list("pk", "rating")
        if before[pk] != rating
    }
    assert list(changed.values()) == ["good"]
    assert place("ACC-BAS", "CRD-CLA")[0] == "good"
    assert len(sent) == 1
    assert sent[0].count('"main"') == 1
    assert violations(page) == []


def test_same_rating_again_is_no_change(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    press(page, "s p")

    expect(unsaved(page)).to_have_text("Everything is saved.")


def test_letters_work_on_other_keyboards(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    page.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'ы', code: 'KeyS', bubbles: true}))"
    )

    assert focused(page) == "Classic credit card beside Basic current account: Strong, not saved"


def test_paste_a_block_from_a_spreadsheet(page) -> None:
    """ACC-BAS, ACC-SAL x CRD-DEB, CRD-GLD; letters, words and signs in any letter case."""
    into_clipboard(page, "GOOD\tAsk first\r\nx\t○\r\n")
    tab_to(page, "Classic credit card beside Basic")

    press(page, "ArrowRight Control+v")
    expect(said(page)).to_have_text("Pasted: 3 changed, 0 of them taken out.")
    expect(unsaved(page)).to_have_text("Unsaved: 3 · Without a reason: 1")
    # one reason for the new cell, then what to do instead for the forbidden one
    press(page, "Enter")
    page.wait_for_selector("[data-panel]:not([hidden])")
    press(page, "Escape ArrowRight Enter")
    expect(page.locator("[data-panel-title]")).to_have_text("ACC-BAS → CRD-GLD")
    page.keyboard.type("Travels often")
    press(page, "Escape Control+s")
    expect(said(page)).to_have_text("Saved: 2. Not saved: 1; the list says why.")
    expect(page.locator("[data-refused] li")).to_contain_text(
        "ACC-SAL → CRD-DEB: what to do instead: Say what to do instead"
    )
    assert violations(page) == []
    tab_to(page, "Go to the cell: ACC-SAL")
    press(page, "Enter")
    expect(page.locator("[data-panel-title]")).to_have_text("ACC-SAL → CRD-DEB")
    press(page, "Tab")
    page.keyboard.type("It comes with the account")
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    assert place("ACC-BAS", "CRD-DEB")[0] == "good"
    assert place("ACC-BAS", "CRD-GLD") == ("possible", "Travels often")
    assert place("ACC-SAL", "CRD-DEB", "rating", "instead") == (
        "not_allowed",
        "It comes with the account",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "s\tperhaps\ng\tg",
            "Nothing was pasted. ACC-BAS → CRD-GLD: “perhaps” is no rating. Use s, g, p, x.",
        ),
        (
            "s\tg\tp\tx",
            "Nothing was pasted. The block has 1 × 4 cells; here is room for 5 × 3.",
        ),
    ],
)
def test_block_that_cannot_be_read_changes_nothing(page, text, words) -> None:
    into_clipboard(page, text)
    tab_to(page, "Classic credit card beside Basic")

    press(page, "ArrowRight Control+v")

    expect(said(page)).to_have_text(words)
    expect(unsaved(page)).to_have_text("Everything is saved.")


def test_copied_block_is_pasted_back_as_it_was(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    press(page, "Shift+ArrowRight Shift+ArrowDown Control+c")
    expect(said(page)).to_have_text("Copied: 2 × 2.")
    press(page, "Control+v")

    expect(said(page)).to_have_text("Pasted: 0 changed, 0 of them taken out.")
    into_clipboard(page, "x")
    press(page, "Control+v")
    expect(said(page)).to_have_text("Pasted: 4 changed, 0 of them taken out.")


def test_one_reason_for_several_new_cells(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    # CRD-GLD and CRD-SUP beside ACC-BAS are not rated
    press(page, "ArrowRight ArrowRight Shift+ArrowRight g")
    expect(unsaved(page)).to_have_text("Unsaved: 2 · Without a reason: 2")
    press(page, "Control+s")
    expect(page.locator("[data-refused] li")).to_have_count(2)
    expect(page.locator("[data-refused]")).to_contain_text("ACC-BAS → CRD-GLD: reason: Say why.")
    assert place("ACC-BAS", "CRD-GLD") is None
    press(page, "Enter")
    expect(page.locator("[data-panel-title]")).to_contain_text("2 cells")
    page.keyboard.type("For people who travel")
    press(page, "Escape")
    expect(unsaved(page)).to_have_text("Unsaved: 2")
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 2.")

    assert place("ACC-BAS", "CRD-GLD") == ("good", "For people who travel")
    assert place("ACC-BAS", "CRD-SUP") == ("good", "For people who travel")


def test_texts_are_written_in_another_language_by_keyboard(page) -> None:
    tab_to(page, "Classic credit card beside Basic")
    reason, say = (page.locator(f"[data-panel] [name={name}]") for name in ("reason", "say"))
    before = place("ACC-BAS", "CRD-DEB", "reason", "say")

    press(page, "ArrowRight Enter")
    expect(reason).to_be_focused()
    press(page, "Shift+Tab")
    page.keyboard.type("Russian")
    expect(page.locator("[data-language]")).to_have_value("ru")
    expect(say).to_have_attribute("lang", "ru")
    expect(say).to_have_value("")
    expect(say).to_have_accessible_description(before[1])
    press(page, "Tab")
    page.keyboard.type("Нужна")
    expect(unsaved(page)).to_have_text("Unsaved: 1")
    assert violations(page) == []
    # the next cell opens in the same language, the bank's own is a key away
    press(page, "Escape ArrowLeft Enter")
    expect(page.locator("[data-panel-title]")).to_have_text("ACC-BAS → CRD-CLA")
    expect(reason).to_have_value("")
    press(page, "Escape ArrowRight Enter")
    expect(reason).to_have_value("Нужна")
    press(page, "Shift+Tab Home")
    expect(reason).to_have_value(before[0])
    expect(say).to_have_attribute("lang", "en")
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    assert place("ACC-BAS", "CRD-DEB", "reason", "say") == before
    assert place("ACC-BAS", "CRD-DEB", "words") == ({"ru": {"reason": "Нужна"}},)


def test_typing_back_and_undo_leave_no_translation(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    press(page, "Enter")
    expect(page.locator("[data-panel] [name=reason]")).to_be_focused()
    press(page, "Shift+Tab")
    page.keyboard.type("Greek")
    press(page, "Tab")
    page.keyboard.type("Ν")
    expect(unsaved(page)).to_have_text("Unsaved: 1")
    press(page, "Backspace")
    expect(unsaved(page)).to_have_text("Everything is saved.")
    page.keyboard.type("Ναι")
    press(page, "Escape Control+z")

    expect(unsaved(page)).to_have_text("Everything is saved.")


def test_two_editors_meet_and_nobody_is_overwritten(page, sign_in) -> None:
    """A second writer changes two of the three cells; one time his stays, one time mine."""
    tab_to(page, "Classic credit card beside Basic")
    press(page, "g ArrowRight g ArrowDown g")
    for cross, rating in (("CRD-CLA", "strong"), ("CRD-DEB", "possible")):
        pairing = Pairing.objects.get(main__code="ACC-BAS", cross__code=cross)
        form = {
            "relation": "cross_sell", "rating": rating, "rank": pairing.rank,
            "reason": "Seen otherwise", "instead": "", "kind": pairing.kind,
            "link_kind": pairing.link_kind, "benefit": "", "say": "", "do_not_say": "",
        }  # fmt: skip
        address = f"/admin/matrix/pairing/{pairing.pk}/change/"
        assert sign_in("owner2").post(address, form).status_code == 302
    name = sign_in("owner2").get("/admin/").context["user"].display_name

    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1. Not saved: 2; the list says why.")
    assert place("ACC-BAS", "CRD-CLA")[0] == "strong"
    assert place("ACC-BAS", "CRD-DEB")[0] == "possible"
    assert place("ACC-SAL", "CRD-DEB")[0] == "good"
    lines = page.locator("[data-refused] li")
    expect(lines.nth(0)).to_contain_text(
        f"ACC-BAS → CRD-CLA: changed meanwhile by {name}, now “Strong”."
    )
    expect(lines.nth(0)).to_contain_text("Yours: “Good”")
    expect(lines.nth(0)).to_contain_text("Meanwhile: “Strong”")
    assert violations(page) == []
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data) if r.method == "POST" else None)
    press(page, "Control+s")  # what was not decided is not sent again
    expect(said(page)).to_have_text("Saved: 0. Not saved: 2; the list says why.")
    assert sent == []

    tab_to(page, "Take theirs: ACC-BAS → CRD-CLA")
    press(page, "Enter")
    tab_to(page, "Keep mine: ACC-BAS → CRD-DEB")
    press(page, "Enter")
    assert focused(page).startswith("Debit card beside Salary account")
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    assert place("ACC-BAS", "CRD-CLA") == ("strong", "Seen otherwise")
    assert place("ACC-BAS", "CRD-DEB") == ("good", "Seen otherwise")


def test_inherited_cell_turns_own_and_back(page) -> None:
    tab_to(page, "Classic credit card beside Basic")
    for _line in range(5):
        if "Plus account" in focused(page):
            break
        press(page, "ArrowDown")
    press(page, "Home ArrowRight")
    assert focused(page) == "Debit card beside Plus account package: Strong, Inherited"
    press(page, "Delete")
    expect(said(page)).to_contain_text("comes from the row of another product")
    press(page, "g Control+s")
    expect(said(page)).to_have_text("Saved: 1.")
    assert focused(page) == "Debit card beside Plus account package: Good, By hand"
    press(page, "Delete Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    assert focused(page) == "Debit card beside Plus account package: Strong, Inherited"
    assert place("ACC-PLS", "CRD-DEB") is None


def test_parents_change_shows_in_the_heirs_row_at_once(page) -> None:
    tab_to(page, "Classic credit card beside Basic")

    press(page, "ArrowRight p Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    heir = page.locator("tr[data-code=ACC-PLS] td").nth(1)
    expect(heir).to_have_attribute("data-r", "p")
    expect(heir).to_have_attribute("data-o", "inherited")


def test_unsaved_work_outlives_the_line_the_session_and_a_wrong_key(
    new_page, live_server, listen, sign_in
) -> None:
    page = new_page("owner")
    heard = listen(page)
    page.goto(f"{live_server.url}{GRID}?mains=ACCOUNTS&crosses=CARDS")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tab_to(page, "Classic credit card beside Basic")
    press(page, "s")

    page.context.set_offline(True)
    press(page, "Control+s")
    expect(said(page)).to_contain_text("No answer from the server")
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    press(page, "Control+s")
    expect(said(page)).to_contain_text("You are signed out")
    heard.clear()  # the browser reports a lost line and a 401 itself
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(unsaved(page)).to_have_text("Unsaved: 1")
    assert place("ACC-BAS", "CRD-CLA")[0] == "possible"

    again = page.context.new_page()
    again.goto(f"{live_server.url}/accounts/login/")
    again.fill("input[name=username]", "owner")
    again.fill("input[name=password]", "crossbank-demo")
    again.press("input[name=password]", "Enter")
    again.wait_for_url(f"{live_server.url}/")
    again.close()
    press(page, "Control+s")
    expect(said(page)).to_have_text("Saved: 1.")

    assert place("ACC-BAS", "CRD-CLA")[0] == "strong"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 820, 1366])
def test_open_editor_is_sound(new_page, live_server, listen, scheme, width) -> None:
    page = new_page("owner", color_scheme=scheme, viewport={"width": width, "height": 768})
    listen(page)
    page.goto(live_server.url + GRID)
    page.wait_for_selector("[data-grid][data-ready]")
    page.locator("[data-table] td[tabindex='0']").focus()
    press(page, "ArrowRight ArrowRight s ArrowDown Shift+ArrowRight g Enter")
    page.wait_for_selector("[data-panel]:not([hidden])")
    page.keyboard.type("Because")

    assert violations(page) == []
    assert sideways(page) == 0


def test_without_a_script_it_is_read_and_leads_to_the_pairs(new_page, live_server, listen) -> None:
    page = new_page("owner", java_script_enabled=False)
    page.goto(f"{live_server.url}{GRID}?mains=ACCOUNTS&crosses=CARDS")
    pairing = Pairing.objects.get(main__code="ACC-BAS", cross__code="CRD-DEB")

    expect(page.locator("[data-bar]")).to_be_hidden()
    page.locator("tr[data-code=ACC-BAS] td a").nth(1).click()

    assert page.url == f"{live_server.url}/admin/matrix/pairing/{pairing.pk}/change/"
