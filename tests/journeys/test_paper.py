"""What comes out of the printer, and what stands on the screen where no script runs."""

import pytest

pytest.importorskip("playwright")

A4 = {"width": 680, "height": 960}  # between the margins, in the pixels of a style sheet
PAPER = ["/day/", "/day/?print=1", "/desk/consultations/{uuid}/", "/review/"]


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

    controls = page.locator("nav, footer, main :is(form, button, .btn, input, select)").all()
    assert [one.inner_text() for one in controls if one.is_visible()] == []
    cut = """[...document.querySelectorAll("main svg, main table, main article")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []


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


@pytest.mark.parametrize("with_script", [True, False])
def test_keys_are_named_only_where_they_work(new_page, live_server, record, with_script) -> None:
    page = new_page("manager", java_script_enabled=with_script)

    shown = []
    for path in ("/day/", "/review/"):
        page.goto(live_server.url + path)
        shown.append(page.locator("main kbd, footer button").first.is_visible())
        shown.append(page.locator("footer button").is_visible())

    assert set(shown) == {with_script}
