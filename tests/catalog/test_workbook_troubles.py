"""Catalogues with something wrong in them: a sentence that names the cell, and nothing written."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from crossbank.catalog.book import CATALOGUE
from crossbank.catalog.models import Partner
from crossbank.org import table_books
from crossbank.org.uploads import CannotTakeOver
from crossbank.web.workbooks import Refused
from tests.matrix.workbooks import edited
from tests.tables import NOW, exported, state, writing

pytestmark = pytest.mark.django_db


def cell(sheet: str, name: object, /, **cells: object):
    return writing(**{sheet: {name: cells}})


# what somebody wrote -> where, the words that must stand there
TROUBLES = {
    "formula": (cell("Products", "CRD-DEB", name="=A1"), "Products!B", "holds a formula"),
    "text like one": (cell("Products", "CRD-DEB", name="=x"), "Products!B", "starts with “=”"),
    "merged": (lambda b: b["Needs"].merge_cells("A90:B91"), "Needs!A90:B91", "merged"),
    "unknown family": (cell("Products", "CRD-DEB", family="NO"), "Products!C", "There is no family with the code “NO”"),
    "code in small letters": (cell("Products", "CRD-DEB", row_inherits_from="acc-bas"), "Products!H", "Write ACC-BAS, as text."),
    "no choice": (cell("Products", "CRD-DEB", tier="Best"), "Products!D", "“Best” is not one of: Basic, Middle, Premium"),
    "neither": (cell("Products", "CRD-DEB", is_credit="perhaps"), "Products!P", "“perhaps” is neither yes nor no"),
    "price": (cell("Products", "CRD-DEB", price_minor="lots"), "Products!M", "an amount like 24.00"),
    "price below zero": (cell("Products", "CRD-DEB", price_minor=-1), "Products!M", "an amount like 24.00"),
    "tile": (cell("Products", "ACC-BAS", desk_order=12), "Products!G", "a digit from 1 to 9"),
    "tile taken": (cell("Products", "ACC-BAS", desk_order=2), "Products!G", "already exists"),
    "day": (cell("Products", "CRD-DEB", valid_until="soon"), "Products!AF", "valid date"),
    "retired before": (cell("Products", "CRD-DEB", valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1)), "Products!A", "retired after it was first sold"),
    "partner missing": (cell("Products", "CRD-DEB", provider="A partner"), "Products!A", "names its partner"),
    "link": (cell("Products", "CRD-DEB", link="javascript:alert(1)"), "Products!AD", "valid URL"),
    "insurance": (cell("Products", "CRD-DEB", is_insurance="yes", disclosure=None), "Products!S", "Insurance needs"),
    "control sign": (cell("Families", 3, name="a\u202eb"), "Families!B3", "U+202E"),
    "name is a number": (cell("Families", 3, name=12), "Families!B3", "a number or a day"),
    "code": (cell("Families", 90, code="new one", name="x"), "Families!A90", "capital letters"),
    "twice": (cell("Families", 90, code="LOANS", name="x"), "Families!A90", "stands here twice"),
    "circle with what stands": (cell("Products", "ACC-BAS", row_inherits_from="ACC-PLS"), "Products!H", "in a circle"),
    "circle in the file": (
        writing(Products={"ACC-BAS": {"row_inherits_from": "LON-CSH"}, "LON-CSH": {"row_inherits_from": "ACC-BAS"}}),
        "Products!H", "name each other in a circle"),
    "in itself": (cell("Packages", 90, package="ACC-PRM", part="ACC-PRM"), "Packages!B90", "does not contain itself"),
    "package by a detour": (
        writing(Packages={90: {"package": "CRD-DEB", "part": "ACC-BAS"}, 91: {"package": "ACC-BAS", "part": "ACC-PRM"}}),
        "Packages!B9", "already contains the package"),
    "attribute name": (cell("Attributes", 90, product="CRD-DEB", key="a=b", value="x"), "Attributes!B90", "without “=”"),
    "need's side": (cell("Needs", 3, mains="DIG-APP"), "Needs!G3", "DIG-APP is not one of"),
    "need's code": (cell("Needs", 3, crosses="DIG-APP, NO"), "Needs!H3", "There is no product with the code “NO”"),
    "number of nothing": (cell("Objections", 90, no=99999, product="CRD-DEB", objection="x", answer="y"), "Objections!A90", "no row with this number"),
    "order": (cell("Objections", 3, order=1.5), "Objections!F3", "whole number"),
    "objection to nothing": (cell("Objections", 300, objection="x", answer="y"), "Objections!", "Name the product, the need, or both"),
    "condition on nothing": (cell("Conditions", 90, product="CRD-DEB", layer="May have it", attribute="Branch", values="B99", message="x"), "Conditions!F90", "There is no branch B99."),
    "condition of an age": (cell("Conditions", 3, values="18-30"), "Conditions!F3", "“18-30” is not known here"),
    "condition twice": (cell("Conditions", 90, product="CRD-CLA", layer="May have it", attribute="Age", operator="is none of", values="14-17 0-13", message="x"), "Conditions!", "has this condition already"),
    "bundle of one": (cell("Bundles", 90, code="ONE", name="One", parts="DIG-APP", price_text="1.00", price_minor="1.00", price_period="A month"), "Bundles!C90", "two products or more"),
    "bundle of a main": (cell("Bundles", 90, code="ONE", name="One", parts="DIG-APP, LON-CAR", price_text="1.00", price_minor="1.00", price_period="A month"), "Bundles!C90", "LON-CAR"),
    "foreign sheet": (lambda b: b.create_sheet("Notes"), "sheet “Notes”", "does not belong here"),
    "column": (lambda b: b["Needs"].cell(1, 12, "odd"), "Needs!L1", "no column “odd”"),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_names_the_cell_and_nothing_is_written(shelf, person, name) -> None:
    edit, where, words = TROUBLES[name]

    def both(book) -> None:
        writing(Partners={90: {"code": "FINE", "name": "Nothing wrong here"}})(book)
        edit(book)

    content, before = edited(exported(CATALOGUE), both), state(CATALOGUE)

    with pytest.raises(CannotTakeOver) as found:
        table_books.take_over(CATALOGUE, content=content, at=NOW, by=person("owner"))

    told = [(trouble.where, trouble.words) for trouble in found.value.plan.troubles]
    assert any(at.startswith(where) and words in said for at, said in told), told
    assert len(told) == 1 or "circle" in name or "Insurance" in words, told
    assert state(CATALOGUE) == before
    assert not Partner.objects.filter(code="FINE").exists()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: b.remove(b["_crossbank"]), "This is not the workbook “Crossbank catalogue”"),
        (lambda b: b["_crossbank"].__setitem__("F3", "0" * 12), "were changed"),
        (lambda b: b["Products"].cell(3, 50, "x"), "Products!AX3 lies outside"),
        (lambda b: b["Products"].__setattr__("sheet_state", "hidden"), "“Products” is hidden"),
        (lambda b: [b.create_sheet(f"S{n}") for n in range(9)], "sheets, at most 16"),
    ],
)
def test_file_that_is_not_this_catalogue_is_refused_at_once(shelf, edit, words) -> None:
    with pytest.raises(Refused, match=words):
        table_books.look(CATALOGUE, edited(exported(CATALOGUE), edit))
