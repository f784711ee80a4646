"""Somebody has all rows written, watches how far it is, cancels, asks again and fetches the file."""

import pytest

pytest.importorskip("playwright")

from django.utils import timezone

from crossbank.review import exports, views
from crossbank.review.models import Export
from tests.journeys.test_pages import sideways, violations

State = Export.State


@pytest.fixture(autouse=True)
def started(monkeypatch, settings, tmp_path) -> list[int]:
    """Its process is played by the test, so that the pictures stand still."""
    settings.EXPORT_DIR = tmp_path / "exports"
    monkeypatch.setattr(views, "ROW_LIMIT", 0)
    monkeypatch.setattr("crossbank.review.raw_views.ROW_LIMIT", 0)
    found: list[int] = []
    monkeypatch.setattr(exports, "start", lambda export: found.append(export.pk))
    return found


@pytest.fixture
def recorded(sign_in) -> None:
    data = {
        "uuid": "7c1f0a58-0000-4000-8000-000000000001", "main": "ACC-BAS", "edition": "1",
        "item-DIG-APP": "accepted", "item-CRD-DEB": "declined",
    }  # fmt: skip
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303


def state(**fields) -> None:
    Export.objects.filter(slot__isnull=False).update(seen_at=timezone.now(), **fields)


def test_from_review_to_the_file(new_page, live_server, listen, recorded) -> None:
    page = new_page("manager")
    heard = listen(page)
    page.goto(live_server.url + "/review/")
    with page.expect_response(lambda response: "export=raw" in response.url) as told:
        page.get_by_role("link", name="Raw data").click()
    assert told.value.status == 422
    page.get_by_role("button", name="Write all rows as raw data").click()

    page.wait_for_url("**/review/exports/")
    heard.clear()  # the browser reports the 422 itself
    page.wait_for_selector("text=It is about to begin.")
    page.get_by_role("button", name="Cancel").focus()
    state(state=State.RUNNING, rows_done=1)
    page.wait_for_selector("text=1 of 2 rows are written.")  # without a hand on the page
    assert page.locator("progress").get_attribute("value") == "1"
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Cancelled; no file is left.")
    page.get_by_role("button", name="Start again").click()

    page.wait_for_selector("text=It is about to begin.")
    export = Export.objects.get(slot__isnull=False)
    exports.folder()
    exports.file(export.pk).write_bytes(b"PK")
    state(state=State.DONE, slot=None, rows_done=2, places=[export.by.branch_id], names=True)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    assert fetched.value.suggested_filename == export.file_name
    page.wait_for_timeout(2500)
    assert page.locator("[hx-get]").count() == 0  # nothing is asked any more


def test_without_scripts_it_goes_the_same_way(new_page, live_server, recorded, started) -> None:
    page = new_page("manager", java_script_enabled=False)
    page.goto(live_server.url + "/review/?export=xlsx")
    page.get_by_role("button", name="Write all rows as raw data").click()
    state(state=State.RUNNING, rows_done=1)
    page.get_by_role("link", name="Look again now").click()
    page.wait_for_selector("text=1 of 2 rows are written.")
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("text=Cancelled; no file is left.")
    assert len(started) == 1


def test_every_state_is_sound(new_page, live_server, listen, person) -> None:
    """Each with what can be done, in words long enough to break a narrow page."""
    manager, at = person("manager"), timezone.now()
    for done in State.values:
        is_open = done == State.RUNNING
        Export.objects.create(
            by=manager, filter=f"from=2026-03-02&until=2026-03-30&staff={'x' * 60}", language="en",
            state=State.FAILED if done == State.WAITING else done, slot=1 if is_open else None,
            rows_done=123_456, rows_all=1_234_567, made_at=at, seen_at=at,
            file_name="crossbank_B01_2026-03-02_2026-03-30_raw.xlsx",
        )  # fmt: skip
    troubles = []
    for scheme in ("light", "dark"):
        page = new_page("manager", color_scheme=scheme)
        listen(page)
        page.goto(live_server.url + "/review/exports/")
        assert page.locator("article").count() == 5
        for width in (320, 820, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            troubles += [(scheme, width, sideways(page))] if sideways(page) else []
            troubles += [(scheme, width, text) for text in violations(page)]
    assert troubles == []
