"""Every address, every role: the contract's table. A new address without a row fails here."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from crossbank.desk import late as late_entries
from crossbank.desk.entries import Entry
from crossbank.desk.models import ConsultationItem, DaySheet
from crossbank.leads.models import Lead
from crossbank.offers.models import Grant
from crossbank.org.models import Role
from crossbank.training.models import CoachingNote

pytestmark = pytest.mark.django_db

ROLES = ("seller", "manager", "regional", "owner", "conduct", "auditor", "admin")
PEOPLE = dict(zip(ROLES, ROLES, strict=True))

ROOMS = {
    "org", "catalog", "conduct", "matrix", "offers", "calls", "leads", "voice", "desk", "training",
    "kept",
}  # fmt: skip
ALL = dict.fromkeys(ROLES, 200)
FRONT = {**dict.fromkeys(ROLES, 403), "seller": 200, "manager": 200}
FRONT_OFF = {**dict.fromkeys(ROLES, 403), "seller": 404, "manager": 404}
REVIEW = {**ALL, "seller": 403, "admin": 403}
BANK_REVIEW = {**REVIEW, "manager": 403, "regional": 403}
READERS = {**ALL, "owner": 403, "admin": 403}
KEEPERS = {**dict.fromkeys(ROLES, 403), "owner": 200, "admin": 200}
ADMIN = {**dict.fromkeys(ROLES, 403), "admin": 200}
NOBODY = dict.fromkeys(ROLES, 404)
MANAGERS = {**dict.fromkeys(ROLES, 403), "manager": 200, "regional": 200}
NOTES = {**dict.fromkeys(ROLES, 403), "manager": 200, "conduct": 200, "auditor": 200}
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
    "desk:call": row("/desk/consultations/{uuid}/call/", POST_FRONT, method="post"),
    "desk:customer": row("/desk/consultations/{uuid}/customer/", FRONT),
    "desk:last": row("/desk/last/", {**FRONT, "seller": 302, "manager": 404}),
    "desk:today": row("/day/", FRONT),
    "desk:day": row("/day/2026-03-02/", FRONT),
    "desk:paper": row("/day/paper/", POST_FRONT, method="post"),
    "desk:mirror": row("/day/mirror/", FRONT),
    "desk:close": row("/day/close/", FRONT),
    "desk:close_day": row("/day/{day}/close/", FRONT),
    "desk:reflect": row("/day/{day}/close/reflect/", POST_FRONT, method="post"),
    "desk:sign": row("/day/{day}/close/sign/", POST_FRONT, method="post"),
    "desk:hand_in": row("/day/late/", POST_FRONT, method="post"),
    "desk:decide": row(
        "/day/late/{late}/decide/", {**MANAGERS, "manager": 422, "regional": 422}, method="post"
    ),
    "desk:sheets": row("/day/sheets/", MANAGERS),
    "desk:approve": row(
        "/day/sheets/approve/", {**MANAGERS, "manager": 404, "regional": 404}, method="post"
    ),
    "desk:reopen": row(
        "/day/sheets/{sheet}/reopen/", {**MANAGERS, "manager": 422, "regional": 422}, method="post"
    ),
    "desk:drawdown": row("/desk/consultations/{uuid}/drawdown/", POST_FRONT, method="post"),
    "desk:later": row("/desk/consultations/{uuid}/later/", FRONT),
    "desk:reverse": row(
        "/desk/consultations/{uuid}/reverse/1/",
        {**dict.fromkeys(ROLES, 403), "seller": 404, "manager": 404},
        method="post",
    ),
    "desk:rights": row("/rights/", FRONT),
    "desk:right": row("/rights/{right}/", FRONT),
    "desk_booklet": row("/matrix/booklet/", ALL),
    "desk_sheet": row("/matrix/ACC-BAS/", ALL),
    "matrix:matrix": row("/matrix/", ALL),
    "explain": row("/explain/", {**ALL, "seller": 403}),
    "catalog:product": row("/products/CRD-DEB/", ALL),
    "offers:offers": row("/offers/", ALL),
    "calls:due": row("/calls/", FRONT),
    "calls:new": row("/calls/new/", FRONT),
    "calls:calendar": row("/calls/calendar.ics", FRONT),
    "calls:task": row("/calls/{call}/", FRONT),
    "calls:outcome": row("/calls/{call}/outcome/", POST_FRONT, method="post"),
    "calls:number": row(
        "/calls/{call}/number/",
        {**dict.fromkeys(ROLES, 403), "seller": 409, "manager": 409},
        method="post",
    ),
    "calls:hand_over": row("/calls/{call}/hand-over/", POST_FRONT, method="post"),
    "leads:leads": row("/leads/", ALL),
    "leads:new": row("/leads/new/", FRONT),
    "leads:seen": row(
        "/leads/seen/", {**dict.fromkeys(ROLES, 403), "seller": 303, "manager": 303}, method="post"
    ),
    "leads:units": row("/leads/units/", ALL),
    "leads:unit": row("/leads/units/MORTGAGE/", ALL),
    "leads:programme": row("/leads/programme/", NOBODY),  # off until the bank turns it on
    "leads:name": row(
        "/leads/programme/name/",
        {**dict.fromkeys(ROLES, 403), "seller": 404, "manager": 404},
        method="post",
    ),
    "leads:lead": row("/leads/{lead}/", {**NOBODY, "seller": 200, "manager": 200}),
    "leads:act": row(
        "/leads/{lead}/act/", {**NOBODY, "seller": 403, "manager": 403}, method="post"
    ),
    "leads:contact": row(
        "/leads/{lead}/contact/", {**NOBODY, "seller": 403, "manager": 403}, method="post"
    ),
    "training:training": row("/training/", FRONT),
    "training:check": row("/training/check/", FRONT),
    "training:forget": row(
        "/training/check/forget/",
        {**dict.fromkeys(ROLES, 403), "seller": 303, "manager": 303},
        method="post",
    ),
    "training:practised": row(
        "/training/practised/",
        {**dict.fromkeys(ROLES, 403), "seller": 303, "manager": 303},
        method="post",
    ),
    "training:mix": row(
        "/training/mix/", {**dict.fromkeys(ROLES, 403), "manager": 200, "regional": 200}
    ),
    "training:notes": row("/training/notes/", NOTES),
    "training:note_new": row("/training/notes/new/", {**dict.fromkeys(ROLES, 403), "manager": 200}),
    "training:note": row("/training/notes/{note}/", {**NOTES, "seller": 200}),
    "training:note_answer": row("/training/notes/{note}/answer/", POST_FRONT, method="post"),
    "kept:kept": row("/kept/", NOTES),
    "kept:import": row("/kept/import/", {**dict.fromkeys(ROLES, 403), "manager": 200}),
    "kept:template": row("/kept/import/template/", {**dict.fromkeys(ROLES, 403), "manager": 200}),
    "kept:sale": row("/kept/{sale}/", NOTES),
    "kept_report": row("/kept/report/", REVIEW),
    "review:review": row("/review/", REVIEW),
    "review:rows": row("/review/rows/", REVIEW),
    "review:conversions": row("/review/conversions/", REVIEW),
    "review:table": row("/review/table/", REVIEW),
    "review:offers": row("/review/uses/", REVIEW),
    "review:partners": row("/review/partners/", REVIEW),
    "review:week": row("/review/week/", REVIEW),
    "review:views": row("/review/views/", REVIEW),
    "review:view": row(
        "/review/views/1/",
        {**dict.fromkeys(ROLES, 404), "seller": 403, "admin": 403},
        method="post",
    ),
    "review:view_remove": row(
        "/review/views/1/remove/",
        {**dict.fromkeys(ROLES, 404), "seller": 403, "admin": 403},
        method="post",
    ),
    "review:exports": row("/review/exports/", REVIEW),
    "review:export_cancel": row(
        "/review/exports/1/cancel/",
        {**dict.fromkeys(ROLES, 404), "seller": 403, "admin": 403},
        method="post",
    ),
    "review:export_file": row(
        "/review/exports/1/file/", {**dict.fromkeys(ROLES, 404), "seller": 403, "admin": 403}
    ),
    "review:evidence": row("/review/evidence/", BANK_REVIEW),
    "review:evidence_decide": row(
        "/review/evidence/decide/", {**dict.fromkeys(ROLES, 403), "owner": 422}, method="post"
    ),
    # off until the bank turns them on
    "review:goals": row("/review/goals/", {**NOBODY, "admin": 403}),
    "review:goal_new": row("/review/goals/new/", {**dict.fromkeys(ROLES, 403), "manager": 404}),
    "review:goal": row("/review/goals/1/", {**NOBODY, "admin": 403}),
    "review:goal_decide": row(
        "/review/goals/1/decide/", {**dict.fromkeys(ROLES, 403), "conduct": 404}, method="post"
    ),
    "review:goal_withdraw": row(
        "/review/goals/1/withdraw/",
        {**dict.fromkeys(ROLES, 403), "manager": 404, "conduct": 404},
        method="post",
    ),
    # off by default: 404 is behind the role's own door
    "survey_turned": row("/survey/turned/", FRONT_OFF),
    "voice:answers": row("/survey/answers/", FRONT_OFF, method="post"),
    "voice:profile": row("/survey/profile/", FRONT_OFF),
    "voice:pushed": row(
        "/survey/pushed/", {**dict.fromkeys(ROLES, 403), "conduct": 404, "auditor": 404}
    ),
    "voice:public": row("/survey/a-token/", dict.fromkeys(ROLES, 404), signed_out=404),
    "voice:thanks": row("/survey/thanks/", dict.fromkeys(ROLES, 404), signed_out=404),
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
    open_to_anyone |= {"public", "thanks"}  # a customer with a token, where that is on
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


@pytest.fixture
def right(sign_in):
    """A right that a saved debit card gave."""
    data = {"uuid": str(uuid4()), "main": "CRD-DEB", "edition": "1"}
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    return Grant.objects.get()


@pytest.fixture
def lead(sign_in) -> int:
    data = {"uuid": str(uuid4()), "said": "leak-canary", "unit": "MORTGAGE"}
    assert sign_in("seller").post("/leads/new/", data).status_code == 303
    return Lead.objects.get().pk


@pytest.fixture
def note(sign_in) -> int:
    data = {"uuid": str(uuid4()), "to": "seller", "text": "leak-canary"}
    assert sign_in("manager").post("/training/notes/new/", data).status_code == 303
    return CoachingNote.objects.get().pk


@pytest.fixture
def sale(sign_in) -> int:
    data = {"uuid": str(uuid4()), "main": "ACC-SAL", "edition": "1", "item-DIG-APP": "accepted"}
    assert sign_in("seller").post("/desk/consultations/", data).status_code == 303
    return ConsultationItem.objects.get(response="accepted").pk


@pytest.fixture
def examples(record, right, lead, note, sale, person) -> dict[str, object]:
    """What stands in the addresses: a record, a right, a lead, a note, a sale, a call for anybody in B01."""
    from django.utils import timezone

    from crossbank.calls import promising

    now, branch = timezone.now(), person("seller").branch
    promise = promising.Promise(
        kind="review_talk", branch=branch, day=branch.local_day(now), origin="test:doors"
    )
    made = promising.promise(promise=promise, at=now, by=person("seller"))
    day = branch.local_day(now)
    late = late_entries.hand_in(
        entry=Entry(
            uuid=uuid4(), main="ACC-BAS", edition=1, paper_taken=1,
            started_at=now - timedelta(days=1), note="leak-canary",
        ),
        branch=branch, at=now, by=person("seller"),
    )  # fmt: skip
    return {
        "uuid": record, "call": made.pk, "right": right.code, "lead": lead, "note": note,
        "day": day, "late": late.pk, "sheet": DaySheet.objects.get().pk, "sale": sale,
    }  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_address_answers_each_role_as_the_contract_says(sign_in, client, examples, name) -> None:
    address, expected, method, signed_out = DOORS[name]
    address = address.format(**examples)

    answers = {role: getattr(sign_in(PEOPLE[role]), method)(address).status_code for role in ROLES}

    assert answers == expected
    response = getattr(client, method)(address)
    assert response.status_code == signed_out
    if signed_out == 302 and name != "logout":
        back = f"next={address}" if method == "get" else "next=/&unsaved=1"
        assert response["Location"] == f"/accounts/login/?{back}"


POSTED = [address for address, _expected, method, _out in DOORS.values() if method == "post"]


@pytest.mark.parametrize("address", POSTED)
def test_address_that_takes_only_a_form_is_no_bare_page(sign_in, examples, address) -> None:
    client, address = sign_in("manager"), address.format(**examples)

    page, script = client.get(address), client.get(address, headers={"accept": "application/json"})

    if page.status_code in (403, 404):  # closed or not there, also to a look
        assert script["Content-Type"] == "application/json"
        return
    assert (page.status_code, page["Allow"]) == (405, script["Allow"])
    assert '<a class="btn btn-primary" href="/">' in page.text
    assert (script.status_code, script.json()["code"]) == (405, "no_page")


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


def test_nothing_of_the_first_branch_reaches_the_second(
    sign_in, person, record, lead, note
) -> None:
    name = str(person("seller"))
    pages = ["/", "/desk/", "/day/", "/matrix/", "/offers/", "/leads/", "/training/"]

    seen = {page: sign_in("seller2").get(page).content.decode() for page in pages}
    for page in (
        "/review/",
        "/leads/",
        "/training/",
        "/training/mix/",
        "/training/notes/",
        "/kept/",
    ):
        seen[f"manager2 {page}"] = sign_in("manager2").get(page).content.decode()

    assert [page for page, text in seen.items() if "leak-canary" in text or name in text] == []
    assert [page for page, text in seen.items() if "B01" in text] == []
    assert sign_in("manager2").get("/review/?branch=B01").status_code == 404
    assert sign_in("manager").get("/review/?staff=seller2").status_code == 404


def test_get_never_writes(sign_in, examples) -> None:
    from django.apps import apps

    def counts() -> dict[str, int]:
        return {
            model._meta.label: model.objects.count()
            for model in apps.get_models()
            if model._meta.app_label in ROOMS
        }

    clients = [sign_in(role) for role in ROLES]
    before = counts()

    for address, _expected, method, _signed_out in DOORS.values():
        if method == "get":
            for client in clients:
                assert client.get(address.format(**examples)).status_code < 500

    assert counts() == before
