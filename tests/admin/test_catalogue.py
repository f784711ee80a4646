"""Amounts, dates and rules of the catalogue, as people write them."""

from datetime import date

import pytest
from django.utils import translation

from crossbank.catalog.forms import LastDayField, MoneyField
from crossbank.catalog.models import Objection, PackagePart, Product
from tests.admin.conftest import make_product, read_form, save

pytestmark = pytest.mark.django_db

PRODUCTS = "/admin/catalog/product/"
LANGUAGES = ["en", "ru", "el", "th", "zh-hans"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("24.00", 2400),
        ("24,00", 2400),
        ("24", 2400),
        ("24.5", 2450),
        ("0", 0),
        ("1 250.00", 125000),
        ("1\u00a0250,00", 125000),
        ("๒๔.๐๐", 2400),
        ("21474836.47", 2147483647),
        ("", None),
    ],
)
def test_amount_is_kept_in_minor_units(written, kept) -> None:
    assert MoneyField(required=False).clean(written) == kept


@pytest.mark.parametrize(
    "written",
    ["24.000", "1,250.00", "-1", "24.", ".5", "1e3", "CU 24", "21474836.48", "9" * 40, "²"],
)
def test_amount_that_is_not_clear_is_refused(written) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        MoneyField(required=False).clean(written)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minor", [0, 5, 2400, 123456789])
def test_amount_makes_the_round_trip_in_every_language(language, minor) -> None:
    field = MoneyField(required=False)

    with translation.override(language):
        shown = field.prepare_value(minor)
        assert field.clean(shown) == minor
        assert field.has_changed(minor, shown) is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_last_day_is_inclusive_in_every_language(language) -> None:
    field = LastDayField(required=False)
    day_after = date(2026, 3, 1)

    with translation.override(language):
        shown = field.widget.format_value(field.prepare_value(day_after))
        assert field.clean(shown) == day_after
        assert field.has_changed(day_after, shown) is False
        assert field.prepare_value(day_after) == date(2026, 2, 28)


def test_day_beyond_the_calendar_is_an_error_in_words() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="too far away"):
        LastDayField().clean("9999-12-31")


def test_price_travels_through_the_page(enter, shelf) -> None:
    owner, card = enter("owner"), shelf["CRD"]
    address = f"{PRODUCTS}{card.pk}/change/"

    paid = {"charge_kind": "recurring", "price_text": "24.00 a year", "price_minor": "24.00"}
    assert save(owner, address, **paid).status_code == 302

    card.refresh_from_db()
    assert (card.price_minor, card.charge_kind) == (2400, "recurring")
    form = read_form(owner.get(address).content.decode(), "product_form")
    assert form["price_minor"] == ["24.00"]
    assert save(owner, address, price_minor="24,5").status_code == 302
    card.refresh_from_db()
    assert card.price_minor == 2450


def test_page_saved_unchanged_changes_nothing(enter, shelf) -> None:
    shelf["CRD"].valid_until = date(2030, 1, 1)
    shelf["CRD"].price_minor = 0
    shelf["CRD"].save()
    before = Product.objects.filter(pk=shelf["CRD"].pk).values().get()

    answer = save(enter("owner"), f"{PRODUCTS}{shelf['CRD'].pk}/change/")

    assert answer.status_code == 302
    assert Product.objects.filter(pk=shelf["CRD"].pk).values().get() == before
    history = enter("owner").get(f"{PRODUCTS}{shelf['CRD'].pk}/history/").content.decode()
    assert "No fields changed." in history


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"charge_kind": "recurring", "price_text": ""}, "price_text"),
        ({"is_insurance": "on", "disclosure": ""}, "disclosure"),
        ({"is_main": "on", "purpose_question": ""}, "purpose_question"),
        ({"desk_order": "10", "is_main": "on", "purpose_question": "?"}, "desk_order"),
        ({"desk_order": "0", "is_main": "on", "purpose_question": "?"}, "desk_order"),
        ({"desk_order": "3"}, "desk_order"),
        ({"min_age": "40", "max_age": "30"}, "max_age"),
        ({"price_minor": "a lot"}, "price_minor"),
        ({"provider": "partner", "partner": ""}, "__all__"),
        ({"valid_from": "2026-05-01", "valid_until": "2026-05-01"}, "__all__"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://example.org/x"}, "link"),
        ({"name": "Ca\x00rd"}, "name"),
        ({"name": "Ca\u202erd"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"family": "999999"}, "family"),
    ],
)
def test_product_that_would_mislead_is_refused_beside_the_field(
    enter, shelf, changes, field
) -> None:
    before = Product.objects.filter(pk=shelf["CRD"].pk).values().get()

    answer = save(enter("owner"), f"{PRODUCTS}{shelf['CRD'].pk}/change/", **changes)

    assert answer.status_code == 422
    assert list(answer.context["adminform"].form.errors) == [field]
    assert Product.objects.filter(pk=shelf["CRD"].pk).values().get() == before


def test_row_is_not_inherited_in_a_circle(enter, shelf) -> None:
    acc, lon = shelf["ACC"], shelf["LON"]
    owner = enter("owner")

    first = save(owner, f"{PRODUCTS}{acc.pk}/change/", row_inherits_from=lon.pk)
    circle = save(owner, f"{PRODUCTS}{lon.pk}/change/", row_inherits_from=acc.pk)
    itself = save(owner, f"{PRODUCTS}{lon.pk}/change/", row_inherits_from=lon.pk)
    from_cross = save(owner, f"{PRODUCTS}{lon.pk}/change/", row_inherits_from=shelf["CRD"].pk)

    assert first.status_code == 302
    for refused in (circle, itself, from_cross):
        assert refused.status_code == 422
        assert list(refused.context["adminform"].form.errors) == ["row_inherits_from"]


def test_code_is_set_once(enter, shelf) -> None:
    save(enter("owner"), f"{PRODUCTS}{shelf['CRD'].pk}/change/", code="NEW", name="Renamed")

    shelf["CRD"].refresh_from_db()
    assert (shelf["CRD"].code, shelf["CRD"].name) == ("CRD", "Renamed")


def test_objections_are_written_on_the_product_page(enter, shelf) -> None:
    address = f"{PRODUCTS}{shelf['CRD'].pk}/change/"

    answer = save(
        enter("owner"),
        address,
        **{
            "objections-TOTAL_FORMS": "1",
            "objections-0-order": "1",
            "objections-0-objection": "Too\ndear",
            "objections-0-answer": "It may be.",
        },
    )

    assert answer.status_code == 302
    rows = Objection.objects.values_list("product__code", "objection", "answer")
    assert list(rows) == [("CRD", "Too dear", "It may be.")]


def test_used_product_is_kept_and_the_page_says_what_to_do(enter, shelf) -> None:
    owner = enter("owner")
    address = f"{PRODUCTS}{shelf['CRD'].pk}/delete/"

    asked, confirmed = owner.get(address), owner.post(address, {"post": "yes"})

    assert (asked.status_code, confirmed.status_code) == (200, 409)
    for text in (asked.content.decode(), confirmed.content.decode()):
        assert "Pairings (cross product): 2" in text
        assert "Basket rules (products): 1" in text
        assert "Published editions: 1" in text
        assert "Retire it instead" in text
    assert Product.objects.filter(code="CRD").exists()


def test_product_that_only_an_edition_names_is_kept(enter, shelf) -> None:
    shelf["CRD"].row.all().delete()
    shelf["CRD"].column.all().delete()
    shelf["CRD"].rules_as_subject.clear()

    answer = enter("owner").post(f"{PRODUCTS}{shelf['CRD'].pk}/delete/", {"post": "yes"})

    assert answer.status_code == 409
    assert "Published editions: 1" in answer.content.decode()


def test_unused_product_may_go(enter, shelf) -> None:
    unused = make_product(code="OOPS")
    Objection.objects.create(product=unused, objection="No", answer="Fine")

    answer = enter("owner").post(f"{PRODUCTS}{unused.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 302
    assert not Product.objects.filter(code="OOPS").exists()


@pytest.mark.parametrize("model", ["family", "need"])
def test_other_used_rows_are_kept_in_words(enter, shelf, model) -> None:
    rows = {"family": shelf["CRD"].family, "need": shelf["ACC"].needs_as_main.first()}
    row = rows[model]

    answer = enter("owner").post(f"/admin/catalog/{model}/{row.pk}/delete/", {"post": "yes"})

    kept = type(row).objects.filter(pk=row.pk).exists()
    expected = {"family": (409, True), "need": (302, False)}
    assert (answer.status_code, kept) == expected[model]


def test_retired_and_later_products_are_found_by_the_filter(enter, shelf) -> None:
    make_product(code="OLD", valid_until=date(2020, 1, 1))
    make_product(code="SOON", valid_from=date(2990, 1, 1))
    owner = enter("owner")

    def codes(query: str) -> set[str]:
        found = owner.get(f"{PRODUCTS}?{query}").context["cl"].result_list
        return {product.code for product in found}

    assert codes("sale=retired") == {"OLD"}
    assert codes("sale=later") == {"SOON"}
    assert codes("sale=now") == set(shelf)


def test_autocomplete_offers_the_right_side(enter, shelf) -> None:
    owner = enter("owner")

    def codes(model: str, field: str, app: str = "matrix") -> list[str]:
        query = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        results = owner.get("/admin/autocomplete/", query).json()["results"]
        return sorted(row["text"].split()[0] for row in results)

    assert codes("pairing", "main") == ["ACC", "LON"]
    assert codes("pairing", "cross") == ["ACC", "APP", "CRD", "LON", "SAV"]
    assert codes("offer", "cross", "offers") == ["APP", "CRD", "SAV"]
    assert codes("need", "crosses", "catalog") == ["APP", "CRD", "SAV"]


def test_package_is_never_inside_itself(enter, shelf) -> None:
    owner = enter("owner")
    PackagePart.objects.create(package=shelf["APP"], part=shelf["SAV"])
    PackagePart.objects.create(package=shelf["SAV"], part=shelf["CRD"])

    def put(package: str, part: str):
        address = f"/admin/catalog/product/{shelf[package].pk}/change/"
        return save(
            owner, address, **{"contents-0-part": shelf[part].pk, "contents-TOTAL_FORMS": "1"}
        )

    itself, detour = put("CRD", "CRD"), put("CRD", "APP")

    assert "A package does not contain itself." in itself.content.decode()
    assert "This product already contains the package." in detour.content.decode()
    assert PackagePart.objects.count() == 2
