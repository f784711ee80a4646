"""Headers and failures that are the same on every page, the admin's included."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from crossbank.web import answers

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("crossbank.web")


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
        # nothing a signed-in person saw may come back from a cache after signing out
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class busy_database:  # noqa: N801 - a middleware, listed beside functions
    """This will answer 503 with `Retry-After` when the database is busy or away."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except OperationalError as trouble:  # raised by other middleware, outside any view
            return self.busy(request, trouble)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError):
            return self.busy(request, exception)
        return None

    def busy(self, request: HttpRequest, trouble: Exception) -> HttpResponse:
        logger.error("database not available", exc_info=trouble)
        return answers.unavailable(request)
