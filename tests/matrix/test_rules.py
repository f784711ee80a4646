"""Pairing rules over the working copy: the sample matrix from five rules, previews, compiling."""

from datetime import UTC, date, datetime

import pytest

from crossbank.catalog.models import Attribute, Product
from crossbank.engine.filters import ProductFilter
from crossbank.engine.problems import ProblemKind
from crossbank.matrix import services
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.rule_filters import rule_terms

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)

FIVE = [
    ("APP", "strong", {}, {}, ["DIG-APP"]),
    ("NO-CREDIT", "not_allowed", {"flags": ["!is_credit"]}, {}, ["INS-CRP"]),
    ("NO-LEVERAGE", "not_allowed", {"flags": ["is_credit"]}, {}, ["INV-FND"]),
    (
        "NO-STACKING",
        "not_allowed",
        {"families": ["LOANS", "HOME", "SAVINGS", "INVESTMENTS"]},
        {"families": ["LOANS"]},
        [],
    ),
    ("AUTO-PAY", "strong", {"flags": ["is_credit"]}, {}, ["DIG-BIL"]),
]


def written(code: str, rating: str, source: dict, target: dict, products: list[str]) -> PairingRule:
    rule = PairingRule.objects.create(
        code=code,
        rating=rating,
        source=source,
        target=target,
        reason="As a rule",
        instead="Leave it out" if rating == "not_allowed" else "",
    )
    rule.target_products.set(Product.objects.filter(code__in=products))
    return rule


def ratings() -> dict[tuple[str, str], str]:
    snapshot = services.compile_draft(at=NOW).snapshot
    return {(pair.main, pair.cross): pair.rating.value for pair in snapshot.pairs}


def test_five_rules_and_single_cells_rebuild_the_sample_matrix(bank, record_property) -> None:
    before = ratings()
    for five in FIVE:
        written(*five)
    made = services.compile_draft(at=NOW).filled
    spoken_of = {*made.losers, *((pair.main, pair.cross) for pair in made.pairs if pair.rule)}
    without = Pairing.objects.filter(relation="cross_sell")
    for pairing in without.select_related("main", "cross"):
        # a cell that a rule would make just so needs nobody's hand any more
        saved = (pairing.main.code, pairing.cross.code)
        if saved in spoken_of:
            pk = pairing.pk
            pairing.delete()
            if ratings().get(saved) != before[saved]:
                pairing.pk = pk
                pairing.save(force_insert=True)

    draft = services.compile_draft(at=NOW)

    assert {(p.main, p.cross): p.rating.value for p in draft.snapshot.pairs} == before
    assert (draft.blocking, draft.filled.conflicts) == ((), ())
    by_rule = [pair for pair in draft.snapshot.pairs if pair.rule]
    by_hand = Pairing.objects.filter(relation="cross_sell").count()
    record_property(
        "figure",
        f"five rules make {len(by_rule)} of {len(before)} cells; {by_hand} are written by hand",
    )
    assert len(before) == 195
    assert (len(by_rule), by_hand) == (48, 128)


def test_rule_of_a_ladder_makes_better_main_products(bank) -> None:
    Pairing.objects.filter(relation="up_sell").delete()
    rule = PairingRule.objects.create(
        code="LADDER",
        relation="up_sell",
        reason="One tier higher",
        benefit="{cross} instead of {main}",
        beside={"family": "same", "tier_steps": 1, "price_more_minor": 1},
    )
    rule.source_products.set(Product.objects.filter(code__in=["ACC-BAS", "ACC-PLS", "CRD-CLA"]))

    steps = services.compile_draft(at=NOW).snapshot.steps_up

    assert [(s.main, s.better, s.rule) for s in steps] == [
        ("ACC-BAS", "ACC-PLS", "LADDER"),
        ("ACC-PLS", "ACC-PRM", "LADDER"),
        ("CRD-CLA", "CRD-GLD", "LADDER"),
    ]
    assert steps[0].benefit == "Plus account package instead of Basic current account"


def test_attributes_reach_the_edition(bank) -> None:
    phone = Product.objects.get(code="DIG-APP")
    Attribute.objects.create(product=phone, key="channel", value="phone")
    Attribute.objects.create(product=phone, key="age", value="14+")
    rule = written("BY-CHANNEL", "good", {}, {"attributes": ["channel=phone"]}, [])

    draft = services.compile_draft(at=NOW)

    assert draft.snapshot.product["DIG-APP"].attributes == ("age=14+", "channel=phone")
    assert draft.filled.matched == {rule.code: 15}


def test_rules_that_disagree_block_publishing(bank, person) -> None:
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="DIG-APP").delete()
    written("ONE", "strong", {}, {}, ["DIG-APP"])
    written("TWO", "good", {}, {}, ["DIG-APP"])

    with pytest.raises(services.CannotPublish) as refused:
        services.publish_edition(at=NOW, by=person("owner"), approver=person("owner2"))

    conflict = refused.value.problems[0]
    assert conflict.kind is ProblemKind.RULE_CONFLICT
    assert (conflict.subject, conflict.args) == ("ACC-BAS", ("DIG-APP", "ONE", "TWO"))


def test_paused_and_dated_rules_wait(bank) -> None:
    before = ratings()
    rule = written("LATER", "not_allowed", {}, {}, ["DIG-APP"])
    rule.valid_from = date(2026, 3, 13)
    rule.save(update_fields=["valid_from"])
    assert ratings() == before

    rule.valid_from = None
    rule.is_active = False
    rule.save(update_fields=["valid_from", "is_active"])
    assert ratings() == before


def test_preview_says_what_saving_would_change_and_writes_nothing(bank) -> None:
    rule = PairingRule(
        code="NEW", rating="not_allowed", reason="No", instead="Wait", source={"families": ["HOME"]}
    )
    terms = rule_terms(rule, source_codes=[], target_codes=["DIG-APP", "SAV-CHI"])

    preview = services.preview(terms, at=NOW)

    changes = [(change.kind.value, *change.name) for change in preview.changes]
    assert changes == [
        ("changed", "HOM-PUR", "DIG-APP"),
        ("added", "HOM-PUR", "SAV-CHI"),
    ]
    assert PairingRule.objects.count() == 0
    assert services.reach(terms, at=NOW) == 2


def test_row_and_engine_rule_say_the_same(bank) -> None:
    row = written("ALL", "good", {"price_up_to_minor": 500, "tiers": ["mid"]}, {}, ["DIG-APP"])
    row.beside = {"family": "other", "same_attributes": ["brand"]}

    terms = rule_terms(row)

    assert terms.source == ProductFilter(price_up_to_minor=500, tiers=("mid",))
    assert terms.target == ProductFilter(codes=("DIG-APP",))
    assert (terms.beside.family, terms.beside.same_attributes) == ("other", ("brand",))
