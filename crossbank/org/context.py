"""What the frame of every page shows: who, where, and the doors of his role."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crossbank.org.access import FRONT, KEEPERS, REVIEWERS
from crossbank.org.models import Role
from crossbank.org.switches import OFFERS, states

_START = {Role.SELLER: "desk:desk", Role.OWNER: "matrix:matrix", Role.ADMIN: "admin:index"}


def areas_of(request: HttpRequest) -> dict[str, bool]:
    """Which areas this bank uses, read once per request."""
    if not hasattr(request, "areas"):
        request.areas = states()
    return request.areas


def page(request: HttpRequest) -> dict[str, Any]:
    """Shape: `areas` (key -> on), `doors` ({name, label, keys, is_start} in menu order)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"areas": {}, "doors": []}
    areas = areas_of(request)
    doors = []
    if user.role in FRONT:
        doors += [
            {"name": "desk:desk", "label": _("Desk"), "keys": "g d"},
            {"name": "desk:today", "label": _("My day"), "keys": "g t"},
        ]
    if user.role in REVIEWERS:
        doors.append({"name": "review:review", "label": _("Review"), "keys": "g m"})
    doors.append({"name": "matrix:matrix", "label": _("Matrix"), "keys": "g x"})
    if areas[OFFERS]:
        doors.append({"name": "offers:offers", "label": _("Offers"), "keys": "g o"})
    if user.role in KEEPERS:
        doors.append({"name": "admin:index", "label": _("Administration"), "keys": "g a"})
    for door in doors:
        door["is_start"] = door["name"] == _START.get(user.role, "review:review")
    return {"areas": areas, "doors": doors}
