"""Every answer carries the same headers, and no page holds a line of script or style."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, get_resolver, path, reverse

from crossbank import urls

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
ROLES = ["seller", "manager", "regional", "owner", "conduct", "auditor", "admin"]
TEMPLATES = sorted((Path(settings.BASE) / "templates").rglob("*.html"))


@login_not_required
def broken(request):
    raise ValueError("broken on purpose")


@login_not_required
def busy(request):
    raise OperationalError("database is locked")


class WithTrouble:
    """The product's addresses and two that fail."""

    urlpatterns = [path("broken/", broken), path("busy/", busy), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


def assert_headers(response):
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Permissions-Policy"].startswith("camera=()")


def simple_addresses(patterns=None, prefix="/"):
    """Every address without a variable part, the admin's aside."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = prefix + str(pattern.pattern)
        if "<" in here or here == "/admin/":
            continue
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from simple_addresses(pattern.url_patterns, here)


def admin_addresses():
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")


class Inline(HTMLParser):
    """What a strict policy would block, collected as words."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}={value}")
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self.found.append(f"{tag} {name}={value}")
            if name in {"src", "href", "action"} and re.match(r"(https?:)?//", value or ""):
                self.found.append(f"{tag} {name}={value}")


def inline(html):
    scan = Inline()
    scan.feed(html)
    return scan.found


def test_the_scan_finds_what_it_looks_for():
    bad = (
        "<style>p{}</style><script>x</script><p style='a' onclick='b' hx-on:click='c'>"
        "<a href=' JavaScript:d'></a><script src='//cdn.example/x.js'></script>"
        "<div hx-vals='js:{a: 1}'></div>"
    )

    assert inline(bad) == [
        "<style>",
        "<script>",
        "p style=a",
        "p onclick=b",
        "p hx-on:click=c",
        "a href= JavaScript:d",
        "script src=//cdn.example/x.js",
        "div hx-vals=js:{a: 1}",
    ]
    assert inline("<script src='/static/a.js' defer></script><a href='/offers/'>x</a>") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounts/login/", 200),
        ("/", 302),
        ("/nowhere/", 404),
        ("/admin/", 302),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/favicon.ico", 301),
        ("/static/css/base.css", 200),
        ("/broken/", 500),
        ("/busy/", 503),
        ("/accounts/login/?next=%00", 200),
    ],
)
def test_headers_of_strangers_answers(settings, address, status):
    settings.ROOT_URLCONF = WithTrouble
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True

    response = Client(raise_request_exception=False).get(address)
    response.close()  # a file may be open behind it

    assert response.status_code == status
    assert_headers(response)


def test_headers_of_refusals(sign_in):
    seller = sign_in("seller")
    careful = sign_in("seller", enforce_csrf_checks=True)
    json = {"Accept": "application/json"}
    answers = {
        "missing": (seller.get("/nowhere/"), 404),
        "forbidden": (seller.get("/review/"), 403),
        "forbidden in the admin": (seller.get("/admin/"), 403),
        "wrong method": (seller.put("/accounts/preferences/"), 405),
        "no token": (careful.post("/accounts/preferences/"), 403),
        "unknown host": (seller.get("/desk/", headers={"Host": "evil.example"}), 400),
        "signed out, for a script": (Client().get("/desk/", headers=json), 401),
        "signed out, for a fragment": (Client().get("/desk/", headers={"HX-Request": "true"}), 401),
        "forbidden, for a script": (seller.get("/review/", headers=json), 403),
    }

    assert {name: response.status_code for name, (response, _expected) in answers.items()} == {
        name: expected for name, (_response, expected) in answers.items()
    }
    for response, _expected in answers.values():
        assert_headers(response)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_holds_script_or_style(sign_in, role):
    client = sign_in(role)
    addresses = [*simple_addresses(), *admin_addresses()]
    found, kinds = {}, set()

    for address in addresses:
        response = client.get(address)
        assert_headers(response)
        kinds.add(response.status_code)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert "no-store" in response.headers["Cache-Control"], address
            found[address] = inline(response.text)

    assert {address: hits for address, hits in found.items() if hits} == {}
    assert 200 in kinds
    assert 500 not in kinds
    assert len(found) > 8


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: "/".join(p.parts[-2:]))
def test_templates_hold_no_script_or_style(template):
    source = template.read_text(encoding="utf-8")
    # tags of the template language may hold quotes and signs that no browser ever sees
    markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", source)

    assert inline(markup) == []
    assert re.search(r"\|\s*safe\b|autoescape off", source) is None
