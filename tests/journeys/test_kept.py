"""A customer comes back to undo it, with his page in his hand; and a list that the book-keeping sent."""

from datetime import timedelta

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect

from crossbank.kept.models import Outcome
from tests.kept.conftest import book, code_of, sell, state_of, today  # noqa: F401 - a fixture


def test_found_by_the_code_on_paper_and_noted_without_a_script(new_page, live_server, sell) -> None:  # noqa: F811
    item = sell(100)
    day = item.consultation.business_date
    page = new_page("manager", java_script_enabled=False)

    page.goto(live_server.url + "/review/")
    page.get_by_role("link", name="Sold and kept").click()
    page.get_by_role("link", name="Checks that are due").click()
    page.get_by_label("Code on the customer’s page").fill(code_of(item).lower())
    page.get_by_role("button", name="Find").click()
    page.get_by_role("region", name="Found").get_by_role("link").first.click()
    page.get_by_label("Withdrawn in time").check()
    page.get_by_label("As of").fill(f"{day + timedelta(days=30)}")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("alert")).to_contain_text("The last day to withdraw was")
    page.get_by_label("As of").fill(f"{day + timedelta(days=5)}")
    page.get_by_role("button", name="Note it").click()

    expect(page.locator("[data-figure='state']")).to_have_text("Withdrawn in time")
    assert (Outcome.objects.count(), state_of(item)) == (1, "withdrawn")


def test_a_list_is_taken_over_without_the_rows_that_fit_nothing(
    new_page,
    live_server,
    sell,  # noqa: F811
) -> None:
    item = sell(100, reference="4711")
    rows = [(number, "", "INS-TRV", "open", today()) for number in ("4711", "4712")]
    file = {"name": "list.xlsx", "mimeType": "", "buffer": book(*rows)}
    page = new_page("manager")

    page.goto(live_server.url + "/kept/")
    page.get_by_role("link", name="Take a workbook over").click()
    page.get_by_label("Workbook").set_input_files(file)
    page.get_by_role("button", name="Look into the workbook").click()
    expect(page.locator("[data-figure='unmatched']")).to_have_text("1")
    gap = page.locator("main").evaluate(
        "main => { const [above, below] = main.querySelectorAll('.cb-card');"
        " return below.getBoundingClientRect().top - above.getBoundingClientRect().bottom; }"
    )
    assert gap >= 12  # the cards do not touch
    page.get_by_label("Without the 1 row that fits no single sale").check()
    page.get_by_role("button", name="Note 1 outcome").click()

    expect(page.get_by_role("status").first).to_contain_text("1 outcome was noted.")
    assert (Outcome.objects.count(), state_of(item)) == (1, "kept")
