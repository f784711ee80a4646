"""Who is asking: the person with his branch in one query, and how he likes his pages."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from crossbank.web import answers

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignedInMiddleware(LoginRequiredMiddleware):
    """This will close every door by default, and answer each asker in his own shape."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        return answers.signed_out(request)


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
