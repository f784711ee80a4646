"""Every page a person sees: accessible, quiet, inside the screen, light and dark, all sizes."""

import gzip
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe

from crossbank.matrix.models import Pairing

# without "preload": axe would fetch style sheets itself, against the page's policy
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "preload": False,
}
PAGES = {
    "": ["/accounts/login/"],
    "seller": [
        "/desk/", "/desk/LON-CSH/", "/day/", "/day/?print=1", "/desk/consultations/{uuid}/",
        "/accounts/password/", "/accounts/preferences/", "/no-such-page/", "/review/",
    ],
    "manager": ["/review/"],
    "owner": [
        "/matrix/", "/matrix/?provider=PT-COVER&family=PROTECTION", "/matrix/ACC-BAS/",
        "/matrix/ACC-BAS/?edition=1", "/matrix/booklet/", "/products/CRD-CLA/", "/products/INS-CRP/", "/offers/",
        "/admin/", "/admin/catalog/product/", "/admin/matrix/pairing/", "/admin/matrix/pairing/grid/",
        "/admin/matrix/edition/publish/", "/admin/matrix/edition/compare/", "/admin/matrix/edition/",
        "/admin/matrix/editionreview/", "/admin/matrix/pairingrule/", "/admin/matrix/pairingrule/add/",
        "/admin/offers/offer/add/", "/admin/matrix/pairing/add/", "/admin/catalog/need/add/",
        "/admin/catalog/bundle/add/", "/admin/catalog/objection/", "/admin/catalog/objection/add/",
        "/admin/matrix/seasonalpick/add/",
        "/admin/phrases/?line=last+chance",
        "/admin/conduct/phraserule/add/?code=EN-FREE",
        "/admin/matrix/health/", "/admin/matrix/what-if/", "/explain/",
        "/explain/?main=ACC-SAL&need=EVERYDAY&kind=existing&edition=draft",
        "/explain/?main=ACC-BAS&taken=NOPE&at=never",
        "/admin/matrix/workbook/",
        "/review/evidence/",
    ],
    "admin": ["/admin/", "/admin/uses/", "/admin/org/user/", "/admin/org/user/add/"],
}  # fmt: skip
WALK = [(who, page) for who, pages in PAGES.items() for page in pages]


@pytest.fixture
def record(sign_in) -> str:
    key = str(uuid4())
    data = {
        "uuid": key, "main": "ACC-BAS", "edition": "1", "item-DIG-APP": "accepted",
        "item-CRD-DEB": "declined", "note": "ไทย · Ελληνικά · 中文 · Кириллица · مرحبا " + "x" * 60,
    }  # fmt: skip
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    return key


def sideways(page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def violations(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"][:3]]


@pytest.mark.parametrize(("who", "path"), WALK, ids=[f"{w}{p}" for w, p in WALK])
def test_page_is_sound(new_page, live_server, listen, record, who, path) -> None:
    troubles: list[object] = []
    expect_error = path == "/no-such-page/" or (who, path) == ("seller", "/review/")
    expect_error = expect_error or "=NOPE" in path
    for scheme in ("light", "dark"):
        page = new_page(who, color_scheme=scheme)
        heard = listen(page)
        foreign: list[str] = []
        page.on(
            "request",
            lambda r, foreign=foreign: (
                foreign.append(r.url)
                if urlsplit(r.url).netloc not in {urlsplit(live_server.url).netloc, ""}
                else None
            ),
        )
        page.goto(live_server.url + path.format(uuid=record))
        page.wait_for_load_state("networkidle")
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            if sideways(page):
                troubles.append((scheme, width, sideways(page)))
        troubles += [(scheme, text) for text in violations(page)]
        troubles += [("foreign", url) for url in foreign]
        if expect_error:
            heard.clear()  # the browser reports the status itself
    assert troubles == []


def test_what_if_with_changes_is_sound(new_page, live_server, listen, record) -> None:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").delete()
    troubles = []
    for scheme in ("light", "dark"):
        page = new_page("owner", color_scheme=scheme)
        listen(page)
        page.goto(live_server.url + "/admin/matrix/what-if/")
        assert page.locator("[data-figure='changed']").inner_text() == "1"
        troubles += [(scheme, text) for text in violations(page)]
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            if sideways(page):
                troubles.append((scheme, width, sideways(page)))
    assert troubles == []


def test_open_desk_is_sound(new_page, live_server, listen) -> None:
    troubles = []
    for scheme in ("light", "dark"):
        page = new_page("seller", color_scheme=scheme)
        listen(page)
        page.goto(live_server.url + "/desk/")
        page.wait_for_selector("#cb-desk[data-ready]", state="attached")
        for key in ("3", "1", "2", "2", "a", "m", "s"):
            page.keyboard.press(key)
        page.wait_for_selector(".cb-bundle__consent")
        page.wait_for_selector(".cb-pc__objections[open]")
        troubles += [(scheme, text) for text in violations(page)]
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            if sideways(page):
                troubles.append((scheme, width, sideways(page)))
        page.keyboard.press("?")
        page.wait_for_selector("#cb-keys[open]")
        troubles += [(scheme, "help", text) for text in violations(page)]
        nodes = page.evaluate("document.querySelectorAll('*').length")
        assert nodes <= 1500, nodes
    assert troubles == []


def test_desk_cold_load_is_small(new_page, live_server) -> None:
    page = new_page("seller")
    answers = []
    page.on("response", lambda r: answers.append(r))  # noqa: PLW0108 - no built-in is accepted
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")
    page.wait_for_load_state("networkidle")

    sizes = {urlsplit(r.url).path: len(gzip.compress(r.body(), 6)) for r in answers if r.ok}

    own = {path for path in sizes if "/static/css/" in path or "/static/js/" in path}
    assert len(answers) <= 8, sorted(sizes)
    assert sum(sizes.values()) <= 90 * 1024, sizes
    assert sum(sizes[path] for path in own if path.endswith(".js")) <= 10 * 1024, sizes
    assert page.evaluate("document.querySelectorAll('*').length") <= 800
