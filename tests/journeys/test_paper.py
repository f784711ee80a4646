"""What comes out of the printer, and what stands on the screen where no script runs."""

import re

import pytest

pytest.importorskip("playwright")

from django.db import models
from django.db.models.functions import Concat
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.booklet import ON_COVER, ON_PAGE, bind
from crossbank.desk.models import Consultation
from crossbank.matrix import editions
from crossbank.matrix.models import Edition, Pairing
from crossbank.matrix.services import publish_edition
from crossbank.review import week

A4 = {"width": 680, "height": 960}  # between the margins, in the pixels of a style sheet
A4_PAGE = b"/MediaBox [0 0 594.95996 841.91998]"
A5 = b"/MediaBox [0 0 420 594.95996]"
PAPER = [
    *("/day/", "/day/?print=1", "/desk/consultations/{uuid}/", "/review/", "/review/week/"),
    *("/matrix/ACC-BAS/?edition=1", "/matrix/booklet/"),
]


@pytest.fixture
def record(sign_in) -> str:
    key = "6f1c1f0e-6d3c-4a55-9a53-0f6f0b9f8f11"
    data = {
        "uuid": key, "main": "ACC-BAS", "edition": "1", "item-DIG-APP": "accepted",
        "item-CRD-DEB": "declined",
    }  # fmt: skip
    assert sign_in("manager").post("/desk/consultations/", data).status_code == 303
    return key


@pytest.mark.parametrize("path", PAPER)
def test_paper_shows_no_controls_and_cuts_nothing(new_page, live_server, record, path) -> None:
    page = new_page("manager", viewport=A4)
    page.emulate_media(media="print")

    page.goto(live_server.url + path.format(uuid=record))

    controls = page.locator("nav, body > footer, main :is(form, button, .btn, input, select)").all()
    assert [one.inner_text() for one in controls if one.is_visible()] == []
    cut = """[...document.querySelectorAll("main svg, main table, main article")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []


def printed(page) -> list[bytes]:
    """The size of every page that comes out of the printer."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    sizes = re.findall(rb"/MediaBox \[[^]]*\]", pdf)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == len(sizes)
    return sizes


def test_every_sheet_of_the_booklet_is_one_page_behind_the_cover(new_page, live_server, bank):
    mains = [p for p in editions.current(timezone.now()).snapshot.products if p.is_main]
    page = new_page("manager")

    page.goto(live_server.url + "/matrix/booklet/")
    booklet = printed(page)
    page.goto(live_server.url + "/matrix/ACC-PRM/?edition=1")
    single = printed(page)

    assert booklet == [A5] * (len(mains) + 1)
    assert single == [A5]


def test_short_sheets_do_not_share_a_page(new_page, live_server, person):
    Pairing.objects.exclude(rating="strong").delete()
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))
    page = new_page("manager")

    page.goto(live_server.url + "/matrix/booklet/")

    assert printed(page) == [A5] * (page.locator("article").count() + 1)


def test_full_pages_of_contents_are_one_page_each(new_page, live_server, bank, monkeypatch):
    monkeypatch.setattr("crossbank.desk.sheet_views.bind", lambda sheets: bind(sheets * 5))
    name = "A product with a name that is far too long for one line of the contents " * 2
    Product.objects.filter(code="ACC-BAS").update(name=name[:100])
    page = new_page("manager")

    page.goto(live_server.url + "/matrix/booklet/")

    lines = [part.locator("li").count() for part in page.locator(".cb-sheet-cover").all()]
    assert lines == [ON_COVER, ON_PAGE, 75 - ON_COVER - ON_PAGE]
    assert printed(page) == [A5] * (3 + 75)


@pytest.mark.parametrize(("letters", "density"), [(90, 1), (110, 2), (150, 2), (300, 3)])
def test_a_wordy_sheet_is_still_one_page(new_page, live_server, person, letters, density) -> None:
    words = "honest words for a customer who wants to know it all. " * 6
    long, short = words[:letters], words[: min(letters, 200)]
    row = Pairing.objects.filter(main__code="ACC-BAS")
    row.exclude(rating="not_allowed").update(say=long, benefit=short, do_not_say=short)
    row.filter(rating="not_allowed").update(instead=short)
    Product.objects.filter(code="ACC-BAS").update(purpose_question=short)
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))
    page = new_page("manager")

    page.goto(live_server.url + "/matrix/ACC-BAS/")

    assert page.locator(f"article.cb-sheet--{density}").count() == 1
    assert printed(page) == [A5]


def test_columns_of_the_tally_sheet_are_equal_on_a_busy_day(new_page, live_server, sign_in) -> None:
    client = sign_in("seller")
    for number in range(60):
        data = {"uuid": f"6f1c1f0e-6d3c-4a55-9a53-0f6f0b9f8{number:03}", "main": "ACC-BAS"}
        client.post("/desk/consultations/", {**data, "edition": "1"})
    page = new_page("seller", viewport=A4)
    page.emulate_media(media="print")

    page.goto(live_server.url + "/day/?print=1")

    widths = page.locator("thead th").evaluate_all(
        "cells => cells.map((cell) => Math.round(cell.getBoundingClientRect().width))"
    )
    assert max(widths) - min(widths) <= 1


@pytest.mark.parametrize("is_busy", [False, True])
def test_a_branch_week_is_one_page_a4(
    new_page, live_server, record, person, sign_in, is_busy
) -> None:
    if is_busy:
        branch = person("seller").branch
        branch.name = "The branch with a name that is far too long for one line, " * 2
        branch.name = branch.name[:100]
        branch.save()
        branch.opening_hours.all().delete()  # then every day is open
        words = "honest words for a customer who wants to know it all. " * 6
        Product.objects.update(name=Concat(models.F("code"), models.Value(words[:80])))
        Pairing.objects.filter(main__code="ACC-BAS").update(reason=words[:200])
        publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))
        for number in range(6):
            data = {"uuid": f"6f1c1f0e-6d3c-4a55-9a53-0f6f0b9f800{number}", "main": "ACC-BAS"}
            answers = {"edition": "2", "item-CRD-DEB": "declined", "reason-CRD-DEB": "elsewhere"}
            sign_in("manager").post("/desk/consultations/", {**data, **answers})
        Consultation.objects.filter(uuid=record).update(edition=Edition.objects.get(number=2))
    page = new_page("manager")

    page.goto(f"{live_server.url}/review/week/?week={week.written(timezone.localdate())}")

    assert page.locator(".cb-week-missed li").count() == week.TOP
    assert page.locator(".cb-week-why").first.inner_text() != ""
    assert printed(page) == [A4_PAGE]
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    inside = """() => { const sheet = document.querySelector(".cb-week").getBoundingClientRect();
      return document.querySelector(".cb-week footer").getBoundingClientRect().bottom
        <= sheet.bottom + 1; }"""
    assert page.evaluate(inside)


@pytest.mark.parametrize("with_script", [True, False])
def test_keys_are_named_only_where_they_work(new_page, live_server, record, with_script) -> None:
    page = new_page("manager", java_script_enabled=with_script)

    shown = []
    for path in ("/day/", "/review/"):
        page.goto(live_server.url + path)
        shown.append(page.locator("main kbd, footer button").first.is_visible())
        shown.append(page.locator("footer button").is_visible())

    assert set(shown) == {with_script}
