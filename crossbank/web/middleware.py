"""Headers that are the same on every page, the admin's included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from crossbank.web import answers

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """This will send `SECURE_CSP` (the shape Django 6 ships; delete this there) and its company."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        # nothing a signed-in person saw may come back from a cache after signing out; whoever was
        # not asked for by now is not asked for here, where the database may be the trouble
        person = getattr(request, "_cached_user", None)
        if person is not None and person.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def no_bare_405(get_response: GetResponse) -> GetResponse:
    """This will answer in words whoever visits an address that takes only what a form sends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or request.method not in answers.READING:
            return response
        told = answers.no_page(request)
        told.headers["Allow"] = response.headers["Allow"]
        return told

    return middleware
