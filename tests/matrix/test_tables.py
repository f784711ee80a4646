"""The heat-map as values, from small editions written by hand."""

import pytest

from crossbank.engine.snapshot import compile_snapshot
from crossbank.engine.terms import NeedTerms, PairTerms, ProductTerms, Rating
from crossbank.matrix import tables
from crossbank.matrix.tables import Choice, FamilyHead

ORDER = {"CARDS": 1, "LOANS": 2}


def product(code, family="CARDS", **fields):
    name = fields.pop("name", f"The {code}")
    flags = {"is_main": True, "is_cross": True, **fields}
    return ProductTerms(code=code, name=name, family=family, family_name=family.title(), **flags)


def pair(main, cross, rating, **fields):
    return PairTerms(main=main, cross=cross, rating=Rating(rating), **fields)


def edition(products, pairs=(), needs=()):
    return compile_snapshot(products=products, pairs=pairs, needs=needs, rules=(), steps_up=())


SMALL = edition(
    [
        product("B", desk_order=2),
        product("A", "LOANS", desk_order=1),
        product("Z", is_cross=False, row_inherits_from="A"),
        product("C", "LOANS", is_main=False),
    ],
    [
        pair("A", "B", "strong", reason="fits", rank=1),
        pair("A", "C", "not_allowed", reason="too much debt", instead="save first", rank=2),
        pair("B", "A", "possible", reason="on request"),
        pair("Z", "B", "good", reason="own cell"),
    ],
    [NeedTerms(code="CAR", name="Car", mains=("A",), crosses=("C",))],
)


def shown(**choice):
    return tables.table(SMALL, family_order=ORDER, choice=Choice(**choice))


def ratings(table):
    return {row.code: [cell.rating for cell in row.cells] for row in table.rows}


def test_rows_follow_the_desk_and_columns_the_families():
    table = shown()

    assert [row.code for row in table.rows] == ["A", "B", "Z"]
    assert [column.code for column in table.columns] == ["B", "A", "C"]
    assert table.families == (FamilyHead(name="Cards", span=1), FamilyHead(name="Loans", span=2))
    assert [column.opens_family for column in table.columns] == [True, True, False]


def test_every_cell_says_its_rating_in_shape_and_words():
    table = shown()

    assert ratings(table) == {
        "A": ["strong", "", "not_allowed"],
        "B": ["", "possible", ""],
        "Z": ["good", "", "not_allowed"],
    }
    cell = table.rows[0].cells[2]
    assert (cell.sign, cell.label, cell.reason) == (
        "✕",
        "The C beside The A: Not allowed",
        "too much debt",
    )


def test_cells_of_an_inherited_row_are_marked_and_own_ones_are_not():
    row = shown().rows[2]

    assert (row.inherits_from, [cell.is_inherited for cell in row.cells]) == (
        "The A",
        [False, False, True],
    )


def test_a_product_beside_itself_is_marked():
    assert [[cell.is_same for cell in row.cells] for row in shown().rows] == [
        [False, True, False],
        [True, False, False],
        [False, False, False],
    ]


def test_totals_and_legend_count_what_is_shown():
    whole, chosen = shown(), shown(family="LOANS")

    assert [row.totals for row in whole.rows] == ["1 strong", "", "1 good"]
    assert [row.totals for row in chosen.rows] == ["", "", ""]
    assert [(line.rating, line.sign, line.count) for line in whole.legend] == [
        ("strong", "●", 1),
        ("good", "◐", 1),
        ("possible", "○", 1),
        ("not_allowed", "✕", 2),
    ]
    assert [line.count for line in chosen.legend] == [0, 0, 1, 2]
    assert [(table.shown, table.rated) for table in (whole, chosen)] == [(5, 5), (3, 5)]


def test_choosing_a_need_leaves_its_mains_and_crosses():
    assert ratings(shown(need="CAR")) == {"A": ["not_allowed"]}


def test_choosing_a_family_leaves_its_columns():
    assert ratings(shown(family="CARDS")) == {"A": ["strong"], "Z": ["good"]}


def test_choosing_a_family_of_mains_leaves_its_rows():
    assert ratings(shown(main_family="LOANS")) == {"A": ["strong", "not_allowed"]}


@pytest.mark.parametrize(
    ("provider", "columns"),
    [("bank", ["B", "A"]), ("partner", ["C", "D"]), ("PT-1", ["C"]), ("PT-2", ["D"])],
)
def test_choosing_a_provider_leaves_what_it_provides(provider, columns):
    partners = {"C": "PT-1", "D": "PT-2"}
    products = [product("A", "LOANS"), product("B")] + [
        product(code, "LOANS", is_main=False, provider="partner", partner=partner)
        for code, partner in partners.items()
    ]
    pairs = [pair("A", "B", "good"), pair("B", "A", "good")]
    pairs += [pair("A", code, "good") for code in partners]
    snapshot = edition(products, pairs)

    table = tables.table(snapshot, family_order=ORDER, choice=Choice(provider=provider))

    assert [column.code for column in table.columns] == columns


def test_choosing_a_rating_leaves_the_rows_that_have_it():
    table = shown(rating="not_allowed")

    assert ratings(table) == {"A": ["not_allowed"], "Z": ["not_allowed"]}
    assert [column.code for column in table.columns] == ["C"]


def test_a_choice_without_pairs_is_an_empty_table():
    table = shown(need="CAR", rating="strong")

    assert (table.rows, table.columns) == ((), ())


def test_families_that_are_in_no_order_come_last():
    table = tables.table(SMALL, family_order={"LOANS": 5})

    assert [column.code for column in table.columns] == ["A", "C", "B"]


def test_a_pair_in_words_names_where_it_came_from_and_its_reverse():
    own = tables.detail(SMALL, main="A", cross="B")
    inherited = tables.detail(SMALL, main="Z", cross="C")

    assert (own.rating_label, own.inherited_from, own.reverse_label) == ("Strong", "", "Ask first")
    assert (inherited.pair.instead, inherited.inherited_from) == ("save first", "The A")


def test_a_pair_without_rating_is_told_and_impossible_pairs_are_not():
    assert tables.detail(SMALL, main="B", cross="C").pair is None
    for main, cross in [("A", "A"), ("C", "A"), ("A", "Z"), ("A", "X"), ("X", "A"), ("", "A")]:
        assert tables.detail(SMALL, main=main, cross=cross) is None
