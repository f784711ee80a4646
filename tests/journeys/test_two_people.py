"""One writes, another lets it pass: editions and offers with two pairs of eyes."""

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import Page, expect

from crossbank.matrix.models import Edition, Pairing
from crossbank.offers.models import Offer
from tests.journeys.test_pages import sideways, violations

PUBLISH = "/admin/matrix/edition/publish/"


def troubles(page: Page) -> list[str]:
    """What axe finds, and where the page leaves a small screen."""
    told = violations(page)
    for width in (320, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        if sideways(page):
            told.append(f"{width}: {sideways(page)} px sideways")
    return told


def owner_submits_and_owner2_publishes_for_the_desk(new_page, live_server, listen) -> None:
    pair = Pairing.objects.get(main__code="ACC-BAS", cross__code="DIG-APP")
    address = live_server.url
    owner, owner2, seller = (new_page(name) for name in ("owner", "owner2", "seller"))
    for page in (owner, owner2, seller):
        listen(page)
    matrix = f"{address}/matrix/?main=ACC-BAS&cross=DIG-APP"
    seller.goto(matrix)
    expect(seller.locator("body")).not_to_contain_text("Sees every payment at once")

    owner.goto(f"{address}/admin/matrix/pairing/{pair.pk}/change/")
    owner.get_by_label("Benefit:").fill("Sees every payment at once")
    owner.get_by_role("button", name="Save", exact=True).click()
    owner.goto(address + PUBLISH)
    expect(owner.get_by_text("Sees every payment at once").first).to_be_visible()
    owner.get_by_label("Note").fill("Words from the spring survey")
    assert troubles(owner) == []
    owner.get_by_role("button", name="Submit for review").click()
    expect(owner.get_by_text("A colleague must approve this")).to_be_visible()
    expect(owner.get_by_role("button", name="Approve and publish")).to_have_count(0)
    assert troubles(owner) == []
    seller.reload()
    expect(seller.locator("body")).not_to_contain_text("Sees every payment at once")

    owner2.goto(address + "/admin/")
    expect(owner2.get_by_text("waits for your decision")).to_be_visible()
    owner2.get_by_role("link", name="Publish the matrix").click()
    owner2.get_by_role("link", name="Read it").click()
    expect(owner2.get_by_text("Words from the spring survey")).to_be_visible()
    assert troubles(owner2) == []
    owner2.get_by_role("button", name="Approve and publish").click()
    expect(owner2.get_by_text("Edition 2 is published.")).to_be_visible()
    assert troubles(owner2) == []

    seller.reload()
    expect(seller.locator("body")).to_contain_text("Sees every payment at once")
    edition = Edition.objects.get(number=2)
    assert (edition.author.username, edition.approver.username) == ("owner", "owner2")


def test_edition_there_and_back_and_the_comparison_by_hand(new_page, live_server, listen) -> None:
    owner_submits_and_owner2_publishes_for_the_desk(new_page, live_server, listen)
    address = live_server.url
    owner, owner2 = new_page("owner"), new_page("owner2")
    for page in (owner, owner2):
        listen(page)

    owner2.goto(f"{address}/admin/matrix/edition/")
    owner2.get_by_role("link", name="1", exact=True).click()
    owner2.get_by_role("link", name="Publish again…").click()
    expect(owner2.get_by_text("Edition 1 becomes the next number")).to_be_visible()
    owner2.get_by_label("Note").fill("The survey was wrong")
    assert troubles(owner2) == []
    owner2.get_by_role("button", name="Submit for review").click()

    owner.goto(f"{address}/admin/matrix/editionreview/")
    owner.get_by_role("link", name="In review").first.click()
    owner.get_by_label("Answer to the author").fill("Say why")
    owner.get_by_role("button", name="Return it to the author").click()
    expect(owner.get_by_text("Returned to the author with your words.")).to_be_visible()
    assert troubles(owner) == []

    owner.goto(f"{address}/admin/matrix/edition/compare/")
    expect(owner.get_by_role("heading", name="From edition 1 to edition 2")).to_be_visible()
    why = owner.get_by_role("cell", name="Words from the spring survey", exact=True)
    expect(why).to_be_visible()
    owner.get_by_label("To edition:").select_option("1")
    owner.get_by_role("button", name="Compare").click()
    expect(owner.get_by_text("They say the same.")).to_be_visible()
    assert troubles(owner) == []


def test_severe_line_of_an_offer_waits_for_owner2(new_page, live_server, listen) -> None:
    offer = Offer.objects.get(code="OT-1")
    before = offer.release
    owner, owner2 = (new_page(name) for name in ("owner", "owner2"))
    heard, _quiet = listen(owner), listen(owner2)
    release = f"{live_server.url}/admin/offers/release/"

    def submit() -> None:
        owner.goto(release)
        owner.get_by_label(str(offer), exact=True).check()
        owner.get_by_label("What changes, and why").fill("Other words")
        owner.get_by_role("button", name="Submit the chosen ones").click()

    owner.goto(f"{live_server.url}/admin/offers/offer/{offer.pk}/change/")
    owner.get_by_label("Say:").fill("This is your last chance.")
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.get_by_text("Nobody says it until it is mended")).to_be_visible()
    owner.wait_for_load_state()
    submit()
    expect(owner.get_by_text("This must be mended first. Nothing was released.")).to_be_visible()
    assert ["422" in one for one in heard] == [True]
    heard.clear()  # the browser reports the status itself
    assert troubles(owner) == []
    owner.goto(f"{live_server.url}/admin/phrases/")
    expect(
        owner.get_by_text("You wrote this line. Another person may override it.")
    ).to_be_visible()
    assert troubles(owner) == []

    owner2.goto(f"{live_server.url}/admin/phrases/")
    owner2.get_by_label("Reason to say it all the same").fill("The law names it so")
    owner2.get_by_role("button", name="Override").click()
    expect(owner2.get_by_text("The line is overridden")).to_be_visible()
    expect(owner2.get_by_text("Words that wait")).to_have_count(0)
    assert troubles(owner2) == []

    submit()
    expect(owner.get_by_text("1 offer waits for a colleague.")).to_be_visible()
    offer.refresh_from_db()
    assert (offer.say, offer.release) == ("This is your last chance.", before)
    owner2.goto(release)
    assert troubles(owner2) == []
    owner2.get_by_role("button", name="Release it").click()
    expect(owner2.get_by_text("holds from now on.")).to_be_visible()
    owner2.wait_for_load_state()
    offer.refresh_from_db()
    assert offer.release.terms["say"] == "This is your last chance."
    assert (offer.release.number, offer.release.author.username) == (2, "owner")
