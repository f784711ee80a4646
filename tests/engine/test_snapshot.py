"""An edition: one order, inherited rows written out, one text, one digest, a readable difference."""

import json
import random
from dataclasses import replace

import pytest

from crossbank.engine.snapshot import (
    Change,
    ChangeKind,
    canonical,
    compile_snapshot,
    diff,
    digest,
    from_json,
    to_json,
)
from crossbank.engine.terms import (
    BasketRule,
    ChargeKind,
    NeedTerms,
    Rating,
    RuleKind,
    Snapshot,
    StepUp,
)
from tests.engine.bank import EDITION, INPUTS, need, pair, product


def compiled(**parts) -> Snapshot:
    names = ("products", "pairs", "needs", "rules", "steps_up")
    return compile_snapshot(**{name: parts.get(name, ()) for name in names})


def cells(snapshot: Snapshot, main: str) -> list[tuple[str, str, str]]:
    row = snapshot.rows.get(main, {}).values()
    return [(p.cross, p.rating.value, p.inherited_from) for p in row]


def test_compile_sample_bank_has_its_195_pairs():
    ratings = [p.rating for p in EDITION.pairs]

    counted = {rating: ratings.count(rating) for rating in Rating}

    assert len(EDITION.products) == 32
    assert sum(counted.values()) == 167 + 15 + 13
    own = [p.rating for p in EDITION.pairs if p.main not in ("ACC-PLS", "CRD-GLD")]
    assert [own.count(rating) for rating in Rating] == [31, 58, 38, 40]


def test_compile_puts_everything_in_the_written_order():
    a, b, c = product("A"), product("B"), product("C")
    edition = compiled(
        products=iter([c, a, b]),
        pairs=iter(
            [pair("B", "A"), pair("A", "C", rank=1), pair("A", "B", rank=1), pair("A", "D")]
        ),
        needs=[need("X", 2, "B A", "C"), need("Z", 1, "", ""), need("Y", 1, "", "")],
        rules=[
            BasketRule(code=code, kind=RuleKind.WARN, subjects=("B", "A", "B")) for code in "QP"
        ],
        steps_up=[StepUp(main="B", better="A"), StepUp(main="A", better="B", rank=1)],
    )

    assert [p.code for p in edition.products] == ["A", "B", "C"]
    named = [(p.main, p.cross) for p in edition.pairs]
    assert named == [("A", "D"), ("A", "B"), ("A", "C"), ("B", "A")]
    assert [n.code for n in edition.needs] == ["Y", "Z", "X"]
    assert [(r.code, r.subjects) for r in edition.rules] == [("P", ("A", "B")), ("Q", ("A", "B"))]
    assert [(s.main, s.better) for s in edition.steps_up] == [("A", "B"), ("B", "A")]


def test_compile_inherited_row_gives_way_to_own_cells():
    plus = EDITION.rows["ACC-PLS"]

    assert set(plus) == set(EDITION.rows["ACC-BAS"])
    assert [p.cross for p in plus.values() if not p.inherited_from] == [
        *("DIG-ALR", "INS-CRD", "INS-TRV")
    ]
    assert plus["INS-TRV"].rating is Rating.NOT_ALLOWED
    assert plus["CRD-DEB"] == replace(
        EDITION.rows["ACC-BAS"]["CRD-DEB"], main="ACC-PLS", inherited_from="ACC-BAS"
    )


def test_compile_inherits_through_a_chain_without_the_row_s_own_product():
    edition = compiled(
        products=[
            product("A"),
            product("B", row_inherits_from="A"),
            product("C", row_inherits_from="B"),
            product("X"),
        ],
        pairs=[
            *(pair("A", cross, rank=n) for n, cross in enumerate("BCXY")),
            pair("B", "Y", Rating.POSSIBLE),
        ],
    )

    assert cells(edition, "A") == [(cross, "good", "") for cross in "BCXY"]
    assert cells(edition, "B") == [("Y", "possible", ""), ("C", "good", "A"), ("X", "good", "A")]
    # what B has, as B has it; B itself never had a cell to B
    assert cells(edition, "C") == [("Y", "possible", "B"), ("X", "good", "B")]
    assert edition.product["C"].row_inherits_from == "B"


def test_compile_only_a_main_inherits_and_only_from_a_known_product():
    edition = compiled(
        products=[
            product("A"),
            product("B", is_main=False, row_inherits_from="A"),
            product("C", row_inherits_from="GONE"),
        ],
        pairs=[pair("A", "X"), pair("C", "X")],
    )

    assert cells(edition, "B") == []
    assert cells(edition, "C") == [("X", "good", "")]


def test_compile_circle_of_inheritance_ends():
    edition = compiled(
        products=[product("A", row_inherits_from="B"), product("B", row_inherits_from="A")],
        pairs=[pair("A", "X"), pair("B", "Y")],
    )

    assert cells(edition, "A") == [("X", "good", ""), ("Y", "good", "B")]
    assert cells(edition, "B") == [("X", "good", "A"), ("Y", "good", "")]


def test_compile_of_two_entries_with_one_name_keeps_the_more_careful_rating():
    doubled = [
        pair("A", "X", rating) for rating in (Rating.STRONG, Rating.NOT_ALLOWED, Rating.GOOD)
    ]
    for order in (doubled, doubled[::-1]):
        edition = compiled(products=[product("A"), product("A", name="Z")], pairs=order)

        assert cells(edition, "A") == [("X", "not_allowed", "")]
        assert [p.name for p in edition.products] == ["A"]


def test_compile_drops_a_pair_to_itself():
    assert compiled(products=[product("A")], pairs=[pair("A", "A")]).pairs == ()


def test_compile_again_changes_nothing_and_derives_inherited_cells_anew():
    parts = {name: getattr(EDITION, name) for name in INPUTS}
    stronger = [
        replace(p, rating=Rating.POSSIBLE) if (p.main, p.cross) == ("ACC-BAS", "CRD-DEB") else p
        for p in EDITION.pairs
    ]

    assert compile_snapshot(**parts) == EDITION
    edited = compile_snapshot(**(parts | {"pairs": stronger}))
    assert edited.pair("ACC-PLS", "CRD-DEB").rating is Rating.POSSIBLE


def test_digest_is_one_whatever_the_order_of_the_input():
    shuffled = {name: random.Random(7).sample(part, len(part)) for name, part in INPUTS.items()}

    assert digest(compile_snapshot(**shuffled)) == digest(EDITION)


def test_digest_tells_every_change_apart():
    changes = [
        *({}, {"rating": Rating.GOOD}, {"rank": 1}, {"kind": "same_profile"}, {"say": "x"}),
        *({"reason": "é"}, {"reason": "e\u0301"}),  # looks the same: told apart by code point
    ]
    first = pair("A", "X", Rating.STRONG)

    digests = {digest(compiled(pairs=[replace(first, **change)])) for change in changes}

    assert len(digests) == len(changes)


def test_digest_is_sha256_of_the_canonical_text():
    empty = (
        '{"benefits":[],"bundles":[],"needs":[],"pairs":[],"products":[],"rules":[],"seasons":[],'
        '"steps_up":[]}'
    )

    assert canonical(Snapshot()) == empty
    # printf %s '…' | sha256sum
    assert digest(Snapshot()) == "580dbc1a7cb5e1f7c93f2d7e3f9b97c76001fb07e924fa206ba070a2d4b79df8"


def test_digest_of_broken_text_is_still_a_digest():
    assert len(digest(compiled(pairs=[pair("A", "X", say="\ud800")]))) == 64


def test_canonical_text_is_readable_sorted_and_tight():
    text = canonical(compiled(rules=[BasketRule(code="Ω", kind=RuleKind.WARN, subjects=("ไ",))]))

    assert text == (
        '{"benefits":[],"bundles":[],"needs":[],"pairs":[],"products":[],"rules":[{"code":"Ω","kind":"warn",'
        '"message":"","objects":[],"subjects":["ไ"]}],"seasons":[],"steps_up":[]}'
    )


def test_json_round_trip_is_identity_with_exact_types():
    back = from_json(json.loads(json.dumps(to_json(EDITION))))

    assert back == EDITION
    assert from_json(canonical(EDITION)) == EDITION
    first = back.product["CRD-CLA"]
    assert type(first.charge_kind) is ChargeKind
    assert type(back.pairs[0].rating) is Rating
    assert type(back.rules[0].subjects) is tuple
    assert first.price_minor is None
    assert first.is_credit is True
    assert hash(back.rules) == hash(EDITION.rules)


def test_from_json_fills_fields_that_an_older_text_did_not_know():
    assert from_json('{"needs":[{"code":"N","name":"Need"}]}').needs == (
        NeedTerms(code="N", name="Need"),
    )


@pytest.mark.parametrize(
    "text",
    ['{"needs":[{"code":"N","name":"x","mood":1}]}', '{"pairs":[{"main":"A"}]}', "nonsense"],
)
def test_from_json_refuses_what_it_never_wrote(text):
    with pytest.raises((TypeError, ValueError)):
        from_json(text)


def test_inherited_cell_says_it_in_the_same_languages():
    edition = compiled(
        products=[product("A"), product("B", row_inherits_from="A"), product("X")],
        pairs=[pair("A", "X", say="Say", reason="Why", words=("ru say=Скажите", "el say=Πείτε"))],
        steps_up=[StepUp(main="A", better="B", say="Better", words=("ru say=Лучше",))],
    )

    spoken = edition.in_language("ru")

    assert [(p.main, p.say, p.reason, p.words) for p in spoken.pairs] == [
        ("A", "Скажите", "Why", ()),
        ("B", "Скажите", "Why", ()),
    ]
    assert edition.pair("B", "X").words == ("el say=Πείτε", "ru say=Скажите")
    assert [step.say for step in spoken.steps_up] == ["Лучше"]
    assert edition.in_language("en") is edition
    assert spoken.in_language("el") is spoken  # one language never mixes with another


def test_diff_names_a_changed_translation():
    products = [product("A"), product("X")]
    old = compiled(products=products, pairs=[pair("A", "X", words=("ru say=Да",))])
    new = compiled(products=products, pairs=[pair("A", "X", words=("ru say=Нет",))])

    assert [(c.name, c.fields) for c in diff(old, new)] == [(("A", "X"), ("words",))]


def test_diff_names_what_was_added_changed_and_removed():
    old = compiled(
        products=[product("A"), product("B")],
        pairs=[pair("A", "X"), pair("A", "Y")],
        needs=[need("N", 1, "", "")],
    )
    new = compiled(
        products=[product("A", price_minor=5, disclosure="!"), product("C")],
        pairs=[pair("A", "X", Rating.STRONG, say="hello"), pair("B", "X")],
        needs=[need("N", 1, "A", "")],
        rules=[BasketRule(code="R", kind=RuleKind.WARN, subjects=())],
        steps_up=[StepUp(main="A", better="B")],
    )
    added, changed, removed = ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED

    rows = [(c.part, c.kind, c.name, c.fields) for c in diff(old, new)]

    assert rows == [
        ("products", changed, ("A",), ("price_minor", "disclosure")),
        ("products", removed, ("B",), ()),
        ("products", added, ("C",), ()),
        ("pairs", changed, ("A", "X"), ("rating", "say")),
        ("pairs", removed, ("A", "Y"), ()),
        ("pairs", added, ("B", "X"), ()),
        ("needs", changed, ("N",), ("mains",)),
        ("rules", added, ("R",), ()),
        ("steps_up", added, ("A", "B"), ()),
    ]


def test_diff_of_an_edited_parent_shows_the_rows_that_inherit():
    parts = {**INPUTS, "pairs": [*INPUTS["pairs"]]}
    parts["pairs"] = [
        replace(p, say="new") if (p.main, p.cross) == ("ACC-BAS", "SAV-GOL") else p
        for p in parts["pairs"]
    ]

    assert diff(EDITION, compile_snapshot(**parts)) == (
        *(
            Change(kind=ChangeKind.CHANGED, part="pairs", name=(m, "SAV-GOL"), fields=("say",))
            for m in ("ACC-BAS", "ACC-PLS")
        ),
    )
    assert diff(EDITION, EDITION) == ()
