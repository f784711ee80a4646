"""A real browser on a live server. Missing tools skip the folder, unless CI requires them."""

import os
import shutil
from collections.abc import Iterator

import pytest

REQUIRED = os.environ.get("CROSSBANK_E2E") == "require"
CHROMIUM = (
    os.environ.get("CROSSBANK_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("google-chrome")
)
if REQUIRED:
    assert CHROMIUM, "CROSSBANK_E2E=require, and there is no Chromium"
else:
    for name in ("playwright", "axe_playwright_python"):
        pytest.importorskip(name)
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine", allow_module_level=True)

from playwright.sync_api import Browser, Error, Page, Route, sync_playwright  # noqa: E402 - after the skip

from crossbank.web.assets import minified  # noqa: E402

# synchronous Playwright leaves an event loop in this thread, and Django would refuse the database
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


def _as_in_production(route: "Route") -> None:
    """Every journey runs on the scripts that production serves (`crossbank.web.assets`)."""
    try:
        answer = route.fetch()
        route.fulfill(response=answer, body=minified(answer.text()))
    except Error as why:
        # the page went elsewhere meanwhile, and nobody waits for its script any more
        if "disposed" not in str(why) and "closed" not in str(why):
            raise


# Where the desk waits three seconds for the line and then goes on without it, a machine that is
# busy with other tests is not a line that is down: journeys that mean such a line cut it.
PATIENT = """{
  const after = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => after(10 * ms);
}"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
SCREEN = {"viewport": {"width": 1366, "height": 768}, "locale": "en-GB"}


def listening(page: "Page") -> "Page":
    """The page that was just led to, once its scripts run: a key pressed before is heard by nobody.

    Wait first for something that only the new page shows: until then this is the old one.
    """
    page.wait_for_load_state("domcontentloaded")  # deferred scripts have run by then
    return page


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser, live_server, sign_in):
    """This will open a page signed in as somebody, on a screen of one's choice."""
    contexts = []

    def opened(username: str = "", **options) -> "Page":
        context = browser.new_context(**{**SCREEN, **options})
        context.set_default_timeout(10_000)
        context.add_init_script(PATIENT)
        context.route("**/static/js/*.js", _as_in_production)
        contexts.append(context)
        if username:
            session = sign_in(username).cookies["sessionid"].value
            cookie = {"name": "sessionid", "value": session, "url": live_server.url}
            context.add_cookies([cookie])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def listen() -> Iterator[object]:
    """page -> what it complains about: console errors hold policy reports too. Must stay empty."""
    everything: list[list[str]] = []

    def to(page: "Page") -> list[str]:
        heard: list[str] = []
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: heard.append(str(e)))
        everything.append(heard)
        return heard

    yield to
    assert [heard for heard in everything if heard] == []


@pytest.fixture
def desk(new_page, live_server, listen) -> "Page":
    """The seller's desk with its panels loaded; what it complains about is in `.complaints`."""
    page = new_page("seller")
    page.complaints = listen(page)
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")
    return page
