"""A need heard at the desk is handed on in two taps and one line, and nothing typed there is lost."""

from crossbank.leads.models import Lead
from tests.journeys.conftest import listening


def test_two_taps_and_one_line_while_the_draft_stays(desk) -> None:
    desk.keyboard.press("1")  # a basic account
    desk.keyboard.press("1")  # the first card: presented
    desk.keyboard.press("n")
    desk.keyboard.type("Speaks of a house")
    desk.keyboard.press("Escape")
    note, answer = (
        desk.locator("[name=note]:visible"),
        "[data-card='CRD-DEB'][data-answer='declined']",
    )
    before = desk.locator(answer).count()

    desk.keyboard.press("l")  # the first tap
    desk.wait_for_selector("#cb-aside [name=said]")
    assert desk.evaluate("document.activeElement.name") == "said"
    desk.keyboard.type("Lease ends in May")
    desk.keyboard.press("Enter")  # no choice of a unit: nothing is sent
    desk.click("#cb-aside button[value=MORTGAGE]")  # the second
    desk.wait_for_selector("#cb-aside >> text=Handed on to Mortgage advisers")
    lead = Lead.objects.get()
    assert (lead.said, lead.to_unit.code) == ("Lease ends in May", "MORTGAGE")

    desk.keyboard.press("Enter")  # back to the customer
    desk.wait_for_selector("#cb-aside", state="hidden")
    assert desk.locator(answer).count() == before == 1
    assert desk.locator("#cb-step2").is_visible()
    assert note.count() in (0, 1)
    assert desk.complaints == []


def test_licensed_card_that_was_spoken_of_goes_with_the_need(desk) -> None:
    desk.keyboard.press("8")  # savings
    desk.keyboard.press("m")
    desk.keyboard.press("6")  # the fund: presented, and an adviser concludes it
    desk.wait_for_selector("[data-card=INV-FND][data-answer=declined]")

    desk.keyboard.press("l")
    desk.wait_for_selector("#cb-aside [name=said]")
    desk.keyboard.type("It just lies on the account")
    desk.click("#cb-aside button[value=INVEST]")
    desk.wait_for_selector("#cb-aside >> text=Handed on")

    lead = Lead.objects.get()
    assert (lead.product.code, lead.main_code) == ("INV-FND", "SAV-INS")


def test_refusal_stays_beside_the_desk_with_what_was_typed(desk) -> None:
    desk.keyboard.press("l")
    desk.wait_for_selector("#cb-aside [name=said]")
    desk.keyboard.type("Call 0171 234 56 78 90")
    desk.click("#cb-aside button[value=INSURE]")

    desk.wait_for_selector("#cb-aside >> text=telephone or account number")
    assert desk.input_value("#cb-aside [name=said]") == "Call 0171 234 56 78 90"
    assert Lead.objects.count() == 0
    desk.complaints[:] = [line for line in desk.complaints if "422" not in line]


def test_unit_accepts_with_one_key(new_page, live_server, desk) -> None:
    desk.keyboard.press("l")
    desk.fill("#cb-aside [name=said]", "Roof must be done")
    desk.click("#cb-aside button[value=MORTGAGE]")
    desk.wait_for_selector("#cb-aside >> text=Handed on")

    page = new_page("marie.w")
    page.goto(f"{live_server.url}/leads/")
    page.click("text=Roof must be done")
    page.wait_for_selector("text=What happened?")
    listening(page).keyboard.press("1")
    page.wait_for_selector("text=Noted.")  # and the page is drawn anew
    assert Lead.objects.get().state == "accepted"
    listening(page).keyboard.press("1")  # once more by mistake: nothing happens
    page.keyboard.press("2")
    page.wait_for_selector(".cb-lead-story >> text=Spoke with the customer")
    page.goto(f"{live_server.url}/leads/")
    assert "Contacted" in page.inner_text("main")
