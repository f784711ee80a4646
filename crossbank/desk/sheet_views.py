"""Desk sheets on the screen look like their paper; the print button makes the paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.desk.booklet import bind
from crossbank.desk.desk_sheet import Sheet, sheets
from crossbank.desk.print_runs import PrintRun, print_run
from crossbank.desk.where import facts_at
from crossbank.engine.terms import ProductTerms
from crossbank.matrix import edition_changes, editions, tables
from crossbank.offers import services as offers
from crossbank.org import switches
from crossbank.org.access import EVERYONE, requires
from crossbank.org.context import areas_of
from crossbank.web import answers


@dataclass(frozen=True, kw_only=True)
class OldPaper:
    """A paper of an edition, beside the edition in force. `until` is None while it is that one."""

    number: int
    current: int
    until: datetime | None
    changes: list[edition_changes.ChangeGroup]

    @property
    def is_same(self) -> bool:
        return not any(group.count for group in self.changes)


@requires(*EVERYONE)
@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One row of the edition in force; with `edition` also what became of a paper of that one."""
    at = timezone.now()
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        return render(request, "matrix/no_edition.html")
    paper = _paper(request.GET.get("edition", ""), main=code, at=at)
    main = edition.snapshot.product.get(code)
    if main is None or not main.is_main:
        return _no_sheet(request, main, paper)
    run = print_run(edition, at=at, zone=timezone.get_current_timezone())
    [found] = _sheets(request, edition, [main], run=run, at=at)
    context = {**_print_context(edition, run), "sheet": found, "paper": paper}
    return render(request, "matrix/sheet.html", context)


@requires(*EVERYONE)
@require_safe
def booklet(request: HttpRequest) -> HttpResponse:
    """Every main product that is sold, one sheet a page."""
    at = timezone.now()
    try:
        edition = editions.current(at)
    except editions.NoEdition:
        return render(request, "matrix/no_edition.html")
    run = print_run(edition, at=at, zone=timezone.get_current_timezone())
    mains = [
        main
        for main in tables.mains_in_desk_order(edition.snapshot)
        if main.code not in run.retired
    ]
    bound = bind(_sheets(request, edition, mains, run=run, at=at))
    context = {**_print_context(edition, run), "booklet": bound}
    return render(request, "matrix/booklet.html", context)


def _sheets(
    request: HttpRequest,
    edition: editions.Loaded,
    mains: list[ProductTerms],
    *,
    run: PrintRun,
    at: datetime,
) -> list[Sheet]:
    known = offers.all_terms(at).values() if areas_of(request)[switches.OFFERS] else ()
    return sheets(
        edition.for_reader,
        mains=mains,
        offers=known,
        run=run,
        facts=facts_at(request.user.branch),
        at=at,
        zone=timezone.get_current_timezone(),
    )


def _print_context(edition: editions.Loaded, run: PrintRun) -> dict[str, Any]:
    return {
        "edition": edition,
        "today": run.on,
        "legend": tables.legend(edition.snapshot.pairs)[:3],
    }


def _paper(number: str, *, main: str, at: datetime) -> OldPaper | None:
    """The paper that names an edition. 404 where there never was such a paper."""
    if not number:
        return None
    try:
        # Python refuses to read a number of thousands of digits; no edition has ten
        known = int(number) if number.isdecimal() and len(number) < 10 else 0
        found = editions.in_force(number=known, at=at)
    except editions.NoEdition:
        raise Http404 from None
    product = found.shown.snapshot.product.get(main)
    if product is None or not product.is_main:
        raise Http404
    old, new = found.shown.snapshot, found.current.snapshot
    return OldPaper(
        number=found.shown.number,
        current=found.current.number,
        until=found.superseded_at,
        changes=edition_changes.row_changes(old, new, main=main),
    )


def _no_sheet(
    request: HttpRequest, product: ProductTerms | None, paper: OldPaper | None
) -> HttpResponse:
    if paper:
        message = _(
            "This paper is from edition %(number)d. Edition %(current)d, in force today, has no "
            "sheet for this product: do not use the paper any more."
        ) % {"number": paper.number, "current": paper.current}
    elif product is None:
        message = _("The matrix in force has no product of this code.")
    else:
        message = _("Nobody comes for “%(name)s”: it is offered beside other products.") % {
            "name": product.name
        }
    return answers.problem(request, 404, "not_found", message, template="404.html")
