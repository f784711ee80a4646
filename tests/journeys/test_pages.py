"""Every page a person sees: accessible, quiet, inside the screen, light and dark, all sizes."""

import gzip
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.demo import leads as programme
from crossbank.demo import practised, sold
from crossbank.kept.models import Outcome
from crossbank.leads import services as leads
from crossbank.leads.models import Unit
from crossbank.matrix.models import Pairing
from crossbank.org import switches
from crossbank.training import coaching

# without "preload": axe would fetch style sheets itself, against the page's policy; and without a
# word on all that is well, which takes it twice as long as to look
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "preload": False,
    "resultTypes": ["violations"],
}
PAGES = {
    "": ["/accounts/login/"],
    "seller": [
        "/desk/", "/desk/LON-CSH/", "/day/", "/day/?print=1", "/day/mirror/", "/day/close/?step=1",
        "/day/close/?step=2", "/day/close/?step=2&all=1", "/day/close/?step=3", "/desk/consultations/{uuid}/",
        "/desk/consultations/{uuid}/customer/", "/desk/consultations/{uuid}/customer/?print=1",
        "/desk/consultations/{uuid}/later/",
        "/desk/CRD-DEB/?right=1", "/rights/", "/calls/", "/calls/new/",
        "/leads/", "/leads/new/", "/leads/units/", "/leads/units/MORTGAGE/",
        "/leads/{lead}/", "/leads/{lead}/?print=1", "/leads/programme/",
        "/training/", "/training/check/", "/training/notes/{note}/",
        "/accounts/password/", "/accounts/preferences/", "/no-such-page/", "/review/",
    ],
    "marie.w": ["/leads/{lead}/"],
    "manager": [
        "/day/sheets/",
        "/review/", "/review/uses/", "/review/partners/", "/review/exports/", "/review/week/", "/review/views/?branch=B01",
        "/kept/", "/kept/{sale}/", "/kept/import/", "/kept/report/",
        "/review/rows/?of=total", "/review/table/?of=staff", "/review/conversions/",
        "/training/mix/", "/training/notes/", "/training/notes/new/", "/training/notes/{note}/",
    ],
    "manager2": ["/training/mix/"],
    "conduct": ["/training/notes/"],
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
        "/admin/matrix/workbook/", "/admin/offers/release/", "/admin/offers/approvals/",
        "/admin/leads/unit/", "/admin/catalog/partnerbenefit/add/",
        "/review/evidence/",
    ],
    "admin": ["/admin/", "/admin/uses/", "/admin/org/user/", "/admin/org/user/add/", "/admin/desk/old-tallies/"],
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


def lead_on_its_way(person) -> int:
    """One with all its fields, taken by an adviser, beside a programme of three years."""
    now = timezone.now()
    switches.turn(key=switches.POINTS, on=True, at=now, by="admin")
    programme.play(today=now.date(), seed=1)
    lead = leads.hand_on(
        uuid=uuid4(),
        unit=Unit.objects.get(code="MORTGAGE"),
        said="Ἕνα σπίτι · บ้านหลังใหม่ · 中文 · " + "x" * 90,
        product=Product.objects.get(code="HOM-PUR"),
        contact_on=now.date() + timedelta(days=40),
        value_estimate_minor=12_345_600,
        contact="4711",
        at=now,
        by=person("seller"),
    )
    return leads.accept(lead=lead, at=now, by=person("marie.w")).pk


def practice(person) -> int:
    """A month's mix of B01, a course of the seller's own, and a note with its answer."""
    practised.play(today=timezone.now().date())
    words = "Ἡ ἐρώτησις · คำถาม · 问题 · " + "x" * 90
    note = coaching.write_note(
        uuid=uuid4(), to=person("seller"), text=words, main="ACC-SAL", cross="SAV-GOL",
        barrier="whim", at=timezone.now(), by=person("manager"),
    )  # fmt: skip
    return note.pk


def sold_long_ago() -> int:
    """Checks that are due, and a sale of B01 of which something is known."""
    sold.play(today=timezone.now().date(), days_back=63, seed=1)
    known = Outcome.objects.filter(item__consultation__branch__code="B01")
    return known.order_by("pk")[0].item_id


def sideways(page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def wider_than_screen(page) -> list[tuple[int, int]]:
    """Per width of the screen: by how much one can slide the page, where one can at all."""
    slides = []
    for width in (320, 820, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        slides.append((width, sideways(page)))
    return [(width, by) for width, by in slides if by]


SETTLED = "Promise.allSettled(document.getAnimations().map((motion) => motion.finished))"


def violations(page) -> list[str]:
    page.wait_for_load_state()  # a page that was led to by a click may be half there
    page.evaluate(SETTLED)  # a colour that is still fading is nobody's colour
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"][:3]]


@pytest.mark.parametrize(("who", "path"), WALK, ids=[f"{w}{p}" for w, p in WALK])
def test_page_is_sound(new_page, live_server, listen, record, person, who, path) -> None:
    troubles: list[object] = []
    lead = lead_on_its_way(person) if "{lead}" in path or "programme" in path else 0
    note = practice(person) if "training" in path else 0
    sale = sold_long_ago() if "kept" in path else 0
    expect_error = path == "/no-such-page/" or (who, path) == ("seller", "/review/")
    expect_error = expect_error or "=NOPE" in path
    page = new_page(who)
    heard = listen(page)
    foreign: list[str] = []
    here = urlsplit(live_server.url).netloc
    page.on(
        "request",
        lambda r: foreign.append(r.url) if urlsplit(r.url).netloc not in {here, ""} else None,
    )
    page.goto(live_server.url + path.format(uuid=record, lead=lead, note=note, sale=sale))
    page.wait_for_load_state("networkidle")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        troubles += [(scheme, *found) for found in wider_than_screen(page)]
        troubles += [(scheme, text) for text in violations(page)]
    troubles += [("foreign", url) for url in foreign]
    if expect_error:
        heard.clear()  # the browser reports the status itself
    assert troubles == []


def test_what_if_with_changes_is_sound(new_page, live_server, listen, record) -> None:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").delete()
    troubles = []
    page = new_page("owner")
    listen(page)
    page.goto(live_server.url + "/admin/matrix/what-if/")
    assert page.locator("[data-figure='changed']").inner_text() == "1"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        troubles += [(scheme, text) for text in violations(page)]
        troubles += [(scheme, *found) for found in wider_than_screen(page)]
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
        troubles += [(scheme, *found) for found in wider_than_screen(page)]
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
