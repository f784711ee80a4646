"""People are kept by administrators; nobody widens his own rights, nobody with history vanishes."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from crossbank.org.models import Branch, User
from tests.admin.conftest import make_branch, make_person, save

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/org/user/"


def rights(person: User) -> tuple[object, ...]:
    person.refresh_from_db()
    return (
        person.role,
        person.branch_id,
        person.region_id,
        person.is_adviser,
        person.is_active,
        person.is_staff,
        person.is_superuser,
        person.groups.count(),
        person.user_permissions.count(),
    )


def new_person(**changes) -> dict[str, object]:
    return {
        "username": "nina",
        "first_name": "Nina",
        "last_name": "N.",
        "password1": "quiet-river-stone",
        "password2": "quiet-river-stone",
        "role": "seller",
        "branch": make_branch().pk,
        "is_active": "on",
        **changes,
    }


def test_administrator_adds_a_person_who_can_sign_in(enter, client) -> None:
    answer = enter("admin").post(f"{PEOPLE}add/", new_person())

    assert answer.status_code == 302
    nina = User.objects.get(username="nina")
    assert (nina.role, nina.branch.code, nina.is_staff, nina.is_superuser) == (
        "seller",
        "B01",
        False,
        False,
    )
    sign_in = {"username": "nina", "password": "quiet-river-stone"}
    assert client.post("/accounts/login/", sign_in)["Location"] == "/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "seller", "branch": ""}, "branch"),
        ({"role": "manager", "branch": ""}, "branch"),
        ({"role": "regional", "branch": "", "region": ""}, "region"),
        ({"role": "emperor"}, "role"),
        ({"username": "FIRST"}, "username"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"first_name": "Ni\u202ena"}, "first_name"),
        ({"branch": "999999"}, "branch"),
    ],
)
def test_person_who_does_not_fit_is_refused_beside_the_field(enter, changes, field) -> None:
    make_person(username="first")

    answer = enter("admin").post(f"{PEOPLE}add/", new_person(**changes))

    assert answer.status_code == 422
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not User.objects.filter(username="nina").exists()


def test_forged_fields_make_nobody_a_superuser(enter) -> None:
    forged = {
        "is_superuser": "on",
        "is_staff": "on",
        "groups": "1",
        "user_permissions": "1",
        "password": "md5$x$y",
        "last_login": "2020-01-01",
    }
    admin = enter("admin")
    target = make_person(username="target")
    before, password = rights(target), target.password

    assert save(admin, f"{PEOPLE}{target.pk}/change/", first_name="T", **forged).status_code == 302
    assert admin.post(f"{PEOPLE}add/", new_person(**forged)).status_code == 302

    assert rights(target) == before
    assert (target.first_name, target.password) == ("T", password)
    nina = User.objects.get(username="nina")
    assert (nina.is_superuser, nina.is_staff, nina.groups.count()) == (False, False, 0)


def test_administrator_does_not_change_his_own_rights(enter) -> None:
    admin = enter("admin", username="boss")
    boss = User.objects.get(username="boss")
    other = Branch.objects.create(code="B02", name="Second", region=make_branch().region)
    before = rights(boss)

    answer = save(
        admin,
        f"{PEOPLE}{boss.pk}/change/",
        last_name="Renamed",
        role="owner",
        branch=other.pk,
        is_adviser="on",
        is_active="",
    )

    assert answer.status_code == 302
    assert rights(boss) == before
    assert boss.last_name == "Renamed"


@pytest.mark.parametrize("role", ["seller", "manager", "regional", "owner", "conduct", "auditor"])
def test_nobody_else_writes_people(enter, role) -> None:
    client = enter(role)
    target = make_person(username="target")
    before = rights(target)
    own = User.objects.get(username=f"{role}-person")

    answers = [
        client.post(f"{PEOPLE}{target.pk}/change/", new_person(role="admin")),
        client.post(f"{PEOPLE}{own.pk}/change/", new_person(role="admin")),
        client.post(f"{PEOPLE}add/", new_person(role="admin")),
        client.post(f"{PEOPLE}{target.pk}/delete/", {"post": "yes"}),
        client.post(
            f"{PEOPLE}{target.pk}/password/", {"password1": "x" * 14, "password2": "x" * 14}
        ),
        client.post(PEOPLE, {"action": "delete_selected", "_selected_action": target.pk}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert rights(target) == before
    assert target.check_password("a-long-password")
    assert own.role == role


def test_forged_bulk_deletion_deletes_nothing(enter, shelf) -> None:
    admin = enter("admin")
    ids = [product.pk for product in shelf.values()]

    forged = {"action": "delete_selected", "_selected_action": ids, "post": "yes"}
    admin.post("/admin/catalog/product/", forged)
    admin.post(PEOPLE, {**forged, "_selected_action": [User.objects.first().pk]})

    assert {product.pk for product in type(shelf["ACC"]).objects.all()} == set(ids)
    assert User.objects.count() == 3


def test_forged_list_formset_changes_nothing(enter, shelf) -> None:
    pairing = shelf["ACC"].row.first()
    forged = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": pairing.pk,
        "form-0-rating": "strong",
        "_save": "Save",
    }

    enter("owner").post("/admin/matrix/pairing/", forged)

    pairing.refresh_from_db()
    assert pairing.rating == "good"


def test_new_password_is_set_for_others_only(enter) -> None:
    admin = enter("admin", username="boss")
    boss, target = User.objects.get(username="boss"), make_person(username="target")
    passwords = {"password1": "quiet-river-stone", "password2": "quiet-river-stone"}
    session = Client()
    session.force_login(target)

    own = admin.post(f"{PEOPLE}{boss.pk}/password/", passwords)
    weak = admin.post(f"{PEOPLE}{target.pk}/password/", {"password1": "x", "password2": "x"})
    unset = admin.post(f"{PEOPLE}{target.pk}/password/", {"usable_password": "false"})
    good = admin.post(f"{PEOPLE}{target.pk}/password/", passwords)

    assert own["Location"] == "/accounts/password/"
    assert (weak.status_code, unset.status_code, good.status_code) == (422, 422, 302)
    boss.refresh_from_db()
    target.refresh_from_db()
    assert boss.check_password("a-long-password")
    assert target.check_password("quiet-river-stone")
    assert session.get("/accounts/preferences/").status_code == 302


def test_inactive_person_is_out_with_the_next_click(enter) -> None:
    admin, target = enter("admin"), make_person(username="target")
    session = Client()
    session.force_login(target)
    assert session.get("/accounts/preferences/").status_code == 200

    save(admin, f"{PEOPLE}{target.pk}/change/", is_active="")

    target.refresh_from_db()
    assert target.is_active is False
    assert session.get("/accounts/preferences/").status_code == 302


def test_person_with_history_is_kept_and_one_without_may_go(enter) -> None:
    admin = enter("admin")
    unused, keeper = make_person(username="unused"), make_person(username="keeper", role="owner")
    once_here = make_person(username="once-here")
    client = Client()
    client.force_login(keeper)
    save(client, f"/admin/org/branch/{make_branch().pk}/change/", name="New")
    once_here.last_login = once_here.date_joined
    once_here.save()
    User.objects.filter(pk=keeper.pk).update(last_login=None)

    kept = admin.post(f"{PEOPLE}{keeper.pk}/delete/", {"post": "yes"})
    also_kept = admin.post(f"{PEOPLE}{once_here.pk}/delete/", {"post": "yes"})
    gone = admin.post(f"{PEOPLE}{unused.pk}/delete/", {"post": "yes"})

    assert (kept.status_code, also_kept.status_code, gone.status_code) == (409, 409, 302)
    assert "Changes made in the back office: 1" in kept.content.decode()
    assert "Take away “active” instead" in kept.content.decode()
    assert LogEntry.objects.filter(user=keeper).count() == 1
    assert not User.objects.filter(username="unused").exists()
    assert User.objects.filter(username__in=["keeper", "once-here"]).count() == 2


def test_author_of_an_edition_is_kept(enter, shelf) -> None:
    author = User.objects.get(username="first-author")

    answer = enter("admin").post(f"{PEOPLE}{author.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 409
    assert "Editions (author): 1" in answer.content.decode()
    assert User.objects.filter(username="first-author").exists()


def test_lookups_into_passwords_are_refused(enter) -> None:
    answer = enter("admin").get(f"{PEOPLE}?password__startswith=md5")

    assert answer.status_code == 400
