"""The matrix at a glance."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from crossbank.catalog.models import Family
from crossbank.matrix import editions, tables
from crossbank.matrix.forms import ChoiceForm
from crossbank.org.access import EVERYONE, requires


@requires(*EVERYONE)
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The whole table; with `main` and `cross` also what one cell says, alone for a script."""
    try:
        edition = editions.current(timezone.now())
    except editions.NoEdition:
        return render(request, "matrix/no_edition.html")
    detail = _detail(request, edition)
    if detail and request.htmx:
        response = render(request, "matrix/_cell.html", {"detail": detail})
    else:
        response = _whole(request, edition, detail)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _whole(
    request: HttpRequest, edition: editions.Loaded, detail: tables.Detail | None
) -> HttpResponse:
    form = ChoiceForm(request.GET, snapshot=edition.for_reader)
    choice = form.choice()
    table = tables.table(
        edition.for_reader,
        family_order=dict(Family.objects.values_list("code", "order")),
        choice=choice,
    )
    context = {
        "edition": edition,
        "table": table,
        "detail": detail,
        "form": form,
        "choice": choice,
        "choice_words": form.words(),
        "kept": urlencode({name: value for name, value in vars(choice).items() if value}),
    }
    return render(request, "matrix/matrix.html", context, status=422 if form.errors else 200)


def _detail(request: HttpRequest, edition: editions.Loaded) -> tables.Detail | None:
    """The pair that was asked for, if one was. 404 for products that cannot meet."""
    main, cross = request.GET.get("main", ""), request.GET.get("cross", "")
    if not main and not cross:
        return None
    detail = tables.detail(edition.for_reader, main=main, cross=cross)
    if detail is None:
        raise Http404
    return detail
