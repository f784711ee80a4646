"""Workbooks with something wrong in them: a sentence that names the cell, and nothing written."""

from datetime import date

import pytest

from crossbank.conduct.models import AuditEntry
from crossbank.matrix import imports
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.org.uploads import CannotTakeOver
from crossbank.web.workbooks import Refused
from tests.matrix.workbooks import NOW, column, edited, exported, place, state

pytestmark = pytest.mark.django_db


def in_rules(book, row: int, **cells: object) -> None:
    for key, value in cells.items():
        book["Rules"].cell(row, column(book, "Rules", key)).value = value


def in_better(book, row: int, **cells: object) -> None:
    for key, value in cells.items():
        book["Better products"].cell(row, column(book, "Better products", key)).value = value


def text(book, cell: str, value: str) -> None:
    sheet, address = cell.split("!")
    book[sheet][address] = value
    book[sheet][address].data_type = "s"


def in_basket(book, row: int, **cells: object) -> None:
    for key, value in cells.items():
        book["Basket rules"].cell(row, column(book, "Basket rules", key)).value = value


GOOD_BASKET = {
    "code": "BR-1",
    "kind": "Needs one of",
    "subjects": "CRD-SUP",
    "others": "CRD-CLA",
    "message": "x",
}
GOOD_RULE = {"code": "R-1", "rating": "Good", "reason": "Fits", "target_products": "DIG-APP"}
# what somebody did to the file -> where, the words that must stand there
TROUBLES = {
    "unknown main": (lambda b: text(b, "Grid!A3", "NO-SUCH"), "Grid!A3", "no product with the code “NO-SUCH”"),
    "unknown cross": (lambda b: text(b, "Grid!C1", "NO-SUCH"), "Grid!C1", "no product with the code"),
    "other letters": (lambda b: text(b, "Grid!A3", "acc-bas"), "Grid!A3", "Write ACC-BAS, as text."),
    "space inside": (lambda b: text(b, "Grid!A3", "ACC\u00a0-BAS"), "Grid!A3", "Write ACC-BAS, as text."),
    "number as code": (lambda b: b["Grid"].__setitem__("A3", 123), "Grid!A3", "no product with the code “123”"),
    "row twice": (lambda b: text(b, "Grid!A4", "ACC-BAS"), "Grid!A4", "ACC-BAS stands here twice; first in A3"),
    "column twice": (lambda b: text(b, "Say!D1", b["Say"]["C1"].value), "Say!D1", "twice; first in C1"),
    "code taken away": (lambda b: b["Grid"].__setitem__("G1", None), "Grid!G3", "without a code"),
    "formula": (lambda b: b["Grid"].__setitem__("G3", "=A1"), "Grid!G3", "holds a formula"),
    "formula as text": (lambda b: b["Say"].__setitem__("G3", "=1+1"), "Say!G3", "holds a formula"),
    "formula as code": (lambda b: b["Grid"].__setitem__("A3", "=A4"), "Grid!A3", "holds a formula"),
    "text like a formula": (lambda b: text(b, "Say!G3", "=1+1"), "Say!G3", "starts with “=”"),
    "error": (lambda b: b["Reason"].__setitem__("G3", "#N/A"), "Reason!G3", "shows the error #N/A"),
    "merged": (lambda b: b["Say"].merge_cells("C3:D4"), "Say!C3:D4", "merged"),
    "no rating": (lambda b: text(b, "Grid!G3", "Perhaps"), "Grid!G3", "Choose one of: Strong, Good, Ask first, Not allowed."),
    "number as rating": (lambda b: b["Grid"].__setitem__("G3", 1), "Grid!G3", "“1” is no rating"),
    "brackets over a value": (lambda b: text(b, "Grid!G3", "(Good)"), "Grid!G3", "brackets is not taken over"),
    "number as text": (lambda b: b["Say"].__setitem__("G3", 123), "Say!G3", "a number or a day"),
    "day as text": (lambda b: b["Say"].__setitem__("G3", date(2026, 1, 2)), "Say!G3", "a number or a day"),
    "yes as text": (lambda b: b["Say"].__setitem__("G3", True), "Say!G3", "a number or a day"),
    "too long": (lambda b: text(b, "Reason!G3", "x" * 121), "Reason!G3", "at most 120 characters"),
    "control sign": (lambda b: text(b, "Say!G3", "a\u202eb"), "Say!G3", "U+202E"),
    "reason emptied": (lambda b: b["Reason"].__setitem__("G3", None), "Reason!G3", "cannot be blank"),
    "text without rating": (lambda b: text(b, "Say!D3", "Hello"), "Say!D3", "Nothing is rated at this place"),
    "rank in words": (lambda b: text(b, "Rank!G3", "first"), "Rank!G3", "no whole number"),
    "rank below zero": (lambda b: b["Rank"].__setitem__("G3", -1), "Rank!G3", "no whole number"),
    "rank too large": (lambda b: b["Rank"].__setitem__("G3", 40000), "Rank!G3", "no whole number from 0 to 32767"),
    "rank with fraction": (lambda b: b["Rank"].__setitem__("G3", 1.5), "Rank!G3", "no whole number"),
    "kind unknown": (lambda b: text(b, "Kind!G3", "Odd"), "Kind!G3", "is not one of"),
    "not allowed, no way out": (
        lambda b: text(b, "Grid!G3", "Not allowed"), "Instead!G3", "Say what to do instead"),
    "with itself": (
        lambda b: [setattr(place(b, s, "SAV-INS", "SAV-INS"), "value", v) for s, v in (("Grid", "Good"), ("Reason", "x"))],
        "Grid!", "not paired with itself"),
    "licensed and strong": (
        lambda b: setattr(place(b, "Grid", "SAV-INS", "INV-FND"), "value", "Strong"), "Grid!", "never strong"),
    "foreign sheet": (lambda b: b.create_sheet("Notes"), "sheet “Notes”", "does not belong here"),
    "better unknown": (lambda b: in_better(b, 3, better="NO-SUCH"), "Better products!C3", "no product"),
    "better twice": (
        lambda b: in_better(b, 4, main=b["Better products"]["A3"].value, better=b["Better products"]["C3"].value),
        "Better products!A4", "stands here twice; first in Better products!A3"),
    "better is no main": (lambda b: in_better(b, 60, main="ACC-PLS", better="DIG-APP", reason="x"),
                          "Better products!C60", "is no main product"),
    "better and rated": (lambda b: in_better(b, 60, main="ACC-BAS", better="CRD-DEB", reason="x"),
                         "Better products!A60", "stands in Grid!G3 too"),
    "column without name": (lambda b: text(b, "Better products!P3", "x"), "Better products!P3", "no name"),
    "rule without code": (lambda b: in_rules(b, 3, **GOOD_RULE | {"code": None}), "Rules!A3", "required"),
    "rule code": (lambda b: in_rules(b, 3, **GOOD_RULE | {"code": "r 1"}), "Rules!A3", "capital letters"),
    "rule twice": (lambda b: [in_rules(b, row, **GOOD_RULE) for row in (3, 4)], "Rules!A4", "twice; first in Rules!A3"),
    "rule rating": (lambda b: in_rules(b, 3, **GOOD_RULE | {"rating": "Odd"}), "Rules!D3", "“Odd” is not one of: Strong"),
    "rule product": (lambda b: in_rules(b, 3, **GOOD_RULE, source_products="ACC-BAS, NO-SUCH"),
                     "Rules!N3", "no product with the code “NO-SUCH”"),
    "rule family": (lambda b: in_rules(b, 3, **GOOD_RULE, source_families="ODD"), "Rules!O3", "ODD is not one of"),
    "rule price": (lambda b: in_rules(b, 3, **GOOD_RULE, target_price_over_minor="lots"),
                   "Rules!AH3", "an amount like 24.00"),
    "rule attribute": (lambda b: in_rules(b, 3, **GOOD_RULE, target_attributes="brand"),
                       "Rules!AG3", "name=value"),
    "rule day": (lambda b: in_rules(b, 3, **GOOD_RULE, valid_from="soon"), "Rules!L3", "valid date"),
    "rule placeholder": (lambda b: in_rules(b, 3, **GOOD_RULE | {"reason": "For {customer}"}),
                         "Rules!H3", "“{customer}” means nothing"),
    "rule about everything": (lambda b: in_rules(b, 3, code="R-1", rating="Good", reason="x"),
                              "Rules!A3", "every pair"),
    "basket: at most one of one": (
        lambda b: in_basket(b, 60, **GOOD_BASKET | {"kind": "At most one of", "others": None}),
        "Basket rules!C60", "needs two products or more"),
    "basket: no other side": (
        lambda b: in_basket(b, 60, **GOOD_BASKET | {"others": None}), "Basket rules!D60", "Name the products"),
    "basket: both sides": (
        lambda b: in_basket(b, 60, **GOOD_BASKET | {"others": "CRD-SUP"}), "Basket rules!D60", "CRD-SUP stands on both"),
    "basket: kind": (lambda b: in_basket(b, 60, **GOOD_BASKET | {"kind": "Odd"}), "Basket rules!B60", "“Odd” is not one of: Needs one of"),
    "basket: product": (
        lambda b: in_basket(b, 60, **GOOD_BASKET | {"subjects": "crd-sup"}), "Basket rules!C60", "Write CRD-SUP, as text."),
    "basket: nothing said": (
        lambda b: in_basket(b, 60, **GOOD_BASKET | {"message": None}), "Basket rules!E60", "required"),
    "basket: formula": (lambda b: in_basket(b, 3, message="=A1"), "Basket rules!E3", "holds a formula"),
    "rule text a number": (lambda b: in_rules(b, 3, **GOOD_RULE | {"reason": 12}), "Rules!H3", "a number or a day"),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_names_the_cell_and_nothing_is_written(bank, person, name) -> None:
    edit, where, words = TROUBLES[name]
    content = edited(exported(), edit)
    before, rows = state(), Pairing.objects.count()

    with pytest.raises(CannotTakeOver) as found:
        imports.take_over(content=content, at=NOW, by=person("owner"))

    told = [(trouble.where, trouble.words) for trouble in found.value.plan.troubles]
    assert any(at.startswith(where) and words in said for at, said in told), told
    assert (state(), Pairing.objects.count(), PairingRule.objects.count()) == (before, rows, 0)
    assert not AuditEntry.objects.filter(action="matrix_imported").exists()


def test_one_slip_makes_one_trouble(bank) -> None:
    told = {
        name: [str(trouble) for trouble in imports.look(edited(exported(), edit)).troubles]
        for name, (edit, _where, _words) in TROUBLES.items()
        if name.startswith("basket")
        or name in {"formula", "unknown main", "row twice", "too long", "rule price", "no rating"}
    }

    assert {name: len(found) for name, found in told.items()} == dict.fromkeys(told, 1)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: b.remove(b["_crossbank"]), "its hidden sheet “_crossbank” is missing"),
        (lambda b: b.remove(b["_marks"]), "The hidden sheets of this workbook"),
        (lambda b: b.remove(b["Grid"]), "The sheet “Grid” is missing"),
        (lambda b: b["_crossbank"].__setitem__("B2", 7), "_crossbank!B2: this workbook was made from edition 7"),
        (lambda b: b["_crossbank"].__setitem__("B2", None), "_crossbank!B2: this workbook was made from edition"),
        (lambda b: b["_crossbank"].__setitem__("B1", "other"), "This is not the matrix’s workbook"),
        (lambda b: b["Grid"].cell(3, 10_000, "x"), "Grid!NTP3 lies outside"),
        (lambda b: b["Grid"].cell(6_000, 3, "x"), "Grid!C6000 lies outside"),
        (lambda b: b.create_sheet("Secret").__setattr__("sheet_state", "hidden"), "The sheet “Secret” is hidden."),
        (lambda b: [b.create_sheet(f"S{n}") for n in range(9)], "24 sheets, at most 16"),
    ],
)  # fmt: skip
def test_file_that_is_not_this_matrix_is_refused_at_once(bank, edit, words) -> None:
    before = state()

    with pytest.raises(Refused) as why:
        imports.look(edited(exported(), edit))

    assert words in str(why.value)
    assert state() == before
