"""Every address, every role: the contract's table. A new address without a row fails here."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from crossbank.org.models import Role

pytestmark = pytest.mark.django_db

ROLES = ("seller", "manager", "regional", "owner", "conduct", "auditor", "admin")
PEOPLE = dict(zip(ROLES, ROLES, strict=True))

ALL = dict.fromkeys(ROLES, 200)
FRONT = {**dict.fromkeys(ROLES, 403), "seller": 200, "manager": 200}
REVIEW = {**ALL, "seller": 403, "admin": 403}
BANK_REVIEW = {**REVIEW, "manager": 403, "regional": 403}
READERS = {**ALL, "owner": 403, "admin": 403}
KEEPERS = {**dict.fromkeys(ROLES, 403), "owner": 200, "admin": 200}
ADMIN = {**dict.fromkeys(ROLES, 403), "admin": 200}
POST_FRONT = {**dict.fromkeys(ROLES, 403), "seller": 422, "manager": 422}


def row(address: str, expected: dict[str, int], *, method: str = "get", signed_out: int = 302):
    return address, expected, method, signed_out


# name of the address -> an example, who gets what, method, answer to somebody signed out
DOORS = {
    "start": row("/", {**ALL, "admin": 302}),
    "desk:desk": row("/desk/", FRONT),
    "desk:panels": row("/desk/panels/", FRONT),
    "desk:main": row("/desk/ACC-BAS/", FRONT),
    "desk:consultations": row("/desk/consultations/", POST_FRONT, method="post"),
    "desk:consultation": row("/desk/consultations/{uuid}/", READERS),
    "desk:void": row(
        "/desk/consultations/{uuid}/void/",
        {**dict.fromkeys(ROLES, 403), "seller": 303, "manager": 303},
        method="post",
    ),
    "desk:today": row("/day/", FRONT),
    "desk:day": row("/day/2026-03-02/", FRONT),
    "desk:paper": row("/day/paper/", POST_FRONT, method="post"),
    "desk_booklet": row("/matrix/booklet/", ALL),
    "desk_sheet": row("/matrix/ACC-BAS/", ALL),
    "matrix:matrix": row("/matrix/", ALL),
    "explain": row("/explain/", {**ALL, "seller": 403}),
    "catalog:product": row("/products/CRD-DEB/", ALL),
    "offers:offers": row("/offers/", ALL),
    "review:review": row("/review/", REVIEW),
    "review:evidence": row("/review/evidence/", BANK_REVIEW),
    "review:evidence_decide": row(
        "/review/evidence/decide/", {**dict.fromkeys(ROLES, 403), "owner": 422}, method="post"
    ),
    "login": row("/accounts/login/", dict.fromkeys(ROLES, 302), signed_out=200),
    "logout": row("/accounts/logout/", dict.fromkeys(ROLES, 302), method="post"),
    "password": row("/accounts/password/", ALL),
    "preferences": row("/accounts/preferences/", ALL),
    "healthz": row("/healthz", ALL, signed_out=200),
    "readyz": row("/readyz", ALL, signed_out=200),
    "favicon": row("/favicon.ico", dict.fromkeys(ROLES, 301), signed_out=301),
}


def names(patterns, space: str = "") -> set[str]:
    """The full name of every address outside the back office."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                found |= names(
                    pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space
                )
        elif isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
    return found


def test_every_address_has_a_row() -> None:
    assert names(get_resolver().url_patterns) == set(DOORS)


def test_every_view_of_ours_names_its_roles() -> None:
    open_to_anyone = {"login", "logout", "healthz", "readyz", "favicon"}
    found = []

    def walk(patterns) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    walk(pattern.url_patterns)
            elif not hasattr(pattern.callback, "roles"):
                found.append(pattern.name)

    walk(get_resolver().url_patterns)
    assert set(found) == open_to_anyone


@pytest.fixture
def record(sign_in) -> str:
    key = str(uuid4())
    data = {"uuid": key, "main": "ACC-BAS", "edition": "1", "note": "leak-canary"}
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    return key


@pytest.mark.parametrize("name", DOORS)
def test_address_answers_each_role_as_the_contract_says(sign_in, client, record, name) -> None:
    address, expected, method, signed_out = DOORS[name]
    address = address.format(uuid=record)

    answers = {role: getattr(sign_in(PEOPLE[role]), method)(address).status_code for role in ROLES}

    assert answers == expected
    response = getattr(client, method)(address)
    assert response.status_code == signed_out
    if signed_out == 302 and name != "logout":
        assert response["Location"] == f"/accounts/login/?next={address}"


def test_roles_of_the_table_are_the_roles_of_the_product() -> None:
    assert set(ROLES) == set(Role.values)


def test_back_office_is_closed_to_front_and_control(sign_in, client) -> None:
    index = {role: sign_in(role).get("/admin/").status_code for role in ROLES}

    assert index == KEEPERS
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert sign_in("admin").get("/admin/org/user/").status_code == 200
    assert sign_in("owner").get("/admin/org/user/").status_code == 403
    assert admin.site.name == "admin"


@pytest.mark.parametrize(
    ("who", "status"),
    [("seller", 200), ("manager", 200), ("regional", 200), ("seller2", 404), ("manager2", 404)],
)
def test_record_of_another_branch_does_not_exist(sign_in, record, who, status) -> None:
    assert sign_in(who).get(f"/desk/consultations/{record}/").status_code == status


def test_other_region_does_not_exist(sign_in, person, record) -> None:
    from crossbank.desk.models import Consultation

    Consultation.objects.update(branch=person("seller2").branch)

    assert sign_in("regional").get(f"/desk/consultations/{record}/").status_code == 404
    assert sign_in("conduct").get(f"/desk/consultations/{record}/").status_code == 200


def test_colleague_of_the_same_branch_sees_nothing_of_it(sign_in, person, record) -> None:
    from crossbank.org.models import User

    colleague = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")[0]

    assert sign_in(colleague.username).get(f"/desk/consultations/{record}/").status_code == 404


def test_nothing_of_the_first_branch_reaches_the_second(sign_in, person, record) -> None:
    name = str(person("seller"))
    pages = ["/", "/desk/", "/day/", "/matrix/", "/offers/"]

    seen = {page: sign_in("seller2").get(page).content.decode() for page in pages}
    seen["review"] = sign_in("manager2").get("/review/").content.decode()

    assert [page for page, text in seen.items() if "leak-canary" in text or name in text] == []
    assert [page for page, text in seen.items() if "B01" in text] == []
    assert sign_in("manager2").get("/review/?branch=B01").status_code == 404
    assert sign_in("manager").get("/review/?staff=seller2").status_code == 404


def test_get_never_writes(sign_in, record) -> None:
    from django.apps import apps

    def counts() -> dict[str, int]:
        return {
            model._meta.label: model.objects.count()
            for model in apps.get_models()
            if model._meta.app_label in {"org", "catalog", "conduct", "matrix", "offers", "desk"}
        }

    clients = [sign_in(role) for role in ROLES]
    before = counts()

    for address, _expected, method, _signed_out in DOORS.values():
        if method == "get":
            for client in clients:
                assert client.get(address.format(uuid=record)).status_code < 500

    assert counts() == before
