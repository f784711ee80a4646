"""Bundles, objections and seasonal picks, as owners keep them."""

from datetime import date
from html import unescape

import pytest
from django.utils.formats import date_format

from crossbank.catalog.models import Bundle, Need, Objection, Partner, PartnerBenefit
from crossbank.matrix.models import Pairing, SeasonalPick
from tests.admin.conftest import make_benefit, make_bundle, make_season, save

pytestmark = pytest.mark.django_db

BUNDLES = "/admin/catalog/bundle/"
OBJECTIONS = "/admin/catalog/objection/"
SEASONS = "/admin/matrix/seasonalpick/"
PUBLISH = "/admin/matrix/edition/publish/"


def words(response) -> str:
    return unescape(response.content.decode())


def bundle(shelf, *codes: str, **fields) -> dict:
    given = {
        "code": "BUN",
        "name": "Both",
        "parts": [shelf[code].pk for code in codes],
        "price_minor": "2.50",
        "price_period": "month",
        "price_text": "2.50 a month for both",
        "is_active": "on",
    }
    return given | fields


def test_bundle_is_kept_as_it_is_written(enter, shelf) -> None:
    answer = save(enter("owner"), f"{BUNDLES}add/", **bundle(shelf, "CRD", "APP"))

    assert answer.status_code == 302
    kept = Bundle.objects.get()
    assert (kept.price_minor, kept.price_period) == (250, "month")
    assert {part.code for part in kept.parts.all()} == {"CRD", "APP"}


@pytest.mark.parametrize(
    ("parts", "changes", "told"),
    [
        (["CRD"], {}, "A bundle holds two products or more."),
        ([], {}, "This field is required."),
        (["CRD", "ACC"], {}, "is not one of the available choices"),  # no cross product
        (["CRD", "APP"], {"price_minor": "cheap"}, "Write an amount like 24.00"),
        (["CRD", "APP"], {"code": "both of them"}, "A code is up to 20 capital letters"),
        (["CRD", "APP"], {"price_text": ""}, "This field is required."),
    ],
)
def test_bundle_that_makes_no_sense_is_refused(enter, shelf, parts, changes, told) -> None:
    answer = save(enter("owner"), f"{BUNDLES}add/", **bundle(shelf, *parts, **changes))

    assert answer.status_code == 422
    assert told in words(answer)
    assert not Bundle.objects.exists()


def test_bundle_that_saves_nothing_blocks_publishing_and_leads_to_its_page(enter, shelf) -> None:
    made = make_bundle(parts=[shelf["CRD"], shelf["APP"]])  # both cost nothing

    page = words(enter("owner").get(PUBLISH))

    assert "The bundle BUN Both does not cost less than its products apart" in page
    assert f"{BUNDLES}{made.pk}/change/" in page


def test_new_bundle_and_season_are_named_before_publishing(enter, shelf) -> None:
    for code in ("CRD", "APP"):
        shelf[code].charge_kind, shelf[code].price_minor = "recurring", 100
        shelf[code].price_period, shelf[code].disclosure = "month", "Costs 1.00 a month."
        shelf[code].save()
    make_bundle(parts=[shelf["CRD"], shelf["APP"]])
    make_season(cross=shelf["CRD"], from_on=date(2036, 12, 1), until_on=date(2036, 12, 25))

    page = " ".join(words(enter("owner").get(PUBLISH)).split())

    assert "The bundle BUN" not in page
    assert "Bundle</td>" in page or ">Bundle<" in page
    assert "CRD → 2036-12-01" in page


def test_objection_belongs_to_something(enter, shelf) -> None:
    given = {"objection": "Not now", "answer": "That is fine.", "order": "1"}

    nowhere = save(enter("owner"), f"{OBJECTIONS}add/", **given)
    need = Need.objects.get(code="PAY")
    kept = save(enter("owner"), f"{OBJECTIONS}add/", **given, need=need.pk)

    assert nowhere.status_code == 422
    assert "Name the product, the need, or both." in words(nowhere)
    assert kept.status_code == 302
    assert list(Objection.objects.values_list("product", "need__code")) == [(None, "PAY")]


def test_pressing_answer_is_found_in_the_library(enter, shelf) -> None:
    owner = enter("owner")
    need = Need.objects.get(code="PAY")
    given = {"objection": "Not now", "answer": "This is your last chance.", "order": "1"}

    answer = owner.get(save(owner, f"{OBJECTIONS}add/", **given, need=need.pk).url)

    assert "presses the customer" in words(answer)
    assert "PAY, answer to an objection" in words(owner.get(PUBLISH))


def season(shelf, **fields) -> dict:
    given = {"cross": shelf["CRD"].pk, "from_on": "2026-12-01", "until_on": "2026-12-24"}
    return given | {"reason": "Before the holidays"} | fields


def test_season_is_written_with_its_last_day_and_says_where_it_counts(enter, shelf) -> None:
    owner = enter("owner")

    answer = owner.get(save(owner, f"{SEASONS}add/", **season(shelf)).url)

    pick = SeasonalPick.objects.get()
    assert (pick.from_on, pick.until_on) == (date(2026, 12, 1), date(2026, 12, 25))
    assert "It comes before its equals beside: Product ACC, Product LON." in words(answer)
    assert date_format(date(2026, 12, 24)) in words(answer)


def test_season_without_equals_says_that_it_changes_nothing(enter, shelf) -> None:
    Pairing.objects.filter(cross=shelf["CRD"]).update(rank=99)
    owner = enter("owner")

    answer = owner.get(save(owner, f"{SEASONS}add/", **season(shelf)).url)

    assert "It changes nothing yet" in words(answer)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"until_on": "2026-11-30"}, "The season ends after it begins."),
        ({"until_on": ""}, "This field is required."),
        ({"from_on": "soon"}, "Enter a valid date."),
    ],
)
def test_season_with_wrong_days_is_refused(enter, shelf, changes, told) -> None:
    answer = save(enter("owner"), f"{SEASONS}add/", **season(shelf, **changes))

    assert answer.status_code == 422
    assert told in words(answer)
    assert not SeasonalPick.objects.exists()


def test_season_of_a_product_that_is_no_cross_is_refused(enter, shelf) -> None:
    answer = save(enter("owner"), f"{SEASONS}add/", **season(shelf, cross=shelf["ACC"].pk))

    assert answer.status_code == 422
    assert not SeasonalPick.objects.exists()


BENEFITS = "/admin/catalog/partnerbenefit/"


def benefit(shelf, *mains: str, **fields) -> dict:
    partner, _ = Partner.objects.get_or_create(code="PUMP", defaults={"name": "Pump"})
    given = {
        "code": "FUEL",
        "partner": partner.pk,
        "name": "Cheap fuel",
        "text": "3 cents less per litre.",
        "mains": [shelf[code].pk for code in mains],
        "valid_until": "2036-12-31",
        "is_active": "on",
    }
    return given | fields


def test_partner_benefit_is_kept_and_ends_after_its_last_day(enter, shelf) -> None:
    answer = save(enter("owner"), f"{BENEFITS}add/", **benefit(shelf, "ACC"))

    assert answer.status_code == 302
    kept = PartnerBenefit.objects.get()
    assert (kept.partner.code, kept.valid_until) == ("PUMP", date(2037, 1, 1))
    assert [main.code for main in kept.mains.all()] == ["ACC"]


@pytest.mark.parametrize(
    ("mains", "changes", "told"),
    [
        ([], {}, "This field is required."),
        (["APP"], {}, "is not one of the available choices"),  # nobody comes for it
        (["ACC"], {"partner": ""}, "This field is required."),
        (["ACC"], {"text": ""}, "This field is required."),
        (["ACC"], {"valid_from": "2037-01-01"}, "The benefit ends after it begins."),
    ],
)
def test_partner_benefit_that_makes_no_sense_is_refused(enter, shelf, mains, changes, told) -> None:
    answer = save(enter("owner"), f"{BENEFITS}add/", **benefit(shelf, *mains, **changes))

    assert answer.status_code == 422
    assert told in words(answer)
    assert not PartnerBenefit.objects.exists()


def test_pressing_words_of_a_benefit_are_found(enter, shelf) -> None:
    owner = enter("owner")
    given = benefit(shelf, "ACC", text="This is your last chance.")

    answer = owner.get(save(owner, f"{BENEFITS}add/", **given).url)

    assert "presses the customer" in words(answer)


def test_new_benefit_is_named_before_publishing(enter, shelf) -> None:
    make_benefit(mains=[shelf["ACC"]], name="Cheap fuel")

    page = " ".join(words(enter("owner").get(PUBLISH)).split())

    assert "Partner benefit</td>" in page or ">Partner benefit<" in page
    assert "Cheap fuel" in page


def test_benefit_of_a_product_nobody_comes_for_leads_to_its_page(enter, shelf) -> None:
    made = make_benefit(mains=[shelf["APP"]])

    page = words(enter("owner").get(PUBLISH))

    assert "The partner benefit BEN Cheap fuel uses APP" in page
    assert f"{BENEFITS}{made.pk}/change/" in page


def test_partner_with_a_benefit_stays(enter, shelf) -> None:
    made = make_benefit(mains=[shelf["ACC"]])

    answer = enter("owner").post(
        f"/admin/catalog/partner/{made.partner_id}/delete/", {"post": "yes"}
    )

    assert answer.status_code in (200, 302, 409)
    assert Partner.objects.filter(pk=made.partner_id).exists()
