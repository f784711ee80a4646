"""Pairing rules in the back office: looked at before they are kept, refused beside the field."""

from html import unescape

import pytest
from django.utils import timezone

from crossbank.catalog.models import Attribute
from crossbank.matrix.models import Pairing, PairingRule
from crossbank.matrix.services import compile_draft
from tests.admin.conftest import make_product, read_form, save

pytestmark = pytest.mark.django_db

RULES = "/admin/matrix/pairingrule/"


def new_rule(shelf, **changes) -> dict[str, object]:
    return {
        "code": "R-1",
        "is_active": "on",
        "relation": "cross_sell",
        "rating": "strong",
        "priority": "10",
        "rank": "100",
        "kind": "related",
        "reason": "{main} with {cross}",
        "source_products": [shelf["ACC"].pk],
        "target_providers": ["bank"],
        **changes,
    }


def _own():
    """Rules made by the test; the shelf holds a paused one."""
    return PairingRule.objects.exclude(code="PR-1")


def twice(owner, data: dict[str, object]):
    """Send it, look at what would change, send it again as the page now stands."""
    shown = owner.post(f"{RULES}add/", data)
    seen = read_form(shown.content.decode(), "pairingrule_form")["seen"]
    return shown, owner.post(f"{RULES}add/", {**data, "seen": seen})


def test_rule_speaks_other_languages_and_knows_its_placeholders_there(enter, shelf) -> None:
    make_product(code="NEW")
    owner = enter("owner")
    wrong = new_rule(shelf, **{"say@ru": "{main} и {карта}"})

    refused = owner.post(f"{RULES}add/", wrong)
    _shown, saved = twice(owner, new_rule(shelf, **{"say@ru": "К {main}: {cross}"}))

    assert refused.context["adminform"].form.errors == {
        "say@ru": ["“{карта}” means nothing here. Use {main}, {cross} or {price}."]
    }
    assert saved.status_code == 302
    assert _own().get().words == {"ru": {"say": "К {main}: {cross}"}}
    pair = compile_draft(at=timezone.now()).snapshot.in_language("ru").pair("ACC", "NEW")
    assert pair.say == "К Product ACC: Product NEW"


def test_rule_is_saved_after_its_cells_were_looked_at(enter, shelf) -> None:
    make_product(code="NEW")
    owner = enter("owner")

    shown, saved = twice(owner, new_rule(shelf))

    page = unescape(shown.content.decode())
    assert shown.status_code == 422
    assert "1 entry of the matrix would change" in page
    assert "ACC → NEW" in page
    assert saved.status_code == 302
    rule = _own().get()
    assert (rule.source, rule.target, rule.beside) == ({}, {"providers": ["bank"]}, {})
    assert list(rule.source_products.values_list("code", flat=True)) == ["ACC"]
    assert not Pairing.objects.filter(cross__code="NEW").exists()  # cells follow, none is copied


def test_changed_meanwhile_is_shown_again(enter, shelf) -> None:
    make_product(code="NEW")
    owner = enter("owner")
    shown = owner.post(f"{RULES}add/", new_rule(shelf))
    seen = read_form(shown.content.decode(), "pairingrule_form")["seen"]
    make_product(code="NEWER")

    again = owner.post(f"{RULES}add/", new_rule(shelf, seen=seen))

    assert again.status_code == 422
    assert "2 entries of the matrix would change" in again.content.decode()
    assert _own().count() == 0


def test_rule_that_changes_nothing_needs_no_second_look(enter, shelf) -> None:
    same = enter("owner").post(f"{RULES}add/", new_rule(shelf, rating="good"))

    assert same.status_code == 302  # every cell it speaks about is written by hand


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"source_products": [], "target_providers": []}, "__all__", "every pair"),
        ({"target_tiers": ["premium"]}, "__all__", "No pair of products passes"),
        ({"rating": ""}, "rating", "needs a rating"),
        ({"relation": "up_sell"}, "rating", "leave it empty"),
        ({"rating": "not_allowed"}, "instead", "what to do instead"),
        ({"reason": "For {customer}"}, "reason", "“{customer}” means nothing"),
        ({"say": "Only {price"}, "say", "“{price” means nothing"),
        ({"target_attributes": "brand"}, "target_attributes", "not of the form name=value"),
        ({"target_attributes": "=x"}, "target_attributes", "not of the form name=value"),
        ({"source_price_over_minor": "lots"}, "source_price_over_minor", "like 24.00"),
        ({"beside_tier_steps": "9"}, "beside_tier_steps", "less than or equal to 2"),
        ({"target_families": ["NO-SUCH"]}, "target_families", "not one of the available"),
        ({"valid_from": "2026-05-02", "valid_until": "2026-04-01"}, "__all__", "ends after"),
        ({"code": "r 1"}, "code", "capital letters"),
        ({"priority": "-1"}, "priority", "greater than or equal to 0"),
    ],
)
def test_rule_that_makes_no_sense_is_refused_beside_the_field(
    enter, shelf, changes, field, words
) -> None:
    answer = enter("owner").post(f"{RULES}add/", new_rule(shelf, **changes))

    errors = answer.context["adminform"].form.errors
    assert answer.status_code == 422
    assert words in " ".join(errors.get(field, [])), dict(errors)
    assert _own().count() == 0


def test_every_field_of_a_filter_comes_back_as_it_was_written(enter, shelf) -> None:
    Attribute.objects.create(product=shelf["APP"], key="brand", value="Nike")
    Attribute.objects.create(product=shelf["ACC"], key="brand", value="Nike")
    owner = enter("owner")
    sides = {
        "target_families": ["CARDS"],
        "target_tiers": ["basic"],
        "target_charge_kinds": ["free"],
        "target_flags": ["!is_credit"],
        "target_attributes": "brand = Nike",
        "source_needs": ["PAY"],
        "beside_family": "same",
        "beside_same_attributes": ["brand"],
        "beside_tier_steps": "0",
        "rating": "good",
        "valid_until": "2030-01-31",
    }

    assert owner.post(f"{RULES}add/", new_rule(shelf, **sides)).status_code == 302

    rule = _own().get()
    page = owner.get(f"{RULES}{rule.pk}/change/")
    form = read_form(page.content.decode(), "pairingrule_form")
    assert {name: form[name] for name in ("target_families", "target_flags", "source_needs")} == {
        "target_families": ["CARDS"],
        "target_flags": ["!is_credit"],
        "source_needs": ["PAY"],
    }
    assert form["target_attributes"] == ["brand=Nike"]
    assert (form["beside_family"], form["beside_tier_steps"]) == (["same"], ["0"])
    assert form["valid_until"] == ["2030-01-31"]
    assert "It decides 0 pairs; about 1 more something else decides." in page.content.decode()
    before = (rule.source, rule.target, rule.beside)
    assert save(owner, f"{RULES}{rule.pk}/change/", reason="Other").status_code == 302
    rule.refresh_from_db()
    assert (rule.source, rule.target, rule.beside) == before


def test_family_that_a_rule_names_cannot_be_deleted(enter, shelf) -> None:
    rule = PairingRule.objects.create(
        code="R-1", rating="good", reason="x", source={"families": ["CARDS"]}
    )
    owner = enter("owner")
    family = shelf["ACC"].family

    page = owner.get(f"/admin/catalog/family/{family.pk}/delete/").content.decode()

    assert "Pairing rules" in page
    rule.delete()
    assert (
        "Pairing rules"
        not in owner.get(f"/admin/catalog/family/{family.pk}/delete/").content.decode()
    )
