"""What the frame of every page shows: who, where, and the doors of his role."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crossbank.org.access import FRONT, KEEPERS, REVIEWERS
from crossbank.org.switches import OFFERS, states


def page(request: HttpRequest) -> dict[str, Any]:
    """Shape: `areas` (key -> on), `doors` ({url name, label, key hint} in menu order)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"areas": {}, "doors": []}
    areas = getattr(request, "areas", None) or states()
    request.areas = areas
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
    return {"areas": areas, "doors": doors}
