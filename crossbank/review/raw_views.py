"""Raw data in the answer itself, as long as it is short."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from crossbank.conduct.services import record
from crossbank.review import excel, raw_rows, sums
from crossbank.review.figures import ROW_LIMIT
from crossbank.review.forms import query
from crossbank.review.raw_book import file_name, raw_book, total
from crossbank.review.steady import steady
from crossbank.review.terms import Filter


def download(request: HttpRequest, asked: Filter, *, at: datetime) -> HttpResponse | None:
    """The file, or nothing where it would be too long for an answer.

    Made whole: a transaction that waited for somebody's slow line would hold the worker. The trail
    is written last and before anything leaves: no line, no file.
    """
    if sums.data_rows(asked, today=at.date()) > ROW_LIMIT:
        return None
    with steady():
        months = raw_rows.count(asked)
        pieces = raw_book(asked, months=months, made_by=request.user.display_name, made_at=at)
        content = b"".join(pieces)
    name = file_name(asked)
    record(
        action="export",
        subject=name,
        detail={"filter": query(asked), "rows": total(months), "raw": True},
        at=timezone.now(),
        by=request.user,
    )
    return HttpResponse(
        content,
        content_type=excel.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
