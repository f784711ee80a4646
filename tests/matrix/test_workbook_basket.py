"""Basket rules in the matrix's workbook: out and in again beside pairs and pairing rules."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from crossbank.conduct.models import AuditEntry
from crossbank.matrix import book_changes, books, imports
from crossbank.matrix.models import BasketRule
from crossbank.org.uploads import CannotTakeOver
from tests.matrix.workbooks import NOW, column, edited, exported
from tests.tables import line, writing

pytestmark = pytest.mark.django_db
SHEET = "Basket rules"


def rule(code: str) -> BasketRule:
    return BasketRule.objects.get(code=code)


def sides(code: str) -> tuple[list[str], list[str]]:
    both = rule(code).subjects, rule(code).others
    return tuple([product.code for product in side.order_by("code")] for side in both)


def old(book) -> None:
    """A workbook as it was before basket rules had a sheet."""
    del book[SHEET]
    state = book["_crossbank"]
    marks = []
    for row in state.iter_rows():
        if row[0].value == "sheet basket":
            row[0].value = row[1].value = None
        if row[8].value == "basket":
            row[8].value = row[9].value = row[10].value = None
        elif row[8].value:
            marks.append(((row[8].value, row[9].value), row[10].value))
    grid = book["_marks"]
    heads = [cell.value for cell in grid[1]]
    for row in grid.iter_rows(min_row=2):
        for head, cell in zip(heads, row, strict=True):
            if head and cell.value:
                marks.append(((row[0].value, head), cell.value))
    state["B3"] = books.sealed(state["B2"].value, dict(marks))


@pytest.mark.parametrize("language", ["en", "el", "th", "zh-hans", "ru"])
def test_basket_rules_come_back_without_a_difference(bank, language) -> None:
    BasketRule.objects.filter(code="BR-GOLD").update(message="=Χρυσή ทอง", is_active=False)

    with translation.override(language):
        content = edited(exported(), lambda book: None)

    plan = imports.look(content)
    assert (plan.count, plan.troubles, plan.notes) == (0, (), ())


def test_added_changed_and_removed_are_taken_over_exactly(bank, person) -> None:
    before = {row.code: (row.message, sides(row.code)) for row in BasketRule.objects.all()}
    edit = writing(
        **{
            SHEET: {
                "BR-GOLD": {"message": "Χρυσή", "is_active": "no"},
                "BR-SUPPLEMENTARY": {"remove": "remove"},
                60: {
                    "code": "BR-NEW", "kind": "at most  ONE of",
                    "subjects": "DIG-APP, DIG-ALR; DIG-APP", "message": "One of them",
                },
            }
        }
    )  # fmt: skip
    content = edited(exported(), edit)

    plan = imports.take_over(content=content, at=NOW, by=person("owner"))

    assert [(c.table, c.name, c.kind.value) for c in plan.rules] == [
        ("basket", "BR-GOLD", "changed"),
        ("basket", "BR-SUPPLEMENTARY", "removed"),
        ("basket", "BR-NEW", "added"),
    ]
    made = rule("BR-NEW")
    assert (made.kind, made.message, made.is_active) == ("at_most_one", "One of them", True)
    assert sides("BR-NEW") == (["DIG-ALR", "DIG-APP"], [])
    gold = rule("BR-GOLD")
    assert (gold.message, gold.is_active, sides("BR-GOLD")) == (
        "Χρυσή",
        False,
        before["BR-GOLD"][1],
    )
    assert not BasketRule.objects.filter(code="BR-SUPPLEMENTARY").exists()
    assert imports.look(content).troubles == ()
    entry = LogEntry.objects.get(object_id=str(gold.pk), content_type__model="basketrule")
    assert entry.get_change_message() == "Changed Message and In use."
    assert AuditEntry.objects.get(action="matrix_imported").detail["rules"] == [
        "BR-GOLD", "BR-SUPPLEMENTARY", "BR-NEW",
    ]  # fmt: skip
    told = [text for text in book_changes.told(book_changes.groups(plan)) if "BR-GOLD" in text]
    assert told[0].startswith("Changed: Basket rule BR-GOLD (Basket rules!A")
    assert told[0].endswith("→ Χρυσή; In use: yes → no")


def test_workbook_of_before_says_nothing_of_basket_rules(bank, person) -> None:
    count = BasketRule.objects.count()
    content = edited(exported(), old)

    plan = imports.take_over(content=content, at=NOW, by=person("owner"))

    assert (plan.count, plan.troubles, BasketRule.objects.count()) == (0, (), count)
    assert plan.notes == ("Not in this file, so left as it is: Basket rules.",)


def test_basket_rule_that_both_changed_is_a_conflict(bank, person) -> None:
    content = edited(exported(), writing(**{SHEET: {"BR-GOLD": {"message": "Ours"}}}))
    BasketRule.objects.filter(code="BR-GOLD").update(message="A colleague's")
    seen = books.read().digest

    with pytest.raises(CannotTakeOver) as found:
        imports.take_over(content=content, at=NOW, by=person("owner"))

    assert [t.words[:23] for t in found.value.plan.troubles] == ["Somebody changed BR-GOL"]
    assert books.read().digest == seen


def test_drop_downs_of_the_sheet_name_what_the_form_offers(bank) -> None:
    def looked(book) -> None:
        sheet = book[SHEET]
        offered = {}
        for check in sheet.data_validations.dataValidation:
            title, area = check.formula1.split("!")
            cells = book[title][area.replace("$", "")]
            offered[str(check.sqref).split("3")[0]] = [cell[0].value for cell in cells]
        letters = {
            key: sheet.cell(1, column(book, SHEET, key)).column_letter
            for key in ("kind", "is_active", "remove")
        }
        assert offered[letters["kind"]] == [str(label) for label in BasketRule.Kind.labels]
        assert offered[letters["is_active"]] == ["yes", "no"]
        assert offered[letters["remove"]] == ["remove"]
        assert line(book, SHEET, "BR-GOLD") > 2

    edited(exported(), looked)
