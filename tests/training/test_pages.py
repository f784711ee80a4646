"""The pages, address by address and role by role: what a person finds there, and what he doesn't."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.org import switches
from crossbank.training import coaching, services
from crossbank.training.barriers import BARRIERS, BY_CODE
from crossbank.training.models import BarrierCheck, CoachingNote
from tests.training.conftest import TEXT, marks_of

pytestmark = pytest.mark.django_db
ROLES = ("seller", "seller2", "manager", "manager2", "regional", "owner", "conduct", "auditor", "admin")  # fmt: skip
ADDRESSES = (
    "/training/", "/training/check/", "/training/mix/", "/training/notes/", "/training/notes/new/",
)  # fmt: skip


def text_of(response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)))


def test_nothing_is_ticked_beforehand_not_even_todays_answer(sign_in, person):
    services.answer(marks=["whim"], at=timezone.now(), by=person("seller"))

    page = sign_in("seller").get("/training/check/").text

    assert page.count('type="checkbox"') == 8
    assert " checked" not in page.split("<main")[1]


def test_marks_are_kept_and_lead_to_the_tips(sign_in):
    client = sign_in("seller")

    answer = client.post("/training/check/", {"marks": ["whim", "method"]})

    assert (answer.status_code, answer["Location"]) == (303, "/training/")
    assert marks_of("seller") == [["whim", "method"]]
    own = [str(tip.text) for code in ("whim", "method") for tip in BY_CODE[code].tips]
    assert sum(tip in text_of(client.get("/training/")) for tip in own) == 1


def test_nothing_true_today_is_an_answer(sign_in):
    assert sign_in("seller").post("/training/check/").status_code == 303
    assert marks_of("seller") == [[]]


def test_an_unknown_mark_is_refused(sign_in):
    assert sign_in("seller").post("/training/check/", {"marks": ["x"]}).status_code == 422
    assert marks_of("seller") == []


def test_without_a_check_the_tip_is_general_and_says_so(sign_in, person):
    client = sign_in("seller")
    assert "Nobody else sees what you mark." in text_of(client.get("/training/"))

    services.answer(marks=[], at=timezone.now(), by=person("seller"))
    page = text_of(client.get("/training/"))
    assert ("Nobody else sees" in page, "your own self-check" in page) == (False, False)


def test_own_course_is_on_the_own_page_alone(sign_in, person):
    now = timezone.now()
    services.answer(marks=["whim"], at=now - timedelta(days=40), by=person("seller"))
    services.answer(marks=["effort"], at=now, by=person("seller"))

    own = sign_in("seller").get("/training/check/").text
    other = sign_in("anna.d").get("/training/check/").text

    assert own.count("cb-dot--full") == 2
    assert ("cb-dot" in other, "Your course" in other) == (False, False)


def test_one_button_deletes_what_is_ones_own(sign_in, person):
    for who in ("seller", "anna.d"):
        services.answer(marks=["whim"], at=timezone.now(), by=person(who))

    assert sign_in("seller").post("/training/check/forget/").status_code == 303

    assert (marks_of("seller"), marks_of("anna.d")) == ([], [["whim"]])


def drawn(client, page: str) -> str:
    """A page without what is drawn anew each time."""
    text = client.get(page, follow=True).text
    return re.sub(r'csrf[^>]*|name="uuid"[^>]*|X-CSRFToken[^}]*', "", text)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "seller"])
def test_no_page_of_anybody_else_changes_with_what_one_marked(sign_in, person, last_month, role):
    """Today, and in a month that is over: every address of the room, and where figures stand."""
    client = sign_in(role)
    pages = [*ADDRESSES, "/review/", "/day/", "/leads/", "/admin/", "/admin/audit/"]
    pages += [f"{page}?{name}=seller" for page in ADDRESSES for name in ("employee", "staff", "to")]
    before = {page: drawn(client, page) for page in pages}

    for at in (last_month, timezone.now()):
        services.answer(marks=["whim", "effort"], at=at, by=person("seller"))
        services.practise(main="ACC-BAS", cross="CRD-DEB", at=at, by=person("seller"))

    assert [page for page in pages if drawn(client, page) != before[page]] == []


def test_control_ones_own_pages_do_change(sign_in, person):
    client, pages = sign_in("seller"), ("/training/", "/training/check/")
    before = {page: drawn(client, page) for page in pages}
    assert [page for page in pages if drawn(client, page) != before[page]] == []

    services.answer(marks=["whim"], at=timezone.now(), by=person("seller"))

    assert [page for page in pages if drawn(client, page) != before[page]] == [*pages]


def test_manager_sees_no_branch_of_four_and_one_of_five(sign_in, checked, sellers, last_month):
    checked("B01", 4, "whim", at=last_month)
    client = sign_in("manager")
    before = text_of(client.get("/training/mix/"))

    services.answer(marks=["effort"], at=last_month, by=sellers("B01", 5)[4])
    page = text_of(client.get("/training/mix/"))

    assert ("5 people answer" in before, "4" in before.split("Mix of barriers", 2)[2]) == (
        True,
        False,
    )
    assert [str(b.title) for b in BARRIERS if str(b.title) in before] == []
    assert "5 people answered" in page
    assert ("nearly everybody" in page, "1 of 5" in page) == (True, True)


def test_manager_is_not_in_the_mix_that_he_reads(sign_in, checked, person, last_month):
    checked("B01", 4, "whim", at=last_month)
    manager = person("manager")
    manager.role = "seller"  # as he was then
    services.answer(marks=["effort"], at=last_month, by=manager)

    assert "5 people answered" not in text_of(sign_in("manager").get("/training/mix/"))
    assert "5 people answered" in text_of(sign_in("regional").get("/training/mix/"))


def test_mix_names_nobody_and_ranks_nothing(sign_in, checked, sellers, last_month):
    checked("B01", 6, "whim", at=last_month)
    for who in ("manager", "regional"):
        page = text_of(sign_in(who).get("/training/mix/"))

        assert [str(s) for s in sellers("B01") if str(s) in page] == []
        places = [page.index(str(barrier.title)) for barrier in BARRIERS]
        assert places == sorted(places)


def test_manager_of_a_small_branch_sees_the_regions(sign_in, checked, person, last_month):
    checked("B01", 3, "whim", at=last_month)
    checked("B03", 3, "effort", at=last_month)

    page = text_of(sign_in("manager").get("/training/mix/"))

    assert "so this is the region’s" in page
    assert ("6 people answered" in page, page.count("3 of 6")) == (True, 2)


def test_regional_sees_the_regions_alone(sign_in, checked, last_month):
    checked("B01", 6, "whim", at=last_month)
    checked("B03", 2, "effort", at=last_month)

    page = text_of(sign_in("regional").get("/training/mix/?branch=B01"))

    assert ("Region North" in page, "6 people answered" in page) == (True, True)
    assert ("B01" in page, "B03" in page, "effort" in page.lower().split("0 of 6")[0]) == (False, False, False)  # fmt: skip


def test_manager_of_the_other_region_sees_nothing_of_the_first(sign_in, checked, last_month):
    checked("B01", 6, "whim", at=last_month)
    checked("B02", 3, "effort", at=last_month)

    page = text_of(sign_in("manager2").get("/training/mix/"))

    assert ("of 6" in page, "of 3" in page, "Fewer are shown to nobody" in page) == (
        False,
        False,
        True,
    )


def test_fact_has_its_source_and_day(sign_in):
    page = text_of(sign_in("seller").get("/training/"))

    assert re.search(r"Fact of the day .+, \d+ \w+ 20\d\d", page)


def test_page_asks_as_often_for_three_notes_as_for_one(sign_in, write, queries):
    client, counts = sign_in("seller"), []
    for times in (1, 2):
        for _n in range(times):
            write(main="ACC-SAL", cross="SAV-GOL")
        client.get("/training/")
        with queries() as seen:
            client.get("/training/")
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12


def said_of_notes(client, page: str = "/day/") -> list[tuple[str, str]]:
    found = re.findall(r'<a href="(/training/[^"]*)">(.*?)</a>', client.get(page).text, re.DOTALL)
    words = [(to, re.sub(r"<[^>]+>", "", text).strip()) for to, text in found]
    return [(to, text) for to, text in words if "answer" in text]


def test_my_day_says_that_a_note_waits_until_it_is_answered(sign_in, write, person):
    seller, manager = sign_in("seller"), person("manager")
    assert said_of_notes(seller) == []

    note = write()
    line = (note.get_absolute_url(), "A coaching note waits for your answer")
    assert said_of_notes(seller) == [line]
    seller.get(note.get_absolute_url())
    assert said_of_notes(seller) == [line]  # read is not answered: it waits on his page, too

    for who, is_waiting in ((person("seller"), False), (manager, True), (person("seller"), False)):
        coaching.reply(note=note, uuid=uuid4(), text="Yes.", at=timezone.now(), by=who)
        assert said_of_notes(seller) == ([line] if is_waiting else [])


def test_my_day_says_it_of_today_to_the_reader_alone_and_counts_nothing(sign_in, write, person):
    for _n in range(3):
        write()
    yesterday = person("seller").branch.local_day(timezone.now()) - timedelta(days=1)

    said = said_of_notes(sign_in("seller"))

    assert said == [("/training/", "Coaching notes wait for your answer")]
    assert said_of_notes(sign_in("seller"), f"/day/{yesterday}/") == []
    assert [who for who in ("anna.d", "manager") if said_of_notes(sign_in(who))] == []


PAGES = ("/", "/desk/", "/desk/ACC-BAS/", "/desk/panels/", "/day/", "/matrix/", "/matrix/ACC-BAS/", "/review/", "/leads/")  # fmt: skip


def test_what_is_off_is_nowhere_and_asked_by_nobody(sign_in, write, person, queries, last_month):
    note = write(main="ACC-SAL", cross="SAV-GOL")
    services.answer(marks=["whim"], at=last_month, by=person("seller"))
    switches.turn(key=switches.PRACTICE, on=False, at=timezone.now(), by="admin")
    posts = ("check/", "check/forget/", "practised/", f"notes/{note.pk}/answer/")

    for who in ROLES:
        client = sign_in(who)
        for page in PAGES:
            with queries() as seen:
                text = client.get(page).text
            assert "/training/" not in text
            assert [q["sql"] for q in seen.captured_queries if '"training_' in q["sql"]] == []
        found = {
            client.get(address).status_code for address in (*ADDRESSES, note.get_absolute_url())
        }
        found |= {client.post(f"/training/{address}").status_code for address in posts}
        assert found <= {403, 404}
    assert sign_in("seller").get("/training/").status_code == 404
    assert sign_in("manager").get("/training/notes/new/").status_code == 404
    assert sign_in("regional").get("/training/mix/").status_code == 404
    assert sign_in("conduct").get("/training/notes/").status_code == 404
    assert (BarrierCheck.objects.count(), CoachingNote.objects.get().text) == (1, TEXT)


@pytest.mark.parametrize(
    ("who", "door"),
    [
        ("seller", "/training/"),
        ("manager", "/training/"),
        ("regional", "/training/mix/"),
        ("conduct", "/training/notes/"),
        ("auditor", "/training/notes/"),
        ("owner", ""),
    ],
)
def test_menu_has_the_door_of_the_role(sign_in, who, door):
    nav = sign_in(who).get("/matrix/").text.split("<nav")[1].split("</nav>")[0]

    assert re.findall(r'href="(/training/[^"]*)" data-key="([^"]*)"', nav) == (
        [(door, "g r")] if door else []
    )
