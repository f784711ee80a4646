"""The matrix as a workbook: out and in again, what was changed in the file and what meanwhile."""

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from crossbank.catalog.models import Family, Product
from crossbank.conduct.models import AuditEntry
from crossbank.matrix import book_writer, books, imports
from crossbank.matrix.models import Edition, Pairing, PairingRule
from crossbank.org.uploads import CannotTakeOver, Moved
from crossbank.web.workbooks import Limits, Refused
from tests.matrix.workbooks import (
    NASTY,
    NOW,
    big_bank,
    column,
    edited,
    exported,
    place,
    state,
)

pytestmark = pytest.mark.django_db


def pair(main: str, cross: str) -> Pairing:
    return Pairing.objects.get(main__code=main, cross__code=cross)


@pytest.fixture
def rule(bank) -> PairingRule:
    made = PairingRule.objects.create(
        code="R-APP",
        rating="good",
        reason="{main} by phone, = always",
        source={"families": ["HOME", "LOANS"]},
        target={"flags": ["!is_credit"]},
        beside={"family": "other"},
    )
    made.target_products.add(pair("ACC-BAS", "DIG-APP").cross)
    paused = PairingRule.objects.create(
        code="R-PAUSED",
        is_active=False,
        relation="up_sell",
        reason="=Every field\nof a filter",
        source={"price_over_minor": 120050, "tiers": ["mid", "basic"], "needs": ["PAY"]},
        target={
            "attributes": ["colour=red", "brand=A, B"],
            "price_up_to_minor": 5,
            "partners": ["P1"],
            "providers": ["partner"],
            "charge_kinds": ["free", "rate"],
        },
        beside={"tier_steps": 0, "same_attributes": ["size", "brand"], "price_more_minor": 100},
        valid_from="2026-01-01",
        valid_until="2027-01-01",
    )
    paused.source_products.set([made.target_products.get(), pair("ACC-BAS", "CRD-DEB").cross])
    return made


def test_sample_matrix_comes_back_without_a_difference(bank, rule) -> None:
    plan = imports.look(exported())

    assert (plan.pairs, plan.rules, plan.troubles, plan.notes) == ((), (), (), ())


@pytest.mark.parametrize("language", ["el", "th", "zh-hans", "ru"])
def test_workbook_of_another_language_comes_back_too(bank, rule, language) -> None:
    with translation.override(language):
        content = exported()
        back = edited(content, lambda book: None)

    plan = imports.look(back)

    assert (plan.count, plan.troubles, plan.notes) == (0, (), ())


def test_two_hundred_by_two_hundred_comes_back(db) -> None:
    """And two of five pairs say all that there is room for."""
    big_bank(size=200, wordy=2)

    content = exported()

    plan = imports.look(content)
    assert (plan.count, plan.troubles, plan.notes) == (0, (), ())
    assert Pairing.objects.count() == 40_000
    assert len(content) > Limits().size  # more than any other workbook may have


def test_ten_thousand_changes_are_written_at_once(db, django_user_model, monkeypatch) -> None:
    big_bank(size=100)
    owner = django_user_model.objects.create_user("keeper", role="owner")
    now = books.read()
    marks = now.marks()
    wanted = {name: said._replace(rank=said.rank + 1) for name, said in now.said.items()}
    monkeypatch.setattr(books.Stand, "marks", lambda stand: marks)
    content = book_writer.workbook(replace(now, said=wanted), at=NOW)
    monkeypatch.undo()

    plan = imports.take_over(content=content, at=NOW, by=owner)

    assert plan.count == 10_000
    assert books.read().said == wanted
    assert LogEntry.objects.filter(user=owner).count() == 10_000
    assert set(Pairing.objects.values_list("origin", flat=True)) == {"import"}


def test_nasty_texts_stay_what_they_are(bank) -> None:
    rows = list(Pairing.objects.filter(relation="cross_sell")[: len(NASTY)])
    for row, words in zip(rows, NASTY, strict=True):
        row.reason = row.say = words
    Pairing.objects.bulk_update(rows, ["reason", "say"])

    plan = imports.look(edited(exported(), lambda book: None))

    assert (plan.count, plan.troubles) == (0, ())
    broken = pair("ACC-BAS", "CRD-DEB")
    Pairing.objects.filter(pk=broken.pk).update(say="Two\r\nlines, cafe\u0301 ")
    assert imports.look(exported()).count == 0


def test_every_kind_of_change_is_taken_over_exactly(bank, rule, person) -> None:
    def edit(book):
        place(book, "Grid", "ACC-BAS", "CRD-DEB").value = "good"
        place(book, "Say", "ACC-BAS", "DIG-APP").value = "  Γεια σου, cafe\u0301 ลอง "
        place(book, "Do not say", "ACC-BAS", "DIG-APP").value = None
        place(book, "Grid", "ACC-BAS", "DIG-ALR").value = None
        place(book, "Grid", "ACC-BAS", "LON-CSH").value = "Not Allowed"
        place(book, "Instead", "ACC-BAS", "LON-CSH").value = "An overdraft"
        place(book, "Reason", "ACC-BAS", "LON-CSH").value = "No purpose"
        place(book, "Rank", "ACC-BAS", "LON-CSH").value = 12
        place(book, "Kind", "ACC-BAS", "LON-CSH").value = "Wider range"
        better = book["Better products"]
        better.cell(3, column(book, "Better products", "reason")).value = "One step up"
        better.cell(4, column(book, "Better products", "remove")).value = "remove"
        rules = book["Rules"]
        rules.cell(3, column(book, "Rules", "priority")).value = 30
        for key, value in {"code": "R-NEW", "rating": "Ask first", "reason": "New"}.items():
            rules.cell(5, column(book, "Rules", key)).value = value
        rules.cell(5, column(book, "Rules", "target_products")).value = "DIG-APP, DIG-ALR"

    Pairing.objects.filter(main__code="ACC-BAS", cross__code="LON-CSH").delete()
    content = edited(exported(), edit)
    by_hand = {row.pk: row for row in Pairing.objects.all()}
    better = list(Pairing.objects.filter(relation="up_sell").order_by("main__code", "cross__code"))
    logged = LogEntry.objects.count()

    plan = imports.look(content)
    assert plan.troubles == ()
    done = imports.take_over(content=content, seen=plan.digest, at=NOW, by=person("owner"))

    assert done == plan
    assert {(c.name, c.kind.value) for c in plan.pairs} == {
        (("ACC-BAS", "CRD-DEB"), "changed"),
        (("ACC-BAS", "DIG-APP"), "changed"),
        (("ACC-BAS", "DIG-ALR"), "removed"),
        (("ACC-BAS", "LON-CSH"), "added"),
        ((better[0].main.code, better[0].cross.code), "changed"),
        ((better[1].main.code, better[1].cross.code), "removed"),
    }
    made = pair("ACC-BAS", "LON-CSH")
    assert (made.rating, made.instead, made.reason, made.rank, made.kind, made.origin) == (
        "not_allowed",
        "An overdraft",
        "No purpose",
        12,
        "wider_range",
        "import",
    )
    said = pair("ACC-BAS", "DIG-APP")
    assert (said.say, said.do_not_say) == ("Γεια σου, café ลอง", "")
    assert pair("ACC-BAS", "CRD-DEB").rating == "good"
    assert not Pairing.objects.filter(pk=better[1].pk).exists()
    untouched = [
        row
        for row in Pairing.objects.all()
        if row.origin == "manual"
        and vars(row) | {"_state": 0} != vars(by_hand[row.pk]) | {"_state": 0}
    ]
    assert untouched == []
    rule.refresh_from_db()
    assert (rule.priority, rule.source) == (30, {"families": ["HOME", "LOANS"]})
    new = PairingRule.objects.get(code="R-NEW")
    assert (new.rating, new.is_active, new.priority) == ("possible", True, 10)
    assert set(new.target_products.values_list("code", flat=True)) == {"DIG-APP", "DIG-ALR"}
    entry = AuditEntry.objects.get(action="matrix_imported")
    assert (
        entry.actor,
        entry.detail["added"],
        entry.detail["changed"],
        entry.detail["removed"],
    ) == (
        "owner",
        2,
        4,
        2,
    )
    assert LogEntry.objects.count() == logged + 8
    assert imports.look(content).count == 0  # the same file once more is nothing new
    again = imports.take_over(content=content, at=NOW, by=person("owner"))
    assert (again.count, AuditEntry.objects.filter(action="matrix_imported").count()) == (0, 1)


def test_rows_columns_and_sheets_that_are_missing_change_nothing(bank, rule) -> None:
    def edit(book):
        del book["Say"], book["Rules"]
        book["Grid"].delete_rows(3)
        book["Grid"].delete_cols(5, 3)
        book["Reason"].delete_rows(5, 4)
        book["Better products"].delete_rows(3)

    plan = imports.look(edited(exported(), edit))

    assert (plan.count, plan.troubles) == (0, ())
    assert plan.notes == ("Not in this file, so left as it is: Say, Rules.",)


def test_sorted_rows_still_mean_what_they_meant(bank) -> None:
    def edit(book):
        sheet = book["Grid"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        for number, row in enumerate(reversed(rows), start=3):
            for place_, value in enumerate(row, start=1):
                sheet.cell(number, place_).value = value

    assert imports.look(edited(exported(), edit)).count == 0


def test_cell_in_brackets_is_shown_and_never_taken_over(bank) -> None:
    heir = Pairing.objects.filter(main__code="ACC-PLS", rating__gt="").count()
    content = exported()

    def shown(book):
        cells = [cell.value for cell in book["Grid"][4][2:] if cell.value]
        assert book["Grid"]["A4"].value == "ACC-PLS"
        assert sum(value.startswith("(") for value in cells) > heir
        inherited = next(cell for cell in book["Grid"][4] if str(cell.value).startswith("(Str"))
        inherited.value = None

    emptied = imports.look(edited(content, shown))

    def changed(book):
        cell = next(cell for cell in book["Grid"][4] if str(cell.value).startswith("(Str"))
        cell.value = "(Good)"

    refused = imports.look(edited(content, changed))

    def by_hand(book):
        cell = next(cell for cell in book["Grid"][4] if str(cell.value).startswith("(Str"))
        cell.value = "Good"
        book["Reason"][cell.coordinate] = "Decided here"

    plan = imports.look(edited(content, by_hand))

    assert emptied.count == 0
    assert emptied.notes == (
        "1 cell in brackets was emptied; the rule or the inherited row stays.",
    )
    assert [trouble.words[:36] for trouble in refused.troubles] == [
        "What stands in brackets is not taken"
    ]
    assert [(change.name[0], change.kind.value) for change in plan.pairs] == [("ACC-PLS", "added")]


def test_what_somebody_else_changed_meanwhile_stays(bank) -> None:
    content = exported()
    Pairing.objects.filter(pk=pair("ACC-BAS", "CRD-DEB").pk).update(reason="A colleague's words")
    Pairing.objects.filter(pk=pair("ACC-BAS", "DIG-BIL").pk).delete()
    fresh = Product.objects.create(
        code="FRESH", name="Fresh", family=Family.objects.first(), is_cross=True
    )
    added = Pairing.objects.create(
        main=pair("ACC-BAS", "CRD-DEB").main, cross=fresh, rating="good", reason="New since"
    )

    def edit(book):
        place(book, "Rank", "ACC-BAS", "DIG-APP").value = 9

    plan = imports.look(edited(content, edit))

    assert [change.name for change in plan.pairs] == [("ACC-BAS", "DIG-APP")]
    assert plan.troubles == ()
    assert plan.notes == (
        "2 pairs were changed by somebody since this file was made; they stay so.",
    )
    assert Pairing.objects.filter(pk=added.pk).exists()


def test_cell_that_both_changed_is_a_conflict(bank, rule) -> None:
    content = exported()
    Pairing.objects.filter(pk=pair("ACC-BAS", "CRD-DEB").pk).update(reason="A colleague's words")
    PairingRule.objects.update(rank=7)

    def edit(book):
        place(book, "Grid", "ACC-BAS", "CRD-DEB").value = "Good"
        book["Rules"].cell(3, column(book, "Rules", "rank")).value = 8

    plan = imports.look(edited(content, edit))

    assert plan.count == 0
    where, words = plan.troubles[0].where, plan.troubles[0].words
    assert where.startswith("Grid!")
    assert "ACC-BAS → CRD-DEB" in words
    assert "Strong: A colleague's words" in words
    assert [trouble.where for trouble in plan.troubles[1:]] == ["Rules!A3"]


def test_what_is_confirmed_is_what_was_shown(bank, person) -> None:
    def edit(book):
        place(book, "Rank", "ACC-BAS", "DIG-APP").value = 9

    content = edited(exported(), edit)
    seen = imports.look(content).digest
    other = pair("ACC-BAS", "DIG-BIL")
    Pairing.objects.filter(pk=other.pk).update(rank=99)
    before = state()

    with pytest.raises(Moved) as moved:
        imports.take_over(content=content, seen=seen, at=NOW, by=person("owner"))

    assert state() == before
    assert [change.name for change in moved.value.plan.pairs] == [("ACC-BAS", "DIG-APP")]
    assert not AuditEntry.objects.filter(action="matrix_imported").exists()


def test_workbook_of_an_older_edition_is_refused(bank, person) -> None:
    from crossbank.matrix.services import publish_edition

    content = exported()
    Pairing.objects.filter(pk=pair("ACC-BAS", "CRD-DEB").pk).update(rank=50)
    publish_edition(at=NOW, by=person("owner"), approver=person("owner2"))

    with pytest.raises(Refused, match=r"_crossbank!B2: .* edition 1, and edition 2"):
        imports.look(content)


def test_trouble_in_one_row_writes_none_of_the_others(bank, person) -> None:
    def edit(book):
        grid = book["Grid"]
        for number in range(3, grid.max_row):
            place(book, "Rank", grid.cell(number, 1).value, "DIG-BIL").value = 40
        place(book, "Grid", grid.cell(grid.max_row, 1).value, "DIG-APP").value = "Perhaps"

    for main in Pairing.objects.values_list("main", flat=True).distinct():
        Pairing.objects.update_or_create(
            main_id=main,
            cross=pair("ACC-BAS", "DIG-BIL").cross,
            defaults={"rating": "good", "reason": "Everybody"},
        )
    content = edited(exported(), edit)
    before, rows = state(), Pairing.objects.count()

    with pytest.raises(CannotTakeOver) as found:
        imports.take_over(content=content, at=NOW, by=person("owner"))

    assert len(found.value.plan.pairs) > 5
    assert [t.words[:22] for t in found.value.plan.troubles] == ["“Perhaps” is no rating"]
    assert (state(), Pairing.objects.count(), Edition.objects.count()) == (before, rows, 1)


def test_failing_trail_takes_everything_back(bank, person, monkeypatch) -> None:
    def edit(book):
        place(book, "Rank", "ACC-BAS", "DIG-APP").value = 9

    def broken(**kwargs: object) -> None:
        raise RuntimeError("no trail")

    content, before = edited(exported(), edit), state()
    monkeypatch.setattr("crossbank.matrix.imports.conduct.record", broken)

    with pytest.raises(RuntimeError, match="no trail"):
        imports.take_over(content=content, at=NOW, by=person("owner"))

    assert state() == before
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("part", ["_marks", "_crossbank"])
def test_hidden_sheets_that_somebody_changed_are_refused(bank, part) -> None:
    def edit(book):
        book[part].cell(3, 3 if part == "_marks" else 2).value = "0" * 12

    with pytest.raises(Refused, match=r"hidden sheets .*_crossbank, _marks"):
        imports.look(edited(exported(), edit))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_never_both_write_what_one_saw(bank, person) -> None:
    """Both looked at the same matrix; whoever is second must look again, in every round."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection

    owner = person("owner")
    for round_ in range(5):
        contents = []
        for cross in ("DIG-APP", "CRD-DEB"):

            def edit(book, cross=cross, rank=20 + round_):
                place(book, "Rank", "ACC-BAS", cross).value = rank

            contents.append(edited(exported(), edit))
        seen = [imports.look(content).digest for content in contents]
        start = Barrier(2)

        def take(number, contents=contents, seen=seen, start=start) -> str:
            start.wait()
            try:
                imports.take_over(content=contents[number], seen=seen[number], at=NOW, by=owner)
            except Moved:
                return "moved"
            finally:
                connection.close()
            return "written"

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(take, range(2)))

        assert answers == ["moved", "written"]
        ranks = [pair("ACC-BAS", cross).rank for cross in ("DIG-APP", "CRD-DEB")]
        assert ranks.count(20 + round_) == 1
    assert AuditEntry.objects.filter(action="matrix_imported").count() == 5
