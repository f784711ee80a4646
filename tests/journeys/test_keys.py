"""The key registry on a page of its own, in a real browser: layouts, fields, sequences, dialogs."""

from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "app.js"
PAGE = """
<body data-single-keys="{single}">
  <nav data-key-scope="Go to"><a href="#desk" data-key="g d">Desk</a></nav>
  <button hidden data-key="1">Hidden one</button>
  <button disabled data-key="1">Switched off</button>
  <button data-key="1">Account <kbd>1</kbd></button>
  <button data-key="1">Second choice</button>
  <button data-key="2">Card</button>
  <button data-key="m">More</button>
  <button data-key="q">Need</button>
  <span id="needs" hidden><button data-key="q 2">Saving</button></span>
  <button data-key="Enter" data-key-in-fields>Save</button>
  <button id="plain">Plain</button>
  <input id="find" data-key="/" aria-label="Find"><textarea id="note"></textarea>
  <button data-key="?" data-opens="cb-keys" data-key-label="This list">Keys</button>
  <dialog id="cb-keys"><div data-key-list data-scope-here="Here"></div>
    <form method="dialog"><button>Close</button></form></dialog>
  <dialog id="ask"><button data-key="1">In the dialog</button></dialog>
  <div id="cb-say" role="status"></div>
</body>
"""
LAYOUTS = [
    ({"key": "1", "code": "Digit1"}, ["Account 1"]),
    ({"key": "1", "code": "Numpad1"}, ["Account 1"]),
    ({"key": "ๅ", "code": "Digit1"}, ["Account 1"]),  # Thai row
    ({"key": "/", "code": "Digit2"}, ["Card"]),  # Thai: the digit, not the search
    ({"key": "é", "code": "Digit2"}, ["Card"]),  # French row without Shift
    ({"key": "2", "code": "Digit2", "shiftKey": True}, ["Card"]),  # French row with Shift
    ({"key": '"', "code": "Digit2", "shiftKey": True}, []),  # a sign, not a digit
    ({"key": "m", "code": "KeyM"}, ["More"]),
    ({"key": "M", "code": "KeyM"}, ["More"]),  # Caps Lock
    ({"key": "m", "code": "Semicolon"}, ["More"]),  # French M
    ({"key": ",", "code": "KeyM"}, []),  # French comma
    ({"key": "ь", "code": "KeyM"}, ["More"]),  # Russian
    ({"key": "μ", "code": "KeyM"}, ["More"]),  # Greek
    ({"key": "ท", "code": "KeyM"}, ["More"]),  # Thai
    ({"key": ";", "code": "KeyQ"}, ["Need"]),  # Greek Q
    ({"key": "Enter", "code": "NumpadEnter"}, ["Save"]),
    ({"key": "1", "code": "Digit1", "ctrlKey": True}, []),
    ({"key": "1", "code": "Digit1", "altKey": True}, []),
    ({"key": "1", "code": "Digit1", "metaKey": True}, []),
    ({"key": "1", "code": "Digit1", "repeat": True}, []),
    ({"key": "1", "code": "Digit1", "isComposing": True}, []),
    ({"key": "Process", "code": "Digit1", "keyCode": 229}, []),
]
WATCH = """() => {
  window.seen = [];
  document.addEventListener("click", (event) => {
    const label = event.target.dataset.keyLabel || event.target.textContent.trim();
    window.seen.push(label);
    if (label === "Need") document.getElementById("needs").hidden = false;
  });
}"""
SEND = """(init) => (document.activeElement || document.body).dispatchEvent(
  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }))"""


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def open_page(page, single="1"):
    page.set_content(PAGE.replace("{single}", single))
    page.evaluate(WATCH)
    page.add_script_tag(content=SCRIPT.read_text())
    return page


def seen(page):
    return page.evaluate("window.seen.splice(0)")


def test_layouts(page):
    open_page(page)
    pressed = []

    for event, _expected in LAYOUTS:
        page.evaluate(SEND, event)
        pressed.append((event, seen(page)))
        page.evaluate("document.getElementById('needs').hidden = true")

    assert pressed == LAYOUTS


def test_fields_keep_their_letters(page):
    open_page(page).focus("#note")

    page.keyboard.type("1m q2")
    typed = page.input_value("#note")
    in_field = seen(page)
    page.keyboard.press("Enter")

    assert typed == "1m q2"
    assert in_field == []
    assert seen(page) == ["Save"]  # the only one that says so


def test_a_key_on_a_field_focuses_it(page):
    open_page(page)

    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "find"
    assert page.input_value("#find") == ""


def test_two_keys(page):
    open_page(page)

    page.keyboard.type("gd")
    # not page.url: the browser tells of a move within the page some time after the key was heard
    went = page.evaluate("location.hash")
    page.keyboard.type("gm")
    after_stranger = seen(page)
    page.keyboard.type("m")

    assert went == "#desk"
    assert after_stranger == ["Desk"]  # "g" then a stranger does nothing at all
    assert seen(page) == ["More"]


def test_first_key_that_acts_waits_for_its_choice(page):
    open_page(page)

    page.keyboard.press("2")
    page.keyboard.press("q")
    page.wait_for_timeout(3200)  # longer than a silent first key is remembered
    page.keyboard.press("2")
    page.keyboard.press("2")

    assert seen(page) == ["Card", "Need", "Saving", "Card"]


def test_enter_belongs_to_the_control_reached_by_tab(page):
    open_page(page)

    page.focus("#plain")
    page.keyboard.press("Enter")
    by_tab = seen(page)
    page.click("#plain")
    page.keyboard.press("Enter")

    assert by_tab == ["Plain"]
    assert seen(page) == ["Plain", "Save"]


def test_single_keys_off(page):
    open_page(page, single="0")

    page.keyboard.type("1mqgd?/")
    page.keyboard.press("Enter")

    assert seen(page) == ["Save"]


def test_dialog_on_top_takes_the_keys(page):
    open_page(page)
    page.evaluate("document.getElementById('ask').showModal()")

    page.keyboard.type("1m")
    inside = seen(page)
    page.keyboard.press("Escape")
    page.keyboard.press("1")

    assert inside == ["In the dialog"]
    assert seen(page) == ["Account 1"]


def test_help_lists_every_key_as_text(page):
    open_page(page)
    page.evaluate("void crossbank.keys.on('Card', 'i', () => {}, '<b>Interested</b>')")
    page.evaluate("void crossbank.keys.on('Card', 'z', () => {}, '')")

    page.keyboard.press("?")

    assert page.locator("#cb-keys h3").all_inner_texts() == ["Go to", "Here", "Card"]
    assert page.locator("#cb-keys dl").last.inner_text().split("\n") == ["i", "<b>Interested</b>"]
    first = page.locator("#cb-keys dl").first
    assert first.locator("kbd").all_inner_texts() == ["g", "d"]
    assert "Account" in page.locator("#cb-keys dd").all_inner_texts()


def test_latest_handler_wins_and_can_be_taken_back(page):
    open_page(page)
    page.evaluate("void crossbank.keys.on('', 'i', () => seen.push('first'), 'x')")
    page.evaluate("void (window.off = crossbank.keys.on('', 'i', () => seen.push('second'), 'x'))")

    page.keyboard.press("i")
    page.evaluate("void off()")
    page.keyboard.press("i")

    assert seen(page) == ["second", "first"]


def test_say_repeats(page):
    open_page(page)
    said = []

    for _turn in range(3):
        page.evaluate("crossbank.say('Saved')")
        said.append(page.text_content("#cb-say"))

    assert said == ["Saved", "Saved\u00a0", "Saved"]
