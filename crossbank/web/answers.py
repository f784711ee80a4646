"""Errors in the shape the asker reads: JSON for scripts, a page for people."""

import sys
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

READING = {"GET", "HEAD"}
UNSAVED = "unsaved"  # in the sign-in page's address: what was sent to a closed door is gone


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def problem(
    request: HttpRequest, status: int, code: str, message: str, *, template: str
) -> HttpResponse:
    """`{"code", "errors"}` for JSON, else the error page of that status."""
    if wants_json(request):
        return JsonResponse({"code": code, "errors": {"__all__": [message]}}, status=status)
    if status >= 500:  # context processors would ask the database that just failed
        return HttpResponse(render_to_string(template, {"message": message}), status=status)
    return render(request, template, {"message": message}, status=status)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in: 401 for scripts and fragments, the sign-in page for people."""
    if wants_json(request):
        message = _("You are signed out. Sign in again; what you typed is kept.")
        return json({"code": "signed_out", "errors": {"__all__": [message]}}, status=401)
    query = {"next": _page_of(request)}
    if request.method not in READING:
        query[UNSAVED] = "1"
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query, safe='/')}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """Where the person was: an address that takes only what a form sends is no page to go back to.

    Shape: without the host, always of ours.
    """
    if request.headers.get("HX-Request"):
        told = request.headers.get("HX-Current-URL", "")
    elif request.method in READING:
        return request.get_full_path()
    else:
        told = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(told, hosts, require_https=request.is_secure()):
        return "/"
    page = urlsplit(told)
    return urlunsplit(("", "", page.path, page.query, "")) or "/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    view = request.resolver_match.func if request.resolver_match else None
    is_closed = getattr(view, "login_required", True)  # not so on the sign-in page itself
    if is_closed and not request.user.is_authenticated:
        return signed_out(request)
    message = _(
        "Your page was open for a long time or another tab signed in. Reload and try again."
    )
    return problem(request, 403, "csrf", message, template="403.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("Your role does not include this page.")
    return problem(request, 403, "forbidden", message, template="403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("There is nothing at this address, or it is not yours to see.")
    return problem(request, 404, "not_found", message, template="404.html")


def no_page(request: HttpRequest) -> HttpResponse:
    """405 to whoever looks at an address that only takes what a form sends."""
    message = _("This address takes what a form sends; there is nothing to see at it.")
    return problem(request, 405, "no_page", message, template="405.html")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("The request could not be read.")
    return problem(request, 400, "bad_request", message, template="400.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what failed is the database: wherever it was asked, middleware included."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return unavailable(request)
    message = _("Something went wrong here. Nothing half was saved; please try again.")
    return problem(request, 500, "error", message, template="500.html")


def unavailable(request: HttpRequest) -> HttpResponse:
    message = _("The database is busy. Nothing was written; please try again in a moment.")
    response = problem(request, 503, "busy", message, template="503.html")
    response.headers["Retry-After"] = "2"
    return response


def json(
    data: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None
) -> JsonResponse:
    """Text stays readable: Thai and Greek are not escaped."""
    return JsonResponse(
        data, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )
