"""Review in words: labels, definitions and filters, the same on the page and in the workbook."""

from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crossbank.desk.models import DeclineReason, NothingOffered
from crossbank.engine.closing import DayState
from crossbank.engine.keeping import State
from crossbank.matrix.models import Rating
from crossbank.review.terms import CONVERSIONS, DAYS, SALES, Filter

PURPOSE = gettext_lazy(
    "These figures show where customers were not told of something that fits them. They are for "
    "talking about customers, not a measure of employees, and nobody has a quota."
)

# more than the total where many left without the main product, so its name says that they count
LIVE = gettext_lazy("Entered at the desk, No main included")

ROOMY = gettext_lazy("Three or more could be offered")
THREE_RATE = gettext_lazy("Heard of three or more")
SILENT_RATE = gettext_lazy("Heard of nothing")
WITH_OFFER = gettext_lazy("Accepted with an offer")
UNSIGNED = gettext_lazy("Day sheets not signed")
MEDIAN_SECONDS = gettext_lazy("Seconds on keys, median")
KNOWN = gettext_lazy("Known after 90 days")
KEPT_RATE = gettext_lazy("Kept of the known")

# a date under a chart: as short as people still read it
SHORT_DAY = pgettext_lazy("format of a short date", "j M")

# Source: the contract, "The manager's workbook"; the wording is ours.
_DEFINITIONS: tuple[tuple[Promise, Promise], ...] = (
    (
        gettext_lazy("Main only, Main + 1, Main + 2"),
        gettext_lazy(
            "Consultations in which the customer took the main product alone, with one cross "
            "product, or with two or more."
        ),
    ),
    (
        gettext_lazy("No main"),
        gettext_lazy("The customer left without the main product. In none of the three columns."),
    ),
    (gettext_lazy("Total"), gettext_lazy("Main only, Main + 1 and Main + 2 together.")),
    (
        gettext_lazy("Cross rate"),
        gettext_lazy("(Main + 1 and Main + 2) / Total. Empty when the total is 0."),
    ),
    (
        gettext_lazy("Depth"),
        gettext_lazy("(Main + 1, and Main + 2 counted twice) / Total. Empty when the total is 0."),
    ),
    (
        gettext_lazy("Presented"),
        gettext_lazy("The customer heard of the product, whatever he answered."),
    ),
    (gettext_lazy("Acceptance"), gettext_lazy("Accepted / Presented.")),
    (
        LIVE,
        gettext_lazy(
            "All consultations that were not caught up from paper, also with customers who left "
            "without the main product. It may be more than the total."
        ),
    ),
    (
        gettext_lazy("Coverage"),
        gettext_lazy(
            "Consultations with at least one product presented / all that were entered at the "
            "desk, No main included."
        ),
    ),
    (
        gettext_lazy("Heard of three or more, of nothing"),
        gettext_lazy(
            "Of the consultations at the desk in which the matrix allowed three cross products or "
            "more that the customer neither had nor had refused lately: the share in which three "
            "or more were presented, and the share in which none was."
        ),
    ),
    (
        MEDIAN_SECONDS,
        gettext_lazy(
            "Half of the consultations took less time on keys and buttons, half took more. Gaps "
            "longer than 15 seconds are the conversation and do not count. It measures the "
            "product, never a colleague."
        ),
    ),
    (
        UNSIGNED,
        gettext_lazy(
            "Days of colleagues before today that nobody closed. They count like all others; a day "
            "closes by itself at the end of the next business day."
        ),
    ),
    (
        gettext_lazy("Before"),
        gettext_lazy("The same number of days, just before the first day of the period."),
    ),
    (
        gettext_lazy("Not presented"),
        gettext_lazy(
            "Main only and Main + 1 consultations at the desk in which a strong or good cross "
            "product of the matrix edition shown was not presented, although the customer did not "
            "have it and nothing he took ruled it out."
        ),
    ),
    (
        gettext_lazy("Declined, Top reason"),
        gettext_lazy("Over all consultations in which the pair was presented."),
    ),
    (
        gettext_lazy("Rating, names"),
        gettext_lazy(
            "As the newest matrix edition shown in the period has them. Not rated: the customer "
            "asked."
        ),
    ),
    (
        gettext_lazy("Paper"),
        gettext_lazy(
            "Entries caught up from paper count in the tally, not in pairings and missed "
            "opportunities: nobody noted which products were spoken of."
        ),
    ),
    (
        gettext_lazy("Corrected and voided records"),
        gettext_lazy("Appear nowhere; the record that took their place counts."),
    ),
    (
        gettext_lazy("Business date"),
        gettext_lazy("The day on the calendar of the branch where the consultation took place."),
    ),
)

_KEPT_DEFINITION = (
    gettext_lazy("Known after 90 days, Kept of the known"),
    gettext_lazy(
        "Of products whose check day, 90 days after the sale, lies in the period: the share of "
        "which the bank’s book has said what became of it, and of those the share that the "
        "customer still had. What nobody has said is not known, and never kept. A dash where "
        "fewer than 20 stand below the line."
    ),
)


def definitions(*, with_kept: bool) -> tuple[tuple[Promise, Promise], ...]:
    """What the numbers mean, term and meaning."""
    return (*_DEFINITIONS, _KEPT_DEFINITION) if with_kept else _DEFINITIONS


def rating(code: str) -> str:
    return str(dict(Rating.choices).get(code, code)) or _("Not rated")


def reason(code: str) -> str:
    return str(dict(DeclineReason.choices).get(code, code))


def nothing_offered(code: str) -> str:
    return str(dict(NothingOffered.choices).get(code, code))


def more_sheets(*, with_kept: bool) -> tuple[dict[str, str], ...]:
    """The sheets of the workbook that one may choose, as the page offers them."""
    kept = {
        "value": SALES,
        "label": _("Sold and kept"),
        "what": _("Each sale whose check day lies in the period, and what became of it"),
    }
    return (
        {
            "value": DAYS,
            "label": _("Day sheets"),
            "what": _("How each day stands, when it was signed, and its counters"),
        },
        {
            "value": CONVERSIONS,
            "label": _("Matrix with conversions"),
            "what": _("Main products down, cross products across: who took what, and the ratings"),
        },
        *([kept] if with_kept else []),
    )


def kept_state(code: str) -> str:
    return {
        State.KEPT.value: _("Kept"),
        State.WITHDRAWN.value: _("Withdrawn in time"),
        State.CLOSED_EARLY.value: _("Ended early"),
        State.NOT_KNOWN.value: _("Not known"),
    }.get(code, code)


def day_state(code: str) -> str:
    return {
        DayState.OPEN.value: _("Open"),
        DayState.SIGNED.value: _("Signed"),
        DayState.LAPSED.value: _("Closed by itself, unsigned"),
    }.get(code, code)


def period(since: date, last: date) -> str:
    """Both ends inclusive, as people say it."""
    if since == last:
        return formats.date_format(since, "DATE_FORMAT")
    return (
        f"{formats.date_format(since, 'DATE_FORMAT')} – {formats.date_format(last, 'DATE_FORMAT')}"
    )


def place(asked: Filter) -> str:
    """The narrowest place that the figures cover."""
    if asked.is_one_place:
        return str(asked.one_place.named)
    return str(asked.branch or asked.one_region or _("Whole bank"))


def filters(asked: Filter) -> tuple[tuple[str, str], ...]:
    """What was asked for, label and value; what was not narrowed is named too."""
    return (
        (_("Period"), period(asked.since, asked.last)),
        (_("Region"), _region(asked)),
        (_("Branch"), place(asked) if asked.is_one_place else str(asked.branch or _("All"))),
        (_("Employee"), asked.staff.name if asked.staff else _("All")),
        (_("Main product"), str(asked.main or _("All"))),
    )


def _region(asked: Filter) -> str:
    regions = {place.region for place in asked.places}
    return str(asked.region or (regions.pop() if len(regions) == 1 else _("All")))


def month(day: date) -> str:
    return formats.date_format(day, "YEAR_MONTH_FORMAT")


def count_headings() -> tuple[str, ...]:
    """Of the seven numbers that make a tally, in the order of `sheets.count_values`."""
    return (
        _("Main only"),
        _("Main + 1"),
        _("Main + 2"),
        _("No main"),
        _("Total"),
        _("Cross rate"),
        _("Depth"),
    )
