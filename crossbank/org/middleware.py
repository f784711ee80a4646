"""Who is asking: the person with his branch in one query, and how he likes his pages."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crossbank.web import answers

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignedInMiddleware(LoginRequiredMiddleware):
    """This will close every door by default, and answer each asker in his own shape."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        if answers.wants_json(request):
            message = _("You are signed out. Sign in again; what you typed is kept.")
            return answers.json(
                {"code": "signed_out", "errors": {"__all__": [message]}}, status=401
            )
        if request.headers.get("HX-Request"):
            back = request.headers.get("HX-Current-URL", "")
            login = reverse("login")
            return HttpResponse(
                status=401, headers={"HX-Redirect": f"{login}?next={_path(request, back)}"}
            )
        return super().handle_no_permission(request, view_func)


def _path(request: HttpRequest, url: str) -> str:
    """The path of a URL of this host, else the start page."""
    origin = f"{request.scheme}://{request.get_host()}"
    return url.removeprefix(origin) if url.startswith(f"{origin}/") else "/"


def preferences(get_response: GetResponse) -> GetResponse:
    """This will use the person's language and his branch's time zone for one request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = user.language if user.is_authenticated else ""
        branch = user.branch if user.is_authenticated else None
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language), timezone.override(branch.zone if branch else None):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware
