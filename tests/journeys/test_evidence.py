"""An owner reads what the counts propose and puts it into the draft with one click."""

import pytest

pytest.importorskip("playwright")

from crossbank.matrix.models import Pairing
from tests.journeys.test_pages import sideways, violations
from tests.review.test_evidence_page import add


@pytest.fixture
def counts(bank) -> None:
    add(
        customers=[("CRD-DEB", 400), ("LON-CSH", 1000)],
        answers=[
            ("CRD-DEB", "SAV-INS", "accepted", 25),
            ("LON-CSH", "SAV-INS", "accepted", 8),
            ("ACC-SAL", "SAV-GOL", "declined", 150),
            ("ACC-SAL", "CRD-DEB", "accepted", 19),
        ],
    )


def test_one_click_and_it_is_in_the_draft(new_page, live_server, listen, counts) -> None:
    page = new_page("owner")
    listen(page)
    page.goto(live_server.url + "/review/")
    page.click("text=Evidence for the matrix")

    asked = page.locator("article", has_text="Instant savings")
    asked.get_by_role("button", name="Put it into the draft").click()

    page.wait_for_selector("text=is in the draft as")
    assert page.locator("article").count() == 1
    page.click("text=Open it")
    page.wait_for_selector("#pairing_form")
    assert page.input_value("#id_reason").startswith("Customers ask for it: 25 of 400")
    assert Pairing.objects.get(main__code="CRD-DEB", cross__code="SAV-INS").rating == "possible"


def test_full_page_is_sound(new_page, live_server, listen, counts) -> None:
    troubles = []
    page = new_page("owner")
    listen(page)
    page.goto(live_server.url + "/review/evidence/")
    # so that a decision is listed, too
    page.get_by_role("button", name="Not now").last.click()
    page.wait_for_selector("text=is put away")
    page.click("text=How this is counted")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            troubles += [(scheme, width, sideways(page))] if sideways(page) else []
            troubles += [(scheme, width, text) for text in violations(page)]
    assert troubles == []
