"""A person's own account: in and out, the password, how his pages look."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from crossbank.org.models import User

LOGIN, LOGOUT = "/accounts/login/", "/accounts/logout/"
PASSWORD, PREFERENCES = "/accounts/password/", "/accounts/preferences/"
OLD = "crossbank-demo"
NEW = "quiet rivers carry boats"


def try_in(client, username="seller", password=OLD, **headers):
    return client.post(LOGIN, {"username": username, "password": password}, headers=headers)


def is_in(client):
    return client.get(PREFERENCES).status_code == 200


def test_sign_in(bank):
    client = Client()
    client.get(LOGIN)

    response = client.post(
        f"{LOGIN}?next=/offers/", {"username": "seller", "password": OLD, "next": "/offers/"}
    )

    assert response.status_code == 302
    assert response.headers["Location"] == "/offers/"
    assert is_in(client)


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_sign_in_leads_nowhere_else(bank, goal):
    client = Client()

    response = client.post(LOGIN, {"username": "seller", "password": OLD, "next": goal})

    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/day/2026-03-02/close/?step=3", "/day/2026-03-02/close/?step=3"),
        ("https://evil.example/day/", "/"),
        ("http://testserver//evil.example/", "/"),
        ("", "/"),
    ],
)
def test_what_was_sent_signed_out_leads_back_to_its_page_and_is_told(bank, referer, page):
    client = Client()
    away = client.post("/day/paper/", {"main": "ACC-BAS"}, headers={"Referer": referer})

    form = client.get(away.headers["Location"])
    sent = {"username": "seller", "password": OLD, "next": form.context["next"]}
    back = client.post(away.headers["Location"], sent)
    after = client.get(back.headers["Location"])

    assert (back.headers["Location"], after.status_code) == (page, 200)
    assert "what you sent last was not saved" in after.text


def test_what_was_only_looked_at_signed_out_is_not_called_unsaved(bank):
    client = Client()
    address = client.get("/day/").headers["Location"]

    back = client.post(address, {"username": "seller", "password": OLD, "next": "/day/"})

    assert "not saved" not in client.get(back.headers["Location"]).text


def test_session_key_changes_at_sign_in(bank):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted"

    try_in(client)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "planted"
    assert not Session.objects.filter(pk="planted").exists()


def test_wrong_password(bank):
    client = Client()

    known = try_in(client, password="wrong <b>word</b>")
    unknown = try_in(client, username="nobody", password="wrong <b>word</b>")

    assert known.status_code == unknown.status_code == 422
    assert "Please enter a correct username and password" in known.text
    assert 'value="seller"' in known.text
    assert "wrong" not in known.text  # a password never comes back
    assert known.text.replace("seller", "nobody").count("nobody") == unknown.text.count("nobody")
    assert "<title>Error: Sign in" in known.text
    assert not is_in(client)


def test_no_page_tells_who_exists(bank):
    User.objects.filter(username="seller2").update(is_active=False)
    client = Client()

    def complaint(username):
        response = try_in(client, username=username, password="wrong")
        return response.status_code, response.context["form"].non_field_errors()

    assert complaint("seller") == complaint("seller2") == complaint("nobody")


def test_lock_after_five_wrong_tries(bank):
    client = Client()

    statuses = [try_in(client, password="wrong").status_code for _try in range(6)]
    right_too_late = try_in(client)
    colleague = try_in(Client(), username="seller2")
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")

    assert statuses[:4] == [422] * 4
    assert statuses[5] == 429
    assert right_too_late.status_code == 429
    assert "30 minutes" in right_too_late.text
    assert not is_in(client)
    assert colleague.status_code == 302
    assert try_in(elsewhere).status_code == 302


def test_spoofed_address_does_not_unlock(bank):
    client = Client()

    for number in range(6):
        response = try_in(client, password="wrong", **{"X-Forwarded-For": f"10.0.0.{number}"})

    assert response.status_code == 429


def test_success_forgets_earlier_tries(bank):
    client = Client()
    for _try in range(3):
        try_in(client, password="wrong")

    try_in(client)

    assert AccessAttempt.objects.count() == 0


def test_sign_out_only_by_post(sign_in):
    client = sign_in("seller")

    by_link = client.get(LOGOUT).status_code
    still_in = is_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    by_form = client.post(LOGOUT)

    assert by_link == 405
    assert still_in
    assert by_form.headers["Location"] == LOGIN
    assert not is_in(client)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_in(client)  # the old cookie is worth nothing


def change(client, new, old=OLD, again=None):
    fields = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(PASSWORD, fields)


def test_password_change(sign_in, person):
    here, elsewhere = sign_in("seller"), sign_in("seller")

    response = change(here, NEW)

    assert response.headers["Location"] == PREFERENCES
    assert person("seller").check_password(NEW)
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    ("new", "complaint"),
    [
        ("short words", "at least 12 characters"),
        ("My-Harbour-2026-yes", "“harbour”, which is easily guessed here"),  # his branch's name
        ("i love CROSSBANK a lot", "“crossbank”, which is easily guessed here"),
        ("password123456", "too common"),
    ],
)
def test_password_refused(sign_in, person, new, complaint):
    client = sign_in("seller")

    response = change(client, new)

    assert response.status_code == 422
    assert complaint in response.text
    assert 'href="#id_new_password' in response.text  # the summary leads to the field
    assert person("seller").check_password(OLD)


def test_password_needs_the_old_one(sign_in, person):
    client = sign_in("seller")

    wrong_old = change(client, NEW, old="guessed")
    two_different = change(client, NEW, again=f"{NEW}!")

    assert wrong_old.status_code == two_different.status_code == 422
    assert person("seller").check_password(OLD)


def test_preferences_take_effect(sign_in, person):
    client = sign_in("seller")
    before = client.get(PREFERENCES)

    fields = {"language": "el", "theme": "dark", "show_tally": "on"}  # single_keys unticked
    saved = client.post(PREFERENCES, fields)
    after = client.get(PREFERENCES)

    assert saved.status_code == 302
    assert "data-bs-theme" not in before.text
    assert 'data-single-keys="1"' in before.text
    assert after.headers["Content-Language"] == "el"
    assert '<html lang="el" dir="ltr" data-bs-theme="dark">' in after.text
    assert 'data-single-keys="0"' in after.text
    seller = person("seller")
    assert (seller.language, seller.theme, seller.single_keys, seller.show_tally) == (
        "el",
        "dark",
        False,
        True,
    )


def test_browser_language_without_a_choice(sign_in):
    client = sign_in("seller", headers={"Accept-Language": "ru"})

    assert client.get(PREFERENCES).headers["Content-Language"] == "ru"


@pytest.mark.parametrize(
    "fields",
    [{"language": "xx", "theme": "dark"}, {"language": "", "theme": "pink"}, {"theme": ""}],
)
def test_preferences_refused(sign_in, person, fields):
    client = sign_in("seller")

    response = client.post(PREFERENCES, fields)

    assert response.status_code == 422
    assert "cb-notice--error" in response.text
    assert person("seller").theme == "auto"


def test_preferences_change_nothing_else(sign_in, person):
    client = sign_in("seller")

    client.post(
        PREFERENCES,
        {"theme": "light", "role": "admin", "is_superuser": "on", "username": "boss", "id": "1"},
    )

    seller = person("seller")
    assert (seller.theme, seller.role, seller.is_superuser) == ("light", "seller", False)


def test_frame_names_the_person_and_his_doors(sign_in):
    page = sign_in("manager").get(PREFERENCES).text

    doors = ["/desk/", "/day/", "/review/", "/matrix/", "/offers/", "/leads/"]
    assert [page.count(f'<a href="{door}" data-key="g ') for door in doors] == [1] * 6
    assert "/admin/" not in page
    assert "B01" in page
    assert 'action="/accounts/logout/"' in page
    assert "X-CSRFToken" in page
