"""A minute of practice by keys alone, and the same without a script; a note that comes back."""

from django.utils import timezone

from crossbank.training import services
from crossbank.training.barriers import BY_CODE
from crossbank.training.models import CoachingNote, CoachingReply, PracticeDay
from tests.training.conftest import marks_of


def tips_of(*codes: str) -> set[str]:
    return {str(tip.text) for code in codes for tip in BY_CODE[code].tips}


def test_check_tip_and_pair_by_keys(new_page, live_server, listen) -> None:
    page = new_page("seller")
    listen(page)
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("#cb-desk[data-ready]", state="attached")

    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/training/")
    page.keyboard.press("c")
    page.wait_for_url("**/training/check/")
    assert page.locator("[name=marks]:checked").count() == 0
    for key in ("1", "7", "1"):  # pressed twice: taken back
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/training/")
    assert marks_of("seller") == [["whim"]]
    assert page.locator("[aria-labelledby=cb-tip] p").nth(1).inner_text() in tips_of("whim")

    page.keyboard.press("p")
    page.wait_for_selector("text=Practised today")
    assert PracticeDay.objects.count() == 1


def test_all_of_it_without_a_script(new_page, live_server, person) -> None:
    services.answer(marks=["effort"], at=timezone.now(), by=person("seller"))
    page = new_page("seller", java_script_enabled=False)
    page.goto(live_server.url + "/training/")

    page.click("text=I practised it")
    page.click("main >> text=Self-check")
    page.check("#mark-method")
    page.click("text=Keep it for me")
    assert (marks_of("seller"), PracticeDay.objects.count()) == ([["method"]], 1)

    page.click("main >> text=Self-check")
    page.click("text=Delete my answers")
    assert (marks_of("seller"), PracticeDay.objects.count()) == ([], 0)


def test_note_goes_and_its_answer_comes_back(new_page, live_server, listen) -> None:
    manager, seller = new_page("manager"), new_page("seller")
    for page in (manager, seller):
        listen(page)
    manager.goto(live_server.url + "/training/notes/new/?to=seller")
    manager.fill("[name=text]", "With the family you asked first. Try it again.")
    manager.select_option("[name=pair]", "ACC-SAL SAV-GOL")
    manager.click("text=Send")
    manager.wait_for_selector("text=he can answer")

    seller.goto(live_server.url + "/training/")
    seller.wait_for_selector("text=Named in a coaching note to you")
    seller.click("text=With the family you asked first")
    seller.fill("[name=text]", "It was easier.")
    seller.click("button:has-text('Answer')")
    seller.wait_for_selector("article >> text=It was easier.")

    manager.goto(live_server.url + "/training/notes/")
    manager.wait_for_selector("text=It was easier.")
    assert (CoachingNote.objects.count(), CoachingReply.objects.count()) == (1, 1)
