"""Printing desk sheets: what all sheets of one day share, and the last day their paper is right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.engine import eligibility
from crossbank.matrix import editions

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PrintRun:
    """What is known on the day of printing.

    `retired`: products of the edition that are no longer sold; `last_days`: code -> last day of
    sale, where there is one; `edition_ends`: the last day before a published edition takes over.
    """

    on: date
    retired: tuple[str, ...] = ()
    last_days: Mapping[str, date] = field(default_factory=dict)
    edition_ends: date | None = None


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """The last day on which a paper may be used, and what happens then."""

    day: date
    then: str | Promise


def print_run(edition: editions.Loaded, *, at: datetime, zone: tzinfo) -> PrintRun:
    """This will read in two queries what ends the sheets of an edition that is in force."""
    on = eligibility.local_day(at, zone)
    sold = dict(Product.objects.on_sale(on).values_list("code", "valid_until"))
    next_starts = editions.next_start(edition)
    return PrintRun(
        on=on,
        retired=tuple(code for code in edition.snapshot.product if code not in sold),
        last_days={code: until - _DAY for code, until in sold.items() if until},
        # where it starts later today, paper of this morning is right until then
        edition_ends=max(on, eligibility.local_day(next_starts, zone) - _DAY)
        if next_starts
        else None,
    )


def expiry(
    run: PrintRun,
    *,
    products: Iterable[str],
    offers_end: Iterable[date],
    benefits_end: Iterable[date] = (),
) -> Expiry:
    """This will give the first day on which something on a paper ends; at the latest its age.

    `offers_end` are last days; `benefits_end` the days after them, as editions keep them.
    """
    ends = [
        *(Expiry(day=day, then=_("then an offer ends")) for day in offers_end),
        *(Expiry(day=day - _DAY, then=_("then a partner benefit ends")) for day in benefits_end),
        *(
            Expiry(day=run.last_days[code], then=_("then a product is no longer sold"))
            for code in products
            if code in run.last_days
        ),
        Expiry(day=run.on + timedelta(days=settings.SHEET_DAYS), then=_("then print it again")),
    ]
    if run.edition_ends:
        ends.append(Expiry(day=run.edition_ends, then=_("then the next edition starts")))
    return min(ends, key=lambda end: end.day)
