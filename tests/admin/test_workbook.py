"""The page *The matrix as a workbook*: out, back in, differences first, then all or nothing."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from crossbank.catalog.book import CATALOGUE
from crossbank.conduct import phrases
from crossbank.conduct.models import AuditEntry
from crossbank.matrix.models import Pairing
from crossbank.offers.book import OFFERS_BOOK
from crossbank.org.models import Upload
from tests import tables
from tests.admin.conftest import make_offer, make_person, read_form
from tests.matrix.workbooks import edited, exported, place, repacked, state

pytestmark = pytest.mark.django_db

PAGE = "/admin/matrix/workbook/"
SPOILT = {
    "macros": (
        lambda content: repacked(content, lambda _n, part: part, **{"xl/vbaProject.bin": b"x"}),
        "holds macros",
    ),
    "another packed file": (
        lambda content: repacked(content, lambda _n, part: part, **{"xl/x.bin": b"PK\x03\x04"}),
        "another packed file",
    ),
    "zip bomb": (
        lambda content: repacked(content, lambda _n, part: part, **{"xl/x.xml": b" " * 2**26}),
        "packed too tightly",
    ),
    "entities": (
        lambda content: repacked(
            content,
            lambda name, part: b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>" if "styles" in name else part,
        ),
        "declares a document type",
    ),
    "matrix": (lambda _content: exported(), "This is not the workbook"),
    "no file": (lambda _content: b"a;b", "no workbook"),
}


def ranked(rank: int, cross: str = "CRD") -> bytes:
    def edit(book):
        place(book, "Rank", "ACC", cross).value = rank

    return edited(exported(), edit)


def send(client, content: bytes, name: str = "m.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def confirm(client, shown):
    data = read_form(shown.content.decode(), "confirm_form")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(PAGE, data)


def rank(cross: str = "CRD") -> int:
    return Pairing.objects.get(main__code="ACC", cross__code=cross).rank


def test_download_is_the_workbook_and_writes_nothing(enter, shelf) -> None:
    answer = enter("owner").get(f"{PAGE}?export=xlsx")

    assert answer["Content-Disposition"] == 'attachment; filename="crossbank_matrix_edition-1.xlsx"'
    assert "no-store" in answer["Cache-Control"]
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == [
        "Read me", "Grid", "Reason", "Instead", "Benefit", "Say", "Do not say", "Rank", "Kind",
        "Link", "Better products", "Rules", "Basket rules", "_crossbank", "_marks",
    ]  # fmt: skip
    assert [book[name].sheet_state for name in ("_crossbank", "_marks")] == ["hidden", "hidden"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_differences_are_shown_before_anything_is_written(enter, shelf, role) -> None:
    client, before = enter(role), state()

    shown = send(client, ranked(7), name='../../"x"\r\n.xlsx')

    text = unescape(shown.content.decode())
    assert shown.status_code == 200
    assert "ACC → CRD" in text
    assert "Product ACC → Product CRD · Grid!" in text
    assert "rank: 1 → 7" in text
    assert "Take over 1 difference" in text
    assert state() == before
    upload = Upload.objects.get()
    assert (upload.kind, upload.by.role) == ("matrix", role)
    done = confirm(client, shown)
    assert done["Location"] == PAGE
    assert "1 difference was taken over." in client.get(PAGE).content.decode()
    assert rank() == 7
    assert not Upload.objects.exists()
    entry = AuditEntry.objects.get(action="matrix_imported")
    assert (entry.actor, entry.detail["pairs"]) == (f"{role}-person", ["ACC → CRD"])
    pk = Pairing.objects.get(main__code="ACC", cross__code="CRD").pk
    history = client.get(f"/admin/matrix/pairing/{pk}/history/").content.decode()
    assert "Changed rank." in history


def test_same_file_once_more_is_nothing_new(enter, shelf) -> None:
    owner, content = enter("owner"), ranked(7)
    confirm(owner, send(owner, content))

    again = send(owner, content)

    assert again.status_code == 200
    assert "says what is here already" in unescape(again.content.decode())
    assert not Upload.objects.exists()
    assert AuditEntry.objects.filter(action="matrix_imported").count() == 1


def test_second_press_of_the_button_writes_nothing_twice(enter, shelf) -> None:
    owner = enter("owner")
    shown = send(owner, ranked(7))

    answers = [confirm(owner, shown).status_code, confirm(owner, shown).status_code]

    assert answers == [302, 409]
    assert AuditEntry.objects.filter(action="matrix_imported").count() == 1


@pytest.mark.parametrize("others", ["CRD", "APP"])
def test_of_two_who_import_at_once_one_must_look_again(enter, shelf, others) -> None:
    first = enter("owner")
    make_person(username="second", role="owner")
    second = enter("owner", username="second")
    shown = send(first, ranked(7)), send(second, ranked(9, cross=others))

    answers = confirm(first, shown[0]), confirm(second, shown[1])

    assert [answer.status_code for answer in answers] == [302, 409]
    text = unescape(answers[1].content.decode())
    assert rank() == 7
    if others == "CRD":  # both changed the same cell: the second has to decide
        assert "Somebody changed ACC → CRD since this file was made" in text
    else:
        assert "look again" in text
        assert "rank: 1 → 9" in text
        assert confirm(second, answers[1]).status_code == 302
        assert rank("APP") == 9


def test_trouble_is_shown_by_cell_and_nothing_is_kept(enter, shelf) -> None:
    def edit(book):
        book["Grid"]["C3"] = "=1+1"
        book["Say"]["Z9"] = "lost"

    owner, before = enter("owner"), state()
    answer = send(owner, edited(exported(), edit))

    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "<title>Error:" in text
    assert text.index('<th scope="row">Grid!C3</th>') < text.index('<th scope="row">Say!Z9</th>')
    assert "confirm_form" not in text
    assert state() == before
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose the workbook"),
        ({"file": SimpleUploadedFile("m.xlsx", b"")}, "This file is empty."),
        ({"file": SimpleUploadedFile("m.xlsx", b"a;b\n1;2")}, "This file is no workbook."),
        ({"file": SimpleUploadedFile("m.xlsx", b"x" * 6_000_000)}, "has 5.7 MB, at most 5.0 MB"),
        ({"file": "m.xlsx"}, "Choose the workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_beside_the_field(enter, shelf, data, words) -> None:
    answer = enter("owner").post(PAGE, data)

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["file"])
    assert not Upload.objects.exists()


def test_forged_confirmation_writes_nothing(enter, shelf) -> None:
    owner, before = enter("owner"), state()

    nothing_kept = owner.post(PAGE, {"seen": "x"})
    send(owner, ranked(7))
    other_digest = owner.post(PAGE, {"seen": "0" * 64})

    assert [nothing_kept.status_code, other_digest.status_code] == [409, 409]
    assert state() == before


def test_upload_of_yesterday_is_not_taken_over(enter, shelf) -> None:
    from datetime import timedelta

    owner = enter("owner")
    shown = send(owner, ranked(7))
    upload = Upload.objects.get()
    Upload.objects.update(at=upload.at - timedelta(days=1, minutes=1))

    assert confirm(owner, shown).status_code == 409
    assert rank() == 1


@pytest.mark.parametrize("role", ["seller", "manager", "regional", "conduct", "auditor"])
def test_nobody_else_sends_workbooks(enter, shelf, role) -> None:
    client = enter(role)

    assert send(client, ranked(7)).status_code == 403
    assert client.get(f"{PAGE}?export=xlsx").status_code == 403


TABLE_PAGES = {
    "/admin/catalog/workbook/": (CATALOGUE, "Products"),
    "/admin/offers/workbook/": (OFFERS_BOOK, "Offers"),
}


@pytest.fixture
def offer(shelf):
    return make_offer(code="OF-1", cross=shelf["CRD"], mains=[shelf["ACC"]])


def upload(client, page: str, content: bytes):
    return client.post(page, {"file": SimpleUploadedFile("t.xlsx", content)})


@pytest.mark.parametrize("page", TABLE_PAGES)
def test_tables_are_shown_confirmed_and_told_in_the_history(enter, shelf, offer, page) -> None:
    book, sheet = TABLE_PAGES[page]
    code = {"Products": "CRD", "Offers": "OF-1"}[sheet]
    owner, before = enter("owner"), tables.state(book)
    content = tables.with_cells(book, **{sheet: {code: {"name": "Κάρτα"}}})

    shown = upload(owner, page, content)

    text = unescape(shown.content.decode())
    assert (shown.status_code, tables.state(book)) == (200, before)
    assert "→ Κάρτα" in text
    assert "Take over 1 difference" in text
    data = read_form(shown.content.decode(), "confirm_form")
    assert owner.post(page, {"seen": data["seen"]})["Location"] == page
    row = book.by_key[sheet.lower()].model.objects.get(code=code)
    assert row.name == "Κάρτα"
    model = row._meta.label_lower.replace(".", "/")
    history = owner.get(f"/admin/{model}/{row.pk}/history/").content.decode()
    assert re.search(r"Changed (Name|Headline)\.", history)
    assert "says what is here already" in unescape(upload(owner, page, content).content.decode())


@pytest.mark.parametrize("page", TABLE_PAGES)
@pytest.mark.parametrize("role", ["seller", "manager", "regional", "conduct", "auditor"])
def test_nobody_else_sends_tables(enter, shelf, offer, page, role) -> None:
    client, content = enter(role), tables.exported(TABLE_PAGES[page][0])

    assert upload(client, page, content).status_code == 403
    assert client.get(f"{page}?export=xlsx").status_code == 403


@pytest.mark.parametrize("page", TABLE_PAGES)
@pytest.mark.parametrize("spoil", SPOILT)
def test_hostile_tables_are_refused_beside_the_field(enter, shelf, offer, page, spoil) -> None:
    book = TABLE_PAGES[page][0]
    change, words = SPOILT[spoil]
    before = tables.state(book)

    answer = upload(enter("owner"), page, change(tables.exported(book)))

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["file"])
    assert tables.state(book) == before
    assert not Upload.objects.exists()


def test_who_writes_what_should_not_be_said_is_known(enter, shelf) -> None:
    """By the workbook as by the page: not he, but a second person may let it pass."""
    words = "You must take the card to get the account."
    content = tables.with_cells(
        CATALOGUE,
        Products={"CRD": {"say": words}},
        Objections={90: {"product": "APP", "objection": "Why?", "answer": words}},
    )
    owner = enter("owner")
    shown = upload(owner, "/admin/catalog/workbook/", content)
    data = read_form(shown.content.decode(), "confirm_form")

    done = owner.post("/admin/catalog/workbook/", {"seen": data["seen"]}, follow=True)

    entries = AuditEntry.objects.filter(action=phrases.WRITTEN)
    assert {(entry.actor, entry.detail["place"]) for entry in entries} == {
        ("owner-person", "product CRD say"),
        ("owner-person", "product APP answer"),
    }
    assert "ties one product to another" in unescape(done.content.decode())
