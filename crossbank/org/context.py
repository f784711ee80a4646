"""What the frame of every page shows: who, where, and the doors of his role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from crossbank.org.access import FRONT, HEARERS, KEEPERS, MANAGERS, REVIEWERS, View
from crossbank.org.models import Role
from crossbank.org.switches import LEADS, OFFERS, PRACTICE, SURVEY, states

_START = {Role.SELLER: "desk:desk", Role.OWNER: "matrix:matrix", Role.ADMIN: "admin:index"}


def areas_of(request: HttpRequest) -> dict[str, bool]:
    """Which areas this bank uses, read once per request."""
    if not hasattr(request, "areas"):
        request.areas = states()
    return request.areas


def while_on(*keys: str) -> Callable[[View], View]:
    """This will answer 404 where the bank turned one of these areas off: it has no address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            areas = areas_of(request)
            if not all(areas[key] for key in keys):
                raise Http404
            return view(request, *args, **kwargs)

        return gate

    return decorate


def page(request: HttpRequest) -> dict[str, Any]:
    """Shape: `areas` (key -> on), `doors` ({name, label, keys, is_start, is_near} in menu order)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"areas": {}, "doors": []}
    areas = areas_of(request)
    role, start = user.role, _START.get(user.role, "review:review")
    doors = [
        {"name": name, "label": label, "keys": keys, "is_start": name == start, "is_near": False}
        for name, label, keys, is_shown in (
            ("desk:desk", _("Desk"), "g d", role in FRONT),
            ("desk:today", _("My day"), "g t", role in FRONT),
            ("desk:sheets", _("Day sheets"), "g b", role in MANAGERS),
            ("review:review", _("Review"), "g m", role in REVIEWERS),
            ("matrix:matrix", _("Matrix"), "g x", True),
            ("offers:offers", _("Offers"), "g o", areas[OFFERS]),
            ("voice:pushed", _("Survey"), "g s", areas[SURVEY] and role in HEARERS),
            ("leads:leads", _("Leads"), "g l", areas[LEADS] and role != Role.ADMIN),
            ("training:training", _("Practice"), "g r", areas[PRACTICE] and role in FRONT),
            ("training:mix", _("Practice"), "g r", areas[PRACTICE] and role == Role.REGIONAL),
            ("training:notes", _("Coaching"), "g r", areas[PRACTICE] and role in HEARERS),
            ("admin:index", _("Administration"), "g a", role in KEEPERS),
        )
        if is_shown
    ]
    near = [door for door in doors if request.path.startswith(reverse(door["name"]))]
    if near:  # of two that lie on the way the nearer one
        max(near, key=lambda door: len(reverse(door["name"])))["is_near"] = True
    return {"areas": areas, "doors": doors}
