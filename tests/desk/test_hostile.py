"""What a tampered or unlucky browser sends: an answer in words, nothing lost, never a 500."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crossbank.catalog.models import Product
from crossbank.desk.models import Consultation
from crossbank.org.models import User

pytestmark = pytest.mark.django_db

EDGES = [
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00",
    "2026-11-22T08:00:00+23:59", "1900-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "11/22/2026", "now",
]  # fmt: skip


@pytest.mark.parametrize("field", ["started_at", "client_saved_at"])
@pytest.mark.parametrize("moment", EDGES)
def test_odd_moment_is_never_stored(sign_in, save, content, field, moment) -> None:
    response = save(sign_in("seller"), content(**{field: moment}))

    if moment == "2026-11-22T08:00:00+23:59":  # odd, but a moment: it is read as UTC
        assert response.status_code == 201
    else:
        assert response.status_code == 422
        assert set(response.json()["errors"]) == {field}
    assert sign_in("seller").get("/day/").status_code == 200


def test_same_moment_in_another_offset_is_the_same_content(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(started_at="2026-11-22T00:30:00Z")
    save(client, data)

    assert save(client, {**data, "started_at": "2026-11-22T01:30:00+01:00"}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "item-" + "A" * 60,
        "item-",
        "item-é",
        "item-a\nb",
        "consent-DIG-APP",
        "held-",
        "offer-DIG-APP",
    ],
)
def test_odd_field_name_is_named(sign_in, save, content, name) -> None:
    response = save(sign_in("seller"), {**content(), name: "1"})

    assert response.status_code == 422
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("offer", ["a\x00b", "x" * 5000, "ไทย"])
def test_odd_offer_code_is_refused(sign_in, save, content, offer) -> None:
    response = save(sign_in("seller"), content(item_DIG_APP="declined", offer_DIG_APP=offer))

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"offer-DIG-APP"}


@pytest.mark.parametrize(
    ("main", "code"), [("ACC-BAS", "ACC-PLS"), ("ACC-PLS", "ACC-PRM"), ("ACC-BAS", "HOM-PUR")]
)
def test_better_main_is_never_a_plus_one(sign_in, save, content, main, code) -> None:
    client = sign_in("seller")
    data = {
        **content(main),
        f"item-{code}": "accepted",
        f"asked-{code}": "1",
        f"consent-{code}": "1",
    }

    response = save(client, data)

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {f"item-{code}"}
    assert f'<option value="{code}">' not in client.get(f"/desk/{main}/").content.decode()


def test_main_retired_a_moment_ago_keeps_what_was_typed(sign_in, content) -> None:
    client = sign_in("seller")
    Product.objects.filter(code="ACC-STU").update(valid_until=timezone.now() - timedelta(days=2))

    response = client.post(
        "/desk/consultations/", content("ACC-STU", note="keep-me", item_DIG_APP="declined")
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "This product is retired." in page
    assert 'value="keep-me"' in page
    assert 'id="DIG-APP-d" value="declined" checked' in page
    assert client.get("/desk/ACC-STU/").status_code == 404


def test_error_without_a_card_is_said_at_the_top(sign_in, content) -> None:
    response = sign_in("seller").post("/desk/consultations/", {**content(), "held-ZZZ": "1"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "ZZZ: There is no product with this code." in page


def test_unreadable_key_is_replaced_in_the_form(sign_in, content) -> None:
    response = sign_in("seller").post("/desk/consultations/", content(uuid="x"))

    assert response.status_code == 422
    assert 'name="uuid" value="x"' not in response.content.decode()


def test_fragment_asker_learns_of_a_replay(sign_in, content) -> None:
    client = sign_in("seller")
    data = content(item_DIG_APP="accepted")

    first = client.post("/desk/consultations/", data, headers={"hx-request": "true"})
    again = client.post("/desk/consultations/", data, headers={"hx-request": "true"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert 'data-count="plus_one">1<' in again.content.decode()


def test_signed_out_fragment_comes_back_to_its_whole_address(client) -> None:
    response = client.get(
        "/desk/",
        headers={
            "hx-request": "true",
            "hx-current-url": "http://testserver/review/?from=2026-11-01&until=2026-11-02",
        },
    )

    assert response.status_code == 401
    assert response["HX-Redirect"] == (
        "/accounts/login/?next=/review/%3Ffrom%3D2026-11-01%26until%3D2026-11-02"
    )


def test_signed_out_without_token_is_signed_out(save, content) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)

    script = save(client, content())
    browser = client.post("/desk/consultations/", content())
    login = client.post("/accounts/login/", {"username": "a", "password": "b"})

    assert (script.status_code, script.json()["code"]) == (401, "signed_out")
    assert (browser.status_code, login.status_code) == (302, 403)


def test_correction_hits_the_record_that_its_page_shows(sign_in, save, content) -> None:
    data = content(note="first")
    save(sign_in("seller"), data)
    colleague = User.objects.filter(role="seller", branch__code="B01").exclude(username="seller")[0]
    save(sign_in(colleague.username), {**data, "note": "second"})
    manager = sign_in("manager")

    page = manager.get(f"/desk/consultations/{data['uuid']}/").content.decode()
    save(manager, content(replaces=data["uuid"]))

    assert "first" in page
    assert Consultation.objects.get(note="first").replaced_at is not None
    assert Consultation.objects.get(note="second").replaced_at is None


def test_correction_keeps_the_customers_hash(sign_in, save, content) -> None:
    client = sign_in("seller")
    data = content(customer_ref="77")
    save(client, data)

    save(client, content(replaces=data["uuid"]))

    first, second = Consultation.objects.order_by("pk").values_list("customer_ref", flat=True)
    assert first == second != ""


def test_paper_of_a_retired_main_is_refused(sign_in) -> None:
    client = sign_in("seller")
    Product.objects.filter(code="ACC-STU").update(valid_until=timezone.now() - timedelta(days=2))

    response = client.post(
        "/day/paper/", {"uuid": str(uuid4()), "main": "ACC-STU", "taken": "0", "at": "00:00"}
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"main"}


def test_paper_key_with_other_content_is_422(sign_in) -> None:
    client = sign_in("seller")
    data = {"uuid": str(uuid4()), "main": "ACC-BAS", "taken": "0", "at": "00:00"}
    client.post("/day/paper/", data)

    assert client.post("/day/paper/", {**data, "taken": "2"}).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_day_outside_our_age_does_not_exist(sign_in, day) -> None:
    assert sign_in("seller").get(f"/day/{day}/").status_code == 404


def test_endless_sign_in_name_is_nobody(client) -> None:
    response = client.post("/accounts/login/", {"username": "x" * 5000, "password": "y"})

    assert response.status_code == 422


def test_lockout_tells_a_script_when_to_come_back(client, person) -> None:
    person("seller")
    for _ in range(6):
        response = client.post(
            "/accounts/login/",
            {"username": "seller", "password": "wrong"},
            headers={"accept": "application/json"},
        )

    assert (response.status_code, response.json()["code"]) == (429, "locked")
    assert response["Retry-After"] == "1800"
