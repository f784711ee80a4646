"""The catalogue as a workbook: out and in again, judged as in the back office, all or nothing."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from crossbank.catalog.book import CATALOGUE
from crossbank.catalog.models import (
    Family,
    Need,
    Objection,
    PartnerBenefit,
    Product,
)
from crossbank.org import table_books
from crossbank.org.uploads import CannotTakeOver, Moved
from tests.matrix.workbooks import edited
from tests.tables import NOW, exported, state, with_cells, writing

pytestmark = pytest.mark.django_db


def look(content: bytes) -> table_books.TablePlan:
    return table_books.look(CATALOGUE, content)


def take(content: bytes, by) -> table_books.TablePlan:
    return table_books.take_over(CATALOGUE, content=content, at=NOW, by=by)


def product(code: str) -> Product:
    return Product.objects.get(code=code)


def test_catalogue_comes_back_without_a_difference(shelf) -> None:
    before = state(CATALOGUE)

    for content in (exported(CATALOGUE), edited(exported(CATALOGUE), lambda book: None)):
        plan = look(content)
        assert (plan.changes, plan.troubles, plan.notes) == ((), (), ())

    assert state(CATALOGUE) == before


@pytest.mark.parametrize("language", ["el", "th", "zh-hans", "ru"])
def test_workbook_of_another_language_comes_back_too(shelf, language) -> None:
    with translation.override(language):
        content = edited(exported(CATALOGUE), lambda book: None)

    plan = look(content)

    assert (plan.count, plan.troubles, plan.notes) == (0, (), ())


NEW = {
    "Families": {"PETS": {"code": "PETS", "name": "Ζώα", "order": 9}},
    "Partners": {"VET": {"code": "VET", "name": "สัตวแพทย์"}},
    "Products": {
        "PET-GLD": {
            "code": "PET-GLD", "name": "Gold pet", "family": "PETS", "is_main": "yes",
            "row_inherits_from": "PET-INS", "purpose_question": "Which pet?",
        },
        "PET-INS": {
            "code": "PET-INS", "name": "Pet cover", "family": "PETS", "tier": "PREMIUM",
            "is_main": "yes", "is_cross": "yes", "provider": "A partner", "partner": "VET",
            "charge_kind": "Paid again and again", "price_text": "24.50 a year",
            "price_minor": 24.5, "price_period": "A year", "is_insurance": True,
            "disclosure": "Can be bought separately.", "purpose_question": "Which pet?",
            "valid_from": date(2026, 4, 1), "link": "vet.example/leaflet", "min_age": 18,
        },
    },
    "Attributes": {"PET-INS kind": {"product": "PET-INS", "key": "kind", "value": "cat"}},
    "Packages": {"PET-GLD PET-INS": {"package": "PET-GLD", "part": "PET-INS"}},
    "Partner benefits": {
        "WALKS": {
            "code": "WALKS", "partner": "VET", "name": "Walks", "text": "One a year",
            "mains": "PET-INS, ACC-BAS", "valid_from": date(2026, 4, 1),
            "valid_until": date(2026, 4, 30),
        }
    },
    "Needs": {
        "PET": {
            "code": "PET", "name": "Pets", "question": "Do you keep one?",
            "mains": "PET-INS, ACC-BAS", "crosses": "PET-INS",
        }
    },
    "Objections": {
        200: {"product": "PET-INS", "objection": "Too dear", "answer": "Then leave it."}
    },
    "Conditions": {
        200: {
            "product": "PET-GLD", "layer": "Makes sense now", "attribute": "Products held",
            "operator": "is one of", "values": "PET-INS; ACC-BAS", "message": "Cover comes first",
        }
    },
}  # fmt: skip


def new_rows() -> bytes:
    def edit(book) -> None:
        for sheet, rows in NEW.items():
            first = 200
            renumbered = {first + n: cells for n, cells in enumerate(rows.values())}
            writing(**{sheet: renumbered})(book)

    return edited(exported(CATALOGUE), edit)


def test_new_rows_of_every_sort_name_each_other(shelf, person) -> None:
    content = new_rows()

    plan = take(content, person("owner"))

    assert [f"{change.table} {change.kind.value}" for change in plan.changes] == [
        "families added", "partners added", "products added", "products added",
        "attributes added", "packages added", "needs added", "objections added",
        "conditions added", "benefits added",
    ]  # fmt: skip
    made = product("PET-INS")
    assert (made.family.name, made.partner.name, made.tier) == ("Ζώα", "สัตวแพทย์", "premium")
    assert (made.price_minor, made.price_period, made.is_insurance) == (2450, "year", True)
    assert (made.valid_from, made.min_age) == (date(2026, 4, 1), 18)
    assert made.link == "https://vet.example/leaflet"
    assert product("PET-GLD").row_inherits_from == made
    assert [str(inside) for inside in made.packages.all()] == ["PET-GLD > PET-INS"]
    walks = PartnerBenefit.objects.get(code="WALKS")
    assert (walks.partner.code, walks.valid_until) == ("VET", date(2026, 5, 1))
    assert sorted(main.code for main in walks.mains.all()) == ["ACC-BAS", "PET-INS"]
    need = Need.objects.get(code="PET")
    assert ({p.code for p in need.mains.all()}, need.is_active) == ({"PET-INS", "ACC-BAS"}, True)
    assert [str(found) for found in made.attributes.all()] == ["kind=cat"]
    assert [str(found) for found in product("PET-GLD").conditions.all()] == [
        "PET-GLD, Makes sense now: Products held is one of ACC-BAS, PET-INS"
    ]
    again = look(content)
    assert (again.count, again.troubles) == (0, ())
    logged = LogEntry.objects.filter(user=person("owner"))
    assert logged.count() == 10
    of_product = logged.filter(content_type__model="product", object_id=str(made.pk))
    assert [entry.get_change_message() for entry in of_product.order_by("pk")] == [
        "Added.", "Added attribute “kind=cat”.", "Added objection “Too dear”.",
    ]  # fmt: skip


def test_rows_may_trade_what_only_one_can_have(shelf, person) -> None:
    first, second = Product.objects.filter(desk_order__isnull=False).order_by("desk_order")[:2]
    tiles = first.desk_order, second.desk_order
    content = with_cells(
        CATALOGUE,
        Products={
            first.code: {"desk_order": tiles[1], "name": "First"},
            second.code: {"desk_order": tiles[0]},
            "CRD-CLA": {"price_minor": "7,50", "price_text": "7.50 a year"},
        },
    )

    plan = take(content, person("owner"))

    assert (product(first.code).desk_order, product(second.code).desk_order) == tiles[::-1]
    assert {change.name: change.fields for change in plan.changes}[first.code] == (
        "name",
        "desk_order",
    )
    entry = LogEntry.objects.get(object_id=str(first.pk), content_type__model="product")
    assert entry.get_change_message() == "Changed Name and Tile."


def test_row_that_is_left_out_stays_and_one_that_is_marked_goes(shelf, person) -> None:
    tied = Family.objects.filter(products__isnull=False).order_by("order").first()
    Family.objects.create(code="EMPTY", name="Nothing in it")

    def edit(book) -> None:
        del book["Objections"], book["Needs"]
        book["Products"].delete_rows(3, 5)
        writing(
            Families={"EMPTY": {"remove": "remove"}},
            Attributes={"CRD-DEB brand": {"remove": "remove"}},
            Packages={"ACC-PRM CRD-DEB": {"remove": "remove"}},
        )(book)

    counts = Product.objects.count(), Objection.objects.count(), Need.objects.count()
    plan = take(edited(exported(CATALOGUE), edit), person("owner"))

    assert [change.name for change in plan.changes] == [
        "EMPTY", "CRD-DEB brand", "ACC-PRM CRD-DEB",
    ]  # fmt: skip
    assert plan.notes == ("Not in this file, so left as it is: Needs, Objections.",)
    assert not Family.objects.filter(code="EMPTY").exists()
    assert (Product.objects.count(), Objection.objects.count(), Need.objects.count()) == counts
    entry = LogEntry.objects.get(
        change_message__contains="deleted", user=person("owner"), object_repr__contains="CRD-DEB"
    )
    assert entry.get_change_message() == "Deleted attribute “brand==1+1”."
    refused = look(with_cells(CATALOGUE, Families={tied.code: {"remove": "remove"}}))
    assert [(t.where, t.words[:46]) for t in refused.troubles] == [
        ("Families!A3", "This cannot be removed: others name it (Produc")
    ]


def test_family_goes_when_its_products_move_in_the_same_file(shelf, person) -> None:
    old = Family.objects.create(code="OLD", name="Old")
    Product.objects.filter(code="CRD-DEB").update(family=old)
    content = with_cells(
        CATALOGUE,
        Families={"OLD": {"remove": "remove"}},
        Products={"CRD-DEB": {"family": product("ACC-BAS").family.code}},
    )

    plan = take(content, person("owner"))

    assert [change.kind.value for change in plan.changes] == ["removed", "changed"]
    assert not Family.objects.filter(code="OLD").exists()


def test_what_somebody_else_changed_meanwhile_stays_or_stops(shelf, person) -> None:
    content = with_cells(CATALOGUE, Products={"ACC-BAS": {"name": "Ours"}})
    Product.objects.filter(code="CRD-DEB").update(name="A colleague's")

    plan = look(content)

    assert [change.name for change in plan.changes] == ["ACC-BAS"]
    assert plan.notes == (
        "Products: 1 row was changed by somebody since this file was made; it stays so.",
    )
    Product.objects.filter(code="ACC-BAS").update(name="A colleague's too")
    with pytest.raises(CannotTakeOver) as found:
        take(content, person("owner"))
    assert [t.words[:33] for t in found.value.plan.troubles] == [
        "Somebody changed ACC-BAS since th"
    ]
    assert product("ACC-BAS").name == "A colleague's too"


def test_what_is_confirmed_is_what_was_shown(shelf, person) -> None:
    content = with_cells(CATALOGUE, Products={"ACC-BAS": {"name": "Ours"}})
    seen = look(content).digest
    Family.objects.create(code="ZZZ", name="Meanwhile")
    before = state(CATALOGUE)

    with pytest.raises(Moved):
        table_books.take_over(CATALOGUE, content=content, seen=seen, at=NOW, by=person("owner"))

    assert state(CATALOGUE) == before


def test_file_from_before_a_column_was_added_still_compares(shelf, person) -> None:
    """Without its column a field stays what it is, and the row's mark still fits."""
    Product.objects.filter(code="ACC-BAS").update(max_age=None, suits="Everybody")

    def edit(book) -> None:
        sheet = book["Products"]
        for key in ("max_age", "suits"):
            heads = [cell.value for cell in sheet[1]]
            sheet.delete_cols(heads.index(key) + 1)
        writing(Products={"ACC-BAS": {"name": "Renamed"}})(book)

    plan = take(edited(exported(CATALOGUE), edit), person("owner"))

    assert [change.fields for change in plan.changes] == [("name",)]
    assert (product("ACC-BAS").name, product("ACC-BAS").suits) == ("Renamed", "Everybody")


def test_drop_downs_name_what_may_stand_there(shelf) -> None:
    found = {}

    def looked(book) -> None:
        sheet = book["Products"]
        heads = {cell.column_letter: cell.value for cell in sheet[1]}
        for check in sheet.data_validations.dataValidation:
            key = heads[str(check.sqref).split("3:")[0]]
            title, area = check.formula1.rsplit("!", 1)
            cells = book[title.strip("'")][area.replace("$", "")]
            found[key] = [cell[0].value for cell in cells if cell[0].value]

    edited(exported(CATALOGUE), looked)

    assert found["family"] == [family.code for family in Family.objects.order_by("order", "code")]
    assert found["row_inherits_from"] == [row.code for row in Product.objects.all()]
    assert found["tier"] == ["Basic", "Middle", "Premium"]
    assert found["is_main"] == ["yes", "no"]
    assert "remove" not in found


def test_file_with_a_row_before_its_parent_needs_no_order(shelf, person) -> None:
    """A product may become a main product and a parent in the same file, whatever comes first."""
    content = with_cells(
        CATALOGUE,
        Products={
            "ACC-BAS": {"row_inherits_from": "SAV-CHI"},
            "SAV-CHI": {"is_main": "yes", "purpose_question": "For whom?"},
        },
    )

    take(content, person("owner"))

    assert product("ACC-BAS").row_inherits_from.code == "SAV-CHI"
