"""Conditions on a product's page: written in codes, refused in words, told as differences."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from crossbank.catalog.models import Product, ProductCondition
from crossbank.matrix import edition_changes, editions, phrasing
from crossbank.matrix.services import compile_draft
from crossbank.org.models import User
from tests.admin.conftest import make_branch, save

pytestmark = pytest.mark.django_db

BASE = {
    "layer": "eligibility",
    "attribute": "age_band",
    "operator": "is_one_of",
    "values": "18-26,27-64 65+",
    "message": "Credit is for adults",
    "ask": "Is the customer 18 or older?",
}


def put(client, product: Product, *rows: dict[str, str]):
    fields = {"conditions-TOTAL_FORMS": str(len(rows))}
    for n, row in enumerate(rows):
        fields |= {f"conditions-{n}-{name}": value for name, value in (BASE | row).items()}
    return save(client, f"/admin/catalog/product/{product.pk}/change/", **fields)


def make_condition(product: Product, **fields) -> ProductCondition:
    written = {"values": "18-26, 27-64, 65+"}
    return ProductCondition.objects.create(product=product, **(BASE | written | fields))


def errors(answer) -> list[dict]:
    formsets = {f.formset.prefix: f.formset for f in answer.context["inline_admin_formsets"]}
    return [dict(found) for found in formsets["conditions"].errors]


def test_condition_is_written_on_the_product_page(enter, shelf) -> None:
    answer = put(enter("owner"), shelf["CRD"], {})

    assert answer.status_code == 302
    row = ProductCondition.objects.get()
    assert (row.product.code, row.values, row.message) == (
        *("CRD", "18-26, 27-64, 65+", "Credit is for adults"),
    )
    draft = compile_draft(at=timezone.now()).snapshot
    [condition] = draft.product["CRD"].conditions
    assert (condition.values, condition.ask) == (
        ("18-26", "27-64", "65+"),
        "Is the customer 18 or older?",
    )
    said = LogEntry.objects.latest("pk").get_change_message()
    assert said == "Added condition “CRD, May have it: Age is one of 18-26, 27-64, 65+”."


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"attribute": "customer_kind", "values": "NEW"}, "new"),
        ({"attribute": "need", "values": "pay"}, "PAY"),
        ({"attribute": "holds", "values": "sav; app ,sav"}, "APP, SAV"),
        ({"attribute": "channel", "values": "Branch phone"}, "branch, phone"),
        ({"attribute": "branch", "values": "B01"}, "B01"),
        ({"attribute": "region", "values": "R-NORTH"}, "R-NORTH"),
    ],
)
def test_values_are_kept_in_one_writing(enter, shelf, row, kept) -> None:
    make_branch()

    assert put(enter("owner"), shelf["CRD"], row).status_code == 302

    assert ProductCondition.objects.get().values == kept


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ({"values": ""}, "values", "required"),
        ({"values": " , ;"}, "values", "at least one value"),
        ({"values": "18-30"}, "values", "“18-30” is not known here. Choose from: 0-13, 14-17"),
        ({"attribute": "customer_kind", "values": "friend"}, "values", "new, existing"),
        ({"attribute": "channel", "values": "fax"}, "values", "branch, phone, online"),
        ({"attribute": "need", "values": "PAY, NO"}, "values", "There is no need NO."),
        ({"attribute": "holds", "values": "NO"}, "values", "There is no product NO."),
        ({"attribute": "holds", "values": "CRD"}, "values", "“Has it already” is known"),
        ({"attribute": "branch", "values": "B99"}, "values", "There is no branch B99."),
        ({"attribute": "region", "values": "B01"}, "values", "There is no region B01."),
        ({"attribute": "mood"}, "attribute", "mood is not one of"),
        ({"layer": ""}, "layer", "required"),
        ({"message": " "}, "message", "required"),
        ({"message": "a\u202eb"}, "message", "U+202E"),
        ({"values": "x" * 401}, "values", "at most 400"),
    ],
)
def test_condition_that_says_nothing_is_refused_in_words(enter, shelf, row, field, words) -> None:
    make_branch()

    answer = put(enter("owner"), shelf["CRD"], row)

    assert answer.status_code == 422
    [found] = errors(answer)
    assert list(found) == [field]
    assert words in str(found[field])
    assert not ProductCondition.objects.exists()


def test_the_same_condition_twice_is_refused_however_it_is_written(enter, shelf) -> None:
    answer = put(
        enter("owner"), shelf["CRD"], {"values": "14-17,18-26"}, {"values": "18-26 , 14-17"}
    )

    assert answer.status_code == 422
    assert "duplicate" in answer.content.decode()
    assert not ProductCondition.objects.exists()
    make_condition(shelf["CRD"])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_condition(shelf["CRD"])
    with pytest.raises(ValidationError, match="has this condition already"):
        ProductCondition(product=shelf["CRD"], **BASE).full_clean()


def test_condition_goes_with_its_product_and_ties_nothing(enter, shelf) -> None:
    make_condition(shelf["SAV"], attribute="holds", values="APP")
    address = f"/admin/catalog/product/{shelf['SAV'].pk}/change/"

    page = enter("owner").get(address).content.decode()

    assert "conditions-0-values" in page
    assert enter("seller").get(address).status_code == 403


def test_difference_of_two_editions_tells_each_condition(shelf) -> None:
    make_condition(shelf["CRD"], values="18-26, 27-64")
    make_condition(shelf["CRD"], layer="suitability", attribute="region", values="R-NORTH")
    old = compile_draft(at=timezone.now()).snapshot
    ProductCondition.objects.filter(layer="eligibility").update(values="27-64")
    ProductCondition.objects.filter(layer="suitability").update(ask="", message="Not for you")
    new = compile_draft(at=timezone.now()).snapshot

    _added, changed, _removed = edition_changes.change_groups(old, new)

    [line] = changed.lines
    assert (line.codes, line.fields) == (
        "CRD",
        [
            "why not, where a condition fails: Credit is for adults → Not for you",
            "what to ask first: Is the customer 18 or older? → –",
            "condition: May have it: Age is one of 18-26, 27-64 → –",
            "condition: – → May have it: Age is one of 27-64",
        ],
    )
    on_paper = edition_changes.row_changes(old, new, main="ACC")
    assert [line.codes for group in on_paper for line in group.lines] == ["CRD"]


def test_an_edition_from_before_conditions_still_says_the_same(shelf) -> None:
    published = editions.current(timezone.now()).snapshot

    draft = compile_draft(at=timezone.now()).snapshot

    assert edition_changes.change_groups(published, draft)[1].count == 0


def test_what_is_asked_is_held_to_the_same_words_as_what_is_said(shelf) -> None:
    make_condition(shelf["CRD"], ask="The card is yours only if you also take the insurance.")
    owner = User.objects.get(username="first-author")

    found = phrasing.severe(at=timezone.now(), by=owner)

    assert [one.text.place for one in found] == ["product CRD ask"]
