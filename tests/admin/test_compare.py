"""Any two editions: added, changed, removed, each with the edition that did it, by whom and why."""

import pytest
from django.utils import timezone

from crossbank.matrix import admin_compare
from crossbank.matrix.models import Edition, Pairing
from crossbank.matrix.services import publish_edition
from tests.admin.conftest import make_pairing, make_person, make_product

pytestmark = pytest.mark.django_db

COMPARE = "/admin/matrix/edition/compare/"


@pytest.fixture
def history(shelf) -> None:
    """2: CRD is strong beside ACC. 3: NEW comes beside LON, SAV goes. 4: CRD is good again."""
    anna = make_person(username="anna", role="owner")
    boris = make_person(username="boris", role="owner")
    pair = Pairing.objects.filter(main=shelf["ACC"], cross=shelf["CRD"])

    def publish(note, author, approver) -> None:
        publish_edition(note=note, approver=approver, at=timezone.now(), by=author)

    pair.update(rating="strong", benefit="quick")
    publish("Cards first", anna, boris)
    make_pairing(main=shelf["LON"], cross=make_product(code="NEW"), rating="possible")
    Pairing.objects.filter(main=shelf["LON"], cross=shelf["SAV"]).delete()
    publish("New shelf", boris, anna)
    pair.update(rating="good")
    publish("Too much", anna, boris)


def told(answer) -> dict[str, list[tuple[str, list[str], int, str, str, str]]]:
    return {
        str(group.title): [
            (
                line.codes,
                line.fields,
                line.since.number,
                str(line.since.author),
                str(line.since.approver),
                line.since.note,
            )
            for line in group.lines
        ]
        for group in answer.context["groups"]
    }


def test_each_change_names_who_and_why(enter, history) -> None:
    answer = enter("owner").get(f"{COMPARE}?old=1&new=4")

    assert told(answer) == {
        "Added": [
            ("NEW", [], 3, "boris", "anna", "New shelf"),
            ("LON → NEW", ["Ask first"], 3, "boris", "anna", "New shelf"),
        ],
        "Changed": [("ACC → CRD", ["benefit: – → quick"], 4, "anna", "boris", "Too much")],
        "Removed": [("LON → SAV", ["Good"], 3, "boris", "anna", "New shelf")],
    }
    assert [edition.number for edition in answer.context["between"]] == [4, 3, 2]
    text = answer.content.decode()
    for note in ("Cards first", "New shelf", "Too much"):
        assert note in text
    assert "First" not in [edition.note for edition in answer.context["between"]]


def test_backwards_is_the_opposite(enter, history) -> None:
    answer = enter("owner").get(f"{COMPARE}?old=3&new=1")

    found = told(answer)
    assert [line[:3] for line in found["Removed"]] == [
        ("NEW", [], 3),
        ("LON → NEW", ["Ask first"], 3),
    ]
    assert [line[:3] for line in found["Added"]] == [("LON → SAV", ["Good"], 3)]
    assert [line[:3] for line in found["Changed"]] == [
        ("ACC → CRD", ["rating: Strong → Good", "benefit: quick → –"], 2)
    ]


def test_without_a_choice_the_last_two(enter, history) -> None:
    answer = enter("owner").get(COMPARE)

    assert (answer.context["old"].number, answer.context["new"].number) == (3, 4)
    assert [line[0] for line in told(answer)["Changed"]] == ["ACC → CRD"]


def test_an_edition_with_itself_says_the_same(enter, history) -> None:
    answer = enter("owner").get(f"{COMPARE}?old=2&new=2")

    assert "They say the same." in answer.content.decode()


def test_one_edition_is_not_compared(enter, shelf) -> None:
    answer = enter("owner").get(COMPARE)

    assert answer.status_code == 200
    assert "There are no two editions yet." in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("old=1&new=99", ["new"]),
        ("old=x&new=1", ["old"]),
        ("old=1", ["new"]),
        ("old=1&new=99999999999999999999999", ["new"]),
        ("old=%00&new=1", ["old"]),
        ("nothing=1", ["old", "new"]),
    ],
)
def test_unknown_edition_is_said_beside_the_field(enter, history, query, wrong) -> None:
    answer = enter("owner").get(f"{COMPARE}?{query}")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == wrong


def test_a_very_long_span_says_what_it_leaves_out(enter, history, monkeypatch) -> None:
    monkeypatch.setattr(admin_compare, "SPAN", 2)

    answer = enter("owner").get(f"{COMPARE}?old=1&new=4")

    assert "There are more than 2 editions between the two." in answer.content.decode()
    assert {line.since for group in answer.context["groups"] for line in group.lines} == {None}
    assert [edition.number for edition in answer.context["between"]] == [4, 3, 2]


def test_page_of_an_edition_leads_to_its_comparison(enter, history) -> None:
    edition = Edition.objects.get(number=3)

    page = enter("owner").get(f"/admin/matrix/edition/{edition.pk}/change/").content.decode()

    assert f'href="{COMPARE}?old=2&amp;new=3"' in page
