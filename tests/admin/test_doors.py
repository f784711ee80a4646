"""Every address of the back office, every role: owners keep reference data, admins the rest."""

from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver

from crossbank.catalog.models import Objection, Partner
from crossbank.conduct import services as conduct
from crossbank.leads.models import Unit
from crossbank.matrix.models import Edition
from crossbank.org.models import Role, User
from tests.admin.conftest import (
    LONG_AGO,
    make_benefit,
    make_bundle,
    make_goal,
    make_offer,
    make_outcome,
    make_override,
    make_person,
    make_review,
    make_rule,
    make_season,
    save,
)

pytestmark = pytest.mark.django_db

CLOSED = dict.fromkeys(Role.values, 403)
KEPT = {**CLOSED, "owner": 200, "admin": 200}
ADMIN = {**CLOSED, "admin": 200}
SENT_ON = {**CLOSED, "owner": 302, "admin": 302}
PRODUCT_BOX = "?app_label=matrix&model_name=pairing&field_name=main&term=a"

KEPT_MODELS = {
    "org/region",
    "org/branch",
    "catalog/family",
    "catalog/partner",
    "catalog/product",
    "catalog/need",
    "catalog/bundle",
    "catalog/objection",
    "catalog/partnerbenefit",
    "matrix/pairing",
    "matrix/basketrule",
    "matrix/pairingrule",
    "matrix/seasonalpick",
    "offers/offer",
    "leads/unit",
    "conduct/phraserule",
}
READ_MODELS = {"matrix/edition", "matrix/editionreview", "conduct/phraseoverride"}


def doors(ids: dict[str, int]) -> dict[str, tuple[str, dict[str, int]]]:
    """name -> example and who gets what; `ids`: "app/model" -> a row of it."""
    table = {
        "index": ("", KEPT),
        "login": ("login/", SENT_ON),
        "logout": ("logout/", {**CLOSED, "owner": 405, "admin": 405}),
        "password_change": ("password_change/", SENT_ON),
        "password_change_done": ("password_change/done/", SENT_ON),
        "autocomplete": (f"autocomplete/{PRODUCT_BOX}", KEPT),
        "jsi18n": ("jsi18n/", KEPT),
        "app_list": ("catalog/", KEPT),
        "uses": ("uses/", ADMIN),
        "phrases": ("phrases/", KEPT),
        "matrix_edition_publish": ("matrix/edition/publish/", KEPT),
        "matrix_edition_compare": ("matrix/edition/compare/", KEPT),
        "matrix_edition_again": (f"matrix/edition/{ids['matrix/edition']}/again/", KEPT),
        "matrix_editionreview_decide": (
            f"matrix/editionreview/{ids['matrix/editionreview']}/decide/",
            {**CLOSED, "owner": 405, "admin": 405},
        ),
        "matrix_pairing_grid": ("matrix/pairing/grid/", KEPT),
        "matrix_health": ("matrix/health/", KEPT),
        "matrix_what_if": ("matrix/what-if/", KEPT),
        "matrix_workbook": ("matrix/workbook/", KEPT),
        "catalog_workbook": ("catalog/workbook/", KEPT),
        "offers_workbook": ("offers/workbook/", KEPT),
        "offers_release": ("offers/release/", KEPT),
        "offers_approvals": ("offers/approvals/", KEPT),
        "desk_old_tallies": ("desk/old-tallies/", ADMIN),
        "auth_user_password_change": (f"org/user/{ids['org/user']}/password/", ADMIN),
    }
    content_type = ContentType.objects.get(app_label="catalog", model="product").pk
    table["view_on_site"] = (f"r/{content_type}/{ids['catalog/product']}/", SENT_ON)
    for model, pk in ids.items():
        name = model.replace("/", "_")
        can = KEPT if model in KEPT_MODELS else ADMIN
        is_read_only = model in {
            "conduct/auditentry",
            "admin/logentry",
            "kept/outcome",
            "review/goal",
            *READ_MODELS,
        }
        may_see = KEPT if model in READ_MODELS else can
        may_write = CLOSED if is_read_only else can
        table |= {
            f"{name}_changelist": (f"{model}/", may_see),
            f"{name}_add": (f"{model}/add/", may_write),
            f"{name}_change": (f"{model}/{pk}/change/", may_see),
            f"{name}_delete": (f"{model}/{pk}/delete/", may_write),
            f"{name}_history": (f"{model}/{pk}/history/", may_see),
        }
    return table


def names(patterns) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif pattern.name:
            found.add(pattern.name)
    return found


@pytest.fixture
def ids(enter, shelf) -> dict[str, int]:
    """One row of every model that is registered, so that a new model needs a row here."""
    make_offer(code="OF-1", cross=shelf["CRD"], mains=[shelf["ACC"]])
    enter("admin")
    someone = User.objects.get(role="admin")
    conduct.record(action="seen", subject="x", at=LONG_AGO, by=someone)
    Partner.objects.create(code="PAR", name="Partner")
    make_review()
    make_rule()
    make_bundle(parts=[shelf["CRD"], shelf["APP"]])
    make_season(cross=shelf["CRD"])
    make_benefit(mains=[shelf["ACC"]])
    Unit.objects.create(code="DESK", name="Desk", about="It helps")
    Objection.objects.create(product=shelf["CRD"], objection="No", answer="Fine")
    make_override(by=someone)
    make_outcome(main=shelf["ACC"], cross=shelf["CRD"], by=someone)
    make_goal(by=someone)
    save(enter("admin"), f"/admin/catalog/product/{shelf['CRD'].pk}/change/", name="Renamed")
    rows = {}
    for model in admin.site._registry:
        label = f"{model._meta.app_label}/{model._meta.model_name}"
        rows[label] = model._default_manager.latest("pk").pk
    rows["org/user"] = make_person(username="somebody").pk
    return rows


def test_every_address_answers_each_role_as_the_contract_says(enter, client, ids) -> None:
    expected = doors(ids)
    admin_urls = next(
        pattern
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin"
    )
    assert names(admin_urls.url_patterns) == set(expected)

    people = {role: enter(role) for role in Role.values}
    seen = {
        name: {role: person.get(f"/admin/{path}").status_code for role, person in people.items()}
        for name, (path, _roles) in expected.items()
    }

    assert seen == {name: roles for name, (_path, roles) in expected.items()}


def test_signed_out_person_is_sent_to_the_one_sign_in_page(client, ids) -> None:
    sent = {
        name: client.get(f"/admin/{path}")["Location"] for name, (path, _r) in doors(ids).items()
    }

    wanted = {
        name: f"/accounts/login/?next=/admin/{quote(path)}"
        for name, (path, _r) in doors(ids).items()
    }
    wanted["login"] = "/accounts/login/?next=/admin/"
    assert sent == wanted


def test_unknown_address_and_row_are_not_found(enter, client, shelf) -> None:
    owner = enter("owner")
    missing = ["catalog/product/999999/change/", "catalog/product/x/change/", "nothing/here/"]
    huge = "catalog/product/99999999999999999999999/change/"

    found = {path: owner.get(f"/admin/{path}").status_code for path in [*missing, huge]}

    assert found == dict.fromkeys([*missing, huge], 404)
    assert owner.get("/admin/catalog/product/999999/delete/").status_code == 404
    assert owner.get("/admin/admin/").status_code == 403
    assert enter("seller").get("/admin/nothing/here/").status_code == 403
    assert client.get("/admin/nothing/here/").status_code == 302


def test_first_page_shows_what_the_role_keeps(enter, shelf) -> None:
    seen = {role: enter(role).get("/admin/").content.decode() for role in ("owner", "admin")}

    assert "/admin/uses/" not in seen["owner"]
    assert "/admin/uses/" in seen["admin"]
    assert "/admin/org/user/" not in seen["owner"]
    assert "/admin/org/user/" in seen["admin"]
    assert "/admin/conduct/auditentry/" not in seen["owner"]
    for text in seen.values():
        assert "/admin/matrix/edition/publish/" in text
        assert "/admin/phrases/" in text
        assert "consultation" not in text.lower()


def test_nothing_of_the_desk_and_no_foreign_tables_are_registered() -> None:
    registered = {model._meta.label for model in admin.site._registry}

    assert registered == {
        "org.Region",
        "org.Branch",
        "org.User",
        "catalog.Family",
        "catalog.Partner",
        "catalog.Product",
        "catalog.Need",
        "catalog.Bundle",
        "catalog.Objection",
        "catalog.PartnerBenefit",
        "conduct.AuditEntry",
        "kept.Outcome",
        "review.Goal",
        "conduct.PhraseRule",
        "conduct.PhraseOverride",
        "admin.LogEntry",
        "matrix.Pairing",
        "matrix.BasketRule",
        "matrix.SeasonalPick",
        "matrix.PairingRule",
        "matrix.Edition",
        "matrix.EditionReview",
        "offers.Offer",
        "leads.Unit",
    }


def test_no_bulk_action_and_no_editing_in_lists() -> None:
    for model_admin in admin.site._registry.values():
        assert model_admin.actions is None
        assert model_admin.list_editable == ()


def test_looking_never_writes(enter, ids) -> None:
    def counts() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    person = enter("admin")
    enter("owner")
    before = counts()

    for path, _roles in doors(ids).values():
        assert person.get(f"/admin/{path}").status_code < 500

    assert counts() == before
    assert Edition.objects.count() == 1
