"""What this bank uses: the areas that can be turned on and off as a whole (decision 15).

What is off is in no menu, form or sheet, and new records cannot use it; what was recorded with it
stays readable. An area is declared here once; its row exists only after somebody changed it, so a
new area needs no data migration.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.org.models import Switch


@dataclass(frozen=True, kw_only=True)
class Area:
    key: str
    title: Promise
    about: Promise
    default: bool


OFFERS = "offers"
PAPER_ENTRY = "paper_entry"
CUSTOMER_REFERENCE = "customer_reference"
FOUR_EYES = "four_eyes"
NAMES_ABOVE_BRANCH = "names_above_branch"

AREAS = (
    Area(
        key=OFFERS,
        title=_("Offers"),
        about=_(
            "One-time and time-limited offers: on cards and sheets, with a page of their own and a "
            "place in Administration."
        ),
        default=True,
    ),
    Area(
        key=PAPER_ENTRY,
        title=_("Paper catch-up"),
        about=_("Customers ticked on paper can be entered later in My day."),
        default=True,
    ),
    Area(
        key=CUSTOMER_REFERENCE,
        title=_("Customer reference"),
        about=_("The desk has a field for the bank's customer number; only a keyed hash is kept."),
        default=True,
    ),
    Area(
        key=FOUR_EYES,
        title=_("Two pairs of eyes"),
        about=_(
            "An edition of the matrix is published by another person than the one who submits it. "
            "Off: whoever keeps the matrix publishes at once, alone."
        ),
        default=True,
    ),
    Area(
        key=NAMES_ABOVE_BRANCH,
        title=_("Names above the branch"),
        about=_("Regional managers see employees by name. Off: only their branch manager does."),
        default=False,
    ),
)


def states() -> dict[str, bool]:
    """This will read all areas in one query; ask once per request and pass the answer on."""
    stored = dict(Switch.objects.values_list("key", "is_on"))
    return {area.key: stored.get(area.key, area.default) for area in AREAS}


def is_on(key: str) -> bool:
    return states()[key]


def turn(*, key: str, on: bool, at: datetime, by: str) -> Switch:
    """This will turn one area on or off. The caller writes the trail (`conduct.services`)."""
    if key not in {area.key for area in AREAS}:
        raise ValueError(f"no such area: {key}")
    switch, _created = Switch.objects.update_or_create(
        key=key, defaults={"is_on": on, "changed_at": at, "changed_by": by}
    )
    return switch
