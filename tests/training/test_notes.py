"""Coaching notes: to one seller of the branch, answered by him, read by conduct, kept for good."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from crossbank.conduct.models import AuditEntry, FrozenError
from crossbank.org.models import User
from crossbank.training import coaching, refusals
from crossbank.training.models import CoachingNote, CoachingReply
from tests.training.conftest import MARCH, TEXT

pytestmark = pytest.mark.django_db
OTHERS = ("seller2", "manager2", "anna.d", "regional", "owner", "admin")


def form(**fields) -> dict[str, str]:
    return {"uuid": str(uuid4()), "to": "seller", "text": TEXT, **fields}


def line(text: str = "It was easier.", **fields) -> dict[str, str]:
    return {"uuid": str(uuid4()), "text": text, **fields}


def test_note_is_sent_with_its_pair_and_stands_in_the_trail(sign_in):
    data = form(pair="ACC-SAL SAV-GOL", barrier="objections")

    answer = sign_in("manager").post("/training/notes/new/", data)

    note = CoachingNote.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/training/notes/{note.pk}/")
    assert (note.by.username, note.to.username, note.branch.code) == ("manager", "seller", "B01")
    assert (note.text, note.main_code, note.cross_code, note.barrier) == (
        TEXT, "ACC-SAL", "SAV-GOL", "objections",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="coaching_note_written")
    assert (entry.actor, entry.subject, entry.detail) == (
        "manager", f"coaching note {note.pk}", {"to": "seller"},
    )  # fmt: skip


def test_same_press_twice_is_one_note_and_other_words_are_refused(sign_in):
    client, data = sign_in("manager"), form()

    answers = [client.post("/training/notes/new/", data).status_code for _n in range(2)]
    other = client.post("/training/notes/new/", {**data, "text": "Something else."})

    assert (answers, other.status_code, CoachingNote.objects.count()) == ([303, 303], 422, 1)
    assert AuditEntry.objects.filter(action="coaching_note_written").count() == 1


@pytest.mark.parametrize("to", ["seller2", "manager", "regional", "nobody", "sel\x00ler"])
def test_only_sellers_of_the_own_branch_are_written_to(sign_in, to):
    client = sign_in("manager")

    assert client.get("/training/notes/new/", {"to": to}).status_code == 404
    answer = client.post("/training/notes/new/", form(to=to))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["to"])
    assert CoachingNote.objects.count() == 0


def test_address_that_names_a_seller_chooses_him(sign_in):
    page = sign_in("manager").get("/training/notes/new/?to=anna.d").text

    assert '<option value="anna.d" selected>' in page


def test_service_itself_refuses_another_branch_and_another_role(write):
    for by, to in (("manager", "seller2"), ("seller", "anna.d"), ("regional", "seller")):
        with pytest.raises(refusals.NotOfBranch):
            write(by=by, to=to)

    assert CoachingNote.objects.count() == 0


def test_who_left_is_not_written_to(sign_in):
    User.objects.filter(username="anna.d").update(is_active=False)

    assert sign_in("manager").post("/training/notes/new/", form(to="anna.d")).status_code == 422


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"pair": "ACC-SAL NO-SUCH"}, "pair"),
        ({"barrier": "x"}, "barrier"),
        ({"text": ""}, "text"),
        ({"text": "x" * 601}, "text"),
        ({"text": "a\u202eb"}, "text"),
    ],
)
def test_what_cannot_be_stored_is_refused(sign_in, fields, field):
    answer = sign_in("manager").post("/training/notes/new/", form(**fields))

    assert (answer.status_code, CoachingNote.objects.count()) == (422, 0)
    assert list(answer.context["form"].errors) == [field]


def test_employee_reads_and_answers_and_the_manager_sees_it(sign_in, write):
    note = write()
    seller, manager = sign_in("seller"), sign_in("manager")
    assert TEXT in seller.get("/training/").text
    assert "waits for your answer" in seller.get("/training/").text

    answer = seller.post(f"/training/notes/{note.pk}/answer/", line())

    assert (answer.status_code, answer["Location"]) == (303, note.get_absolute_url())
    for page in ("/training/notes/", note.get_absolute_url()):
        assert "It was easier." in manager.get(page).text
    assert "answered" in manager.get("/training/notes/").text
    assert "waits for your answer" not in seller.get("/training/").text
    entry = AuditEntry.objects.get(action="coaching_note_answered")
    assert (entry.actor, entry.subject) == ("seller", f"coaching note {note.pk}")


def test_both_may_go_on_and_the_order_stays(sign_in, write):
    note = write()
    for who, text in (("seller", "One."), ("manager", "Two."), ("seller", "Three.")):
        sign_in(who).post(f"/training/notes/{note.pk}/answer/", line(text))

    page = sign_in("seller").get(note.get_absolute_url()).text
    places = [page.index(text) for text in (TEXT, "One.", "Two.", "Three.")]

    assert places == sorted(places)


def test_same_answer_twice_is_one(sign_in, write):
    note, client, data = write(), sign_in("seller"), line()
    address = f"/training/notes/{note.pk}/answer/"

    assert [client.post(address, data).status_code for _n in range(2)] == [303, 303]
    assert client.post(address, {**data, "text": "Other."}).status_code == 422
    assert CoachingReply.objects.count() == 1


@pytest.mark.parametrize("who", OTHERS)
def test_note_does_not_exist_for_anybody_else(sign_in, write, who):
    note, client = write(), sign_in(who)

    assert client.get(note.get_absolute_url()).status_code in (403, 404)
    assert client.post(f"/training/notes/{note.pk}/answer/", line()).status_code in (403, 404)
    for page in ("/training/", "/training/notes/"):
        assert TEXT not in client.get(page).text
    assert CoachingReply.objects.count() == 0


@pytest.mark.parametrize("who", ["conduct", "auditor"])
def test_conduct_reads_and_adds_nothing(sign_in, write, who):
    note, client = write(), sign_in(who)

    for page in ("/training/notes/", note.get_absolute_url()):
        assert TEXT in client.get(page).text
    assert "<textarea" not in client.get(note.get_absolute_url()).text
    assert client.post(f"/training/notes/{note.pk}/answer/", line()).status_code == 403
    assert client.get("/training/notes/new/").status_code == 403


def test_service_refuses_a_third_one(write, person):
    with pytest.raises(refusals.NotOfThread):
        coaching.reply(note=write(), uuid=uuid4(), text="x", at=MARCH, by=person("anna.d"))


def test_notes_are_listed_by_name_without_counting(sign_in, write):
    for to in ("tobias.r", "anna.d", "seller", "anna.d"):
        write(to=to)

    page = sign_in("manager").get("/training/notes/").text
    names = [page.index(f"<b>{name}") for name in ("Anna D.", "Lena H.", "Tobias R.")]

    assert names == sorted(names)
    assert page.count("<b>Anna D.") == 2


@pytest.mark.parametrize(
    ("who", "address", "pages"),
    [
        ("manager", "/training/notes/", [["Fourth", "Second"], ["First", "Third"]]),  # by name
        ("conduct", "/training/notes/", [["Fourth", "Third"], ["Second", "First"]]),
        ("auditor", "/training/notes/", [["Fourth", "Third"], ["Second", "First"]]),
        ("anna.d", "/training/", [["Fourth", "Second"], ["First"]]),
    ],
)
def test_no_note_is_left_out_however_many_there_are(
    sign_in, write, monkeypatch, who, address, pages
):
    people = {"First": "anna.d", "Second": "anna.d", "Third": "tobias.r", "Fourth": "anna.d"}
    for n, (text, to) in enumerate(people.items()):
        write(to=to, text=text, at=MARCH + timedelta(hours=n))
    monkeypatch.setattr("crossbank.training.note_lines.SHOWN", 2)
    client, found, query = sign_in(who), [], ""

    while query is not None:
        page = client.get(address + query)
        found.append([line.note.text for line in page.context["notes"].lines])
        way = re.search(r'rel="next" href="([^"]*)"', page.text)
        query = way and way[1]

    assert found == pages
    last = client.get(f"{address}?page=99").context["notes"].lines
    assert [line.note.text for line in last] == pages[-1]


def test_a_successor_begins_anew(sign_in, write, person):
    note, other = write(), person("manager2")
    other.branch = person("manager").branch
    other.save(update_fields=["branch"])

    client = sign_in("manager2")

    assert client.get(note.get_absolute_url()).status_code == 404
    assert TEXT not in client.get("/training/notes/").text


def test_nothing_is_changed_or_deleted(write, person):
    note = write()
    said = coaching.reply(note=note, uuid=uuid4(), text="x", at=MARCH, by=person("seller"))

    for row in (note, said):
        row.text = "y"
        for act in (row.save, row.delete, type(row).objects.all().delete):
            with pytest.raises(FrozenError):
                act()
        with pytest.raises(FrozenError):
            type(row).objects.update(text="y")


def test_without_a_line_of_the_trail_there_is_no_note(write, monkeypatch):
    def fail(**_fields):
        raise RuntimeError

    monkeypatch.setattr("crossbank.conduct.services.record", fail)
    with pytest.raises(RuntimeError):
        write()

    assert CoachingNote.objects.count() == 0


def test_pressing_words_are_not_sent_and_what_was_typed_stays(sign_in):
    text = "You must sell more cards. The quota is 3 cards a day."

    answer = sign_in("manager").post("/training/notes/new/", form(text=text))

    assert (answer.status_code, CoachingNote.objects.count()) == (422, 0)
    assert text in answer.text
    assert "Name one thing to try" in answer.text


def test_pressing_words_of_the_manager_are_not_sent_later_either(sign_in, write):
    note, data = write(), line("But your quota is open.")
    address = f"/training/notes/{note.pk}/answer/"

    assert sign_in("manager").post(address, data).status_code == 422
    assert sign_in("seller").post(address, data).status_code == 303  # he may tell what presses him
