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
CALLS = "calls"
LEADS = "leads"
POINTS = "points"
SURVEY = "survey"
NEED_PROFILE = "need_profile"
PRACTICE = "practice"
KEPT = "kept"
DAY_APPROVAL = "day_approval"
TEAM_GOALS = "team_goals"

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
        about=_(
            "The desk has a field for the bank's customer number; only a scrambled form is kept."
        ),
        default=True,
    ),
    Area(
        key=FOUR_EYES,
        title=_("Two pairs of eyes"),
        about=_(
            "An edition of the matrix and the terms of an offer are released by another person than "
            "the one who submits them. Off: whoever keeps them releases at once, alone."
        ),
        default=True,
    ),
    Area(
        key=NAMES_ABOVE_BRANCH,
        title=_("Names above the branch"),
        about=_("Regional managers see employees by name. Off: only their branch manager does."),
        default=False,
    ),
    Area(
        key=CALLS,
        title=_("Welcome calls"),
        about=_(
            "A follow-up with a day stands on the due list of that day, with a script and one-key "
            "outcomes; at most two attempts."
        ),
        default=True,
    ),
    Area(
        key=LEADS,
        title=_("Leads"),
        about=_("A need that another unit serves is handed on, and the sender sees what became."),
        default=True,
    ),
    Area(
        key=DAY_APPROVAL,
        title=_("Approval of day sheets"),
        about=_(
            "Somebody else looks at each signed day and approves it, or returns it with a reason; "
            "what differs comes first. Off: a signature is enough."
        ),
        default=False,
    ),
    Area(
        key=POINTS,
        title=_("Points and badges"),
        about=_(
            "One point for a lead that the other unit began to work on, badges by calendar year, "
            "and the programme's page. Off: no page, menu or sheet knows them."
        ),
        default=False,
    ),
    Area(
        key=SURVEY,
        title=_("Three questions after the conversation"),
        about=_("Customers say anonymously whether it was useful, whether they felt pushed."),
        default=False,
    ),
    Area(
        key=NEED_PROFILE,
        title=_("Need profile"),
        about=_("What a customer said he plans, with its date, goes into the order of the cards."),
        default=False,
    ),
    Area(
        key=PRACTICE,
        title=_("Practice"),
        about=_(
            "A tip and a pair a day to practise, a self-check that only its owner reads, the mix of "
            "a branch without names, and coaching notes."
        ),
        default=True,
    ),
    Area(
        key=KEPT,
        title=_("Sold and kept"),
        about=_(
            "What became of what was sold: managers note it, or take it over from a workbook, and "
            "figures of what customers still have after 90 days stand beside the first ones."
        ),
        default=True,
    ),
    Area(
        key=TEAM_GOALS,
        title=_("Team goals"),
        about=_(
            "A branch may have a goal for coverage or quality, proposed by its manager with a "
            "reason and agreed by conduct; never for how much is sold, and never for one person."
        ),
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
