"""What review adds to the back office: a page, ready for its template."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossbank.desk.models import CustomerKind
from crossbank.engine.terms import Snapshot
from crossbank.matrix import editions, services
from crossbank.matrix.models import Edition
from crossbank.offers.services import all_terms
from crossbank.org import switches
from crossbank.org.access import KEEPERS, requires
from crossbank.org.context import areas_of
from crossbank.review.what_if import DAYS, EXAMPLES, MOST, Change, what_if


@dataclass(frozen=True, kw_only=True)
class Example:
    """One change in names."""

    times: int
    main: str
    need: str
    customer: str
    held: str
    before: list[str]
    after: list[str]


@requires(*KEEPERS)
@require_safe
def what_if_page(request: HttpRequest) -> HttpResponse:
    """The draft as it is now against the edition in force."""
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": _("What if"),
        "opts": Edition._meta,
        "days": DAYS,
        "most": MOST,
        "edition": None,
        "found": None,
    }
    try:
        edition = editions.current(now)
    except editions.NoEdition:
        return TemplateResponse(request, "admin/matrix/what_if.html", context)
    draft = services.compile_draft(at=now).snapshot
    offers = all_terms(now).values() if areas_of(request)[switches.OFFERS] else ()
    found = what_if(edition.snapshot, draft, offers=offers, at=now)
    context |= {
        "edition": edition,
        "found": found,
        "examples": [_example(one, draft, edition.snapshot) for one in found.changes[:EXAMPLES]],
    }
    return TemplateResponse(request, "admin/matrix/what_if.html", context)


def _example(change: Change, *books: Snapshot) -> Example:
    case = change.case
    need = next((book.need[case.need].name for book in books if case.need in book.need), "")
    return Example(
        times=change.times,
        main=_name(case.main, books),
        need=need,
        customer=str(CustomerKind(case.kind).label) if case.kind else "",
        held=", ".join(_name(code, books) for code in case.held),
        before=[_name(code, books) for code in change.before],
        after=[_name(code, books) for code in change.after],
    )


def _name(code: str, books: Iterable[Snapshot]) -> str:
    return next((book.product[code].name for book in books if code in book.product), code)
